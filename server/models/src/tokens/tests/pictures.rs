//! What pictures cost, against the vendors' own counters (less the few tokens of the text beside the picture).

use super::*;

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let chunk = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).map(move |index| char::from(LETTERS[(bits >> (18 - 6 * index) & 63) as usize]))
    };
    bytes
        .chunks(3)
        .flat_map(|bytes| chunk(bytes).collect::<Vec<_>>())
        .collect()
}

fn picture(media_type: &str, bytes: &[u8]) -> Block {
    Block::Image(Image {
        media_type: media_type.to_owned(),
        data: base64(bytes),
    })
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

fn check(model: &str, (width, height): (u32, u32), expect: u64) {
    let tokens = TokenCounter::for_model(model).block(&picture("image/png", &png(width, height)));
    assert!(
        tokens.abs_diff(expect) * 50 <= expect,
        "{model} {width}×{height}: {tokens}, not {expect}"
    );
}

#[test]
fn vendors_count_pictures_in_their_own_way() {
    check("claude-opus-5-5", (512, 512), 361);
    check("claude-opus-5-5", (1920, 1080), 2_691);
    check("claude-opus-5-5", (4032, 3024), 3_928);
    check("claude-haiku-4-5", (1024, 1024), 1_369);
    check("claude-haiku-4-5", (3840, 2160), 1_568);
    check("gpt-6-astra", (256, 256), 77);
    check("gpt-6-astra", (1920, 1080), 2_448);
    check("gpt-6-astra", (4032, 3024), 14_364);
    check("gemini-3.8-flash", (256, 256), 1_101);
    check("gemini-3.8-flash", (4032, 3024), 1_101);
}

#[test]
fn the_size_is_found_in_every_format() {
    let mut jpeg = b"\xff\xd8\xff\xe1\x00\x10Exif-and-more!\xff\xc0\x00\x11\x08".to_vec();
    jpeg.extend([2, 0, 4, 0]);
    let gif = b"GIF89a\x00\x04\x00\x02".to_vec();
    let mut lossy = b"RIFF....WEBPVP8 ....\x00\x00\x00\x9d\x01\x2a".to_vec();
    lossy.extend([0, 4, 0, 2]);
    let mut extended = b"RIFF....WEBPVP8X........".to_vec();
    extended.extend([0xff, 3, 0, 0xff, 1, 0]);
    let mut lossless = b"RIFF....WEBPVP8L....\x2f".to_vec();
    lossless.extend((1023_u32 | 511 << 14).to_le_bytes());
    let counter = TokenCounter::for_model("gpt-5.4");
    let expect = counter.block(&picture("image/png", &png(1024, 512)));
    for (media_type, bytes) in [
        ("image/jpeg", jpeg),
        ("image/gif", gif),
        ("image/webp", lossy),
        ("image/webp", extended),
        ("image/webp", lossless),
    ] {
        assert_eq!(counter.block(&picture(media_type, &bytes)), expect, "{media_type}");
    }
}

#[test]
fn a_picture_that_says_no_size_is_taken_for_a_screenshot() {
    let counter = TokenCounter::for_model("gpt-5.4");
    let screenshot = counter.block(&picture("image/png", &png(1920, 1080)));
    for (media_type, bytes) in [
        ("image/png", &b"not a png"[..]),
        ("image/png", &png(0, 7)),
        ("image/png", &png(u32::MAX, u32::MAX)),
        ("image/jpeg", b"\xff\xd8\xff\xe1\x00"),
        ("image/webp", b""),
        ("image/tiff", b"II*\0"),
    ] {
        assert_eq!(counter.block(&picture(media_type, bytes)), screenshot, "{media_type}");
    }
}
