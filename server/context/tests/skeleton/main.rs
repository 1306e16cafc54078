//! Skeletons of small but real-looking files, in each language: declarations with lines, kind, owner and name, indented
//! by their parents; imports; the names that are used, called ones with `()`.
#![expect(clippy::expect_used, reason = "the helpers of tests fail as tests do")]

#[cfg(feature = "languages-more")]
mod compiled;
mod core;
#[cfg(feature = "languages-more")]
mod data;
mod imports;
mod markup;
#[cfg(feature = "languages-all")]
mod rare;
#[cfg(feature = "languages-more")]
mod scripts;

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

use context::{Declaration, ImportedName, Language, Origin, Skeleton};
use expect_test::Expect;

fn check(path: &str, source: &str, expect: Expect) {
    let language = Language::of_text(Path::new(path), source).expect("a known language");
    let skeleton = Skeleton::read(language, source).expect("parses");
    expect.assert_eq(&render(&skeleton, source));
}

fn render(skeleton: &Skeleton, source: &str) -> String {
    let text = |range: &Range<u32>| &source[range.start as usize..range.end as usize];
    let name = |name: &ImportedName| {
        let bound = text(&name.bound);
        match &name.origin {
            Origin::Target => format!("{bound}=."),
            Origin::Default => format!("{bound}=default"),
            Origin::Named(source) if *source == name.bound => bound.to_owned(),
            Origin::Named(source) => format!("{bound}={}", text(source)),
            Origin::All => "*".to_owned(),
        }
    };
    let mut out = String::new();
    for declaration in &skeleton.declarations {
        let (first, last) = lines(source, &declaration.bytes);
        let indent = "  ".repeat(depth(skeleton, declaration));
        let owner = declaration
            .owner
            .as_ref()
            .map_or(String::new(), |owner| format!("{}›", text(owner)));
        let body = declaration.body.as_ref().map_or(String::new(), |body| {
            let (first, last) = lines(source, body);
            format!(" {{{first}-{last}}}")
        });
        let kind = declaration.kind.as_str();
        let _ = writeln!(
            out,
            "{indent}{first}-{last} {kind} {owner}{}{body}",
            text(&declaration.name)
        );
    }
    for import in &skeleton.imports {
        let names: Vec<String> = import.names.iter().map(name).collect();
        let _ = writeln!(out, "import {} [{}]", import.target, names.join(" "));
    }
    let uses = skeleton.references.iter().map(|name| {
        let call = if name.call { "()" } else { "" };
        format!("{}{call}", text(&name.name()))
    });
    let _ = writeln!(out, "uses {}", uses.collect::<Vec<_>>().join(" "));
    out
}

fn depth(skeleton: &Skeleton, declaration: &Declaration) -> usize {
    let parent = declaration.parent.map(|parent| &skeleton.declarations[parent as usize]);
    parent.map_or(0, |parent| 1 + depth(skeleton, parent))
}

/// 1-based, inclusive.
fn lines(source: &str, range: &Range<u32>) -> (usize, usize) {
    let line = |offset: usize| source[..offset].matches('\n').count() + 1;
    let last = (range.end as usize).saturating_sub(1).max(range.start as usize);
    (line(range.start as usize), line(last))
}
