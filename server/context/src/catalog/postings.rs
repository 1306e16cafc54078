//! Which files have a term: lists by file, changed for many files at a time.

use super::by_term::{ByTerm, Shard, shard_of};
use super::holders::{Holders, Scratch};
use super::{FileId, Posting};
use crate::words::Term;

/// From now on a file has a term so many times; 0 takes it out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) term: Term,
    pub(super) file: FileId,
    pub(super) times: u32,
}

/// Makes the changes. Of those to one place (a file that took another's place, say) the last one counts.
pub(super) fn apply(lists: &mut ByTerm<Holders>, changes: Vec<Change>) {
    let mut changes = by_shard(changes);
    let mut scratch = Scratch::default();
    for changes in changes.chunk_by_mut(|one, next| shard_of(one.term) == shard_of(next.term)) {
        changes.sort_by_key(|change| (change.term, change.file));
        let shard = lists.shard_mut(shard_of(changes[0].term));
        change_shard(shard, changes, &mut scratch);
    }
}

/// A counting sort, in the order they come in: a whole workspace's worth of changes is sorted in two passes, and then in small parts.
fn by_shard(changes: Vec<Change>) -> Vec<Change> {
    const FEW: usize = 2048;
    if changes.len() < FEW {
        let mut changes = changes;
        changes.sort_by_key(|change| shard_of(change.term));
        return changes;
    }
    let mut next = vec![0_usize; shard_of(Term::MAX) + 2];
    for change in &changes {
        next[shard_of(change.term) + 1] += 1;
    }
    for shard in 1..next.len() {
        next[shard] += next[shard - 1];
    }
    let mut sorted = vec![
        Change {
            term: 0,
            file: 0,
            times: 0
        };
        changes.len()
    ];
    for change in changes {
        let place = &mut next[shard_of(change.term)];
        sorted[*place] = change;
        *place += 1;
    }
    sorted
}

fn change_shard(shard: &mut Shard<Holders>, changes: &[Change], scratch: &mut Scratch) {
    let mut new_terms = Vec::new();
    let mut emptied = false;
    for changes in changes.chunk_by(|one, next| one.term == next.term) {
        match shard.terms.binary_search(&changes[0].term) {
            Ok(at) => {
                let list = merged(&shard.values[at], changes, scratch);
                emptied |= list.is_empty();
                shard.values[at] = list;
            }
            Err(_) => {
                let list = merged(&Holders::default(), changes, scratch);
                if !list.is_empty() {
                    new_terms.push((changes[0].term, list));
                }
            }
        }
    }
    if emptied {
        let kept: Vec<bool> = shard.values.iter().map(|list| !list.is_empty()).collect();
        let mut keep = kept.iter();
        shard.terms.retain(|_| *keep.next().unwrap_or(&true));
        shard.values.retain(|list| !list.is_empty());
    }
    if !new_terms.is_empty() {
        insert_terms(shard, new_terms);
    }
}

fn insert_terms(shard: &mut Shard<Holders>, new_terms: Vec<(Term, Holders)>) {
    let count = shard.terms.len() + new_terms.len();
    let terms = std::mem::replace(&mut shard.terms, Vec::with_capacity(count));
    let values = std::mem::replace(&mut shard.values, Vec::with_capacity(count));
    let mut new_terms = new_terms.into_iter().peekable();
    for (term, list) in terms.into_iter().zip(values) {
        while let Some((new, list)) = new_terms.next_if(|(new, _)| *new < term) {
            shard.terms.push(new);
            shard.values.push(list);
        }
        shard.terms.push(term);
        shard.values.push(list);
    }
    for (new, list) in new_terms {
        shard.terms.push(new);
        shard.values.push(list);
    }
}

/// The list after the changes, which are by file.
fn merged(list: &Holders, changes: &[Change], scratch: &mut Scratch) -> Holders {
    let merged = &mut scratch.postings;
    merged.clear();
    let mut rest = list.iter().peekable();
    for of_file in changes.chunk_by(|one, next| one.file == next.file) {
        let file = of_file[0].file;
        merged.extend(std::iter::from_fn(|| rest.next_if(|held| held.file < file)));
        rest.next_if(|held| held.file == file);
        merged.extend(of_file.last().filter(|last| last.times > 0).map(|last| Posting {
            file,
            times: last.times,
        }));
    }
    merged.extend(rest);
    Holders::of(scratch)
}
