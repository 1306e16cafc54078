//! What single commands do: which of their options only read, what they write, what they start in turn.

use std::path::Path;

use super::call::{Call, Class, Known, Scene};

/// What this call would do. Never looser than the truth: what is not known is [`Class::Unknown`].
pub(crate) fn classify(call: &Call, scene: &Scene<'_>) -> Known {
    let _ = scene;
    let name = Path::new(&call.name).file_name().unwrap_or_default().to_string_lossy();
    Known {
        class: Class::Unknown,
        rule: "unknown.command".to_owned(),
        reason: format!("`{name}` is not a command that is known here"),
        paths: Vec::new(),
        inner: Vec::new(),
    }
}
