//! What a patch says, in whichever format it came.

/// What a patch does to one file, which it names by `path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilePatch {
    pub(super) path: String,
    pub(super) change: PatchChange,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PatchChange {
    Create {
        text: String,
        is_executable: bool,
    },
    Delete {
        /// The whole file as the patch knows it, where it says.
        lines: Option<Vec<String>>,
    },
    Update {
        to: Option<String>,
        hunks: Vec<Hunk>,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hunk {
    /// Its place in the patch: the 1-based line of its header.
    pub(super) at: usize,
    /// Where its old lines began when the patch was made, from 1.
    pub(super) line: Option<usize>,
    /// Lines that stand somewhere above it, outermost first.
    pub(super) anchors: Vec<String>,
    pub(super) lines: Vec<Line>,
    /// Whether its old lines are the last ones of the file.
    pub(super) at_end: bool,
    /// Whether the last old line, and the last new one, has no line break.
    pub(super) old_is_open: bool,
    pub(super) new_is_open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) op: Op,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Context,
    Remove,
    Add,
}

impl Hunk {
    pub(super) fn old_side(&self) -> Vec<&str> {
        self.side(Op::Remove)
    }

    pub(super) fn new_side(&self) -> Vec<&str> {
        self.side(Op::Add)
    }

    fn side(&self, op: Op) -> Vec<&str> {
        let is_on_it = |line: &&Line| line.op == op || line.op == Op::Context;
        self.lines
            .iter()
            .filter(is_on_it)
            .map(|line| line.text.as_str())
            .collect()
    }

    pub(super) fn changes_nothing(&self) -> bool {
        self.lines.iter().all(|line| line.op == Op::Context)
    }
}

/// Why a patch cannot be read, in words for the model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatchError {
    #[error(
        "the patch holds no change: give a unified diff (`--- a/file`, `+++ b/file`, `@@ -1,3 +1,4 @@`, then lines that \
         begin with ` `, `-` or `+`), or files between `*** Begin Patch` and `*** End Patch`"
    )]
    Nothing,
    #[error("the patch ends without `*** End Patch`: it seems to be cut off, so nothing of it was taken")]
    CutOff,
    #[error("line {line} of the patch, `{text}`: {cause}")]
    Line { line: usize, text: String, cause: String },
}

/// The lines of a patch, one after the other.
pub(super) struct Lines<'a> {
    lines: Vec<&'a str>,
    at: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(patch: &'a str) -> Self {
        let lines = patch.lines().map(|line| line.strip_suffix('\r').unwrap_or(line));
        Self {
            lines: lines.collect(),
            at: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, by: usize) -> Option<&'a str> {
        self.lines.get(self.at + by).copied()
    }

    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// The line if it begins so: what follows.
    pub(super) fn take(&mut self, prefix: &str) -> Option<&'a str> {
        let rest = self.peek()?.strip_prefix(prefix)?;
        self.at += 1;
        Some(rest)
    }

    /// The 1-based number of the next line.
    pub(super) fn number(&self) -> usize {
        self.at + 1
    }

    /// What is wrong with the next line.
    pub(super) fn error(&self, cause: impl Into<String>) -> PatchError {
        self.error_at(self.number(), cause)
    }

    pub(super) fn error_at(&self, line: usize, cause: impl Into<String>) -> PatchError {
        let text = self.lines.get(line - 1).copied().unwrap_or_default();
        PatchError::Line {
            line,
            text: crate::output::clip(text, 80),
            cause: cause.into(),
        }
    }
}

/// How many lines of either side a hunk's header still promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Promised {
    pub(super) old: usize,
    pub(super) new: usize,
}

impl Promised {
    fn count(&mut self, op: Op) {
        if op != Op::Add {
            self.old = self.old.saturating_sub(1);
        }
        if op != Op::Remove {
            self.new = self.new.saturating_sub(1);
        }
    }
}

/// Reads the lines of a hunk, up to one that is none or that `is_end` knows. Models count badly, so what the header
/// promises only decides where the lines do not; what is missing of it comes back.
pub(super) fn body(
    lines: &mut Lines<'_>,
    hunk: &mut Hunk,
    promised: Option<Promised>,
    is_end: impl Fn(&Lines<'_>, Option<Promised>) -> bool,
) -> Option<Promised> {
    let mut left = promised;
    // Blank context lines often lose their blank; at the end of a patch they are no lines at all.
    let mut blanks = 0;
    let push = |hunk: &mut Hunk, left: &mut Option<Promised>, op, text: &str| {
        if let Some(left) = left {
            left.count(op);
        }
        let text = if hunk.lines.is_empty() {
            text.trim_start_matches('\u{feff}')
        } else {
            text
        };
        hunk.lines.push(Line {
            op,
            text: text.to_owned(),
        });
    };
    while let Some(line) = lines.peek() {
        if is_end(lines, left) {
            break;
        }
        let op = match line.as_bytes().first() {
            None => {
                blanks += 1;
                lines.skip();
                continue;
            }
            Some(b' ') => Op::Context,
            Some(b'-') => Op::Remove,
            Some(b'+') => Op::Add,
            Some(b'\\') => {
                mark_open(hunk);
                lines.skip();
                continue;
            }
            Some(_) => break,
        };
        for _ in 0..std::mem::take(&mut blanks) {
            push(hunk, &mut left, Op::Context, "");
        }
        push(hunk, &mut left, op, &line[1..]);
        lines.skip();
    }
    let wanted = left.map_or(0, |left| left.old.min(left.new));
    for _ in 0..blanks.min(wanted) {
        push(hunk, &mut left, Op::Context, "");
    }
    left
}

/// `\ No newline at end of file` speaks of the line before it.
fn mark_open(hunk: &mut Hunk) {
    let Some(last) = hunk.lines.last() else {
        return;
    };
    hunk.old_is_open |= last.op != Op::Add;
    hunk.new_is_open |= last.op != Op::Remove;
}
