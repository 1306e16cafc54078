//! One index, and the questions that it answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use context::{Atlas, Freshness, Live, Seed, SelectOptions, Selection, Snapshot};
use models::tokens::TokenCounter;
use serde::{Deserialize, Deserializer};

use super::place;
use crate::cli::ContextArgs;
use crate::wiring::Home;

/// Where no model is named, a token is so many bytes: near enough for code, and the same for everyone.
const BYTES_A_TOKEN: usize = 4;

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) query: String,
    /// `PATH:LINE`.
    pub(super) cursor: Option<String>,
    /// Tokens; none is as the command line says.
    pub(super) budget: Option<usize>,
    /// What an editor shows: paths as the index calls them, the one used last first,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) open: Vec<String>,
    /// `PATH:LINE` of the last edits, the newest first,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) edited: Vec<String>,
    /// and `PATH:LINE` of errors.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) errors: Vec<String>,
}

/// What is given as `null` is not given.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(given: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(given)?.unwrap_or_default())
}

impl Question {
    pub(super) fn is_empty(&self) -> bool {
        self.query.trim().is_empty() && self.cursor.is_none() && self.errors.is_empty()
    }
}

pub(super) struct Answer {
    pub(super) selection: Selection,
    pub(super) freshness: Freshness,
    /// From the question to the answer, the index brought up to date.
    pub(super) elapsed: Duration,
}

pub(super) struct Finder {
    atlas: Atlas,
    options: SelectOptions,
    counter: Option<TokenCounter>,
}

impl Finder {
    pub(super) fn open(root: PathBuf, folder: &Path, args: &ContextArgs) -> anyhow::Result<Self> {
        let names = |paths: &[String]| {
            let names = paths
                .iter()
                .map(|path| chat::place::in_workspace(path, &[&root, folder], &root));
            names.collect::<Result<Vec<String>, _>>()
        };
        let (pinned, dropped) = (names(&args.pin)?, names(&args.drop)?);
        // Without a home folder there is no cache, and all is read anew.
        let cache = Home::Environment.paths().ok().map(|paths| paths.cache_dir);
        Ok(Self {
            atlas: crate::atlas::open(cache, vec![root])?,
            options: SelectOptions {
                budget: args.budget,
                pinned,
                dropped,
            },
            counter: args.model.as_deref().map(TokenCounter::for_model),
        })
    }

    /// # Errors
    /// Nothing is asked, or the cursor is at no place.
    pub(super) fn find(&mut self, question: &Question, folder: &Path) -> anyhow::Result<Answer> {
        if question.is_empty() {
            bail!("nothing is looked for: give a `query`, a `cursor`, or both");
        }
        let started = Instant::now();
        let freshness = self.atlas.refresh();
        let snapshot = self.atlas.snapshot();
        let place = |given: &String| place::cursor(given, &snapshot, folder);
        let places = |given: &[String]| given.iter().map(place).collect::<anyhow::Result<Vec<_>>>();
        let seed = Seed {
            query: question.query.clone(),
            cursor: question.cursor.as_ref().map(place).transpose()?,
            live: Live {
                open: question.open.clone(),
                edited: places(&question.edited)?,
                errors: places(&question.errors)?,
            },
        };
        let options = SelectOptions {
            budget: question.budget.unwrap_or(self.options.budget),
            ..self.options.clone()
        };
        let count = |text: &str| self.count(text);
        let selection = context::select(&snapshot, &seed, &options, &|path| read(&snapshot, path), &count);
        Ok(Answer {
            selection,
            freshness,
            elapsed: started.elapsed(),
        })
    }

    fn count(&self, text: &str) -> usize {
        match self.counter {
            Some(counter) => usize::try_from(counter.text(text)).unwrap_or(usize::MAX),
            None => text.len().div_ceil(BYTES_A_TOKEN),
        }
    }
}

fn read(snapshot: &Arc<Snapshot>, path: &str) -> Option<String> {
    let bytes = std::fs::read(snapshot.absolute(path)?).ok()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}
