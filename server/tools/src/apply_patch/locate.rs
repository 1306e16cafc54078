//! Finds where hunks belong in a text, and makes edits of them.
//!
//! All are found in the text as it is, as whole lines: exactly, then but for blanks at the ends of lines, then as the
//! edit tool does, by their words. Of several places the one nearest to the line that the hunk names counts, or the
//! first below its anchors; a hunk that says neither has to be unique.

use std::ops::Range;

use text::Edit;

use super::patch::{Hunk, Op};
use crate::edit::matching::{self, MatchError, Wanted};
use crate::edit::normal::Normal;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HunkError {
    #[error("its old lines stand at lines {}: add lines around them, or a head `@@ -line,count +line,count @@`", listed(.0))]
    Several(Vec<usize>),
    #[error("its old lines, by their words alone, could be at lines {}: copy them exactly", listed(.0))]
    SeveralByWords(Vec<usize>),
    #[error("its old lines do not stand in the file{0}")]
    Nowhere(String),
    #[error("the line `{0}` of its head does not stand in the file")]
    NoAnchor(String),
    #[error("it only adds and says nowhere to: put lines of the file around what it adds")]
    NoPlace,
    #[error("it changes lines that another hunk changes")]
    Overlap,
}

fn listed(lines: &[usize]) -> String {
    let shown: Vec<_> = lines.iter().take(20).map(ToString::to_string).collect();
    shown.join(", ") + if lines.len() > 20 { ", …" } else { "" }
}

/// The edits of all hunks, ascending. On failure the hunk's number from 1.
pub(super) fn edits(text: &str, hunks: &[Hunk]) -> Result<Vec<Edit>, (usize, HunkError)> {
    let normal = Normal::new(text);
    let mut page = Page::new(normal.text());
    let mut edits = Vec::new();
    for (index, hunk) in hunks.iter().enumerate() {
        if !hunk.changes_nothing() {
            edits.extend(page.edits(hunk).map_err(|error| (index + 1, error))?);
        }
    }
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    for edit in &mut edits {
        edit.range = normal.original(&edit.range);
    }
    Ok(edits)
}

/// A text by its lines, all of which end with `\n` but perhaps the last.
struct Page<'a> {
    text: &'a str,
    lines: Vec<&'a str>,
    /// Where each line starts, and where the text ends.
    starts: Vec<usize>,
    /// The lines that hunks stand on so far.
    taken: Vec<Range<usize>>,
}

