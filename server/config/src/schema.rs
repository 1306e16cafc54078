//! The one description of the settings: what `check` checks by and `config schema` publishes.

mod turn;

use serde_json::{Map, Value, json};

use turn::{BUDGET, CONTEXT, LOOPS, ROUTES, WEB};

/// What a value may be.
pub(crate) enum Shape {
    Text,
    Flag,
    /// `auto`, `rules` or `provider/model`.
    ModelRef,
    /// A `ModelRef` or `off`.
    ModelOrOff,
    /// A `ModelRef` or one of `TIERS`.
    RouteRef,
    /// `http://` or `https://`, without credentials.
    Url,
    Choice(&'static [&'static str]),
    /// From this to `u32::MAX`.
    Integer(i64),
    /// Not negative; an integer will do.
    Amount,
    /// An amount of at most `DEAREST`: what is beyond was written per single token, or in another currency.
    Price,
    /// A program and its arguments.
    Command,
    List(&'static Shape),
    /// Any keys, all of one shape. The kind of key decides what a key may be.
    Map(Keys, &'static Shape),
    Table(&'static [Field]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// No `/`: the part of a model reference before it.
    Provider,
    /// A model reference.
    Model,
    Any,
}

pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) about: &'static str,
    pub(crate) required: bool,
    /// False for what a later version will use: it is checked and then reported.
    pub(crate) used: bool,
}

const fn field(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field {
        name,
        shape,
        about,
        required: false,
        used: true,
    }
}

impl Field {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn unused(mut self) -> Self {
        self.used = false;
        self
    }
}

pub(crate) const VERDICTS: &[&str] = &["allow", "ask", "deny"];
pub(crate) const REVIEW_MODES: &[&str] = &["staged", "confirm", "keep"];
pub(crate) const PERMISSION_MODES: &[&str] = &["plan", "ask", "edit", "auto"];
pub(crate) const SANDBOX_MODES: &[&str] = &["required", "auto", "off"];

pub(crate) const TIERS: &[&str] = &["free", "budget", "mid", "premium"];
pub(crate) const EFFORTS: &[&str] = &["low", "medium", "high", "max"];

/// What stands in the published schema at settings that do nothing yet: who makes a form of it leaves them out.
const UNUSED: &str = "not used yet";

/// USD per million tokens; several times what the dearest model on the market costs.
pub(crate) const DEAREST: f64 = 10_000.0;

const STRINGS: Shape = Shape::List(&Shape::Text);

pub(crate) static ROOT: Shape = Shape::Table(&[
    field(
        "model",
        Shape::ModelRef,
        "The model: `provider/model`, `auto` (finds keys and local servers) or `rules` (built in).",
    ),
    field(
        "completion",
        Shape::ModelOrOff,
        "The model that completes at the cursor while you type: `provider/model`, `auto`, or `off`. Unset, the route `inline` \
         names it; without that there is none.",
    ),
    field(
        "providers",
        Shape::Map(Keys::Provider, &PROVIDER),
        "Endpoints that models are asked at, by name.",
    ),
    field(
        "models",
        Shape::Map(Keys::Model, &MODEL),
        "What is known of a model, by `provider/model`.",
    ),
    field(
        "effort",
        Shape::Choice(EFFORTS),
        "How much models think, where they can be told; unset, each has its own measure.",
    ),
    field("routes", ROUTES, "Models by task type; the first that answers wins."),
    field("budget", BUDGET, "What one turn may use up; it ends when any part is."),
    field("context", CONTEXT, "What models are told of the workspace unasked."),
    field(
        "loops",
        LOOPS,
        "When a model that goes round in circles is told so, and when it is stopped.",
    ),
    field("web", WEB, "What the agent can look up."),
    field("review", REVIEW, "How proposed changes come back."),
    field("permissions", PERMISSIONS, "What the agent may do."),
    field("sandbox", SANDBOX, "How commands are confined."),
    field("tests", TESTS, "The project's tests, run after changes."),
    field("mcp", MCP, "MCP servers.").unused(),
    field("hooks", Shape::List(&HOOK), "Commands that run at events.").unused(),
    field("acp", ACP, "The ACP front.").unused(),
]);

