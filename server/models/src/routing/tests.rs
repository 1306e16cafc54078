use std::sync::Arc;
use std::time::Duration;

use expect_test::{Expect, expect};
use futures::{StreamExt, stream};

use super::*;
use crate::prices::Vendor;
use crate::{
    Answer, ModelConfig, ModelError, Price, Provider, ProviderConfig, ProviderKind, Registry, Request, Secret, Settings,
};

mod plans;

fn routes(lists: &[(&str, &[&str])], max_cost_per_turn: Option<f64>) -> Routes {
    let choices = |names: &[&str]| names.iter().map(|name| Choice::from(*name)).collect();
    Routes {
        lists: lists
            .iter()
            .map(|(key, names)| ((*key).to_owned(), choices(names)))
            .collect(),
        max_cost_per_turn,
    }
}

fn wanted(task: &str) -> Wanted<'_> {
    Wanted {
        task,
        chosen: None,
        default: crate::AUTO,
    }
}

/// A provider that is never asked.
struct Silent(&'static str);

impl Provider for Silent {
    fn name(&self) -> &str {
        self.0
    }

    fn stream(&self, _: Request) -> Answer {
        stream::empty().boxed()
    }
}

/// Providers `a`, `b`, `c`, `d` with any model; `small`, `large` and `dear` are models with a window or a price.
fn registry() -> Registry {
    let model = |name: &str, context_window: Option<u32>, price: Option<f64>| {
        let config = ModelConfig {
            context_window,
            max_output: Some(32_000),
            price: price.map(|price| Price {
                input: price,
                output: price * 5.0,
                cache_read: price,
                cache_write: price,
            }),
        };
        (name.parse().unwrap(), config)
    };
    let settings = Settings {
        models: vec![
            model("a/small", Some(10_000), None),
            model("b/small", Some(10_000), None),
            model("c/large", Some(1_000_000), None),
            model("a/dear", None, Some(10.0)),
            model("b/cheap", None, Some(0.5)),
            model("c/free", None, Some(0.0)),
        ],
        local_servers: Vec::new(),
        ..Settings::default()
    };
    let registry = Registry::new(settings, &|_| None).unwrap();
    ["a", "b", "c", "d"]
        .into_iter()
        .fold(registry, |registry, name| registry.with(Arc::new(Silent(name))))
}

fn failure(name: &str) -> Failure {
    let (provider, message) = ("p".to_owned(), String::new());
    let error = match name {
        "overloaded" => ModelError::Overloaded {
            provider,
            retry_after: None,
            message,
        },
        "auth" => ModelError::Auth { provider, message },
        "quota" => ModelError::Quota { provider, message },
        "too-long" => ModelError::ContextLength { message },
        "network" => ModelError::Network { provider, message },
        "stalled" => ModelError::Stalled {
            after: Duration::from_secs(300),
        },
        "cut" => ModelError::Cut,
        "rejected" => ModelError::BadRequest { provider, message },
        "refused" => return Failure::of_stop(base::StopReason::Refusal).unwrap(),
        other => panic!("no failure `{other}`"),
    };
    Failure::of(&error)
}

/// Who is asked first and after each of `failures`; then what was skipped.
async fn check(routes: &Routes, need: Need, failures: &[&str], expect: Expect) {
    let registry = registry();
    let mut chain = Chain::new(routes, wanted("fix"), &Available::default());
    let mut told = match chain.first(&registry, need).await {
        Ok(candidate) => format!("{}, since {}\n", candidate.name, candidate.why),
        Err(error) => format!("{error}\n"),
    };
    for name in failures {
        match chain.after(failure(name), &registry, need).await {
            Some(candidate) => told.push_str(&format!("{name} → {}\n", candidate.name)),
            None => told.push_str(&format!("{name} → none\n")),
        }
    }
    for Skipped { name, reason } in chain.skipped() {
        told.push_str(&format!("- {name}: {reason}\n"));
    }
    expect.assert_eq(&told);
}

#[tokio::test]
async fn a_failed_model_gives_way_to_the_next() {
    check(
        &routes(&[("fix", &["a/1", "b/1", "c/1", "d/1"])], None),
        Need::default(),
        &["overloaded", "refused", "stalled"],
        expect![[r#"
            a/1, since `routes.fix` names it
            overloaded → b/1
            refused → c/1
            stalled → none
        "#]],
    )
    .await;
}

#[tokio::test]
async fn none_is_asked_twice_in_a_turn() {
    check(
        &routes(&[("default", &["a/1", "a/1", "rules", "b/1"])], None),
        Need::default(),
        &["cut", "cut", "cut"],
        expect![[r#"
            a/1, since `routes.default` names it
            cut → rules
            cut → b/1
            cut → none
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_auto_finds_may_have_failed_already() {
    let name = "p/m".parse().unwrap();
    let settings = Settings {
        providers: vec![("p".to_owned(), ProviderConfig::new(ProviderKind::OpenAiChat))],
        models: vec![(name, ModelConfig::default())],
        local_servers: Vec::new(),
        ..Settings::default()
    };
    let registry = Registry::new(settings, &|_| None).unwrap();
    let routes = routes(&[("fix", &["p/m", "auto", "rules"])], None);
    let mut chain = Chain::new(&routes, wanted("fix"), &Available::default());
    let first = chain.first(&registry, Need::default()).await.unwrap();
    assert_eq!(first.name, "p/m");
    let next = chain.after(failure("cut"), &registry, Need::default()).await;
    assert_eq!(next.unwrap().name, "rules");
}

#[tokio::test]
async fn what_fails_a_provider_fails_all_its_models() {
    for reason in ["auth", "quota", "network"] {
        let registry = registry();
        let routes = routes(&[("fix", &["a/1", "a/2", "b/1"])], None);
        let mut chain = Chain::new(&routes, wanted("fix"), &Available::default());
        chain.first(&registry, Need::default()).await.unwrap();
        let next = chain.after(failure(reason), &registry, Need::default()).await;
        assert_eq!(next.unwrap().name, "b/1", "{reason}");
        assert_eq!(chain.skipped()[0].reason, "its provider has just failed");
    }
}

#[tokio::test]
async fn after_a_full_window_only_a_larger_one_helps() {
    check(
        &routes(&[("fix", &["a/small", "b/small", "c/large"])], None),
        Need {
            prompt_tokens: 9_000,
            spent: 0.0,
        },
        &["too-long", "too-long"],
        expect![[r#"
            a/small, since `routes.fix` names it
            too-long → c/large
            too-long → none
            - b/small: its window of 10000 tokens is too small for a prompt of about 9000
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_prompt_that_cannot_fit_is_not_sent() {
    check(
        &routes(&[("fix", &["a/small", "c/large"])], None),
        Need {
            prompt_tokens: 20_000,
            spent: 0.0,
        },
        &[],
        expect![[r#"
            c/large, since `routes.fix` names it
            - a/small: its window of 10000 tokens is too small for a prompt of about 20000
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_would_pass_the_ceiling_is_skipped() {
    let need = Need {
        prompt_tokens: 50_000,
        spent: 0.05,
    };
    let lists: &[(&str, &[&str])] = &[("fix", &["a/dear", "b/cheap"])];
    check(
        &routes(lists, Some(0.1)),
        need,
        &[],
        expect![[r#"
            b/cheap, since `routes.fix` names it
            - a/dear: the call would cost about $0.700, after $0.050
        "#]],
    )
    .await;
    check(
        &routes(lists, Some(0.06)),
        need,
        &[],
        expect![[r#"
            every model for `fix` would take the turn beyond the $0.06 that `routes.max_cost_usd_per_turn` allows (a/dear: the call would cost about $0.700, after $0.050; b/cheap: the call would cost about $0.035, after $0.050); raise it, route `fix` to a cheaper model or ask about less
            - a/dear: the call would cost about $0.700, after $0.050
            - b/cheap: the call would cost about $0.035, after $0.050
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_costs_nothing_passes_any_ceiling() {
    let routes = routes(&[("fix", &["c/free"])], Some(0.0));
    let need = Need {
        prompt_tokens: 50_000,
        spent: 1.0,
    };
    check(
        &routes,
        need,
        &[],
        expect![[r#"
        c/free, since `routes.fix` names it
    "#]],
    )
    .await;
    let registry = registry();
    let free = registry.resolve("c/free").await.unwrap();
    let unpriced = registry.resolve("c/unknown").await.unwrap();
    let dear = registry.resolve("a/dear").await.unwrap();
    let chain = Chain::new(&routes, wanted("fix"), &Available::default());
    assert_eq!(
        (estimated_cost(&free, 1_000), estimated_cost(&unpriced, 1_000)),
        (Some(0.0), None)
    );
    assert!(chain.affords(&free, need) && chain.affords(&unpriced, need) && !chain.affords(&dear, need));
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_skipped_with_its_reason() {
    check(
        &routes(&[("fix", &["x/1", "premium"])], Some(1.0)),
        Need::default(),
        &[],
        expect![[r#"
            no model can be asked for `fix` (premium: no key is there for a vendor that has a model of this tier; x/1: there is no provider `x` (there are: ); add it as `[providers.x]`); name others under `[routes]`, as `fix` or `default`
            - premium: no key is there for a vendor that has a model of this tier
            - x/1: there is no provider `x` (there are: ); add it as `[providers.x]`
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_model_that_the_user_named_and_nobody_knows_is_no_reason_to_ask_another() {
    check(
        &routes(&[("fix", &["a/tpyo", "b/1"])], None),
        Need::default(),
        &["rejected"],
        expect![[r#"
            a/tpyo, since `routes.fix` names it
            rejected → none
        "#]],
    )
    .await;
    let config = ProviderConfig {
        api_key: Some(Secret::new("key")),
        ..ProviderConfig::new(ProviderKind::Anthropic)
    };
    let settings = Settings {
        providers: vec![("anthropic".to_owned(), config)],
        local_servers: Vec::new(),
        ..Settings::default()
    };
    let registry = Registry::new(settings, &|_| None)
        .unwrap()
        .with(Arc::new(Silent("openai")));
    let available = Available {
        keyed: vec![
            ("anthropic".to_owned(), Vendor::Anthropic),
            ("openai".to_owned(), Vendor::OpenAi),
        ],
        free: Vec::new(),
    };
    let mut chain = Chain::new(&Routes::default(), wanted("fix"), &available);
    let first = chain.first(&registry, Need::default()).await.unwrap();
    assert_eq!(first.name, "anthropic/claude-opus-5-5");
    let next = chain.after(failure("rejected"), &registry, Need::default()).await;
    assert_eq!(next.unwrap().name, "openai/gpt-6.1-sol");
}
