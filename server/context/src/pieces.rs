//! A file cut into the pieces that are ranked and sent: each line belongs to one piece, a declaration that is not too
//! long is one, and longer ones are cut where the fewest syntax nodes are open.

use tree_sitter::{Tree, TreeCursor};

use crate::skeleton::Skeleton;

/// Lines that are read together. 1-based, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) bytes: u32,
    /// The innermost declaration that holds it whole, as an index into the file's declarations.
    pub(crate) declaration: Option<u32>,
}

impl Piece {
    /// Nothing but line ends: between two declarations that are not one piece.
    pub(crate) fn is_blank(&self) -> bool {
        self.bytes <= self.last + 1 - self.first
    }
}

/// Longer declarations are cut.
const LINES_CAP: u32 = 40;
/// A cut leaves pieces of about this many lines.
const CUT_TARGET: u32 = 24;
const CUT_MIN: u32 = 8;

/// The lines of a text: where each starts, and after the last, where the text ends.
pub(crate) struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let mut starts = vec![0];
        let ends = memchr_lines(text.as_bytes());
        starts.extend(ends.map(|end| u32::try_from(end).unwrap_or(u32::MAX)));
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        if starts.last() != Some(&length) {
            starts.push(length);
        }
        Self { starts }
    }

    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.starts.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Byte offset of the start of a 1-based line; the end of the text past the last.
    pub(crate) fn start(&self, line: u32) -> u32 {
        let index = line.saturating_sub(1) as usize;
        self.starts.get(index).or(self.starts.last()).copied().unwrap_or(0)
    }

    pub(crate) fn bytes(&self, first: u32, last: u32) -> u32 {
        self.start(last + 1) - self.start(first)
    }

    pub(crate) fn has_longer(&self, bytes: u32) -> bool {
        self.starts.windows(2).any(|line| line[1] - line[0] > bytes)
    }

    /// The 1-based line of a byte.
    pub(crate) fn of_byte(&self, byte: u32) -> u32 {
        let line = self.starts.partition_point(|start| *start <= byte);
        u32::try_from(line).unwrap_or(u32::MAX).clamp(1, self.count().max(1))
    }
}

fn memchr_lines(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
}

/// The pieces of a parsed file.
pub(crate) fn of_tree(tree: &Tree, skeleton: &Skeleton, lines: &Lines) -> Vec<Piece> {
    let open = open_nodes(tree, &Cuttable::of(skeleton, lines));
    Cutter::new(skeleton, lines, &open).cut()
}

/// The pieces of a text without a grammar: cut at blank lines and where the indentation falls.
pub(crate) fn of_text(text: &str, lines: &Lines) -> Vec<Piece> {
    let mut open = vec![0_u16; lines.count() as usize + 2];
    let mut blank_before = true;
    for line in 1..=lines.count() {
        let content = &text[lines.start(line) as usize..lines.start(line + 1) as usize];
        let indent = content.len() - content.trim_start_matches([' ', '\t']).len();
        let indent = u16::try_from(indent.min(100)).unwrap_or(100);
        open[line as usize] = if blank_before { indent } else { indent + 2 };
        blank_before = content.trim().is_empty();
    }
    Cutter::new(&Skeleton::default(), lines, &open).cut()
}

/// The lines before which a cut may fall: those within a short declaration are out.
struct Cuttable {
    /// How many there are before each line, from line 0; and after the last line, in all.
    before: Vec<u32>,
}

impl Cuttable {
    fn of(skeleton: &Skeleton, lines: &Lines) -> Self {
        let count = lines.count() as usize;
        let mut is_whole = vec![false; count + 1];
        let mut until = 0;
        for declaration in &skeleton.declarations {
            let last = declaration.bytes.end.saturating_sub(1).max(declaration.bytes.start);
            let (first, last) = (lines.of_byte(declaration.bytes.start), lines.of_byte(last));
            if last - first < LINES_CAP && last > until {
                is_whole[first as usize + 1..=last as usize].fill(true);
                until = last;
            }
        }
        let mut total = 0;
        let mut before = Vec::with_capacity(count + 2);
        for is_whole in &is_whole {
            before.push(total);
            total += u32::from(!is_whole);
        }
        before.push(total);
        Self { before }
    }

