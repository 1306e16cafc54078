//! What was said and done in a stored session, for a front that shows it again; and what a tool call proposes.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use base::{
    Block, CallId, ChangeKind, HunkId, HunkRecord, Message, ReviewRecord, Role, SessionId, StagedFile, Task, TodoItem,
    ToolCall, ToolResult, TurnId, TurnState,
};
use serde::Deserialize;
use store::{Item, Store, StoreError, StoredItem};

use crate::runtime::Runtime;
use crate::session::Session;

/// Items that are read at a time.
const PAGE: usize = 500;
/// Characters of a result that stand for what came of a call.
const SUMMARY: usize = 160;

/// Bytes of a result's beginning that are shown, and of its end.
const EXCERPT: usize = 3_000;

/// Said of a turn that somebody stopped, or that its editor left behind.
const STOPPED: &str = "it was stopped";
/// Said of a turn that has no end in the store.
const CUT: &str = "the process that ran it was gone before it was done";

/// One thing to show of a session, in the order in which it happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// What the user said, with the number that the conversation can be taken back to before.
    Said {
        message: i64,
        task: Box<Task>,
    },
    Words(String),
    Thought(String),
    Started {
        turn: Option<TurnId>,
        call: ToolCall,
        title: String,
    },
    Completed {
        turn: Option<TurnId>,
        call: CallId,
        ok: bool,
        summary: String,
        output: String,
        proposals: Vec<Proposal>,
    },
    Plan(Vec<TodoItem>),
    /// A turn ended so, where that is more than its last words.
    Ended(String),
}

/// A change that a tool call proposes, as it was when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub path: PathBuf,
    /// Where it begins, from 1.
    pub line: usize,
    /// None for a new file.
    pub old: Option<String>,
    pub new: String,
}

impl Runtime {
    /// The session's conversation up to the item `up_to`. Reads the store.
    ///
    /// # Errors
    /// A failing store.
    pub fn transcript(&self, session: &SessionId, up_to: i64) -> Result<Vec<Told>, StoreError> {
        let title = |call: &ToolCall| match self.tools.resolve(&call.name, &call.arguments) {
            Ok(tool) => tool.title(&call.arguments),
            Err(_) => call.name.clone(),
        };
        let mut transcript = Transcript {
            told: Vec::new(),
            turn: None,
            is_running: false,
            open: Vec::new(),
            proposals: by_call(&self.store, self.store.review_history(session)?)?,
            title: &title,
        };
        let mut after = Some(0);
        while let Some(start) = after {
            let page = self.store.items_page(session, start, PAGE)?;
            let items = page.items.into_iter().take_while(|stored| stored.seq <= up_to);
            items.for_each(|stored| transcript.take(stored));
            after = page.next.filter(|next| *next <= up_to);
        }
        let at_rest = |session: Arc<Session>| session.idle_since().is_some();
        if self.session_here(session).is_some_and(at_rest) {
            transcript.end_turn(up_to, Some(CUT.to_owned()));
        }
        Ok(transcript.told.into_iter().map(|(_, told)| told).collect())
    }

    /// What a tool call of a turn has just proposed. Reads the store.
    ///
    /// # Errors
    /// A failing store.
    pub fn proposals(&self, session: &SessionId, turn: &TurnId, call: &CallId) -> Result<Vec<Proposal>, StoreError> {
        let mut all = by_call(&self.store, self.store.review_records(session)?)?;
        Ok(all.remove(&(turn.clone(), call.clone())).unwrap_or_default())
    }
}

type ByCall = HashMap<(TurnId, CallId), Vec<Proposal>>;

/// The hunks by the call that made them. A hunk is as it was first: later records place it anew in a text that has changed.
fn by_call(store: &Store, records: Vec<ReviewRecord>) -> Result<ByCall, StoreError> {
    let mut seen: HashSet<HunkId> = HashSet::new();
    let mut all = ByCall::new();
    for record in records {
        let ReviewRecord::Staged(file) = record else { continue };
        let Some(path) = file.file.path() else { continue };
        let fresh: Vec<&HunkRecord> = file.hunks.iter().filter(|hunk| seen.insert(hunk.id.clone())).collect();
        if fresh.is_empty() {
            continue;
        }
        let base = store.blob(&file.base)?.unwrap_or_default();
        for hunk in fresh {
            let of_call = (hunk.origin.turn.clone(), hunk.origin.call.clone());
            all.entry(of_call)
                .or_default()
                .push(proposal(&file, path.clone(), hunk, &base));
        }
    }
    Ok(all)
}

