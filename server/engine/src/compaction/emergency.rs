//! The last resort, which needs no model and always arrives: the conversation is cut until it fits.
//!
//! In this order, and no further than needed: pictures and old thinking go; results become 100 characters, those of the
//! newest message keep head and tail in half of the room (a single result may be larger than the window, and one that is
//! cut to nothing would be fetched again); the oldest exchanges go whole, but the first task and the user's last words
//! stay; what is left is cut to its ends; and at the very last only the user's words are left.

use base::{Block, Message, Role};

use super::{Count, cut, pictures, total, user_words};

/// Characters of a result (CX5).
const RESULT: usize = 100;

/// Tokens that the task and the user's last words keep where a quarter of the room is less, and half of it is not.
const OPENING: u64 = 512;

const NOTHING_LEFT: &str = "[harness] The conversation was too long for the model and is left out.";
const THOUGHTS: &str = "(thoughts left out)";

/// `history` in at most `target` tokens; none if it fits already or cannot be made shorter. What remains at the least is
/// one short message.
pub(super) fn trim_to(history: &[Message], count: Count<'_>, target: u64) -> Option<Vec<Message>> {
    let before = total(history, count);
    if before <= target {
        return None;
    }
    let mut messages = history.to_vec();
    pictures::drop_all(&mut messages);
    drop_old_thinking(&mut messages);
    cut_old_results(&mut messages);
    if total(&messages, count) > target {
        messages = Exchanges::of(messages, count, target).fewer();
    }
    (total(&messages, count) < before).then_some(messages)
}

fn drop_old_thinking(messages: &mut [Message]) {
    let newest_caller = user_words::newest_caller(messages);
    for (at, message) in messages.iter_mut().enumerate() {
        if newest_caller != Some(at) && message.content.iter().any(user_words::is_thinking) {
            message.content.retain(|block| !user_words::is_thinking(block));
            if message.content.is_empty() {
                message.content.push(Block::Text { text: THOUGHTS.into() });
            }
        }
    }
}

fn cut_old_results(messages: &mut [Message]) {
    let Some((_, old)) = messages.split_last_mut() else {
        return;
    };
    for block in old.iter_mut().flat_map(|message| &mut message.content) {
        if let Block::ToolResult(result) = block {
            result.content = cut::ends(&result.content, RESULT);
        }
    }
}

/// A conversation as its first words and the exchanges after them: an answer each, with what came back.
struct Exchanges<'a> {
    /// The user's first task; a user message without results.
    task: Message,
    exchanges: Vec<Vec<Message>>,
    /// What the user said last, and in which exchange.
    last_words: Option<(usize, Vec<Block>)>,
    count: Count<'a>,
    target: u64,
}

impl<'a> Exchanges<'a> {
    fn of(mut messages: Vec<Message>, count: Count<'a>, target: u64) -> Self {
        if let Some(newest) = messages.last_mut() {
            *newest = cut::to_fit(newest, count, target / 2);
        }
        let is_result = |block: &Block| matches!(block, Block::ToolResult(_));
        let mut task = Message {
            role: Role::User,
            content: Vec::new(),
        };
        let mut exchanges: Vec<Vec<Message>> = Vec::new();
        let mut last_words = None;
        for message in messages {
            let words = user_words::of(&message);
            match (message.role, exchanges.last_mut()) {
                (Role::User, None) => task
                    .content
                    .extend(message.content.into_iter().filter(|block| !is_result(block))),
                (Role::User, Some(exchange)) => exchange.push(message),
                (Role::Assistant, _) => exchanges.push(vec![message]),
            }
            if !words.is_empty() {
                last_words = exchanges.len().checked_sub(1).map(|at| (at, words));
            }
        }
        Self {
            task,
            exchanges,
            last_words,
            count,
            target,
        }
    }

    /// As many of the newest exchanges as there is room for.
    fn fewer(mut self) -> Vec<Message> {
        let sizes: Vec<u64> = self
            .exchanges
            .iter()
            .map(|exchange| total(exchange, self.count))
            .collect();
        let mut size = sizes.iter().copied().fold(0, u64::saturating_add);
        for (dropped, own) in sizes.iter().enumerate() {
            let opening = self.opening(dropped, (self.target / 4).max(OPENING.min(self.target / 2)));
            let opening_size = opening.as_ref().map_or(0, self.count);
            if size.saturating_add(opening_size) <= self.target {
                return opening
                    .into_iter()
                    .chain(self.exchanges.drain(dropped..).flatten())
                    .collect();
            }
            size = size.saturating_sub(*own);
        }
        self.newest_alone().unwrap_or_else(|| self.words_alone())
    }

    /// The first message when so many exchanges are dropped; none if there was none and none is needed.
    fn opening(&self, dropped: usize, limit: u64) -> Option<Message> {
        let mut opening = self.task.clone();
        if let Some((at, words)) = &self.last_words
            && *at < dropped
        {
            opening.content.extend(words.iter().cloned());
        }
        if opening.content.is_empty() {
            if dropped == 0 {
                return None;
            }
            opening = Message::user(NOTHING_LEFT);
        }
        Some(cut::to_fit(&opening, self.count, limit))
    }

    /// The newest exchange with everything in it cut.
    fn newest_alone(&self) -> Option<Vec<Message>> {
        let (newest, earlier) = self.exchanges.split_last()?;
        let opening = self.opening(earlier.len(), self.target / 4)?;
        let mut messages = vec![opening];
        messages.extend(
            newest
                .iter()
                .map(|message| cut::to_fit(message, self.count, self.target / 4)),
        );
        (total(&messages, self.count) <= self.target).then_some(messages)
    }

    fn words_alone(&self) -> Vec<Message> {
        let opening = self.opening(self.exchanges.len(), self.target);
        opening.into_iter().collect()
    }
}
