//! `node --version`: what is installed. Programs that pick their version by what the workspace says (`cargo`, `go`,
//! `yarn`) only answer by themselves where it says nothing.

use super::super::call::{Call, Known};
use super::super::names::is_in;
use super::report::literal;

const DOUBLE_DASH: &str = "
    git node nodejs npm deno ruby gem perl php gcc g++ cc c++ clang clang++ ld gdb lldb make gmake cmake ninja docker podman
    gh psql mysql curl wget bash zsh fish vim nvim code hg svn pip pip3 pipx uv poetry conda R Rscript julia ghc ocaml
    scala kotlin dotnet mvn gradle ansible terraform tmux screen rsync sqlite3 ffmpeg pandoc rustup pyenv brew nix
    less bat jq rg fd tree tar java javac bun tsc sed awk grep ldd protoc
";
const SINGLE_DASH: &str = "ssh tmux perl psql sqlite3 make pip pip3";
const SINGLE_SMALL: &str = "make gcc node nodejs npm ruby php perl lua unzip";

/// What picks a version, and the files that say which.
const PICKED: [(&str, &[&str]); 4] = [
    ("cargo", &["rust-toolchain", "rust-toolchain.toml"]),
    ("rustc", &["rust-toolchain", "rust-toolchain.toml"]),
    ("rustfmt", &["rust-toolchain", "rust-toolchain.toml"]),
    ("go", &["go.mod", "go.work"]),
];

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    let [only] = call.args.as_slice() else {
        return None;
    };
    let option = literal(only)?;
    if let Some((_, files)) = PICKED.iter().find(|(known, _)| *known == name) {
        let asks_version = matches!(option, "--version" | "-V" | "-vV" | "version");
        return asks_version.then(|| picked(name, call, files));
    }
    let is_python = name.starts_with("python") && name.chars().skip(6).all(|c| c.is_ascii_digit() || c == '.');
    let asks_version = match option {
        "--version" => is_in(DOUBLE_DASH, name) || is_python,
        "-V" => is_in(SINGLE_DASH, name) || is_python,
        "-v" => is_in(SINGLE_SMALL, name),
        "-version" => is_in("java javac scala", name),
        "version" => is_in("openssl terraform", name),
        _ => false,
    };
    asks_version.then(|| Known::reads(name))
}

fn picked(name: &str, call: &Call, files: &[&str]) -> Known {
    let is_told = call.folder.as_ref().is_none_or(|folder| {
        let mut above = folder.ancestors();
        above.any(|folder| files.iter().any(|file| folder.join(file).symlink_metadata().is_ok()))
    });
    if is_told {
        Known::builds(name)
    } else {
        Known::reads(name)
    }
}
