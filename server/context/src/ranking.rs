//! How well a symbol's name answers a query.

use std::cmp::Ordering;

use crate::{Symbol, SymbolKind};

/// A name as a person types it: `parse_config`, `parseconf`, `pc`, `Parser::new`.
pub(crate) struct Query {
    name: String,
    folded: String,
    words: Vec<String>,
    /// `Parser` of `Parser::new`.
    owner: Option<String>,
}

/// The smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    Exact,
    ExactFolded,
    Prefix,
    /// Each word of the query starts a word of the name, in order.
    Words,
    Substring,
    /// The query's characters come in the name, in order.
    Subsequence,
}

/// Shorter queries are subsequences of nearly everything.
const SUBSEQUENCE_MIN: usize = 3;

impl Query {
    /// None if there is no name in it.
    pub(crate) fn parse(query: &str) -> Option<Self> {
        let (owner, name) = split_owner(query);
        if name.is_empty() {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            folded: fold(name),
            words: words(name),
            owner: owner.map(fold),
        })
    }

    /// Whether a text can hold a name that answers better than as a subsequence. `text` has its ASCII in lower case.
    pub(crate) fn may_be_in(&self, text: &str) -> bool {
        self.words
            .iter()
            .filter(|word| word.is_ascii())
            .all(|word| text.contains(word.as_str()))
    }

    pub(crate) fn rank(&self, symbol: &Symbol) -> Option<Tier> {
        self.rank_name(&symbol.name, symbol.parent.as_deref())
    }

    pub(crate) fn rank_name(&self, name: &str, parent: Option<&str>) -> Option<Tier> {
        if let Some(owner) = &self.owner
            && parent.map(fold).as_ref() != Some(owner)
        {
            return None;
        }
        if name == self.name {
            return Some(Tier::Exact);
        }
        let folded = fold(name);
        if folded == self.folded {
            Some(Tier::ExactFolded)
        } else if folded.starts_with(&self.folded) {
            Some(Tier::Prefix)
        } else if !self.words.is_empty() && starts_words(&self.words, &words(name)) {
            Some(Tier::Words)
        } else if folded.contains(&self.folded) {
            Some(Tier::Substring)
        } else {
            let long_enough = self.folded.chars().count() >= SUBSEQUENCE_MIN;
            (long_enough && is_subsequence(self.folded.chars(), folded.chars())).then_some(Tier::Subsequence)
        }
    }
}

/// Best first; a total order, so that answers are the same each time.
pub(crate) fn compare((tier, symbol): &(Tier, Symbol), (other_tier, other): &(Tier, Symbol)) -> Ordering {
    let key = |symbol: &Symbol| (symbol.kind == SymbolKind::Impl, symbol.is_test, symbol.name.len());
    tier.cmp(other_tier)
        .then_with(|| key(symbol).cmp(&key(other)))
        .then_with(|| symbol.name.cmp(&other.name))
        .then_with(|| symbol.path.cmp(&other.path))
        .then_with(|| symbol.lines.cmp(&other.lines))
}

/// `new` of `crate::Parser::new`, `parser.new()` and `Parser#new`, with `Parser` before it; `vec` of `vec!`.
pub(crate) fn split_owner(query: &str) -> (Option<&str>, &str) {
    let query = query.trim().trim_end_matches("()").trim_end_matches('!');
    let mut segments = query.rsplit(['.', ':', '#']).filter(|segment| !segment.is_empty());
    let name = segments.next().unwrap_or_default();
    (segments.next(), name)
}

fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// `["http", "server", "2", "main"]` of `HTTPServer2_main`.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after_is_lower = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        let starts = before.is_some_and(|before| {
            (c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && after_is_lower)))
                || c.is_numeric() != before.is_numeric()
        });
        if (starts || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn starts_words(query: &[String], name: &[String]) -> bool {
    let mut name = name.iter();
    query
        .iter()
        .all(|start| name.any(|word| word.starts_with(start.as_str())))
}

pub(crate) fn is_subsequence(mut query: impl Iterator<Item = char>, mut name: impl Iterator<Item = char>) -> bool {
    query.all(|wanted| name.any(|c| c == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_words(name: &str, expect: &[&str]) {
        assert_eq!(words(name), expect, "{name}");
    }

    #[test]
    fn identifiers_split_at_case_digits_and_marks() {
        check_words("HTTPServer2_main", &["http", "server", "2", "main"]);
        check_words("parseConfig", &["parse", "config"]);
        check_words("__init__", &["init"]);
        check_words("größeÄndern", &["größe", "ändern"]);
        check_words("___", &[]);
    }

    #[test]
    fn the_last_segment_is_the_name() {
        assert_eq!(split_owner("crate::Parser::new"), (Some("Parser"), "new"));
        assert_eq!(split_owner(" parser.parse() "), (Some("parser"), "parse"));
        assert_eq!(split_owner("vec!"), (None, "vec"));
        assert_eq!(split_owner("::"), (None, ""));
    }
}
