//! What a web call is about.

/// Words kept of a query or address.
const MAX_WORDS: usize = 24;

/// Words that say nothing of a topic.
const EMPTY: [&str; 32] = [
    "the",
    "and",
    "for",
    "with",
    "from",
    "how",
    "what",
    "why",
    "does",
    "not",
    "use",
    "using",
    "www",
    "http",
    "https",
    "com",
    "org",
    "html",
    "htm",
    "docs",
    "doc",
    "latest",
    "stable",
    "example",
    "examples",
    "guide",
    "tutorial",
    "documentation",
    "best",
    "way",
    "into",
    "github",
];

/// The words of a query or an address in a plain form, without those that say nothing.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| plain(&word.to_lowercase()))
        .filter(|word| word.chars().count() > 1 && !EMPTY.contains(&word.as_str()))
        .take(MAX_WORDS)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Without the commonest endings, so that `cancelling` is `cancel`.
fn plain(word: &str) -> String {
    let endings = ["lation", "ation", "ling", "led", "ing", "ed", "es", "s"];
    let stem = endings.into_iter().find_map(|ending| word.strip_suffix(ending));
    stem.filter(|stem| stem.chars().count() > 3).unwrap_or(word).to_owned()
}

/// Whether two sets of words, each sorted, are about the same: at least half of the smaller is in the other. One common
/// word is too little, unless it is all there is.
pub(super) fn is_same(a: &[u64], b: &[u64]) -> bool {
    let common = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    let smaller = a.len().min(b.len());
    smaller > 0 && common * 2 >= smaller && (common > 1 || smaller == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circles::fingerprint;

    fn hashed(text: &str) -> Vec<u64> {
        let mut hashes: Vec<u64> = words(text).iter().map(|word| fingerprint::of_text(word)).collect();
        hashes.sort_unstable();
        hashes
    }

    fn check(a: &str, b: &str, expect: bool) {
        assert_eq!(is_same(&hashed(a), &hashed(b)), expect, "{:?} {:?}", words(a), words(b));
    }

    #[test]
    fn topics_are_told_apart() {
        check(
            "tokio select cancel safety",
            "how to use tokio select! cancellation",
            true,
        );
        check(
            "https://docs.rs/tokio/latest/tokio/macro.select.html",
            "tokio select macro",
            true,
        );
        check("tokio select cancel safety", "serde flatten performance", false);
        check("rust async trait objects", "rust serde flatten enum", false);
        check("kubernetes", "kubernetes", true);
        check("", "", false);
    }
}
