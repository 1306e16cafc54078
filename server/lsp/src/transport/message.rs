//! From a frame's body to a JSON-RPC message, or to the error that answers it.
//!
//! Requests are taken strictly: what is wrong is answered under the request's own id where it can be read.
//! Responses are taken leniently: a handler waits for every one of them.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};

#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    Request(Id, Request),
    Notification(Request),
    Response(Response),
    /// Not a message. `is_json` false: the frame's length may have been wrong too.
    Invalid {
        answer: Response,
        is_json: bool,
    },
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    jsonrpc: Value,
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    method: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    params: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    result: Option<Value>,
    error: Option<Value>,
}

/// Tells `null` from nothing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

pub(super) fn parse(body: &[u8]) -> Incoming {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => return not_json(format!("the message is not UTF-8 at byte {}", error.valid_up_to())),
    };
    match text.trim_start().as_bytes().first() {
        Some(b'{') => {}
        Some(b'[') if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => {
            return invalid(Id::Null, "batches of messages are not served: send them one by one");
        }
        _ => return not_json("the message is not a JSON object".to_owned()),
    }
    match serde_json::from_str(text) {
        Ok(raw) => classify(raw),
        Err(error) => not_json(format!("the message is not JSON: {error}")),
    }
}

fn classify(raw: Raw) -> Incoming {
    let Raw {
        jsonrpc,
        id,
        method,
        params,
        result,
        error,
    } = raw;
    let id = match id.map(to_id) {
        None => None,
        Some(Some(id)) => Some(id),
        Some(None) => return invalid(Id::Null, "`id` is neither an integer nor a string"),
    };
    let Some(method) = method else {
        return match (id, result, error) {
            (Some(id), _, Some(error)) => Incoming::Response(Response::from_error(id, to_error(error))),
            (Some(id), Some(result), None) => Incoming::Response(Response::from_ok(id, result)),
            (id, ..) => invalid(
                id.unwrap_or_default(),
                "the message has neither `method` nor `result` nor `error`",
            ),
        };
    };
    let Value::String(method) = method else {
        return invalid(id.unwrap_or_default(), "`method` is not a string");
    };
    if jsonrpc != "2.0" {
        return invalid(id.unwrap_or_default(), "`jsonrpc` is not \"2.0\"");
    }
    let mut request = Request::build(method);
    if let Some(params) = params {
        request = request.params(params);
    }
    match id {
        Some(id) => Incoming::Request(id.clone(), request.id(id).finish()),
        None => Incoming::Notification(request.finish()),
    }
}

fn to_id(value: Value) -> Option<Id> {
    match value {
        Value::Null => Some(Id::Null),
        Value::String(id) => Some(Id::String(id)),
        Value::Number(id) => id.as_i64().map(Id::Number),
        _ => None,
    }
}

/// A client's error in whatever shape: what counts is that the waiting handler gets one.
fn to_error(value: Value) -> Error {
    let code = value
        .get("code")
        .and_then(Value::as_i64)
        .map_or(ErrorCode::InternalError, ErrorCode::from);
    let message = match value.get("message") {
        Some(Value::String(message)) => message.clone(),
        _ => value.to_string(),
    };
    Error {
        code,
        message: message.into(),
        data: value.get("data").cloned(),
    }
}

fn not_json(message: String) -> Incoming {
    let error = Error {
        message: message.into(),
        ..Error::parse_error()
    };
    Incoming::Invalid {
        answer: Response::from_error(Id::Null, error),
        is_json: false,
    }
}

fn invalid(id: Id, message: &'static str) -> Incoming {
    let error = Error {
        message: message.into(),
        ..Error::invalid_request()
    };
    Incoming::Invalid {
        answer: Response::from_error(id, error),
        is_json: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: &str) {
        let got = match parse(body.as_bytes()) {
            Incoming::Request(id, request) => format!("request {id} {request}"),
            Incoming::Notification(request) => format!("notification {request}"),
            Incoming::Response(response) => format!("response {}", serde_json::to_string(&response).unwrap()),
            Incoming::Invalid { answer, .. } => {
                format!(
                    "{} under {}: {}",
                    answer.error().unwrap().code,
                    answer.id(),
                    answer.error().unwrap().message
                )
            }
        };
        assert_eq!(got, expect);
    }

    #[test]
    fn requests_and_notifications() {
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":[1]}"#,
            r#"request 1 {"jsonrpc":"2.0","method":"a","params":[1],"id":1}"#,
        );
        check(
            r#" {"id":"x","method":"a","jsonrpc":"2.0","more":1}"#,
            r#"request "x" {"jsonrpc":"2.0","method":"a","id":"x"}"#,
        );
        check(
            r#"{"jsonrpc":"2.0","method":"a"}"#,
            r#"notification {"jsonrpc":"2.0","method":"a"}"#,
        );
    }

    #[test]
    fn responses_in_any_shape() {
        check(
            r#"{"jsonrpc":"2.0","id":1,"result":null}"#,
            r#"response {"jsonrpc":"2.0","result":null,"id":1}"#,
        );
        check(
            r#"{"id":1,"result":null,"error":{"code":-32001,"message":"no","stack":"…"}}"#,
            r#"response {"jsonrpc":"2.0","error":{"code":-32001,"message":"no"},"id":1}"#,
        );
        check(
            r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#,
            r#"response {"jsonrpc":"2.0","error":{"code":-32603,"message":"\"no\""},"id":1}"#,
        );
    }

    #[test]
    fn what_is_no_message_is_answered_under_its_id() {
        check(
            r#"{"jsonrpc":"2.0","id":7}"#,
            "-32600 under 7: the message has neither `method` nor `result` nor `error`",
        );
        check(
            r#"{"jsonrpc":"2.0","id":7,"method":1}"#,
            "-32600 under 7: `method` is not a string",
        );
        check(
            r#"{"jsonrpc":"1.0","id":7,"method":"a"}"#,
            "-32600 under 7: `jsonrpc` is not \"2.0\"",
        );
        check(
            r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#,
            "-32600 under null: `id` is neither an integer nor a string",
        );
        check(
            r#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#,
            "-32600 under null: batches of messages are not served: send them one by one",
        );
        check("[1", "-32700 under null: the message is not a JSON object");
        check("", "-32700 under null: the message is not a JSON object");
        check(
            "{\"a\":",
            "-32700 under null: the message is not JSON: EOF while parsing a value at line 1 column 5",
        );
    }

    #[test]
    fn wrong_utf_8_and_bottomless_nesting_are_told() {
        let Incoming::Invalid { answer, is_json } = parse(b"{\"a\":\"\xff\"}") else {
            panic!("taken")
        };
        assert_eq!(answer.error().unwrap().message, "the message is not UTF-8 at byte 6");
        assert!(!is_json);
        let deep = format!("{{\"params\":{}", "[".repeat(100_000));
        assert!(matches!(
            parse(deep.as_bytes()),
            Incoming::Invalid { is_json: false, .. }
        ));
    }
}
