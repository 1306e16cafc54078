//! Why no model can be asked.

/// A candidate that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub name: String,
    /// For people.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RouteError {
    #[error(
        "every model for `{task}` would take the turn beyond the ${ceiling} that `routes.max_cost_usd_per_turn` allows ({}); \
         raise it, route `{task}` to a cheaper model or ask about less",
        list(skipped)
    )]
    TooExpensive {
        task: String,
        ceiling: f64,
        skipped: Vec<Skipped>,
    },
    #[error(
        "no model can be asked for `{task}` ({}); name others under `[routes]`, as `{task}` or `default`",
        list(skipped)
    )]
    Exhausted { task: String, skipped: Vec<Skipped> },
}

fn list(skipped: &[Skipped]) -> String {
    if skipped.is_empty() {
        return "none is named".to_owned();
    }
    let told = skipped
        .iter()
        .map(|Skipped { name, reason }| format!("{name}: {reason}"));
    told.collect::<Vec<_>>().join("; ")
}
