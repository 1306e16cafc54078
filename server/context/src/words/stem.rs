//! English words without their endings, as far as telling families of words apart takes.

/// Shortens `word` in place to its stem and returns the stem's length: first what grammar added, then what made another kind
/// of word of it. Not for readers: what matters is that words of one kind come to the same and others do not.
pub(super) fn stem(word: &mut [u8]) -> usize {
    let mut length = word.len();
    if length <= 3 {
        return length;
    }
    length = without_plural(word, length);
    length = without_inflection(word, length);
    length = without_derivation(word, length);
    if length > 3 && word[length - 1] == b'e' {
        length -= 1;
    }
    without_double(word, length)
}

fn without_plural(word: &mut [u8], length: usize) -> usize {
    let is = &word[..length];
    if length > 4 && is.ends_with(b"ies") {
        word[length - 3] = b'y';
        return length - 2;
    }
    let is_plural = is.ends_with(b"s") && !matches!(is[length - 2], b's' | b'u' | b'i');
    length - usize::from(is_plural)
}

fn without_inflection(word: &mut [u8], length: usize) -> usize {
    let is = &word[..length];
    if length > 4 && is.ends_with(b"ied") {
        word[length - 3] = b'y';
        return length - 2;
    }
    let ending = match is {
        _ if is.ends_with(b"eed") => 0,
        _ if is.ends_with(b"ed") => 2,
        _ if is.ends_with(b"ing") => 3,
        _ => 0,
    };
    let rest = &is[..length - ending];
    // Without a vowel it is no word: `str` of "string".
    let is_word = rest.len() >= 3
        && rest
            .iter()
            .any(|byte| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
    if ending == 0 || !is_word {
        return length;
    }
    without_double(word, length - ending)
}

/// An ending, how much of it stays, and how long the word must be without what goes.
type Derivation = (&'static [u8], usize, usize);

/// By the last letter of the ending; the first that fits is taken.
fn derivations(last: u8) -> &'static [Derivation] {
    match last {
        b'n' => &[
            (b"ization", 2, 4),
            (b"mentation", 0, 4),
            (b"llation", 1, 5),
            (b"istration", 3, 4),
            (b"uration", 2, 6),
            (b"rmation", 2, 5),
            (b"ation", 2, 4),
            (b"tion", 1, 3),
            (b"sion", 1, 4),
        ],
        b'r' => &[(b"ator", 2, 4), (b"tor", 1, 4), (b"er", 0, 3)],
        b't' => &[(b"ment", 0, 4)],
        b'e' => &[(b"able", 0, 4)],
        b'y' => &[(b"ly", 0, 5)],
        _ => &[],
    }
}

fn without_derivation(word: &[u8], length: usize) -> usize {
    let Some(last) = word[..length].last() else {
        return length;
    };
    let shortened = derivations(*last).iter().find_map(|(ending, kept, least)| {
        let rest = word[..length].strip_suffix(*ending)?.len() + kept;
        (rest >= *least).then_some(rest)
    });
    shortened.unwrap_or(length)
}

/// `stop` of `stopp`, and `cancel` of `cancell`, but `pass` and `call`.
fn without_double(word: &[u8], length: usize) -> usize {
    let is_doubled = length > 3 && word[length - 1] == word[length - 2];
    let belongs = match word[length - 1] {
        b's' => true,
        b'l' => length <= 4,
        _ => false,
    };
    length - usize::from(is_doubled && !belongs)
}

#[cfg(test)]
mod tests {
    use crate::words::terms;

    #[test]
    fn endings_do_not_matter() {
        for family in [
            "cancel cancels cancelled canceled cancelling cancellation cancellable",
            "query queries queried",
            "stop stopping stopped stops",
            "class classes",
            "status statuses",
            "render renders rendered rendering",
            "refactor refactored refactoring",
            "register registered registration",
            "connect connection connections connecting",
            "document documents documented documentation",
            "configure configured configuration configures",
            "validate validates validating validation validator",
            "serialize serializer serialization serializing",
            "variable variables",
            "disable disabled disables disabling",
            "install installed installing installation",
            "iterate iterator iterators iterating iteration",
            "cache caches cached caching",
            "string strings",
            "reply replies replied",
            "execute execution executor executed",
        ] {
            let stems = terms(family);
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{family}: {stems:?}");
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for apart in [
            "form format",
            "string str",
            "call cal",
            "pass past",
            "seed see",
            "user us",
            "reply replica",
        ] {
            let stems = terms(apart);
            assert!(stems.len() < 2 || stems[0] != stems[1], "{apart}");
        }
    }
}
