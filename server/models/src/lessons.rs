//! What models have refused, and asking again without it.
//!
//! Which of a request's niceties a model takes is written down nowhere that a program could read, and proxies differ
//! again. So a request holds what its vendor documents, and a refusal that names a part of it teaches us to do
//! without: the same question goes out again at once, and later ones are right from the start.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::{StreamExt, stream};

use crate::http::Http;
use crate::{Answer, ModelError, Request};

/// How vendors say that the answer may not be as long as asked for. Lower case.
const OUTPUT_LIMIT: [&str; 7] = [
    "maximum allowed number of output tokens",
    "max_tokens is too large",
    "max_completion_tokens is too large",
    "'max_output_tokens': integer above maximum",
    "`max_tokens` must be less than or equal",
    "invalid max_tokens value",
    "maxoutputtokens value",
];

/// What one model does not take. Lessons only add up, so that asking again comes to an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lessons {
    pub(crate) no_effort: bool,
    pub(crate) no_temperature: bool,
    /// The model cannot be held to a schema: it is asked for one in words.
    pub(crate) no_schema: bool,
    /// A schema goes beside the type `json_object`, as llama.cpp began it, and into words where that says nothing.
    pub(crate) schema_in_object: bool,
    /// The model does not show its reasoning, be it in words or encrypted.
    pub(crate) no_reasoning: bool,
    /// The model calls tools only where it does not reason.
    pub(crate) must_not_reason: bool,
    /// Some thinking in the conversation is not the model's own. True of that conversation only.
    pub(crate) foreign_thinking: bool,
    /// The longest answer that it gives, in tokens.
    pub(crate) most_output: Option<u32>,
}

impl Lessons {
    /// How many tokens to ask for.
    pub(crate) fn max_output(&self, request: &Request) -> u32 {
        request.max_output.min(self.most_output.unwrap_or(u32::MAX))
    }

    /// What every vendor's refusals teach alike; `message` is in lower case.
    fn learn_limit(&mut self, message: &str, asked: u32) {
        if OUTPUT_LIMIT.iter().any(|phrase| message.contains(phrase)) {
            self.most_output = most_below(message, asked).or(self.most_output);
        }
    }
}

/// The lessons of every model, by its address, for as long as the process lives.
#[derive(Default)]
pub(crate) struct Known(Mutex<HashMap<String, Lessons>>);

impl Known {
    fn of(&self, model: &str) -> Lessons {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(model).copied().unwrap_or_default()
    }

    fn remember(&self, model: String, lessons: Lessons) {
        let lasting = Lessons {
            foreign_thinking: false,
            ..lessons
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(model, lasting);
    }
}

/// The answer to `request`, asked again as long as a refusal teaches something new.
pub(crate) fn ask(
    http: &Arc<Http>,
    request: Request,
    ask: impl Fn(&Request, &Lessons) -> Answer + Send + 'static,
    learn: fn(&str, &Request, &mut Lessons),
) -> Answer {
    let lessons = http.known().of(&http.address_of(&request.model));
    ask_with(Arc::clone(http), request, lessons, ask, learn)
}

fn ask_with(
    http: Arc<Http>,
    request: Request,
    lessons: Lessons,
    ask: impl Fn(&Request, &Lessons) -> Answer + Send + 'static,
    learn: fn(&str, &Request, &mut Lessons),
) -> Answer {
    let mut answer = ask(&request, &lessons);
    stream::once(async move {
        let first = answer.next().await;
        if let Some(Err(error)) = &first {
            let mut learned = lessons;
            if let ModelError::BadRequest { message, .. } = error {
                let message = message.to_lowercase();
                learned.learn_limit(&message, lessons.max_output(&request));
                learn(&message, &request, &mut learned);
            }
            if learned != lessons {
                tracing::info!(%error, "asking the model again without what it refused");
                http.known().remember(http.address_of(&request.model), learned);
                return ask_with(http, request, learned, ask, learn);
            }
        }
        stream::iter(first).chain(answer).boxed()
    })
    .flatten()
    .boxed()
}

/// The greatest number in the message that is less than what was asked for: refusals name both.
fn most_below(message: &str, asked: u32) -> Option<u32> {
    /// No model's limit is as low; smaller numbers are part of something else.
    const LEAST: u32 = 256;
    let numbers = message.split(|c: char| !c.is_ascii_digit() && c != ',');
    let most = numbers
        .filter_map(|number| number.replace(',', "").parse::<u32>().ok())
        .filter(|number| (LEAST..asked).contains(number))
        .max()?;
    // Google names the first number that is too large.
    Some(if message.contains("exclusive") { most - 1 } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, asked: u32, expect: Option<u32>) {
        assert_eq!(most_below(message, asked), expect, "{message}");
    }

    #[test]
    fn limits_are_read_from_refusals() {
        check(
            "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5",
            100_000,
            Some(64_000),
        );
        check(
            "max_tokens is too large: 64,000. This model supports at most 16,384 completion tokens.",
            64_000,
            Some(16_384),
        );
        check(
            "it has a maxoutputtokens value of 100000 but the supported range is from 1 (inclusive) to 65537 (exclusive).",
            100_000,
            Some(65_536),
        );
        check("max_tokens is too large", 64_000, None);
    }
}
