use expect_test::{Expect, expect};

use super::*;

fn check(variables: &[(&str, &str)], expect: &Expect) {
    let env = |name: &str| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    let lines: Vec<_> = environment(&env)
        .into_iter()
        .map(|endpoint| {
            let ProviderConfig {
                base_url,
                api_key,
                auth_token,
                ..
            } = endpoint.config;
            let has = |secret: &Option<Secret>| secret.as_ref().map_or(0, |secret| secret.expose().len());
            format!(
                "{} ({}): {}, url {base_url:?}, key {}, token {}, model {:?}\n",
                endpoint.name,
                endpoint.config.kind,
                endpoint.origin,
                has(&api_key),
                has(&auth_token),
                endpoint.model
            )
        })
        .collect();
    expect.assert_eq(&lines.concat());
}

#[test]
fn the_environment_names_endpoints() {
    check(&[], &expect![[""]]);
    check(
        &[("ANTHROPIC_API_KEY", "sk-1"), ("OPENAI_API_KEY", "sk-22")],
        &expect![[r#"
            anthropic (anthropic): ANTHROPIC_API_KEY is set, url None, key 4, token 0, model Some("claude-sonnet-5-5")
            openai (openai-responses): OPENAI_API_KEY is set, url None, key 5, token 0, model Some("gpt-5.4-mini")
        "#]],
    );
    check(
        &[("OPENAI_BASE_URL", "http://litellm:4000/v1"), ("OPENAI_MODEL", "m")],
        &expect![[r#"
            openai (openai-chat): OPENAI_BASE_URL is set, url Some("http://litellm:4000/v1"), key 0, token 0, model Some("m")
        "#]],
    );
    check(
        &[("OPENAI_BASE_URL", "http://litellm:4000/v1")],
        &expect![[r#"
            openai (openai-chat): OPENAI_BASE_URL is set, url Some("http://litellm:4000/v1"), key 0, token 0, model None
        "#]],
    );
    check(
        &[
            ("ANTHROPIC_BASE_URL", "http://proxy"),
            ("ANTHROPIC_AUTH_TOKEN", "tok"),
            ("ANTHROPIC_MODEL", "m"),
        ],
        &expect![[r#"
            anthropic (anthropic): ANTHROPIC_BASE_URL is set, url Some("http://proxy"), key 0, token 3, model Some("m")
        "#]],
    );
    check(
        &[("ANTHROPIC_BASE_URL", "http://proxy"), ("ANTHROPIC_API_KEY", "k")],
        &expect![[r#"
            anthropic (anthropic): ANTHROPIC_BASE_URL is set, url Some("http://proxy"), key 1, token 0, model Some("claude-sonnet-5-5")
        "#]],
    );
    check(
        &[("ANTHROPIC_BASE_URL", "http://proxy")],
        &expect![[r#"
            anthropic (anthropic): ANTHROPIC_BASE_URL is set, url Some("http://proxy"), key 0, token 0, model None
        "#]],
    );
    check(
        &[
            ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
            ("OPENAI_API_KEY", "k"),
        ],
        &expect![[r#"
            openai (openai-responses): OPENAI_BASE_URL is set, url Some("https://api.openai.com/v1"), key 1, token 0, model Some("gpt-5.4-mini")
        "#]],
    );
    check(
        &[("GOOGLE_API_KEY", "k")],
        &expect![[r#"
        gemini (gemini): GOOGLE_API_KEY is set, url None, key 1, token 0, model Some("gemini-3.8-flash")
    "#]],
    );
    check(
        &[
            ("GOOGLE_API_KEY", "k"),
            ("GEMINI_API_KEY", "key"),
            ("GEMINI_MODEL", "m"),
        ],
        &expect![[r#"
            gemini (gemini): GEMINI_API_KEY is set, url None, key 3, token 0, model Some("m")
        "#]],
    );
    check(
        &[("GOOGLE_GEMINI_BASE_URL", "http://proxy")],
        &expect![[r#"
        gemini (gemini): GOOGLE_GEMINI_BASE_URL is set, url Some("http://proxy"), key 0, token 0, model None
    "#]],
    );
    check(&[("ANTHROPIC_MODEL", "m"), ("OPENAI_API_KEY", "  ")], &expect![[""]]);
}

#[test]
fn embedding_models_do_not_chat() {
    let models = ["nomic-embed-text", "text-embedding-3", "qwen3-coder"].map(str::to_owned);
    assert_eq!(first_chat_model(&models).map(String::as_str), Some("qwen3-coder"));
}
