//! Of what a model answers, what is worth showing: nothing that stands there already, and no half statement.

use ropey::Rope;

use super::around::Around;

/// Lines that a user takes in at a glance.
const MOST_LINES: usize = 12;
/// Bytes of the current line that a model may have repeated by mistake and not by chance.
const REPEATED: usize = 4;

/// The answer as it is inserted; none where nothing is left. `is_whole` says of a text whether its syntax has no damage.
pub(super) fn trimmed(answer: &str, around: &Around, is_whole: &dyn Fn(&Rope) -> bool) -> Option<String> {
    let text = without_fence(answer);
    let text = without_beginning(text, &around.before);
    let text = without_suffix(text, &around.after);
    let rest_of_line = around.after.lines().next().unwrap_or_default();
    let most = if rest_of_line.trim().is_empty() { MOST_LINES } else { 1 };
    let text = lines(text, most).trim_end();
    let text = ended(text, around, is_whole);
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn without_fence(answer: &str) -> &str {
    let Some(rest) = answer.trim_start().strip_prefix("```") else {
        return answer;
    };
    let body = rest.split_once('\n').map_or("", |(_, body)| body);
    body.rsplit_once("```")
        .map_or(body, |(body, _)| body.strip_suffix('\n').unwrap_or(body))
}

/// Models begin with the line that is begun, though it stands there.
fn without_beginning<'a>(text: &'a str, before: &str) -> &'a str {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let repeated = [line, line.trim_start()].into_iter().find_map(|line| {
        let is_telling = line.trim().len() >= REPEATED;
        text.strip_prefix(line).filter(|_| is_telling)
    });
    repeated.unwrap_or(text)
}

/// Up to where the answer says what stands behind the cursor.
fn without_suffix<'a>(text: &'a str, after: &str) -> &'a str {
    let overlap = (1..=text.len().min(after.len())).rev().find(|length| {
        let start = text.len() - length;
        text.is_char_boundary(start) && after.is_char_boundary(*length) && text[start..] == after[..*length]
    });
    let text = &text[..text.len() - overlap.unwrap_or_default()];
    // What follows on the next lines may be told with more behind it.
    let Some(next) = after.lines().skip(1).find(|line| !line.trim().is_empty()) else {
        return text;
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && line.trim_end() == next.trim_end() {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

fn lines(text: &str, most: usize) -> &str {
    // A first line that is empty is the end of the line that is begun.
    let ends = text.match_indices('\n').map(|(at, _)| at).filter(|at| *at > 0);
    match ends.collect::<Vec<_>>().get(most - 1) {
        Some(end) => &text[..*end],
        None => text,
    }
}

/// As many whole lines as leave the syntax whole; where no number of them does, the first.
fn ended<'a>(text: &'a str, around: &Around, is_whole: &dyn Fn(&Rope) -> bool) -> &'a str {
    let mut ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    ends.push(text.len());
    let fits = |end: &&usize| {
        let mut rope = Rope::from_str(&around.before);
        rope.append(Rope::from_str(&text[..**end]));
        rope.append(Rope::from_str(&around.after));
        is_whole(&rope)
    };
    let first = ends
        .iter()
        .copied()
        .find(|end| !text[..*end].trim().is_empty())
        .unwrap_or(text.len());
    let end = ends.iter().rev().find(fits).copied().filter(|end| *end >= first);
    &text[..end.unwrap_or(first)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, answer: &str, expect: Option<&str>) {
        let around = Around {
            before: before.to_owned(),
            after: after.to_owned(),
            line: 1,
        };
        // Enough of a syntax: as many braces are closed as opened.
        let is_whole = |rope: &Rope| {
            let count = |brace| rope.chars().filter(|c| *c == brace).count();
            count('{') == count('}')
        };
        assert_eq!(trimmed(answer, &around, &is_whole).as_deref(), expect);
    }

    #[test]
    fn what_stands_there_is_not_said_again() {
        check("let x = ", ";\n", "1;", Some("1"));
        check("    let total = ", "\n", "    let total = 1;", Some("1;"));
        check("let total = ", "\n", "let total = 1;", Some("1;"));
        check("fn a() {\n    ", "\n}\n", "b();\n}\n", Some("b();"));
        check(
            "fn a() {\n    ",
            "\n}\nfn b() {}\n",
            "c();\n}\n\nfn d() {}\n",
            Some("c();"),
        );
    }

    #[test]
    fn fences_are_taken_off() {
        check("", "\n", "```rust\nfn a() {}\n```", Some("fn a() {}"));
        check("", "\n", "```\nx", Some("x"));
    }

    #[test]
    fn in_the_middle_of_a_line_one_line_is_enough() {
        check("f(", ", b)\n", "a\n, c", Some("a"));
    }

    #[test]
    fn it_ends_with_a_whole_statement() {
        check("", "\n", "a();\nif b {\n    c();", Some("a();"));
        check("", "\n", "if b {\n    c();\n}\nd {", Some("if b {\n    c();\n}"));
        check("fn a() {", "\n", "\n    b();\n}", Some("\n    b();\n}"));
        check("", "\n", "if b {", Some("if b {"));
        check("", "\n", &"x\n".repeat(50), Some(&"x\n".repeat(12)[..23]));
    }

    #[test]
    fn nothing_is_nothing() {
        check("a", "\n", " \n\n", None);
        check("a", "b\n", "b\n", None);
        check("é", "é\n", "é", None);
    }
}
