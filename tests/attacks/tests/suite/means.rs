//! Where scenes are built, and the attacker's program.

use std::path::{Path, PathBuf};

use attacks::Means;

/// Set for the tests' copy that runs as another user.
pub(crate) const PLACE: &str = "ATTACKS_PLACE";
/// Set where there must be no namespaces.
pub(crate) const NO_NAMESPACES: &str = "ATTACKS_NO_NAMESPACES";

pub(crate) fn means() -> Means {
    match std::env::var_os(PLACE).map(PathBuf::from) {
        Some(place) => Means {
            attacker: place.join("attacker"),
            place,
        },
        None => Means {
            place: Path::new(env!("CARGO_TARGET_TMPDIR")).canonicalize().unwrap(),
            attacker: env!("CARGO_BIN_EXE_attacker").into(),
        },
    }
}
