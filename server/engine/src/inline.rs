//! Completion at the cursor: one short call of a model, without tools, without a conversation.
//!
//! The model sees the text around the cursor as the user has it and a few pieces that the index thinks belong there. It is
//! off until the user names a model for it. Dropping the answer's future cancels the call; what it used by then is booked
//! in the ledger all the same.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base::{Effort, Message, SessionId, SystemPart, TurnId, Usage};
use context::{Cursor, Seed, SelectOptions, Trees};
use futures::StreamExt;
use models::routing::{Chain, Need, Wanted};
use models::tokens::TokenCounter;
use models::{Chunk, Request, ToolChoice};
use permissions::{Action, Decision};
use store::{CallCost, Item, Store, StoreError};
use workspace::DocumentSnapshot;

use crate::live;
use crate::model::Model;
use crate::runtime::Runtime;

mod around;
mod trim;

use around::Around;

/// The name of the task in routes.
const TASK: &str = "inline";
/// The setting's word for none.
const OFF: &str = "off";
/// All completions of a workspace are booked under one session, which has no conversation.
const SESSION: &str = "ses_inline";
/// Tokens of an answer: what is longer is not read before it is accepted.
const MAX_OUTPUT: u32 = 256;
/// Tokens of pieces from the index.
const PIECES: usize = 600;
/// Whoever types has gone on by then.
const PATIENCE: Duration = Duration::from_secs(8);

const SYSTEM: &str = "You complete code where the cursor stands, marked <CURSOR>. Answer with exactly the text to insert there and \
                      nothing else: no explanation, no code fence, nothing that stands before or after the cursor \
                      already. Finish the statement or the block that is begun, then stop. Keep the indentation and the style \
                      of the file. If nothing belongs there, answer with nothing.";

/// How completions are made, once the settings are known.
#[derive(Default)]
pub(crate) struct Completion {
    /// The model that the user chose; unset while completion is off.
    model: OnceLock<Option<String>>,
    trees: Trees,
}

impl Runtime {
    /// Takes the setting `completion`: a model, `off`, or nothing, which leaves it to the route `inline`.
    pub fn complete_by(&self, setting: Option<&str>) {
        let is_on = match setting {
            Some(OFF) => false,
            Some(_) => true,
            None => self.routes.lists.contains_key(TASK),
        };
        if is_on {
            let _ = self.completion.model.set(setting.map(str::to_owned));
        }
    }

    /// Whether there is a model for it.
    #[must_use]
    pub fn completes(&self) -> bool {
        self.completion.model.get().is_some()
    }

    /// What to insert at a byte of an open document; none where nothing helps, or nothing may be sent.
    pub async fn complete(self: &Arc<Self>, document: Arc<DocumentSnapshot>, offset: usize) -> Option<String> {
        let chosen = self.completion.model.get()?.clone();
        let (runtime, path) = (Arc::clone(self), document.path.clone());
        let around = Around::of(&document, offset);
        let asked = tokio::task::spawn_blocking(move || runtime.question(path.as_deref(), &around, &document.language));
        let question = asked.await.ok()??;
        let wanted = Wanted {
            task: TASK,
            chosen: chosen.as_deref(),
            default: &self.default_model,
        };
        let mut chain = Chain::new(&self.routes, wanted, &self.models.available());
        let first = chain.first(&self.models, Need::default()).await;
        let model: Model = first
            .inspect_err(|error| tracing::warn!(%error, "no model completes"))
            .ok()?
            .into();
        if model.provider().name() == models::RULES {
            return None;
        }
        let answer = tokio::time::timeout(PATIENCE, self.answer_of(&model, question.message))
            .await
            .ok()?;
        let (runtime, path) = (Arc::clone(self), question.path);
        let trimmed = tokio::task::spawn_blocking(move || {
            let is_whole = |rope: &ropey::Rope| runtime.completion.trees.is_whole(&path, rope).unwrap_or(true);
            trim::trimmed(&answer, &question.around, &is_whole)
        });
        trimmed.await.ok()?
    }