    /// Of the lines `first..=last`.
    fn any(&self, first: usize, last: usize) -> bool {
        let end = self.before.len() - 1;
        self.before[(last + 1).min(end)] > self.before[first.min(end)]
    }

    fn lines(&self) -> usize {
        self.before.len() - 2
    }
}

/// For each line, how many nodes a cut before it would cut through; right where a cut may fall.
fn open_nodes(tree: &Tree, cuttable: &Cuttable) -> Vec<u16> {
    let size = cuttable.lines() + 2;
    let mut change = vec![0_i32; size + 1];
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let (first, last) = (node.start_position().row, node.end_position().row);
        let matters = last > first && cuttable.any(first + 2, last + 1);
        if matters {
            change[(first + 2).min(size)] += 1;
            change[(last + 2).min(size)] -= 1;
        }
        let moved = (matters && cursor.goto_first_child()) || goto_next(&mut cursor);
        if !moved {
            break;
        }
    }
    let mut depth = 0_i32;
    change[..size]
        .iter()
        .map(|change| {
            depth += change;
            u16::try_from(depth.max(0)).unwrap_or(u16::MAX)
        })
        .collect()
}

fn goto_next(cursor: &mut TreeCursor<'_>) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}

struct Cutter<'a> {
    /// Lines of each declaration, and those directly in another or in the file, by first line.
    spans: Vec<(u32, u32)>,
    children: Vec<Vec<u32>>,
    top: Vec<u32>,
    lines: &'a Lines,
    open: &'a [u16],
    pieces: Vec<Piece>,
    /// What each piece stands in.
    containers: Vec<Option<u32>>,
}

impl<'a> Cutter<'a> {
    fn new(skeleton: &Skeleton, lines: &'a Lines, open: &'a [u16]) -> Self {
        let spans: Vec<(u32, u32)> = skeleton
            .declarations
            .iter()
            .map(|declaration| {
                let last = declaration.bytes.end.saturating_sub(1).max(declaration.bytes.start);
                (lines.of_byte(declaration.bytes.start), lines.of_byte(last))
            })
            .collect();
        let mut children = vec![Vec::new(); spans.len()];
        let mut top = Vec::new();
        for (index, declaration) in skeleton.declarations.iter().enumerate() {
            let siblings = match declaration.parent {
                Some(parent) => &mut children[parent as usize],
                None => &mut top,
            };
            siblings.push(u32::try_from(index).unwrap_or(u32::MAX));
        }
        Self {
            spans,
            children,
            top,
            lines,
            open,
            pieces: Vec::new(),
            containers: Vec::new(),
        }
    }

    fn cut(mut self) -> Vec<Piece> {
        if self.lines.count() > 0 {
            let top = std::mem::take(&mut self.top);
            self.members(1, self.lines.count(), &top, None);
        }
        self.pieces
    }

    /// Cuts `first..=last`, which holds the declarations `members` in order.
    fn members(&mut self, first: u32, last: u32, members: &[u32], within: Option<u32>) {
        let mut next = first;
        for member in members {
            let (start, end) = self.spans[*member as usize];
            // Two on one line, or one that starts on its predecessor's last line: it goes with what is before it.
            let (start, end) = (start.max(next), end.min(last));
            if start > end {
                continue;
            }
            if start > next {
                self.windows(next, start - 1, within);
            }
            self.declaration(*member, start, end, within);
            next = end + 1;
        }
        if next <= last {
            self.windows(next, last, within);
        }
    }

    fn declaration(&mut self, index: u32, first: u32, last: u32, within: Option<u32>) {
        if last - first < LINES_CAP {
            self.push(first, last, Some(index), within);
            return;
        }
        let children = std::mem::take(&mut self.children[index as usize]);
        self.members(first, last, &children, Some(index));
    }

