//! What the `outline`, `symbols` and `references` tools tell about code.

use serde::Deserialize;
use serde_json::Value;

use super::pattern::{Pattern, pattern};

/// A symbol as `outline` with a line describes it. Lines count from 1, inclusive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Symbol {
    pub(super) name: String,
    #[serde(deserialize_with = "lower_case")]
    pub(super) kind: String,
    /// With attributes, decorators and `export`, without a doc comment in front.
    pub(super) lines: (u32, u32),
    pub(super) signature: String,
    /// What it is a member of, or stands in.
    pub(super) parent: Option<String>,
    pub(super) doc: Option<(u32, u32)>,
    pub(super) doc_text: Option<String>,
    /// What a caller passes: without `self` and the like.
    pub(super) params: Vec<Param>,
    pub(super) returns: Option<String>,
    pub(super) fallible: bool,
    pub(super) panics: bool,
    pub(super) raises: Vec<String>,
    pub(super) is_test: bool,
    pub(super) exported: bool,
    pub(super) is_async: bool,
    /// `&mut self`, `cls`, `this`, Go's `s *Server`.
    pub(super) receiver: Option<String>,
    pub(super) calls: Vec<Callee>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Param {
    pub(super) name: String,
    #[serde(rename = "type", alias = "ty")]
    pub(super) ty: Option<String>,
    /// Whether a caller may leave it out.
    pub(super) default: bool,
}

/// Something that the symbol's body calls.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Callee {
    pub(super) name: String,
}

fn lower_case<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Value::deserialize(deserializer)?
        .as_str()
        .unwrap_or_default()
        .to_lowercase())
}

impl Symbol {
    /// None for `{"none":true}` and for what is no symbol.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let symbol: Self = serde_json::from_str(json.trim()).ok()?;
        (!symbol.name.is_empty() && symbol.lines.0 > 0).then_some(symbol)
    }

    pub(super) fn is_function(&self) -> bool {
        matches!(self.kind.as_str(), "function" | "method" | "property")
    }

    /// The parameters, without Python's `*` and `/`.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| !matches!(param.name.as_str(), "*" | "/" | ""))
    }

    /// The bare name of the type that a method belongs to: `Stack` of `Stack<T>`.
    pub(super) fn owner(&self) -> Option<&str> {
        static LAST_WORD: Pattern = pattern!(r"([\w$]+)\s*(?:<.*|\[.*)?$");
        if !matches!(self.kind.as_str(), "method" | "property") {
            return None;
        }
        let found = LAST_WORD.captures(self.parent.as_deref()?.trim())?;
        found.get(1).map(|name| name.as_str())
    }

    /// Whether it is called on a value.
    pub(super) fn has_receiver(&self) -> bool {
        self.receiver.as_deref().is_some_and(|receiver| receiver != "cls")
    }
}

impl Param {
    /// The bare identifier: `args` of `*args`, `...args`; none for a pattern such as `{ a, b }`.
    pub(super) fn identifier(&self) -> Option<&str> {
        let name = self.name.trim_start_matches(['*', '.', '&', '_']).trim_end_matches('?');
        let name = name.strip_prefix("mut ").unwrap_or(name).trim();
        let is_identifier = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        is_identifier.then_some(name)
    }
}

/// One line of a whole file's outline.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OutlineLine<'a> {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) kind: String,
    pub(super) signature: &'a str,
}

pub(super) fn outline_lines(text: &str) -> impl Iterator<Item = OutlineLine<'_>> {
    static LINE: Pattern = pattern!(r"^\s*(\d+)(?:\s*[-–]\s*(\d+))?:?\s+(\S+)\s+(.+?)\s*$");
    text.lines().filter_map(|line| {
        let found = LINE.captures(line)?;
        let first = found[1].parse().ok()?;
        Some(OutlineLine {
            first,
            last: found
                .get(2)
                .and_then(|last| last.as_str().parse().ok())
                .unwrap_or(first),
            kind: found[3].to_lowercase(),
            signature: found.get(4).map_or("", |signature| signature.as_str()),
        })
    })
}

