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

/// Makes the changes, of each file at most one to a term.
pub(super) fn apply(lists: &mut ByTerm<Holders>, mut changes: Vec<Change>) {
    changes.sort_unstable_by_key(|change| u64::from(change.term) << 32 | u64::from(change.file));
    let mut scratch = Scratch::default();
    for changes in changes.chunk_by(|one, next| shard_of(one.term) == shard_of(next.term)) {
        change_shard(lists.shard_mut(shard_of(changes[0].term)), changes, &mut scratch);
    }
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
    for Change { file, times, .. } in changes {
        merged.extend(std::iter::from_fn(|| rest.next_if(|held| held.file < *file)));
        rest.next_if(|held| held.file == *file);
        if *times > 0 {
            merged.push(Posting {
                file: *file,
                times: *times,
            });
        }
    }
    merged.extend(rest);
    Holders::of(scratch)
}
