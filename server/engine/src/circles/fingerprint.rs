//! When two calls, or two results, are the same.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

/// A call by its tool and arguments. The order of keys does not count, nor does whether an absent key is written as
/// null or a whole number as `1.0`.
pub(super) fn of_call(name: &str, arguments: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hash_value(arguments, &mut hasher);
    hasher.finish()
}

pub(super) fn of_text(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A result without what differs each time though nothing else does.
pub(crate) fn of_result(content: &str, is_error: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    is_error.hash(&mut hasher);
    for word in content.split_whitespace() {
        match is_time(word) {
            true => "<time>".hash(&mut hasher),
            false => word.hash(&mut hasher),
        }
    }
    hasher.finish()
}

fn hash_value(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(is) => (1_u8, is).hash(hasher),
        Value::Number(number) => {
            // A whole number written as a real one is the whole number.
            let whole = number.as_f64().filter(|real| real.fract() == 0.0 && number.is_f64());
            let text = whole.map_or_else(|| number.to_string(), |real| format!("{real:.0}"));
            (2_u8, text).hash(hasher);
        }
        Value::String(text) => (4_u8, text).hash(hasher),
        Value::Array(items) => {
            (5_u8, items.len()).hash(hasher);
            items.iter().for_each(|item| hash_value(item, hasher));
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().filter(|(_, value)| !value.is_null()).collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            (6_u8, entries.len()).hash(hasher);
            for (key, value) in entries {
                key.hash(hasher);
                hash_value(value, hasher);
            }
        }
    }
}

/// `0.02s`, `12ms`, `(1.5s)`, `12:34:56`, `2026-01-31T12:34:56Z`.
fn is_time(word: &str) -> bool {
    // Nearly no word has a digit.
    if !word.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    is_duration(word) || is_clock(word)
}

fn is_duration(word: &str) -> bool {
    let number = word.trim_end_matches(|c: char| c.is_alphabetic());
    let unit = &word[number.len()..];
    matches!(unit, "s" | "ms" | "µs" | "us" | "ns" | "sec" | "secs")
        && !number.is_empty()
        && number.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn is_clock(word: &str) -> bool {
    word.matches(':').count() == 2
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '-' | '+' | 'T' | 'Z'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(a: Value, b: Value, are_same: bool) {
        assert_eq!(of_call("read", &a) == of_call("read", &b), are_same, "{a} {b}");
    }

    #[test]
    fn calls_are_compared_by_what_they_mean() {
        check(json!({"a": 1, "b": [1.0]}), json!({"b": [1], "a": 1.0}), true);
        check(json!({"path": "a", "first_line": null}), json!({"path": "a"}), true);
        check(json!({"path": "a"}), json!({"path": "b"}), false);
        check(json!([1, 2]), json!([2, 1]), false);
        check(json!({"a": u64::MAX}), json!({"a": u64::MAX - 1}), false);
        check(json!({"a": 1}), json!({"a": "1"}), false);
    }

    #[test]
    fn times_are_no_difference_between_results() {
        let same = |a: &str, b: &str| of_result(a, false) == of_result(b, false);
        assert!(same(
            "ok. 3 passed; finished in 0.02s",
            "ok. 3 passed; finished in 1.70s"
        ));
        assert!(same("[12:00:01] ready", "[12:09:59]  ready\n"));
        assert!(same("at 2026-01-31T12:34:56Z", "at 2026-02-01T00:00:00.123Z"));
        assert!(!same("10 of 20", "11 of 20"));
        assert!(!same("v1.2.3", "v1.2.4"));
        assert!(of_result("x", true) != of_result("x", false));
    }
}