static PROVIDER: Shape = Shape::Table(&[
    field(
        "kind",
        Shape::Choice(&["anthropic", "openai-responses", "openai-chat", "gemini"]),
        "The wire format that the endpoint speaks.",
    ),
    field(
        "base_url",
        Shape::Url,
        "As the vendor's own SDK takes it: OpenAI kinds end in `/v1`, Anthropic and Gemini do not.",
    ),
    field(
        "api_key_env",
        Shape::Text,
        "The environment variable that holds the key.",
    ),
    field(
        "api_key_command",
        Shape::Command,
        "The program that prints the key in its first line, with its arguments; no shell reads them. It is run in your \
         home folder when the key is first needed, where `api_key_env` names no variable that is set. Within 10 seconds.",
    ),
    field(
        "api_key_keyring",
        Shape::Text,
        "The user name under which the system's keyring holds the key for the service `singletree`. Read by \
         `secret-tool` (Linux) or `security` (macOS), where `api_key_env` and `api_key_command` name nothing.",
    ),
    field(
        "headers",
        Shape::Map(Keys::Any, &Shape::Text),
        "Headers sent with every request.",
    ),
]);

static MODEL: Shape = Shape::Table(&[
    field(
        "context_window",
        Shape::Integer(1),
        "Tokens that fit into a request and its answer.",
    ),
    field("max_output", Shape::Integer(1), "Tokens that an answer may have."),
    field("price", PRICE, "USD per million tokens."),
]);

const PRICE: Shape = Shape::Table(&[
    field("input", Shape::Price, "USD per million input tokens."),
    field("output", Shape::Price, "USD per million output tokens."),
    field(
        "cache_read",
        Shape::Price,
        "USD per million tokens read from the cache; unset, as `input`.",
    ),
    field(
        "cache_write",
        Shape::Price,
        "USD per million tokens written to the cache; unset, as `input`.",
    ),
]);

const REVIEW: Shape = Shape::Table(&[field(
    "mode",
    Shape::Choice(REVIEW_MODES),
    "`staged`: hunks to keep or reject; `confirm`: an annotated edit that the editor asks about; `keep`: kept by itself.",
)]);

const PERMISSIONS: Shape = Shape::Table(&[
    field(
        "mode",
        Shape::Choice(PERMISSION_MODES),
        "`plan`: reads only; `ask`: you keep each change; `edit` and `auto`: changes may be kept by themselves.",
    ),
    field(
        "rules",
        Shape::List(&RULE),
        "Rules of your own; deny beats ask beats allow.",
    ),
]);

pub(crate) static RULE: Shape = Shape::Table(&[
    field(
        "path",
        Shape::Text,
        "A glob relative to the workspace; without `/` a name at any depth.",
    ),
    field("command", Shape::Text, "The beginning of a command, word by word."),
    field(
        "host",
        Shape::Text,
        "A host that may be fetched from: `docs.rs`, or `*.example.org` for the names below it.",
    ),
    field(
        "access",
        Shape::Choice(&["read", "write", "any"]),
        "For a path: what the rule speaks about.",
    ),
    field("verdict", Shape::Choice(VERDICTS), "What the rule says.").required(),
    field("reason", Shape::Text, "Shown with the verdict."),
    field(
        "matches",
        STRINGS,
        "Examples that the rule must match; checked when settings are read.",
    ),
    field("not_matches", STRINGS, "Examples that the rule must not match."),
]);

const SANDBOX: Shape = Shape::Table(&[
    field(
        "mode",
        Shape::Choice(SANDBOX_MODES),
        "`auto`: where there is one; `required`: nothing runs without; `off`.",
    ),
    field("network", STRINGS, "Host names that commands may reach."),
    field("timeout_seconds", Shape::Integer(1), "How long a command may take."),
]);

const TESTS: Shape = Shape::Table(&[
    field(
        "command",
        Shape::Text,
        "The command line that tests the project, instead of the one that is found. It is judged as any other.",
    ),
    field(
        "auto",
        Shape::Flag,
        "Whether the tests run when a turn has proposed changes.",
    ),
    field(
        "rounds",
        Shape::Integer(0),
        "How many times failing tests are given back to be repaired.",
    ),
]);

/// What the file of remembered rules may hold.
pub(crate) static APPROVED: Shape = Shape::Table(&[
    field(
        "folder",
        APPROVED_FOLDER,
        "The folder that the rules are for; not to be edited.",
    ),
    field("permissions", APPROVED_PERMISSIONS, "What was answered with *always*."),
]);

const APPROVED_FOLDER: Shape = Shape::Table(&[
    field("path", Shape::Text, "Where it is.").required(),
    field("identity", Shape::Text, "What tells it from another at the same place.").required(),
]);

const APPROVED_PERMISSIONS: Shape = Shape::Table(&[field("rules", Shape::List(&RULE), "The rules.")]);

const MCP: Shape = Shape::Table(&[field("servers", Shape::Map(Keys::Any, &SERVER), "MCP servers by name.")]);