    /// Cuts a run of lines without declarations of its own.
    fn windows(&mut self, first: u32, last: u32, within: Option<u32>) {
        let mut start = first;
        while last + 1 - start > LINES_CAP.min(CUT_TARGET + CUT_MIN) {
            let candidates = start + CUT_MIN..=(start + CUT_TARGET + CUT_MIN).min(last);
            // The cut through the fewest nodes; among these the one nearest to the target.
            let cut = candidates
                .min_by_key(|line| (self.open[*line as usize], line.abs_diff(start + CUT_TARGET)))
                .unwrap_or(start + CUT_TARGET);
            self.push(start, cut - 1, within, within);
            start = cut;
        }
        self.push(start, last, within, within);
    }

    fn push(&mut self, first: u32, last: u32, declaration: Option<u32>, within: Option<u32>) {
        let piece = Piece {
            first,
            last,
            bytes: self.lines.bytes(first, last),
            declaration,
        };
        let joined = self.pieces.last_mut().zip(self.containers.last());
        if let Some((before, container)) = joined
            && *container == within
            && let Some(declaration) = join(before, &piece, within)
        {
            before.last = piece.last;
            before.bytes += piece.bytes;
            before.declaration = declaration;
            return;
        }
        self.pieces.push(piece);
        self.containers.push(within);
    }
}

/// Whether two neighbours in one container are one piece, and if so the declaration that it belongs to: a scrap between
/// declarations goes with the one before it, small declarations go together.
fn join(before: &Piece, after: &Piece, within: Option<u32>) -> Option<Option<u32>> {
    let lines = |piece: &Piece| piece.last + 1 - piece.first;
    let is_scrap = |piece: &Piece| piece.declaration == within && lines(piece) <= SCRAP;
    let are_small = lines(before) + lines(after) <= SMALL;
    if is_scrap(after) {
        Some(before.declaration)
    } else if is_scrap(before) {
        Some(after.declaration)
    } else {
        are_small.then_some(within)
    }
}

/// Lines of a run between declarations that are not worth a piece of their own.
const SCRAP: u32 = 6;
/// Small declarations go together up to this many lines.
const SMALL: u32 = 24;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::Digest;

    fn check(path: &str, text: &str) {
        let digest = Digest::of(Path::new(path), text);
        let mut next = 1;
        for piece in &digest.pieces {
            assert_eq!(piece.first, next, "{path}: {text}");
            assert!(piece.last >= piece.first);
            next = piece.last + 1;
        }
        assert_eq!(next, Lines::of(text).count() + 1, "{path}: {text}");
    }

    #[test]
    fn a_function_is_a_piece_with_the_scrap_after_it() {
        let body = "    step();\n".repeat(10);
        let text = format!("fn one() {{\n{body}}}\n\nfn two() {{\n{body}}}\n");
        let digest = Digest::of(Path::new("a.rs"), &text);
        let lines: Vec<(u32, u32)> = digest.pieces.iter().map(|piece| (piece.first, piece.last)).collect();
        assert_eq!(lines, [(1, 13), (14, 25)]);
    }

    #[test]
    fn small_declarations_go_together_up_to_a_size() {
        let text = "const A: u32 = 1;\n".repeat(30);
        let digest = Digest::of(Path::new("a.rs"), &text);
        assert!(digest.pieces.iter().all(|piece| piece.last - piece.first < SMALL));
        assert!(digest.pieces.len() < 6, "{:?}", digest.pieces);
    }

    proptest! {
        #[test]
        fn each_line_is_in_one_piece(
            lines in prop::collection::vec(prop::sample::select(vec![
                "fn f() {", "}", "impl A {", "    x();", "", "/// doc", "struct B;", "    if x {", "    }", "class C:", "\tdef g(self):",
            ]), 0..120),
            path in prop::sample::select(vec!["a.rs", "a.py", "a.go", "a.txt", "a.ts"]),
        ) {
            check(path, &lines.join("\n"));
            check(path, &format!("{}\n", lines.join("\n")));
        }
    }
}
