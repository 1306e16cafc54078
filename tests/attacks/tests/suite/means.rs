//! Where scenes are built, and the attacker's program.

use std::path::{Path, PathBuf};

use attacks::Means;

/// Set for the tests' copy that runs as another user.
pub(crate) const PLACE: &str = "ATTACKS_PLACE";
/// Set where there must be no namespaces.
pub(crate) const NO_NAMESPACES: &str = "ATTACKS_NO_NAMESPACES";

/// Held by tests that make attacks in this process: without a workbench, an attack on the server reaches what other
/// scenes have open in it.
pub(crate) static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

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
