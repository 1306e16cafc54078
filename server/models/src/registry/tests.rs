use base::Usage;

use super::*;
use crate::scripted::ScriptedModel;
use crate::secret::Secret;

fn local(url: &str) -> ProviderConfig {
    ProviderConfig {
        base_url: Some(url.to_owned()),
        ..ProviderConfig::new(ProviderKind::OpenAiChat)
    }
}

/// Two providers and a model of the second; nothing listens on this machine.
fn settings() -> Settings {
    let config = ModelConfig {
        context_window: Some(1000),
        max_output: Some(100),
        price: Some(Price {
            input: 1.0,
            ..Price::default()
        }),
    };
    Settings {
        providers: vec![
            ("one".to_owned(), local("http://127.0.0.1:1/v1")),
            ("two".to_owned(), local("http://127.0.0.1:2/v1")),
        ],
        models: vec![("two/family/m".parse().unwrap(), config)],
        local_servers: Vec::new(),
        ..Settings::default()
    }
}

async fn check(registry: &Registry, name: &str, expect: (&str, &str, u32, u32)) {
    let route = registry.resolve(name).await.unwrap();
    assert_eq!(
        (
            route.provider.name(),
            route.model.as_str(),
            route.context_window,
            route.max_output
        ),
        expect
    );
}

#[tokio::test]
async fn configured_models_come_first_and_bring_their_limits() {
    let key = |name: &str| (name == "ANTHROPIC_API_KEY").then(|| "k".to_owned());
    let registry = Registry::new(settings(), &key).unwrap();
    check(&registry, "auto", ("two", "family/m", 1000, 100)).await;
    check(&registry, "two/family/m", ("two", "family/m", 1000, 100)).await;
    check(&registry, "one/other", ("one", "other", 128_000, 8_192)).await;
    check(&registry, "anthropic/c", ("anthropic", "c", 200_000, 32_000)).await;
}

#[tokio::test]
async fn an_added_provider_wins_over_others_of_its_name() {
    let registry = Registry::new(settings(), &|_| None)
        .unwrap()
        .with(ScriptedModel::new("two"));
    let route = registry.resolve("two/family/m").await.unwrap();
    assert_eq!((route.origin.as_str(), route.max_output), ("added", 100));
}

#[test]
fn settings_that_cannot_work_are_refused_without_showing_secrets() {
    let refused = |name: &str, config: ProviderConfig| {
        let settings = Settings {
            providers: vec![(name.to_owned(), config)],
            ..Settings::default()
        };
        Registry::new(settings, &|_| None).map(|_| ()).unwrap_err().to_string()
    };
    assert!(refused("rules", local("http://h/v1")).contains("cannot be called `rules`"));
    assert!(refused("a/b", local("http://h/v1")).contains("cannot be called `a/b`"));
    assert!(refused("x", local("127.0.0.1:8000")).contains("`127.0.0.1:8000` of provider `x` is no http"));
    assert!(refused("x", local("ftp://user:hunter2@h")).contains("`ftp://[secret]@h`"));
    let headers = vec![("x-key".to_owned(), Secret::new("hunter2\n"))];
    let message = refused(
        "x",
        ProviderConfig {
            headers,
            ..local("http://h/v1")
        },
    );
    assert!(message.contains("`x-key`") && !message.contains("hunter2"), "{message}");
    let api_key = Some(Secret::new("hunter2\r\nx-evil: 1"));
    let message = refused(
        "x",
        ProviderConfig {
            api_key,
            ..local("http://h/v1")
        },
    );
    assert!(
        message.contains("`authorization`") && !message.contains("hunter2"),
        "{message}"
    );
}

#[test]
fn names_of_models() {
    let name: ModelRef = "openrouter/qwen/qwen3".parse().unwrap();
    assert_eq!(
        (name.provider.as_str(), name.model.as_str()),
        ("openrouter", "qwen/qwen3")
    );
    assert_eq!(name.to_string(), "openrouter/qwen/qwen3");
    for wrong in ["", "gpt", "/m", "p/"] {
        assert!(wrong.parse::<ModelRef>().is_err(), "{wrong}");
    }
}

#[test]
fn kinds_of_providers() {
    for kind in ProviderKind::ALL {
        assert_eq!(kind.to_string().parse(), Ok(kind));
    }
    assert!("openai".parse::<ProviderKind>().is_err());
}

#[test]
fn prices_are_per_million() {
    let price = Price {
        input: 3.0,
        output: 15.0,
        cache_read: 0.3,
        cache_write: 3.75,
    };
    let usage = Usage {
        input: 1_000_000,
        output: 100_000,
        cache_read: 1_000_000,
        cache_write: 200_000,
    };
    assert!((price.of(usage) - 5.55).abs() < 1e-9);
}
