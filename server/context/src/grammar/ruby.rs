//! Ruby.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, Site, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("class", Declare::By(class)),
        ("module", Declare::By(module)),
        ("method", Declare::Named(SymbolKind::Function)),
        ("singleton_method", Declare::Named(SymbolKind::Function)),
        ("assignment", Declare::By(constant)),
    ],
    names: &["identifier", "constant"],
    calls: &[("call", "method")],
    arguments: &["argument_list"],
    requires: &["require", "require_relative", "load", "autoload"],
    tests: &[
        "describe", "context", "it", "specify", "test", "scenario", "feature", "RSpec",
    ],
    ..Rules::NONE
};

fn class(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    scoped(site, SymbolKind::Class, found);
}

/// It may be mixed in, and holds methods: more than a place for names.
fn module(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    scoped(site, SymbolKind::Trait, found);
}

/// `C` of `class A::B::C`.
fn scoped(site: &Site<'_, '_>, kind: SymbolKind, found: &mut Vec<Found>) {
    if let Some(name) = site.field("name") {
        let last = name.child_by_field_name("name").unwrap_or(name);
        found.push(site.found(kind, last));
    }
}

fn constant(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let left = site
        .field("left")
        .filter(|left| left.kind() == "constant" && !site.local);
    found.extend(left.map(|left| Found {
        kind: SymbolKind::Constant,
        name: range(left),
        body: None,
        owner: None,
    }));
}
