//! What a model is told: the project's instructions ([`discover`]) and the prompt of a turn ([`assemble`]).
//!
//! A prompt has three parts, by how long they stay the same: *system* (the same in every workspace), *stable*
//! (this workspace's instructions) and *volatile* (this turn's user message). The first two are byte for byte
//! the same from turn to turn, so that the vendor's cache serves them; nothing in any part tells the time.

mod agents;
mod assemble;
mod attached;
mod commands;
mod discover;
mod excerpt;
mod fragments;
mod front_matter;
mod memory;
mod task_block;
mod user_commands;

pub use agents::{AgentDefinition, Agents, agents};
pub use assemble::{Prompt, PromptInput, assemble, assemble_for_agent};
pub use attached::{attached_lines, attached_text};
pub use discover::{Discovered, Instruction, discover};
pub use excerpt::{Excerpt, window};
pub use fragments::{Fragment, Piece, fragment_block};
pub use memory::project_memory;
pub use user_commands::{CommandOrigin, UserCommand, UserCommands, user_commands};
