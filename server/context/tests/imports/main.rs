//! Imports to files, in small workspaces: a line of the expectation is an importer, what it writes, and what it gets.
#![expect(clippy::expect_used, reason = "the helpers of tests fail as tests do")]

mod others;
mod packages;
mod passed_on;
mod python;
mod rust;
mod scripts;

use std::path::Path;
use std::sync::Arc;

use context::imports::{Resolver, tested_by_name};
use context::{Catalog, Digest, Language};
use expect_test::Expect;

/// Files without a text are only there.
fn check(files: &[(&str, &str)], imports: &[(&str, &str)], expect: Expect) {
    let read = |path: &str| {
        files
            .iter()
            .find(|(file, _)| *file == path)
            .map(|(_, text)| (*text).to_owned())
    };
    let resolver = Resolver::new(files.iter().map(|(path, _)| *path), &read);
    let mut out = String::new();
    for (importer, target) in imports {
        let language = Language::of_path(Path::new(importer)).expect("a known language");
        let found = resolver.resolve(language, importer, target);
        let found: Vec<&str> = found.iter().map(|index| files[*index as usize].0).collect();
        out += &format!("{importer}: {target} → {}\n", found.join(" "));
    }
    expect.assert_eq(&out);
}

fn plain<'a>(paths: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    paths.iter().map(|path| (*path, "")).collect()
}

/// Asked are files and names in them: where each leads, and as what it is declared there; without a name, the files that
/// are imported, by themselves or through others.
fn check_passed(files: &[(&str, &str)], asked: &[(&str, &str)], expect: Expect) {
    let digest = |(path, text): &(&str, &str)| ((*path).to_owned(), Arc::new(Digest::of(Path::new(path), text)));
    let catalog = Catalog::of(files.iter().map(digest));
    let read = |path: &str| {
        let file = files.iter().find(|(file, _)| *file == path);
        file.map(|(_, text)| (*text).to_owned())
    };
    let resolver = catalog.resolver(&read);
    let mut out = String::new();
    for (importer, name) in asked {
        let mut found: Vec<String> = match *name {
            "" => catalog.imported_by(&resolver, importer),
            name => {
                let places = catalog.imported_as(&resolver, importer, name).into_iter();
                places.map(|(path, declared)| format!("{path}:{declared}")).collect()
            }
        };
        found.sort_unstable();
        out += &format!("{importer}: {name} → {}\n", found.join(" "));
    }
    expect.assert_eq(&out);
}

#[test]
fn a_hundred_thousand_files_are_not_many() {
    let paths: Vec<String> = (0..100_000)
        .map(|n| format!("pkg{}/sub{}/file{n}.py", n % 100, n % 1_000))
        .collect();
    let resolver = Resolver::new(paths.iter().map(String::as_str), &|_| None);
    for (index, path) in paths.iter().enumerate().step_by(10) {
        let module = path.trim_end_matches(".py").replace('/', ".");
        assert_eq!(
            resolver.resolve(Language::Python, "pkg0/sub0/file0.py", &module).len(),
            usize::from(index > 0)
        );
    }
    assert!(tested_by_name(paths.iter().map(String::as_str)).is_empty());
}
