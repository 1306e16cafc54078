//! Doc comments, by language.

mod go;
mod python;
mod rust;
mod script;
mod turn;

use serde_json::{Value, json};

fn param(name: &str, ty: &str, default: bool) -> Value {
    json!({ "name": name, "type": (!ty.is_empty()).then_some(ty), "default": default })
}
