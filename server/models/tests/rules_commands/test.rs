//! Skeletons of tests, by the language and framework that the project shows.

mod declined;
mod go;
mod python;
mod rust;
mod script;

use serde_json::{Value, json};

fn param(name: &str, ty: &str) -> Value {
    json!({ "name": name, "type": (!ty.is_empty()).then_some(ty), "default": false })
}

fn function(name: &str, signature: &str, lines: [u32; 2], params: &[Value], returns: &str) -> Value {
    json!({
        "name": name, "kind": "function", "lines": lines, "signature": signature, "exported": true,
        "params": params, "returns": (!returns.is_empty()).then_some(returns),
    })
}

fn method(of: &str, receiver: Option<&str>, function: Value) -> Value {
    let mut method = function;
    method["kind"] = json!("method");
    method["parent"] = json!(of);
    method["receiver"] = json!(receiver);
    method
}
