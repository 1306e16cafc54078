//! Values that stand for arguments and results until the user fills them in.

use crate::rules::language::Language;
use crate::rules::signature::split_top_level;

/// A literal of the type, or none where only the user can know one.
pub(super) fn value(language: Language, ty: &str) -> Option<String> {
    let ty = ty.trim();
    match language {
        Language::Rust => rust(ty),
        Language::Python => python(ty),
        Language::TypeScript => typescript(ty),
        Language::JavaScript | Language::Go => None,
    }
}

/// Whether `assert_eq!` takes values of the type, as far as its name tells: everything in it is of the standard library.
pub(super) fn is_comparable(ty: &str) -> bool {
    const KNOWN: &str = "u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char str String Vec Option PathBuf \
        Path Duration Box Rc Arc HashMap HashSet BTreeMap BTreeSet VecDeque std collections path time static";
    ty.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .all(|word| KNOWN.split_whitespace().any(|known| known == word))
}

fn rust(ty: &str) -> Option<String> {
    if let Some(target) = ty.strip_prefix('&') {
        let target = strip_lifetime(target);
        let (is_mut, target) = target
            .strip_prefix("mut ")
            .map_or((false, target), |target| (true, target.trim()));
        return match target {
            "str" => Some("\"\"".to_owned()),
            "Path" | "std::path::Path" => Some("std::path::Path::new(\"\")".to_owned()),
            _ if target.starts_with('[') && !target.contains(';') => {
                Some(if is_mut { "&mut []".to_owned() } else { "&[]".to_owned() })
            }
            _ => rust(target).map(|value| format!("{}{value}", if is_mut { "&mut " } else { "&" })),
        };
    }
    if let Some(inside) = ty.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let values: Option<Vec<String>> = split_top_level(inside, ',').into_iter().map(rust).collect();
        let values = values?;
        let comma = if values.len() == 1 { "," } else { "" };
        return Some(format!("({}{comma})", values.join(", ")));
    }
    let (head, arguments) = ty
        .split_once('<')
        .map_or((ty, ""), |(head, rest)| (head, rest.trim_end_matches('>')));
    let name = head.rsplit("::").next().unwrap_or(head);
    let literal = match name {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "0",
        "f32" | "f64" => "0.0",
        "bool" => "false",
        "char" => "'a'",
        "String" => "String::new()",
        "Vec" => "vec![]",
        "Option" => "None",
        "PathBuf" => "std::path::PathBuf::new()",
        "Duration" => "std::time::Duration::ZERO",
        "Box" | "Rc" | "Arc" if !arguments.starts_with("dyn ") => {
            return rust(arguments).map(|value| format!("{name}::new({value})"));
        }
        "impl Into" | "impl AsRef" if matches!(arguments, "String" | "str") => "\"\"",
        "impl AsRef" if arguments.ends_with("Path") => "\"\"",
        "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" | "VecDeque" => return Some(format!("{head}::new()")),
        _ => return None,
    };
    Some(literal.to_owned())
}

fn strip_lifetime(target: &str) -> &str {
    match target.strip_prefix('\'') {
        Some(rest) => rest.split_once(' ').map_or(target, |(_, target)| target),
        None => target,
    }
}

fn python(ty: &str) -> Option<String> {
    let ty = ty.trim_matches(['"', '\'']);
    if ty.starts_with("Optional[") || ty.split('|').any(|part| part.trim() == "None") {
        return Some("None".to_owned());
    }
    let first = ty.split('|').next().unwrap_or(ty).trim();
    let head = first.split('[').next().unwrap_or(first);
    let literal = match head.rsplit('.').next().unwrap_or(head) {
        "int" => "0",
        "float" => "0.0",
        "str" => "\"\"",
        "bool" => "False",
        "bytes" => "b\"\"",
        "list" | "List" | "Sequence" | "Iterable" | "Collection" => "[]",
        "dict" | "Dict" | "Mapping" | "MutableMapping" => "{}",
        "set" | "Set" | "frozenset" => "set()",
        "tuple" | "Tuple" => "()",
        "None" => "None",
        _ => return None,
    };
    Some(literal.to_owned())
}

fn typescript(ty: &str) -> Option<String> {
    let parts = split_top_level(ty, '|');
    if let Some(nothing) = parts.iter().find(|part| matches!(**part, "null" | "undefined")) {
        return Some((*nothing).to_owned());
    }
    let first = parts.first().copied().unwrap_or(ty);
    let is_literal =
        first.starts_with(['"', '\'']) || first.parse::<f64>().is_ok() || matches!(first, "true" | "false");
    if is_literal {
        return Some(first.to_owned());
    }
    if first.ends_with("[]") || first.starts_with("Array<") || first.starts_with("ReadonlyArray<") {
        return Some("[]".to_owned());
    }
    let literal = match first.split('<').next().unwrap_or(first) {
        "number" => "0",
        "string" => "\"\"",
        "boolean" => "false",
        "bigint" => "0n",
        "Map" => "new Map()",
        "Set" => "new Set()",
        "Date" => "new Date(0)",
        "Record" => "{}",
        _ => return None,
    };
    Some(literal.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, ty: &str, expect: Option<&str>) {
        assert_eq!(value(language, ty).as_deref(), expect, "{ty}");
    }

    #[test]
    fn rust_types_have_literals() {
        check(Language::Rust, "&'a str", Some("\"\""));
        check(Language::Rust, "&mut Vec<u8>", Some("&mut vec![]"));
        check(Language::Rust, "(u8, Option<Cart>)", Some("(0, None)"));
        check(Language::Rust, "Box<f32>", Some("Box::new(0.0)"));
        check(Language::Rust, "impl Into<String>", Some("\"\""));
        check(Language::Rust, "&Cart", None);
    }

    #[test]
    fn python_types_have_literals() {
        check(Language::Python, "dict[str, int]", Some("{}"));
        check(Language::Python, "str | None", Some("None"));
        check(Language::Python, "Cart", None);
    }

    #[test]
    fn typescript_types_have_literals() {
        check(Language::TypeScript, "string[]", Some("[]"));
        check(Language::TypeScript, "'a' | 'b'", Some("'a'"));
        check(Language::TypeScript, "Cart | undefined", Some("undefined"));
        check(Language::TypeScript, "Cart", None);
    }
}
