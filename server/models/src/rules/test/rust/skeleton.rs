//! The text of a Rust test: how the function is called, and what can be asserted before anything is known.

use crate::rules::language::Language;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::{Outcome, split_top_level};
use crate::rules::symbol::Symbol;
use crate::rules::test::placeholder;

pub(super) struct Skeleton<'a> {
    pub(super) symbol: &'a Symbol,
    /// `new` of the method's type, if it has one.
    pub(super) constructor: Option<Symbol>,
    /// Of the `impl` around.
    pub(super) type_params: Vec<String>,
}

impl Skeleton<'_> {
    /// The test function's lines.
    pub(super) fn text(&self, name: &str, indent: &str) -> String {
        let (attribute, keyword) = if self.symbol.is_async {
            ("#[tokio::test]", "async fn")
        } else {
            ("#[test]", "fn")
        };
        let mut text = format!("{indent}{attribute}\n{indent}{keyword} {name}() {{\n");
        for line in self.body() {
            text.push_str(&format!("{indent}    {line}\n"));
        }
        text.push_str(&format!("{indent}}}\n"));
        text
    }

    fn body(&self) -> Vec<String> {
        let symbol = self.symbol;
        let mut lines: Vec<String> = self.receiver().into_iter().collect();
        let wait = if symbol.is_async { ".await" } else { "" };
        let call = format!("{}({}){wait}", self.callee(), self.arguments(symbol));
        let outcome = Outcome::of(symbol, Language::Rust);
        let assertion = match (&outcome.value, &outcome.error) {
            (_, Some(_)) => Some("assert!(actual.is_ok());".to_owned()),
            (Some(ty), None) => assertion(ty),
            (None, None) => None,
        };
        match assertion {
            Some(assertion) => lines.extend([
                format!("let actual = {call};"),
                "// Skeleton: fill in the arguments and the expected value.".to_owned(),
                assertion,
            ]),
            None => lines.extend([
                "// Skeleton: it only shows that the call returns. Fill in the arguments and assert.".to_owned(),
                if outcome.value.is_some() {
                    format!("let _actual = {call};")
                } else {
                    format!("{call};")
                },
            ]),
        }
        lines
    }

    /// The statement that makes the value a method is called on.
    fn receiver(&self) -> Option<String> {
        let owner = self.symbol.owner().filter(|_| self.symbol.has_receiver())?;
        let is_mutated = self
            .symbol
            .receiver
            .as_ref()
            .is_some_and(|receiver| receiver.contains("mut "));
        let keyword = if is_mutated { "let mut" } else { "let" };
        let path = self.path(owner);
        Some(match &self.constructor {
            Some(new) => {
                let unwrap = if Outcome::of(new, Language::Rust).error.is_some() {
                    ".unwrap()"
                } else {
                    ""
                };
                format!("{keyword} value = {path}::new({}){unwrap};", self.arguments(new))
            }
            None => format!("{keyword} value = {path}::default();"),
        })
    }

    fn callee(&self) -> String {
        let name = &self.symbol.name;
        match self.symbol.owner() {
            Some(_) if self.symbol.has_receiver() => format!("value.{name}"),
            Some(owner) => format!("{}::{name}", self.path(owner)),
            // The parent of a free function is a module inside of the file.
            None => self
                .symbol
                .parent
                .iter()
                .fold(name.clone(), |name, parent| format!("{parent}::{name}")),
        }
    }

    /// The type as an expression's path. A type parameter is taken for a `u8`.
    fn path(&self, owner: &str) -> String {
        match self.type_params.len() {
            0 => owner.to_owned(),
            count => format!("{owner}::<{}>", vec!["u8"; count].join(", ")),
        }
    }

    fn arguments(&self, of: &Symbol) -> String {
        let type_params = [self.type_params.clone(), type_params(&of.signature)].concat();
        let values = of.inputs().map(|param| {
            let ty = param.ty.as_deref().unwrap_or_default();
            let target = ty.trim_start_matches('&').trim_start_matches("mut ");
            let reference = &ty[..ty.len() - target.len()];
            if type_params.iter().any(|name| name == target) {
                return format!("{reference}0_u8");
            }
            placeholder::value(Language::Rust, ty).unwrap_or_else(|| format!("{reference}Default::default()"))
        });
        values.collect::<Vec<_>>().join(", ")
    }
}

/// The names of the type parameters that an `impl` or `fn` declares.
pub(super) fn type_params(signature: &str) -> Vec<String> {
    static DECLARED: Pattern = pattern!(r"\b(?:impl|fn\s+\w+)\s*<(.*)$");
    let rest = DECLARED.captures(signature).and_then(|found| found.get(1));
    let rest = rest.map_or("", |rest| rest.as_str());
    let mut depth = 1;
    let end = rest.char_indices().find(|(at, c)| {
        let is_arrow = rest[..*at].ends_with(['-', '=']);
        depth += i32::from(*c == '<') - i32::from(*c == '>' && !is_arrow);
        depth == 0
    });
    let inside = end.map_or(rest, |(at, _)| &rest[..at]);
    split_top_level(inside, ',')
        .into_iter()
        .filter(|param| !param.starts_with('\''))
        .map(|param| param.split([':', '=', ' ']).next().unwrap_or_default().to_owned())
        .collect()
}

/// What can be said of a value of the type before anything is known.
fn assertion(ty: &str) -> Option<String> {
    if ty == "bool" {
        return Some("assert!(!actual);".to_owned());
    }
    if placeholder::is_comparable(ty) {
        return placeholder::value(Language::Rust, ty).map(|expected| format!("assert_eq!(actual, {expected});"));
    }
    match ty.split('<').next()?.rsplit("::").next()? {
        "Option" => Some("assert!(actual.is_none());".to_owned()),
        "Vec" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" | "VecDeque" => {
            Some("assert!(actual.is_empty());".to_owned())
        }
        _ => None,
    }
}
