//! What a digest keeps of a file's imports: one text, as there are many and each is short.

use crate::skeleton::{Import, Origin};

/// A line of an import's target and its names, with tabs between. A name is written `name`, `name=source`,
/// `name=` for the target itself, `*` for all of the target's names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Imports(Box<str>);

/// An import, as it is kept.
#[derive(Clone, Copy)]
pub(crate) struct Imported<'a> {
    pub(crate) target: &'a str,
    names: &'a str,
}

/// A name that an import brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound<'a> {
    /// As the importer calls it.
    pub(crate) name: &'a str,
    pub(crate) source: Of<'a>,
}

/// What of the target a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of<'a> {
    Target,
    Name(&'a str),
    All,
}

/// What a script exports by default is called so.
pub(crate) const DEFAULT: &str = "default";

impl Imports {
    pub(crate) fn of(imports: &[Import], text: &str) -> Self {
        let mut out = String::new();
        let slice = |range: &std::ops::Range<u32>| text.get(range.start as usize..range.end as usize).unwrap_or("");
        for import in imports.iter().filter(|import| is_plain(&import.target)) {
            out.push_str(&import.target);
            for name in &import.names {
                let bound = slice(&name.bound);
                let (bound, mark, source) = match &name.origin {
                    Origin::All => ("*", "", ""),
                    Origin::Target => (bound, "=", ""),
                    Origin::Default => (bound, "=", DEFAULT),
                    Origin::Named(source) if source == &name.bound => (bound, "", ""),
                    Origin::Named(source) => (bound, "=", slice(source)),
                };
                if is_name(bound) && (source.is_empty() || is_name(source)) {
                    out.extend(["\t", bound, mark, source]);
                }
            }
            out.push('\n');
        }
        Self(out.into())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Imported<'_>> {
        self.0.lines().map(|line| {
            let (target, names) = line.split_once('\t').unwrap_or((line, ""));
            Imported { target, names }
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn from_text(text: &str) -> Self {
        Self(text.into())
    }
}

impl<'a> Imported<'a> {
    pub(crate) fn names(self) -> impl Iterator<Item = Bound<'a>> {
        let names = self.names.split('\t').filter(|name| !name.is_empty());
        names.map(|name| match name.split_once('=') {
            None if name == "*" => Bound { name, source: Of::All },
            None => Bound {
                name,
                source: Of::Name(name),
            },
            Some((name, "")) => Bound {
                name,
                source: Of::Target,
            },
            Some((name, source)) => Bound {
                name,
                source: Of::Name(source),
            },
        })
    }
}

/// No path that leads to a file is written with line ends or tabs.
fn is_plain(target: &str) -> bool {
    !target.chars().any(char::is_control)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && is_plain(name) && !name.contains('=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, Skeleton};

    #[test]
    fn names_are_kept_with_what_they_stand_for() {
        let text = "import a, { b, c as d, 'e=f' as g } from './x';\nexport * from './y';\nimport * as h from './z';\n\
                    import './w';\nimport '\tno';\n";
        let skeleton = Skeleton::read(Language::TypeScript, text).unwrap();
        let imports = Imports::of(&skeleton.imports, text);
        let kept: Vec<_> = imports
            .iter()
            .map(|it| (it.target, it.names().collect::<Vec<_>>()))
            .collect();
        let bound = |name, source| Bound { name, source };
        assert_eq!(
            kept,
            [
                (
                    "./x",
                    vec![
                        bound("a", Of::Name(DEFAULT)),
                        bound("b", Of::Name("b")),
                        bound("d", Of::Name("c")),
                    ]
                ),
                ("./y", vec![bound("*", Of::All)]),
                ("./z", vec![bound("h", Of::Target)]),
                ("./w", vec![]),
            ]
        );
    }
}
