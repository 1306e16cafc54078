//! For tests: recorded streams, read whole and cut in every way a network may cut them.

use std::time::Duration;

use base::ToolCall;
use bytes::Bytes;
use futures::{StreamExt, stream};

use crate::exchange::{ReadAnswer, chunks};
use crate::{Chunk, Limits, ModelError};

pub(crate) type Items = Vec<Result<Chunk, ModelError>>;

/// What `reader` makes of a stream that comes in `parts` and then ends.
pub(crate) async fn read(reader: impl ReadAnswer, parts: &[&[u8]]) -> Items {
    let parts: Vec<_> = parts.iter().map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    chunks(stream::iter(parts).boxed(), reader, "test", Limits::default())
        .collect()
        .await
}

/// The same, with silence instead of an end. On tokio's paused clock.
pub(crate) async fn read_then_stall(reader: impl ReadAnswer, part: &[u8], idle: Duration) -> Items {
    let bytes = stream::iter([Ok(Bytes::copy_from_slice(part))]).chain(stream::pending());
    let limits = Limits {
        idle,
        ..Limits::default()
    };
    chunks(bytes.boxed(), reader, "test", limits).collect().await
}

/// One line for each chunk.
pub(crate) fn show(items: &Items) -> String {
    let lines = items.iter().map(|item| match item {
        Ok(Chunk::Text(text)) => format!("text {text:?}"),
        Ok(Chunk::Thinking(text)) => format!("thinking {text:?}"),
        Ok(Chunk::ThinkingDone { signature }) => format!("thinking done, signature {signature:?}"),
        Ok(Chunk::RedactedThinking { data }) => format!("redacted {data}"),
        Ok(Chunk::ToolCallStarted { index, id, name }) => format!("call {index} started: {name} {id}"),
        Ok(Chunk::ToolCallArguments { index, json }) => format!("call {index} += {json}"),
        Ok(Chunk::ToolCall(ToolCall { id, name, arguments })) => format!("call: {name} {id} {arguments}"),
        Ok(Chunk::Usage(usage)) => format!(
            "usage: input {} output {} cache read {} write {}",
            usage.input, usage.output, usage.cache_read, usage.cache_write
        ),
        Ok(Chunk::Done(reason)) => format!("done: {reason:?}"),
        Err(error) => format!("error: {error}"),
    });
    lines.map(|line| line + "\n").collect()
}

/// Cutting the stream in two anywhere changes nothing; ending it anywhere loses what comes after and nothing else, and
/// makes no call of what was cut.
pub(crate) async fn check_every_boundary<R: ReadAnswer>(reader: impl Fn() -> R, recorded: &[u8]) {
    let whole = read(reader(), &[recorded]).await;
    assert!(matches!(whole.last(), Some(Ok(Chunk::Done(_)))), "{}", show(&whole));
    for at in 0..=recorded.len() {
        let (head, tail) = recorded.split_at(at);
        assert_eq!(read(reader(), &[head, tail]).await, whole, "cut in two at {at}");

        let part = read(reader(), &[head]).await;
        let Some((last, before)) = part.split_last() else {
            panic!("nothing at all, cut off at {at}")
        };
        match last {
            Err(error) => {
                assert_eq!(*error, ModelError::Cut, "cut off at {at}");
                assert_eq!(before, &whole[..before.len()], "cut off at {at}");
            }
            Ok(_) => assert_eq!(without_usage(&part), without_usage(&whole), "cut off at {at}"),
        }
    }
}

fn without_usage(items: &Items) -> Items {
    items
        .iter()
        .filter(|item| !matches!(item, Ok(Chunk::Usage(_))))
        .cloned()
        .collect()
}
