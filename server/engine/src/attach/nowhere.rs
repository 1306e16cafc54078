//! Where there are no local sockets of ours yet (Windows): nobody attaches, so a session of another process can only
//! be read.

use std::io;
use std::path::Path;
use std::sync::Weak;

use base::SessionId;

use super::error::{AttachError, LinkError};
use super::protocol::{Answer, Op};
use crate::events::Subscription;
use crate::runtime::Runtime;

/// There is none.
pub(super) enum Attachment {}

impl Attachment {
    pub(super) async fn to(
        _: &Path,
        _: Option<String>,
        _: &SessionId,
        pid: u32,
    ) -> Result<(Self, Subscription), AttachError> {
        let cause = "attaching is not there yet on this system".to_owned();
        Err(AttachError::Unreachable { pid, cause })
    }

    pub(super) fn pid(&self) -> u32 {
        match *self {}
    }

    pub(super) fn front(&self) -> &str {
        match *self {}
    }

    pub(super) async fn gone(&self) {
        match *self {}
    }

    pub(super) async fn ask(&self, _: Op) -> Result<Answer, LinkError> {
        match *self {}
    }
}

/// There is none.
pub(super) enum Listener {}

impl Listener {
    pub(super) fn start(_: Weak<Runtime>, _: &Path, _: &str) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn token(&self) -> String {
        match *self {}
    }

    pub(super) async fn close(&self) {
        match *self {}
    }
}