    /// None for a file that the model may not be shown without a question.
    fn question(&self, path: Option<&Path>, around: &Around, language: &str) -> Option<Question> {
        if let Some(path) = path
            && self.policy.judge(&Action::Read { path }).decision != Decision::Allow
        {
            return None;
        }
        let name = path.map_or_else(|| "untitled".to_owned(), |path| self.workspace.relative(path));
        let pieces = path.and_then(|path| self.pieces(path, around.line)).unwrap_or_default();
        let (before, after) = (&around.before, &around.after);
        Some(Question {
            message: format!(
                "{pieces}<file path=\"{name}\" language=\"{language}\">\n{before}<CURSOR>{after}\n</file>\n"
            ),
            around: around.clone(),
            path: path.map_or_else(|| PathBuf::from(name), Path::to_owned),
        })
    }

    /// What the index, as it is now, thinks belongs to the place.
    fn pieces(&self, path: &Path, line: u32) -> Option<String> {
        let snapshot = self.surroundings.atlas().snapshot();
        let own = snapshot.relative(path)?;
        let options = SelectOptions {
            budget: PIECES,
            pinned: Vec::new(),
            dropped: vec![own.clone()],
        };
        let seed = Seed {
            query: String::new(),
            cursor: Some(Cursor { path: own, line }),
            live: live::shown(&self.workspace, &snapshot, &[]),
        };
        let read = |name: &str| {
            let path = snapshot.absolute(name)?;
            let may = self.policy.judge(&Action::Read { path: &path }).decision == Decision::Allow;
            let view = may.then(|| self.workspace.read_unproposed(&path).ok())??;
            Some(view.rope.to_string())
        };
        let rough = TokenCounter::for_model(&self.default_model).rough();
        let count = |text: &str| usize::try_from(rough.text(text)).unwrap_or(usize::MAX);
        let selection = context::select(&snapshot, &seed, &options, &read, &count);
        let fragments = around::fragments(selection, &read);
        prompts::fragment_block(&fragments)
    }

    async fn answer_of(&self, model: &Model, message: String) -> String {
        let request = Request {
            model: model.route.model.clone(),
            system: vec![SystemPart {
                text: SYSTEM.to_owned(),
                cache: true,
            }],
            messages: Arc::new(vec![Message::user(message)]),
            max_output: MAX_OUTPUT.min(model.route.max_output),
            effort: Some(Effort::Low),
            tool_choice: ToolChoice::None,
            ..Request::default()
        };
        let mut booking = Booking {
            store: Arc::clone(&self.store),
            folder: self.workspace.home(),
            model: model.clone(),
            usage: Usage::default(),
        };
        let mut text = String::new();
        let mut chunks = model.provider().stream(request);
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Ok(Chunk::Text(more)) => text.push_str(&more),
                Ok(Chunk::Usage(usage)) => booking.usage = usage,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "a completion broke off");
                    break;
                }
            }
        }
        text
    }
}

struct Question {
    message: String,
    around: Around,
    /// For the syntax tree; of an untitled document its name.
    path: PathBuf,
}

/// Books a call when it ends, however it does.
struct Booking {
    store: Arc<Store>,
    folder: PathBuf,
    model: Model,
    usage: Usage,
}

impl Drop for Booking {
    fn drop(&mut self) {
        if self.usage == Usage::default() {
            return;
        }
        let item = Item::Usage {
            turn: TurnId::fresh(),
            model: self.model.name(),
            usage: self.usage,
            cost: CallCost {
                usd: self.model.cost(self.usage),
                purpose: TASK.to_owned(),
                ..CallCost::default()
            },
        };
        let (store, folder) = (Arc::clone(&self.store), self.folder.clone());
        tokio::task::spawn_blocking(move || {
            if let Err(error) = book(&store, &folder, &item) {
                tracing::warn!(%error, "a completion was not booked");
            }
        });
    }
}

fn book(store: &Store, folder: &Path, item: &Item) -> Result<(), StoreError> {
    let session = SessionId::from(SESSION);
    match store.create_session(&session, "inline completion", folder) {
        Ok(()) | Err(StoreError::SessionExists(_)) => {}
        Err(error) => return Err(error),
    }
    store.append_item(&session, item).map(drop)
}
