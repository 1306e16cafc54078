//! A black-box LSP client: it starts the built binary as an editor would and knows nothing but the contract.
//!
//! The client keeps the user's buffers itself. It applies `workspace/applyEdit` to them and reports what changed
//! with `didChange`, unless a scenario tells it to behave worse ([`ApplyEdit`]).

mod binary;
mod buffer;
mod client;
mod driven;
mod editing;
mod model_server;
mod options;
mod process;
mod review;
mod scene;
mod wire;
mod workspace;

pub use binary::{run, singletree, under};
pub use buffer::Buffer;
pub use client::{Client, TIMEOUT, uri};
pub use driven::{Driven, Driver};
pub use editing::ApplyEdit;
pub use model_server::{Answer, ModelServer};
pub use options::Options;
pub use review::hunks;
pub use scene::{Scene, call, request};
pub use workspace::Project;
