//! From a file's bytes to text and back, byte for byte.
//!
//! What was read as UTF-8, UTF-16 or Latin-1, with or without a byte order mark, is written the same way.
//! Line endings are part of the text and pass through. `encode(decode(bytes)) == bytes` for all bytes that decode.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the characters of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// ISO 8859-1: byte n is character n, so any bytes at all survive the round trip.
    Latin1,
}

/// All that a file's bytes say beyond its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByteImage {
    pub encoding: Encoding,
    /// Whether the bytes begin with a byte order mark, which is no part of the text.
    pub bom: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    pub image: ByteImage,
}

/// Why bytes are no text. Offsets count bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("the file is binary: control bytes, the first at byte {offset}")]
    Binary { offset: usize },
    #[error("the file is not valid {encoding}: see byte {offset}; convert it first")]
    Invalid { encoding: Encoding, offset: usize },
}

/// A character that the file's encoding cannot hold. `offset` counts UTF-8 bytes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{char:?} at byte {offset} cannot be written in {encoding}, the file's encoding")]
pub struct EncodeError {
    pub char: char,
    pub offset: usize,
    pub encoding: Encoding,
}

const UTF8_BOM: &[u8] = &[0xEF, 0xBB, 0xBF];
const UTF16_LE_BOM: &[u8] = &[0xFF, 0xFE];
const UTF16_BE_BOM: &[u8] = &[0xFE, 0xFF];

/// More control characters than one in this many make a file binary.
const CONTROL_SHARE: usize = 10;

/// Reads a file's bytes: UTF-16 by its mark, else UTF-8, else Latin-1 if nothing in it looks like UTF-8.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    if let Some(body) = bytes.strip_prefix(UTF16_LE_BOM) {
        return decode_utf16(body, Encoding::Utf16Le, u16::from_le_bytes);
    }
    if let Some(body) = bytes.strip_prefix(UTF16_BE_BOM) {
        return decode_utf16(body, Encoding::Utf16Be, u16::from_be_bytes);
    }
    let body = bytes.strip_prefix(UTF8_BOM);
    let bom = body.is_some();
    let body = body.unwrap_or(bytes);
    let skipped = bytes.len() - body.len();
    if let Some(offset) = body.iter().position(|byte| *byte == 0) {
        return Err(DecodeError::Binary {
            offset: skipped + offset,
        });
    }
    let (text, encoding) = match std::str::from_utf8(body) {
        Ok(text) => (text.to_owned(), Encoding::Utf8),
        Err(error) if bom || holds_utf8(body) => {
            let offset = skipped + error.valid_up_to();
            return Err(DecodeError::Invalid {
                encoding: Encoding::Utf8,
                offset,
            });
        }
        Err(_) => (body.iter().map(|byte| char::from(*byte)).collect(), Encoding::Latin1),
    };
    let image = ByteImage { encoding, bom };
    refuse_control(&text, &image)?;
    Ok(Decoded { text, image })
}

impl ByteImage {
    /// What a new file gets.
    pub const PLAIN: Self = Self {
        encoding: Encoding::Utf8,
        bom: false,
    };

    /// The file's bytes for `text`.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = self.mark().to_vec();
        match self.encoding {
            Encoding::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            Encoding::Utf16Le => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Utf16Be => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Encoding::Latin1 => {
                for (offset, char) in text.char_indices() {
                    let byte = u8::try_from(char);
                    bytes.push(byte.map_err(|_| EncodeError {
                        char,
                        offset,
                        encoding: self.encoding,
                    })?);
                }
            }
        }
        Ok(bytes)
    }

    fn mark(&self) -> &'static [u8] {
        match (self.bom, self.encoding) {
            (false, _) | (_, Encoding::Latin1) => &[],
            (true, Encoding::Utf8) => UTF8_BOM,
            (true, Encoding::Utf16Le) => UTF16_LE_BOM,
            (true, Encoding::Utf16Be) => UTF16_BE_BOM,
        }
    }

    /// How many bytes this image spends on a character.
    fn width(&self, char: char) -> usize {
        match self.encoding {
            Encoding::Utf8 => char.len_utf8(),
            Encoding::Utf16Le | Encoding::Utf16Be => 2 * char.len_utf16(),
            Encoding::Latin1 => 1,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 (little-endian)",
            Self::Utf16Be => "UTF-16 (big-endian)",
            Self::Latin1 => "Latin-1",
        })
    }
}

fn decode_utf16(body: &[u8], encoding: Encoding, unit: fn([u8; 2]) -> u16) -> Result<Decoded, DecodeError> {
    let (pairs, odd) = body.as_chunks::<2>();
    let mut text = String::with_capacity(body.len());
    let mut offset = UTF16_LE_BOM.len();
    for char in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let char = char.map_err(|_| DecodeError::Invalid { encoding, offset })?;
        if char == '\0' {
            return Err(DecodeError::Binary { offset });
        }
        text.push(char);
        offset += 2 * char.len_utf16();
    }
    if !odd.is_empty() {
        return Err(DecodeError::Invalid { encoding, offset });
    }
    let image = ByteImage { encoding, bom: true };
    refuse_control(&text, &image)?;
    Ok(Decoded { text, image })
}

/// Whether any valid multi-byte UTF-8 sequence stands in the bytes: then they were meant as UTF-8, and calling them
/// Latin-1 would show, and let be saved, two wrong characters for each right one.
fn holds_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// Compressed or compiled content without a NUL byte still gives itself away by its control characters.
fn refuse_control(text: &str, image: &ByteImage) -> Result<(), DecodeError> {
    let mut first = None;
    let mut found = 0;
    let mut total = 0;
    let mut offset = image.mark().len();
    for char in text.chars() {
        if char.is_control() && !matches!(char, '\t' | '\n' | '\r' | '\x0B' | '\x0C' | '\x1B') {
            first.get_or_insert(offset);
            found += 1;
        }
        total += 1;
        offset += image.width(char);
    }
    match first {
        Some(offset) if found * CONTROL_SHARE > total => Err(DecodeError::Binary { offset }),
        _ => Ok(()),
    }
}
