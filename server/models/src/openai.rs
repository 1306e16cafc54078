//! What OpenAI's two protocols have in common: its models, its ways to ask for JSON, its errors.

use std::borrow::Cow;

use base::{Effort, Image};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::{ModelError, OutputSchema, schema};

/// The name under which OpenAI speaks of a model, without the path that proxies put before it.
fn bare_name(model: &str) -> &str {
    model.rsplit('/').next().unwrap_or(model)
}

/// The version in `gpt-5.4-mini`; none for other names.
fn gpt_version(model: &str) -> Option<(u32, u32)> {
    let version = bare_name(model).strip_prefix("gpt-")?;
    let version = version.split('-').next().unwrap_or_default();
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    Some((major.parse().ok()?, minor.parse().unwrap_or(0)))
}

/// Whether the model thinks before it answers: GPT-5 and later, and the o series.
pub(crate) fn reasons(model: &str) -> bool {
    let name = bare_name(model);
    let is_o = name
        .strip_prefix('o')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    is_o || gpt_version(name).is_some_and(|(major, _)| major >= 5 && !name.contains("chat"))
}

/// Whether the model refuses to see any reasoning: those before GPT-5, and those for mere talk. Of others' models
/// nothing is assumed.
pub(crate) fn never_reasons(model: &str) -> bool {
    gpt_version(model).is_some() && !reasons(model)
}

/// The highest level came with later models under two names; others get their own highest.
pub(crate) fn effort(model: &str, effort: Effort) -> &'static str {
    match effort {
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        Effort::Max => match gpt_version(model) {
            Some(version) if version >= (5, 6) => "max",
            Some(version) if version >= (5, 2) => "xhigh",
            _ => "high",
        },
    }
}

/// `name`, `schema` and `strict`, as both protocols want them: strict where the schema allows it.
pub(crate) fn json_schema(output: &OutputSchema) -> Value {
    let closed = schema::closed(&output.schema);
    if schema::is_strict(&closed) {
        json!({ "name": output.name, "schema": closed, "strict": true })
    } else {
        json!({ "name": output.name, "schema": output.schema, "strict": false })
    }
}

pub(crate) fn data_url(Image { media_type, data }: &Image) -> String {
    format!("data:{media_type};base64,{data}")
}

/// The protocols have no field for a result that is an error.
pub(crate) fn result_text(content: &str, is_error: bool) -> Cow<'_, str> {
    if is_error {
        format!("Error: {content}").into()
    } else {
        content.into()
    }
}

/// The number as it was written: 0.2, not 0.20000000298.
pub(crate) fn decimal(number: f32) -> Value {
    number
        .to_string()
        .parse::<f64>()
        .map_or(Value::Null, |number| json!(number))
}

/// An error object in a stream or body that began with status 200. Its `code` is the status, or a name.
pub(crate) fn failure(provider: &str, error: &Value) -> ModelError {
    let code = &error["code"];
    let status = code
        .as_u64()
        .or_else(|| code.as_str()?.parse().ok())
        .and_then(|code| u16::try_from(code).ok());
    let name = code.as_str().or(error["type"].as_str()).unwrap_or_default();
    let named = match name {
        "rate_limit_exceeded" | "insufficient_quota" => 429,
        "invalid_api_key" | "authentication_error" => 401,
        "server_is_overloaded" | "slow_down" => 503,
        "context_length_exceeded" | "invalid_request_error" => 400,
        name if name.contains("image") => 400,
        _ => 500,
    };
    let status = status.filter(|status| (400..600).contains(status)).unwrap_or(named);
    Failure {
        provider,
        status,
        body: &error.to_string(),
        retry_after: None,
    }
    .into_error()
}

/// The ids in the body of `GET /v1/models`.
pub(crate) fn model_ids(body: &[u8]) -> Option<Vec<String>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    // Ollama says `null` where it has none.
    let list = body.get("data")?.as_array().map(Vec::as_slice).unwrap_or_default();
    Some(
        list.iter()
            .filter_map(|model| Some(model["id"].as_str()?.to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(model: &str, does_reason: bool, most: &str) {
        assert_eq!(
            (reasons(model), effort(model, Effort::Max)),
            (does_reason, most),
            "{model}"
        );
    }

    #[test]
    fn models_and_what_they_take() {
        check("gpt-4.1-mini", false, "high");
        check("gpt-5", true, "high");
        check("gpt-5-chat-latest", false, "high");
        check("openai/gpt-5.4-mini", true, "xhigh");
        check("gpt-5.6-sol", true, "max");
        check("gpt-6-astra", true, "max");
        check("gpt-oss:20b", false, "high");
        check("o4-mini", true, "high");
        check("olmo-2", false, "high");
    }

    #[test]
    fn lists_of_models() {
        let ids = |body: Value| model_ids(body.to_string().as_bytes());
        assert_eq!(
            ids(json!({"object": "list", "data": [{"id": "b"}, {"id": "a"}]})),
            Some(vec!["b".to_owned(), "a".to_owned()])
        );
        assert_eq!(ids(json!({"object": "list", "data": null})), Some(Vec::new()));
        assert_eq!(ids(json!({"hello": "world"})), None);
    }
}
