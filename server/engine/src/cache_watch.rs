//! Whether the vendor's prompt cache serves what we keep the same for it, and if not, why (FEATURES CX9).
//!
//! A request's prefix is made of its tools, its system prompt and its messages, in this order; a cache can serve what
//! two requests in a row have in common from the start. What broke it is known to us alone, since we made both.

use std::hash::{DefaultHasher, Hash, Hasher};

use base::{Block, Message, Usage};
use models::Request;

/// Prefixes below this many tokens are cached by no vendor.
const SMALLEST: u64 = 2048;
/// So many misses in a row are worth a word to the user.
const WORTH_A_WARNING: u32 = 3;

/// The requests of one session to one model after another.
#[derive(Default)]
pub(crate) struct CacheWatch {
    last: Option<Prefix>,
    /// A cause that we know of already, for the next request.
    announced: Option<String>,
    misses: u32,
}

/// What a model call made of the cache.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Why nothing came from the cache though something might have.
    pub(crate) miss: Option<String>,
    /// Misses in a row, once there are enough of them to tell the user.
    pub(crate) warning: Option<String>,
}

/// What a cache can know a request by.
pub(crate) struct Prefix {
    /// `provider/model`.
    model: String,
    tools: u64,
    system: u64,
    messages: Vec<u64>,
}

impl CacheWatch {
    /// The conversation is about to change before its end, for this reason.
    pub(crate) fn announce(&mut self, cause: &str) {
        self.announced = Some(cause.to_owned());
    }

    /// Takes note of a request and what its answer said of the cache.
    pub(crate) fn observe(&mut self, prefix: Prefix, usage: Usage) -> Reading {
        let model = prefix.model.clone();
        let cause = match &self.last {
            None => Some("the first call of this process in the session".to_owned()),
            Some(last) => last.break_before(&prefix).map(|place| match self.announced.take() {
                Some(cause) => cause,
                None => place.to_owned(),
            }),
        };
        let is_first = self.last.is_none();
        self.last = Some(prefix);
        self.announced = None;
        let total = usage.input + usage.cache_read + usage.cache_write;
        if usage.cache_read > 0 || total < SMALLEST {
            self.misses = 0;
            return Reading {
                miss: None,
                warning: None,
            };
        }
        if !is_first {
            self.misses += 1;
        }
        let cause = cause.unwrap_or_else(|| "the vendor had it no more, or caches nothing".to_owned());
        let warning = (self.misses == WORTH_A_WARNING).then(|| {
            format!("the prompt cache of {model} missed {WORTH_A_WARNING} times in a row (last cause: {cause}); each call pays for the whole prompt")
        });
        Reading {
            miss: Some(cause),
            warning,
        }
    }
}

impl Prefix {
    pub(crate) fn of(model: &str, request: &Request) -> Self {
        let tools = request.tools.iter().map(|tool| fingerprint(|mark| mark(&tool.name)));
        let system = request.system.iter().map(|part| fingerprint(|mark| mark(&part.text)));
        Self {
            model: model.to_owned(),
            tools: joined(tools),
            system: joined(system),
            messages: request.messages.iter().map(of_message).collect(),
        }
    }

    /// How many messages the request had.
    pub(crate) fn messages(&self) -> usize {
        self.messages.len()
    }

    /// What makes `next` no continuation of this request; none if it is one. The last message may have grown.
    fn break_before(&self, next: &Self) -> Option<&'static str> {
        let kept = self.messages.len().saturating_sub(1);
        if self.model != next.model {
            Some("another model")
        } else if self.tools != next.tools {
            Some("the tools changed")
        } else if self.system != next.system {
            Some("the system prompt changed")
        } else if next.messages.len() < kept || self.messages[..kept] != next.messages[..kept] {
            Some("the conversation changed before its end")
        } else {
            None
        }
    }
}

