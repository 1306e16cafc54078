//! Bringing a catalog up to date: each file costs its own terms, however many others there are.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::postings::{self, Change};
use super::{Catalog, File, FileId};
use crate::digest::Digest;
use crate::parallel;
use crate::standing::Standing;
use crate::words::{self, Term};

impl Catalog {
    /// Replaces or adds the files that come with a digest, and takes out those that come without. Each path once.
    pub(crate) fn change(&mut self, updates: Vec<(Arc<str>, Option<Arc<Digest>>)>) {
        /// Fewer are not worth a thread.
        const MANY: usize = 100;
        let are_many = updates.len() > MANY;
        let mut changes = Changes::default();
        let mut new = Vec::new();
        let mut gone = BTreeSet::new();
        for (path, digest) in updates {
            match (self.id_of(&path), digest) {
                (Some(id), Some(digest)) => self.replace(id, digest, &mut changes),
                (Some(id), None) => _ = gone.insert(id),
                (None, Some(digest)) => new.push((path, digest)),
                (None, None) => {}
            }
        }
        if !gone.is_empty() || !new.is_empty() {
            self.reorder(gone, new, &mut changes);
        }
        let of_texts = || postings::apply(&mut self.words, changes.words);
        let of_names = || {
            postings::apply(&mut self.path_words, changes.path_words);
            postings::apply(&mut self.name_words, changes.name_words);
            postings::apply(&mut self.path_pairs, changes.path_pairs);
            postings::apply(&mut self.name_pairs, changes.name_pairs);
            postings::apply(&mut self.declaring, changes.declaring);
            postings::apply(&mut self.using, changes.using);
        };
        match are_many {
            true => _ = parallel::both(of_names, of_texts),
            false => (of_names(), of_texts()).0,
        }
        self.mean_length = self.total_length as f32 / self.files.len().max(1) as f32;
    }

    fn replace(&mut self, id: FileId, digest: Arc<Digest>, changes: &mut Changes) {
        let old = &self.files[id as usize];
        if Arc::ptr_eq(&old.digest, &digest) {
            return;
        }
        let new = File::new(Arc::clone(&old.path), digest);
        changes.text(id, &TextTerms::of(&old.digest), &TextTerms::of(&new.digest));
        self.total_length += u64::from(new.length);
        self.total_length -= u64::from(old.length);
        self.files[id as usize] = Arc::new(new);
    }

    /// Puts new files in the places of those that go, and the last ones in the places that are left.
    fn reorder(&mut self, gone: BTreeSet<FileId>, new: Vec<(Arc<str>, Arc<Digest>)>, changes: &mut Changes) {
        let mut by_path = HashMap::clone(&self.by_path);
        for id in &gone {
            let file = &self.files[*id as usize];
            by_path.remove(&file.path);
            changes.take(*id, file);
            self.total_length -= u64::from(file.length);
        }
        let mut places = gone.into_iter();
        let new = parallel::map(&new, |(path, digest)| {
            let file = Arc::new(File::new(Arc::clone(path), Arc::clone(digest)));
            let terms = TextTerms::of(digest);
            (file, terms)
        });
        for (file, terms) in new {
            self.total_length += u64::from(file.length);
            let id = match places.next() {
                Some(place) => {
                    self.files[place as usize] = Arc::clone(&file);
                    place
                }
                None => {
                    self.files.push(Arc::clone(&file));
                    FileId::try_from(self.files.len() - 1).unwrap_or(FileId::MAX)
                }
            };
            changes.path(id, &file.path, true);
            changes.text(id, &TextTerms::default(), &terms);
            by_path.insert(Arc::clone(&file.path), id);
        }
        self.close_up(&places.collect(), &mut by_path, changes);
        self.by_path = Arc::new(by_path);
    }
}

