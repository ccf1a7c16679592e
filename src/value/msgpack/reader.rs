use rmp::Marker;

use crate::value::error::DecodeError;

/// Reads from a slice, and fails if a length exceeds it.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn marker(&mut self) -> Result<Marker, DecodeError> {
        let [byte] = self.array()?;
        Ok(Marker::from_u8(byte))
    }

    /// The payload length of the extension that starts with this marker; none for other markers.
    pub(super) fn extension(&mut self, marker: Marker) -> Result<Option<usize>, DecodeError> {
        Ok(Some(match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length8()?,
            Marker::Ext16 => self.length16()?,
            Marker::Ext32 => self.length32()?,
            _ => return Ok(None),
        }))
    }

    /// The bytes of the string that starts with this marker; none for other markers.
    pub(super) fn string(&mut self, marker: Marker) -> Result<Option<&'a [u8]>, DecodeError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => self.length8()?,
            Marker::Str16 => self.length16()?,
            Marker::Str32 => self.length32()?,
            _ => return Ok(None),
        };
        self.take(length).map(Some)
    }

    /// The bytes of the binary that starts with this marker; none for other markers.
    pub(super) fn binary(&mut self, marker: Marker) -> Result<Option<&'a [u8]>, DecodeError> {
        let length = match marker {
            Marker::Bin8 => self.length8()?,
            Marker::Bin16 => self.length16()?,
            Marker::Bin32 => self.length32()?,
            _ => return Ok(None),
        };
        self.take(length).map(Some)
    }

    /// The declared length of the array that starts with this marker; none for other markers.
    pub(super) fn array_length(&mut self, marker: Marker) -> Result<Option<usize>, DecodeError> {
        Ok(Some(match marker {
            Marker::FixArray(length) => usize::from(length),
            Marker::Array16 => self.length16()?,
            Marker::Array32 => self.length32()?,
            _ => return Ok(None),
        }))
    }

    /// The declared length of the map that starts with this marker; none for other markers.
    pub(super) fn map_length(&mut self, marker: Marker) -> Result<Option<usize>, DecodeError> {
        Ok(Some(match marker {
            Marker::FixMap(length) => usize::from(length),
            Marker::Map16 => self.length16()?,
            Marker::Map32 => self.length32()?,
            _ => return Ok(None),
        }))
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn length8(&mut self) -> Result<usize, DecodeError> {
        self.array().map(|[byte]| usize::from(byte))
    }

    fn length16(&mut self) -> Result<usize, DecodeError> {
        self.array()
            .map(|bytes| usize::from(u16::from_be_bytes(bytes)))
    }

    fn length32(&mut self) -> Result<usize, DecodeError> {
        // A length that exceeds the address space exceeds the input as well.
        self.array()
            .map(|bytes| usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX))
    }
}

fn truncated() -> DecodeError {
    DecodeError::new("unexpected end of the MessagePack data")
}

/// The name of a marker's type for messages.
pub(super) fn family(marker: Marker) -> &'static str {
    match marker {
        Marker::Null => "nil",
        Marker::Reserved => "a reserved byte",
        Marker::True | Marker::False => "a bool",
        Marker::FixPos(_)
        | Marker::FixNeg(_)
        | Marker::U8
        | Marker::U16
        | Marker::U32
        | Marker::U64
        | Marker::I8
        | Marker::I16
        | Marker::I32
        | Marker::I64 => "an integer",
        Marker::F32 | Marker::F64 => "a float",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "a string",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "binary",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "an array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        _ => "an extension",
    }
}