fn of_message(message: &Message) -> u64 {
    fingerprint(|mark| {
        for block in &message.content {
            match block {
                Block::Text { text } | Block::Thinking { text, .. } => mark(text),
                Block::RedactedThinking { data } => mark(data),
                Block::ToolCall(call) => mark(call.id.as_str()),
                Block::ToolResult(result) => mark(&result.content),
                Block::Image(image) => mark(&image.data),
            }
        }
    })
}

/// Of texts by their length and ends: what changes a conversation changes these, and a megabyte of results is not read
/// again before each request.
fn fingerprint(each: impl FnOnce(&mut dyn FnMut(&str))) -> u64 {
    const ENDS: usize = 64;
    let mut hasher = DefaultHasher::new();
    each(&mut |text| {
        let bytes = text.as_bytes();
        bytes.len().hash(&mut hasher);
        bytes[..bytes.len().min(ENDS)].hash(&mut hasher);
        bytes[bytes.len().saturating_sub(ENDS)..].hash(&mut hasher);
    });
    hasher.finish()
}

fn joined(parts: impl Iterator<Item = u64>) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.for_each(|part| part.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use base::SystemPart;

    use super::*;

    fn request(system: &str, messages: &[&str]) -> Request {
        Request {
            system: vec![SystemPart {
                text: system.into(),
                cache: true,
            }],
            messages: messages
                .iter()
                .map(|text| Message::user(*text))
                .collect::<Vec<_>>()
                .into(),
            ..Request::default()
        }
    }

    fn miss() -> Usage {
        Usage {
            input: 5000,
            ..Usage::default()
        }
    }

    fn hit() -> Usage {
        Usage {
            cache_read: 4000,
            input: 1000,
            ..Usage::default()
        }
    }

    /// The second request after a first of (`system`, `a`, `b`): the cause of its miss.
    fn check(next: (&str, &str, &[&str]), usage: Usage, expect: Option<&str>) {
        let mut watch = CacheWatch::default();
        watch.observe(Prefix::of("p/m", &request("s", &["a", "b"])), miss());
        let (model, system, messages) = next;
        let reading = watch.observe(Prefix::of(model, &request(system, messages)), usage);
        assert_eq!(reading.miss.as_deref(), expect);
    }

    #[test]
    fn every_miss_has_its_cause() {
        check(("p/m", "s", &["a", "b", "c"]), hit(), None);
        check(("p/other", "s", &["a", "b", "c"]), miss(), Some("another model"));
        check(
            ("p/m", "t", &["a", "b", "c"]),
            miss(),
            Some("the system prompt changed"),
        );
        check(
            ("p/m", "s", &["x", "b", "c"]),
            miss(),
            Some("the conversation changed before its end"),
        );
        check(
            ("p/m", "s", &["a", "b and more"]),
            miss(),
            Some("the vendor had it no more, or caches nothing"),
        );
    }

    #[test]
    fn an_announced_cause_is_told_once() {
        let mut watch = CacheWatch::default();
        watch.observe(Prefix::of("p/m", &request("s", &["a", "b"])), miss());
        watch.announce("compaction: old results trimmed");
        let reading = watch.observe(Prefix::of("p/m", &request("s", &["x", "b"])), miss());
        assert_eq!(reading.miss.as_deref(), Some("compaction: old results trimmed"));
        let reading = watch.observe(Prefix::of("p/m", &request("s", &["y", "b"])), miss());
        assert_eq!(reading.miss.as_deref(), Some("the conversation changed before its end"));
    }

    #[test]
    fn three_misses_in_a_row_are_told_once_and_small_prompts_never() {
        let mut watch = CacheWatch::default();
        let ask = |watch: &mut CacheWatch, usage| {
            watch
                .observe(Prefix::of("p/m", &request("s", &["a"])), usage)
                .warning
                .is_some()
        };
        let warned: Vec<bool> = (0..6).map(|_| ask(&mut watch, miss())).collect();
        assert_eq!(warned, [false, false, false, true, false, false]);
        let small = Usage {
            input: 100,
            ..Usage::default()
        };
        assert!((0..6).all(|_| !ask(&mut watch, small)));
    }
}
