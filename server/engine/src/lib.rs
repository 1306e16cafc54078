//! Sessions and the turn loop: what a user asks goes to a model, its tool calls run, its edits become a review.
//!
//! [`Runtime`] is all that fronts see. Inside: `briefing` turns a request into a prompt, `turn` alternates model
//! answers and tool results, `answer` reads one stream while its tools already run in the order that `schedule`
//! allows, `dispatch` takes one call to its result, `permit` through policy and approval, `history` keeps calls and results paired;
//! `attach` lets the user's other processes take part.

mod agents;
mod answer;
mod approval;
mod attach;
mod attachments;
mod autotest;
mod breakpoint;
mod briefing;
mod cache_watch;
mod circles;
mod closing;
mod commands;
mod compaction;
mod condense;
mod dispatch;
mod error;
mod events;
mod export;
mod fragments;
mod history;
mod host;
mod inline;
mod journal;
mod limits;
mod live;
mod model;
mod output;
mod permit;
mod places;
mod recovery;
mod report;
mod request;
mod rewind;
mod runtime;
mod schedule;
mod session;
mod sketches;
mod spending;
mod steps;
mod surroundings;
mod taking_back;
mod tally;
mod toolbox;
mod transcript;
mod turn;

pub use attach::{AttachError, Link, LinkError, Voice};
pub use breakpoint::Breakpoint;
pub use circles::{Bounds as LoopBounds, Thresholds as LoopThresholds};
pub use commands::{CommandInfo, CommandSource};
pub use error::RunError;
pub use events::Subscription;
pub use export::{ExportError, export_markdown};
pub use journal::StoreJournal;
pub use limits::{Budget, Limits};
pub use models::ModelOffer;
pub use permissions::Mode;
pub use request::{ContextChoices, OwnCommand, RunRequest, Said, Started, TurnOptions};
pub use rewind::{RewindFailure, rewind_on_disk};
pub use runtime::{FoundSession, ListedSession, Mentionable, Parts, Runtime, TrustCheck};
pub use transcript::{Proposal, Told};
