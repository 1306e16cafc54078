//! Words for a command line.

/// The words as one line that the shell takes apart into the same words.
pub(crate) fn line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(word).collect();
    quoted.join(" ")
}

/// One word, whatever is in it.
pub(crate) fn word(word: &str) -> String {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | ',' | '+' | '@' | '%');
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expect: &str) {
        assert_eq!(line(words.iter().copied()), expect);
    }

    #[test]
    fn words_stay_words() {
        check(&["git", "add", "src/a.rs"], "git add src/a.rs");
        check(&["commit", "-m", "it's; $(done)\n"], "commit -m 'it'\\''s; $(done)\n'");
        check(&["", "~", "*", "HEAD^", "#", "a b"], "'' '~' '*' 'HEAD^' '#' 'a b'");
    }
}
