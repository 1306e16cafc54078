//! The files that have a term, and how often, in few bytes: most terms of a workspace are in a file or two.

use super::{FileId, Posting};
use crate::digest::blob::{Reader, Writer};

/// By file. First how many they are; then of each the step from the one before, and a bit whether it has the term more
/// than once; and how often it then has it.
#[derive(Clone)]
pub(crate) struct Holders(Bytes);

/// A list that is short enough stands where the others are pointed to from.
#[derive(Clone)]
enum Bytes {
    Few([u8; FEW]),
    Many(Box<[u8]>),
}

const FEW: usize = 8;
const _: () = assert!(size_of::<Holders>() == 16, "a pointer and a length, or a few bytes");

/// What lists are written with, kept from one to the next.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) postings: Vec<Posting>,
    bytes: Vec<u8>,
}

impl Default for Holders {
    fn default() -> Self {
        Self(Bytes::Few([0; FEW]))
    }
}

impl Holders {
    /// Those in `scratch`, which are by file.
    pub(super) fn of(scratch: &mut Scratch) -> Self {
        let Scratch { postings, bytes } = scratch;
        bytes.clear();
        let mut out = Writer(std::mem::take(bytes));
        out.length(postings.len());
        let mut before = 0;
        for Posting { file, times } in postings {
            let step = u64::from(*file - before) << 1;
            before = *file;
            if *times == 1 {
                out.long(step);
            } else {
                out.long(step | 1);
                out.number(*times);
            }
        }
        *bytes = out.0;
        let mut few = [0; FEW];
        Self(match few.get_mut(..bytes.len()) {
            Some(start) => {
                start.copy_from_slice(bytes);
                Bytes::Few(few)
            }
            None => Bytes::Many(bytes.as_slice().into()),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.reader().1
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn iter(&self) -> Iter<'_> {
        let (from, left) = self.reader();
        Iter { from, left, file: 0 }
    }

    /// The list behind its length, and that.
    fn reader(&self) -> (Reader<'_>, usize) {
        let mut from = Reader(match &self.0 {
            Bytes::Few(bytes) => bytes,
            Bytes::Many(bytes) => bytes,
        });
        let length = from.length().unwrap_or_default();
        (from, length)
    }
}

impl<'a> IntoIterator for &'a Holders {
    type Item = Posting;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

pub(crate) struct Iter<'a> {
    from: Reader<'a>,
    left: usize,
    file: FileId,
}

impl Iterator for Iter<'_> {
    type Item = Posting;

    fn next(&mut self) -> Option<Posting> {
        self.left = self.left.checked_sub(1)?;
        let step = self.from.long()?;
        self.file += FileId::try_from(step >> 1).ok()?;
        let times = if step & 1 == 0 { 1 } else { self.from.number()? };
        Some(Posting { file: self.file, times })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_is_read_as_it_was_written(
            files in prop::collection::btree_map(
                prop_oneof![0..300_u32, any::<u32>()],
                prop_oneof![Just(1), 1..300_u32, any::<u32>()],
                0..20,
            ),
        ) {
            let files: BTreeMap<FileId, u32> = files;
            let postings: Vec<Posting> = files.into_iter().map(|(file, times)| Posting { file, times }).collect();
            let mut scratch = Scratch { postings: postings.clone(), ..Scratch::default() };
            let holders = Holders::of(&mut scratch);
            prop_assert_eq!(holders.len(), postings.len());
            prop_assert_eq!(holders.iter().collect::<Vec<_>>(), postings);
        }
    }
}
