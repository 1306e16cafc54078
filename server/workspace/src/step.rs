//! What the agent did to real files, step by step: the record that a rewind reads.
//!
//! A step is one Keep (or the undoing of one), one command that ran on the real files, or one rewind. Its record is
//! written before its first file is, with what each file was and, where that is known, what it is to become; and
//! again when it is over. So a process that dies in between has said what it may have done.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base::{ContentHash, SessionId, TurnId, Uri};
use serde::{Deserialize, Serialize};

use crate::error::JournalError;

/// Where steps and the files before them are kept.
pub trait Checkpoints: Send + Sync {
    /// Stores a file's bytes under their BLAKE3 hash.
    ///
    /// # Errors
    /// They could not be stored.
    fn put_image(&self, bytes: &[u8]) -> Result<ContentHash, JournalError>;

    /// The bytes of that hash, if they are there.
    ///
    /// # Errors
    /// They could not be looked up.
    fn image(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>, JournalError>;

    /// Adds a record. One that begins a step is on the disk itself when this returns.
    ///
    /// # Errors
    /// It could not be stored.
    fn append(&self, session: &SessionId, record: &StepRecord) -> Result<(), JournalError>;

    /// All records of the session, in order.
    ///
    /// # Errors
    /// They could not be read.
    fn records(&self, session: &SessionId) -> Result<Vec<StepRecord>, JournalError>;

    /// The number of the session's last step; 0 if there was none.
    ///
    /// # Errors
    /// It could not be read.
    fn last_step(&self, session: &SessionId) -> Result<u64, JournalError>;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum StepRecord {
    Begin(Step),
    /// What came of it: replaces the writes that were expected.
    End {
        step: u64,
        writes: Vec<Write>,
    },
}

impl StepRecord {
    #[must_use]
    pub fn step(&self) -> u64 {
        match self {
            Self::Begin(step) => step.number,
            Self::End { step, .. } => *step,
        }
    }
}

/// A step of a session. Its number is the checkpoint: the files as they were before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// From 1, within its session.
    pub number: u64,
    pub turn: Option<TurnId>,
    pub kind: StepKind,
    /// For people: the hunk's title, the command.
    pub label: String,
    /// Seconds since 1970.
    pub at: u64,
    pub writes: Vec<Write>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepKind {
    Keep,
    /// A Keep was taken back.
    Undo,
    /// A command ran on the real files.
    Command,
    /// The files were put back to what they were before step `to`.
    Rewind {
        to: u64,
    },
}

/// One path, before and after. A session with hunks in a file that were kept together with another's has the write
/// too: either may take it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    pub file: Uri,
    pub before: Image,
    /// None where it cannot be known: a command that did not come to its end.
    pub after: Option<Image>,
    /// The file came from there, so it can go back there as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<Uri>,
}

impl Write {
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.file.path()
    }
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Image {
    Absent,
    File {
        hash: ContentHash,
        /// Permission bits; none where only a buffer of the editor was looked at.
        mode: Option<u32>,
    },
    Link {
        target: Vec<u8>,
    },
    Folder,
    /// A device, a pipe, a file that cannot be read.
    Other,
}

impl Image {
    /// Whether two images are the same but for the mode.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { hash, .. }, Self::File { hash: other, .. }) => hash == other,
            (Self::Other, _) => false,
            (one, other) => one == other,
        }
    }

    pub(crate) fn mode(&self) -> Option<u32> {
        match self {
            Self::File { mode, .. } => *mode,
            _ => None,
        }
    }
}

/// The steps that the records tell, by number.
pub(crate) fn steps(records: Vec<StepRecord>) -> Vec<Step> {
    let mut steps: BTreeMap<u64, Step> = BTreeMap::new();
    for record in records {
        match record {
            StepRecord::Begin(step) => {
                steps.insert(step.number, step);
            }
            StepRecord::End { step, writes } => {
                if let Some(step) = steps.get_mut(&step) {
                    step.writes = writes;
                }
            }
        }
    }
    steps.into_values().collect()
}

/// The numbers of the steps that stand, after all that was rewound and brought back.
pub(crate) fn standing(steps: &[Step]) -> Vec<u64> {
    let mut before: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut standing = Vec::new();
    for step in steps {
        before.insert(step.number, standing.clone());
        match step.kind {
            StepKind::Rewind { to } => standing = before.get(&to).cloned().unwrap_or_default(),
            StepKind::Keep | StepKind::Undo | StepKind::Command => standing.push(step.number),
        }
    }
    standing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kinds: &[StepKind], expect: &[u64]) {
        let step = |(index, kind): (usize, &StepKind)| Step {
            number: index as u64 + 1,
            turn: None,
            kind: *kind,
            label: String::new(),
            at: 0,
            writes: Vec::new(),
        };
        let steps: Vec<Step> = kinds.iter().enumerate().map(step).collect();
        assert_eq!(standing(&steps), expect);
    }

    #[test]
    fn a_rewind_takes_steps_away_and_its_undoing_brings_them_back() {
        use StepKind::{Keep, Rewind};
        check(&[Keep, Keep, Keep], &[1, 2, 3]);
        check(&[Keep, Keep, Keep, Rewind { to: 2 }], &[1]);
        check(&[Keep, Keep, Rewind { to: 2 }, Keep], &[1, 4]);
        check(&[Keep, Keep, Rewind { to: 2 }, Rewind { to: 1 }], &[]);
        check(&[Keep, Keep, Rewind { to: 1 }, Rewind { to: 3 }], &[1, 2]);
        check(&[Keep, Rewind { to: 1 }, Rewind { to: 2 }, Rewind { to: 3 }], &[]);
    }
}
