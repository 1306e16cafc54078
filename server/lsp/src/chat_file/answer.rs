//! An answer that is being written into a chat file: one task follows the session, one writes.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{Event, EventKind, SessionId, StopReason, TurnId, TurnState, Uri};
use engine::{Link, Voice};
use ropey::Rope;
use text::PositionEncoding;
use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tower_lsp::gen_lsp_types::MessageType;
use workspace::{DocumentError, TextChange, Workspace};

use super::account::Account;
use super::compose;
use super::layout::Layout;
use super::pen::{Pen, Unwritten};
use super::place::Place;
use crate::approvals;
use crate::chat::Conversation;
use crate::front::{Front, lock};
use crate::questions;

/// Between two edits: a handful a second reads as a stream, and an editor's undo list stays short.
const PAUSE: Duration = Duration::from_millis(200);

/// One answer, from the Send to the end of its turn.
pub(crate) struct Answer {
    pub(super) pen: Pen,
    line_break: &'static str,
    /// None where a typed command answers without a turn.
    running: Mutex<Option<Running>>,
    desk: Mutex<Desk>,
    news: Notify,
    /// Nothing more is written.
    pub(super) done: CancellationToken,
}

/// The turn that is answered, and where to speak to it.
#[derive(Clone)]
pub(super) struct Running {
    pub(super) turn: TurnId,
    pub(super) voice: Voice,
}

/// What is on its way into the file.
struct Desk {
    account: Account,
    sheets: VecDeque<Sheet>,
    is_over: bool,
}

enum Sheet {
    Words(String),
    /// From here on it is an answer to something that the user said later.
    Block,
}

impl Desk {
    fn put(&mut self) {
        let words = self.account.take();
        match self.sheets.back_mut() {
            _ if words.is_empty() => {}
            Some(Sheet::Words(last)) => last.push_str(&words),
            _ => self.sheets.push_back(Sheet::Words(words)),
        }
    }
}

impl Answer {
    pub(super) fn new(uri: Uri, line_break: &'static str) -> Self {
        let desk = Desk {
            account: Account::new(line_break),
            sheets: VecDeque::new(),
            is_over: false,
        };
        Self {
            pen: Pen::new(uri),
            line_break,
            running: Mutex::default(),
            desk: Mutex::new(desk),
            news: Notify::new(),
            done: CancellationToken::new(),
        }
    }

    /// As [`Pen::follow`].
    ///
    /// # Errors
    /// As `apply`.
    pub(crate) fn follow_typing(
        &self,
        workspace: &Workspace,
        changes: &[TextChange],
        encoding: PositionEncoding,
        apply: impl FnOnce() -> Result<(), DocumentError>,
    ) -> Result<bool, DocumentError> {
        self.pen.follow(workspace, changes, encoding, apply)
    }

    pub(super) fn running(&self) -> Option<Running> {
        lock(&self.running).clone()
    }

    pub(super) fn runs(&self, turn: TurnId, voice: Voice) {
        *lock(&self.running) = Some(Running { turn, voice });
    }

    fn tell(&self, tell: impl FnOnce(&mut Account)) {
        let mut desk = lock(&self.desk);
        tell(&mut desk.account);
        desk.put();
        drop(desk);
        self.news.notify_one();
    }

    /// What comes from now on stands in a block of its own, below what the user has said meanwhile.
    pub(super) fn begin_block(&self) {
        let mut desk = lock(&self.desk);
        desk.account.finish();
        desk.put();
        desk.account = Account::new(self.line_break);
        desk.sheets.push_back(Sheet::Block);
        drop(desk);
        self.news.notify_one();
    }

    /// All was said.
    pub(super) fn end(&self) {
        let mut desk = lock(&self.desk);
        desk.account.finish();
        desk.put();
        desk.is_over = true;
        drop(desk);
        self.news.notify_one();
    }

    pub(super) fn say(&self, words: &str) {
        self.tell(|account| account.words(words));
    }

    /// Follows the turn to its end.
    pub(super) async fn follow(&self, front: &Arc<Front>, conversation: &Conversation, mut link: Link, turn: &TurnId) {
        loop {
            let Some(event) = link.next().await else {
                let owner = link
                    .owner()
                    .map(|(pid, owner)| format!("{owner}, process {pid}, which ran it, has gone"));
                let why = owner.unwrap_or_else(|| "nobody knows how it ended".to_owned());
                let remark =
                    format!("*The answer was cut: {why}. What was said is in the session; send again to go on.*");
                self.tell(|account| account.remark(&remark));
                break;
            };
            if link.owner().is_some() {
                ask(front, &link, &event).await;
            }
            if event.turn.as_ref() != Some(turn) {
                continue;
            }
            match event.kind {
                EventKind::TurnCompleted {
                    state,
                    stop_reason,
                    error,
                    ..
                } => {
                    let proposed = proposed(front, &link, turn).await;
                    self.tell(|account| end(account, state, stop_reason, error.as_deref(), &proposed));
                    break;
                }
                EventKind::ContextSelected(bill) => conversation.note_bill(bill),
                kind => self.take(kind),
            }
        }
        self.end();
    }

