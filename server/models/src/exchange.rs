//! One answer: bytes of a response → events → chunks, whatever the vendor.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use base::StopReason;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt, stream};

use crate::http::{Body, Http};
use crate::sse::{Decoder, Event, SseError};
use crate::{Answer, Chunk, Limits, ModelError, retry};

/// How long the end of a body may follow the end of its answer.
const LONGEST_END: Duration = Duration::from_secs(2);

/// Reads one vendor's answer. Pushes `Chunk::Done` when it has seen the vendor's end marker, and is not called after.
pub(crate) trait ReadAnswer: Send + 'static {
    fn event(&mut self, event: &Event, out: &mut VecDeque<Chunk>) -> Result<(), ModelError>;

    /// The stream is over and there was no end marker. Pushes `Chunk::Done` if the answer is whole nonetheless.
    fn end(&mut self, out: &mut VecDeque<Chunk>);

    /// The server answered with one JSON body instead of a stream.
    fn whole(&mut self, body: &[u8], out: &mut VecDeque<Chunk>) -> Result<(), ModelError>;
}

/// Posts `body` to `path` and streams the answer, asking again as long as nothing of it has arrived.
pub(crate) fn ask<R: ReadAnswer>(
    http: Arc<Http>,
    path: &str,
    body: Bytes,
    reader: impl Fn() -> R + Clone + Send + 'static,
) -> Answer {
    let path: Arc<str> = path.into();
    retry::until_first_chunk(http.limits, move || {
        let (http, path, body, reader) = (Arc::clone(&http), Arc::clone(&path), body.clone(), reader.clone());
        stream::once(async move {
            Ok(match http.post(&path, body).await? {
                Body::Events(bytes) => chunks(bytes, reader(), &http.provider, http.limits),
                Body::Json(bytes) => whole(&bytes, reader()),
                Body::Refused => stream::iter([Ok(Chunk::Done(StopReason::Refusal))]).boxed(),
            })
        })
        .try_flatten()
        .boxed()
    })
}

/// Decodes an event stream.
pub(crate) fn chunks<R: ReadAnswer>(
    bytes: BoxStream<'static, Result<Bytes, ModelError>>,
    reader: R,
    provider: &str,
    limits: Limits,
) -> Answer {
    let stream = EventStream {
        bytes,
        decoder: Some(Decoder::new(limits.event_bytes)),
        reader,
        provider: provider.to_owned(),
        limits,
        chunks: VecDeque::new(),
        error: None,
        ended: false,
    };
    stream::unfold(stream, |mut stream| async move {
        let item = stream.next().await?;
        Some((item, stream))
    })
    .boxed()
}

/// Reads what is left of an answer that is whole: only then can its connection serve the next request, which would have
/// to begin with a handshake else.
fn read_to_end(mut rest: BoxStream<'static, Result<Bytes, ModelError>>) {
    let reading = async move { while let Some(Ok(_)) = rest.next().await {} };
    tokio::spawn(tokio::time::timeout(LONGEST_END, reading));
}

fn whole<R: ReadAnswer>(body: &[u8], mut reader: R) -> Answer {
    let mut chunks = VecDeque::new();
    let error = reader.whole(body, &mut chunks).err();
    stream::iter(chunks.into_iter().map(Ok).chain(error.map(Err))).boxed()
}

struct EventStream<R> {
    bytes: BoxStream<'static, Result<Bytes, ModelError>>,
    /// None once the stream is over.
    decoder: Option<Decoder>,
    reader: R,
    provider: String,
    limits: Limits,
    /// What is decoded and not yet taken; the error comes after them.
    chunks: VecDeque<Chunk>,
    error: Option<ModelError>,
    ended: bool,
}

impl<R: ReadAnswer> EventStream<R> {
    async fn next(&mut self) -> Option<Result<Chunk, ModelError>> {
        loop {
            if self.ended {
                return None;
            }
            if let Some(chunk) = self.chunks.pop_front() {
                self.ended = matches!(chunk, Chunk::Done(_));
                if self.ended {
                    read_to_end(std::mem::replace(&mut self.bytes, stream::empty().boxed()));
                }
                return Some(Ok(chunk));
            }
            if let Some(error) = self.error.take() {
                self.ended = true;
                return Some(Err(error));
            }
            match tokio::time::timeout(self.limits.idle, self.bytes.next()).await {
                Ok(Some(Ok(bytes))) => self.take(&bytes),
                Ok(Some(Err(error))) => self.finish(error),
                Ok(None) => self.finish(ModelError::Cut),
                Err(_) => self.finish(ModelError::Stalled {
                    after: self.limits.idle,
                }),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let Some(decoder) = &mut self.decoder else { return };
        let mut events = VecDeque::new();
        let broken = decoder.push(bytes, &mut events).err();
        for event in &events {
            if let Err(error) = self.reader.event(event, &mut self.chunks) {
                self.error = Some(error);
                return;
            }
            if matches!(self.chunks.back(), Some(Chunk::Done(_))) {
                return;
            }
        }
        self.error = broken.map(|error| self.protocol(error));
    }

    /// The stream ended without its end marker. `error` unless the answer is whole all the same.
    fn finish(&mut self, error: ModelError) {
        if let Some(event) = self.decoder.take().and_then(Decoder::finish) {
            // The last blank line may be missing. Half an event says nothing: it is the cut itself.
            match self.reader.event(&event, &mut self.chunks) {
                Ok(()) => {}
                Err(ModelError::Protocol { .. }) => {
                    self.error = Some(error);
                    return;
                }
                Err(reported) => {
                    self.error = Some(reported);
                    return;
                }
            }
        }
        if !matches!(self.chunks.back(), Some(Chunk::Done(_))) {
            self.reader.end(&mut self.chunks);
        }
        if !matches!(self.chunks.back(), Some(Chunk::Done(_))) {
            self.error = Some(error);
        }
    }

    fn protocol(&self, error: SseError) -> ModelError {
        match error {
            SseError::TooLarge { limit } => ModelError::TooLarge { limit },
            SseError::Utf8 => ModelError::Protocol {
                provider: self.provider.clone(),
                message: error.to_string(),
            },
        }
    }
}
