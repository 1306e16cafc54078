//! `Cargo.toml`.

use crate::imports::path;

/// A crate.
#[derive(Debug, PartialEq)]
pub(in crate::imports) struct Crate {
    pub(in crate::imports) folder: Box<str>,
    /// As code calls it.
    pub(in crate::imports) name: Box<str>,
    /// The library's root file, if it is not where all have it.
    pub(in crate::imports) library: Option<String>,
    /// Root files of programs, tests and examples that are not where all have them.
    pub(in crate::imports) roots: Vec<String>,
    /// Dependencies that code calls by another name, and the crates that they are.
    pub(in crate::imports) renamed: Vec<(String, String)>,
}

/// The few lines that matter are found without parsing TOML: a broken manifest is no reason to find nothing.
pub(super) fn parse(folder: &str, text: &str) -> Option<Crate> {
    let (mut section, mut name, mut library_name, mut library) = ("", None, None, None);
    let (mut roots, mut renamed) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line.split('#').next().unwrap_or_default().trim();
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let key = key.trim().trim_matches('"');
        let plain = || {
            value
                .split('#')
                .next()
                .unwrap_or_default()
                .trim()
                .trim_matches(['"', '\''])
        };
        let file = || path::join(folder, plain());
        match (section, key) {
            ("[package]", "name") => name = name.or_else(|| Some(plain().to_owned())),
            ("[lib]", "name") => library_name = Some(plain().to_owned()),
            ("[lib]", "path") => library = Some(file()),
            ("[[bin]]" | "[[test]]" | "[[example]]" | "[[bench]]", "path") => roots.push(file()),
            _ => renamed.extend(rename(section, key, value)),
        }
    }
    Some(Crate {
        folder: folder.into(),
        name: library_name.or(name)?.replace('-', "_").into(),
        library,
        roots,
        renamed,
    })
}

/// `b` and `a` of `b = { package = "a" }`, or of `package = "a"` in `[dependencies.b]`.
fn rename(section: &str, key: &str, value: &str) -> Option<(String, String)> {
    let section = section.trim_matches(['[', ']']);
    let (alias, package) = match section.rsplit_once("dependencies")?.1.strip_prefix('.') {
        Some(alias) if key == "package" => (alias, value),
        None if section.ends_with("dependencies") => {
            let (_, package) = value.split_once("package")?;
            (key, package.trim_start().strip_prefix('=')?)
        }
        _ => return None,
    };
    let package = package.split('"').nth(1)?;
    Some((alias.trim_matches('"').replace('-', "_"), package.replace('-', "_")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_roots_and_renamed_dependencies() {
        let text = "[package]\nname = 'my-app' # x\n[lib]\npath = \"lib/app.rs\"\n[[bin]]\nname = \"x\"\npath = \"x.rs\"\n\
                    [dependencies]\nlog-two = { path = \"../log\", package = \"log\" }\nserde = { version = \"1\" }\n\
                    [target.'cfg(unix)'.dev-dependencies.other]\npackage = \"one-three\"\n";
        let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
        assert_eq!(
            parse("a", text),
            Some(Crate {
                folder: "a".into(),
                name: "my_app".into(),
                library: Some("a/lib/app.rs".to_owned()),
                roots: vec!["a/x.rs".to_owned()],
                renamed: vec![pair("log_two", "log"), pair("other", "one_three")],
            })
        );
    }

    #[test]
    fn a_workspace_alone_is_no_crate() {
        assert_eq!(parse("", "[workspace]\nmembers = [\"a\"]\n"), None);
    }
}
