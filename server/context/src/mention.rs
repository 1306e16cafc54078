//! Files and symbols by a few characters of their names, for who types a mention. From the index alone.

use crate::atlas::Snapshot;
use crate::ranking::{Query, is_subsequence};

/// A declaration that is named so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Relative to the workspace, with `/`.
    pub path: String,
    pub name: String,
    pub kind: crate::SymbolKind,
    /// Lines from 1, inclusive.
    pub lines: (u32, u32),
    /// What it is declared in.
    pub parent: Option<String>,
}

/// How well a path answers; the smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Name,
    NameBegins,
    NameHolds,
    PathHolds,
    Subsequence,
}

impl Snapshot {
    /// The files whose paths hold the characters of `query` in order, the best first; for none, those nearest to the root.
    #[must_use]
    pub fn files_like(&self, query: &str, limit: usize) -> Vec<String> {
        let query = query.trim().trim_start_matches("./").to_lowercase();
        let fits = self.catalog.files.iter().filter_map(|file| {
            let fit = fit(&query, &file.path.to_lowercase())?;
            Some((fit, file.path.matches('/').count(), file.path.len(), &*file.path))
        });
        let mut fits: Vec<_> = fits.collect();
        fits.sort_unstable();
        fits.into_iter().take(limit).map(|(.., path)| path.to_owned()).collect()
    }

    /// The declarations whose names answer `query`, the best first: `parse_config`, `parseconf`, `pc`, `Parser::new`.
    #[must_use]
    pub fn declarations_like(&self, query: &str, limit: usize) -> Vec<Named> {
        let Some(query) = Query::parse(query) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for file in &self.catalog.files {
            let declarations = &file.digest.declarations;
            for declared in declarations {
                let name = file.digest.name(declared);
                let parent = declared.parent.and_then(|parent| declarations.get(parent as usize));
                let parent = parent.map(|parent| file.digest.name(parent));
                if let Some(tier) = query.rank_name(name, parent) {
                    found.push((tier, name.len(), name, &*file.path, declared, parent));
                }
            }
        }
        found.sort_unstable_by_key(|(tier, length, name, path, declared, _)| {
            (*tier, *length, *name, *path, declared.first)
        });
        let named = found
            .into_iter()
            .take(limit)
            .map(|(_, _, name, path, declared, parent)| Named {
                path: path.to_owned(),
                name: name.to_owned(),
                kind: declared.kind,
                lines: (declared.first, declared.last),
                parent: parent.map(str::to_owned),
            });
        named.collect()
    }
}

/// Both in lower case.
fn fit(query: &str, path: &str) -> Option<Fit> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name == query {
        Some(Fit::Name)
    } else if name.starts_with(query) {
        Some(Fit::NameBegins)
    } else if name.contains(query) {
        Some(Fit::NameHolds)
    } else if path.contains(query) {
        Some(Fit::PathHolds)
    } else {
        is_subsequence(query.chars(), path.chars()).then_some(Fit::Subsequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_answers_before_a_path_and_that_before_a_sequence() {
        assert_eq!(fit("lib.rs", "src/lib.rs"), Some(Fit::Name));
        assert_eq!(fit("li", "src/lib.rs"), Some(Fit::NameBegins));
        assert_eq!(fit("b.r", "src/lib.rs"), Some(Fit::NameHolds));
        assert_eq!(fit("src/l", "src/lib.rs"), Some(Fit::PathHolds));
        assert_eq!(fit("slr", "src/lib.rs"), Some(Fit::Subsequence));
        assert_eq!(fit("x", "src/lib.rs"), None);
    }
}