impl Catalog {
    /// Moves the last files into the holes.
    fn close_up(&mut self, holes: &BTreeSet<FileId>, by_path: &mut HashMap<Arc<str>, FileId>, changes: &mut Changes) {
        let count = self.files.len() - holes.len();
        let id = |place: usize| FileId::try_from(place).unwrap_or(FileId::MAX);
        let last = (count..self.files.len()).map(id).filter(|id| !holes.contains(id));
        for (hole, from) in holes.range(..id(count)).zip(last) {
            let moved = Arc::clone(&self.files[from as usize]);
            changes.take(from, &moved);
            changes.put(*hole, &moved);
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

#[derive(Default)]
struct Changes {
    words: Vec<Change>,
    path_words: Vec<Change>,
    name_words: Vec<Change>,
    path_pairs: Vec<Change>,
    name_pairs: Vec<Change>,
    declaring: Vec<Change>,
    using: Vec<Change>,
}

impl Changes {
    fn put(&mut self, id: FileId, file: &File) {
        self.path(id, &file.path, true);
        self.text(id, &TextTerms::default(), &TextTerms::of(&file.digest));
    }

    fn take(&mut self, id: FileId, file: &File) {
        self.path(id, &file.path, false);
        self.text(id, &TextTerms::of(&file.digest), &TextTerms::default());
    }

    fn path(&mut self, id: FileId, path: &str, is_there: bool) {
        let path = without_extension(path);
        let mut pairs = Vec::new();
        words::for_each_pair(path, |term| pairs.push(term));
        let times = u32::from(is_there);
        for (changes, terms) in [
            (&mut self.path_words, words::terms(path)),
            (&mut self.path_pairs, pairs),
        ] {
            changes.extend(tally(terms).into_iter().map(|(term, count)| Change {
                term,
                file: id,
                times: count * times,
            }));
        }
    }

    fn text(&mut self, id: FileId, old: &TextTerms, new: &TextTerms) {
        differ(id, &old.words, &new.words, &mut self.words);
        differ(id, &old.uses, &new.uses, &mut self.using);
        differ(id, &old.names, &new.names, &mut self.declaring);
        differ(id, &old.name_words, &new.name_words, &mut self.name_words);
        differ(id, &old.name_pairs, &new.name_pairs, &mut self.name_pairs);
    }
}

/// What a file's text adds to the lists: terms with how often, sorted.
#[derive(Default)]
struct TextTerms {
    words: Vec<(Term, u32)>,
    uses: Vec<(Term, u32)>,
    names: Vec<(Term, u32)>,
    name_words: Vec<(Term, u32)>,
    name_pairs: Vec<(Term, u32)>,
}

impl TextTerms {
    fn of(digest: &Digest) -> Self {
        let mut names = Vec::with_capacity(digest.declarations.len());
        let mut name_words = Vec::with_capacity(digest.declarations.len() * 3);
        let mut name_pairs = Vec::with_capacity(digest.declarations.len() * 2);
        for declared in &digest.declarations {
            let name = digest.name(declared);
            words::for_each_term(name, |term| name_words.push(term));
            words::for_each_pair(name, |term| name_pairs.push(term));
            names.push(words::hash(name.as_bytes()));
        }
        let sum = |counts: &[crate::digest::Count]| {
            let runs = counts.chunk_by(|one, next| one.term == next.term);
            runs.map(|run| (run[0].term, run.iter().map(|count| u32::from(count.times)).sum()))
                .collect()
        };
        Self {
            words: sum(&digest.words),
            uses: once(sum(&digest.uses)),
            names: once(tally(names)),
            name_words: tally(name_words),
            name_pairs: tally(name_pairs),
        }
    }
}

/// Lists without counts do not change with them.
fn once(mut terms: Vec<(Term, u32)>) -> Vec<(Term, u32)> {
    for (_, times) in &mut terms {
        *times = 1;
    }
    terms
}

fn tally(mut terms: Vec<Term>) -> Vec<(Term, u32)> {
    terms.sort_unstable();
    terms
        .chunk_by(|one, next| one == next)
        .map(|run| (run[0], u32::try_from(run.len()).unwrap_or(u32::MAX)))
        .collect()
}

/// What leads from `old` to `new`, both sorted.
fn differ(file: FileId, old: &[(Term, u32)], new: &[(Term, u32)], changes: &mut Vec<Change>) {
    let mut old = old.iter().peekable();
    for (term, times) in new {
        while let Some((lost, _)) = old.next_if(|(lost, _)| lost < term) {
            changes.push(Change {
                term: *lost,
                file,
                times: 0,
            });
        }
        if old
            .next_if(|(known, _)| known == term)
            .is_none_or(|(_, before)| before != times)
        {
            changes.push(Change {
                term: *term,
                file,
                times: *times,
            });
        }
    }
    changes.extend(old.map(|(lost, _)| Change {
        term: *lost,
        file,
        times: 0,
    }));
}

fn without_extension(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => path,
    }
}
