//! What a turn may use: models, tokens and money, rounds, the web.

use super::{Shape, field};

const MODELS: Shape = Shape::List(&Shape::RouteRef);

/// A list holds `provider/model`, `auto`, `rules` or a tier. A command without a list of its own takes that of its
/// kind of work, then `default`.
pub(super) const ROUTES: Shape = Shape::Table(&[
    field("ask", MODELS, "Models for *ask*."),
    field("edit", MODELS, "Models for *edit*."),
    field("explain", MODELS, "Models for *explain*."),
    field("fix", MODELS, "Models for *fix*."),
    field("document", MODELS, "Models for *document*."),
    field("test", MODELS, "Models for *test*."),
    field("refactor", MODELS, "Models for *refactor*."),
    field("complete", MODELS, "Models for *complete*."),
    field("optimize", MODELS, "Models for *optimize*."),
    field("review", MODELS, "Models for *review*."),
    field("commit-message", MODELS, "Models for messages of commits."),
    field("inline", MODELS, "Models for completion at the cursor."),
    field("greenfield", MODELS, "Models for new code: *test*, *complete*."),
    field(
        "content",
        MODELS,
        "Models for prose: *document*, *explain*, messages of commits.",
    ),
    field("debugging", MODELS, "Models for *fix* and *review*."),
    field("architecture", MODELS, "Models for *refactor* and *optimize*."),
    field("experiment", MODELS, "Models for experiments."),
    field("general", MODELS, "Models for *ask* and *edit*."),
    field("default", MODELS, "Models for every other task."),
    field(
        "max_cost_usd_per_turn",
        Shape::Amount,
        "USD that one turn may cost; models that would pass it are skipped.",
    ),
]);

pub(super) const BUDGET: Shape = Shape::Table(&[
    field("tokens", Shape::Integer(1), "Tokens, prompts and answers together."),
    field("usd", Shape::Amount, "USD."),
    field("seconds", Shape::Integer(1), "Seconds."),
    field("iterations", Shape::Integer(1), "Model calls."),
]);

pub(super) const CONTEXT: Shape = Shape::Table(&[field(
    "budget",
    Shape::Integer(0),
    "Tokens of the workspace that a turn begins with beside what you pointed at; 0 is none, an eighth of the model's \
     window the most.",
)]);

pub(super) const LOOPS: Shape = Shape::Table(&[
    field(
        "preset",
        Shape::Choice(&["strict", "relaxed"]),
        "The thresholds that hold where none are written here.",
    ),
    field("back_to_back", THRESHOLDS, "The same call twice in a row and more."),
    field("repeated", THRESHOLDS, "The same call among the last 20."),
    field("failing", THRESHOLDS, "One tool that fails."),
    field("web", THRESHOLDS, "Web calls about one topic without progress."),
    field("search", THRESHOLDS, "Searches in a row that find nothing."),
    field("no_progress", THRESHOLDS, "One tool without progress."),
    field("sleep", THRESHOLDS, "`sleep` in the shell."),
]);

const THRESHOLDS: Shape = Shape::Table(&[
    field("nudge", Shape::Integer(1), "At how many the model is told."),
    field("stop", Shape::Integer(1), "At how many the turn is ended."),
]);

pub(super) const WEB: Shape = Shape::Table(&[
    field(
        "search_url",
        Shape::Url,
        "The search service; without one there is no web search.",
    ),
    field(
        "search_key_env",
        Shape::Text,
        "The environment variable that holds its key.",
    ),
]);
