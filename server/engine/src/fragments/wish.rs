//! What is to be looked for at the beginning of a turn, and how much of it.

use std::path::PathBuf;

use base::{CommandName, Task};
use context::{Cursor, Live, Seed, Snapshot};

use crate::turn::{self, TurnContext};

/// A command at a place brings its own text; what it lacks is what that place uses and who uses it.
const AT_A_PLACE: u64 = 2_000;
/// Fewer words in a conversation that has begun are an answer (`yes, do it`), and about nothing in the workspace.
const WORDS_OF_A_REQUEST: usize = 4;
/// So much of the model's window is left to the conversation for each part that goes to pieces.
const SHARE_OF_WINDOW: u64 = 8;

pub(super) struct Wish {
    /// Tokens.
    pub(super) budget: u64,
    query: String,
    /// The file that the task is about.
    pub(super) path: Option<PathBuf>,
    /// The place in it, counted from 1.
    line: u32,
    /// The lines of it that the prompt shows already.
    pub(super) excerpt: Option<(u32, u32)>,
}

impl Wish {
    /// None where nothing shall be added: the user wants none, the built-in rules answer, the line to be completed must
    /// not wait, or there is nothing to go by.
    pub(super) fn of(turn: &TurnContext) -> Option<Self> {
        let task = &turn.task;
        let is_rules = turn.model.provider().name() == "rules";
        let window = u64::from(turn.model.route.context_window) / SHARE_OF_WINDOW;
        let most = match task.command {
            CommandName::Ask | CommandName::Edit => u64::MAX,
            CommandName::Complete => 0,
            _ => AT_A_PLACE,
        };
        let budget = turn.runtime.limits.context.min(window).min(most);
        let query = match query(task) {
            answer if is_answer(turn, &answer) => String::new(),
            query => query,
        };
        let path = turn::path_of(task);
        if is_rules || budget == 0 || (query.is_empty() && path.is_none() && turn.options.context.pinned.is_empty()) {
            return None;
        }
        Some(Self {
            budget,
            query,
            line: task.span.map_or(1, |span| span.start.line + 1),
            excerpt: path.as_ref().and_then(|path| excerpt(turn, path)),
            path,
        })
    }

    pub(super) fn seed(&self, snapshot: &Snapshot, live: Live) -> Seed {
        let path = self.path.as_ref().and_then(|path| snapshot.relative(path));
        Seed {
            query: self.query.clone(),
            cursor: path.map(|path| Cursor { path, line: self.line }),
            live,
        }
    }
}

fn is_answer(turn: &TurnContext, words: &str) -> bool {
    words.split_whitespace().count() < WORDS_OF_A_REQUEST && !turn.session.messages().is_empty()
}

/// The user's words, and what is wrong at the place.
fn query(task: &Task) -> String {
    let words = task.prompt.iter().map(String::as_str);
    let messages = task.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str());
    let all: Vec<&str> = words.chain(messages).map(str::trim).collect();
    all.join("\n").trim().to_owned()
}

/// The lines of the prompt's own excerpt, in the user's text, as the index has it.
fn excerpt(turn: &TurnContext, path: &std::path::Path) -> Option<(u32, u32)> {
    let view = turn.runtime.workspace.read_unproposed(path).ok()?;
    let lines = prompts::window(&turn.task, view.rope.len_lines());
    let number = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    Some((number(lines.start + 1), number(lines.end)))
}
