//! What the model can call: the Tool trait, the registry and the built-in tools.
//!
//! A tool never writes a file. It reads through the workspace's overlay (proposed text over unsaved text over the
//! disk) and hands edits to `workspace::stage`, which makes hunks of them for the user to review. What a call needs
//! permission for is asked of the tool first ([`Tool::actions`]); the grants come back with the call.
//!
//! Results are bounded, in a fixed order and free of clocks, so that the same call on the same files says the same.

mod apply_patch;
mod ask_user;
mod builtin;
mod command;
mod definition;
mod delete;
mod diagnostics;
mod edit;
mod error;
mod format;
mod git;
mod glob;
mod grep;
mod host;
mod ide;
mod insert;
mod ledger;
mod lines;
mod list;
mod memory;
mod outline;
mod output;
mod overlay;
mod present_plan;
mod project_tests;
mod propose;
mod quote;
mod read;
mod references;
mod registry;
mod relocate;
mod rename;
mod revert;
mod run_tests;
mod schema;
mod search;
mod session_source;
mod shell;
mod shell_input;
mod shell_kill;
mod shell_output;
mod symbols;
mod task;
mod todo;
mod tool;
mod tool_search;
mod waiting;
mod web;
mod write;

pub use command::Outputs;
pub use host::{AgentInfo, AgentTask, Host};
pub use ledger::{HeldLines, ReadLedger};
pub use output::ToolOutput;
pub use project_tests::{ProjectTests, project_tests};
pub use registry::{Registry, ToolOrigin};
pub use tool::{TestSettings, Tier, Tool, ToolContext};
pub use web::{SearchEndpoint, WebSettings};
