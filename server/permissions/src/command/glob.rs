//! Patterns as a shell reads them, for matching.

use globset::{Glob, GlobBuilder, GlobMatcher};

/// Any one character.
const ANY: &str = "[\u{1}-\u{10ffff}]";

/// What matches the pattern, and at least what a shell's would; none for one that is not understood. `set` says the
/// rest.
pub(crate) fn matcher(pattern: &str, set: impl FnOnce(&mut GlobBuilder<'_>)) -> Option<GlobMatcher> {
    let pattern = with_wide_classes(pattern);
    let mut builder = GlobBuilder::new(&pattern);
    set(&mut builder);
    builder.build().ok().as_ref().map(Glob::compile_matcher)
}

/// Brackets that name a class, an equivalence or a symbol (`[[:alpha:]_]`, `[[=e=]]`, `[[.-.]]`) stand for any character:
/// globs of ours do not know them.
fn with_wide_classes(pattern: &str) -> String {
    let mut wide = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '\\' => first.len_utf8() + rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => match length_with_class(rest) {
                Some(length) => {
                    wide.push_str(ANY);
                    rest = &rest[length..];
                    continue;
                }
                None => 1,
            },
            _ => first.len_utf8(),
        };
        wide.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    wide
}

/// The length of the brackets that the text starts with, if there is a class in them.
fn length_with_class(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    at += usize::from(matches!(bytes.get(at), Some(b'!' | b'^')));
    at += usize::from(bytes.get(at) == Some(&b']'));
    let mut has_class = false;
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b']', _) => return has_class.then_some(at + 1),
            (b'[', Some(kind @ (b':' | b'=' | b'.'))) => {
                let inner = bytes.get(at + 2..)?;
                let length = inner.windows(2).position(|pair| pair == [*kind, b']']);
                has_class |= length.is_some();
                at += length.map_or(1, |length| length + 4);
            }
            (b'\\', Some(_)) => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, matching: &str, other: &str) {
        let matcher = matcher(pattern, |_| {}).unwrap();
        for (names, expected) in [(matching, true), (other, false)] {
            for name in names.split_whitespace() {
                assert_eq!(matcher.is_match(name), expected, "{pattern} {name}");
            }
        }
    }

    #[test]
    fn named_classes_are_any_character() {
        check("[[:alpha:]]d_rsa", "id_rsa 1d_rsa", "d_rsa iid_rsa");
        check("[![:digit:]x]b", "ab xb", "b");
        check("[]a[:alpha:]]b", "ab", "]ab");
        check("x[[=i=]][[.-.]]", "xi-", "xi");
        check(r"\[[:alpha:]]", "[a]", "[b]");
        check("[a[:x]b", "ab [b", "bb");
    }
}
