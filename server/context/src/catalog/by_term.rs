//! A table by term that costs next to nothing to copy: its shards are shared until one of them changes.

use std::sync::Arc;

use crate::words::Term;

/// Terms are hashes: their first bits spread them evenly.
const SHARDS: usize = 1 << SHARD_BITS;
const SHARD_BITS: u32 = 10;

#[derive(Clone)]
pub(crate) struct ByTerm<V> {
    shards: Box<[Arc<Shard<V>>]>,
}

#[derive(Clone)]
pub(super) struct Shard<V> {
    /// Sorted.
    pub(super) terms: Vec<Term>,
    /// Beside their terms.
    pub(super) values: Vec<V>,
}

/// The place of a term that may not be there yet.
pub(crate) struct Entry<'a, V> {
    shard: &'a mut Shard<V>,
    term: Term,
    at: Result<usize, usize>,
}

pub(super) fn shard_of(term: Term) -> usize {
    (term >> (u32::BITS - SHARD_BITS)) as usize
}

impl<V> Default for ByTerm<V> {
    fn default() -> Self {
        let empty = Arc::new(Shard {
            terms: Vec::new(),
            values: Vec::new(),
        });
        Self {
            shards: vec![empty; SHARDS].into(),
        }
    }
}

impl<V> ByTerm<V> {
    pub(crate) fn get(&self, term: &Term) -> Option<&V> {
        let shard = &self.shards[shard_of(*term)];
        let at = shard.terms.binary_search(term).ok()?;
        Some(&shard.values[at])
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Term, &V)> {
        self.shards
            .iter()
            .flat_map(|shard| shard.terms.iter().zip(&shard.values))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.shards.iter().flat_map(|shard| &shard.values)
    }
}

impl<V: Clone> ByTerm<V> {
    pub(crate) fn entry(&mut self, term: Term) -> Entry<'_, V> {
        let shard = self.shard_mut(shard_of(term));
        let at = shard.terms.binary_search(&term);
        Entry { shard, term, at }
    }

    pub(super) fn shard_mut(&mut self, shard: usize) -> &mut Shard<V> {
        Arc::make_mut(&mut self.shards[shard])
    }
}

impl<'a, V: Default> Entry<'a, V> {
    pub(crate) fn or_default(self) -> &'a mut V {
        let at = match self.at {
            Ok(at) => at,
            Err(at) => {
                self.shard.terms.insert(at, self.term);
                self.shard.values.insert(at, V::default());
                at
            }
        };
        &mut self.shard.values[at]
    }
}

impl<'a, V> IntoIterator for &'a ByTerm<V> {
    type Item = (&'a Term, &'a V);
    type IntoIter = Box<dyn Iterator<Item = Self::Item> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}
