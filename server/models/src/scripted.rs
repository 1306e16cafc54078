//! A model for tests: it answers what the test says, chunk by chunk, and records what it was asked.
//!
//! Prepare whole answers with `push`, or take the next answer into your own hands with `drive`. Broken wire formats
//! are not its business: those come from a raw TCP server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{CallId, StopReason, ToolCall};
use futures::StreamExt;
use futures::stream;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::{Answer, Chunk, ModelError, Provider, Request};

/// One moment of a prepared answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Chunk(Chunk),
    /// The answer ends with this error.
    Fail(ModelError),
    /// The answer ends without its end marker.
    Cut,
    /// Nothing comes any more, until the stream is dropped.
    Stall,
}

/// A prepared answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script(Vec<Step>);

impl Script {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says `text` and ends its turn.
    #[must_use]
    pub fn answer(text: &str) -> Self {
        Self::new().text(text).done(StopReason::EndTurn)
    }

    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.chunk(Chunk::Text(text.to_owned()))
    }

    /// A whole tool call, streamed as a vendor does: start, arguments, call.
    #[must_use]
    pub fn call(mut self, id: &str, name: &str, arguments: Value) -> Self {
        let index = self.0.len();
        let id = CallId::from(id);
        self.0.extend(
            [
                Chunk::ToolCallStarted {
                    index,
                    id: id.clone(),
                    name: name.to_owned(),
                },
                Chunk::ToolCallArguments {
                    index,
                    json: arguments.to_string(),
                },
                Chunk::ToolCall(ToolCall {
                    id,
                    name: name.to_owned(),
                    arguments,
                }),
            ]
            .map(Step::Chunk),
        );
        self
    }

    #[must_use]
    pub fn chunk(mut self, chunk: Chunk) -> Self {
        self.0.push(Step::Chunk(chunk));
        self
    }

    #[must_use]
    pub fn done(self, reason: StopReason) -> Self {
        self.chunk(Chunk::Done(reason))
    }

    #[must_use]
    pub fn fail(mut self, error: ModelError) -> Self {
        self.0.push(Step::Fail(error));
        self
    }

    #[must_use]
    pub fn cut(mut self) -> Self {
        self.0.push(Step::Cut);
        self
    }

    #[must_use]
    pub fn stall(mut self) -> Self {
        self.0.push(Step::Stall);
        self
    }
}

/// Answers from its scripts, in order, one for each request.
pub struct ScriptedModel {
    name: String,
    answers: Mutex<VecDeque<Prepared>>,
    requests: Mutex<Vec<Request>>,
    asked: watch::Sender<usize>,
}

enum Prepared {
    Script(Script),
    Driven(mpsc::UnboundedReceiver<Step>),
}

