//! Types as text: just enough structure to say what is returned and what may go wrong.

use super::language::Language;
use super::symbol::Symbol;

/// What a function hands back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The type of success; none for unit and for what is not declared.
    pub(super) value: Option<String>,
    /// The declared type of failure; empty if it can fail but the type is not named in the signature.
    pub(super) error: Option<String>,
}

impl Outcome {
    pub(super) fn of(symbol: &Symbol, language: Language) -> Self {
        let declared = symbol.returns.as_deref().unwrap_or_default().trim();
        let declared = declared.strip_prefix("->").unwrap_or(declared).trim();
        let (value, mut error) = match language {
            Language::Rust => rust(declared),
            Language::Go => go(declared),
            _ => (declared.to_owned(), None),
        };
        if error.is_none() && symbol.fallible && matches!(language, Language::Rust | Language::Go) {
            error = Some(String::new());
        }
        let is_nothing = value.is_empty() || language.is_unit(&value);
        Self {
            value: (!is_nothing).then_some(value),
            error,
        }
    }
}

/// `io::Result<T>`, `Result<T, E>`: success and failure apart.
fn rust(declared: &str) -> (String, Option<String>) {
    let Some((head, inside)) = declared.strip_suffix('>').and_then(|inside| inside.split_once('<')) else {
        return (declared.to_owned(), None);
    };
    if head.rsplit("::").next() != Some("Result") {
        return (declared.to_owned(), None);
    }
    let mut parts = split_top_level(inside, ',').into_iter();
    let value = parts.next().unwrap_or_default().to_owned();
    let error = parts.next().map_or_else(
        || head.strip_suffix("Result").map_or_else(String::new, alias_error),
        str::to_owned,
    );
    (value, Some(error))
}

/// `io::Result<T>` fails with `io::Error`; that of a bare alias is not in the signature.
fn alias_error(module: &str) -> String {
    match module {
        "io::" | "std::io::" | "fmt::" | "std::fmt::" => format!("{module}Error"),
        _ => String::new(),
    }
}

/// `(T, error)`: success and failure apart.
fn go(declared: &str) -> (String, Option<String>) {
    let results = go_results(declared);
    let values: Vec<&str> = results.iter().map(String::as_str).filter(|ty| *ty != "error").collect();
    let error = (values.len() < results.len()).then(|| "error".to_owned());
    (values.join(", "), error)
}

/// The types of a Go result list, names dropped.
pub(super) fn go_results(declared: &str) -> Vec<String> {
    let inside = declared
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(declared);
    let parts = split_top_level(inside, ',');
    let is_named = declared.starts_with('(')
        && parts.iter().any(|part| {
            part.split_once(' ').is_some_and(|(name, _)| {
                name.chars().all(|c| c.is_alphanumeric() || c == '_')
                    && !matches!(name, "func" | "chan" | "map" | "struct")
            })
        });
    let mut types: Vec<String> = Vec::new();
    for part in parts.iter().rev().filter(|part| !part.is_empty()) {
        let ty = match part.split_once(' ') {
            Some((_, ty)) if is_named => ty.to_owned(),
            // `(a, b int)`: the type stands behind the last name.
            None if is_named => types.last().cloned().unwrap_or_default(),
            _ => (*part).to_owned(),
        };
        types.push(ty);
    }
    types.reverse();
    types
}

/// Splits at separators outside of all brackets; pieces are trimmed.
pub(super) fn split_top_level(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut start = 0;
    let mut parts = Vec::new();
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if matches!(previous, '-' | '=') => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            _ if c == separator && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + c.len_utf8();
            }
            _ => {}
        }
        previous = c;
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, returns: &str, value: Option<&str>, error: Option<&str>) {
        let symbol = Symbol {
            returns: Some(returns.into()),
            ..Symbol::default()
        };
        let expect = Outcome {
            value: value.map(str::to_owned),
            error: error.map(str::to_owned),
        };
        assert_eq!(Outcome::of(&symbol, language), expect);
    }

    #[test]
    fn rust_results_are_taken_apart() {
        check(
            Language::Rust,
            "Result<Vec<(u8, u8)>, Error>",
            Some("Vec<(u8, u8)>"),
            Some("Error"),
        );
        check(Language::Rust, "io::Result<()>", None, Some("io::Error"));
        check(Language::Rust, "anyhow::Result<u8>", Some("u8"), Some(""));
        check(Language::Rust, "Option<u8>", Some("Option<u8>"), None);
    }

    #[test]
    fn go_results_are_taken_apart() {
        check(
            Language::Go,
            "(map[string]int, error)",
            Some("map[string]int"),
            Some("error"),
        );
        check(Language::Go, "(n, m int, err error)", Some("int, int"), Some("error"));
        check(Language::Go, "error", None, Some("error"));
        check(Language::Go, "[]string", Some("[]string"), None);
    }

    #[test]
    fn nothing_is_nothing() {
        check(Language::Python, "None", None, None);
        check(Language::TypeScript, "Promise<void>", None, None);
    }

    #[test]
    fn separators_in_brackets_do_not_split() {
        assert_eq!(split_top_level("fn(a, b) -> c, d", ','), ["fn(a, b) -> c", "d"]);
    }
}
