//! One parse of one text, within bounds.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use super::embedded;
use crate::Language;

/// None without a grammar, and when the time is up. `old` is the tree of an older text, edited to fit this one.
pub(crate) fn parse(language: Language, text: &str, old: Option<&Tree>, within: Duration) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()?).ok()?;
    if let Some(scripts) = embedded::scripts(language, text) {
        parser.set_included_ranges(&scripts).ok()?;
    }
    let deadline = Instant::now() + within;
    let mut progress = |_: &ParseState| match Instant::now() < deadline {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    };
    let mut from = |offset: usize, _| text.as_bytes().get(offset..).unwrap_or_default();
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut from, old, Some(options))
}
