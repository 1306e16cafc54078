//! Instructions in comments: `// singletree: <instruction>`, in any comment syntax.

/// The instruction that a line holds, if it is a comment that gives one. Only the comment's own markers may stand
/// before the word, so that prose or a string that mentions it is none.
pub(crate) fn in_line(line: &str) -> Option<&str> {
    const OPENERS: [&str; 13] = [
        "//!", "///", "//", "/**", "/*", "<!--", "--", "#", ";;", ";", "%", "\"\"\"", "*",
    ];
    const CLOSERS: [&str; 5] = ["*/", "-->", "\"\"\"", "--}}", "%>"];
    let line = line.trim();
    let mut text = OPENERS.iter().find_map(|opener| {
        let at = if line.starts_with(opener) {
            0
        } else {
            line.find(&format!(" {opener}"))? + 1
        };
        let comment = line[at + opener.len()..]
            .trim_start_matches(['/', '#', '*', '-', ';', '!'])
            .trim_start();
        let (name, rest) = (comment.get(..10)?, comment.get(10..)?);
        let rest = rest.trim_start().strip_prefix(':')?;
        name.eq_ignore_ascii_case("singletree").then_some(rest.trim())
    })?;
    for closer in CLOSERS {
        text = text.strip_suffix(closer).unwrap_or(text).trim_end();
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<&str>) {
        assert_eq!(in_line(line), expect, "{line}");
    }

    #[test]
    fn any_comment_syntax() {
        check("    // singletree: add a test", Some("add a test"));
        check("/// Singletree : add a test", Some("add a test"));
        check("x = 1  # singletree: rename x", Some("rename x"));
        check("/* singletree: inline this */", Some("inline this"));
        check(" * singletree: inline this", Some("inline this"));
        check("<!-- singletree: translate -->", Some("translate"));
        check("-- singletree: add an index", Some("add an index"));
        check("; singletree: curry", Some("curry"));
        check("% singletree: prove", Some("prove"));
    }

    #[test]
    fn what_gives_no_instruction() {
        check("singletree: not a comment", None);
        check("let a = \"singletree: in a string\";", None);
        check("// see singletree: its manual", None);
        check("// singletree:", None);
        check("// singletree is a bar", None);
        check("// sing", None);
        check("// éééééé", None);
    }
}
