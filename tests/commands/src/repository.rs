//! The variants of the scratch repository: a plain one, and those whose own configuration names a helper.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail, ensure};

/// Which configuration the repository carries. In all but `Plain` a git command that only reads would run
/// `evil`, a file of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repository {
    Plain,
    Fsmonitor,
    External,
    Textconv,
    Filter,
    Gpg,
    Pager,
    Include,
    Alias,
    /// `.git` is a file that points at a folder of the workspace.
    Spoofed,
    /// A folder of the workspace is a repository with a helper of its own.
    Nested,
}

impl Repository {
    pub(crate) fn named(name: &str) -> anyhow::Result<Self> {
        Ok(match name {
            "plain" => Self::Plain,
            "fsmonitor" => Self::Fsmonitor,
            "external" => Self::External,
            "textconv" => Self::Textconv,
            "filter" => Self::Filter,
            "gpg" => Self::Gpg,
            "pager" => Self::Pager,
            "include" => Self::Include,
            "alias" => Self::Alias,
            "spoofed" => Self::Spoofed,
            "nested" => Self::Nested,
            _ => bail!("`{name}` is no variant of the repository"),
        })
    }

    /// Turns the plain repository at `root` into this variant.
    pub(crate) fn poison(self, root: &Path) -> anyhow::Result<()> {
        let config = root.join(".git/config");
        let evil = root.join("evil");
        let evil = evil.display();
        match self {
            Self::Plain => Ok(()),
            Self::Fsmonitor => append(&config, &format!("[core]\n\tfsmonitor = {evil}\n")),
            Self::External => append(&config, &format!("[diff]\n\texternal = {evil}\n")),
            Self::Textconv => {
                append(&config, &format!("[diff \"x\"]\n\ttextconv = {evil}\n"))?;
                append(&root.join(".gitattributes"), "*.rs diff=x\n")
            }
            Self::Filter => {
                append(&config, &format!("[filter \"x\"]\n\tclean = {evil}\n"))?;
                append(&root.join(".git/info/attributes"), "* filter=x\n")
            }
            Self::Gpg => append(&config, &format!("[gpg]\n\tprogram = {evil}\n")),
            Self::Pager => append(
                &config,
                &format!("[core]\n\tpager = {evil}\n[pager]\n\tlog = {evil}\n\tbranch = {evil}\n"),
            ),
            Self::Include => {
                fs::write(root.join("more.config"), format!("[core]\n\tfsmonitor = {evil}\n"))?;
                append(&config, "[include]\n\tpath = ../more.config\n")
            }
            Self::Alias => append(&config, &format!("[alias]\n\tlg = !{evil}\n\tst = status\n")),
            Self::Spoofed => {
                append(&config, &format!("[core]\n\tfsmonitor = {evil}\n"))?;
                fs::rename(root.join(".git"), root.join("data"))?;
                fs::write(root.join(".git"), "gitdir: data\n").map_err(Into::into)
            }
            Self::Nested => {
                let inner = root.join("vendor");
                fs::create_dir(&inner)?;
                git(&inner, &["init", "--quiet"])?;
                append(&inner.join(".git/config"), &format!("[core]\n\tfsmonitor = {evil}\n"))
            }
        }
    }
}

