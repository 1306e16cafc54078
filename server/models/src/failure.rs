//! What a server's refusal means: HTTP status, error body and retry headers → `ModelError`.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::ModelError;

/// Error texts are shown to people; no server needs more to say what is wrong.
const MESSAGE_CHARS: usize = 500;

/// How the vendors and servers say that the prompt does not fit. Lower case.
const CONTEXT_LENGTH: [&str; 10] = [
    "context_length_exceeded",
    "exceed_context_size",
    "maximum context length",
    "exceeds the available context size",
    "exceed context limit",
    "context window",
    "context length",
    "prompt is too long",
    "input is too long",
    "exceeds the maximum number of tokens allowed",
];

/// How they say that they will not answer, for safety's sake. Lower case.
const REFUSED: [&str; 6] = [
    "invalid_prompt",
    "bio_policy",
    "misalignment_policy_violation",
    "content_policy_violation",
    "content_filter",
    "responsibleaipolicyviolation",
];

/// How they say that the account may not spend more. Lower case.
const QUOTA: [&str; 4] = [
    "insufficient_quota",
    "perday",
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
        let retry_after = self.retry_after.or_else(|| retry_delay(self.body));
        let message = message(self.body);
        let body = self.body.to_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| body.contains(phrase));
        match self.status {
            400 | 402 | 403 | 429 if says(&QUOTA) => ModelError::Quota { provider, message },
            402 => ModelError::Quota { provider, message },
            400 if says(&["api_key_invalid"]) => ModelError::Auth { provider, message },
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
            // llama-cpp-python fails over what it does not take, and says by which field.
            500 if says(&["validation error"]) => ModelError::BadRequest {
                provider,
                message: format!("HTTP status 500: {message}"),
            },
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

/// Whether the vendor does not want to answer, rather than cannot: the answer is a refusal then, and no error.
pub(crate) fn is_for_safety(status: u16, body: &str) -> bool {
    let body = body.to_lowercase();
    status == 400 && REFUSED.iter().any(|phrase| body.contains(phrase))
}

/// The sentence in an error body: `error.message`, `message`, `detail`, `error`, else the text itself; without secrets.
fn message(body: &str) -> String {
    let json: Option<Value> = serde_json::from_str(body).ok();
    // Google's come in a list where a stream would have been one.
    let json = json.map(|json| json.get(0).cloned().unwrap_or(json));
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
    let text = base::redact::redact(&text);
    match text.char_indices().nth(MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None if text.is_empty() => "no explanation given".to_owned(),
        None => text,
    }
}

/// The wait in the body of Google's refusals: `"retryDelay": "39s"` among the error's details.
fn retry_delay(body: &str) -> Option<Duration> {
    let json: Value = serde_json::from_str(body).ok()?;
    let error = json.get(0).unwrap_or(&json);
    let details = error.get("error").unwrap_or(error)["details"].as_array()?;
    let delay = details.iter().find_map(|detail| detail["retryDelay"].as_str())?;
    Duration::try_from_secs_f64(delay.strip_suffix('s')?.parse().ok()?).ok()
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