/// One line of `symbols`: where a name is defined.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Definition<'a> {
    pub(super) path: &'a str,
    pub(super) line: u32,
    pub(super) signature: &'a str,
}

impl Definition<'_> {
    pub(super) fn defines(&self, name: &str) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        // The name stands before its parameters.
        let head = self.signature.split(['{', '=']).next().unwrap_or_default();
        head.split(|c| !is_word(c)).any(|word| word == name)
    }
}

pub(super) fn definitions(text: &str) -> impl Iterator<Item = Definition<'_>> {
    static LINE: Pattern = pattern!(r"^(.+?):(\d+):?\s+(\S+)\s+(.*)$");
    text.lines().filter_map(|line| {
        let found = LINE.captures(line)?;
        Some(Definition {
            path: found.get(1).map_or("", |path| path.as_str()),
            line: found[2].parse().ok()?,
            signature: found.get(4).map_or("", |signature| signature.as_str().trim()),
        })
    })
}

/// One line of `references`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    pub(super) path: &'a str,
    pub(super) line: u32,
    pub(super) enclosing: Option<&'a str>,
    pub(super) is_definition: bool,
}

pub(super) fn references(text: &str) -> impl Iterator<Item = Reference<'_>> {
    static LINE: Pattern = pattern!(r"^(.+?):(\d+):?\s*(.*)$");
    static ENCLOSING: Pattern = pattern!(r"^(?:\[definition\]\s*)?\[in ([^\]]+)\]");
    text.lines().filter_map(|line| {
        let found = LINE.captures(line)?;
        let rest = found.get(3).map_or("", |rest| rest.as_str());
        let enclosing = ENCLOSING
            .captures(rest)
            .and_then(|found| found.get(1))
            .map(|name| name.as_str());
        let is_definition = rest.starts_with("[definition]")
            || rest.ends_with("[definition]")
            || rest
                .split_once("] ")
                .is_some_and(|(_, after)| after.starts_with("[definition]"));
        Some(Reference {
            path: found.get(1).map_or("", |path| path.as_str()),
            line: found[2].parse().ok()?,
            enclosing,
            is_definition,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_symbol_is_none() {
        assert!(Symbol::parse("{\"none\":true}").is_none());
        assert!(Symbol::parse("nothing here").is_none());
    }

    #[test]
    fn a_symbol_may_lack_fields() {
        let symbol = Symbol::parse(r#"{"name":"a","kind":"Function","lines":[3,4],"doc":null,"extra":1}"#).unwrap();
        assert!(symbol.is_function());
        assert_eq!(symbol.lines, (3, 4));
    }

    #[test]
    fn outlines_are_read_line_by_line() {
        let lines: Vec<_> = outline_lines("1-3 function fn a()\n  5-9 Module mod tests\n…").collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            (lines[1].first, lines[1].last, lines[1].kind.as_str()),
            (5, 9, "module")
        );
    }

    #[test]
    fn references_tell_where_they_stand() {
        let text = "src/a.rs:3 [definition] fn a() {\nsrc/b.rs:7 [in main] a();\nsrc/b.rs:9 a();";
        let found: Vec<_> = references(text)
            .map(|r| (r.line, r.enclosing, r.is_definition))
            .collect();
        assert_eq!(found, [(3, None, true), (7, Some("main"), false), (9, None, false)]);
    }

    #[test]
    fn an_owner_has_a_bare_name() {
        let name = |parent: &str| {
            let symbol = Symbol {
                kind: "method".into(),
                parent: Some(parent.into()),
                ..Symbol::default()
            };
            symbol.owner().map(str::to_owned)
        };
        assert_eq!(name("Stack<T>").as_deref(), Some("Stack"));
        assert_eq!(name("cart::Cart").as_deref(), Some("Cart"));
        assert_eq!(name("Cart").as_deref(), Some("Cart"));
    }
}
