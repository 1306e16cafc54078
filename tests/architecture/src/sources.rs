//! What files may not be or contain.

use crate::tree::{SourceFile, expect_none, files};

/// Lines of a file under `server/`: more is a crate or a module that wants to be two.
const MAX_LINES: usize = 800;
const MANY_LINES: usize = 500;

/// Folders of one machine. Written apart, or this file would hold them.
const MACHINE_PATHS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/runner/"),
];

/// An exception to a lint names its reason, which only `expect` demands.
const ALLOW: [&str; 2] = [concat!("#[al", "low("), concat!("#![al", "low(")];

/// Waiting for time instead of for what is waited for.
const SLEEPS: [&str; 2] = [concat!("thread::sl", "eep"), concat!("time::sl", "eep")];

fn long_files(files: &[SourceFile], limit: usize) -> Vec<String> {
    let lines = |file: &SourceFile| file.text.lines().count();
    let long = files.iter().filter(|file| file.is_of_server() && lines(file) > limit);
    long.map(|file| format!("{}: {} lines", file.path, lines(file)))
        .collect()
}

/// Files whose name says nothing of what is in them.
fn nondescript_files(files: &[SourceFile]) -> Vec<String> {
    let is_nondescript = |file: &&SourceFile| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        matches!(
            name,
            "mod.rs" | "utils.rs" | "util.rs" | "helpers.rs" | "misc.rs" | "common.rs"
        )
    };
    files
        .iter()
        .filter(is_nondescript)
        .map(|file| format!("{}: name the file for what it holds", file.path))
        .collect()
}

fn machine_paths(files: &[SourceFile]) -> Vec<String> {
    find(
        files,
        |_| true,
        |_, line| MACHINE_PATHS.into_iter().find(|path| stands_alone(line, path)),
    )
}

/// Whether the path is there and is no part of a longer one.
fn stands_alone(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}' | ')' | '>' | '*' | '~'))
    })
}

fn allowed_lints(files: &[SourceFile]) -> Vec<String> {
    find(files, SourceFile::is_rust, |_, line| {
        ALLOW.into_iter().find(|allow| line.contains(allow))
    })
}

/// The sandbox's system calls, and the attacks on it, which are calls that nobody wraps.
const UNSAFE: [&str; 2] = ["server/sandbox/", "tests/attacks/src/bin/attacker/kernel.rs"];

fn unsafe_code(files: &[SourceFile]) -> Vec<String> {
    let concerns = |file: &SourceFile| file.is_rust() && !UNSAFE.iter().any(|place| file.path.starts_with(place));
    find(files, concerns, |_, line| {
        line.contains(concat!("expect(un", "safe_code"))
            .then_some("unsafe code")
    })
}

/// Of the front, its chat alone speaks ACP; the types come by way of the crate `chat`.
fn acp_beside_the_chat(files: &[SourceFile]) -> Vec<String> {
    let is_chat = |path: &str| path.starts_with("server/lsp/src/chat/") || path == "server/lsp/src/chat.rs";
    let concerns = |file: &SourceFile| file.path.starts_with("server/lsp/") && file.is_rust() && !is_chat(&file.path);
    find(files, concerns, |_, line| {
        line.contains("acp::").then_some("a type of ACP")
    })
}

fn sleeping_tests(files: &[SourceFile]) -> Vec<String> {
    find(files, SourceFile::is_rust, |file, line| {
        SLEEPS
            .into_iter()
            .find(|sleep| line.contains(sleep))
            .filter(|_| is_test(file, line))
    })
}

/// Whether the line, a slice of the file's text, is part of a test: in a file for tests, or behind
/// `#[cfg(test)]`, which opens the last module of a file.
fn is_test(file: &SourceFile, line: &str) -> bool {
    let is_test_file = file.path.split('/').any(|part| matches!(part, "tests" | "tests.rs"));
    let offset = line.as_ptr() as usize - file.text.as_ptr() as usize;
    is_test_file || file.text.find("#[cfg(test)]\nmod ").is_some_and(|tests| tests < offset)
}

/// The lines, comments aside, in which `look` finds something, as `path:line: finding`.
fn find(
    files: &[SourceFile],
    concerns: impl Fn(&SourceFile) -> bool,
    look: impl Fn(&SourceFile, &str) -> Option<&'static str>,
) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| concerns(file)) {
        for (index, line) in file.text.lines().enumerate() {
            let is_comment = file.is_rust() && line.trim_start().starts_with("//");
            if let Some(finding) = look(file, line).filter(|_| !is_comment) {
                found.push(format!("{}:{}: {finding}", file.path, index + 1));
            }
        }
    }
    found
}