fn proposal(file: &StagedFile, path: PathBuf, hunk: &HunkRecord, base: &str) -> Proposal {
    let before = base.as_bytes().get(..hunk.start).unwrap_or_default();
    Proposal {
        path,
        line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
        old: (file.kind != ChangeKind::Create).then(|| hunk.old.clone()),
        new: hunk.new.clone(),
    }
}

struct Transcript<'a> {
    /// With the number of its item.
    told: Vec<(i64, Told)>,
    turn: Option<TurnId>,
    /// No end of the turn has come yet.
    is_running: bool,
    /// Calls that have no result yet.
    open: Vec<CallId>,
    proposals: ByCall,
    title: &'a dyn Fn(&ToolCall) -> String,
}

impl Transcript<'_> {
    fn take(&mut self, StoredItem { seq, item, .. }: StoredItem) {
        match item {
            Item::Turn { turn, task } => {
                self.end_turn(seq, Some(CUT.to_owned()));
                self.turn = Some(turn);
                self.is_running = true;
                self.said(seq, task);
            }
            Item::Said { task, .. } => self.said(seq, task),
            Item::Message(message) => self.message(seq, message),
            Item::Context {
                taken_back_from: Some(from),
                ..
            } => self.told.retain(|(at, _)| *at < from),
            Item::TurnEnd { state, error, .. } => {
                let stopped = (state == TurnState::Stopped).then(|| STOPPED.to_owned());
                self.end_turn(seq, error.or(stopped));
            }
            Item::Context { .. } | Item::Usage { .. } => {}
        }
    }

    fn said(&mut self, message: i64, task: Task) {
        let task = Box::new(task);
        self.told.push((message, Told::Said { message, task }));
    }

    /// The user's words are told as the user said them; a message has them as the model reads them.
    fn message(&mut self, seq: i64, Message { role, content }: Message) {
        for block in content {
            match (role, block) {
                (Role::Assistant, Block::Text { text }) => self.told.push((seq, Told::Words(text))),
                (Role::Assistant, Block::Thinking { text, .. }) if !text.is_empty() => {
                    self.told.push((seq, Told::Thought(text)));
                }
                (_, Block::ToolCall(call)) => self.started(seq, call),
                (_, Block::ToolResult(result)) => self.completed(seq, result),
                _ => {}
            }
        }
    }

    fn started(&mut self, seq: i64, call: ToolCall) {
        self.open.push(call.id.clone());
        let plan = plan(&call);
        let title = (self.title)(&call);
        let turn = self.turn.clone();
        self.told.push((seq, Told::Started { turn, call, title }));
        self.told.extend(plan.map(|entries| (seq, Told::Plan(entries))));
    }

    fn completed(&mut self, seq: i64, result: ToolResult) {
        self.open.retain(|open| *open != result.call_id);
        let first = result.content.lines().map(str::trim).find(|line| !line.is_empty());
        let summary = first.unwrap_or_default().chars().take(SUMMARY).collect();
        let output = excerpt(&result.content);
        self.end(seq, result.call_id, !result.is_error, summary, output);
    }

    /// The calls of a turn that is over will have no result. Nothing is told of one that has ended before.
    fn end_turn(&mut self, seq: i64, error: Option<String>) {
        if !std::mem::take(&mut self.is_running) {
            return;
        }
        for call in std::mem::take(&mut self.open) {
            self.end(seq, call, false, "interrupted".to_owned(), String::new());
        }
        self.told.extend(error.map(|error| (seq, Told::Ended(error))));
    }

    fn end(&mut self, seq: i64, call: CallId, ok: bool, summary: String, output: String) {
        let of_call = self.turn.clone().map(|turn| (turn, call.clone()));
        let proposals = of_call.and_then(|of_call| self.proposals.remove(&of_call));
        let completed = Told::Completed {
            turn: self.turn.clone(),
            call,
            ok,
            summary,
            output,
            proposals: proposals.unwrap_or_default(),
        };
        self.told.push((seq, completed));
    }
}

