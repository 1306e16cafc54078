//! The whole output of the last commands of a session, for `shell-output` to page through.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::TurnId;
use sandbox::Output;

use super::tape::BackgroundJob;

/// So many outputs of a session are kept; the oldest goes first.
const MAX_KEPT: usize = 8;

/// Shared by all calls of a session; clones are the same.
#[derive(Clone, Default)]
pub struct Outputs(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    last: usize,
    outputs: VecDeque<(usize, Source)>,
    /// Commands in the background, by the number of their output.
    jobs: BTreeMap<usize, Arc<BackgroundJob>>,
}

#[derive(Clone, Debug)]
enum Source {
    Memory(Arc<[u8]>),
    File(Arc<Mutex<File>>),
}

impl Outputs {
    /// Takes over an output that is too long to be shown, and names it by a number. A file of it loses its name, so
    /// that the next command cannot write over it and nothing of it outlives the session.
    pub(crate) fn keep(&self, output: &Output) -> usize {
        let spilled = output.spilled.as_ref().and_then(|path| {
            let file = File::open(path).ok()?;
            // Without it the file is overwritten or left behind, which costs only that.
            let _ = std::fs::remove_file(path);
            Some(Source::File(Arc::new(Mutex::new(file))))
        });
        self.put(spilled.unwrap_or_else(|| Source::Memory([output.head.as_slice(), &output.tail].concat().into())))
    }

    /// Takes a text over that is too long to be shown. It is held in memory only where no file can be made.
    pub(crate) fn keep_text(&self, text: &str) -> usize {
        let written = tempfile::tempfile().and_then(|mut file| file.write_all(text.as_bytes()).map(|()| file));
        self.put(match written {
            Ok(file) => Source::File(Arc::new(Mutex::new(file))),
            Err(_) => Source::Memory(text.as_bytes().into()),
        })
    }

    /// Takes a command in that runs beside the conversation, and names it as its output.
    pub(super) fn add(&self, job: BackgroundJob) -> io::Result<usize> {
        let number = self.put(Source::File(Arc::new(Mutex::new(job.file()?))));
        self.lock().jobs.insert(number, Arc::new(job));
        Ok(number)
    }

    pub(crate) fn job(&self, number: usize) -> Option<Arc<BackgroundJob>> {
        self.lock().jobs.get(&number).cloned()
    }

    pub(super) fn running(&self) -> usize {
        self.lock().jobs.values().filter(|job| job.is_running()).count()
    }

    /// Ends the commands that a turn left running in the background, and comes back when they are gone. For whoever
    /// ends the turn; those of a session that is given up end with it.
    pub async fn end_jobs(&self, turn: &TurnId) {
        let of_turn = |job: &Arc<BackgroundJob>| job.turn == *turn;
        let jobs: Vec<_> = self
            .lock()
            .jobs
            .extract_if(.., |_, job| of_turn(job))
            .map(|(_, job)| job)
            .collect();
        for job in &jobs {
            job.cancel();
        }
        for job in &jobs {
            job.end().await;
        }
    }

    fn put(&self, source: Source) -> usize {
        let mut kept = self.lock();
        kept.last += 1;
        let number = kept.last;
        kept.outputs.push_back((number, source));
        if kept.outputs.len() > MAX_KEPT {
            kept.outputs.pop_front();
        }
        number
    }

    /// Calls `work` with the output from its beginning; none if it is not kept any more.
    pub(crate) fn read<T>(&self, number: usize, work: impl FnOnce(&mut dyn BufRead) -> T) -> Option<T> {
        let source = {
            let kept = self.lock();
            let (_, source) = kept.outputs.iter().find(|(known, _)| *known == number)?;
            source.clone()
        };
        match source {
            Source::Memory(bytes) => Some(work(&mut Cursor::new(&bytes[..]))),
            Source::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(0)).ok()?;
                Some(work(&mut BufReader::new(&mut *file)))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str) -> Output {
        Output {
            head: text.into(),
            total: text.len() as u64,
            ..Output::default()
        }
    }

    /// The output of that number, or nothing.
    fn check(outputs: &Outputs, number: usize, expect: Option<&str>) {
        let read = |input: &mut dyn BufRead| {
            let mut text = String::new();
            input.read_to_string(&mut text).map(|_| text)
        };
        assert_eq!(outputs.read(number, read).transpose().unwrap().as_deref(), expect);
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let outputs = Outputs::default();
        for number in 1..=MAX_KEPT + 1 {
            assert_eq!(outputs.keep(&output(&number.to_string())), number);
        }
        check(&outputs, 1, None);
        check(&outputs, 2, Some("2"));
        check(&outputs, 9, Some("9"));
        check(&outputs, 9, Some("9"));
        check(&outputs, 10, None);
    }

    #[test]
    fn a_file_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        std::fs::write(&path, "first").unwrap();
        let outputs = Outputs::default();
        let spilled = Output {
            spilled: Some(path.clone()),
            ..output("fi")
        };
        let number = outputs.keep(&spilled);
        std::fs::write(&path, "second").unwrap();
        check(&outputs, number, Some("first"));
    }
}
