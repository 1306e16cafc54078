//! One model answer: the stream is read to its end while the tools it calls already run.
//!
//! A call starts when its last argument has arrived, not when the answer ends. Whatever happens — an
//! interrupt, a cut stream, a tool that panics — the answer leaves whole blocks and one result for each call,
//! so that the next request is well-formed.

use std::collections::{HashMap, HashSet};

use base::{Block, CallId, EventKind, Message, Role, StopReason, ToolCall, ToolResult, Usage};
use futures::StreamExt;
use models::{Chunk, ModelError, Request, ToolChoice};
use tokio::task::JoinSet;
use workspace::Preview;

use crate::dispatch::{self, Prepared};
use crate::history::interrupted;
use crate::model::Model;
use crate::schedule::Schedule;
use crate::sketches::Sketches;
use crate::turn::TurnContext;

/// What one request to the model came to.
pub(crate) struct Answer {
    pub(crate) message: Message,
    /// One for each call of `message`, in call order.
    pub(crate) results: Vec<ToolResult>,
    pub(crate) usage: Usage,
    /// Whether anything came. What fails before has been sent again by the provider already.
    pub(crate) has_begun: bool,
    pub(crate) end: End,
}

pub(crate) enum End {
    /// The model finished, with its reason.
    Complete(StopReason),
    /// The user stopped the turn.
    Interrupted,
    /// The stream broke; `message` holds the blocks that were whole.
    Broken(ModelError),
}

/// Sends `request` and sees the answer and its tool calls through.
pub(crate) async fn take(turn: &TurnContext, model: &Model, request: Request) -> Answer {
    let may_call = request.tool_choice == ToolChoice::Auto;
    let mut ids = CallIds::after(&request.messages);
    let mut stream = model.provider().stream(request);
    let mut blocks = Blocks::default();
    let mut calls = RunningCalls::new(turn);
    let mut sketches = Sketches::new(turn);
    let mut usage = Usage::default();
    let mut has_begun = false;
    let mut end = None;

    while end.is_none() || !calls.are_finished() {
        calls.start_ready();
        tokio::select! {
            biased;
            () = turn.cancel.cancelled() => {
                end = Some(End::Interrupted);
                break;
            }
            () = calls.next_finished(), if calls.any_running() => {}
            chunk = stream.next(), if end.is_none() => {
                has_begun |= matches!(chunk, Some(Ok(_)));
                match chunk {
                Some(Ok(Chunk::Done(reason))) => end = Some(End::Complete(reason)),
                Some(Ok(Chunk::Usage(reported))) => usage = reported,
                // Models have been seen to call what they were told not to.
                Some(Ok(Chunk::ToolCall(_))) if !may_call => {}
                Some(Ok(Chunk::ToolCallStarted { index, id, name })) if may_call => {
                    sketches.begin(index, ids.own(id), &name);
                }
                Some(Ok(Chunk::ToolCallArguments { index, json })) => sketches.grow(index, json),
                Some(Ok(Chunk::ToolCall(mut call))) => {
                    call.id = ids.own(call.id);
                    let preview = sketches.end(&call.id);
                    let call = blocks.push_call(call);
                    calls.push(call, preview);
                }
                Some(Ok(chunk)) => take_words(turn, &mut blocks, chunk),
                Some(Err(error)) => end = Some(End::Broken(error)),
                None => end = Some(End::Broken(ModelError::Cut)),
                }
                if end.is_some() {
                    sketches.give_up();
                }
            }
        }
    }

    drop(sketches);
    let results = calls.into_results().await;
    Answer {
        message: blocks.into_message(),
        results,
        usage,
        has_begun,
        end: end.unwrap_or(End::Interrupted),
    }
}

/// Adds streamed text or thinking to the message and tells the fronts.
fn take_words(turn: &TurnContext, blocks: &mut Blocks, chunk: Chunk) {
    match chunk {
        Chunk::Text(text) => {
            blocks.push_text(&text);
            tell(turn, EventKind::TextDelta { text });
        }
        Chunk::Thinking(text) => {
            blocks.push_thinking(&text);
            tell(turn, EventKind::ThinkingDelta { text });
        }
        Chunk::ThinkingDone { signature } => blocks.end_thinking(signature),
        Chunk::RedactedThinking { data } => blocks.0.push(Block::RedactedThinking { data }),
        // A call is taken when it is whole; until then it is only drawn.
        Chunk::ToolCallStarted { .. }
        | Chunk::ToolCallArguments { .. }
        | Chunk::ToolCall(_)
        | Chunk::Usage(_)
        | Chunk::Done(_) => {}
    }
}

/// A sub-agent's words are its parent's to read, not the user's.
fn tell(turn: &TurnContext, words: EventKind) {
    if turn.agent.is_none() {
        turn.emit(words);
    }
}

/// Some models number their calls anew in each answer; what came of a call is known by its id in the whole session.
struct CallIds {
    taken: HashSet<CallId>,
    renamed: HashMap<CallId, CallId>,
}

