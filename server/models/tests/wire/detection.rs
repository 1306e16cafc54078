//! Finding models: names, environment, and servers that listen on this machine.

use futures::StreamExt;
use models::{LocalServer, ModelError, ProviderConfig, ProviderKind, Registry, ResolveError, Settings};
use serde_json::json;

use crate::server::{FaultServer, Reply};
use crate::vendor::{KEY, Vendor, conversation, impatient};

fn settings(local: &[(&'static str, u16)]) -> Settings {
    Settings {
        local_servers: local
            .iter()
            .map(|(name, port)| LocalServer { name, port: *port })
            .collect(),
        limits: impatient(),
        ..Settings::default()
    }
}

fn registry(settings: Settings, env: &[(&str, &str)]) -> Registry {
    let env = |name: &str| {
        env.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Registry::new(settings, &env).expect("good settings")
}

/// What `name` resolves to, as `provider/model (origin)`.
async fn check(registry: &Registry, name: &str, expect: &str) {
    let route = registry.resolve(name).await;
    let shown = match route {
        Ok(route) => format!("{}/{} ({})", route.provider.name(), route.model, route.origin),
        Err(error) => format!("error: {error}"),
    };
    assert_eq!(shown, expect);
}

fn models(ids: &[&str]) -> Reply {
    let data: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    Reply::json(200, "", &json!({ "object": "list", "data": data }))
}

#[tokio::test]
async fn auto_finds_a_server_that_listens_here() {
    let nobody = FaultServer::start([]).await;
    let empty = FaultServer::start([models(&[])]).await;
    let silent = FaultServer::start([Reply::raw("").then_hang()]).await;
    let full = FaultServer::start([models(&["nomic-embed-text", "qwen3-coder:30b"])]).await;
    let ports = [
        ("ollama", nobody.port),
        ("lmstudio", empty.port),
        ("llamacpp", silent.port),
        ("vllm", full.port),
    ];
    let registry = registry(settings(&ports), &[]);
    let origin = format!("vllm/qwen3-coder:30b (listens on 127.0.0.1:{})", full.port);
    check(&registry, "auto", &origin).await;
    assert_eq!(full.received()[0].line, "GET /v1/models HTTP/1.1");
}

#[tokio::test]
async fn auto_without_anything_is_the_rules() {
    let nobody = FaultServer::start([]).await;
    let registry = registry(settings(&[("ollama", nobody.port)]), &[]);
    check(&registry, "auto", "rules/rules (no key and no local server was found)").await;
}

#[tokio::test]
async fn the_environment_comes_before_local_servers_which_are_not_even_asked() {
    let local = FaultServer::start([models(&["m"])]).await;
    let registry = registry(settings(&[("ollama", local.port)]), &[("ANTHROPIC_API_KEY", KEY)]);
    check(
        &registry,
        "auto",
        "anthropic/claude-sonnet-5-5 (ANTHROPIC_API_KEY is set)",
    )
    .await;
    assert_eq!(local.received().len(), 0);
}

#[tokio::test]
async fn a_base_url_and_a_model_suffice() {
    let recorded = Vendor::OpenAiChat.recording("text");
    let server = FaultServer::start([Reply::events([&recorded[..]])]).await;
    let registry = registry(
        settings(&[]),
        &[("OPENAI_BASE_URL", &server.url("/v1")), ("OPENAI_MODEL", "proxied")],
    );
    let route = registry.resolve("auto").await.expect("a model");
    let answer: Vec<_> = route.provider.stream(conversation()).collect().await;
    assert!(answer.iter().all(Result::is_ok));
    let requests = server.received();
    assert_eq!(requests[0].line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(requests[0].header("authorization"), None);
}

#[tokio::test]
async fn a_base_url_alone_is_asked_for_its_models() {
    let server = FaultServer::start([models(&["served"])]).await;
    let url = server.url("/v1/");
    let registry = registry(settings(&[]), &[("OPENAI_BASE_URL", &url), ("OPENAI_API_KEY", KEY)]);
    check(&registry, "auto", "openai/served (OPENAI_BASE_URL is set)").await;
    assert_eq!(
        server.received()[0].header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
}

#[tokio::test]
async fn a_key_goes_only_where_it_belongs() {
    // Asking an Anthropic endpoint for its models in OpenAI's way would send the key to OpenAI.
    let server = FaultServer::start([models(&["m"])]).await;
    let url = server.url("");
    let registry = registry(settings(&[]), &[("ANTHROPIC_BASE_URL", &url), ("OPENAI_API_KEY", KEY)]);
    check(&registry, "auto", "openai/gpt-5.4-mini (OPENAI_API_KEY is set)").await;
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn names_lead_to_providers_or_say_why_not() {
    let registry = registry(settings(&[("ollama", 1)]), &[("ANTHROPIC_API_KEY", KEY)]);
    check(&registry, "rules", "rules/rules (built in)").await;
    check(
        &registry,
        "anthropic/claude-x",
        "anthropic/claude-x (ANTHROPIC_API_KEY is set)",
    )
    .await;
    check(
        &registry,
        "ollama/qwen/qwen3",
        "ollama/qwen/qwen3 (listens on 127.0.0.1:1)",
    )
    .await;
    check(
        &registry,
        "acme/m",
        "error: there is no provider `acme` (there are: anthropic, ollama); add it as `[providers.acme]`",
    )
    .await;
    assert!(matches!(registry.resolve("gpt").await, Err(ResolveError::Name { .. })));
    assert!(matches!(
        registry.resolve("acme/").await,
        Err(ResolveError::Name { .. })
    ));
}

#[tokio::test]
async fn each_kind_is_asked_for_its_models_in_its_own_way() {
    let ids = |ids: &[&str]| ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
    for (variable, path, list, expect) in [
        (
            "ANTHROPIC",
            "",
            json!({"data": ids(&["claude-a", "claude-b"]), "has_more": false}),
            ("GET /v1/models?limit=1000 HTTP/1.1", "x-api-key", KEY.to_owned()),
        ),
        (
            "OPENAI",
            "/v1",
            json!({"data": ids(&["m"])}),
            ("GET /v1/models HTTP/1.1", "authorization", format!("Bearer {KEY}")),
        ),
        (
            "GEMINI",
            "",
            json!({"models": [{"name": "models/gemini-a"}]}),
            (
                "GET /v1beta/models?pageSize=1000 HTTP/1.1",
                "x-goog-api-key",
                KEY.to_owned(),
            ),
        ),
    ] {
        let server = FaultServer::start([Reply::json(200, "", &list)]).await;
        let url = server.url(path);
        let prefix = if variable == "GEMINI" {
            "GOOGLE_GEMINI"
        } else {
            variable
        };
        let (key, base) = (format!("{variable}_API_KEY"), format!("{prefix}_BASE_URL"));
        let registry = registry(settings(&[]), &[(&key, KEY), (&base, &url)]);
        let found = registry.survey().await;
        let listed = list["data"]
            .as_array()
            .or(list["models"].as_array())
            .map_or(0, Vec::len);
        let named = usize::from(variable != "OPENAI");
        assert_eq!(found[0].models.len(), listed + named, "{found:?}");
        let (line, header, value) = expect;
        assert_eq!(server.received()[0].line, line);
        assert_eq!(server.received()[0].header(header), Some(value.as_str()));
    }
}

#[tokio::test]
async fn openai_itself_is_asked_in_its_newer_protocol_and_others_in_the_older() {
    let kinds = |url: &'static str| async move {
        let registry = registry(settings(&[]), &[("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", url)]);
        registry
            .survey()
            .await
            .iter()
            .map(|found| found.kind.to_string())
            .collect::<Vec<_>>()
    };
    // Nothing listens there; a survey is content with what it knows.
    assert_eq!(kinds("http://127.0.0.1:1/v1").await, ["openai-chat"]);
    let responses = FaultServer::start([Reply::events([&Vendor::OpenAiResponses.recording("text")[..]])]).await;
    let config = ProviderConfig {
        base_url: Some(responses.url("/v1")),
        ..ProviderConfig::new(ProviderKind::OpenAiResponses)
    };
    let settings = Settings {
        providers: vec![("newer".to_owned(), config)],
        ..settings(&[])
    };
    let route = registry(settings, &[]).resolve("newer/m").await.expect("a model");
    let answer: Vec<_> = route.provider.stream(conversation()).collect().await;
    assert!(answer.iter().all(Result::is_ok), "{answer:?}");
    assert_eq!(responses.received()[0].line, "POST /v1/responses HTTP/1.1");
}

#[tokio::test]
async fn gemini_is_asked_by_its_models_name() {
    let server = FaultServer::start([Reply::events([&Vendor::Gemini.recording("text")[..]])]).await;
    let url = server.url("/v1beta/");
    let registry = registry(
        settings(&[]),
        &[("GOOGLE_GEMINI_BASE_URL", &url), ("GEMINI_API_KEY", KEY)],
    );
    check(
        &registry,
        "auto",
        "gemini/gemini-3.8-flash (GOOGLE_GEMINI_BASE_URL is set)",
    )
    .await;
    let route = registry.resolve("gemini/models/gemini-a").await.expect("a model");
    let answer: Vec<_> = route.provider.stream(conversation()).collect().await;
    assert!(answer.iter().all(Result::is_ok), "{answer:?}");
    // `models/` is in front of the name in Google's own list.
    let line = "POST /v1beta/models/some-model:streamGenerateContent?alt=sse HTTP/1.1";
    assert_eq!(server.received()[0].line, line);
    assert_eq!(server.received()[0].header("x-goog-api-key"), Some(KEY));
}

#[tokio::test]
async fn a_survey_shows_what_is_there_and_no_key() {
    let local = FaultServer::start([models(&["m", "n"])]).await;
    let nobody = FaultServer::start([]).await;
    let url = format!("http://127.0.0.1:{}", nobody.port);
    let registry = registry(
        settings(&[("ollama", local.port), ("vllm", nobody.port)]),
        &[("ANTHROPIC_API_KEY", KEY), ("ANTHROPIC_BASE_URL", &url)],
    );
    let found = registry.survey().await;
    let names: Vec<_> = found
        .iter()
        .map(|found| (found.provider.as_str(), found.has_key, &found.models[..]))
        .collect();
    assert_eq!(
        names,
        [
            ("anthropic", true, &["claude-sonnet-5-5".to_owned()][..]),
            ("ollama", false, &["m".to_owned(), "n".to_owned()][..]),
        ]
    );
    assert!(!format!("{found:?}").contains(KEY));
}

#[tokio::test]
async fn a_local_server_that_dies_between_finding_and_asking_is_an_error() {
    let server = FaultServer::start([models(&["m"])]).await;
    let registry = registry(settings(&[("ollama", server.port)]), &[]);
    let route = registry.resolve("auto").await.expect("a model");
    let answer: Vec<_> = route.provider.stream(conversation()).collect().await;
    assert!(
        matches!(answer.as_slice(), [Err(ModelError::Network { .. })]),
        "{answer:?}"
    );
}
