//! `$'…'`: the one kind of quotes whose content says something other than itself.

/// The text that bash makes of what stands between `$'` and `'`. None where that would not be UTF-8, or ends in
/// the middle of an escape.
pub(super) fn decode(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    while let Some(character) = rest.next() {
        if character != '\\' {
            push(&mut bytes, character);
            continue;
        }
        match rest.next()? {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'e' | 'E' => bytes.push(27),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            same @ ('\\' | '\'' | '"' | '?') => push(&mut bytes, same),
            'c' => {
                let control = rest.next().filter(char::is_ascii)?;
                if control == '\\' {
                    rest.next_if_eq(&'\\');
                }
                bytes.push(if control == '?' {
                    0x7f
                } else {
                    control.to_ascii_uppercase() as u8 & 0x1f
                });
            }
            'x' if rest.peek() == Some(&'{') => {
                rest.next();
                let value = number(&mut rest, None, 16, usize::MAX).unwrap_or(0);
                rest.next_if_eq(&'}');
                bytes.push(value.to_le_bytes()[0]);
            }
            'x' => match number(&mut rest, None, 16, 2) {
                Some(value) => bytes.push(value.to_le_bytes()[0]),
                None => bytes.extend_from_slice(b"\\x"),
            },
            long @ ('u' | 'U') => match number(&mut rest, None, 16, if long == 'u' { 4 } else { 8 }) {
                Some(value) => push(&mut bytes, char::from_u32(value)?),
                None => {
                    bytes.push(b'\\');
                    push(&mut bytes, long);
                }
            },
            first @ '0'..='7' => bytes.push(number(&mut rest, first.to_digit(8), 8, 3)?.to_le_bytes()[0]),
            other => {
                bytes.push(b'\\');
                push(&mut bytes, other);
            }
        }
    }
    // A NUL ends the string for bash, and what follows would vanish.
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn push(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn number(
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    first: Option<u32>,
    radix: u32,
    most: usize,
) -> Option<u32> {
    let mut value = first;
    for _ in usize::from(first.is_some())..most {
        let Some(digit) = rest.peek().and_then(|c| c.to_digit(radix)) else {
            break;
        };
        rest.next();
        value = Some(value.unwrap_or(0).wrapping_mul(radix).wrapping_add(digit));
    }
    value
}
