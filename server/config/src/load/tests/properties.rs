//! Whatever a project writes, it does not loosen.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::layer::Layer;

/// Settings from strict to loose, where they have an order.
#[derive(Debug, PartialEq)]
struct Looseness {
    mode: usize,
    sandbox: usize,
    review: bool,
    timeout: u32,
    rounds: u32,
    auto: bool,
    hosts: Vec<String>,
    allowed: usize,
    providers: usize,
    /// The turn's cost, tokens, USD, seconds and model calls; without a limit, infinity.
    most: [f64; 5],
    web: crate::WebSettings,
    context: u32,
    loops: crate::LoopSettings,
}

fn looseness(settings: &Settings) -> Looseness {
    let rank = |names: &[&str], name: String| names.iter().position(|known| name.eq_ignore_ascii_case(known)).unwrap();
    let is_allow = |decision: Decision| decision == Decision::Allow;
    let permissions = &settings.permissions;
    Looseness {
        mode: rank(&["plan", "ask", "edit", "auto"], format!("{:?}", permissions.mode)),
        sandbox: rank(&["required", "auto", "off"], format!("{:?}", settings.sandbox.mode)),
        review: settings.review.mode == ReviewMode::Keep,
        timeout: settings.sandbox.timeout_seconds,
        rounds: settings.tests.rounds,
        auto: settings.tests.auto,
        hosts: settings.sandbox.network.clone(),
        allowed: permissions.rules.iter().filter(|rule| is_allow(rule.verdict)).count()
            + permissions
                .commands
                .iter()
                .filter(|rule| is_allow(rule.verdict))
                .count(),
        providers: settings.providers.len(),
        most: [
            settings.routes.max_cost_usd_per_turn,
            settings.budget.tokens.map(f64::from),
            settings.budget.usd,
            settings.budget.seconds.map(f64::from),
            settings.budget.iterations.map(f64::from),
        ]
        .map(|most| most.unwrap_or(f64::INFINITY)),
        web: settings.web.clone(),
        context: settings.context.budget,
        loops: settings.loops,
    }
}

fn any_settings() -> impl Strategy<Value = Value> {
    let choice = |names: &'static [&'static str]| proptest::option::of(proptest::sample::select(names));
    let hosts = proptest::option::of(proptest::sample::subsequence(
        vec!["a.example", "b.example", "c.example"],
        0..=3,
    ));
    let rules = proptest::collection::vec(
        (any::<bool>(), proptest::sample::select(&["allow", "ask", "deny"][..])),
        0..4,
    );
    let numbers = proptest::option::of((1..2000u32, 0..5u32, any::<bool>()));
    let limits = proptest::collection::vec(proptest::option::of(1..100u32), 5);
    (
        choice(&["plan", "ask", "edit", "auto"]),
        choice(&["required", "auto", "off"]),
        choice(&["staged", "confirm", "keep"]),
        (hosts, rules, numbers, any::<bool>(), limits),
    )
        .prop_map(
            |(mode, sandbox, review, (hosts, rules, numbers, has_provider, limits))| {
                let mut root = Map::new();
                let mut set = |path: &[&str], value: Value| {
                    let mut table = &mut root;
                    for key in &path[..path.len() - 1] {
                        let below = table.entry(*key).or_insert_with(|| json!({}));
                        table = below.as_object_mut().unwrap();
                    }
                    table.insert(path[path.len() - 1].to_owned(), value);
                };
                for (path, value) in [
                    (["permissions", "mode"], mode),
                    (["sandbox", "mode"], sandbox),
                    (["review", "mode"], review),
                ] {
                    if let Some(value) = value {
                        set(&path, json!(value));
                    }
                }
                if let Some(hosts) = hosts {
                    set(&["sandbox", "network"], json!(hosts));
                }
                if let Some((timeout, rounds, auto)) = numbers {
                    set(&["sandbox", "timeout_seconds"], json!(timeout));
                    set(&["tests", "rounds"], json!(rounds));
                    set(&["tests", "auto"], json!(auto));
                    set(&["context", "budget"], json!(timeout * 10));
                }
                let rules: Vec<Value> = rules
                    .into_iter()
                    .map(|(is_path, verdict)| match is_path {
                        true => json!({"path": "src/*", "verdict": verdict}),
                        false => json!({"command": "ls", "verdict": verdict}),
                    })
                    .collect();
                if !rules.is_empty() {
                    set(&["permissions", "rules"], json!(rules));
                }
                let limited = [
                    ["routes", "max_cost_usd_per_turn"],
                    ["budget", "tokens"],
                    ["budget", "usd"],
                    ["budget", "seconds"],
                    ["budget", "iterations"],
                ];
                for (path, limit) in limited.iter().zip(limits) {
                    if let Some(limit) = limit {
                        set(path, json!(limit));
                    }
                }
                if has_provider {
                    set(&["providers", "p", "kind"], json!("gemini"));
                    set(&["providers", "p", "api_key_command"], json!(["pass", "key"]));
                    set(&["providers", "p", "api_key_keyring"], json!("key"));
                    set(&["web", "search_url"], json!("https://search.example"));
                    set(&["loops", "preset"], json!("relaxed"));
                }
                Value::Object(root)
            },
        )
}

fn merged(layers: &[(Layer, &Value)]) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("root/.singletree")).unwrap();
    let mut sources = Sources {
        user: Some(at("user.toml")),
        root: Some(at("root")),
        is_trusted: true,
        ..Sources::default()
    };
    for (layer, value) in layers {
        let text = || toml::to_string(value).unwrap();
        match layer {
            Layer::User => fs::write(at("user.toml"), text()).unwrap(),
            Layer::Project => fs::write(at("root/.singletree/config.toml"), text()).unwrap(),
            Layer::ProjectLocal => fs::write(at("root/.singletree/config.local.toml"), text()).unwrap(),
            _ => sources.editor = Some((*value).clone()),
        }
    }
    load(&sources).unwrap().settings
}

proptest! {
    // Each case writes files.
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_comes_with_a_project_never_loosens(
        user in any_settings(), project in any_settings(), local in any_settings(), editor in any_settings(),
    ) {
        let before = looseness(&merged(&[(Layer::User, &user)]));
        let with_project = merged(&[
            (Layer::User, &user), (Layer::Project, &project), (Layer::ProjectLocal, &local), (Layer::Editor, &editor),
        ]);
        let after = looseness(&with_project);
        prop_assert!(after.mode <= before.mode);
        prop_assert!(after.sandbox <= before.sandbox);
        prop_assert!(after.review <= before.review);
        prop_assert!(after.timeout <= before.timeout);
        prop_assert!(after.rounds <= before.rounds);
        prop_assert!(after.auto <= before.auto);
        prop_assert!(after.hosts.iter().all(|host| before.hosts.contains(host)));
        prop_assert_eq!(after.allowed, before.allowed);
        prop_assert_eq!(after.providers, before.providers);
        prop_assert!(after.most.iter().zip(before.most).all(|(after, before)| *after <= before));
        prop_assert!(after.context <= before.context);
        prop_assert_eq!(after.web, before.web);
        prop_assert_eq!(after.loops, before.loops);
    }
}
