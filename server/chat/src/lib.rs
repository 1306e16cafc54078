//! ACP v1 to and from what the engine knows, free of any transport: the LSP front serves it on its own connection, and a
//! front on standard input and output can serve the same.
//!
//! In: [`prompt`] makes a task of content blocks, [`answers`] reads what clients answer. Out: [`updates`] tells what
//! happens, [`replay`] what happened, [`questions`] asks, [`options`] offers modes and models. [`slash`] reads the
//! commands that are typed into a prompt, [`own`] has the methods beside ACP's. The types of ACP are [`acp`], and nothing
//! below this crate sees them.

pub mod answers;
pub mod bill;
pub mod capabilities;
mod meta;
pub mod options;
pub mod own;
pub mod place;
pub mod prompt;
pub mod questions;
pub mod replay;
pub mod rewound;
pub mod slash;
mod tools;
pub mod updates;

pub use meta::ours as meta;

pub use agent_client_protocol_schema::v1 as acp;
