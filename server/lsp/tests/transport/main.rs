//! Every fault of the stock server that ours must not have, over an in-memory pipe with a toy server behind it.
//!
//! No test sleeps. Where one must know that nothing more will happen it runs on one thread with tokio's clock
//! paused, which stands still until every task waits (`until_idle`).

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod back_pressure;
mod client;
mod concurrency;
mod framing;
mod lifecycle;
mod order;
mod toy;
#[path = "../support/wire.rs"]
mod wire;
