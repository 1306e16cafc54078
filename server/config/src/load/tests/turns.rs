//! What a turn may cost, whom it asks, and what it can look up.

use base::Effort;

use super::*;
use crate::settings::{BudgetSettings, LoopPreset, Thresholds, WebSettings};

#[test]
fn all_of_it_is_read() {
    let settings = settings(
        r#"
## user
effort = "high"
[routes]
fix = ["premium", "local/m", "auto"]
content = ["budget"]
commit-message = ["free", "rules"]
[budget]
tokens = 2_000_000
usd = 1
seconds = 900
iterations = 40
[loops]
preset = "relaxed"
repeated = { nudge = 5 }
sleep = { nudge = 3, stop = 3 }
[web]
search_url = "https://search.example/api"
search_key_env = "SEARCH_KEY"
[providers.corp]
kind = "openai-responses"
api_key_command = ["pass", "show", "corp"]
api_key_keyring = "corp"
"#,
    );
    assert_eq!(settings.effort, Some(Effort::High));
    assert_eq!(settings.routes.models["fix"], ["premium", "local/m", "auto"]);
    assert_eq!(settings.routes.models["commit-message"], ["free", "rules"]);
    let budget = BudgetSettings {
        tokens: Some(2_000_000),
        usd: Some(1.0),
        seconds: Some(900),
        iterations: Some(40),
    };
    assert_eq!(settings.budget, budget);
    assert_eq!(settings.loops.preset, LoopPreset::Relaxed);
    let thresholds = |nudge, stop| Thresholds { nudge, stop };
    assert_eq!(settings.loops.repeated, thresholds(Some(5), None));
    assert_eq!(settings.loops.sleep, thresholds(Some(3), Some(3)));
    assert_eq!(settings.loops.failing, thresholds(None, None));
    let web = WebSettings {
        search_url: Some("https://search.example/api".to_owned()),
        search_key_env: Some("SEARCH_KEY".to_owned()),
    };
    assert_eq!(settings.web, web);
    let command = settings.providers["corp"].api_key_command.as_deref();
    assert_eq!(settings.providers["corp"].api_key_keyring.as_deref(), Some("corp"));
    assert_eq!(command, Some(&["pass", "show", "corp"].map(str::to_owned)[..]));
}

#[test]
fn unset_is_no_limit_and_the_strict_preset() {
    let settings = settings("");
    assert_eq!(settings.effort, None);
    assert_eq!(settings.budget, BudgetSettings::default());
    assert_eq!(settings.loops.preset, LoopPreset::Strict);
    assert_eq!(settings.web, WebSettings::default());
}

#[test]
fn a_cache_that_is_not_priced_costs_what_input_does() {
    let settings = settings(
        "## managed\nmodels.\"a/b\".price.input = 2\n## user\nmodels.\"a/b\".price.output = 8\nmodels.\"a/b\".price.cache_read = 0\n",
    );
    let expect = Price {
        input: 2.0,
        output: 8.0,
        cache_read: 0.0,
        cache_write: 2.0,
    };
    assert_eq!(settings.models["a/b"].price, Some(expect));
}

