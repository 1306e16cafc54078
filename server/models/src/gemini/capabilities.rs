//! What Google's models take, by their names, as its documentation has it.

use base::Effort;
use serde_json::{Map, Value, json};

use crate::Request;
use crate::lessons::Lessons;

/// How a model is told how much to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thinking {
    /// It does not think, or we do not know.
    No,
    /// In tokens: 2.5.
    Budget,
    /// In levels: 3 and later. These also want each call to be signed.
    Level,
}

impl Thinking {
    /// `gemini-2.5-pro`, `gemini-3.8-flash`; names like `gemini-flash-latest` stand for the newest.
    fn of(model: &str) -> Self {
        let Some(name) = model.rsplit('/').next().and_then(|name| name.strip_prefix("gemini-")) else {
            return Self::No;
        };
        let version = name.split('-').next().unwrap_or_default();
        let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
        match (major.parse::<u32>(), minor.parse::<u32>().unwrap_or(0)) {
            (Err(_), _) if name.ends_with("-latest") => Self::Level,
            (Ok(3..), _) => Self::Level,
            (Ok(2), 5..) => Self::Budget,
            _ => Self::No,
        }
    }
}

/// Whether the model refuses a conversation in which the first call of an answer is not signed.
pub(super) fn wants_signatures(model: &str) -> bool {
    Thinking::of(model) == Thinking::Level
}

/// `thinkingConfig`: thoughts are shown where there are any.
pub(super) fn thinking(request: &Request, lessons: &Lessons) -> Option<Value> {
    let thinking = Thinking::of(&request.model);
    if thinking == Thinking::No || lessons.no_reasoning {
        return None;
    }
    let mut config = Map::new();
    config.insert("includeThoughts".into(), json!(true));
    match (request.effort.filter(|_| !lessons.no_effort), thinking) {
        (Some(effort), Thinking::Level) => {
            config.insert("thinkingLevel".into(), json!(level(effort)));
        }
        (Some(effort), _) => {
            config.insert("thinkingBudget".into(), json!(budget(effort)));
        }
        (None, _) => {}
    }
    Some(Value::Object(config))
}

fn level(effort: Effort) -> &'static str {
    match effort {
        Effort::Low => "LOW",
        Effort::Medium => "MEDIUM",
        Effort::High | Effort::Max => "HIGH",
    }
}

/// The highest is what all models of the family take.
fn budget(effort: Effort) -> u32 {
    match effort {
        Effort::Low => 1_024,
        Effort::Medium => 8_192,
        Effort::High => 16_384,
        Effort::Max => 24_576,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(model: &str, expect: &Value) {
        let request = Request {
            model: model.into(),
            effort: Some(Effort::Max),
            ..Request::default()
        };
        let config = thinking(&request, &Lessons::default()).unwrap_or_default();
        assert_eq!(config, *expect, "{model}");
    }

    #[test]
    fn models_and_what_they_take() {
        let level = json!({"includeThoughts": true, "thinkingLevel": "HIGH"});
        check("gemini-3.8-flash", &level);
        check("gemini-4-argon", &level);
        check("gemini-flash-latest", &level);
        check(
            "gemini-2.5-pro",
            &json!({"includeThoughts": true, "thinkingBudget": 24_576}),
        );
        check("gemini-2.0-flash", &Value::Null);
        check("gemma-3-27b-it", &Value::Null);
    }
}
