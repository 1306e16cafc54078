//! Instructions in comments: `// singletree: <instruction>`, in any comment syntax.

/// How a comment begins, and how it ends on the same line where it has to. Those that begin alike stand longest first.
const STYLES: [(&str, &str); 29] = [
    ("<!--", "-->"),
    ("<%--", "--%>"),
    ("<%#", "%>"),
    ("{{!--", "--}}"),
    ("{{!", "}}"),
    ("{#", "#}"),
    ("{-", "-}"),
    ("{*", "*}"),
    ("(*", "*)"),
    ("@*", "*@"),
    ("/*", "*/"),
    ("--[==[", "]==]"),
    ("--[=[", "]=]"),
    ("--[[", "]]"),
    ("#=", "=#"),
    ("#|", "|#"),
    ("\"\"\"", "\"\"\""),
    ("'''", "'''"),
    ("//", ""),
    ("--", ""),
    ("#", ""),
    (";", ""),
    ("%", ""),
    ("*", "*/"),
    ("!", ""),
    ("::", ""),
    ("REM ", ""),
    ("rem ", ""),
    ("dnl ", ""),
];
/// Lines that the beginning of a comment is looked for in.
const FAR: usize = 50;
/// Marks that only begin a comment in some languages, by the editor's name for them.
const OF_LANGUAGES: [(&str, &[&str]); 2] = [("\"", &["vim"]), ("'", &["vb", "vba", "basic", "plantuml"])];

/// The instruction that a line holds, if it is a comment that gives one. Only the comment's own marks may stand before
/// the word, so that prose or a string that mentions it is none.
pub(crate) fn in_line<'a>(line: &'a str, language: &str) -> Option<&'a str> {
    let line = line.trim();
    let of_language = OF_LANGUAGES
        .iter()
        .filter(|(_, languages)| languages.contains(&language));
    let of_language = of_language.map(|(opener, _)| (*opener, ""));
    STYLES
        .into_iter()
        .chain(of_language)
        .find_map(|(opener, closer)| in_comment(line, opener, closer))
}

/// The instruction of a line that stands in a comment of several lines, with no mark of its own; `above` are the lines
/// before it, the nearest first. Only a comment that begins its line is looked for.
pub(crate) fn in_block(line: &str, above: impl Iterator<Item = String>) -> Option<&str> {
    let text = named(line).filter(|text| !text.is_empty())?;
    let blocks = || {
        STYLES
            .iter()
            .filter(|(opener, closer)| !closer.is_empty() && opener != closer)
    };
    let mut above = above.take(FAR);
    above.find_map(|line| {
        let closes = |(_, closer): &&(&str, &str)| line.contains(closer);
        if blocks().any(|style| closes(&style)) {
            return Some(None);
        }
        let opened = blocks().find(|(opener, _)| line.trim_start().starts_with(opener));
        // A star goes on with a comment, it does not begin one.
        opened.filter(|(opener, _)| *opener != "*").map(|_| Some(text))
    })?
}

fn in_comment<'a>(line: &'a str, opener: &str, closer: &str) -> Option<&'a str> {
    line.match_indices(opener).find_map(|(at, _)| {
        let (before, comment) = (&line[..at], &line[at + opener.len()..]);
        let stands_apart = before.chars().next_back().is_none_or(char::is_whitespace);
        if !stands_apart || is_in_string(before, comment) {
            return None;
        }
        let text = named(comment.trim_start_matches(['/', '#', '*', '-', ';', '!', '%']))?;
        let text = text.strip_suffix(closer).unwrap_or(text).trim_end();
        (!text.is_empty()).then_some(text)
    })
}

/// Whether a quote stands open before a place of a line, and is closed behind it.
fn is_in_string(before: &str, after: &str) -> bool {
    ['"', '`']
        .iter()
        .any(|quote| before.matches(*quote).count() % 2 == 1 && after.contains(*quote))
}

/// What stands behind `singletree:`.
fn named(comment: &str) -> Option<&str> {
    let comment = comment.trim_start();
    let (name, rest) = (comment.get(..10)?, comment.get(10..)?);
    let rest = rest.trim_start().strip_prefix(':')?;
    name.eq_ignore_ascii_case("singletree").then_some(rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<&str>) {
        assert_eq!(in_line(line, "plaintext"), expect, "{line}");
    }

    #[test]
    fn any_comment_syntax() {
        check("    // singletree: add a test", Some("add a test"));
        check("/// Singletree : add a test", Some("add a test"));
        check("x = 1  # singletree: rename x", Some("rename x"));
        check("x = 1\t#\tsingletree: rename x", Some("rename x"));
        check("x = f(#a) # b # singletree: rename x", Some("rename x"));
        check("/* singletree: inline this */", Some("inline this"));
        check("/** singletree: inline this */", Some("inline this"));
        check(" * singletree: inline this", Some("inline this"));
        check("<!-- singletree: translate -->", Some("translate"));
        check("-- singletree: add an index", Some("add an index"));
        check("--[[ singletree: use a[b[1]] ]]", Some("use a[b[1]]"));
        check("-- singletree: use a[b[1]]", Some("use a[b[1]]"));
        check("; singletree: curry", Some("curry"));
        check(";;; singletree: curry", Some("curry"));
        check("#| singletree: curry |#", Some("curry"));
        check("% singletree: prove", Some("prove"));
        check("(* singletree: prove *)", Some("prove"));
        check("{- singletree: prove -}", Some("prove"));
        check("{# singletree: translate #}", Some("translate"));
        check("<%# singletree: translate %>", Some("translate"));
        check("{{!-- singletree: translate --}}", Some("translate"));
        check("! singletree: vectorise", Some("vectorise"));
        check("REM singletree: quote the path", Some("quote the path"));
        check("\"\"\"singletree: say what it does\"\"\"", Some("say what it does"));
    }

    #[test]
    fn a_quote_is_a_comment_in_some_languages() {
        assert_eq!(in_line("\" singletree: map it", "vim"), Some("map it"));
        assert_eq!(in_line("Dim x ' singletree: name it", "vb"), Some("name it"));
        check("\" singletree: map it", None);
        check("x = ' singletree: name it", None);
    }

    #[test]
    fn a_line_in_a_comment_of_several_lines() {
        let check = |text: &str, expect: Option<&str>| {
            let lines: Vec<&str> = text.lines().collect();
            let (line, above) = lines.split_last().unwrap();
            let above = above.iter().rev().map(|line| (*line).to_owned());
            assert_eq!(in_block(line, above), expect, "{text}");
        };
        check("<p>\n<!--\n\n  singletree: translate this", Some("translate this"));
        check("--[[\nsingletree: split it", Some("split it"));
        check("/*\n * why\n singletree: split it", Some("split it"));
        check("(* a\nsingletree: prove it", Some("prove it"));
        check("<!--\n-->\nsingletree: prose", None);
        check("/* a */\nsingletree: prose", None);
        check("* a list\nsingletree: prose", None);
        check("singletree: prose", None);
        check("<!--\nsee singletree: its manual", None);
    }

    #[test]
    fn what_gives_no_instruction() {
        check("singletree: not a comment", None);
        check("let a = \"singletree: in a string\";", None);
        check("let a = \"b // singletree: in a string\";", None);
        check("let a = `b # singletree: in a string`;", None);
        check("url = https://singletree: x", None);
        check("// see singletree: its manual", None);
        check("// singletree:", None);
        check("/* singletree: */", None);
        check("// singletree is a bar", None);
        check("// sing", None);
        check("// éééééé", None);
    }
}
