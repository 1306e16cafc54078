//! Well-known models: what they hold, cost and can do. The table is shipped (`prices/table.json`) and carries its date;
//! what the user writes under `[models]` wins over it. A model that is not in it has no price, which is not zero.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::Price;
use crate::routing::Tier;

/// A model of the table. Sizes are in tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownModel {
    pub id: String,
    pub vendor: Vendor,
    pub tier: Tier,
    /// Prompt and answer together.
    pub context_window: u32,
    pub max_output: u32,
    pub price: Price,
    /// What holds instead for long prompts.
    pub long: Option<LongPrice>,
    pub images: bool,
    pub thinking: bool,
    pub structured_output: bool,
}

/// The price of a request whose prompt has more than `above` tokens, cached ones included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LongPrice {
    pub above: u64,
    pub price: Price,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    Anthropic,
    OpenAi,
    Google,
}

/// The day on which the table was true.
#[must_use]
pub fn date() -> &'static str {
    &TABLE.date
}

/// All models of the table; of a vendor and tier, the first is preferred.
#[must_use]
pub fn all() -> &'static [KnownModel] {
    &TABLE.models
}

/// The model of this name: `gpt-5.4`, the dated `gpt-5.4-2026-03-05`, or either behind a provider and a vendor as in
/// `openrouter/openai/gpt-5.4`. Variants (`-pro`, `:free`) are models of their own.
#[must_use]
pub fn find(model: &str) -> Option<&'static KnownModel> {
    let name = plain(model);
    let exact = || all().iter().find(|known| known.id == name);
    let dated = || {
        let begins = |known: &&KnownModel| name.strip_prefix(known.id.as_str()).is_some_and(is_version);
        all().iter().filter(begins).max_by_key(|known| known.id.len())
    };
    exact().or_else(dated)
}

/// The price of a request with this long a prompt, where `base` is the model's price as resolved. A price of the user's
/// own holds for any length.
#[must_use]
pub fn for_prompt(base: Price, model: &str, prompt_tokens: u64) -> Price {
    match find(model).map(|known| (known.price, known.long)) {
        Some((listed, Some(long))) if listed == base && prompt_tokens > long.above => long.price,
        _ => base,
    }
}

/// The vendor's own id: without what routers and clouds put before it, and with dashes where they write dots.
fn plain(model: &str) -> String {
    let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
    match name.find("claude-") {
        Some(start) => name[start..].replace('.', "-"),
        None => name,
    }
}

/// Whether this is what vendors append to one and the same model: a date, a revision, `latest`, `preview`.
fn is_version(rest: &str) -> bool {
    let mut parts = rest.split(['-', '@', ':']);
    if parts.next() != Some("") {
        return false;
    }
    let mut has_date = false;
    parts.all(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_revision = part
            .strip_prefix('v')
            .is_some_and(|number| number.parse::<u8>().is_ok());
        // A short number is another version of the model, unless it is the month, the day or the revision's.
        let fits = match part {
            "latest" | "preview" => true,
            _ if is_revision => true,
            _ => is_number && (part.len() >= 3 || has_date),
        };
        has_date |= fits;
        fits
    })
}

struct Table {
    date: String,
    models: Vec<KnownModel>,
}

/// Read at the first question. A table that cannot be read would be empty; a test rules that out.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let read = serde_json::from_str::<WrittenTable>(include_str!("prices/table.json"));
    read.map(Table::from).unwrap_or_else(|_| Table {
        date: String::new(),
        models: Vec::new(),
    })
});

#[derive(Deserialize)]
struct WrittenTable {
    date: String,
    models: Vec<WrittenModel>,
}

#[derive(Deserialize)]
struct WrittenModel {
    id: String,
    vendor: Vendor,
    tier: Tier,
    context_window: u32,
    max_output: u32,
    price: WrittenPrice,
    long: Option<WrittenLong>,
    images: bool,
    thinking: bool,
    structured_output: bool,
}

#[derive(Deserialize)]
struct WrittenLong {
    above: u64,
    price: WrittenPrice,
}

#[derive(Deserialize)]
struct WrittenPrice {
    input: f64,
    output: f64,
    cache_read: f64,
    cache_write: f64,
}

impl From<WrittenTable> for Table {
    fn from(table: WrittenTable) -> Self {
        Self {
            date: table.date,
            models: table.models.into_iter().map(KnownModel::from).collect(),
        }
    }
}

impl From<WrittenModel> for KnownModel {
    fn from(model: WrittenModel) -> Self {
        Self {
            id: model.id,
            vendor: model.vendor,
            tier: model.tier,
            context_window: model.context_window,
            max_output: model.max_output,
            price: model.price.into(),
            long: model.long.map(|long| LongPrice {
                above: long.above,
                price: long.price.into(),
            }),
            images: model.images,
            thinking: model.thinking,
            structured_output: model.structured_output,
        }
    }
}

impl From<WrittenPrice> for Price {
    fn from(price: WrittenPrice) -> Self {
        Self {
            input: price.input,
            output: price.output,
            cache_read: price.cache_read,
            cache_write: price.cache_write,
        }
    }
}