/// The beginning and the end of a result, for people.
pub(crate) fn excerpt(content: &str) -> String {
    let content = content.trim_end();
    if content.len() <= 2 * EXCERPT {
        return content.to_owned();
    }
    let head = &content[..content.floor_char_boundary(EXCERPT)];
    let tail = &content[content.ceil_char_boundary(content.len() - EXCERPT)..];
    let left_out = content.len() - head.len() - tail.len();
    format!("{head}\n… {left_out} bytes …\n{tail}")
}

/// What a call of the tool `todo` says that the agent means to do.
fn plan(call: &ToolCall) -> Option<Vec<TodoItem>> {
    let items = call.arguments.get("items").filter(|_| call.name == "todo")?;
    Vec::<TodoItem>::deserialize(items).ok()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use base::{CommandName, StopReason};

    use super::*;

    fn task(words: &str) -> Task {
        Task {
            prompt: Some(words.to_owned()),
            ..Task::new(CommandName::Ask)
        }
    }

    fn begun(turn: &str) -> Item {
        Item::Turn {
            turn: TurnId::from(turn),
            task: task(turn),
        }
    }

    fn called(call: &str) -> Item {
        let call = ToolCall {
            id: CallId::from(call),
            name: "read".to_owned(),
            arguments: serde_json::json!({}),
        };
        Item::Message(Message {
            role: Role::Assistant,
            content: vec![Block::ToolCall(call)],
        })
    }

    fn ended(state: TurnState, error: Option<&str>) -> Item {
        Item::TurnEnd {
            turn: TurnId::from("t"),
            state,
            stop_reason: StopReason::EndTurn,
            error: error.map(str::to_owned),
        }
    }

    #[track_caller]
    fn check(items: Vec<Item>, expect: &[&str]) {
        let mut transcript = Transcript {
            told: Vec::new(),
            turn: None,
            is_running: false,
            open: Vec::new(),
            proposals: ByCall::new(),
            title: &|call| call.name.clone(),
        };
        for (seq, item) in (1..).zip(items) {
            let at = SystemTime::UNIX_EPOCH;
            transcript.take(StoredItem { seq, at, item });
        }
        let line = |told: &Told| match told {
            Told::Said { task, .. } => format!("said {}", task.prompt.as_deref().unwrap_or_default()),
            Told::Started { title, .. } => format!("started {title}"),
            Told::Completed { summary, .. } => format!("completed: {summary}"),
            Told::Ended(error) => format!("ended: {error}"),
            other => format!("{other:?}"),
        };
        let told: Vec<String> = transcript.told.iter().map(|(_, told)| line(told)).collect();
        assert_eq!(told, expect);
    }

    #[test]
    fn a_long_result_is_shown_by_its_beginning_and_end() {
        assert_eq!(excerpt("short\n"), "short");
        let long = "é".repeat(2 * EXCERPT);
        let shown = excerpt(&long);
        assert!(shown.contains(&format!("\n… {} bytes …\n", 2 * EXCERPT)), "{shown}");
        assert_eq!(shown.matches('é').count(), EXCERPT);
    }

    #[test]
    fn a_turn_that_was_cut_off_says_so() {
        let cut = format!("ended: {CUT}");
        check(
            vec![begun("a"), ended(TurnState::Completed, None), begun("b")],
            &["said a", "said b"],
        );
        check(
            vec![begun("a"), ended(TurnState::Failed, Some("no model")), begun("b")],
            &["said a", "ended: no model", "said b"],
        );
        check(
            vec![begun("a"), ended(TurnState::Stopped, None)],
            &["said a", "ended: it was stopped"],
        );
        check(
            vec![begun("a"), called("c1"), begun("b")],
            &["said a", "started read", "completed: interrupted", &cut, "said b"],
        );
    }
}