    fn take(&self, kind: EventKind) {
        match kind {
            EventKind::TextDelta { text } => self.say(&text),
            EventKind::ToolStarted { call, title, .. } => self.tell(|account| account.started(call, &title)),
            EventKind::ToolCompleted {
                call,
                name,
                ok,
                summary,
                ..
            } => self.tell(|account| account.completed(&call, &name, ok, &summary)),
            _ => {}
        }
    }

    /// Opens the block, writes what there is until all is said, and makes room for what the user says next. `opened` is
    /// called when the file names its session.
    ///
    /// # Errors
    /// Not all was written.
    pub(super) async fn write(
        &self,
        front: &Arc<Front>,
        session: Option<&SessionId>,
        opened: impl FnOnce(),
    ) -> Result<(), Unwritten> {
        self.open(front, session).await?;
        opened();
        loop {
            self.news.notified().await;
            while let Some(sheet) = self.next() {
                match sheet {
                    Sheet::Block => self.open(front, None).await?,
                    Sheet::Words(words) => self.write_words(front, words).await?,
                }
                sleep(PAUSE).await;
            }
            if self.is_over() {
                let ending =
                    |text: &Rope, place: Option<Place>| Ok(place.and_then(|place| compose::ending(text, place)));
                return self.pen.write(front, &ending).await;
            }
        }
    }

    async fn open(&self, front: &Arc<Front>, session: Option<&SessionId>) -> Result<(), Unwritten> {
        let session = session.map(SessionId::as_str);
        let opening = |text: &Rope, _: Option<Place>| {
            let layout = Layout::of(&text.to_string())?;
            let session = session.filter(|_| layout.front.session.is_none());
            Ok(Some(compose::opening(text, &layout, session)))
        };
        self.pen.write(front, &opening).await
    }

    /// What the editor refuses is tried once more when all is said: meanwhile the user may have let it.
    async fn write_words(&self, front: &Arc<Front>, mut words: String) -> Result<(), Unwritten> {
        match self.try_words(front, &words).await {
            Err(Unwritten::Refused(_)) => {}
            written => return written,
        }
        loop {
            while let Some(sheet) = self.next() {
                match sheet {
                    Sheet::Words(more) => words.push_str(&more),
                    Sheet::Block => words.push_str(&self.line_break.repeat(2)),
                }
            }
            if self.is_over() {
                return self.try_words(front, &words).await;
            }
            self.news.notified().await;
        }
    }

    async fn try_words(&self, front: &Arc<Front>, words: &str) -> Result<(), Unwritten> {
        let compose = |text: &Rope, place: Option<Place>| Ok(place.map(|place| compose::words(text, place, words)));
        self.pen.write(front, &compose).await
    }

    fn next(&self) -> Option<Sheet> {
        lock(&self.desk).sheets.pop_front()
    }

    fn is_over(&self) -> bool {
        let desk = lock(&self.desk);
        desk.is_over && desk.sheets.is_empty()
    }
}

/// What is asked in a session of another process: the pump hears of this process's own.
async fn ask(front: &Arc<Front>, link: &Link, event: &Event) {
    match &event.kind {
        EventKind::ApprovalRequested(request) => {
            approvals::ask(front, event.turn.clone(), request.clone(), Some(link.voice())).await;
            front.refresh_lenses();
        }
        EventKind::ApprovalClosed { id } => {
            front.approvals.close(id);
            front.refresh_lenses();
        }
        EventKind::QuestionAsked(request) => questions::ask(front, request.clone(), Some(link.voice())),
        EventKind::Notice { message } => front.show_message(MessageType::Warning, message.clone()).await,
        _ => {}
    }
}

/// How the turn ended, where that is more than its last words, and what it proposes.
fn end(account: &mut Account, state: TurnState, reason: StopReason, error: Option<&str>, proposed: &[String]) {
    match (state, error) {
        (_, Some(report)) if chat::updates::is_report(reason) => account.remark(report),
        (TurnState::Stopped, _) => account.remark("*Stopped.*"),
        (TurnState::Failed, Some(error)) => {
            let error = error.trim().trim_end_matches('.');
            account.remark(&format!("*The turn failed: {error}.*"));
        }
        (TurnState::Failed, None) => account.remark("*The turn failed.*"),
        _ if reason == StopReason::MaxTokens => {
            account.remark("*The model's answer met its limit of length; send “go on” for the rest.*");
        }
        _ => {}
    }
    if let [.., last] = proposed {
        let files: BTreeSet<&str> = proposed.iter().map(String::as_str).collect();
        let files: Vec<String> = files.into_iter().map(|file| format!("`{file}`")).collect();
        account.remark(&match proposed.len() {
            1 => format!("*1 change in `{last}` waits for Keep or Reject.*"),
            many => format!("*{many} changes in {} wait for Keep or Reject.*", files.join(", ")),
        });
    }
}

/// The file of each hunk that the turn leaves to be decided.
async fn proposed(front: &Front, voice: &Voice, turn: &TurnId) -> Vec<String> {
    let reviews = voice.reviews(front.client.encoding).await.unwrap_or_default();
    let files = reviews
        .iter()
        .filter(|review| review.turn_id == *turn)
        .flat_map(|review| &review.files);
    let hunks = files.flat_map(|file| {
        let open = file.hunks.iter().filter(|hunk| hunk.state.is_open()).count();
        std::iter::repeat_n(file.uri.file_name(), open)
    });
    hunks.collect()
}
