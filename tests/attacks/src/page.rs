//! The rows as `server/SECURITY.md` lists them.

use crate::attack::Attack;

/// The table's lines.
#[must_use]
pub fn table(attacks: &[Attack]) -> String {
    let line = |attack: &Attack| {
        let mark = if attack.open.is_some() { " *" } else { "" };
        format!("| `{}`{mark} | {} | {} |\n", attack.id, attack.tried, attack.held_by)
    };
    attacks.iter().map(line).collect()
}
