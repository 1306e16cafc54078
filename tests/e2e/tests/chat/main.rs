//! Chat over the LSP connection: ACP's methods, driven through the built binary.

mod choices;
mod context;
mod questions;
mod sessions;
mod talk;
mod turns;
