//! What holds for every set of rules and every path.

use std::fs;

use proptest::prelude::*;

use super::*;

fn any_decision() -> impl Strategy<Value = Decision> {
    prop::sample::select(vec![Decision::Allow, Decision::Ask, Decision::Deny])
}

proptest! {
    /// Of all rules that match, the strictest holds, whatever their order; a built-in question stays one.
    #[test]
    fn deny_beats_ask_beats_allow(
        rules in prop::collection::vec((prop::sample::select(vec!["*.rs", "src", "src/a.rs", "*.md", ".env"]), any_decision()), 0..6),
        path in prop::sample::select(vec!["src/a.rs", "b.rs", "c.md", ".env", "src/.env"]),
    ) {
        let fixture = Fixture::new();
        let matches = |glob: &str| match glob {
            "*.rs" => path.ends_with(".rs"),
            "*.md" => path.ends_with(".md"),
            "src" => path.starts_with("src/"),
            ".env" => path.ends_with(".env"),
            exact => path == exact,
        };
        let built_in = path.ends_with(".env").then_some(Decision::Ask);
        let configured = rules.iter().filter(|(glob, _)| matches(glob)).map(|(_, decision)| *decision);
        let expect = configured.chain(built_in).max().unwrap_or(Decision::Allow);
        let policy = fixture.policy(|config| config.rules = rules.iter().map(|(glob, decision)| rule(glob, *decision)).collect());
        prop_assert_eq!(policy.judge(&write(&fixture.at(&format!("root/{path}")))).decision, expect);
    }

    /// Whatever names, `..` and links a path is made of: it is allowed exactly if it leads into the root.
    #[cfg(unix)]
    #[test]
    fn nothing_outside_the_root_is_ever_allowed(
        links in prop::collection::vec((step(), prop::collection::vec(step(), 1..4), any::<bool>()), 0..4),
        path in prop::collection::vec(step(), 1..6),
    ) {
        let fixture = Fixture::new();
        for (name, target, absolute) in &links {
            let target = target.join("/");
            let target = if *absolute { fixture.at(&target).display().to_string() } else { target };
            // A name that is taken stays what it is.
            let _ = std::os::unix::fs::symlink(target, fixture.at(&format!("root/{name}")));
        }
        let path = fixture.at(&format!("root/{}", path.join("/")));
        let decision = fixture.policy(|_| {}).judge(&write(&path)).decision;
        let root = fixture.at("root").canonicalize().unwrap();
        if let Ok(real) = path.canonicalize() {
            let is_inside = real.starts_with(&root) && real != root;
            prop_assert_eq!(decision == Decision::Deny, !is_inside, "{} is {}", path.display(), real.display());
        } else if decision != Decision::Deny && fs::write(&path, "x").is_ok() {
            // What the kernel then makes must be inside.
            prop_assert!(path.canonicalize().unwrap().starts_with(&root), "{}", path.display());
        }
    }
}

#[cfg(unix)]
fn step() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["..", "src", "root", "beside", "a.rs", "b.rs", "x", "y", "z"]).prop_map(str::to_owned)
}
