//! What a server's refusal means: HTTP status, error body and retry headers → `ModelError`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::ModelError;

/// Error texts are shown to people; no server needs more to say what is wrong.
const MESSAGE_CHARS: usize = 500;

/// How the vendors and servers say that the prompt does not fit. Lower case.
const CONTEXT_LENGTH: [&str; 9] = [
    "context_length_exceeded",
    "exceed_context_size",
    "maximum context length",
    "exceeds the available context size",
    "exceed context limit",
    "context window",
    "context length",
    "prompt is too long",
    "input is too long",
];

/// How they say that the account may not spend more. Lower case.
const QUOTA: [&str; 3] = [
    "insufficient_quota",
    "credit balance is too low",
    "insufficient credits",
];

/// A refusal, from the status line and body of a response or from an error object in a stream.
pub(crate) struct Failure<'a> {
    pub(crate) provider: &'a str,
    /// The HTTP status, or the one that the error's type stands for.
    pub(crate) status: u16,
    /// The error object, or whatever the body was.
    pub(crate) body: &'a str,
    pub(crate) retry_after: Option<Duration>,
}

impl Failure<'_> {
    pub(crate) fn into_error(self) -> ModelError {
        let provider = self.provider.to_owned();
        let retry_after = self.retry_after;
        let message = message(self.body);
        let body = self.body.to_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| body.contains(phrase));
        match self.status {
            400 | 402 | 403 | 429 if says(&QUOTA) => ModelError::Quota { provider, message },
            402 => ModelError::Quota { provider, message },
            401 | 403 => ModelError::Auth { provider, message },
            413 => ModelError::ContextLength { message },
            429 => ModelError::RateLimited {
                provider,
                retry_after,
                message,
            },
            503 | 529 => ModelError::Overloaded {
                provider,
                retry_after,
                message,
            },
            _ if says(&CONTEXT_LENGTH) => ModelError::ContextLength { message },
            408 | 500..=599 => ModelError::Server {
                provider,
                status: self.status,
                message,
            },
            status => ModelError::BadRequest {
                provider,
                message: format!("HTTP status {status}: {message}"),
            },
        }
    }
}

/// The sentence in an error body: `error.message`, `message`, `detail`, `error`, else the text itself.
fn message(body: &str) -> String {
    let json: Option<Value> = serde_json::from_str(body).ok();
    let sentence = json.as_ref().and_then(|json| {
        let error = json.get("error").unwrap_or(json);
        [
            error.get("message"),
            json.get("message"),
            json.get("detail"),
            Some(error),
        ]
        .into_iter()
        .flatten()
        .find_map(Value::as_str)
    });
    let text = sentence
        .unwrap_or(body)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match text.char_indices().nth(MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None if text.is_empty() => "no explanation given".to_owned(),
        None => text,
    }
}

/// The wait that the headers ask for: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(millis) = text("retry-after-ms").and_then(|value| value.parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(millis / 1000.0).ok();
    }
    let value = text(RETRY_AFTER.as_str())?;
    match value.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => http_date(value).map(|date| date.duration_since(now).unwrap_or_default()),
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may send (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_weekday, rest) = text.split_once(", ")?;
    let [day, month, year, time, "GMT"] = rest.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let [hour, minute, second] = time.split(':').collect::<Vec<_>>()[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let days = days_since_epoch(year.parse().ok()?, month, day.parse().ok()?)?;
    let number = |text: &str| text.parse::<u64>().ok();
    let seconds = days * 86_400 + number(hour)? * 3_600 + number(minute)? * 60 + number(second)?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Days from 1970-01-01; the calendar's year begins in March so that the leap day comes last
/// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn days_since_epoch(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(status: u16, body: &str, expect: &Expect) {
        let error = Failure {
            provider: "acme",
            status,
            body,
            retry_after: None,
        }
        .into_error();
        expect.assert_eq(&format!("retry {}: {error}", error.is_retryable()));
    }

    #[test]
    fn refusals_say_what_to_do() {
        check(
            401,
            r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
            &expect![
                "retry false: acme refused the credentials (invalid x-api-key); check the API key of provider `acme`"
            ],
        );
        check(
            429,
            r#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#,
            &expect!["retry true: acme limits how often it is asked; try again in a moment (Rate limit reached)"],
        );
        check(
            429,
            r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
            &expect![
                "retry false: the account at acme may spend no more (You exceeded your current quota); check its credit or choose another model"
            ],
        );
        check(
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            &expect!["retry true: acme is overloaded; try again in a moment (Overloaded)"],
        );
        check(
            503,
            "",
            &expect!["retry true: acme is overloaded; try again in a moment (no explanation given)"],
        );
        check(
            502,
            "<html>bad gateway</html>",
            &expect!["retry true: acme failed with HTTP status 502 (<html>bad gateway</html>); try again later"],
        );
        check(
            404,
            r#"{"error":{"message":"model 'x' not found"}}"#,
            &expect![
                "retry false: acme does not accept the request (HTTP status 404: model 'x' not found); check the model's name and settings"
            ],
        );
        check(
            422,
            r#"{"detail":"extra inputs are not permitted"}"#,
            &expect![
                "retry false: acme does not accept the request (HTTP status 422: extra inputs are not permitted); check the model's name and settings"
            ],
        );
    }

    #[test]
    fn a_prompt_that_does_not_fit_is_recognised() {
        for (status, body) in [
            (
                400,
                r#"{"error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
            ),
            (
                400,
                r#"{"error":{"message":"input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"}}"#,
            ),
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}}"#,
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#,
            ),
            (500, r#"{"error":{"message":"the input exceeds the context window"}}"#),
            (
                413,
                r#"{"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
            ),
        ] {
            let error = Failure {
                provider: "acme",
                status,
                body,
                retry_after: None,
            }
            .into_error();
            assert!(matches!(error, ModelError::ContextLength { .. }), "{body}: {error:?}");
        }
    }

    #[test]
    fn long_messages_are_bounded() {
        let body = "é".repeat(10_000);
        let error = Failure {
            provider: "acme",
            status: 400,
            body: &body,
            retry_after: None,
        }
        .into_error();
        assert!(error.to_string().chars().count() < MESSAGE_CHARS + 200);
    }

    fn check_wait(headers: &[(&'static str, &str)], expect: Option<u64>) {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777); // Sun, 06 Nov 1994 08:49:37 GMT
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        assert_eq!(retry_after(&headers, now), expect.map(Duration::from_millis));
    }

    #[test]
    fn waits_in_every_form() {
        check_wait(&[("retry-after", "30")], Some(30_000));
        check_wait(&[("retry-after", "0.5")], Some(500));
        check_wait(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")], Some(30_000));
        check_wait(
            &[("retry-after", "Thu, 29 Feb 1996 00:00:00 GMT")],
            Some(41_440_223_000),
        );
        check_wait(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")], Some(0));
        check_wait(&[("retry-after", "9"), ("retry-after-ms", "120")], Some(120));
        check_wait(&[("retry-after", "soon")], None);
        check_wait(&[("retry-after", "-1")], None);
        check_wait(&[("retry-after", "Sun, 99 Foo 1994 08:50:07 GMT")], None);
        check_wait(&[], None);
    }
}
