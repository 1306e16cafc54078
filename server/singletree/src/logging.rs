//! Spans and events to stderr, as `SINGLETREE_LOG` filters them (`debug`, `engine=trace`); warnings by default.

use tracing_subscriber::EnvFilter;

pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("SINGLETREE_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    let written = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
    // Only a second call in one process fails, and then logging is on already.
    drop(written);
}
