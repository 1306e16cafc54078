//! Whose thinking a block is. A session may change models, and thinking goes back only to the vendor that signed it:
//! others refuse it.
//!
//! Anthropic's signatures are bare base64, as they were before there were others; each other vendor's begin with its
//! name and a colon, which base64 does not have.

/// `payload`, marked as `vendor`'s.
pub(crate) fn sign(vendor: &str, payload: &str) -> String {
    format!("{vendor}:{payload}")
}

/// What `vendor` signed; none if it was another.
pub(crate) fn payload<'a>(vendor: &str, signature: &'a str) -> Option<&'a str> {
    signature.strip_prefix(vendor)?.strip_prefix(':')
}

/// Whether the signature is Anthropic's, or at least nobody's that we know.
pub(crate) fn is_bare(signature: &str) -> bool {
    !signature.is_empty() && !signature.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_knows_its_own() {
        let signed = sign("gemini", "c2ln:1");
        assert_eq!(payload("gemini", &signed), Some("c2ln:1"));
        assert_eq!(payload("openai-responses", &signed), None);
        assert_eq!(payload("gem", &signed), None);
        assert!(!is_bare(&signed) && !is_bare(""));
        assert!(is_bare("EqQBCgIYAhIM1gbcDa9G+/=="));
    }
}