#[test]
fn no_file_is_too_long() {
    let files = files();
    for long in long_files(&files, MANY_LINES) {
        println!("getting long: {long}");
    }
    expect_none(&long_files(&files, MAX_LINES));
}

#[test]
fn files_are_named_for_what_they_hold() {
    expect_none(&nondescript_files(&files()));
}

#[test]
fn acp_stays_in_the_chat() {
    expect_none(&acp_beside_the_chat(&files()));
    let file = |path: &str| SourceFile {
        path: path.to_owned(),
        text: "use chat::acp::SessionId;\n".to_owned(),
    };
    let found = acp_beside_the_chat(&[file("server/lsp/src/chat/a.rs"), file("server/lsp/src/pump.rs")]);
    assert_eq!(found, ["server/lsp/src/pump.rs:1: a type of ACP"]);
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    expect_none(&machine_paths(&files()));
}

#[test]
fn exceptions_to_lints_have_reasons() {
    expect_none(&allowed_lints(&files()));
}

#[test]
fn unsafe_code_is_for_the_sandbox() {
    expect_none(&unsafe_code(&files()));
}

#[test]
fn tests_do_not_sleep() {
    expect_none(&sleeping_tests(&files()));
}

fn check(rule: impl Fn(&[SourceFile]) -> Vec<String>, files: &[(&str, &str)], expect: &[&str]) {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).into(),
        text: (*text).into(),
    };
    let files: Vec<_> = files.iter().map(file).collect();
    assert_eq!(rule(&files), expect);
}

#[test]
fn a_long_file_is_found() {
    let rule = |files: &[SourceFile]| long_files(files, 2);
    check(
        rule,
        &[
            ("server/a.rs", "\n\n\n"),
            ("server/b.rs", "\n\n"),
            ("tests/c.rs", "\n\n\n"),
        ],
        &["server/a.rs: 3 lines"],
    );
}

#[test]
fn a_nondescript_file_is_found() {
    let files = [
        ("server/a/mod.rs", ""),
        ("server/a/model.rs", ""),
        ("server/utils.rs", ""),
    ];
    let told = [
        "server/a/mod.rs: name the file for what it holds",
        "server/utils.rs: name the file for what it holds",
    ];
    check(nondescript_files, &files, &told);
}

#[test]
fn a_machine_path_is_found() {
    let [work, root, _] = MACHINE_PATHS;
    let text = format!("see {work}x\n// \"{root}x\"\nfile://{root}x\n/a{root}x\n~{root}x");
    let (in_readme, in_code) = ("README.md", "server/a.rs");
    check(
        machine_paths,
        &[(in_readme, &text), (in_code, &text)],
        &[
            &format!("README.md:1: {work}"),
            &format!("README.md:2: {root}"),
            &format!("README.md:3: {root}"),
            &format!("server/a.rs:1: {work}"),
            &format!("server/a.rs:3: {root}"),
        ],
    );
}

#[test]
fn an_allowed_lint_is_found() {
    let [outer, inner] = ALLOW;
    let text = format!("{inner}dead_code)]\n#[expect(dead_code, reason = \"\")]\n    {outer}dead_code)]\n");
    check(
        allowed_lints,
        &[("server/a.rs", &text), ("a.md", &text)],
        &[&format!("server/a.rs:1: {inner}"), &format!("server/a.rs:3: {outer}")],
    );
}

#[test]
fn unsafe_code_elsewhere_is_found() {
    let text = concat!("#[expect(un", "safe_code, reason = \"\")]");
    check(
        unsafe_code,
        &[("server/a/a.rs", text), ("server/sandbox/a.rs", text)],
        &["server/a/a.rs:1: unsafe code"],
    );
}

#[test]
fn a_sleeping_test_is_found() {
    let [thread, time] = SLEEPS;
    let inline = format!("use tokio::{time};\n#[cfg(test)]\nmod tests {{\n    tokio::{time}(x).await;\n}}\n");
    let sleeps = format!("std::{thread}(x);\n// std::{thread}(x)\n");
    check(
        sleeping_tests,
        &[
            ("server/a/src/a.rs", &inline),
            ("server/a/src/b.rs", &sleeps),
            ("server/a/tests/c.rs", &sleeps),
        ],
        &[
            &format!("server/a/src/a.rs:4: {time}"),
            &format!("server/a/tests/c.rs:1: {thread}"),
        ],
    );
}