impl ScriptedModel {
    #[must_use]
    pub fn new(name: &str) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            answers: Mutex::default(),
            requests: Mutex::default(),
            asked: watch::Sender::new(0),
        })
    }

    /// Adds an answer after those already prepared.
    pub fn push(&self, script: Script) {
        lock(&self.answers).push_back(Prepared::Script(script));
    }

    /// Adds an answer that the returned driver gives, chunk by chunk.
    #[must_use]
    pub fn drive(&self) -> Driver {
        let (steps, receiver) = mpsc::unbounded_channel();
        lock(&self.answers).push_back(Prepared::Driven(receiver));
        Driver { steps }
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }

    /// Waits for the request number `index` (from 0) and returns it.
    pub async fn request(&self, index: usize) -> Request {
        let mut asked = self.asked.subscribe();
        loop {
            if let Some(request) = lock(&self.requests).get(index) {
                return request.clone();
            }
            if asked.changed().await.is_err() {
                // The sender lives in `self`, so it cannot be gone while we borrow it.
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Provider for ScriptedModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn stream(&self, request: Request) -> Answer {
        let number = {
            let mut requests = lock(&self.requests);
            requests.push(request);
            requests.len()
        };
        self.asked.send_replace(number);
        match lock(&self.answers).pop_front() {
            Some(Prepared::Script(Script(steps))) => play(stream::iter(steps)),
            Some(Prepared::Driven(steps)) => play(stream::unfold(steps, |mut steps| async {
                steps.recv().await.map(|step| (step, steps))
            })),
            None => play(stream::iter([Step::Fail(ModelError::Protocol {
                provider: self.name.clone(),
                message: format!("the script has no answer to request {number}"),
            })])),
        }
    }
}

/// Gives one answer of a `ScriptedModel` by hand. Dropping it cuts the answer.
pub struct Driver {
    steps: mpsc::UnboundedSender<Step>,
}

impl Driver {
    /// False if nobody listens any more: the answer was cancelled.
    pub fn send(&self, chunk: Chunk) -> bool {
        self.steps.send(Step::Chunk(chunk)).is_ok()
    }

    pub fn fail(self, error: ModelError) -> bool {
        self.steps.send(Step::Fail(error)).is_ok()
    }

    /// Ends the answer without its end marker.
    pub fn cut(self) {}

    /// Waits until the answer's stream is dropped.
    pub async fn cancelled(&self) {
        self.steps.closed().await;
    }
}

fn play(steps: impl stream::Stream<Item = Step> + Send + 'static) -> Answer {
    steps
        .take_while(|step| std::future::ready(*step != Step::Cut))
        .then(|step| async {
            match step {
                Step::Chunk(chunk) => Ok(chunk),
                Step::Fail(error) => Err(error),
                Step::Cut => Err(ModelError::Cut),
                Step::Stall => std::future::pending().await,
            }
        })
        .chain(stream::once(std::future::ready(Err(ModelError::Cut))))
        .scan(false, |ended, step| {
            let was_ended = *ended;
            *ended = matches!(step, Ok(Chunk::Done(_)) | Err(_));
            std::future::ready((!was_ended).then_some(step))
        })
        .boxed()
}

/// A test that panicked elsewhere must not hide behind a poisoned lock here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(model: &str) -> Request {
        Request {
            model: model.to_owned(),
            system: Vec::new(),
            messages: Vec::new().into(),
            tools: Vec::new().into(),
            max_output: 1,
            temperature: None,
            ..Request::default()
        }
    }

    async fn check(script: Script, expect: &[Result<Chunk, ModelError>]) {
        let model = ScriptedModel::new("scripted");
        model.push(script);
        let answer: Vec<_> = model.stream(request("m")).collect().await;
        assert_eq!(answer, expect);
    }

    #[tokio::test]
    async fn scripts_play_to_their_end() {
        check(
            Script::answer("hi"),
            &[Ok(Chunk::Text("hi".into())), Ok(Chunk::Done(StopReason::EndTurn))],
        )
        .await;
        check(
            Script::new().text("half").cut(),
            &[Ok(Chunk::Text("half".into())), Err(ModelError::Cut)],
        )
        .await;
        check(
            Script::new().fail(ModelError::TooLarge { limit: 1 }).text("never"),
            &[Err(ModelError::TooLarge { limit: 1 })],
        )
        .await;
    }

    #[tokio::test]
    async fn calls_come_in_pieces_and_whole() {
        let model = ScriptedModel::new("scripted");
        model.push(
            Script::new()
                .call("c1", "read", json!({"path": "a"}))
                .done(StopReason::ToolUse),
        );
        let answer: Vec<_> = model.stream(request("m")).collect().await;
        assert_eq!(answer.len(), 4);
        assert!(matches!(&answer[2], Ok(Chunk::ToolCall(call)) if call.arguments == json!({"path": "a"})));
    }

    #[tokio::test]
    async fn a_driven_answer_waits_for_its_driver_and_sees_the_cancel() {
        let model = ScriptedModel::new("scripted");
        let driver = model.drive();
        let mut answer = model.stream(request("m"));
        assert_eq!(model.request(0).await.model, "m");
        assert!(driver.send(Chunk::Text("a".into())));
        assert_eq!(answer.next().await, Some(Ok(Chunk::Text("a".into()))));
        drop(answer);
        driver.cancelled().await;
        assert!(!driver.send(Chunk::Text("b".into())));
    }

    #[tokio::test]
    async fn a_request_without_a_script_fails() {
        let model = ScriptedModel::new("scripted");
        let answer: Vec<_> = model.stream(request("m")).collect().await;
        assert!(matches!(answer.as_slice(), [Err(ModelError::Protocol { .. })]));
    }
}