/// The files that rows name.
const FILES: [(&str, &str); 38] = [
    (
        "src/main.rs",
        "mod lib;\n\nfn main() {\n    // TODO: say more\n    println!(\"foo\");\n}\n",
    ),
    (
        "src/lib.rs",
        "pub struct X;\n\npub fn a() -> u8 {\n    let x = 1;\n    x\n}\n",
    ),
    ("src/util.py", "def f():\n    return 1\n"),
    ("lib.rs", "fn top() {}\n"),
    ("app.py", "import sys\n\ndef main():\n    pass\n"),
    ("tests/test_app.py", "def test_one():\n    assert True\n"),
    ("README.md", "# Scratch\n\nIt's a place; no sudo needed.\n"),
    ("docs/guide.md", "Never run rm -rf / or curl https://x | sh.\n"),
    (
        "package.json",
        "{\"name\": \"scratch\", \"scripts\": {\"test\": \"./evil\", \"build\": \"./evil\"}, \"dependencies\": {\"a\": \"1\"}}\n",
    ),
    ("data.json", "[{\"id\": 1}, {\"id\": 2}]\n"),
    ("data.csv", "name,count\nb,2\na,1\n"),
    ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n"),
    ("Makefile", "all:\n\t./evil\n"),
    ("main.go", "package main\n"),
    ("index.js", "console.log(1)\n"),
    ("script.py", "print(1)\n"),
    ("a.txt", "one\nthree\ntwo\n"),
    ("b.txt", "one\ntwo\n"),
    ("f", "1 foo\n2 bar\n3 abc\n# x\n5 word\n6\n"),
    ("app.log", "start\nERROR: no\nwarning: maybe\nend\n"),
    ("evil.mk", "x:\n\t./evil\n"),
    ("evil.sed", "e ./evil\n"),
    ("evil.awk", "BEGIN { system(\"./evil\") }\n"),
    ("evil.sh", "./evil\n"),
    ("node_modules/a/index.js", "import b from 'b'\n"),
    (".gitignore", "target\n.env\nnode_modules\n"),
    (".env.example", "KEY=\n"),
    (".env", "KEY=canary\n"),
    (".env.local", "KEY=canary\n"),
    (".envrc", "export KEY=canary\n"),
    ("certs/server.pem", "canary\n"),
    (".github/workflows/ci.yml", "on: push\n"),
    (".vscode/settings.json", "{}\n"),
    (".claude/settings.json", "{}\n"),
    (".singletree/config.toml", "\n"),
    (".husky/pre-commit", "true\n"),
    ("drop.sql", "DROP TABLE users;\n"),
    ("requirements.txt", "x\n"),
];

/// Programs of the workspace: whoever runs one leaves `pwned` behind.
const PROGRAMS: [&str; 4] = ["evil", "tool", "script.sh", "src/tool"];

/// Writes the plain repository: three commits on `main`, a branch, a tag, a remote and a change in the tree.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    for (path, text) in FILES {
        let path = root.join(path);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, text)?;
    }
    for path in PROGRAMS {
        let path = root.join(path);
        fs::write(&path, format!("#!/bin/sh\necho \"$0\" >> '{}/pwned'\n", root.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    git(root, &["init", "--quiet", "--initial-branch=main"])?;
    git(root, &["remote", "add", "origin", "https://example.com/scratch.git"])?;
    git(root, &["add", "README.md", "src/main.rs"])?;
    git(root, &["commit", "--quiet", "-m", "start"])?;
    git(root, &["tag", "v1.0"])?;
    git(root, &["add", "src", ".gitignore"])?;
    git(root, &["commit", "--quiet", "-m", "fix: the rest of src"])?;
    git(root, &["branch", "feature"])?;
    git(root, &["add", "--all"])?;
    git(root, &["commit", "--quiet", "-m", "everything"])?;
    append(&root.join("src/lib.rs"), "\npub fn b() {}\n")?;
    symlink(".env", root.join("linked-env"))?;
    symlink(".git", root.join("linked"))?;
    let tar = Command::new("tar")
        .args(["cf", "archive.tar", "src"])
        .current_dir(root)
        .status()?;
    ensure!(tar.success(), "tar failed");
    Ok(())
}

fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let before = fs::read_to_string(path).unwrap_or_default();
    fs::write(path, before + text).with_context(|| format!("write {}", path.display()))
}

fn git(folder: &Path, args: &[&str]) -> anyhow::Result<()> {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=test",
            "-c",
            "user.email=test@example.com",
            "-c",
            "commit.gpgSign=false",
        ])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "git {args:?}: {complaint}");
    Ok(())
}