impl<'a> Page<'a> {
    fn new(text: &'a str) -> Self {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut starts = vec![0];
        starts.extend(lines.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        }));
        Self {
            text,
            lines,
            starts,
            taken: Vec::new(),
        }
    }

    fn edits(&mut self, hunk: &Hunk) -> Result<Vec<Edit>, HunkError> {
        let old = hunk.old_side();
        if old.is_empty() {
            let at = self.insertion(hunk)?;
            return Ok(self.changes(at, hunk));
        }
        let exact = self.places(&old, |line, wanted| line == wanted);
        let places = match exact.is_empty() {
            true => self.places(&old, |line, wanted| line.trim_end() == wanted.trim_end()),
            false => exact,
        };
        match places.as_slice() {
            [] => Ok(vec![self.by_words(hunk)?]),
            places => {
                let at = self.choose(hunk, places)?;
                self.taken.push(at..at + old.len());
                Ok(self.changes(at, hunk))
            }
        }
    }

    /// The lines at which a run of lines begins.
    fn places(&self, wanted: &[&str], is_same: impl Fn(&str, &str) -> bool) -> Vec<usize> {
        let is_match = |at: &usize| {
            let lines = &self.lines[*at..*at + wanted.len()];
            let is_free = !self
                .taken
                .iter()
                .any(|taken| taken.start < at + wanted.len() && *at < taken.end);
            let mut pairs = lines.iter().zip(wanted);
            is_free && pairs.all(|(line, wanted)| is_same(line.trim_end_matches('\n'), wanted))
        };
        (0..(self.lines.len() + 1).saturating_sub(wanted.len()))
            .filter(is_match)
            .collect()
    }

    fn choose(&self, hunk: &Hunk, places: &[usize]) -> Result<usize, HunkError> {
        let several = |places: &[usize]| Err(HunkError::Several(places.iter().map(|at| at + 1).collect()));
        if let [one] = places {
            return Ok(*one);
        }
        let at_end = places
            .last()
            .filter(|at| *at + hunk.old_side().len() == self.lines.len());
        if let Some(at) = at_end.filter(|_| hunk.at_end) {
            return Ok(*at);
        }
        if let Some(line) = hunk.line {
            let distance = |at: &usize| (at + 1).abs_diff(line);
            let smallest = places.iter().map(distance).min();
            let nearest: Vec<usize> = places
                .iter()
                .copied()
                .filter(|at| Some(distance(at)) == smallest)
                .collect();
            return match nearest.as_slice() {
                [one] => Ok(*one),
                _ => several(&nearest),
            };
        }
        if let Some(anchor) = self.anchor(hunk)? {
            return match places.iter().find(|at| **at >= anchor) {
                Some(at) => Ok(*at),
                None => several(places),
            };
        }
        // Hunks come in the order of their places.
        let done = self.taken.last().map_or(0, |taken| taken.end);
        let below: Vec<usize> = places.iter().copied().filter(|at| *at >= done).collect();
        match below.as_slice() {
            [one] => Ok(*one),
            _ => several(places),
        }
    }

    /// The line of the innermost anchor, if the hunk has any.
    fn anchor(&self, hunk: &Hunk) -> Result<Option<usize>, HunkError> {
        let mut found = None;
        for anchor in &hunk.anchors {
            let from = found.unwrap_or(0);
            let is_it = |line: &&str| line.trim() == anchor.trim();
            let begins = |line: &&str| line.trim_start().starts_with(anchor.trim());
            let below = || self.lines.iter().skip(from);
            let at = below().position(is_it).or_else(|| below().position(begins));
            found = Some(from + at.ok_or_else(|| HunkError::NoAnchor(anchor.clone()))?);
        }
        Ok(found)
    }

    /// The line in front of which a hunk without old lines adds its own.
    fn insertion(&self, hunk: &Hunk) -> Result<usize, HunkError> {
        let end = self.lines.len();
        match hunk.line {
            _ if end == 0 || hunk.at_end => return Ok(end),
            Some(line) => return (line <= end + 1).then(|| line.max(1) - 1).ok_or(HunkError::NoPlace),
            None => {}
        }
        self.anchor(hunk)?.map(|anchor| anchor + 1).ok_or(HunkError::NoPlace)
    }

    /// One edit for each run of removed and added lines; `at` is the line on which the hunk begins.
    fn changes(&self, at: usize, hunk: &Hunk) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut index = at;
        let mut lines = hunk.lines.iter().peekable();
        while let Some(line) = lines.peek() {
            if line.op == Op::Context {
                index += 1;
                lines.next();
                continue;
            }
            let from = index;
            let mut added = Vec::new();
            while let Some(line) = lines.next_if(|line| line.op != Op::Context) {
                match line.op {
                    Op::Add => added.push(line.text.as_str()),
                    _ => index += 1,
                }
            }
            edits.push(self.change(from..index, &added, hunk));
        }
        edits
    }

    /// The edit that puts lines in the place of others. Whether the file's last line is ended stays as it is, unless
    /// the hunk says otherwise.
    fn change(&self, lines: Range<usize>, added: &[&str], hunk: &Hunk) -> Edit {
        let range = self.starts[lines.start]..self.starts[lines.end];
        let mut text: String = added.iter().flat_map(|line| [line, "\n"]).collect();
        let is_open = !self.text.is_empty() && !self.text.ends_with('\n');
        let is_last = lines.end == self.lines.len();
        let ends_open = match is_open {
            true => hunk.new_is_open || !hunk.old_is_open,
            false => hunk.new_is_open,
        };
        if is_last && ends_open {
            text.pop();
        }
        let extends_open_line = is_last && is_open && lines.start == lines.end;
        if extends_open_line && !added.is_empty() {
            text.insert(0, '\n');
        }
        Edit { range, text }
    }

    /// The one place that has the same words.
    fn by_words(&mut self, hunk: &Hunk) -> Result<Edit, HunkError> {
        let text_of = |lines: Vec<&str>| lines.iter().flat_map(|line| [*line, "\n"]).collect::<String>();
        let wanted = Wanted {
            old: &text_of(hunk.old_side()),
            new: &text_of(hunk.new_side()),
            ..Wanted::default()
        };
        let found = matching::find(self.text, wanted).map_err(|error| match error {
            MatchError::Several { lines } | MatchError::SeveralByWords { lines } => HunkError::SeveralByWords(lines),
            MatchError::Nowhere { hint } => {
                HunkError::Nowhere(hint.replace("`new_text` does", "what it makes of them does"))
            }
            _ => HunkError::Nowhere(String::new()),
        })?;
        let edit = found.into_iter().next().ok_or(HunkError::NoPlace)?;
        let line_at = |offset: usize| self.starts.partition_point(|start| *start <= offset) - 1;
        let lines = line_at(edit.range.start)..line_at(edit.range.end.saturating_sub(1).max(edit.range.start)) + 1;
        if self
            .taken
            .iter()
            .any(|taken| taken.start < lines.end && lines.start < taken.end)
        {
            return Err(HunkError::Overlap);
        }
        self.taken.push(lines);
        Ok(edit)
    }
}
