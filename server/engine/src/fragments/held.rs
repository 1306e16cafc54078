//! What of the workspace a conversation holds already.

use std::collections::BTreeMap;

/// By the names of the index.
#[derive(Default)]
pub(super) struct Held(BTreeMap<String, File>);

struct File {
    /// All that it has.
    count: u32,
    /// From 1, inclusive.
    lines: Vec<(u32, u32)>,
}

impl Held {
    /// These lines of a file that has `count`.
    pub(super) fn add(&mut self, name: String, lines: &[(u32, u32)], count: u32) {
        let file = self.0.entry(name).or_insert_with(|| File {
            count,
            lines: Vec::new(),
        });
        file.lines.extend(lines);
    }

    pub(super) fn has(&self, name: &str, (first, last): (u32, u32)) -> bool {
        let lines = self.0.get(name).map(|file| file.lines.as_slice());
        let mut lines = lines.unwrap_or_default().iter();
        lines.any(|(from, to)| *from <= first && last <= *to)
    }

    /// The files of which every line is held.
    pub(super) fn whole(&self) -> impl Iterator<Item = String> {
        let whole = self.0.iter().filter(|(name, file)| self.has(name, (1, file.count)));
        whole.map(|(name, _)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: (u32, u32), expect: bool) {
        let mut held = Held::default();
        held.add("a".into(), &[(1, 4), (6, 9)], 9);
        assert_eq!(held.has("a", lines), expect, "{lines:?}");
    }

    #[test]
    fn lines_are_held_in_one_piece() {
        check((2, 4), true);
        check((6, 9), true);
        check((4, 6), false);
        check((9, 10), false);
    }

    #[test]
    fn whole_files_are_told() {
        let mut held = Held::default();
        held.add("a".into(), &[(1, 4)], 4);
        held.add("b".into(), &[(1, 4)], 5);
        assert_eq!(held.whole().collect::<Vec<_>>(), ["a"]);
        assert!(!held.has("c", (1, 1)));
    }
}
