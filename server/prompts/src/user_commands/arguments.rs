//! The user's words in a command's body: `$ARGUMENTS` is all of them, `$1` to `$9` are single ones.

const ALL: &str = "ARGUMENTS";

/// Whether the body has a place for them.
pub(super) fn are_named(body: &str) -> bool {
    parts(body).any(|part| matches!(part, Part::All | Part::One(_)))
}

/// The body with the words in their places; below it where it names none. What the words themselves hold is not
/// looked at again.
pub(super) fn expand(body: &str, words: &str) -> String {
    if !are_named(body) {
        return match words {
            "" => body.to_owned(),
            words => format!("{body}\n\n{words}"),
        };
    }
    let single: Vec<&str> = words.split_whitespace().collect();
    let filled = parts(body).map(|part| match part {
        Part::Text(text) => text,
        Part::All => words,
        Part::One(number) => single.get(number - 1).copied().unwrap_or_default(),
    });
    filled.collect()
}

enum Part<'a> {
    Text(&'a str),
    All,
    /// From 1.
    One(usize),
}

fn parts(body: &str) -> impl Iterator<Item = Part<'_>> {
    let mut pieces = body.split('$');
    let first = pieces.next().map(|text| vec![Part::Text(text)]);
    first.into_iter().chain(pieces.map(after_dollar)).flatten()
}

fn after_dollar(piece: &str) -> Vec<Part<'_>> {
    if let Some(rest) = piece.strip_prefix(ALL) {
        return vec![Part::All, Part::Text(rest)];
    }
    let mut rest = piece.chars();
    let digit = rest.next().and_then(|c| c.to_digit(10)).filter(|digit| *digit > 0);
    // `$10` and `$1.50` are money.
    let behind = rest.as_str().trim_start_matches('.');
    let is_alone = !behind.starts_with(|c: char| c.is_ascii_digit()) && !rest.as_str().starts_with(char::is_alphabetic);
    match digit.filter(|_| is_alone) {
        Some(digit) => vec![Part::One(digit as usize), Part::Text(rest.as_str())],
        None => vec![Part::Text("$"), Part::Text(piece)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, words: &str, expect: &str) {
        assert_eq!(expand(body, words), expect);
    }

    #[test]
    fn words_stand_where_the_body_names_them() {
        check("Look at $ARGUMENTS.", "the cache", "Look at the cache.");
        check("From $1 to $2; $3.", "a b", "From a to b; .");
        check("Do it.", "now", "Do it.\n\nnow");
        check("Do it.", "", "Do it.");
    }

    #[test]
    fn what_is_no_place_stays() {
        check("It costs $10, $0 or $x", "", "It costs $10, $0 or $x");
        check("$1.50 $", "", "$1.50 $");
    }

    #[test]
    fn words_are_not_read_twice() {
        check("$ARGUMENTS and $1", "$2 $ARGUMENTS", "$2 $ARGUMENTS and $2");
    }
}
