use serde_json::json;

use super::*;

fn check(text: &str, expect: &str) {
    let mut redactor = Redactor::default();
    for secret in ["hunter2hunter2", "hunter2hunter2-and-more", "short"] {
        redactor.know(secret);
    }
    assert_eq!(redactor.redact(text), expect);
}

#[test]
fn what_is_known_is_blotted_out_the_longer_first() {
    check("is hunter2hunter2-and-more, hunter2hunter2.", "is [secret], [secret].");
    check("https://h/?q=hunter2hunter2&a=1", "https://h/?q=[secret]&a=1");
    check("\"hunter2hunter2\\n\" short", "\"[secret]\\n\" short");
}

#[test]
fn vendors_tokens_are_blotted_out() {
    for token in [
        "sk-ant-api03-abcdefghijklmnop",
        "sk-proj-abc_def-0123456789abcdef",
        "sk-or-v1-0123456789abcdef0123456789abcdef",
        "sk-0123456789abcdef0123456789abcdef",
        "sk-AbCdEf0123456789",
        "AIzaSyA0123456789abcdefghijklmnopqrs-_x",
        "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
        "github_pat_11ABCDEFG0_0123456789abcdefghijklmnop",
        "AKIAIOSFODNN7EXAMPLE",
        "glpat-0123456789abcdefgh",
        "xoxb-0123456789-abcdefghijkl",
        "sk_live_0123456789abcdefgh",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    ] {
        check(&format!("key {token}, next"), "key [secret], next");
        check(&format!("{{\"a\":\"{token}\"}}"), "{\"a\":\"[secret]\"}");
        check(
            &format!("https://x:{token}@github.com/a"),
            "https://x:[secret]@github.com/a",
        );
        check(&format!("?key={token}&b"), "?key=[secret]&b");
    }
}

#[test]
fn what_is_set_to_a_secret_name_is_blotted_out() {
    check("export API_KEY='a1b2c3d4e5f6g7'", "export API_KEY='[secret]'");
    check(
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG",
        "aws_secret_access_key = [secret]",
    );
    check("\"password\": \"correct-horse-9\"", "\"password\": \"[secret]\"");
    check(
        "{\\\"authToken\\\":\\\"abcdef0123456789\\\"}",
        "{\\\"authToken\\\":\\\"[secret]\\\"}",
    );
    check("LOCAL_KEY=abcdef-ghijk-42", "LOCAL_KEY=[secret]");
    check("x-api-key: 0123456789abcdef0123456789abcdef", "x-api-key: [secret]");
}

#[test]
fn headers_and_addresses() {
    check(
        "Authorization: Bearer abcdef0123456789",
        "Authorization: Bearer [secret]",
    );
    check("authorization: Basic dXNlcjpwYXNz", "authorization: Basic [secret]");
    check(
        "\"authorization\": \"token abcdefgh\"",
        "\"authorization\": \"token [secret]\"",
    );
    check("proxy-authorization=abcdef0123456789", "proxy-authorization=[secret]");
    check("sent Bearer abcdef0123456789 to h", "sent Bearer [secret] to h");
    check("postgres://me:pass@db:5432/x?y", "postgres://me:[secret]@db:5432/x?y");
    check("(https://me:p:w@h)", "(https://me:[secret]@h)");
}

#[test]
fn private_keys() {
    check(
        "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb",
        "[secret]\nb",
    );
    check("a -----BEGIN PRIVATE KEY-----\nMII", "a [secret]");
    check(
        "-----BEGIN OPENSSH PRIVATE KEY-----\\nb3Bl\\n-----END OPENSSH PRIVATE KEY-----\\n",
        "[secret]\\n",
    );
}

#[test]
fn what_is_none_stays() {
    for text in [
        "let token = next_token(&mut lexer)?;",
        "token: Option<String>, api_key: None",
        "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
        "risk-free sk-learn src/sk-/a.rs sk-estimator-doc-link-2 sk-toggleable__label-arrow1",
        "key = value",
        "cache_key: 0123456789abcdef-0123456789",
        "commit 75699d2f0e34e5053c3aa2a1f0c3cf6f2a1d2b3c",
        "deploy_key = 75699d2f0e34e5053c3aa2a1f0c3cf6f2a1d2b3c",
        "session-key: 0190a6f2-7f3e-7abc-8def-0123456789ab",
        "ses_0190a6f27f3e7abc8def0123456789ab",
        "src/token/lexer2.rs:12: token: src/lexer2.rs",
        "AKIAIOSFODNN7EXAMPLEXYZ basic authentication",
        "Authorization: required",
        "see http://localhost:8080/a@b:c and mailto:a@b",
        "ünï 🌍 \u{0}",
        "https://example.com/0123456789abcdef?key",
        "",
    ] {
        check(text, text);
    }
}

#[test]
fn pictures_stay() {
    let picture = format!(
        "data:image/png;base64,iVBORw0KGgo/{}+AKIAIOSFODNN7EXAMPLE/eyJ{}",
        "Ab0/".repeat(200),
        "0".repeat(80)
    );
    check(&picture, &picture);
}

#[test]
fn in_json_only_strings_change() {
    let mut value =
        json!({"token": "abcdef0123456789", "n": [1, "ghp_0123456789abcdefghijklmnopqrstuvwxyz"], "key": "short"});
    Redactor::default().redact_value(&mut value);
    assert_eq!(
        value,
        json!({"token": "[secret]", "n": [1, "[secret]"], "key": "short"})
    );
}

#[test]
fn what_the_process_learns_holds_everywhere() {
    let variables = [
        ("ACME_TOKEN", "unlikely-variable"),
        ("ACME_KEY", "/home/me/.ssh/acme.key"),
        ("ACME_PASSWORD", "postgres"),
        ("ACME_NAME", "unlikely-name-value"),
    ];
    know_variables(
        variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter(),
    );
    know(" unlikely-fetched\n");
    let text = "unlikely-variable unlikely-fetched /home/me/.ssh/acme.key postgres unlikely-name-value";
    let expect = "[secret] [secret] /home/me/.ssh/acme.key postgres unlikely-name-value";
    assert_eq!(redact(text), expect);
    assert_eq!(Redactor::of_process().redact(text), expect);
}

/// Shapes that make a careless reader go back again and again: for that one this test would never end.
#[test]
fn it_goes_through_a_text_once() {
    let shapes = [
        "sk-",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "://",
        "://a:b@",
        "key=",
        "eyJ.",
        "ghp_/",
        "AKIA ",
    ];
    for shape in shapes {
        let text = shape.repeat((1 << 19) / shape.len());
        let redacted = Redactor::default().redact(&text);
        assert!(redacted.len() <= 2 * text.len(), "{shape}");
    }
}
