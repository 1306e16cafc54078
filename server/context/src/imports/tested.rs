//! Which file a test is of, by the names people give to tests.

use super::files::Files;
use super::path;

/// Endings that are written in each other's languages.
const FAMILIES: [&[&str]; 7] = [
    &["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"],
    &["c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx"],
    &["java", "kt", "kts", "scala"],
    &["ex", "exs"],
    &["py", "pyi"],
    &["ml", "mli"],
    &["r", "R"],
];
/// What the names of tests end in, the longer first.
const ENDS: [&str; 18] = [
    "_unittest",
    "_integration_test",
    "_tests",
    "_test",
    "_spec",
    ".test",
    ".spec",
    ".cy",
    ".e2e",
    "-test",
    "-spec",
    "TestCase",
    "Tests",
    "Test",
    "Specs",
    "Spec",
    "ITCase",
    "IT",
];
const STARTS: [&str; 4] = ["test_", "tests_", "test-", "Test"];
/// Folders that hold tests.
const TEST_FOLDERS: [&str; 7] = ["test", "tests", "__tests__", "spec", "specs", "testing", "unit"];
/// And what serves tests, or shows how something is used.
const NO_CODE_FOLDERS: [&str; 9] = [
    "mocks",
    "__mocks__",
    "fixtures",
    "testdata",
    "support",
    "bench",
    "benches",
    "examples",
    "e2e",
];
/// The rest of a path says where something is in the code.
const CODE_FOLDERS: [&str; 6] = ["src", "lib", "main", "app", "source", "pkg"];
/// Files that stand for their folder.
const INDICES: [(&str, &str); 5] = [
    ("rs", "mod.rs"),
    ("py", "__init__.py"),
    ("lua", "init.lua"),
    ("ts", "index.ts"),
    ("js", "index.js"),
];

/// The names that the file which a test is of may have, if this is a test's name: `foo.go` of `a/foo_test.go`.
#[must_use]
pub fn test_of(path: &str) -> Option<Vec<String>> {
    let name = path::name(path);
    let (stem, ending) = name.rsplit_once('.')?;
    let code = code_stem(path, stem, ending)?;
    let family = FAMILIES.iter().find(|family| family.contains(&ending)).copied();
    let own = [ending];
    let endings = family.unwrap_or(&own);
    let files = endings.iter().map(|ending| format!("{code}.{ending}"));
    let indices = INDICES.iter().filter(|(ending, _)| endings.contains(ending));
    let indices = indices.map(|(_, index)| format!("{code}/{index}"));
    Some(files.chain(indices).collect())
}

fn code_stem<'a>(path: &'a str, stem: &'a str, ending: &str) -> Option<&'a str> {
    let folder = path::parent(path);
    let end = ENDS.iter().find_map(|end| {
        // `Latest` is no test of `La`.
        let code = stem.strip_suffix(end)?;
        let is_word =
            !end.starts_with(char::is_uppercase) || code.ends_with(|c: char| c.is_lowercase() || c.is_numeric());
        is_word.then_some(code)
    });
    let start = || {
        STARTS.iter().find_map(|start| {
            let code = stem.strip_prefix(start)?;
            (*start != "Test" || code.starts_with(char::is_uppercase)).then_some(code)
        })
    };
    if let Some(code) = end.or_else(start).filter(|code| !code.is_empty()) {
        return Some(code);
    }
    let in_tests = |name: &str| folder.split('/').any(|part| part == name);
    match ending {
        // `parser/tests.rs` is of the module that it is in.
        "rs" if stem == "tests" || stem == "test" => Some(path::name(folder)).filter(|name| !name.is_empty()),
        "rs" if in_tests("tests") && !in_tests("support") && stem != "mod" && stem != "main" => Some(stem),
        _ if in_tests("__tests__") => Some(stem),
        _ => None,
    }
}

/// Pairs of a test and the file that it is of, as indices; a test whose file could be several is left out.
#[must_use]
pub fn tested_by_name<'a>(files: impl Iterator<Item = &'a str>) -> Vec<(u32, u32)> {
    let paths: Vec<&str> = files.collect();
    let files = Files::new(paths.iter().copied());
    let mut pairs = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        let Ok(index) = u32::try_from(index) else { break };
        let Some(names) = test_of(path) else { continue };
        let code = names.iter().flat_map(|name| candidates(&files, name));
        let code = code.filter(|code| *code != index && is_code_for(path, files.path(*code)));
        if let Some(code) = best(&files, path, code) {
            pairs.push((index, code));
        }
    }
    pairs
}

