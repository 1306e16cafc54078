//! Commits as bytes, in parts: each holds what was read after the one before.

use std::sync::Arc;

use gix::ObjectId;

use super::{Change, History, LineHash, PathId, Record};
use crate::digest::blob::{Reader, Writer};
use crate::words::Term;

/// How much of a history is kept already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    records: usize,
    paths: usize,
}

impl History {
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            records: self.order.len(),
            paths: self.paths.len(),
        }
    }

    /// What came after `mark`.
    pub(crate) fn to_bytes(&self, mark: Mark) -> Vec<u8> {
        let mut out = Writer(Vec::new());
        out.length(mark.paths);
        out.length(self.paths.len() - mark.paths);
        for path in &self.paths[mark.paths..] {
            out.text(path);
        }
        let records = || {
            self.order[mark.records..]
                .iter()
                .filter_map(|id| Some((id, self.records.get(id)?)))
        };
        out.length(records().count());
        for (id, record) in records() {
            write_record(&mut out, id, record);
        }
        out.0
    }

    /// Takes in a part. None, and nothing is taken, if it is not the one that follows.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let mut from = Reader(bytes);
        if usize::try_from(from.long()?).ok()? != self.paths.len() {
            return None;
        }
        let paths: Vec<&str> = (0..from.length()?).map(|_| from.text()).collect::<Option<_>>()?;
        let count = PathId::try_from(self.paths.len() + paths.len()).ok()?;
        let records: Vec<(ObjectId, Record)> = (0..from.length()?)
            .map(|_| read_record(&mut from, count))
            .collect::<Option<_>>()?;
        for path in paths {
            self.ids_of(path);
        }
        for (id, record) in records {
            self.insert(id, record);
        }
        Some(())
    }
}

fn write_record(out: &mut Writer, id: &ObjectId, record: &Record) {
    out.0.extend_from_slice(id.as_bytes());
    out.length(record.parents.len());
    for parent in &record.parents {
        out.0.extend_from_slice(parent.as_bytes());
    }
    out.long(record.time.cast_unsigned());
    let Some(change) = &record.change else {
        out.0.push(0);
        return;
    };
    out.0.push(1);
    out.length(change.words.len());
    let mut before = 0;
    for (term, times) in &change.words {
        out.number(term.wrapping_sub(before));
        out.number(u32::from(*times));
        before = *term;
    }
    out.long(change.label.map_or(0, |label| u64::from(label) + 1));
    out.length(change.files.len());
    for file in &change.files {
        out.number(*file);
    }
    out.length(change.renames.len());
    for (old, new) in &change.renames {
        out.number(*old);
        out.number(*new);
    }
    out.length(change.added.len());
    for (file, lines) in &change.added {
        out.number(*file);
        out.length(lines.len());
        for line in lines {
            out.0.extend_from_slice(&line.to_le_bytes());
        }
    }
}

fn read_record(from: &mut Reader<'_>, paths: PathId) -> Option<(ObjectId, Record)> {
    let id = read_id(from)?;
    let parents = (0..from.length()?).map(|_| read_id(from)).collect::<Option<_>>()?;
    let time = from.long()?.cast_signed();
    let change = match from.byte()? {
        0 => None,
        _ => Some(Arc::new(read_change(from, time, paths)?)),
    };
    Some((id, Record { parents, time, change }))
}

fn read_change(from: &mut Reader<'_>, time: i64, paths: PathId) -> Option<Change> {
    let mut term: Term = 0;
    let words = (0..from.length()?)
        .map(|_| {
            term = term.wrapping_add(from.number()?);
            Some((term, u16::try_from(from.number()?).ok()?))
        })
        .collect::<Option<_>>()?;
    let label = match from.long()? {
        0 => None,
        label => Some(Term::try_from(label - 1).ok()?),
    };
    let path = |from: &mut Reader<'_>| from.number().filter(|path| *path < paths);
    let files = (0..from.length()?).map(|_| path(from)).collect::<Option<_>>()?;
    let renames = (0..from.length()?)
        .map(|_| Some((path(from)?, path(from)?)))
        .collect::<Option<_>>()?;
    let line = |from: &mut Reader<'_>| Some(LineHash::from_le_bytes(from.bytes(4)?.try_into().ok()?));
    let added = (0..from.length()?)
        .map(|_| {
            let file = path(from)?;
            let lines = (0..from.length()?).map(|_| line(from)).collect::<Option<_>>()?;
            Some((file, lines))
        })
        .collect::<Option<_>>()?;
    Some(Change {
        time,
        words,
        label,
        files,
        renames,
        added,
    })
}

fn read_id(from: &mut Reader<'_>) -> Option<ObjectId> {
    ObjectId::try_from(from.bytes(20)?).ok()
}
