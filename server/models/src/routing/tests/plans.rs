//! Tasks and settings → candidates.

use super::*;

/// The candidates' names, and the reason of the first.
fn check(routes: &Routes, wanted: Wanted<'_>, available: &Available, expect: Expect) {
    let (planned, skipped) = plan(routes, wanted, available);
    let names: Vec<_> = planned.iter().map(|planned| planned.name.as_str()).collect();
    let why = planned.first().map_or("", |planned| planned.why.as_str());
    let skipped: Vec<_> = skipped.iter().map(|skipped| skipped.name.as_str()).collect();
    expect.assert_eq(&format!(
        "{} ({why}); skipped: {}",
        names.join(", "),
        skipped.join(", ")
    ));
}

fn keys() -> Available {
    Available {
        keyed: vec![
            ("anthropic".to_owned(), Vendor::Anthropic),
            ("openai".to_owned(), Vendor::OpenAi),
        ],
        free: vec!["ollama/qwen3-coder".to_owned()],
    }
}

#[test]
fn without_settings_a_key_and_the_kind_of_task_decide() {
    let check = |task, expect| check(&Routes::default(), wanted(task), &keys(), expect);
    check(
        "fix",
        expect![
            "anthropic/claude-opus-5-5, openai/gpt-6.1-sol, auto (debugging work goes to the tier `premium`); skipped: "
        ],
    );
    check(
        "refactor",
        expect![
            "anthropic/claude-opus-5-5, openai/gpt-6.1-sol, auto (architecture work goes to the tier `premium`); skipped: "
        ],
    );
    check(
        "document",
        expect![
            "anthropic/claude-sonnet-5-5, openai/gpt-6.1-terra, auto (content work goes to the tier `mid`); skipped: "
        ],
    );
    check(
        "test",
        expect![
            "anthropic/claude-haiku-5-5, openai/gpt-6-luna, auto (greenfield work goes to the tier `budget`); skipped: "
        ],
    );
    check(
        "ask",
        expect![
            "anthropic/claude-sonnet-5-5, openai/gpt-6.1-terra, auto (general work goes to the tier `mid`); skipped: "
        ],
    );
    check(
        "experiment",
        expect!["ollama/qwen3-coder, rules (experiment work goes to the tier `free`); skipped: "],
    );
}

#[test]
fn without_a_key_it_is_what_can_be_found() {
    let none = Available::default();
    check(
        &Routes::default(),
        wanted("fix"),
        &none,
        expect!["auto (it is what can be found); skipped: "],
    );
    check(
        &Routes::default(),
        wanted("experiment"),
        &none,
        expect!["rules (it costs nothing); skipped: "],
    );
}

#[test]
fn the_nearest_route_wins() {
    let routes = routes(
        &[("fix", &["a/1"]), ("content", &["b/1"]), ("default", &["c/1", "auto"])],
        None,
    );
    let check = |task, expect| check(&routes, wanted(task), &keys(), expect);
    check("fix", expect!["a/1 (`routes.fix` names it); skipped: "]);
    check("explain", expect!["b/1 (`routes.content` names it); skipped: "]);
    check("commit-message", expect!["b/1 (`routes.content` names it); skipped: "]);
    check("test", expect!["c/1, auto (`routes.default` names it); skipped: "]);
}

#[test]
fn a_route_may_name_tiers() {
    let routes = routes(&[("test", &["premium", "a/1", "free"])], None);
    check(
        &routes,
        wanted("test"),
        &keys(),
        expect![
            "anthropic/claude-opus-5-5, openai/gpt-6.1-sol, a/1, ollama/qwen3-coder (`routes.test` names the tier `premium`); skipped: "
        ],
    );
    check(
        &routes,
        wanted("test"),
        &Available::default(),
        expect!["a/1 (`routes.test` names it); skipped: premium, free"],
    );
}

#[test]
fn a_model_that_is_named_beats_the_tiers_and_one_that_is_chosen_the_routes() {
    let named = Wanted {
        default: "local/m",
        ..wanted("fix")
    };
    check(
        &Routes::default(),
        named,
        &keys(),
        expect!["local/m (it is the setting `model`); skipped: "],
    );
    let chosen = Wanted {
        chosen: Some("x/1"),
        ..named
    };
    check(
        &Routes::default(),
        chosen,
        &keys(),
        expect!["x/1 (it was chosen); skipped: "],
    );
    let routes = routes(&[("fix", &["a/1", "x/1"])], None);
    check(
        &routes,
        named,
        &keys(),
        expect!["a/1, x/1 (`routes.fix` names it); skipped: "],
    );
    check(&routes, chosen, &keys(), expect!["x/1, a/1 (it was chosen); skipped: "]);
}

#[test]
fn every_task_type_is_found_by_its_name() {
    for kind in TaskType::ALL {
        assert_eq!(TaskType::of(kind.as_str()), kind);
    }
    for command in base::CommandName::ALL {
        let is_general = TaskType::of(command.as_str()) == TaskType::General;
        assert_eq!(
            is_general,
            matches!(command.as_str(), "ask" | "edit"),
            "{}",
            command.as_str()
        );
    }
}
