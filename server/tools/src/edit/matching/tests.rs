use proptest::prelude::*;

use super::*;

/// `expect` is the text after the edit, or the error.
fn check(text: &str, wanted: Wanted<'_>, expect: Result<&str, &str>) {
    let found = find(text, wanted).map(|replacements| applied(text, &replacements));
    assert_eq!(
        found.map_err(|error| error.to_string()),
        expect.map(str::to_owned).map_err(str::to_owned)
    );
}

fn wanted<'a>(old: &'a str, new: &'a str) -> Wanted<'a> {
    Wanted {
        old,
        new,
        ..Wanted::default()
    }
}

fn applied(text: &str, replacements: &[Edit]) -> String {
    let mut after = text.to_owned();
    for replacement in replacements.iter().rev() {
        after.replace_range(replacement.range.clone(), &replacement.text);
    }
    after
}

#[test]
fn one_place_is_replaced() {
    check(
        "let a = 1;\nlet b = 2;\n",
        wanted("b = 2", "b = 3"),
        Ok("let a = 1;\nlet b = 3;\n"),
    );
    check("a\nb\nc\n", wanted("b\n", ""), Ok("a\nc\n"));
    check("é𝒳é", wanted("𝒳", "x"), Ok("éxé"));
}

#[test]
fn line_endings_do_not_matter() {
    check("a\r\nb\r\nc\r\n", wanted("a\nb\n", "x\n"), Ok("x\nc\r\n"));
    check("a\r\nb\r\nc\r\n", wanted("b", "x"), Ok("a\r\nx\r\nc\r\n"));
    check("a\rb\rc\r", wanted("b\nc", "x"), Ok("a\rx\r"));
    check("a\nb\nc\n", wanted("a\r\nb", "x"), Ok("x\nc\n"));
}

#[test]
fn several_places_need_a_choice() {
    let text = "x = 1\ny = 2\nx = 1\n";
    check(
        text,
        wanted("x = 1", "x = 3"),
        Err(
            "`old_text` stands at 2 lines (1, 3): add lines around it until it is unique, give `line` to pick one, or \
             `replace_all`",
        ),
    );
    check(
        text,
        Wanted {
            line: Some(3),
            ..wanted("x = 1", "x = 3")
        },
        Ok("x = 1\ny = 2\nx = 3\n"),
    );
    check(
        text,
        Wanted {
            line: Some(900),
            ..wanted("x = 1", "x = 3")
        },
        Ok("x = 1\ny = 2\nx = 3\n"),
    );
    check(
        text,
        Wanted {
            all: true,
            ..wanted("x = 1", "x = 3")
        },
        Ok("x = 3\ny = 2\nx = 3\n"),
    );
    check(
        text,
        Wanted {
            line: Some(2),
            ..wanted("x = 1", "x = 3")
        },
        Err(
            "`old_text` stands at 2 lines (1, 3): add lines around it until it is unique, give `line` to pick one, or \
             `replace_all`",
        ),
    );
    check(
        text,
        Wanted {
            line: Some(2),
            all: true,
            ..wanted("x = 1", "x = 3")
        },
        Err("`line` picks one place and `replace_all` takes every one: give one of the two"),
    );
}

#[test]
fn places_that_overlap_are_several() {
    check(
        "}\n}\n}\n",
        Wanted {
            line: Some(2),
            ..wanted("}\n}\n", "]\n")
        },
        Ok("}\n]\n"),
    );
    assert_eq!(
        find("aaa", wanted("aa", "b")),
        Err(MatchError::Several { lines: vec![1, 1] })
    );
    assert_eq!(
        find("𝒳𝒳𝒳", wanted("𝒳𝒳", "b")),
        Err(MatchError::Several { lines: vec![1, 1] })
    );
    assert_eq!(find(&"a\n".repeat(1_001), wanted("a", "b")), Err(MatchError::TooMany));
    assert_eq!(
        find(
            &"a\n".repeat(1_001),
            Wanted {
                all: true,
                ..wanted("a", "b")
            }
        )
        .map(|all| all.len()),
        Ok(1_001)
    );
}

#[test]
fn nothing_to_do_is_an_error() {
    assert_eq!(find("a", wanted("", "b")), Err(MatchError::Empty));
    assert_eq!(find("a", wanted("a\r\n", "a\n")), Err(MatchError::Same));
}

#[test]
fn words_match_where_indentation_does_not() {
    check(
        "class A:\n    def f(self):\n        return 1\n",
        wanted(
            "def f(self):\n    return 1\n",
            "def f(self):\n    if x:\n        return 2\n    return 1\n",
        ),
        Ok("class A:\n    def f(self):\n        if x:\n            return 2\n        return 1\n"),
    );
    check(
        "def f():\n    return 1\n",
        wanted("    def f():\n        return 1", "    def f():\n        return 2"),
        Ok("def f():\n    return 2\n"),
    );
    check(
        "fn f() {\n\tlet a  =  1;\n\tb();\n}\n",
        wanted("\tlet a = 1;\n\tb();", "\tlet a = 1;\n\n\tc();"),
        Ok("fn f() {\n\tlet a  =  1;\n\n\tc();\n}\n"),
    );
}

