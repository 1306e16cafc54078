//! The lines that a commit added to a file, as hashes: by them the code of today tells when, and with what words, it was
//! written.

use std::collections::HashSet;

use crate::words;

/// A line without the space around it, hashed.
pub(crate) type LineHash = u32;

/// Shorter lines stand anywhere.
const LINE_MIN: usize = 4;
/// More lines at once were moved or generated.
const LINES_CAP: usize = 1_000;

/// None for a line that could stand anywhere.
pub(crate) fn hash(line: &[u8]) -> Option<LineHash> {
    let line = line.trim_ascii();
    (line.len() >= LINE_MIN).then(|| words::hash(line))
}

/// The lines of `new` that `old` has nowhere near: moved and reindented ones do not count.
pub(super) fn lines(old: &[u8], new: &[u8]) -> Box<[LineHash]> {
    let (old, new) = changed_part(old, new);
    let hashes = |text: &'_ [u8]| -> Vec<LineHash> { text.split(|byte| *byte == b'\n').filter_map(hash).collect() };
    let new = hashes(new);
    if new.len() > LINES_CAP {
        return Box::default();
    }
    let old: HashSet<LineHash> = hashes(old).into_iter().collect();
    let mut added: Vec<LineHash> = new.into_iter().filter(|line| !old.contains(line)).collect();
    added.sort_unstable();
    added.dedup();
    added.into()
}

/// Both texts without the lines that they begin with, and end with, in common.
fn changed_part<'a>(old: &'a [u8], new: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let same = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let start = old[..same]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let (old, new) = (&old[start..], &new[start..]);
    let pairs = old.iter().rev().zip(new.iter().rev());
    let same = pairs.take_while(|(one, other)| one == other).count();
    let tail = &old[old.len() - same..];
    let kept = tail
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(0, |end| same - end - 1);
    (&old[..old.len() - kept], &new[..new.len() - kept])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, added: &[&str]) {
        let mut expected: Vec<LineHash> = added.iter().filter_map(|line| hash(line.as_bytes())).collect();
        expected.sort_unstable();
        assert_eq!(*lines(old.as_bytes(), new.as_bytes()), *expected, "{old:?} {new:?}");
    }

    #[test]
    fn added_lines_are_those_of_the_new_text_alone() {
        check("", "first line\nsecond line\n", &["first line", "second line"]);
        check(
            "first line\nlast line\n",
            "first line\nmiddle\nlast line\n",
            &["middle"],
        );
        check(
            "first line\nold line\nlast\n",
            "first line\nnew line\nlast\n",
            &["new line"],
        );
        check("first line\nsecond", "first line\nsecond\n}\n", &[]);
        check("call(one);\n", "if it {\n    call(one);\n}\n", &["if it {"]);
        check("same line\n", "same line\n", &[]);
        check(
            "first line\nsecond line",
            "first line\nsecond line too",
            &["second line too"],
        );
    }

    #[test]
    fn a_thousand_new_lines_tell_nothing() {
        let text: String = (0..=LINES_CAP).map(|line| format!("line {line}\n")).collect();
        check("", &text, &[]);
    }
}
