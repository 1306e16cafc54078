//! `go.mod` and `go.work`.

use crate::imports::path;

/// A Go module: what its imports start with, and where it is.
#[derive(Debug, PartialEq)]
pub(in crate::imports) struct Module {
    pub(in crate::imports) path: Box<str>,
    pub(in crate::imports) folder: Box<str>,
    /// A replacement holds for what is in this folder; a module, for all.
    pub(in crate::imports) within: Box<str>,
}

pub(super) fn parse(folder: &str, text: &str) -> Vec<Module> {
    let mut modules = Vec::new();
    let mut block = "";
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let (directive, rest) = match (block, rest.trim()) {
            (_, "(") => {
                block = word;
                continue;
            }
            _ if word == ")" => {
                block = "";
                continue;
            }
            ("", rest) => (word, rest),
            (block, _) => (block, line),
        };
        modules.extend(match directive {
            "module" => Some(Module {
                path: rest.trim_matches('"').into(),
                folder: folder.into(),
                within: "".into(),
            }),
            "replace" => replacement(folder, rest),
            _ => None,
        });
    }
    modules
}

/// `a v1.0.0 => ../a`: by a folder, not by another version.
fn replacement(folder: &str, line: &str) -> Option<Module> {
    let (replaced, by) = line.split_once("=>")?;
    let by = by.trim().trim_matches('"');
    by.starts_with('.').then_some(())?;
    Some(Module {
        path: replaced.split_whitespace().next()?.trim_matches('"').into(),
        folder: path::join(folder, by).into(),
        within: folder.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_and_what_replaces_them() {
        let text = "// A module.\nmodule \"a.com/b\" // x\n\nrequire (\n\tc.com/d v1.0.0\n)\n\
                    replace c.com/d v1.0.0 => ../d\nreplace (\n\te.com/f => ./f\n\tg.com/h => i.com/j v1.0.0\n)\n";
        let module = |path: &str, folder: &str, within: &str| Module {
            path: path.into(),
            folder: folder.into(),
            within: within.into(),
        };
        assert_eq!(
            parse("x/b", text),
            [
                module("a.com/b", "x/b", ""),
                module("c.com/d", "x/d", "x/b"),
                module("e.com/f", "x/b/f", "x/b")
            ]
        );
    }
}
