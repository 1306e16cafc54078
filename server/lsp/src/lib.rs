//! The LSP front: our transport over tower-lsp's routing, and a server that turns requests into engine calls and
//! engine events into what editors show.
//!
//! In: [`transport`] orders messages, `server` names the methods, `handlers` hold one request each. Out: `pump` is
//! the one task that follows the engine's events; `editor` carries kept changes into the client. LSP types are
//! converted in `from_proto` and `to_proto` and nowhere else.

mod actions;
mod approvals;
mod capabilities;
mod chat;
mod chat_file;
mod commands;
mod editor;
mod failure;
mod from_proto;
mod front;
mod handlers;
mod ide;
mod instruction;
mod notifications;
mod pump;
mod questions;
mod serve;
mod server;
mod status;
mod to_proto;
pub mod transport;

pub use capabilities::{Options, ReviewMode};
pub use serve::{DiskEditors, InitializeInfo, Wiring, serve};
pub use status::{Findings, FoundProvider, Problem, StatusSource};
pub use transport::Exit;
