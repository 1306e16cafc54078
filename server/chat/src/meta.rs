//! What of ours travels in `_meta`, under the key `singletree`.

use agent_client_protocol_schema::v1::Meta;
use serde_json::Value;

const KEY: &str = "singletree";

/// The `_meta` that holds it.
#[must_use]
pub fn ours(value: Value) -> Meta {
    Meta::from_iter([(KEY.to_owned(), value)])
}

pub(crate) fn read(meta: Option<&Meta>) -> Option<&Value> {
    meta?.get(KEY)
}
