//! How long we wait and how much we take, in one place. The defaults are what users get; tests shorten them.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub connect: Duration,
    /// The longest silence of a server, before its first byte and between any two. Models that think for minutes
    /// send pings; peers abort after 5 minutes too.
    pub idle: Duration,
    /// The most bytes of one event, or of a body that is no event stream.
    pub event_bytes: usize,
    /// How often one request is sent, the first time included.
    pub attempts: u32,
    /// A server that asks us to wait longer than this gets no second attempt: the user is told instead.
    pub longest_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(5 * 60),
            event_bytes: 8 * 1024 * 1024,
            attempts: 3,
            longest_wait: Duration::from_secs(60),
        }
    }
}
