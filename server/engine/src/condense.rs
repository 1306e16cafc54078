//! Makes room in the model's window before a request: counts it, and carries out the passes of [`compaction`].
//!
//! Each change is stored as a new beginning of the conversation, told to the user and to the cache's ledger. What a model
//! writes down as learnt goes to the workspace's memory, never into its files.

use base::{EventKind, Message};
use futures::StreamExt;
use models::{Chunk, Request, ToolChoice};
use store::{Item, NewMemory};

use crate::cache_watch::Prefix;
use crate::compaction::{self, Pass, Room, Tried};
use crate::steps::Steps;

/// Pictures that tools took which stay in the conversation. They are dropped several at a time, since each drop breaks
/// the cached prefix.
const KEPT_PICTURES: usize = 3;
const MOST_PICTURES: usize = 2 * KEPT_PICTURES;
/// Tokens of a summary: at this point a full answer might not fit the window beside the conversation.
const SUMMARY: u32 = 4_096;

impl Steps<'_> {
    /// Shortens the conversation as far as it must be; `is_refused` where the vendor has just called it too long. False
    /// if nothing was changed. With it comes the request as it may be sent.
    pub(crate) async fn make_room(&mut self, is_refused: bool) -> (bool, Request) {
        let mut tried = Tried {
            is_refused,
            is_asked: std::mem::take(&mut self.compact),
            ..Tried::default()
        };
        let mut has_changed = false;
        loop {
            let request = self.request(ToolChoice::Auto);
            let tokens = self.estimate(&request);
            if self.turn.cancel.is_cancelled() {
                return (has_changed, request);
            }
            if compaction::pictures_of_tools(&request.messages) > MOST_PICTURES {
                has_changed |= self.drop_pictures(tokens);
                continue;
            }
            let counter = self.model.counter().rough();
            let calibration = self.turn.session.calibration(&self.model.name());
            let count = |message: &Message| calibration.apply(counter.message(message));
            let room = Room {
                window: self.model.route.context_window.into(),
                tokens,
                count: &count,
            };
            if !tried.is_refused && !tried.is_asked && tokens < self.next_look {
                return (has_changed, request);
            }
            let Some(pass) = compaction::next_pass(room, &request.messages, tried) else {
                self.next_look = compaction::next_look(room);
                return (has_changed, request);
            };
            has_changed |= match pass {
                Pass::Trim(shorter) => self.shorten("old results trimmed", tokens, shorter),
                Pass::Collapse(shorter) => self.shorten("finished turns collapsed", tokens, shorter),
                Pass::Emergency(shorter) => {
                    tried.is_refused = false;
                    self.shorten("emergency trim", tokens, shorter)
                }
                Pass::Learnings(messages) => {
                    tried.learnings = true;
                    if let Some(reply) = self.words_on(messages).await {
                        self.remember(&reply);
                    }
                    false
                }
                Pass::Checkpoint(messages) => {
                    tried.checkpoints += 1;
                    let reply = self.words_on(messages).await;
                    let shorter = reply.and_then(|reply| compaction::checkpoint(&request.messages, &reply, room));
                    shorter.is_some_and(|shorter| self.shorten("summarised in a checkpoint", tokens, shorter))
                }
            };
        }
    }

    fn drop_pictures(&mut self, before: u64) -> bool {
        let mut messages = self.turn.session.messages().to_vec();
        compaction::drop_old_images(&mut messages, KEPT_PICTURES);
        self.begin_anew("old pictures left out", before, messages)
    }

    /// What was cut may be fetched again.
    fn shorten(&mut self, cause: &str, before: u64, messages: Vec<Message>) -> bool {
        self.circles.history_was_cut();
        self.begin_anew(cause, before, messages)
    }

    /// The conversation begins anew with these messages.
    fn begin_anew(&mut self, cause: &str, before: u64, messages: Vec<Message>) -> bool {
        let turn = self.turn;
        if turn.agent.is_none() {
            turn.record(&Item::Context {
                cause: cause.to_owned(),
                messages: messages.clone(),
                taken_back_from: None,
            });
        }
        turn.session.begin_anew(messages, cause);
        self.forget_count();
        let request = self.request(ToolChoice::Auto);
        let after = self.estimate(&request);
        tracing::info!(cause, before, after, "the conversation was made shorter");
        if turn.agent.is_none() {
            turn.emit(EventKind::Compacted {
                cause: cause.to_owned(),
                before,
                after,
            });
        }
        true
    }

    /// What the model says to these messages, without tools; none if it says nothing.
    async fn words_on(&mut self, messages: Vec<Message>) -> Option<String> {
        let request = Request {
            messages: messages.into(),
            output: None,
            max_output: self.model.route.max_output.min(SUMMARY),
            ..self.request(ToolChoice::None)
        };
        let prefix = Prefix::of(&self.model.name(), &request);
        let mut answer = self.model.provider().stream(request);
        let mut words = String::new();
        let mut usage = base::Usage::default();
        loop {
            let chunk = tokio::select! {
                chunk = answer.next() => chunk,
                () = self.turn.cancel.cancelled() => return None,
            };
            match chunk {
                Some(Ok(Chunk::Text(text))) => words.push_str(&text),
                Some(Ok(Chunk::Usage(reported))) => usage = reported,
                Some(Ok(Chunk::Done(_))) => break,
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::warn!(%error, "the model did not summarise the conversation");
                    return None;
                }
                None => return None,
            }
        }
        self.book(prefix, usage, "compaction");
        Some(words).filter(|words| !words.trim().is_empty())
    }

    fn remember(&self, reply: &str) {
        for text in compaction::learnings(reply) {
            let memory = NewMemory {
                text,
                tags: vec!["learnt".to_owned()],
                session: Some(self.turn.session.id.clone()),
                turn: Some(self.turn.id.clone()),
            };
            if let Err(error) = self.turn.runtime.store.remember(&memory) {
                tracing::warn!(%error, "what was learnt could not be kept");
            }
        }
    }

    /// Tokens of the next request: the vendor's own count of the last one where there is one, and an estimate of what
    /// came since.
    fn estimate(&mut self, request: &Request) -> u64 {
        self.tally.take(self.model.counter(), request);
        let calibration = self.turn.session.calibration(&self.model.name());
        self.prompt_tokens = match self.counted {
            // The answer itself was counted as output.
            Some(counted) if counted.messages < request.messages.len() => {
                counted.tokens + calibration.apply(self.tally.since(counted.messages + 1))
            }
            _ => calibration.apply(self.tally.total()),
        };
        self.prompt_tokens
    }

    /// Another conversation, or another model.
    pub(crate) fn forget_count(&mut self) {
        self.counted = None;
        self.next_look = 0;
        self.tally.forget();
    }
}
