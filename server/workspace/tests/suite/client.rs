//! An editor with buffers of its own, which can be told to misbehave and to report what it does in several ways.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base::Uri;
use futures::future::BoxFuture;
use ropey::Rope;
use text::{Edit, PositionEncoding};
use workspace::{Editor, EditorAnswer, EditorEdit, EditorFile, TextChange, Workspace};

/// How an editor behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Applies,
    /// Says no and does nothing.
    Refuses,
    /// Says no and applies it all the same.
    RefusesYetApplies,
    /// Says yes and does nothing.
    Ignores,
    /// Applies the first lines of each edit's text.
    AppliesHalf,
    /// The user types before and behind the place, in the same report.
    Typing {
        before: (usize, String),
        after: (usize, String),
    },
    /// The text changed by the edit is formatted in the same moment: trailing blanks go.
    Formats,
}

/// In which order it tells that a renamed file's buffer goes by another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renaming {
    CloseThenOpen,
    OpenThenClose,
    /// Some time after it has answered.
    Later,
}

/// How it reports what it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sync {
    /// The edits as they were sent, one notification.
    AsSent,
    /// A notification for each edit.
    OneByOne,
    /// One change from the first difference to the last, as Neovim does.
    Minimal,
    WholeDocument,
}

/// An editor with its own buffers. It is the only one who changes them.
pub(crate) struct Client {
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) buffers: Mutex<HashMap<Uri, (i32, String)>>,
    pub(crate) manner: Mutex<Manner>,
    pub(crate) renaming: Mutex<Renaming>,
    pub(crate) sync: Sync,
    pub(crate) received: Mutex<Vec<EditorEdit>>,
}

impl Client {
    pub(crate) fn new(workspace: &Arc<Workspace>, sync: Sync) -> Self {
        Self {
            workspace: Arc::clone(workspace),
            buffers: Mutex::default(),
            manner: Mutex::new(Manner::Applies),
            renaming: Mutex::new(Renaming::CloseThenOpen),
            sync,
            received: Mutex::default(),
        }
    }

    pub(crate) fn open(&self, uri: &Uri, text: &str) {
        self.buffers.lock().unwrap().insert(uri.clone(), (1, text.into()));
        self.workspace.open(uri, "plaintext", 1, text);
    }

    pub(crate) fn text(&self, uri: &Uri) -> String {
        self.buffers.lock().unwrap()[uri].1.clone()
    }

