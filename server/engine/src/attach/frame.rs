//! Lines of JSON over a socket, of bounded length and patience.

use std::time::Duration;

use futures::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// Bytes of one line, as the editors' transport has it.
pub(super) const LONGEST: usize = 32 << 20;
/// Bytes of the first line: who has not been let in must not make us grow.
const LONGEST_HELLO: usize = 4 << 10;
/// Who takes nothing for so long is let go of. What waits for it meanwhile is merged by its subscription.
const STALLED: Duration = Duration::from_secs(20);

/// Why a connection cannot be used any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("a line of it is no message of ours: {0}")]
    Garbage(#[from] serde_json::Error),
    #[error("a line of it cannot be read: {0}")]
    Unreadable(#[from] LinesCodecError),
    #[error("it cannot be written to: {0}")]
    Unwritable(#[from] std::io::Error),
    #[error("it takes nothing any more")]
    Stalled,
    #[error("a message is longer than {LONGEST} bytes")]
    TooLong,
}

pub(super) struct Reader {
    lines: FramedRead<OwnedReadHalf, LinesCodec>,
}

impl Reader {
    /// For first lines.
    pub(super) fn new(half: OwnedReadHalf) -> Self {
        let lines = FramedRead::new(half, LinesCodec::new_with_max_length(LONGEST_HELLO));
        Self { lines }
    }

    /// For all that comes after the first line.
    pub(super) fn widen(&mut self) {
        *self.lines.decoder_mut() = LinesCodec::new_with_max_length(LONGEST);
    }

    /// The next line; none at the end, a last one that was cut short included. Cancel-safe.
    pub(super) async fn line(&mut self) -> Result<Option<String>, Broken> {
        Ok(self.lines.next().await.transpose()?)
    }

    /// The next message; none at the end. Cancel-safe.
    pub(super) async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Broken> {
        match self.line().await? {
            Some(line) => Ok(Some(serde_json::from_str(&line)?)),
            None => Ok(None),
        }
    }
}

/// # Errors
/// It would be longer than the other side reads.
pub(super) fn encode(message: &impl Serialize) -> Result<Vec<u8>, Broken> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    if line.len() > LONGEST {
        return Err(Broken::TooLong);
    }
    Ok(line)
}

pub(super) async fn write(half: &mut OwnedWriteHalf, line: &[u8]) -> Result<(), Broken> {
    let written = tokio::time::timeout(STALLED, half.write_all(line)).await;
    Ok(written.map_err(|_| Broken::Stalled)??)
}
