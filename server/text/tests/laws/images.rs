use proptest::prelude::*;
use proptest::sample::select;
use text::{ByteImage, DecodeError, Edit, EncodeError, Encoding, Encoding::*, decode, diff_lines};

use crate::documents::{played, replaced, strokes, text};

fn check(bytes: &[u8], expect: Result<(&str, Encoding, bool), DecodeError>) {
    let decoded = decode(bytes);
    if let Ok(decoded) = &decoded {
        assert_eq!(decoded.image.encode(&decoded.text).as_deref(), Ok(bytes));
    }
    let found = decoded
        .as_ref()
        .map(|found| (found.text.as_str(), found.image.encoding, found.image.bom));
    assert_eq!(found, expect.as_ref().copied(), "{bytes:x?}");
}

#[test]
fn each_encoding_with_and_without_mark() {
    check(b"", Ok(("", Utf8, false)));
    check("a\r\né𝒳".as_bytes(), Ok(("a\r\né𝒳", Utf8, false)));
    check(b"\xEF\xBB\xBFa", Ok(("a", Utf8, true)));
    check(b"\xEF\xBB\xBF\xEF\xBB\xBFa", Ok(("\u{FEFF}a", Utf8, true)));
    check(b"\xFF\xFEa\0\xE9\0", Ok(("aé", Utf16Le, true)));
    check(b"\xFE\xFF\0a\xD8\x35\xDC\xB3", Ok(("a𝒳", Utf16Be, true)));
    check(b"\xFF\xFE", Ok(("", Utf16Le, true)));
    check(b"caf\xE9 \xDF\n", Ok(("café ß\n", Latin1, false)));
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    check(b"ab\0c", Err(DecodeError::Binary { offset: 2 }));
    check(b"\xE9\0", Err(DecodeError::Binary { offset: 1 }));
    check(b"\xEF\xBB\xBF\0", Err(DecodeError::Binary { offset: 3 }));
    check(b"\xFF\xFE\0\0a\0\0\0", Err(DecodeError::Binary { offset: 2 }));
    check(b"\x7FELF\x02\x01\x01", Err(DecodeError::Binary { offset: 0 }));
    check(b"\xE9\x80\x1F\x8B", Err(DecodeError::Binary { offset: 1 }));
    check(
        b"caf\xC3\xA9 \xE9",
        Err(DecodeError::Invalid {
            encoding: Utf8,
            offset: 6,
        }),
    );
    check(
        b"\xEF\xBB\xBFa\xE9",
        Err(DecodeError::Invalid {
            encoding: Utf8,
            offset: 4,
        }),
    );
    check(
        b"\xFF\xFEa\0b",
        Err(DecodeError::Invalid {
            encoding: Utf16Le,
            offset: 4,
        }),
    );
    check(
        b"\xFE\xFF\0a\xD8\x35\0b",
        Err(DecodeError::Invalid {
            encoding: Utf16Be,
            offset: 4,
        }),
    );
}

#[test]
fn a_few_control_characters_do_not_make_a_file_binary() {
    check(
        b"\x1B[1mbold\x1B[0m \x0C\n\x07 bell in a long enough line\n",
        Ok((
            "\x1B[1mbold\x1B[0m \x0C\n\x07 bell in a long enough line\n",
            Utf8,
            false,
        )),
    );
}

#[test]
fn text_that_the_encoding_cannot_hold_is_an_error() {
    let image = ByteImage {
        encoding: Latin1,
        bom: false,
    };
    assert_eq!(
        image.encode("é→"),
        Err(EncodeError {
            char: '→',
            offset: 2,
            encoding: Latin1
        })
    );
    let message = "'→' at byte 2 cannot be written in Latin-1, the file's encoding";
    assert_eq!(image.encode("é→").unwrap_err().to_string(), message);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn bytes_that_decode_encode_to_themselves(
        mark in select(vec![&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"]),
        body in prop::collection::vec(prop_oneof![any::<u8>(), b'a'..=b'z', select(b"\r\n".to_vec()), 0xC0_u8..], 0..24),
    ) {
        let bytes = [mark, &body].concat();
        if let Ok(decoded) = decode(&bytes) {
            prop_assert_eq!(decoded.image.encode(&decoded.text).unwrap(), bytes);
        }
    }

    #[test]
    fn a_kept_hunk_leaves_every_other_byte_of_the_file(
        old in text(),
        strokes in strokes(3),
        image in select(vec![(Utf8, false), (Utf8, true), (Utf16Le, true), (Utf16Be, true), (Latin1, false)]),
    ) {
        let image = ByteImage { encoding: image.0, bom: image.1 };
        let narrow = |text: String| if image.encoding == Latin1 { text.replace(|char| char > 'ÿ', "ß") } else { text };
        let (old, new) = (narrow(old.clone()), narrow(played(&old, &strokes)));
        let Ok(decoded) = decode(&image.encode(&old).unwrap()) else { return Ok(()) };
        for hunk in diff_lines(&decoded.text, &new) {
            let edit = Edit { range: hunk.old.clone(), text: new[hunk.new].to_owned() };
            let kept = decoded.image.encode(&replaced(&decoded.text, &edit)).unwrap();
            let head = decoded.image.encode(&old[..hunk.old.start]).unwrap();
            let body = ByteImage { bom: false, ..decoded.image };
            let (middle, tail) = (body.encode(&edit.text).unwrap(), body.encode(&old[hunk.old.end..]).unwrap());
            prop_assert_eq!(kept, [head, middle, tail].concat());
        }
    }

    #[test]
    fn text_comes_back_from_every_encoding_that_has_a_mark(text in text()) {
        for encoding in [Utf8, Utf16Le, Utf16Be] {
            let image = ByteImage { encoding, bom: true };
            let decoded = decode(&image.encode(&text).unwrap()).unwrap();
            prop_assert_eq!((&decoded.text, decoded.image), (&text, image));
        }
    }
}
