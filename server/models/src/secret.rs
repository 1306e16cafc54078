//! A value that must not be seen: API keys, tokens, header values.

use std::fmt;

/// Shown as `[secret]`; the value leaves only through `expose`, on its way into a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// `text` without any of `secrets`, and without what else this process takes for one. Values shorter than 4 bytes are left: they are no keys, and blotting them out
/// would make the text unreadable.
pub(crate) fn redact(text: &str, secrets: &[Secret]) -> String {
    let text = secrets
        .iter()
        .map(Secret::expose)
        .filter(|secret| secret.len() >= 4)
        .fold(text.to_owned(), |text, secret| text.replace(secret, "[secret]"));
    base::redact::redact(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_never_shown() {
        let secret = Secret::new("sk-very-secret");
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(
            redact("bad key sk-very-secret (a)", &[secret, Secret::new("a")]),
            "bad key [secret] (a)"
        );
    }
}
