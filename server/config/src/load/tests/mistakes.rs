//! What is wrong in a layer, and how it is told.

use super::*;

#[test]
fn mistakes_name_their_place_and_what_was_meant() {
    check(
        r#"
## user
modle = "auto"
model = 7
colour = true

[providers.local]
kind = "openai_chat"
base_url = "127.0.0.1:11434"
api_key = "sk-secret"
headers = ["a"]

[providers."a/b"]
kind = "gemini"
base_url = "https://user:pw@host"

[models.qwen]
context_window = 99999999999
max_output = 1.5
price = { input = -0.1, ouput = 2 }

[routes]
fix = ["auto", "qwen"]
fixx = []

[sandbox]
network = "crates.io"
## project
[review]
mode = "stagd"
## editor
{"permissions": {"mode": null}}
## environment
SINGLETREE_SANDBOX_MODE=on
"#,
        &expect![[r#"
            user.toml:1:1: `modle` is not a setting; did you mean `model`?
            user.toml:2:9: `model` must be a string, not an integer
            user.toml:3:1: `colour` is not a setting; known are `model`, `completion`, `providers`, `models`, `effort`, `routes`, `budget`, `context`, `loops`, `web`, `review`, `permissions`, `sandbox`, `tests`, `mcp`, `hooks`, `acp`
            user.toml:6:8: `providers.local.kind` must be one of `anthropic`, `openai-responses`, `openai-chat`, `gemini`, not `openai_chat`; did you mean `openai-chat`?
            user.toml:7:12: `providers.local.base_url` must begin with `https://` or `http://`
            user.toml:8:1: `providers.local.api_key`: keys do not belong into settings; put it into an environment variable and name that with `api_key_env`, or name the program that prints it with `api_key_command` or the keyring's entry with `api_key_keyring`
            user.toml:9:11: `providers.local.headers` must be a table, not an array
            user.toml:11:12: `a/b` in `providers`: a provider's name has no `/`
            user.toml:13:12: `providers."a/b".base_url` must hold no user name or password: name the key's variable with `api_key_env`
            user.toml:15:9: `qwen` in `models`: a model is named `provider/model`, in quotes
            user.toml:16:18: `models.qwen.context_window` must be between 1 and 4294967295, not 99999999999
            user.toml:17:14: `models.qwen.max_output` must be an integer, not a float
            user.toml:18:19: `models.qwen.price.input` must be a number that is not negative
            user.toml:18:25: `ouput` is not a setting of `models.qwen.price`; did you mean `output`?
            user.toml:21:16: `routes.fix[1]` is `qwen`; a route names `provider/model`, `auto`, `rules` or a tier (`free`, `budget`, `mid`, `premium`)
            user.toml:22:1: `fixx` is not a setting of `routes`; did you mean `fix`?
            user.toml:25:11: `sandbox.network` must be an array, not a string
            root/.singletree/config.toml:2:8: `review.mode` must be one of `staged`, `confirm`, `keep`, not `stagd`; did you mean `staged`?
            editor settings: `permissions.mode` must be a string, not null
            SINGLETREE_SANDBOX_MODE: `sandbox.mode` must be one of `required`, `auto`, `off`, not `on`
        "#]],
    );
}

#[test]
fn rules_are_checked_by_their_own_examples() {
    check(
        r#"
## user
[[permissions.rules]]
path = "src/*.rs"
verdict = "deny"
matches = ["src/deep/a.rs"]
[[permissions.rules]]
path = "[a"
verdict = "ask"
[[permissions.rules]]
verdict = "ask"
[[permissions.rules]]
path = "a"
command = "a"
verdict = "ask"
[[permissions.rules]]
command = "a"
access = "read"
verdict = "denied"
[[permissions.rules]]
command = " "
verdict = "deny"
[[permissions.rules]]
path = "a"
"#,
        &expect![[r#"
            user.toml:1:1: rule `user.toml:1`: its example `src/deep/a.rs` should match `src/*.rs` and does not; correct the one or the other
            user.toml:5:1: rule `user.toml:5`: `[a` is not a glob: unclosed character class; missing ']'
            user.toml:8:1: a rule needs a `path`, a `command` or a `host`
            user.toml:10:1: a rule is about one of `path`, `command` and `host`: make it several rules
            user.toml:17:11: `permissions.rules[4].verdict` must be one of `allow`, `ask`, `deny`, not `denied`
            user.toml:18:1: a rule's `command` must not be empty
            user.toml:21:1: `permissions.rules[6]` lacks `verdict`
        "#]],
    );
}

#[test]
fn a_provider_needs_its_kind_from_some_layer() {
    check(
        "## user\n[providers.a]\nbase_url = \"https://a\"\n",
        &expect![[r#"
        user.toml:2:12: `providers.a` lacks `kind`
    "#]],
    );
    let whole = settings("## managed\nproviders.a.kind = \"gemini\"\n");
    assert_eq!(whole.providers["a"].kind, ProviderKind::Gemini);
}

#[test]
fn what_is_not_toml_is_an_error_with_its_place() {
    check(
        "## user\nmodel = \"auto\"\nmodel = \"rules\"\n",
        &expect![[r#"
        user.toml:2:1: duplicate key
    "#]],
    );
    check(
        "## project\n\n[review\n",
        &expect![[r#"
        root/.singletree/config.toml:2:8: unclosed table, expected `]`
    "#]],
    );
}

#[test]
fn columns_count_characters() {
    check(
        "## user\nproviders.\"ü\".knd = 1\n",
        &expect![[r#"
        user.toml:1:15: `knd` is not a setting of `providers."ü"`; did you mean `kind`?
    "#]],
    );
}
