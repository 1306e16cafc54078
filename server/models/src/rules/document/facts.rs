//! What the signature and the body's words tell about a symbol, the same for every language.

use crate::rules::language::Language;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::Outcome;
use crate::rules::source::Source;
use crate::rules::symbol::Symbol;
use crate::rules::words::{self, Phrase};

pub(super) struct Facts<'a> {
    pub(super) symbol: &'a Symbol,
    pub(super) language: Language,
    pub(super) phrase: Phrase,
    pub(super) inputs: Vec<Input>,
    pub(super) outcome: Outcome,
    /// What in a Rust body may panic: `unwrap`, `panic!`.
    pub(super) panics: Vec<String>,
    /// Whether the body hands back a value, for languages where the signature need not say.
    pub(super) gives_value: bool,
    pub(super) yields: bool,
}

pub(super) struct Input {
    /// As the language's doc comments name it: `**options` in Python, `options` elsewhere.
    pub(super) name: String,
    /// "the retry limit, if any".
    pub(super) meaning: String,
    pub(super) optional: bool,
}

static RETURNS_VALUE: Pattern = pattern!(r"^\s*return\s+[^\s;#]");
static YIELDS: Pattern = pattern!(r"^\s*(?:[\w.]+\s*=\s*)?yield\b");
static PANICS: Pattern =
    pattern!(r"\b(panic|unreachable|todo|unimplemented|assert|assert_eq|assert_ne)!|\.(unwrap|expect)\(");

impl<'a> Facts<'a> {
    pub(super) fn of(symbol: &'a Symbol, language: Language, source: &Source) -> Self {
        let body: Vec<&str> = if symbol.is_function() {
            source
                .range(symbol.lines.0, symbol.lines.1)
                .map(|(_, text)| text)
                .filter(|text| !text.trim_start().starts_with(language.line_comment()))
                .collect()
        } else {
            Vec::new()
        };
        let panics = if symbol.panics { panics(&body) } else { Vec::new() };
        Self {
            symbol,
            language,
            phrase: Phrase::of(symbol),
            inputs: inputs(symbol, language),
            outcome: Outcome::of(symbol, language),
            panics,
            gives_value: body.iter().any(|line| RETURNS_VALUE.is_match(line)),
            yields: body.iter().any(|line| YIELDS.is_match(line)),
        }
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.inputs.iter().map(|input| input.name.clone()).collect()
    }
}

fn inputs(symbol: &Symbol, language: Language) -> Vec<Input> {
    let named = symbol.inputs().filter_map(|param| {
        let identifier = param.identifier()?;
        let name = match language {
            Language::Python => param.name.clone(),
            Language::Rust | Language::Go if param.name == "_" => return None,
            _ => identifier.to_owned(),
        };
        Some(Input {
            name,
            meaning: words::describe(param),
            optional: param.default,
        })
    });
    named.collect()
}

fn panics(body: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for found in body.iter().flat_map(|line| PANICS.captures_iter(line)) {
        let name = found.get(1).or(found.get(2)).map_or("", |name| name.as_str());
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
