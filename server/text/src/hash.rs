//! Content hashes: BLAKE3 as 64 lower-case hex digits. Equal text gives an equal hash, however its rope is cut.

use ropey::Rope;

/// Hash of a rope's text, without joining its chunks.
#[must_use]
pub fn hash(text: &Rope) -> String {
    let mut hasher = blake3::Hasher::new();
    for chunk in text.chunks() {
        hasher.update(chunk.as_bytes());
    }
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
        let text = "fn main() {}\r\n𝒳é\n".repeat(1_000);
        let mut rope = Rope::from_str(&text[..text.len() / 2 / 19 * 19]);
        rope.insert(rope.len_chars(), &text[rope.len_bytes()..]);
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
