//! Tokens of a conversation that grows: each message is counted once.

use models::Request;
use models::tokens::TokenCounter;

/// Counts by estimate, uncorrected.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    frame: u64,
    messages: Vec<u64>,
}

impl Tally {
    /// Counts what is new in a request that continues the last one.
    pub(crate) fn take(&mut self, counter: TokenCounter, request: &Request) {
        let counter = counter.rough();
        let system: u64 = request.system.iter().map(|part| counter.text(&part.text)).sum();
        let tools: u64 = request.tools.iter().map(|tool| counter.tool(tool)).sum();
        self.frame = system + tools;
        // The last message may have grown since.
        let known = self.messages.len().saturating_sub(1).min(request.messages.len());
        self.messages.truncate(known);
        let new = request.messages[known..].iter();
        self.messages.extend(new.map(|message| counter.message(message)));
    }

    /// Another conversation, or another model.
    pub(crate) fn forget(&mut self) {
        self.messages.clear();
    }

    /// System prompt, tools and messages.
    pub(crate) fn total(&self) -> u64 {
        self.frame + self.since(0)
    }

    /// The messages from number `first` on.
    pub(crate) fn since(&self, first: usize) -> u64 {
        self.messages.iter().skip(first).sum()
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
            request.messages.push(Message::user(words));
            tally.take(counter, &request);
            if let Some(last) = request.messages.last_mut() {
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