/// No test itself, nor what only serves tests; and where nothing in the name says that it is a test, of the same
/// package.
fn is_code_for(test: &str, code: &str) -> bool {
    let is_in = |path: &str, folders: &[&str]| path::parent(path).split('/').any(|part| folders.contains(&part));
    if test_of(code).is_some()
        || is_in(code, &NO_CODE_FOLDERS)
        || (is_in(code, &TEST_FOLDERS) && is_in(test, &TEST_FOLDERS))
    {
        return false;
    }
    let stem = path::name(test).rsplit_once('.').map_or("", |(stem, _)| stem);
    let is_bare = path::name(code)
        .strip_prefix(stem)
        .is_some_and(|rest| rest.starts_with('.'));
    !is_bare || path::is_within(code, package(test))
}

/// What the folder of the tests is in.
fn package(test: &str) -> &str {
    let folders = path::ancestors(path::parent(test));
    let tests = folders
        .filter(|folder| TEST_FOLDERS.contains(&path::name(folder)))
        .last();
    tests.map_or("", path::parent)
}

/// Names like `index.ts` are too many to tell.
fn candidates<'a>(files: &'a Files, name: &str) -> impl Iterator<Item = u32> + 'a {
    const CAP: usize = 200;
    let found = files.by_suffix(name);
    let found = if found.len() > CAP { &[] } else { found };
    found.iter().copied()
}

/// The one in the most alike place; none where two are.
fn best(files: &Files, test: &str, code: impl Iterator<Item = u32>) -> Option<u32> {
    let test_place = place(test);
    let mut best: Option<(usize, u32)> = None;
    let mut tied = false;
    for index in code {
        let path = files.path(index);
        let alike = likeness(&test_place, &place(path)) * 64 + path::shared(test, path);
        match best {
            Some((most, _)) if alike < most => {}
            Some((most, _)) if alike == most => tied = true,
            _ => (best, tied) = (Some((alike, index)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, index)| index)
}

/// The folders that say where in the code something is.
fn place(path: &str) -> Vec<&str> {
    let parts = path::parent(path).split('/');
    parts
        .filter(|part| !TEST_FOLDERS.contains(part) && !CODE_FOLDERS.contains(part) && !part.is_empty())
        .collect()
}

/// Folders that both have, from the start and from the end.
fn likeness(a: &[&str], b: &[&str]) -> usize {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let both = start.max(end);
    if a == b { both + 1 } else { both }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(test: &str, code: Option<&str>) {
        let names = test_of(test);
        assert_eq!(names.as_ref().map(|names| names[0].as_str()), code, "{test}: {names:?}");
    }

    #[test]
    fn names_of_tests() {
        check("a/foo_test.go", Some("foo.go"));
        check("tests/test_foo.py", Some("foo.py"));
        check("src/foo.spec.ts", Some("foo.ts"));
        check("src/__tests__/foo.tsx", Some("foo.ts"));
        check("src/test/java/a/FooTest.java", Some("Foo.java"));
        check("a/FooTests.cs", Some("Foo.cs"));
        check("spec/foo_spec.rb", Some("foo.rb"));
        check("tests/foo.rs", Some("foo.rs"));
        check("src/parser/tests.rs", Some("parser.rs"));
        check("a/foo_unittest.cc", Some("foo.c"));
        check("test/a_test.exs", Some("a.ex"));
    }

    #[test]
    fn other_names() {
        for path in [
            "a/Latest.java",
            "a/test.py",
            "src/foo.ts",
            "a/contest.go",
            "a/_test.go",
            "tests/conftest.py",
        ] {
            check(path, None);
        }
    }

    #[test]
    fn a_test_is_of_the_file_in_the_same_place() {
        let files = [
            "src/a/foo.py",
            "src/b/foo.py",
            "tests/b/test_foo.py",
            "tests/test_foo.py",
            "pkg/x.go",
            "pkg/x_test.go",
            "one/tests/y.rs",
            "one/src/y/mod.rs",
            "two/src/y.rs",
            "one/benches/y.rs",
            "two/tests/support/y.rs",
            "lua/acp/init.lua",
            "tests/test_acp.lua",
            "tests/mocks/acp.lua",
        ];
        assert_eq!(tested_by_name(files.into_iter()), [(2, 1), (5, 4), (6, 7), (12, 11)]);
    }
}
