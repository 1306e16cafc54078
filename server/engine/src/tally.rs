//! Tokens of a conversation that grows: each block is counted once.

use std::sync::Arc;

use base::ToolSpec;
use models::Request;
use models::tokens::TokenCounter;

/// Counts by estimate, uncorrected.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    system: Option<u64>,
    tools: Option<(Arc<[ToolSpec]>, u64)>,
    messages: Vec<Counted>,
}

/// A message as far as it was counted.
#[derive(Debug)]
struct Counted {
    blocks: usize,
    tokens: u64,
}

impl Tally {
    /// Counts what is new in a request that continues the last one; its system prompt is the same.
    pub(crate) fn take(&mut self, counter: TokenCounter, request: &Request) {
        let counter = counter.rough();
        let count_system = || request.system.iter().map(|part| counter.text(&part.text)).sum();
        self.system.get_or_insert_with(count_system);
        if !matches!(&self.tools, Some((tools, _)) if Arc::ptr_eq(tools, &request.tools)) {
            let tokens = request.tools.iter().map(|tool| counter.tool(tool)).sum();
            self.tools = Some((Arc::clone(&request.tools), tokens));
        }
        let known = self.messages.len().min(request.messages.len());
        self.messages.truncate(known);
        // The last message may have grown since.
        if let Some((counted, message)) = self.messages.last_mut().zip(request.messages[..known].last()) {
            let new = message.content.get(counted.blocks..).unwrap_or_default();
            counted.tokens += new.iter().map(|block| counter.block(block)).sum::<u64>();
            counted.blocks = message.content.len();
        }
        self.messages
            .extend(request.messages[known..].iter().map(|message| Counted {
                blocks: message.content.len(),
                tokens: counter.message(message),
            }));
    }

    /// Another conversation, or another model.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// System prompt, tools and messages.
    pub(crate) fn total(&self) -> u64 {
        let tools = self.tools.as_ref().map_or(0, |(_, tokens)| *tokens);
        self.system.unwrap_or_default() + tools + self.since(0)
    }

    /// The messages from number `first` on.
    pub(crate) fn since(&self, first: usize) -> u64 {
        self.messages.iter().skip(first).map(|counted| counted.tokens).sum()
    }
}

#[cfg(test)]
mod tests {
    use base::Message;

    use super::*;

    #[test]
    fn a_conversation_that_grows_counts_as_it_would_at_once() {
        let counter = TokenCounter::for_model("m");
        let (mut tally, mut request) = (Tally::default(), Request::default());
        for words in ["one", "two and a half", "three words more", "and a fourth"] {
            Arc::make_mut(&mut request.messages).push(Message::user(words));
            tally.take(counter, &request);
            if let Some(last) = Arc::make_mut(&mut request.messages).last_mut() {
                last.content.extend(Message::user("grown since").content);
            }
            tally.take(counter, &request);
            let mut at_once = Tally::default();
            at_once.take(counter, &request);
            assert_eq!(tally.total(), at_once.total());
        }
        assert!(tally.since(2) < tally.total());
    }
}
