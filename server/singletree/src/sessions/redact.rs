//! Blots out what looks like a secret: keys that this process was given, the forms that vendors give their tokens,
//! private keys, and values that are set to a name such as `API_KEY`.

use serde_json::Value;

/// What stands where a secret stood.
const BLOT: &str = "[secret]";

/// How tokens of well-known vendors begin, and how many characters follow at least.
const PREFIXES: &[(&str, usize)] = &[
    ("sk-", 16),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 30),
    ("glpat-", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("xoxa-", 16),
    ("xoxs-", 16),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("hf_", 20),
    ("npm_", 30),
    ("pypi-", 30),
    ("eyJ", 60), // a JSON web token: `{"` in base64
];

/// A name that ends so holds a secret.
const NAMES: &[&str] = &["key", "token", "secret", "password", "passwd"];

/// A shorter value of such a name may be a word, and is no loss.
const SHORTEST: usize = 12;

#[derive(Clone, Debug, Default)]
pub(super) struct Redactor {
    known: Vec<String>,
}

impl Redactor {
    /// One that knows the values of this process's environment whose names say that they are secret.
    pub(super) fn from_environment() -> Self {
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::knowing(
            variables
                .filter(|(name, value)| is_secret_name(name) && value.len() >= SHORTEST)
                .map(|(_, value)| value),
        )
    }

    fn knowing(values: impl Iterator<Item = String>) -> Self {
        let mut known: Vec<String> = values.collect();
        // One that holds another goes first, as a whole.
        known.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self { known }
    }

    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.known {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), BLOT);
            }
        }
        without_tokens(&without_private_keys(&text))
    }
}

/// Redacts every string of the value; the names of fields stay.
pub(super) fn redact_value(redactor: &Redactor, value: &mut Value) {
    match value {
        Value::String(text) => *text = redactor.redact(text),
        Value::Array(values) => values.iter_mut().for_each(|value| redact_value(redactor, value)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret_name(name) && is_secret_value(text) => *text = BLOT.to_owned(),
                    value => redact_value(redactor, value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn without_private_keys(text: &str) -> String {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(at);
        let heading = block.lines().next().unwrap_or_default();
        kept.push_str(before);
        if !heading.contains("PRIVATE KEY") {
            kept.push_str(BEGIN);
            rest = &block[BEGIN.len()..];
            continue;
        }
        kept.push_str(BLOT);
        // One that was cut off is blotted out to the end.
        rest = match block.find(END) {
            Some(end) => block[end + END.len()..]
                .split_once("-----")
                .map_or("", |(_, after)| after),
            None => "",
        };
    }
    kept + rest
}

/// Goes through the words that a token may be.
fn without_tokens(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    // The name that a value is being set to, and whether `=`, `:` or `Bearer` stands between.
    let (mut name, mut is_set) = (false, false);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !is_token_character(first) {
            match first {
                '=' | ':' => is_set = name,
                ' ' | '\t' | '"' | '\'' | '`' => {}
                _ => (name, is_set) = (false, false),
            }
            kept.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|character: char| !is_token_character(character))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if is_vendor_token(word) || is_set && is_secret_value(word) {
            kept.push_str(BLOT);
        } else {
            kept.push_str(word);
        }
        let is_scheme = word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic");
        is_set = is_scheme;
        name = is_scheme || is_secret_name(word);
        rest = after;
    }
    kept
}

fn is_token_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | '+' | '/' | '~')
}

fn is_vendor_token(word: &str) -> bool {
    PREFIXES.iter().any(|(prefix, least)| {
        word.match_indices(prefix).any(|(at, _)| {
            let is_start = word[..at]
                .chars()
                .next_back()
                .is_none_or(|before| !before.is_ascii_alphanumeric());
            let body = word[at + prefix.len()..]
                .chars()
                .take_while(|&character| character != '/')
                .count();
            is_start && body >= *least && has_digit(&word[at..])
        })
    })
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|ending| name.ends_with(ending))
}

/// A value and not a path, a type or a call.
fn is_secret_value(value: &str) -> bool {
    value.len() >= SHORTEST
        && has_digit(value)
        && value.chars().any(|character| character.is_ascii_alphabetic())
        && value
            .chars()
            .all(|character| is_token_character(character) || character == '=')
}

fn has_digit(text: &str) -> bool {
    text.chars().any(|character| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(text: &str, expect: &str) {
        let known = ["hunter2hunter2", "hunter2hunter2-and-more"].map(str::to_owned);
        assert_eq!(Redactor::knowing(known.into_iter()).redact(text), expect);
    }

    #[test]
    fn secrets_are_blotted_out() {
        check("is hunter2hunter2-and-more, hunter2hunter2.", "is [secret], [secret].");
        check("key sk-ant-api03-abcdefghijklmnop, next", "key [secret], next");
        check(
            "https://x:ghp_0123456789abcdefghijklmnopqrstuvwxyz@github.com",
            "https://x:[secret]@github.com",
        );
        check("AWS_ACCESS_KEY_ID AKIAIOSFODNN7EXAMPLE", "AWS_ACCESS_KEY_ID [secret]");
        check("export API_KEY='a1b2c3d4e5f6g7'", "export API_KEY='[secret]'");
        check("\"password\": \"correct-horse-9\"", "\"password\": \"[secret]\"");
        check(
            "Authorization: Bearer abcdef0123456789",
            "Authorization: Bearer [secret]",
        );
        check(
            "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb",
            "[secret]\nb",
        );
        check("a -----BEGIN PRIVATE KEY-----\nMII", "a [secret]");
    }

    #[test]
    fn what_is_none_stays() {
        for text in [
            "let token = next_token(&mut lexer)?;",
            "token: Option<String>, api_key: None",
            "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
            "risk-free sk-learn src/sk-/a.rs",
            "key = value",
            "ünï 🌍 \u{0}",
            "https://example.com/0123456789abcdef?key",
            "",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn in_json_only_strings_change() {
        let mut value =
            json!({"token": "abcdef0123456789", "n": [1, "ghp_0123456789abcdefghijklmnopqrstuvwxyz"], "key": "short"});
        redact_value(&Redactor::default(), &mut value);
        assert_eq!(
            value,
            json!({"token": "[secret]", "n": [1, "[secret]"], "key": "short"})
        );
    }
}