static SERVER: Shape = Shape::Table(&[
    field(
        "transport",
        Shape::Choice(&["stdio", "http"]),
        "How the server is reached.",
    ),
    field("command", STRINGS, "The server's program and its arguments."),
    field("args", STRINGS, "More arguments."),
    field("env", Shape::Map(Keys::Any, &Shape::Text), "Environment variables."),
    field("url", Shape::Url, "Where an HTTP server listens."),
    field(
        "headers",
        Shape::Map(Keys::Any, &Shape::Text),
        "Headers for an HTTP server.",
    ),
]);

static HOOK: Shape = Shape::Table(&[
    field("event", Shape::Text, "The event, such as `before-tool`.").required(),
    field("tool", Shape::Text, "Only for this tool."),
    field("command", STRINGS, "The program and its arguments."),
    field("timeout_seconds", Shape::Integer(1), "How long it may take."),
]);

const ACP: Shape = Shape::Table(&[field(
    "review",
    Shape::Choice(&["staged", "client"]),
    "Who shows the review.",
)]);

/// The settings as a JSON Schema (2020-12).
#[must_use]
pub fn schema() -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Singletree settings",
    });
    if let (Some(schema), Value::Object(root)) = (schema.as_object_mut(), describe(&ROOT)) {
        schema.extend(root);
    }
    schema
}

fn describe(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({"type": "string"}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::ModelRef => json!({"type": "string", "pattern": "^(auto|rules|[^/]+/.+)$"}),
        Shape::ModelOrOff => json!({"type": "string", "pattern": "^(off|auto|rules|[^/]+/.+)$"}),
        Shape::RouteRef => {
            let pattern = format!("^(auto|rules|{}|[^/]+/.+)$", TIERS.join("|"));
            json!({"type": "string", "pattern": pattern})
        }
        Shape::Url => json!({"type": "string", "pattern": "^https?://"}),
        Shape::Choice(names) => json!({"enum": names}),
        Shape::Integer(least) => json!({"type": "integer", "minimum": least, "maximum": u32::MAX}),
        Shape::Amount => json!({"type": "number", "minimum": 0}),
        Shape::Price => json!({"type": "number", "minimum": 0, "maximum": DEAREST}),
        Shape::Command => {
            json!({"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1})
        }
        Shape::List(item) => json!({"type": "array", "items": describe(item)}),
        Shape::Map(Keys::Provider, value) => {
            json!({"type": "object", "propertyNames": {"pattern": "^[^/]+$"}, "additionalProperties": describe(value)})
        }
        Shape::Map(Keys::Model, value) => {
            json!({"type": "object", "propertyNames": {"pattern": "^[^/]+/.+$"}, "additionalProperties": describe(value)})
        }
        Shape::Map(Keys::Any, value) => json!({"type": "object", "additionalProperties": describe(value)}),
        Shape::Table(fields) => {
            let properties: Map<_, _> = fields
                .iter()
                .map(|field| {
                    let mut value = describe(&field.shape);
                    value["description"] = field.about.into();
                    if !field.used {
                        value["$comment"] = UNUSED.into();
                    }
                    (field.name.to_owned(), value)
                })
                .collect();
            let mut table = json!({"type": "object", "properties": properties, "additionalProperties": false});
            let required: Vec<_> = fields
                .iter()
                .filter(|field| field.required)
                .map(|field| field.name)
                .collect();
            if !required.is_empty() {
                table["required"] = required.into();
            }
            table
        }
    }
}

#[cfg(test)]
mod tests {
    use base::CommandName;

    use super::*;

    #[test]
    fn every_command_has_a_route() {
        let Shape::Table(fields) = ROUTES else {
            panic!("routes are a table")
        };
        for command in CommandName::ALL {
            assert!(
                fields.iter().any(|field| field.name == command.as_str()),
                "{}",
                command.as_str()
            );
        }
    }

    #[test]
    fn the_published_schema_describes_each_setting() {
        fn check(schema: &Value, path: &str) {
            if let Some(properties) = schema["properties"].as_object() {
                assert_eq!(schema["additionalProperties"], false, "{path}");
                for (name, property) in properties {
                    assert!(property["description"].is_string(), "{path}.{name}");
                    check(property, &format!("{path}.{name}"));
                }
            }
        }
        let schema = schema();
        check(&schema, "");
        assert_eq!(
            schema["properties"]["providers"]["additionalProperties"]["properties"]["kind"]["enum"][0],
            "anthropic"
        );
        assert_eq!(
            schema["properties"]["permissions"]["properties"]["rules"]["items"]["required"][0],
            "verdict"
        );
    }
}
