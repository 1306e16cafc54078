//! Who may import whom, as in `server/ARCHITECTURE.md`.

use std::process::Command;

use serde_json::Value;

use crate::tree::{expect_none, repository};

/// What each crate may import of our own. A crate that is not here may not exist; an import that is not here
/// is forbidden. Tests of a crate may use any other.
const IMPORTS: [(&str, &[&str]); 19] = [
    ("text", &[]),
    ("base", &["text"]),
    ("permissions", &["base"]),
    ("models", &["base", "permissions", "sandbox"]),
    ("hooks", &["base", "permissions", "sandbox"]),
    ("config", &["base", "permissions"]),
    ("workspace", &["text", "base", "permissions"]),
    ("sandbox", &["base", "permissions"]),
    ("store", &["base", "text"]),
    ("prompts", &["base"]),
    ("context", &["workspace", "text", "base", "store"]),
    (
        "tools",
        &[
            "workspace",
            "context",
            "sandbox",
            "permissions",
            "prompts",
            "store",
            "text",
            "base",
        ],
    ),
    ("mcp", &["tools", "permissions", "sandbox", "base"]),
    ("engine", ENGINE),
    ("team", &["engine", "store", "base"]),
    ("chat", &["engine", "workspace", "text", "base"]),
    ("lsp", &["chat", "engine", "workspace", "text", "base"]),
    ("acp", &["chat", "engine", "workspace", "text", "base"]),
    ("singletree", ALL),
];

const ENGINE: &[&str] = &[
    "text",
    "base",
    "permissions",
    "models",
    "hooks",
    "workspace",
    "sandbox",
    "store",
    "prompts",
    "context",
    "tools",
];

const ALL: &[&str] = &[
    "text",
    "base",
    "permissions",
    "models",
    "hooks",
    "config",
    "workspace",
    "sandbox",
    "store",
    "prompts",
    "context",
    "tools",
    "mcp",
    "engine",
    "team",
    "chat",
    "lsp",
    "acp",
];

/// Third parties that one family of crates keeps to itself, tests included: a name, or its beginning with `*`.
const QUARANTINE: [(&str, &[&str]); 15] = [
    ("tower", &["lsp"]),
    ("tower-lsp*", &["lsp"]),
    ("agent-client-protocol*", &["chat", "acp"]),
    ("rmcp", &["mcp"]),
    ("reqwest", &["models", "hooks", "tools", "team"]),
    ("rusqlite", &["store"]),
    ("redis", &["team"]),
    ("tree-sitter*", &["context"]),
    ("brush-parser", &["permissions"]),
    ("boon", &["engine"]),
    ("landlock", &["sandbox"]),
    ("seccompiler", &["sandbox"]),
    ("libc", &["sandbox"]),
    ("grep-*", &["tools"]),
    ("clap", &["singletree"]),
];

struct Package {
    name: String,
    /// Relative to the repository.
    folder: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    /// The package's name, whatever it is imported as.
    name: String,
    is_for_tests: bool,
}

fn packages() -> Vec<Package> {
    let root = repository();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(&root)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let package = |package: &Value| Package {
        name: text(&package["name"]),
        folder: text(&package["manifest_path"])
            .trim_start_matches(&*root.to_string_lossy())
            .trim_matches('/')
            .trim_end_matches("/Cargo.toml")
            .to_owned(),
        dependencies: list(&package["dependencies"])
            .iter()
            .map(|dependency| Dependency {
                name: text(&dependency["name"]),
                is_for_tests: dependency["kind"] == "dev",
            })
            .collect(),
    };
    list(&metadata["packages"]).iter().map(package).collect()
}

fn of_server(packages: &[Package]) -> impl Iterator<Item = &Package> {
    packages.iter().filter(|package| package.folder.starts_with("server/"))
}

