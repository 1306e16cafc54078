//! What a layer that comes with the workspace may set: taste, and whatever is stricter than what holds already.

use crate::document::{Data, Node};
use crate::merge::KeyPath;
use crate::schema::{PERMISSION_MODES, SANDBOX_MODES};

/// Says why the value may not be set over `current`, if it may not.
pub(crate) fn objection(path: &KeyPath, new: &Node, current: Option<&Node>) -> Option<String> {
    let current_text = current.and_then(Node::text).unwrap_or_default();
    let new_text = new.text().unwrap_or_default();
    let is_allowed = match path.parts().as_slice() {
        // A model or a route adds no endpoint: its provider is one of the user's or there is none.
        ["model" | "effort"] => true,
        // What you type is sent nowhere because a workspace says so.
        ["completion"] => new_text == "off",
        ["routes", "inline"] => current.is_some(),
        ["routes", "max_cost_usd_per_turn"] | ["budget", _] => {
            current.is_none_or(|current| amount(new) <= amount(current))
        }
        ["routes", _] => true,
        ["review", "mode"] => new_text != "keep" || current_text == "keep",
        ["permissions", "mode"] => is_as_strict(PERMISSION_MODES, new_text, current_text),
        ["sandbox", "mode"] => is_as_strict(SANDBOX_MODES, new_text, current_text),
        ["sandbox", "timeout_seconds"] | ["tests", "rounds"] | ["context", "budget"] => {
            current.is_none_or(|current| amount(new) <= amount(current))
        }
        // Judged as any other command line when it is run.
        ["tests", "command"] => true,
        ["tests", "auto"] => !matches!(new.data, Data::Boolean(true)) || is_on(current),
        ["sandbox", "network"] => {
            let open: Vec<_> = current
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .filter_map(Node::text)
                .collect();
            new.items()
                .iter()
                .filter_map(Node::text)
                .all(|host| open.contains(&host))
        }
        ["providers", ..] => return Some("endpoints, headers and keys come from your own settings only".to_owned()),
        ["models", ..] => return Some("what a model holds and costs comes from your own settings only".to_owned()),
        _ => return Some("it can be set in your own settings only".to_owned()),
    };
    let or_stricter = || match current {
        Some(current) => format!("a workspace may only tighten it, and it is `{}`", plain(current)),
        None => "a workspace may only tighten it".to_owned(),
    };
    (!is_allowed).then(or_stricter)
}

/// Whether `new` comes no later than `current` in a list from strict to loose.
fn is_as_strict(strict_to_loose: &[&str], new: &str, current: &str) -> bool {
    let rank = |name| strict_to_loose.iter().position(|known| *known == name);
    rank(new) <= rank(current)
}

fn is_on(node: Option<&Node>) -> bool {
    node.is_some_and(|node| matches!(node.data, Data::Boolean(true)))
}

fn amount(node: &Node) -> f64 {
    node.number().unwrap_or(f64::INFINITY)
}

fn plain(node: &Node) -> String {
    node.text().map_or_else(|| node.to_json().to_string(), str::to_owned)
}
