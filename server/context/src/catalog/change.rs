//! Bringing a catalog up to date: each file costs its own terms, however many others there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::postings::{self, Change};
use super::{ByTerm, Catalog, File, FileId, Holders};
use crate::digest::{Count, Digest};
use crate::parallel;
use crate::standing::Standing;
use crate::words::{self, Term};

/// What stands at a place before and after a change.
struct Step {
    place: FileId,
    old: Option<Arc<File>>,
    new: Option<Arc<File>>,
}

/// What stood at the places that change.
type Before = BTreeMap<FileId, Option<Arc<File>>>;

impl Catalog {
    /// Replaces or adds the files that come with a digest, and takes out those that come without. Each path once.
    pub(crate) fn change(&mut self, updates: Vec<(Arc<str>, Option<Arc<Digest>>)>) {
        /// Fewer are not worth a thread.
        const MANY: usize = 100;
        let steps = self.arrange(updates);
        let are_many = steps.len() > MANY;
        let mut of_texts = || {
            list(&mut self.words, &steps, |file| sums(&file.digest.words));
            list(&mut self.using, &steps, |file| once(sums(&file.digest.uses)));
        };
        let mut of_names = || {
            list(&mut self.path_words, &steps, |file| {
                tally(|each| words::for_each_term(stem_of(&file.path), each))
            });
            list(&mut self.path_pairs, &steps, |file| {
                tally(|each| words::for_each_pair(stem_of(&file.path), each))
            });
            list(&mut self.name_words, &steps, |file| {
                tally(|each| for_each_name(file, |name| words::for_each_term(name, &mut *each)))
            });
            list(&mut self.name_pairs, &steps, |file| {
                tally(|each| for_each_name(file, |name| words::for_each_pair(name, &mut *each)))
            });
            list(&mut self.declaring, &steps, |file| {
                once(tally(|each| {
                    for_each_name(file, |name| each(words::hash(name.as_bytes())));
                }))
            });
        };
        match are_many {
            true => _ = parallel::both(of_names, of_texts),
            false => (of_names(), of_texts()).0,
        }
    }

    /// Puts the files in their places. What changes where.
    fn arrange(&mut self, updates: Vec<(Arc<str>, Option<Arc<Digest>>)>) -> Vec<Step> {
        let mut before = Before::new();
        let mut new = Vec::new();
        let mut gone = BTreeSet::new();
        for (path, digest) in updates {
            match (self.id_of(&path), digest) {
                (Some(id), Some(digest)) => self.replace(id, digest, &mut before),
                (Some(id), None) => _ = gone.insert(id),
                (None, Some(digest)) => new.push((path, digest)),
                (None, None) => {}
            }
        }
        if !gone.is_empty() || !new.is_empty() {
            self.reorder(gone, new, &mut before);
        }
        let step = |(place, old): (FileId, _)| Step {
            place,
            old,
            new: self.files.get(place as usize).cloned(),
        };
        let steps: Vec<Step> = before.into_iter().map(step).collect();
        let length = |file: &Option<Arc<File>>| file.as_ref().map_or(0, |file| u64::from(file.length));
        self.total_length += steps.iter().map(|step| length(&step.new)).sum::<u64>();
        self.total_length -= steps.iter().map(|step| length(&step.old)).sum::<u64>();
        self.mean_length = self.total_length as f32 / self.files.len().max(1) as f32;
        steps
    }

    fn replace(&mut self, id: FileId, digest: Arc<Digest>, before: &mut Before) {
        let file = &mut self.files[id as usize];
        if !Arc::ptr_eq(&file.digest, &digest) {
            let new = Arc::new(File::new(Arc::clone(&file.path), digest));
            before.insert(id, Some(std::mem::replace(file, new)));
        }
    }

