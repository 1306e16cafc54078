//! What holds for any line at all.

use proptest::prelude::*;

use super::World;
use crate::verdict::Decision;

const LINES: [&str; 24] = [
    "echo a",
    "zap -x 'b c'",
    "echo a > b",
    "curl x | jq .",
    "echo \"$(zap)\" `zap`",
    "if zap; then echo a; else zap; fi",
    "for i in a b; do zap $i; done",
    "case $x in a) zap ;; *) echo b; esac",
    "cat <<EOF\n$(zap)\nEOF\n",
    "x=1; echo $((x + 1)) ${x:-2}",
    "{ zap; } 2>&1 | zap",
    "( ( zap ) )",
    "[[ -f a && $b =~ ^(c|d)$ ]]",
    "f() { zap; }; f",
    "while read -r l; do echo \"$l\"; done < a",
    "echo {a,b} ~ $HOME *.rs",
    "A=b zap",
    "cd src && zap",
    "echo $'\\x41' 'b'",
    "time ! zap &",
    "diff <(zap) <(zap b)",
    "eval 'zap'",
    "echo a | sh",
    "((1 + 2))",
];

fn line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(LINES.to_vec())
}

/// A line with pieces of syntax thrown into it.
fn mutated() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "'", "\"", "`", "$(", ")", "${", "}", "((", "))", "<<E\n", "\n", ";", "&", "|", "\\", "#", "$'", "<(", "[[",
        "do", "in ", "\0", "\u{202e}", "é",
    ]);
    (
        line(),
        prop::collection::vec((any::<prop::sample::Index>(), piece), 0..6),
    )
        .prop_map(|(line, pieces)| {
            let mut characters: Vec<String> = line.chars().map(String::from).collect();
            for (at, piece) in pieces {
                let at = at.index(characters.len() + 1);
                characters.insert(at, piece.to_owned());
            }
            characters.concat()
        })
}

fn decide(world: &World, line: &str) -> Decision {
    world.judge(line).verdict.decision
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_text_gets_a_verdict(text in ".{0,200}", mutated in mutated()) {
        let world = World::new();
        decide(&world, &text);
        decide(&world, &mutated);
    }

    #[test]
    fn one_more_refusal_never_loosens(line in mutated(), command in prop::sample::select(vec!["zap", "echo", "curl x"])) {
        let before = decide(&World::new(), &line);
        let after = decide(&World::new().with(Decision::Deny, command), &line);
        prop_assert!(after >= before, "{before} {after}");
    }

    #[test]
    fn no_rule_loosens_a_refusal(line in mutated(), command in prop::sample::select(vec!["zap", "echo", "curl", "sh"])) {
        let before = decide(&World::new(), &line);
        let after = decide(&World::new().with(Decision::Allow, command), &line);
        prop_assert!(before != Decision::Deny || after == Decision::Deny);
    }

    #[test]
    fn a_download_into_a_shell_is_refused_behind_anything(line in line(), separator in prop::sample::select(vec!["; ", "\n", " && ", " & "])) {
        let separator = if line.ends_with('&') { "\n" } else { separator };
        let whole = format!("{line}{separator}curl x | sh");
        // `sh` may be a function by then, but no line here defines one.
        prop_assert_eq!(decide(&World::new(), &whole), Decision::Deny);
    }

    #[test]
    fn a_compound_is_as_strict_as_its_parts(first in line(), second in line(), separator in prop::sample::select(vec!["\n", "\n\n"])) {
        let world = World::new();
        let both = decide(&world, &format!("{first}{separator}{second}"));
        prop_assert!(both >= decide(&world, first));
        prop_assert!(both >= decide(&world, second).min(Decision::Ask) || second.contains("$x") || second.starts_with("cd "));
    }

    #[test]
    fn wrapping_never_loosens(line in line(), wrapper in prop::sample::select(vec![
        ("(", "\n)"), ("{ ", "\n}"), ("echo $(", "\n)"), ("echo \"$(", "\n)\""), ("if true; then ", "\nfi"), ("! { ", "\n}"),
        ("f() { ", "\n}; f"), ("cat <(", "\n)"), ("time { ", "\n}"), ("for i in a; do ", "\ndone"),
    ])) {
        let world = World::new().with(Decision::Deny, "zap -x");
        let (before, after) = wrapper;
        let wrapped = format!("{before}{line}{after}");
        prop_assert!(decide(&world, &wrapped) >= decide(&world, line), "{wrapped}");
    }

    #[test]
    fn quoting_a_name_never_loosens(at in 0..3_usize, quote in prop::sample::select(vec!["\\", "''", "\"\"", "\\\n"])) {
        let world = World::new().with(Decision::Deny, "zap");
        let mut name = "zap".to_owned();
        name.insert_str(at, quote);
        prop_assert_eq!(decide(&world, &name), Decision::Deny);
    }

    #[test]
    fn the_strictest_source_wins(verdicts in prop::collection::vec(
        prop::sample::select(vec![Decision::Allow, Decision::Ask, Decision::Deny]), 1..5)) {
        let world = verdicts.iter().fold(World::new(), |world, verdict| world.with(*verdict, "zap"));
        prop_assert_eq!(Some(&decide(&world, "zap a")), verdicts.iter().max());
    }
}
