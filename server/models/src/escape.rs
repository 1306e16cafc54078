//! Texts as JSON strings, eight bytes at a time: a conversation of a megabyte is written before each request, and a
//! writer that looks at each byte takes a millisecond for it.

/// Appends `text` in quotes, escaped as `serde_json` does.
pub(crate) fn text(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    out.push(b'"');
    while let Some(special) = first_special(rest) {
        out.extend_from_slice(&rest[..special]);
        escaped(rest[special], out);
        rest = &rest[special + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// The place of the first byte that may not stand in a string as it is.
fn first_special(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = specials(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let is_special = |byte: &u8| matches!(byte, 0..=0x1f | b'"' | b'\\');
    rest.iter().position(is_special).map(|place| words.len() * 8 + place)
}

/// The highest bit of each of eight bytes that is special. Above the lowest one, bits of others may be set too: a
/// subtraction borrows.
fn specials(word: u64) -> u64 {
    let below = |word: u64, limit: u8| word.wrapping_sub(repeated(limit)) & !word & repeated(0x80);
    let is = |byte: u8| below(word ^ repeated(byte), 1);
    below(word, 0x20) | is(b'"') | is(b'\\')
}

fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

fn escaped(byte: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            let (high, low) = (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]);
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    fn check(text: &str) {
        let mut written = Vec::new();
        super::text(text, &mut written);
        assert_eq!(
            String::from_utf8(written).unwrap(),
            serde_json::to_string(text).unwrap()
        );
    }

    #[test]
    fn every_character_is_written_as_serde_json_does_wherever_it_stands() {
        for character in (0..=0x17f).filter_map(char::from_u32).chain(['\u{2028}', '𝒳']) {
            for before in 0..10 {
                check(&format!("{}{character}{character}after it more", "a".repeat(before)));
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_json_does(text in "([a-z]{0,9}[\\x00-\\x7f]|\\PC){0,40}") {
            check(&text);
        }
    }
}
