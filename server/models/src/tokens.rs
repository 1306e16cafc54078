//! How many tokens a text, a message or a whole request is for a model.
//!
//! OpenAI's tokenizer is known and counted with exactly. Other vendors keep theirs to themselves: there the count is an
//! estimate by the classes of characters times a factor of the family, and a session corrects it by what the vendor
//! reports ([`Calibration`]). The estimate takes 1 ms for 240 kB and no memory, the exact count 15 times as long after
//! 20 ms and 6 MB for its tables, so [`TokenCounter::prompt_near`] counts exactly only where it can change a decision.

mod calibration;
mod estimate;
mod image;
mod o200k;
#[cfg(test)]
mod tests;

use base::{Block, Message, ToolSpec};

pub use calibration::Calibration;

use crate::Request;
use image::ImageRule;

/// Counts for one model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenCounter {
    text: Rule,
    image: ImageRule,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    O200k,
    /// Tokens for each one of `o200k_base`.
    Estimate {
        factor: f64,
    },
}

/// Role, separators and block markers of a message, in OpenAI's own account of its format; others are alike.
const MESSAGE_OVERHEAD: u64 = 4;
/// A call or a result: its id, name and the markers around it.
const CALL_OVERHEAD: u64 = 12;
/// A tool's frame beside its name, description and schema.
const TOOL_OVERHEAD: u64 = 10;
/// What begins the answer, and the system prompt's own frame.
const REQUEST_OVERHEAD: u64 = 8;

/// How near to the limit an estimate must be before an exact count is worth its time: beyond the error of 95 % of the
/// files that it was fitted to.
const NEAR: f64 = 0.15;

impl TokenCounter {
    /// By the model's name, with or without a provider or vendor before it: `claude-opus-5-5`,
    /// `openrouter/openai/gpt-5.4`. An unknown model is counted as most open ones are.
    #[must_use]
    pub fn for_model(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
        let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| name.starts_with(beginning));
        if begins(&["gpt-3", "gpt-4-", "gpt-4:"]) || name == "gpt-4" {
            // `cl100k_base`, of models that are all retired: 1.4 % more tokens than `o200k_base` as measured.
            Self::estimated(1.014, ImageRule::Full)
        } else if begins(&["gpt-", "chatgpt-", "codex-", "o1", "o3", "o4", "chat-latest"]) {
            Self {
                text: Rule::O200k,
                image: ImageRule::Full,
            }
        } else if name.starts_with("claude-") {
            claude(&name)
        } else if begins(&["gemini-", "gemma"]) {
            Self::estimated(1.1, ImageRule::Flat { tokens: 1_120 })
        } else if begins(&["deepseek", "mistral", "devstral", "codestral", "ministral", "magistral"]) {
            // Measured: 1.085 and 1.091.
            Self::estimated(1.09, ImageRule::Full)
        } else {
            // Measured: Llama 3 1.014, Qwen 1.035, GLM 1.016, Kimi 1.015, MiniMax 1.031.
            Self::estimated(1.03, ImageRule::Full)
        }
    }

    fn estimated(factor: f64, image: ImageRule) -> Self {
        Self {
            text: Rule::Estimate { factor },
            image,
        }
    }

    /// Whether texts are counted with the model's own tokenizer.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.text == Rule::O200k
    }

    /// The same by estimate: fast, and nothing is loaded.
    #[must_use]
    pub fn rough(self) -> Self {
        match self.text {
            Rule::O200k => Self::estimated(1.0, self.image),
            Rule::Estimate { .. } => self,
        }
    }

    #[must_use]
    pub fn text(&self, text: &str) -> u64 {
        let factor = match self.text {
            Rule::O200k => match o200k::count(text) {
                Some(tokens) => return tokens,
                None => 1.0,
            },
            Rule::Estimate { factor } => factor,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most a few tokens for each byte"
        )]
        let tokens = (estimate::estimate(text) * factor).ceil() as u64;
        tokens
    }

    #[must_use]
    pub fn message(&self, message: &Message) -> u64 {
        MESSAGE_OVERHEAD + message.content.iter().map(|block| self.block(block)).sum::<u64>()
    }

    #[must_use]
    pub fn block(&self, block: &Block) -> u64 {
        match block {
            Block::Text { text } | Block::Thinking { text, .. } => self.text(text),
            // What is encrypted is about as long as what it hides, in base64.
            Block::RedactedThinking { data } => data.len() as u64 / 5,
            Block::ToolCall(call) => CALL_OVERHEAD + self.text(&call.name) + self.text(&call.arguments.to_string()),
            Block::ToolResult(result) => CALL_OVERHEAD + self.text(&result.content),
            Block::Image(image) => self.image.tokens(image),
        }
    }

    #[must_use]
    pub fn tool(&self, tool: &ToolSpec) -> u64 {
        let schema = self.text(&tool.schema.to_string());
        TOOL_OVERHEAD + self.text(&tool.name) + self.text(&tool.description) + schema
    }

    /// The whole prompt: system, tools, messages, and the schema of the answer.
    #[must_use]
    pub fn prompt(&self, request: &Request) -> u64 {
        let system: u64 = request.system.iter().map(|part| self.text(&part.text)).sum();
        let tools: u64 = request.tools.iter().map(|tool| self.tool(tool)).sum();
        let messages: u64 = request.messages.iter().map(|message| self.message(message)).sum();
        let output = request
            .output
            .as_ref()
            .map_or(0, |output| self.text(&output.schema.to_string()));
        REQUEST_OVERHEAD + system + tools + messages + output
    }

    /// The prompt's tokens, exact (where that is known) if they come near `limit`, else estimated: whether they pass
    /// it is then beyond doubt. A session that has had an answer knows better still: what the vendor reported for the
    /// last prompt, and the messages since.
    #[must_use]
    pub fn prompt_near(&self, request: &Request, limit: u64) -> u64 {
        let rough = self.rough().prompt(request);
        let distance = (rough as f64 - limit as f64).abs();
        if self.is_exact() && distance <= limit as f64 * NEAR {
            self.prompt(request)
        } else {
            rough
        }
    }
}

/// Anthropic's tokenizers are not published; the factors are from public comparisons of its counter with others:
/// some 15 % above `o200k_base` at first, and again 15 to 45 % more since 4.7.
fn claude(name: &str) -> TokenCounter {
    // Numbers of one or two digits; longer ones are dates.
    let mut numbers = name
        .split(['-', '.'])
        .filter(|part| part.len() <= 2)
        .filter_map(|part| part.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), minor) if (major, minor.unwrap_or(0)) < (4, 7) => {
            TokenCounter::estimated(1.15, ImageRule::Area { patches: 1_568 })
        }
        _ => TokenCounter::estimated(1.45, ImageRule::Side { patches: 72 }),
    }
}
