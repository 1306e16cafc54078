//! Words that say nothing of a text.

/// Words that stand in any text and say nothing of it; and those that any change request has.
const STOP_WORDS: [&str; 122] = [
    "about",
    "add",
    "added",
    "adding",
    "adds",
    "all",
    "also",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "but",
    "by",
    "can",
    "change",
    "changed",
    "changes",
    "could",
    "did",
    "do",
    "does",
    "doing",
    "done",
    "eg",
    "feat",
    "feature",
    "fix",
    "fixed",
    "fixes",
    "for",
    "from",
    "get",
    "had",
    "has",
    "have",
    "he",
    "her",
    "here",
    "his",
    "how",
    "ie",
    "if",
    "in",
    "instead",
    "into",
    "is",
    "issue",
    "it",
    "its",
    "just",
    "let",
    "made",
    "make",
    "makes",
    "may",
    "might",
    "more",
    "most",
    "must",
    "need",
    "needs",
    "new",
    "no",
    "not",
    "now",
    "of",
    "off",
    "on",
    "once",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "over",
    "please",
    "previously",
    "same",
    "see",
    "should",
    "so",
    "some",
    "such",
    "support",
    "supports",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "too",
    "until",
    "up",
    "use",
    "used",
    "uses",
    "using",
    "very",
    "via",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "will",
    "with",
];

/// Every word that is read is asked about: only those that start alike are compared.
pub(super) fn is_stop_word(word: &[u8]) -> bool {
    let letter = word
        .first()
        .map_or(usize::MAX, |first| usize::from(first.wrapping_sub(b'a')));
    match STOP_STARTS.get(letter..) {
        Some([start, end, ..]) if word.len() <= 10 => {
            let alike = &STOP_WORDS[usize::from(*start)..usize::from(*end)];
            alike.iter().any(|stop| stop.as_bytes() == word)
        }
        _ => false,
    }
}

/// Where the stop words of each letter start, and after the last letter, where they end.
const STOP_STARTS: [u8; 27] = {
    let mut starts = [0; 27];
    let mut word = 0;
    while word < STOP_WORDS.len() {
        let mut later = (STOP_WORDS[word].as_bytes()[0] - b'a') as usize + 1;
        while later < starts.len() {
            starts[later] += 1;
            later += 1;
        }
        word += 1;
    }
    starts
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }
}