#[test]
fn a_first_line_may_lack_its_indentation() {
    check(
        "impl A {\n    fn f() {\n        a();  \n    }\n}\n",
        wanted(
            "fn f() {\n        a();\n    }",
            "fn g() {\n        a();\n        b();\n    }",
        ),
        Ok("impl A {\n    fn g() {\n        a();  \n        b();\n    }\n}\n"),
    );
}

#[test]
fn the_end_of_the_file_needs_no_line_break() {
    check("a\n  b", wanted("a\n b\n", "a\n c\n"), Ok("a\n  c"));
    check("  a\nb\n", wanted("a \n", "c\n"), Ok("  c\nb\n"));
    check("  a\nb\n", wanted("a \n", ""), Ok("b\n"));
}

#[test]
fn words_alone_must_be_unique() {
    check(
        "  a b\nc\n   a b\n",
        wanted("a  b", "c"),
        Err(
            "`old_text` does not stand in the file; by its words alone it could be at lines 1, 3: copy the lines that \
             you mean exactly, white space included",
        ),
    );
    // Tabs in the file for spaces in the wanted text are no shift of the whole.
    check(
        "if a:\n\tif b:\n\t\tc()\n",
        wanted("if a:\n    if b:\n        c()\n", "pass\n"),
        Err(
            "`old_text` does not stand in the file; the nearest lines now are\n    1| if a:\n    2| \tif b:\n    3| \t\tc()",
        ),
    );
}

#[test]
fn a_miss_shows_what_is_there() {
    check(
        "fn one() {}\nfn total(items: &[u32]) -> u32 {\n    items.iter().sum()\n}\nfn two() {}\n",
        wanted("fn total(items: &[u64]) -> u64 {\n    items.iter().sum()\n}", ""),
        Err(
            "`old_text` does not stand in the file; the nearest lines now are\n    1| fn one() {}\n    2| fn \
             total(items: &[u32]) -> u32 {\n    3|     items.iter().sum()\n    4| }\n    5| fn two() {}",
        ),
    );
    check(
        "fn one() {}\n",
        wanted("class Two:\n", "x"),
        Err(
            "`old_text` does not stand in the file, nor does anything like it: `read` the file again, or `grep` for it",
        ),
    );
    check(
        "let a = 2;\n",
        wanted("let a = 1;", "let a = 2;"),
        Err("`old_text` does not stand in the file, but `new_text` does: this change seems to be made already"),
    );
    check(
        "fn one() {}\n",
        wanted("    1| fn one() {}\n", "x"),
        Err(
            "`old_text` does not stand in the file: it holds the line numbers and bars that `read` shows; leave them out",
        ),
    );
}

/// Texts of few words, so that lines repeat, with every kind of line ending and indentation.
fn texts() -> impl Strategy<Value = String> {
    let line = "( |  |\t)?(a|b|fn é|𝒳)?(  a| b)?(\n|\r\n|\r)";
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever matches, and however: what stands outside the replaced ranges stays as it is, and the ranges lie
    /// between characters, ascend, and split no `\r\n`.
    #[test]
    fn only_the_matched_ranges_change(
        text in texts(),
        old in texts(),
        new in texts(),
        line in proptest::option::of(1usize..12),
        all in any::<bool>(),
    ) {
        let Ok(replacements) = find(&text, Wanted { old: &old, new: &new, line, all }) else {
            return Ok(());
        };
        prop_assert!(!replacements.is_empty());
        let mut before = 0;
        for Edit { range, .. } in &replacements {
            prop_assert!(before <= range.start && range.start < range.end && range.end <= text.len());
            for at in [range.start, range.end] {
                prop_assert!(text.is_char_boundary(at));
                prop_assert!(!(text[..at].ends_with('\r') && text[at..].starts_with('\n')));
            }
            before = range.end;
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for Edit { range, .. } in &replacements {
            prop_assert_eq!(words(&text[range.clone()]), words(&old), "what is replaced is what was named");
        }
        let after = applied(&text, &replacements);
        let kept = replacements.first().map_or(0, |first| first.range.start);
        prop_assert_eq!(&after[..kept], &text[..kept]);
        let tail = text.len() - replacements.last().map_or(0, |last| last.range.end);
        prop_assert_eq!(&after[after.len() - tail..], &text[text.len() - tail..]);
    }

    /// A piece of the text, named with other line endings, is always found, and taken literally.
    #[test]
    fn a_piece_of_the_text_is_found(
        text in texts(),
        new in "[a-c]{1,3}",
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let bounds: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let (from, to) = (*from.get(&bounds), *to.get(&bounds));
        let (from, to) = (from.min(to), from.max(to));
        let is_split = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
        let old = text[from..to].replace("\r\n", "\n").replace('\r', "\n");
        if from == to || is_split(from) || is_split(to) || old == new {
            return Ok(());
        }
        match find(&text, Wanted { old: &old, new: &new, line: None, all: false }) {
            Ok(replacements) => prop_assert_eq!(replacements, vec![Edit { range: from..to, text: new }]),
            Err(MatchError::Several { lines }) => prop_assert!(lines.len() > 1),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}
