//! Content hashes: BLAKE3 as 64 lower-case hex digits. Equal text gives an equal hash, however its rope is cut.

use ropey::Rope;

/// What is hashed at a time. BLAKE3 works on many of its 1 KiB blocks at once when it gets them together, and a
/// rope's chunks are smaller than one.
const BATCH: usize = 64 * 1024;

/// Hash of a rope's text, without a copy of the whole.
#[must_use]
pub fn hash(text: &Rope) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut batch = Vec::with_capacity(BATCH.min(text.len_bytes()));
    for chunk in text.chunks() {
        if batch.len() + chunk.len() > BATCH {
            hasher.update(&batch);
            batch.clear();
        }
        batch.extend_from_slice(chunk.as_bytes());
    }
    hasher.update(&batch);
    hasher.finalize().to_hex().to_string()
}

/// Hash of raw bytes.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Hash of a string: the same as of a rope that holds it.
#[must_use]
pub fn hash_str(text: &str) -> String {
    hash_bytes(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rope_and_string_agree_over_many_chunks() {
        let half = "fn main() {}\r\n𝒳é\n".repeat(5_000);
        let text = half.repeat(2);
        let mut rope = Rope::from_str(&half);
        rope.insert(rope.len_chars(), &half);
        assert_eq!(rope.to_string(), text);
        assert_eq!(hash(&rope), hash_str(&text));
        assert_ne!(hash(&rope), hash_str(&text[1..]));
    }

    #[test]
    fn the_empty_text_has_the_published_hash() {
        let published = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(hash(&Rope::new()), published);
    }
}
