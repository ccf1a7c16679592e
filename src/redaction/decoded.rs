//! The readings of a text: unchanged, and with escapes, percent-encoding or base64 decoded. Secrets are searched in
//! each reading, so that they are found in any encoding, also as a part of a longer text.

use std::ops::Range;

/// Separates texts from different positions. Not valid UTF-8, so secrets do not contain it.
const GAP: u8 = 0xff;

/// Minimum length of base64 text that can contain a secret.
const MIN_BASE64: usize = 6;

/// Maximum nesting of escapes.
const MAX_DEPTH: usize = 3;

/// The bytes of a text, with their positions in the original.
pub(super) struct Reading {
    bytes: Vec<u8>,
    sources: Vec<Range<usize>>,
}

/// All readings of a text.
pub(super) fn readings(text: &str) -> Vec<Reading> {
    let plain = Reading {
        bytes: text.as_bytes().to_vec(),
        sources: (0..text.len()).map(|at| at..at + 1).collect(),
    };
    let undecoded = [plain.percent_decoded(), Some(plain)];
    let mut readings = Vec::new();
    for reading in undecoded.into_iter().flatten().flat_map(unescaped_levels) {
        for phase in 0..4 {
            readings.extend(unescaped_levels(reading.base64_decoded(phase)));
        }
        readings.push(reading);
    }
    readings
}

/// A reading, and the same with each level of escapes decoded.
fn unescaped_levels(reading: Reading) -> Vec<Reading> {
    let mut all = vec![reading];
    for _ in 0..MAX_DEPTH {
        let Some(next) = all.last().and_then(Reading::unescaped) else {
            break;
        };
        all.push(next);
    }
    all
}

impl Reading {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The range in the original text of a part of this reading.
    pub(super) fn source(&self, part: Range<usize>) -> Range<usize> {
        let sources = &self.sources[part];
        let start = sources.first().map_or(0, |source| source.start);
        let end = sources.iter().map(|source| source.end).max();
        start..end.unwrap_or(start)
    }

    fn empty() -> Reading {
        Reading {
            bytes: Vec::new(),
            sources: Vec::new(),
        }
    }

    fn push(&mut self, bytes: &[u8], source: Range<usize>) {
        for byte in bytes {
            self.bytes.push(*byte);
            self.sources.push(source.clone());
        }
    }

    /// The same with sequences decoded. `decode` returns the meaning and length of a sequence at the start of the
    /// bytes. None if nothing was decoded.
    fn decoded(&self, decode: impl Fn(&[u8]) -> Option<(Decoded, usize)>) -> Option<Reading> {
        let mut decoded = Reading::empty();
        let (mut at, mut is_changed) = (0, false);
        while at < self.bytes.len() {
            let (unit, length) = match decode(&self.bytes[at..]) {
                Some(found) => {
                    is_changed = true;
                    found
                }
                None => (Decoded::Byte(self.bytes[at]), 1),
            };
            let source = self.source(at..at + length);
            match unit {
                Decoded::Byte(byte) => decoded.push(&[byte], source),
                Decoded::Char(c) => {
                    decoded.push(c.encode_utf8(&mut [0; 4]).as_bytes(), source);
                }
            }
            at += length;
        }
        is_changed.then_some(decoded)
    }

    fn percent_decoded(&self) -> Option<Reading> {
        self.decoded(|bytes| {
            let [b'%', digits @ ..] = bytes else {
                return None;
            };
            let byte = u8::try_from(hexadecimal(digits.get(..2)?)?).ok()?;
            Some((Decoded::Byte(byte), 3))
        })
    }

    /// The same with escapes of JSON, Go and Rust decoded.
    fn unescaped(&self) -> Option<Reading> {
        self.decoded(escape_sequence)
    }

    /// Decodes base64 text in both alphabets, with and without padding. Its beginning is not known, so `phase` skips up
    /// to three characters.
    fn base64_decoded(&self, phase: usize) -> Reading {
        let mut decoded = Reading::empty();
        let mut run: Vec<(u8, Range<usize>)> = Vec::new();
        let mut finish = |run: &mut Vec<(u8, Range<usize>)>| {
            if run.len() >= MIN_BASE64 + phase {
                decode_run(&run[phase..], &mut decoded);
                decoded.push(&[GAP], 0..0);
            }
            run.clear();
        };
        let mut is_padded = false;
        for (byte, source) in self.bytes.iter().zip(&self.sources) {
            match (byte, run.last_mut()) {
                // Base64 text may contain line breaks.
                (b'\n' | b'\r', _) => continue,
                // Padding is a part of the last character.
                (b'=', Some((_, last))) => {
                    last.end = source.end;
                    is_padded = true;
                    continue;
                }
                _ => {}
            }
            let bits = six_bits(*byte);
            if is_padded || bits.is_none() {
                finish(&mut run);
                is_padded = false;
            }
            run.extend(bits.map(|bits| (bits, source.clone())));
        }
        finish(&mut run);
        decoded
    }
}

fn decode_run(letters: &[(u8, Range<usize>)], decoded: &mut Reading) {
    for group in letters.chunks(4) {
        for pair in group.windows(2).enumerate() {
            let (place, [(high, from), (low, to)]) = pair else {
                continue;
            };
            let byte = match place {
                0 => (high << 2) | (low >> 4),
                1 => (high << 4) | (low >> 2),
                _ => (high << 6) | low,
            };
            decoded.push(&[byte], from.start..to.end);
        }
    }
}

/// The meaning of an escape sequence.
enum Decoded {
    Byte(u8),
    Char(char),
}

fn escape_sequence(bytes: &[u8]) -> Option<(Decoded, usize)> {
    let [b'\\', kind, rest @ ..] = bytes else {
        return None;
    };
    let byte = match kind {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 0x07,
        b'b' => 0x08,
        b'v' => 0x0b,
        b'f' => 0x0c,
        b'0' => 0,
        b'\\' | b'"' | b'\'' | b'/' => *kind,
        b'x' => u8::try_from(hexadecimal(rest.get(..2)?)?).ok()?,
        b'u' if rest.first() == Some(&b'{') => {
            let end = rest.iter().take(8).position(|byte| *byte == b'}')?;
            let c = char::from_u32(hexadecimal(rest.get(1..end)?)?)?;
            return Some((Decoded::Char(c), end + 3));
        }
        b'u' => return utf16(rest),
        b'U' => {
            let c = char::from_u32(hexadecimal(rest.get(..8)?)?)?;
            return Some((Decoded::Char(c), 10));
        }
        _ => return None,
    };
    let length = if *kind == b'x' { 4 } else { 2 };
    Some((Decoded::Byte(byte), length))
}

/// The character of one or two UTF-16 escapes, after the first `\u`.
fn utf16(digits: &[u8]) -> Option<(Decoded, usize)> {
    let first = hexadecimal(digits.get(..4)?)?;
    if let Some(c) = char::from_u32(first) {
        return Some((Decoded::Char(c), 6));
    }
    let second = digits.get(4..10)?.strip_prefix(b"\\u")?;
    let units = [first, hexadecimal(second)?].map(|unit| u16::try_from(unit).unwrap_or(0));
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((Decoded::Char(c), 12))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let value = |sum: u32, digit: &u8| Some((sum << 4) | char::from(*digit).to_digit(16)?);
    digits
        .iter()
        .try_fold(0, value)
        .filter(|_| !digits.is_empty())
}

fn six_bits(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}
