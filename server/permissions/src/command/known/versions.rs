//! `node --version`: what is installed. Only of programs that answer without looking at the workspace; what picks its
//! version there (`cargo`, `go`, `yarn`) counts as a build.

use super::super::call::{Call, Known};
use super::super::names::is_in;
use super::report::literal;

const DOUBLE_DASH: &str = "
    node nodejs npm deno ruby gem perl php gcc g++ cc c++ clang clang++ ld gdb lldb make gmake cmake ninja docker podman
    gh psql mysql curl wget bash zsh fish vim nvim code hg svn pip pip3 pipx uv poetry conda R Rscript julia ghc ocaml
    scala kotlin dotnet mvn gradle ansible terraform tmux screen rsync sqlite3 ffmpeg pandoc rustup pyenv brew nix
";
const SINGLE_DASH: &str =
    "python python2 python3 node nodejs npm ruby php perl java javac scala ssh tmux psql pip pip3 lua sqlite3 unzip";

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    let [only] = call.args.as_slice() else {
        return None;
    };
    let is_python = name.starts_with("python") && name.chars().skip(6).all(|c| c.is_ascii_digit() || c == '.');
    let asks_version = match literal(only)? {
        "--version" => is_in(DOUBLE_DASH, name) || is_in(SINGLE_DASH, name) || is_python,
        "-V" => is_in("ssh tmux perl psql sqlite3 make pip pip3", name) || is_python,
        "-v" => is_in("node nodejs npm ruby php perl lua unzip", name),
        "-version" => is_in("java javac scala", name),
        "version" => is_in("openssl terraform", name),
        _ => false,
    };
    asks_version.then(|| Known::reads(name))
}
