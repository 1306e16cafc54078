//! The project's `MEMORY.md`: of what was learned before, that which concerns the task.

use std::collections::BTreeSet;
use std::path::Path;

const NAME: &str = "MEMORY.md";
/// Bytes of the file that are looked at.
const MAX_BYTES: usize = 256 * 1024;
/// Words shorter than this say nothing of a topic.
const SHORTEST: usize = 4;

/// The entries of the project's memory that share words with the task, the closest first, at most `limit`.
///
/// An entry is an item of a list, or a paragraph. No file, or one that is no text, has none.
#[must_use]
pub fn project_memory(root: &Path, task: &str, limit: usize) -> Vec<String> {
    let path = root.join(NAME);
    // A link may lead anywhere, and a pipe would be waited for.
    let is_plain = path.symlink_metadata().is_ok_and(|found| found.is_file());
    let text = if is_plain {
        std::fs::read_to_string(path).unwrap_or_default()
    } else {
        String::new()
    };
    relevant(&entries(&text[..text.floor_char_boundary(MAX_BYTES)]), task, limit)
}

fn entries(text: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let item = line.trim_start().strip_prefix(['-', '*']).map(str::trim);
        match (item, line.trim()) {
            (_, "") => is_open = false,
            (None, heading) if heading.starts_with('#') => is_open = false,
            (Some(item), _) => {
                entries.push(item.to_owned());
                is_open = true;
            }
            (None, more) => match entries.last_mut().filter(|_| is_open) {
                Some(entry) => {
                    entry.push(' ');
                    entry.push_str(more);
                }
                None => {
                    entries.push(more.to_owned());
                    is_open = true;
                }
            },
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

/// By how many of the task's words they hold; of equals the earlier first.
fn relevant(entries: &[String], task: &str, limit: usize) -> Vec<String> {
    let wanted = words(task);
    let mut scored: Vec<(usize, &String)> = entries
        .iter()
        .map(|entry| (words(entry).intersection(&wanted).count(), entry))
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().take(limit).map(|(_, entry)| entry.clone()).collect()
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| word.chars().count() >= SHORTEST)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: &str =
        "# Learned\n\n- The parser keeps\n  trivia tokens.\n- Tests need `--locked`.\n\nReleases are cut from main.\n";

    fn check(task: &str, expect: &[&str]) {
        assert_eq!(relevant(&entries(MEMORY), task, 2), expect);
    }

    #[test]
    fn what_shares_words_with_the_task_is_told() {
        check("fix the parser", &["The parser keeps trivia tokens."]);
        check(
            "make releases of the parser from main",
            &["Releases are cut from main.", "The parser keeps trivia tokens."],
        );
        check("rename it", &[]);
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join("x"), "- a parser").unwrap();
        std::os::unix::fs::symlink(other.path().join("x"), folder.path().join(NAME)).unwrap();
        assert!(project_memory(folder.path(), "parser", 5).is_empty());
        std::fs::remove_file(folder.path().join(NAME)).unwrap();
        std::fs::write(folder.path().join(NAME), "- a parser").unwrap();
        assert_eq!(project_memory(folder.path(), "parser", 5), ["a parser"]);
    }
}