    pub(crate) fn manner(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The user types.
    pub(crate) fn type_at(&self, uri: &Uri, range: std::ops::Range<usize>, text: &str) {
        let mut after = self.text(uri);
        after.replace_range(range.clone(), text);
        let change = self.change(uri, range, text);
        self.report(uri, after, vec![change]);
    }

    /// A change in the coordinates of the present text.
    fn change(&self, uri: &Uri, range: std::ops::Range<usize>, text: &str) -> TextChange {
        let rope = Rope::from_str(&self.text(uri));
        TextChange {
            span: Some(text::to_span(&rope, &range, PositionEncoding::Utf16)),
            text: text.into(),
        }
    }

    fn report(&self, uri: &Uri, after: String, changes: Vec<TextChange>) {
        let version = {
            let mut buffers = self.buffers.lock().unwrap();
            let (version, text) = buffers.get_mut(uri).unwrap();
            *version += 1;
            *text = after;
            *version
        };
        self.workspace
            .change(uri, version, &changes, PositionEncoding::Utf16)
            .unwrap();
    }

    /// Becomes `after` in one report, by whatever changes the sync mode makes of `edits` (last first).
    fn become_text(&self, uri: &Uri, edits: &[Edit], after: String) {
        let before = self.text(uri);
        if before == after {
            return;
        }
        match self.sync {
            Sync::WholeDocument => self.report(
                uri,
                after.clone(),
                vec![TextChange {
                    span: None,
                    text: after,
                }],
            ),
            Sync::Minimal => {
                let (range, text) = minimal(&before, &after);
                let change = self.change(uri, range, &text);
                self.report(uri, after, vec![change]);
            }
            Sync::AsSent => {
                let changes = edits
                    .iter()
                    .map(|edit| self.change(uri, edit.range.clone(), &edit.text))
                    .collect();
                self.report(uri, after, changes);
            }
            Sync::OneByOne => {
                for edit in edits {
                    self.type_at(uri, edit.range.clone(), &edit.text);
                }
                assert_eq!(self.text(uri), after);
            }
        }
    }

    /// Carries edits out in an open buffer, in the manner set.
    fn edit_buffer(&self, uri: &Uri, mut edits: Vec<Edit>) {
        let manner = self.manner.lock().unwrap().clone();
        match manner {
            Manner::AppliesHalf => {
                for edit in &mut edits {
                    let half = floor(&edit.text, edit.text.len() / 2);
                    let lines = edit.text[..half].rfind('\n').map_or(0, |at| at + 1);
                    edit.text.truncate(lines);
                }
            }
            Manner::Formats => {
                for edit in &mut edits {
                    let lines = edit.text.split_inclusive('\n').map(|line| {
                        let body = line.trim_end();
                        format!("{body}{}", if line.ends_with('\n') { "\n" } else { "" })
                    });
                    edit.text = lines.collect();
                }
            }
            Manner::Typing {
                before: (at, ref typed),
                ..
            } => {
                edits.insert(
                    0,
                    Edit {
                        range: at..at,
                        text: typed.clone(),
                    },
                );
            }
            _ => {}
        }
        if let Manner::Typing { after: (at, typed), .. } = manner {
            edits.push(Edit {
                range: at..at,
                text: typed,
            });
        }
        let mut after = self.text(uri);
        edits.sort_by_key(|edit| edit.range.start);
        edits.reverse();
        for edit in &edits {
            after.replace_range(edit.range.clone(), &edit.text);
        }
        self.become_text(uri, &edits, after);
    }

    /// Tells that a buffer, if there is one, goes by another name.
    pub(crate) fn rename_buffer(&self, from: &Uri, to: &Uri, renaming: Renaming) {
        let Some((_, text)) = self.buffers.lock().unwrap().remove(from) else {
            return;
        };
        match renaming {
            Renaming::OpenThenClose => {
                self.open(to, &text);
                self.workspace.close(from).unwrap();
            }
            Renaming::CloseThenOpen | Renaming::Later => {
                self.workspace.close(from).unwrap();
                self.open(to, &text);
            }
        }
    }

    fn carry_out(&self, edit: &EditorEdit) {
        for file in &edit.files {
            match file {
                EditorFile::Edit {
                    uri,
                    version,
                    edits,
                    base,
                } => {
                    let is_open = self.buffers.lock().unwrap().contains_key(uri);
                    if is_open {
                        assert_eq!(*version, Some(self.buffers.lock().unwrap()[uri].0));
                        assert_eq!(
                            base.to_string(),
                            self.text(uri),
                            "edits of a text that the buffer does not have"
                        );
                        self.edit_buffer(uri, edits.clone());
                    } else {
                        let path = uri.path().unwrap();
                        let mut text = std::fs::read_to_string(&path).unwrap();
                        assert_eq!(base.to_string(), text);
                        for edit in edits.iter().rev() {
                            text.replace_range(edit.range.clone(), &edit.text);
                        }
                        std::fs::write(path, text).unwrap();
                    }
                }
                EditorFile::Create { uri, text } => std::fs::write(uri.path().unwrap(), text).unwrap(),
                EditorFile::Delete { uri, .. } => std::fs::remove_file(uri.path().unwrap()).unwrap(),
                EditorFile::Rename { from, to } => {
                    std::fs::rename(from.path().unwrap(), to.path().unwrap()).unwrap();
                    let renaming = *self.renaming.lock().unwrap();
                    if renaming != Renaming::Later {
                        self.rename_buffer(from, to, renaming);
                    }
                }
            }
        }
    }
}

/// The one change from the first differing line to the last.
fn minimal(before: &str, after: &str) -> (std::ops::Range<usize>, String) {
    let prefix = before
        .bytes()
        .zip(after.bytes())
        .take_while(|(left, right)| left == right)
        .count();
    let prefix = before[..floor(before, prefix)].rfind('\n').map_or(0, |at| at + 1);
    let room = before.len().min(after.len()) - prefix;
    let suffix = before
        .bytes()
        .rev()
        .zip(after.bytes().rev())
        .take(room)
        .take_while(|(left, right)| left == right)
        .count();
    let mut suffix = suffix;
    // No position lies inside a character or a `\r\n`.
    let is_nameable = |text: &str, at: usize| {
        text.is_char_boundary(at) && !(text[..at].ends_with('\r') && text[at..].starts_with('\n'))
    };
    while !(is_nameable(before, before.len() - suffix) && is_nameable(after, after.len() - suffix)) {
        suffix -= 1;
    }
    (
        prefix..before.len() - suffix,
        after[prefix..after.len() - suffix].to_owned(),
    )
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Editor for Client {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer> {
        Box::pin(async move {
            self.received.lock().unwrap().push(edit.clone());
            let manner = self.manner.lock().unwrap().clone();
            if !matches!(manner, Manner::Refuses | Manner::Ignores) {
                self.carry_out(&edit);
            }
            match manner {
                Manner::Refuses | Manner::RefusesYetApplies => EditorAnswer::Refused {
                    reason: "the user said no".into(),
                },
                _ => EditorAnswer::Sent,
            }
        })
    }
}