#[test]
fn mistakes_are_told_with_their_place() {
    check(
        r#"
## user
effort = "hihg"
[routes]
fxi = ["auto"]
fix = ["premum", "qwen"]
budget = ["auto"]
[budget]
tokens = 0
usd = -1
iteration = 5
[loops]
preset = "lax"
repeats = { nudge = 1 }
[loops.failing]
nudge = 0
[web]
search_url = "search.example"
[models."a/b".price]
input = nan
output = inf
cache_read = 3e-6
cache_write = 10001
[providers.a]
kind = "gemini"
api_key_command = []
[providers.b]
kind = "gemini"
api_key_command = ["", 1]
[providers.c]
kind = "gemini"
api_key_command = "pass show key"
api_key = "sk-secret"
"#,
        &expect![[r#"
            user.toml:1:10: `effort` must be one of `low`, `medium`, `high`, `max`, not `hihg`; did you mean `high`?
            user.toml:3:1: `fxi` is not a setting of `routes`; did you mean `fix`?
            user.toml:4:8: `routes.fix[0]` is `premum`; a route names `provider/model`, `auto`, `rules` or a tier (`free`, `budget`, `mid`, `premium`); did you mean `premium`?
            user.toml:4:18: `routes.fix[1]` is `qwen`; a route names `provider/model`, `auto`, `rules` or a tier (`free`, `budget`, `mid`, `premium`)
            user.toml:5:1: `budget` is not a setting of `routes`; known are `ask`, `edit`, `explain`, `fix`, `document`, `test`, `refactor`, `complete`, `optimize`, `review`, `commit-message`, `inline`, `greenfield`, `content`, `debugging`, `architecture`, `experiment`, `general`, `default`, `max_cost_usd_per_turn`
            user.toml:7:10: `budget.tokens` must be between 1 and 4294967295, not 0
            user.toml:8:7: `budget.usd` must be a number that is not negative
            user.toml:9:1: `iteration` is not a setting of `budget`; did you mean `iterations`?
            user.toml:11:10: `loops.preset` must be one of `strict`, `relaxed`, not `lax`
            user.toml:12:1: `repeats` is not a setting of `loops`; did you mean `repeated`?
            user.toml:14:9: `loops.failing.nudge` must be between 1 and 4294967295, not 0
            user.toml:16:14: `web.search_url` must begin with `https://` or `http://`
            user.toml:18:9: `models."a/b".price.input` must be a number that is not negative
            user.toml:19:10: `models."a/b".price.output` must be a number that is not negative
            user.toml:21:15: `models."a/b".price.cache_write` must be at most 10000, in USD per million tokens
            user.toml:24:19: `providers.a.api_key_command` names no program
            user.toml:27:24: `providers.b.api_key_command[1]` must be a string, not an integer
            user.toml:27:19: `providers.b.api_key_command` names no program
            user.toml:30:19: `providers.c.api_key_command` must be an array, not a string
            user.toml:31:1: `providers.c.api_key`: keys do not belong into settings; put it into an environment variable and name that with `api_key_env`, or name the program that prints it with `api_key_command` or the keyring's entry with `api_key_keyring`
        "#]],
    );
}

#[test]
fn parts_that_do_not_make_a_whole_are_mistakes() {
    check(
        r#"
## user
[models."a/b".price]
input = 1
[models."a/c"]
price = { cache_read = 1 }
[models."a/d"]
price = { input = 0, output = 0 }
[loops.failing]
nudge = 5
stop = 4
## flags
{"loops": {"sleep": {"stop": 1, "nudge": 2}}}
"#,
        &expect![[r#"
            user.toml:2:9: `models."a/b".price` lacks `output`; what costs nothing is 0
            user.toml:4:24: `models."a/c".price` lacks `input`; what costs nothing is 0
            user.toml:4:24: `models."a/c".price` lacks `output`; what costs nothing is 0
            user.toml:9:8: `loops.failing.stop` must not come before `loops.failing.nudge`
            command line: `loops.sleep.stop` must not come before `loops.sleep.nudge`
        "#]],
    );
}

#[test]
fn a_project_may_lower_a_budget_and_set_no_endpoint() {
    check(
        r#"
## user
[budget]
tokens = 1000
usd = 0.5
## project
effort = "low"
[routes]
fix = ["premium"]
[budget]
tokens = 2000
usd = 0.25
seconds = 60
[web]
search_url = "https://evil.example"
[loops]
preset = "relaxed"
[loops.sleep]
stop = 1000
[providers.a]
api_key_command = ["sh", "-c", "evil"]
api_key_keyring = "other"
## editor
{"budget": {"seconds": 61, "iterations": 3}}
"#,
        &expect![[r#"
            budget.iterations = 3 (editor settings)
            budget.seconds = 60 (root/.singletree/config.toml:7:11)
            budget.tokens = 1000 (user.toml:2:10)
            budget.usd = 0.25 (root/.singletree/config.toml:6:7)
            effort = "low" (root/.singletree/config.toml:1:10)
            routes.fix = ["premium"] (root/.singletree/config.toml:3:7)
            root/.singletree/config.toml:5:10: `budget.tokens` was not taken: a workspace may only tighten it, and it is `1000`
            root/.singletree/config.toml:9:14: `web.search_url` was not taken: it can be set in your own settings only
            root/.singletree/config.toml:11:10: `loops.preset` was not taken: it can be set in your own settings only
            root/.singletree/config.toml:13:8: `loops.sleep.stop` was not taken: it can be set in your own settings only
            root/.singletree/config.toml:15:19: `providers.a.api_key_command` was not taken: endpoints, headers and keys come from your own settings only
            root/.singletree/config.toml:16:19: `providers.a.api_key_keyring` was not taken: endpoints, headers and keys come from your own settings only
            editor settings: `budget.seconds` was not taken: a workspace may only tighten it, and it is `60`
        "#]],
    );
}
