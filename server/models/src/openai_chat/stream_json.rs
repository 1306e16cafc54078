//! The JSON of a chat completion chunk, taken as loosely as servers write it.

use base::Usage;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A chunk of a stream, or a whole completion: the choices of the one hold `delta`, of the other `message`.
#[derive(Deserialize)]
pub(super) struct Completion {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) choices: Vec<Choice>,
    pub(super) usage: Option<ReportedUsage>,
    pub(super) error: Option<Value>,
    /// `error` where vLLM reports one: then the fields of the error stand beside it.
    pub(super) object: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) index: usize,
    pub(super) delta: Option<Delta>,
    /// Only looked at where there is no delta: Perplexity repeats the whole message beside each.
    pub(super) message: Option<Delta>,
    pub(super) finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Delta {
    #[serde(default, deserialize_with = "words")]
    pub(super) content: Words,
    /// DeepSeek, llama.cpp, older vLLM.
    pub(super) reasoning_content: Option<String>,
    /// OpenRouter, Ollama, newer vLLM.
    pub(super) reasoning: Option<String>,
    pub(super) refusal: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tool_calls: Vec<CallDelta>,
}

#[derive(Deserialize)]
pub(super) struct CallDelta {
    pub(super) index: Option<usize>,
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) function: FunctionDelta,
}

#[derive(Default, Deserialize)]
pub(super) struct FunctionDelta {
    pub(super) name: Option<String>,
    /// Text, or the object itself.
    pub(super) arguments: Option<Value>,
}

impl FunctionDelta {
    pub(super) fn arguments(self) -> String {
        match self.arguments {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(json)) => json,
            Some(other) => other.to_string(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ReportedUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Deserialize)]
struct PromptDetails {
    cached_tokens: Option<u64>,
    /// OpenRouter.
    cache_write_tokens: Option<u64>,
}

impl From<ReportedUsage> for Usage {
    /// `prompt_tokens` counts cached tokens too; ours does not.
    fn from(reported: ReportedUsage) -> Self {
        let details = reported.prompt_tokens_details;
        let cache_read = details.as_ref().and_then(|details| details.cached_tokens).unwrap_or(0);
        let cache_write = details
            .as_ref()
            .and_then(|details| details.cache_write_tokens)
            .unwrap_or(0);
        Self {
            input: reported
                .prompt_tokens
                .unwrap_or(0)
                .saturating_sub(cache_read + cache_write),
            output: reported.completion_tokens.unwrap_or(0),
            cache_read,
            cache_write,
        }
    }
}

/// Text, or parts of text and thinking (Mistral).
#[derive(Default)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) thinking: String,
}

fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
    let mut words = Words::default();
    match Value::deserialize(deserializer)? {
        Value::String(text) => words.text = text,
        Value::Array(parts) => {
            for part in parts {
                words.thinking.extend(
                    part["thinking"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(|part| part["text"].as_str()),
                );
                words.text.push_str(part["text"].as_str().unwrap_or_default());
            }
        }
        _ => {}
    }
    Ok(words)
}

/// `null` where there should be nothing at all.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
