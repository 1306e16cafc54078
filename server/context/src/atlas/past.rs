//! The histories of the repositories that the roots are in.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::keep::Keep;
use crate::history::{self, Mark};
use crate::{Catalog, History, Past, Timeline};

/// Older commits say little of today's code.
const COMMITS_CAP: usize = 10_000;
/// Commits that are not read by then are read by the next refresh.
const TIME_CAP: Duration = Duration::from_millis(1500);

pub(super) struct Pasts(Vec<OfRoot>);

struct OfRoot {
    root: PathBuf,
    /// What the catalog has before the paths of this root.
    name: Option<String>,
    /// Unknown until the first read.
    repository: Option<PathBuf>,
    history: History,
    past: Past,
    head: Option<String>,
    /// Parts of the history in the cache, and what they hold.
    parts: usize,
    kept: Mark,
}

#[derive(Default)]
pub(super) struct ReadPasts {
    pub(super) changed: bool,
    /// Some commits are left for the next time.
    pub(super) late: bool,
    pub(super) notes: Vec<String>,
}

impl Pasts {
    pub(super) fn new(roots: &[PathBuf]) -> Self {
        let name = |root: &PathBuf| match roots.len() {
            1 => None,
            _ => Some(root.file_name()?.to_str()?.to_owned()),
        };
        let of_root = |root: &PathBuf| OfRoot {
            root: root.clone(),
            name: name(root),
            repository: None,
            history: History::default(),
            past: Past::default(),
            head: None,
            parts: 0,
            kept: Mark::default(),
        };
        Self(roots.iter().map(of_root).collect())
    }

    /// Reads the commits that are new.
    pub(super) fn read(&mut self, keep: Option<&Keep>) -> ReadPasts {
        let mut read = ReadPasts::default();
        let deadline = Instant::now() + TIME_CAP;
        for of_root in &mut self.0 {
            match of_root.read(keep, deadline) {
                Ok(changed) => read.changed |= changed,
                Err(why) => {
                    read.changed |= !std::mem::take(&mut of_root.past).changes.is_empty();
                    of_root.head = None;
                    read.notes.push(format!("no git history: {why}"));
                }
            }
            read.late |= of_root.past.late;
        }
        if read.late {
            read.notes.push("the git history is not all read yet".to_owned());
        }
        read
    }

    pub(super) fn timeline(&self, catalog: &Catalog) -> Timeline {
        if let [only] = &self.0[..]
            && only
                .repository
                .as_ref()
                .is_none_or(|repository| *repository == only.root)
        {
            return Timeline::of(&only.history, &only.past, catalog);
        }
        let parts = self.0.iter().map(|of_root| {
            let below = of_root.repository.as_ref().and_then(|repository| {
                let below = of_root.root.strip_prefix(repository).ok()?;
                Some(below.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))
            });
            let name = move |path: &str| named(path, below.as_deref()?, of_root.name.as_deref());
            (&of_root.history, &of_root.past, name)
        });
        let (history, past) = history::combined(parts);
        Timeline::of(&history, &past, catalog)
    }

    /// Keeps what was read since the last time. Without it the next process reads it again.
    pub(super) fn save(&mut self, keep: Option<&Keep>) {
        let Some(keep) = keep else { return };
        for of_root in &mut self.0 {
            let Some(repository) = &of_root.repository else {
                continue;
            };
            let mark = of_root.history.mark();
            if mark == of_root.kept {
                continue;
            }
            let body = of_root.history.to_bytes(of_root.kept);
            let saved = keep.add_history(&repository.to_string_lossy(), of_root.parts, &body);
            if saved.is_ok() {
                of_root.parts += 1;
                of_root.kept = mark;
            }
        }
    }
}

impl OfRoot {
    /// Whether there is anything new.
    fn read(&mut self, keep: Option<&Keep>, deadline: Instant) -> Result<bool, String> {
        let repository = match &self.repository {
            Some(repository) => repository.clone(),
            None => self.find(keep)?,
        };
        let head = History::head(&repository).map_err(|error| error.to_string())?;
        if self.head.as_ref() == Some(&head) && !self.past.late {
            return Ok(false);
        }
        let past = self.history.past(&repository, Some(&head), COMMITS_CAP, deadline);
        self.past = past.map_err(|error| error.to_string())?;
        self.head = Some(head);
        Ok(true)
    }

    fn find(&mut self, keep: Option<&Keep>) -> Result<PathBuf, String> {
        let repository = history::repository_of(&self.root)
            .ok_or_else(|| format!("`{}` is in no git repository", self.root.display()))?;
        if let Some(keep) = keep {
            (self.history, self.parts) = keep.history(&repository.to_string_lossy());
            self.kept = self.history.mark();
        }
        self.repository = Some(repository.clone());
        Ok(repository)
    }
}

/// What the catalog calls a file of a repository, if it is below the root.
fn named(path: &str, below: &str, name: Option<&str>) -> Option<Arc<str>> {
    let path = match below {
        "" => path,
        below => path.strip_prefix(below)?.strip_prefix('/')?,
    };
    Some(match name {
        Some(name) => format!("{name}/{path}").into(),
        None => path.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, below: &str, name: Option<&str>, expect: Option<&str>) {
        assert_eq!(named(path, below, name).as_deref(), expect);
    }

    #[test]
    fn paths_of_a_repository_are_told_from_the_root() {
        check("a/b.rs", "", None, Some("a/b.rs"));
        check("a/b.rs", "a", None, Some("b.rs"));
        check("ab/b.rs", "a", None, None);
        check("a/b.rs", "a", Some("one"), Some("one/b.rs"));
        check("a/b.rs", "", Some("one"), Some("one/a/b.rs"));
    }
}
