//! What a picture costs, by its size in pixels. The size stands in the file's first bytes; nothing is decoded.

use base::Image;

/// How a vendor counts pictures; from tables that were measured at the vendors' own counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImageRule {
    /// Patches of 28 pixels; larger pictures are scaled until their longer side has this many.
    Side { patches: u64 },
    /// Patches of 28 pixels; larger pictures are scaled until there are this many in all.
    Area { patches: u64 },
    /// Patches of 32 pixels at 1.2 tokens, not scaled.
    Full,
    /// The same for every picture.
    Flat { tokens: u64 },
}

/// The size assumed where the file does not say one: a screenshot's.
const UNKNOWN_SIZE: (u64, u64) = (1920, 1080);

impl ImageRule {
    pub(super) fn tokens(self, image: &Image) -> u64 {
        let (width, height) = size(image).unwrap_or(UNKNOWN_SIZE);
        match self {
            Self::Side { patches } => {
                let longer = width.max(height);
                let most = patches * 28;
                let scaled = |side: u64| if longer > most { side * most / longer } else { side };
                scaled(width).div_ceil(28) * scaled(height).div_ceil(28)
            }
            Self::Area { patches } => (width.div_ceil(28) * height.div_ceil(28)).min(patches),
            Self::Full => (width.div_ceil(32) * height.div_ceil(32) * 6).div_ceil(5),
            Self::Flat { tokens } => tokens,
        }
    }
}

/// Width and height; none if the beginning of the file does not say.
fn size(image: &Image) -> Option<(u64, u64)> {
    let bytes = decode_start(&image.data);
    let sides = match image.media_type.as_str() {
        "image/png" => png(&bytes),
        "image/gif" => gif(&bytes),
        "image/jpeg" => jpeg(&bytes),
        "image/webp" => webp(&bytes),
        _ => None,
    };
    sides.filter(|(width, height)| (1..=100_000).contains(width) && (1..=100_000).contains(height))
}

fn png(bytes: &[u8]) -> Option<(u64, u64)> {
    bytes.starts_with(b"\x89PNG").then_some(())?;
    Some((big_endian(bytes.get(16..20)?), big_endian(bytes.get(20..24)?)))
}

fn gif(bytes: &[u8]) -> Option<(u64, u64)> {
    bytes.starts_with(b"GIF8").then_some(())?;
    Some((little_endian(bytes.get(6..8)?), little_endian(bytes.get(8..10)?)))
}

/// The size is in the frame header, somewhere after the metadata.
fn jpeg(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    loop {
        let segment = bytes.get(at..)?;
        let [0xff, marker, rest @ ..] = segment else {
            return None;
        };
        // C4, C8 and CC are no frames: tables, a reserved one, arithmetic conditioning.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((big_endian(rest.get(5..7)?), big_endian(rest.get(3..5)?)));
        }
        at += 2 + usize::try_from(big_endian(rest.get(..2)?)).ok()?;
    }
}

fn webp(bytes: &[u8]) -> Option<(u64, u64)> {
    match bytes.get(12..16)? {
        b"VP8 " => Some((
            little_endian(bytes.get(26..28)?) & 0x3fff,
            little_endian(bytes.get(28..30)?) & 0x3fff,
        )),
        b"VP8L" => {
            let bits = little_endian(bytes.get(21..25)?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((
            little_endian(bytes.get(24..27)?) + 1,
            little_endian(bytes.get(27..30)?) + 1,
        )),
        _ => None,
    }
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The beginning of a base64 text as bytes: enough to pass the metadata of a photo. What is no base64 ends it.
fn decode_start(base64: &str) -> Vec<u8> {
    const ENOUGH: usize = 256 * 1024;
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in base64.bytes().take(ENOUGH) {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\r' | b'\n' => continue,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}