impl CallIds {
    fn after(messages: &[Message]) -> Self {
        let earlier = messages.iter().flat_map(Message::tool_calls);
        Self {
            taken: earlier.map(|call| call.id.clone()).collect(),
            renamed: HashMap::new(),
        }
    }

    /// The id that a call of this answer has with us: the model's, unless an earlier answer had that.
    fn own(&mut self, id: CallId) -> CallId {
        match self.taken.contains(&id) {
            true => self.renamed.entry(id).or_insert_with(CallId::fresh).clone(),
            false => id,
        }
    }
}

/// The answer's blocks as they grow.
#[derive(Default)]
struct Blocks(Vec<Block>);

impl Blocks {
    fn push_text(&mut self, more: &str) {
        match self.0.last_mut() {
            Some(Block::Text { text }) => text.push_str(more),
            _ => self.0.push(Block::Text { text: more.to_owned() }),
        }
    }

    fn push_thinking(&mut self, more: &str) {
        match self.0.last_mut() {
            Some(Block::Thinking { text, signature: None }) => text.push_str(more),
            _ => self.0.push(Block::Thinking {
                text: more.to_owned(),
                signature: None,
            }),
        }
    }

    /// A block that has its signature is closed: a model that hides its thoughts sends signatures alone.
    fn end_thinking(&mut self, proof: Option<String>) {
        match self.0.last_mut() {
            Some(Block::Thinking {
                signature: signature @ None,
                ..
            }) => *signature = proof,
            _ => self.0.push(Block::Thinking {
                text: String::new(),
                signature: proof,
            }),
        }
    }

    /// Vendors refuse two calls with one id, and some models repeat theirs: a repeated one is renamed.
    fn push_call(&mut self, mut call: ToolCall) -> ToolCall {
        let taken: HashSet<CallId> = self
            .0
            .iter()
            .filter_map(|block| match block {
                Block::ToolCall(call) => Some(call.id.clone()),
                _ => None,
            })
            .collect();
        if taken.contains(&call.id) || call.id.as_str().is_empty() {
            call.id = CallId::fresh();
        }
        self.0.push(Block::ToolCall(call.clone()));
        call
    }

    fn into_message(mut self) -> Message {
        self.0
            .retain(|block| !matches!(block, Block::Text { text } if text.is_empty()));
        Message {
            role: Role::Assistant,
            content: self.0,
        }
    }
}

/// The answer's tool calls, each a task of its own so that a panic in a tool is only that tool's result.
struct RunningCalls<'a> {
    turn: &'a TurnContext,
    prepared: Vec<Option<Prepared>>,
    ids: Vec<CallId>,
    schedule: Schedule<ToolResult>,
    tasks: JoinSet<(usize, ToolResult)>,
    task_index: HashMap<tokio::task::Id, usize>,
}

impl<'a> RunningCalls<'a> {
    fn new(turn: &'a TurnContext) -> Self {
        Self {
            turn,
            prepared: Vec::new(),
            ids: Vec::new(),
            schedule: Schedule::new(),
            tasks: JoinSet::new(),
            task_index: HashMap::new(),
        }
    }

    fn push(&mut self, call: ToolCall, preview: Option<Preview>) {
        self.ids.push(call.id.clone());
        let prepared = dispatch::prepare(self.turn, call, preview);
        self.schedule.push(prepared.tier);
        self.prepared.push(Some(prepared));
    }

    fn start_ready(&mut self) {
        for index in self.schedule.start_ready() {
            let Some(prepared) = self.prepared.get_mut(index).and_then(Option::take) else {
                continue;
            };
            let turn = self.turn.clone();
            let handle = self
                .tasks
                .spawn(async move { (index, dispatch::run(&turn, prepared).await) });
            self.task_index.insert(handle.id(), index);
        }
    }

    /// Waits for one call to finish. Cancel-safe.
    async fn next_finished(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok((index, result))) => self.schedule.finish(index, result),
            Some(Err(error)) => {
                let Some(&index) = self.task_index.get(&error.id()) else {
                    return;
                };
                tracing::error!(%error, "a tool died");
                let result = ToolResult {
                    call_id: self.ids[index].clone(),
                    content: "the tool failed inside Singletree; this is our bug, not yours: try another way".into(),
                    is_error: true,
                };
                self.turn.emit(EventKind::ToolCompleted {
                    call: result.call_id.clone(),
                    name: String::new(),
                    ok: false,
                    summary: "failed inside Singletree".into(),
                    output: String::new(),
                });
                self.schedule.finish(index, result);
            }
            None => {}
        }
    }

    fn any_running(&self) -> bool {
        !self.tasks.is_empty()
    }

    fn are_finished(&self) -> bool {
        self.schedule.is_finished()
    }

    /// Calls that still run are given up first, so that what they asked is closed before the turn ends.
    async fn into_results(mut self) -> Vec<ToolResult> {
        self.tasks.shutdown().await;
        self.ids
            .iter()
            .zip(self.schedule.into_outcomes())
            .map(|(id, outcome)| outcome.unwrap_or_else(|| interrupted(id)))
            .collect()
    }
}
