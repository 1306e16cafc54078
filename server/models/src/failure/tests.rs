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
        &expect!["retry false: acme refused the credentials (invalid x-api-key); check the API key of provider `acme`"],
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
        500,
        r#"{"error":{"message":"1 validation error: Input should be 'text' or 'json_object'"}}"#,
        &expect![
            "retry false: acme does not accept the request (HTTP status 500: 1 validation error: Input should be 'text' or 'json_object'); check the model's name and settings"
        ],
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
fn google_says_how_long_to_wait_in_the_body() {
    let check = |body: &str, expect: Option<u64>| {
        let error = Failure {
            provider: "acme",
            status: 429,
            body,
            retry_after: None,
        }
        .into_error();
        assert_eq!(error.retry_after(), expect.map(Duration::from_millis), "{error:?}");
        error
    };
    let body = r#"{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[
        {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]},
        {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"39.5s"}]}}"#;
    assert!(matches!(check(body, Some(39_500)), ModelError::RateLimited { .. }));
    assert!(
        matches!(check(&format!("[{body}]"), Some(39_500)), ModelError::RateLimited { message, .. } if message == "You exceeded your current quota.")
    );
    assert!(matches!(
        check(&body.replace("PerMinute", "PerDay"), None),
        ModelError::Quota { .. }
    ));
    check(&body.replace("39.5s", "soon"), None);
}

#[test]
fn googles_wrong_key_is_no_bad_request() {
    let body = r#"{"error":{"code":400,"message":"API key not valid.","details":[{"reason":"API_KEY_INVALID"}]}}"#;
    let error = Failure {
        provider: "acme",
        status: 400,
        body,
        retry_after: None,
    }
    .into_error();
    assert!(matches!(error, ModelError::Auth { .. }), "{error:?}");
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