    /// Puts new files in the places of those that go, and the last ones in the places that are left.
    fn reorder(&mut self, gone: BTreeSet<FileId>, new: Vec<(Arc<str>, Arc<Digest>)>, before: &mut Before) {
        let mut by_path = HashMap::clone(&self.by_path);
        for id in &gone {
            let file = &self.files[*id as usize];
            by_path.remove(&file.path);
            before.insert(*id, Some(Arc::clone(file)));
        }
        let mut places = gone.into_iter();
        for (path, digest) in new {
            let file = Arc::new(File::new(Arc::clone(&path), digest));
            let id = match places.next() {
                Some(place) => {
                    self.files[place as usize] = file;
                    place
                }
                None => {
                    self.files.push(file);
                    let last = id_at(self.files.len() - 1);
                    before.insert(last, None);
                    last
                }
            };
            by_path.insert(path, id);
        }
        self.close_up(&places.collect(), &mut by_path, before);
        self.by_path = Arc::new(by_path);
    }

    /// Moves the last files into the holes.
    fn close_up(&mut self, holes: &BTreeSet<FileId>, by_path: &mut HashMap<Arc<str>, FileId>, before: &mut Before) {
        let count = self.files.len() - holes.len();
        let last = (count..self.files.len()).map(id_at).filter(|id| !holes.contains(id));
        for (hole, from) in holes.range(..id_at(count)).zip(last) {
            let moved = Arc::clone(&self.files[from as usize]);
            before.entry(from).or_insert_with(|| Some(Arc::clone(&moved)));
            by_path.insert(Arc::clone(&moved.path), *hole);
            self.files[*hole as usize] = moved;
        }
        self.files.truncate(count);
    }
}

impl File {
    fn new(path: Arc<str>, digest: Arc<Digest>) -> Self {
        Self {
            standing: Standing::of(&path),
            length: digest.words.iter().map(|count| u32::from(count.times)).sum(),
            path,
            digest,
        }
    }
}

fn id_at(place: usize) -> FileId {
    FileId::try_from(place).unwrap_or(FileId::MAX)
}

/// Brings lists up to date. `terms` says what is listed of a file, each term once and in their order.
fn list<'s, T: IntoIterator<Item = (Term, u32)>>(
    lists: &mut ByTerm<Holders>,
    steps: &'s [Step],
    terms: impl Fn(&'s File) -> T,
) {
    let mut changes = Vec::new();
    for step in steps {
        let old = step.old.as_deref().into_iter().flat_map(&terms);
        let new = step.new.as_deref().into_iter().flat_map(&terms);
        differ(step.place, old, new, &mut changes);
    }
    postings::apply(lists, changes);
}

/// What leads from `old` to `new`.
fn differ(
    file: FileId,
    old: impl Iterator<Item = (Term, u32)>,
    new: impl Iterator<Item = (Term, u32)>,
    changes: &mut Vec<Change>,
) {
    let mut change = |term, times| changes.push(Change { term, file, times });
    let mut old = old.peekable();
    new.for_each(|(term, times)| {
        while let Some((lost, _)) = old.next_if(|(lost, _)| *lost < term) {
            change(lost, 0);
        }
        let before = old.next_if(|(known, _)| *known == term);
        if before.is_none_or(|(_, before)| before != times) {
            change(term, times);
        }
    });
    old.for_each(|(lost, _)| change(lost, 0));
}

/// How often a file has each term.
fn sums(counts: &[Count]) -> impl Iterator<Item = (Term, u32)> {
    let runs = counts.chunk_by(|one, next| one.term == next.term);
    runs.map(|run| (run[0].term, run.iter().map(|count| u32::from(count.times)).sum()))
}

/// Who declares or uses a name is asked, not how often.
fn once(terms: impl IntoIterator<Item = (Term, u32)>) -> impl Iterator<Item = (Term, u32)> {
    terms.into_iter().map(|(term, _)| (term, 1))
}

fn for_each_name(file: &File, each: impl FnMut(&str)) {
    let declared = file.digest.declarations.iter();
    declared.map(|declared| file.digest.name(declared)).for_each(each);
}

/// How often each term comes, in the order of terms.
fn tally(for_each: impl FnOnce(&mut dyn FnMut(Term))) -> Vec<(Term, u32)> {
    let mut terms = Vec::new();
    for_each(&mut |term| terms.push(term));
    terms.sort_unstable();
    terms
        .chunk_by(|one, next| one == next)
        .map(|run| (run[0], u32::try_from(run.len()).unwrap_or(u32::MAX)))
        .collect()
}

/// A path without its extension.
fn stem_of(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => path,
    }
}
