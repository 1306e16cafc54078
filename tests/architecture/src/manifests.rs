//! What manifests must say: why each third party is there, and that the workspace's lints hold.

use crate::tree::{SourceFile, expect_none, files};

/// Third parties in the root manifest's `[workspace.dependencies]` with no `# reason` on their line. Our own
/// crates need none, nor do the grammars, which are one family.
fn dependencies_without_reason(manifest: &str) -> Vec<String> {
    let section = manifest
        .lines()
        .skip_while(|line| line.trim() != "[workspace.dependencies]")
        .skip(1);
    let lines = section
        .take_while(|line| !line.starts_with('['))
        .filter(|line| line.contains('='));
    let lacks_reason = |line: &&str| {
        let is_comment = line.trim_start().starts_with('#');
        let is_ours = line.contains("path = \"server/");
        let is_grammar = line.starts_with("tree-sitter-");
        let reason = line.split_once(" # ").map_or("", |(_, reason)| reason.trim());
        !is_comment && !is_ours && !is_grammar && reason.is_empty()
    };
    lines
        .filter(lacks_reason)
        .map(|line| format!("Cargo.toml: no reason beside `{line}`"))
        .collect()
}

fn without_workspace_lints(files: &[SourceFile]) -> Vec<String> {
    // A crate's manifest is `server/NAME/Cargo.toml` or `tests/NAME/Cargo.toml`; those further down are fixtures.
    let is_manifest = |file: &&SourceFile| file.path.ends_with("/Cargo.toml") && file.path.split('/').count() == 3;
    let inherits = |file: &&SourceFile| {
        let manifest: Option<toml::Table> = file.text.parse().ok();
        let lints = manifest.as_ref().and_then(|manifest| manifest.get("lints"));
        lints
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool)
            == Some(true)
    };
    let lax = files.iter().filter(is_manifest).filter(|file| !inherits(file));
    lax.map(|file| format!("{}: no `[lints] workspace = true`", file.path))
        .collect()
}

#[test]
fn every_third_party_has_a_reason() {
    let files = files();
    let root = files
        .iter()
        .find(|file| file.path == "Cargo.toml")
        .expect("the root manifest");
    assert!(
        root.text.contains("\n[workspace.dependencies]\n"),
        "the section has moved"
    );
    expect_none(&dependencies_without_reason(&root.text));
}

#[test]
fn every_crate_takes_the_workspaces_lints() {
    expect_none(&without_workspace_lints(&files()));
}

#[test]
fn a_dependency_without_reason_is_found() {
    let manifest = "[workspace]\nx = 1\n[workspace.dependencies]\n# Ours.\ntext = { path = \"server/text\" }\n\
                    tree-sitter-go = \"1\"\na = \"1\"  # for a thing\nb = \"1\"\nc = \"1\" #\n[profile.dev]\ny = 2";
    assert_eq!(
        dependencies_without_reason(manifest),
        [
            "Cargo.toml: no reason beside `b = \"1\"`",
            "Cargo.toml: no reason beside `c = \"1\" #`"
        ]
    );
}

#[test]
fn a_crate_without_lints_is_found() {
    let manifest = |path: &str, text: &str| SourceFile {
        path: path.into(),
        text: text.into(),
    };
    let files = [
        manifest("Cargo.toml", ""),
        manifest("server/a/Cargo.toml", "[lints]\nworkspace = true"),
        manifest("server/b/Cargo.toml", "[package]\n# [lints]\nversion.workspace = true"),
        manifest("tests/c/Cargo.toml", "[lints]\nworkspace = false"),
        manifest("tests/c/fixtures/d/Cargo.toml", ""),
    ];
    assert_eq!(
        without_workspace_lints(&files),
        [
            "server/b/Cargo.toml: no `[lints] workspace = true`",
            "tests/c/Cargo.toml: no `[lints] workspace = true`"
        ]
    );
}
