//! The rows, by what they aim at.

mod exhaustion;
mod files;
mod kernel;
mod network;
mod processes;
mod secrets;

use crate::attack::Attack;

/// Every attack.
#[must_use]
pub fn attacks() -> Vec<Attack> {
    let families = [
        files::ROWS,
        secrets::ROWS,
        processes::ROWS,
        network::ROWS,
        kernel::ROWS,
        exhaustion::ROWS,
    ];
    families.concat()
}
