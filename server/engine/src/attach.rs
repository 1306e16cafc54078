//! One process owns a session; others of the same user attach to it (DESIGN *Processes*).
//!
//! The owner listens on a socket of its own (`owner`) and writes down where, beside the session store (`address`). Who
//! finds a session leased looks up the holder's address and asks to be let in (`attachment`): a line that says who it
//! is, then ops down and events up, a JSON value a line (`protocol`, `frame`). [`Link`] is what a front holds: the same
//! calls, whether the session is here or there. Where no owner answers, the next word tries for the lease.

mod decisions;
mod door;
mod error;
mod link;
#[cfg_attr(not(unix), expect(dead_code, reason = "nobody speaks it there yet"))]
mod protocol;

#[cfg(unix)]
mod address;
#[cfg(unix)]
mod attachment;
#[cfg(unix)]
mod frame;
#[cfg(not(unix))]
mod nowhere;
#[cfg(unix)]
mod owner;

pub use error::{AttachError, LinkError};
pub use link::{Link, Voice};

pub(crate) use door::Door;

#[cfg(not(unix))]
use nowhere::{Attachment, Listener};
#[cfg(unix)]
use {attachment::Attachment, owner::Listener};
