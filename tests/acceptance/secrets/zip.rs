//! The members of a ZIP archive, the format of Terraform's plan files.

use std::io::Read;

use flate2::read::DeflateDecoder;

/// The members with their names, decompressed. The sizes are read from the central directory, because local headers may
/// lack them.
pub(super) fn members(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let directory = archive
        .windows(4)
        .rposition(|four| four == b"PK\x05\x06")
        .expect("the end of a ZIP archive");
    let count = number(archive, directory + 10, 2);
    let mut at = number(archive, directory + 16, 4);
    let mut found = Vec::new();
    for _ in 0..count {
        assert_eq!(&archive[at..at + 4], b"PK\x01\x02", "no entry at {at}");
        let lengths = [28, 30, 32].map(|field| number(archive, at + field, 2));
        let name = &archive[at + 46..at + 46 + lengths[0]];
        let name = String::from_utf8_lossy(name).into_owned();
        found.push((name, member(archive, at)));
        at += 46 + lengths.iter().sum::<usize>();
    }
    found
}

/// The member for the entry of the central directory at this offset.
fn member(archive: &[u8], entry: usize) -> Vec<u8> {
    let (method, size) = (
        number(archive, entry + 10, 2),
        number(archive, entry + 20, 4),
    );
    let head = number(archive, entry + 42, 4);
    let start = head + 30 + number(archive, head + 26, 2) + number(archive, head + 28, 2);
    let packed = &archive[start..start + size];
    match method {
        0 => packed.to_owned(),
        8 => {
            let mut bytes = Vec::new();
            DeflateDecoder::new(packed)
                .read_to_end(&mut bytes)
                .expect("a packed member");
            bytes
        }
        other => panic!("packed in the way {other}"),
    }
}

fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    let digits = bytes[at..at + length].iter().rev();
    digits.fold(0, |number, byte| (number << 8) | usize::from(*byte))
}