fn forbidden_imports(packages: &[Package]) -> Vec<String> {
    let mut violations = Vec::new();
    for package in of_server(packages) {
        let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == package.name) else {
            violations.push(format!("{}: not in the import table", package.name));
            continue;
        };
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| !dependency.is_for_tests)
        {
            let name = dependency.name.as_str();
            let is_ours = packages.iter().any(|package| package.name == name);
            if is_ours && !allowed.contains(&name) {
                violations.push(format!("{} may not import {name}", package.name));
            }
        }
    }
    violations
}

fn escaped_third_parties(packages: &[Package]) -> Vec<String> {
    let mut violations = Vec::new();
    for package in of_server(packages) {
        for dependency in &package.dependencies {
            let is_named = |(pattern, _): &&(&str, &[&str])| match pattern.strip_suffix('*') {
                Some(beginning) => dependency.name.starts_with(beginning),
                None => dependency.name == *pattern,
            };
            for (_, owners) in QUARANTINE.iter().filter(is_named) {
                if !owners.contains(&package.name.as_str()) {
                    let owners = owners.join(", ");
                    violations.push(format!(
                        "{} may not use {}: it is for {owners}",
                        package.name, dependency.name
                    ));
                }
            }
        }
    }
    violations
}

fn misnamed_folders(packages: &[Package]) -> Vec<String> {
    let has_its_name = |package: &&Package| package.folder.rsplit('/').next() == Some(&package.name);
    let misnamed = packages.iter().filter(|package| !has_its_name(package));
    misnamed
        .map(|package| format!("{} holds the crate {}", package.folder, package.name))
        .collect()
}

#[test]
fn crates_import_what_the_map_allows() {
    expect_none(&forbidden_imports(&packages()));
}

#[test]
fn third_parties_stay_in_their_crates() {
    expect_none(&escaped_third_parties(&packages()));
}

#[test]
fn folders_are_named_like_their_crates() {
    let packages = packages();
    assert!(of_server(&packages).count() > 5, "cargo metadata names too few crates");
    expect_none(&misnamed_folders(&packages));
}

/// `folder name: dependency dependency` a line; `dev:` before a dependency makes it one of the tests.
fn check(rule: fn(&[Package]) -> Vec<String>, fixture: &str, expect: &[&str]) {
    let package = |line: &str| {
        let (head, dependencies) = line.split_once(':').expect("a colon after the name");
        let (folder, name) = head.trim().split_once(' ').expect("a folder and a name");
        let dependency = |word: &str| Dependency {
            name: word.trim_start_matches("dev:").to_owned(),
            is_for_tests: word.starts_with("dev:"),
        };
        Package {
            name: name.to_owned(),
            folder: folder.to_owned(),
            dependencies: dependencies.split_whitespace().map(dependency).collect(),
        }
    };
    let packages: Vec<_> = fixture.lines().map(package).collect();
    assert_eq!(rule(&packages), expect);
}

#[test]
fn an_import_upwards_is_found() {
    check(
        forbidden_imports,
        "server/text text: ropey dev:base\nserver/base base: text\nserver/store store: base permissions\n\
         server/permissions permissions: base\ntests/e2e e2e: store",
        &["store may not import permissions"],
    );
}

#[test]
fn a_crate_off_the_map_is_found() {
    check(
        forbidden_imports,
        "server/helpers helpers: serde",
        &["helpers: not in the import table"],
    );
}

#[test]
fn an_escaped_third_party_is_found() {
    check(
        escaped_third_parties,
        "server/lsp lsp: tower-lsp-server tower\nserver/store store: rusqlite\nserver/engine engine: rusqlite\n\
         server/tools tools: dev:tree-sitter-rust grep-regex\ntests/e2e e2e: rusqlite",
        &[
            "engine may not use rusqlite: it is for store",
            "tools may not use tree-sitter-rust: it is for context",
        ],
    );
}

#[test]
fn a_misnamed_folder_is_found() {
    check(
        misnamed_folders,
        "server/text text:\nserver/stuff base:",
        &["server/stuff holds the crate base"],
    );
}
