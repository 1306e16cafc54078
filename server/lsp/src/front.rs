//! What the handlers and the pump share: one object for a connection, made by `initialize`.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use base::{ChangeKind, CommandName, FileReview, Hunk, HunkId, Review, ReviewId, TurnId, Uri};
use engine::{RunError, RunRequest, Runtime, Started};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower_lsp::gen_lsp_types::{
    CodeLensRefreshRequest, LogMessageNotification, LogMessageParams, MessageType, ShowMessageNotification,
    ShowMessageParams,
};
use workspace::Workspace;

use crate::approvals::Approvals;
use crate::capabilities::{ClientProfile, ReviewMode};
use crate::chat::Chats;
use crate::chat_file::ChatFiles;
use crate::serve::{DiskEditors, Wiring};
use crate::status::StatusSource;
use crate::transport::Outbound;

pub(crate) struct Front {
    pub(crate) client: ClientProfile,
    pub(crate) outbound: Outbound,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) state_dir: PathBuf,
    pub(crate) review_mode: ReviewMode,
    pub(crate) disk_editor: DiskEditors,
    pub(crate) status: StatusSource,
    /// By document: what ends the completion that was asked for last.
    pub(crate) completing: Mutex<HashMap<Uri, CancellationToken>>,
    pub(crate) approvals: Approvals,
    pub(crate) chats: Chats,
    pub(crate) chat_files: ChatFiles,
    /// Tells the pump that what an editor shows of the reviews may be out of date.
    pub(crate) look_again: Notify,
    commands: Mutex<HashMap<TurnId, CommandName>>,
    last_change: Mutex<Option<Instant>>,
    /// Notices that the user has read.
    told: Mutex<HashSet<String>>,
    open: RwLock<Arc<OpenReviews>>,
    closing: CancellationToken,
}

/// What waits beyond the file that an action is asked for in. Published by the pump.
#[derive(Debug, Default)]
pub(crate) struct OpenReviews {
    pub(crate) reviews: HashMap<ReviewId, OpenReview>,
    /// Files that no editor shows: their hunks have no line to stand at.
    pub(crate) unseen: Vec<UnseenFile>,
    /// Hunks of open files that concern the file as a whole: `rename a.py to b.py`.
    pub(crate) whole: HashMap<HunkId, String>,
}

#[derive(Clone, Debug)]
pub(crate) struct UnseenFile {
    pub(crate) review: ReviewId,
    pub(crate) rev: u64,
    pub(crate) uri: Uri,
    /// What is proposed, in a few words: `new file tests/test_a.py`.
    pub(crate) what: String,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenReview {
    pub(crate) rev: u64,
    pub(crate) hunks: usize,
    pub(crate) files: usize,
}

impl Front {
    pub(crate) fn new(client: ClientProfile, outbound: Outbound, wiring: Wiring) -> Self {
        let Wiring {
            runtime,
            state_dir,
            review,
            disk_editor,
            status,
        } = wiring;
        Self {
            client,
            outbound,
            runtime,
            state_dir,
            review_mode: review,
            disk_editor,
            status,
            completing: Mutex::default(),
            approvals: Approvals::default(),
            chats: Chats::default(),
            chat_files: ChatFiles::default(),
            look_again: Notify::new(),
            commands: Mutex::default(),
            last_change: Mutex::default(),
            told: Mutex::default(),
            open: RwLock::default(),
            closing: CancellationToken::new(),
        }
    }

    pub(crate) fn workspace(&self) -> &Arc<Workspace> {
        self.runtime.workspace()
    }

    /// Whether instructions that stand in files may be offered: they may be somebody else's.
    pub(crate) fn is_trusted(&self) -> bool {
        self.runtime.is_trusted()
    }

    /// The user may have trusted the workspace, in a shell or in another editor, since it was last looked at.
    /// With trust come and go the commands that it brings; what is wrong with their files is said once.
    pub(crate) async fn look_at_trust(&self) {
        let runtime = Arc::clone(&self.runtime);
        if tokio::task::spawn_blocking(move || runtime.look_at_trust())
            .await
            .is_err()
        {
            tracing::error!("looking at the workspace's trust failed");
        }
        for notice in &self.runtime.user_commands().notices {
            if lock(&self.told).insert(notice.clone()) {
                self.show_message(MessageType::Warning, format!("Singletree: {notice}"))
                    .await;
            }
        }
    }

    /// Starts a turn and remembers what it was asked for. The lock is held until that is noted, so that the pump
    /// finds it however soon the turn ends. Reads files and the store: not for an async task's own thread.
    pub(crate) fn run(&self, request: RunRequest) -> Result<Started, RunError> {
        let command = request.task.command;
        let mut commands = lock(&self.commands);
        let started = self.runtime.run(request)?;
        commands.insert(started.turn.clone(), command);
        Ok(started)
    }

    /// The turns of this editor's commands that run, and what each was asked for.
    pub(crate) fn running(&self) -> Vec<(TurnId, CommandName)> {
        let commands = lock(&self.commands);
        let mut running: Vec<_> = commands
            .iter()
            .map(|(turn, command)| (turn.clone(), *command))
            .collect();
        running.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        running
    }

    /// What a turn that has ended was asked for.
    pub(crate) fn take_command(&self, turn: &TurnId) -> Option<CommandName> {
        lock(&self.commands).remove(turn)
    }

    pub(crate) fn note_typing(&self) {
        *lock(&self.last_change) = Some(Instant::now());
    }

    /// When the user last typed, as far as the documents tell.
    pub(crate) fn last_change(&self) -> Option<Instant> {
        *lock(&self.last_change)
    }

    pub(crate) fn open_reviews(&self) -> Arc<OpenReviews> {
        Arc::clone(&self.open.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The reviews as the client shows them: only a plugin of ours draws what is still being written.
    pub(crate) fn shown_reviews(&self) -> Vec<Review> {
        match self.has_plugin() {
            true => self.runtime.drawn_reviews(self.client.encoding),
            false => self.runtime.reviews(self.client.encoding),
        }
    }

    pub(crate) fn publish_open(&self, reviews: &[Review]) {
        let open = reviews.iter().filter_map(|review| {
            let in_file = |file: &base::FileReview| file.hunks.iter().filter(|hunk| hunk.state.is_open()).count();
            let counts: Vec<usize> = review.files.iter().map(in_file).filter(|count| *count > 0).collect();
            let open = OpenReview {
                rev: review.rev,
                hunks: counts.iter().sum(),
                files: counts.len(),
            };
            (open.hunks > 0).then(|| (review.review_id.clone(), open))
        });
        let open = Arc::new(OpenReviews {
            reviews: open.collect(),
            unseen: reviews.iter().flat_map(|review| self.unseen(review)).collect(),
            whole: reviews.iter().flat_map(|review| self.whole_files(review)).collect(),
        });
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = open;
    }

    fn unseen<'a>(&'a self, review: &'a Review) -> impl Iterator<Item = UnseenFile> + 'a {
        let waiting = |file: &FileReview| file.hunks.iter().filter(|hunk| hunk.state.is_open()).count();
        let unseen = review.files.iter().filter(|file| file.version.is_none());
        unseen.filter(move |file| waiting(file) > 0).map(move |file| {
            let changes = || match waiting(file) {
                1 => format!("{} (1 change)", self.name(&file.uri)),
                n => format!("{} ({n} changes)", self.name(&file.uri)),
            };
            let what = self.whole(file).unwrap_or_else(changes);
            UnseenFile {
                review: review.review_id.clone(),
                rev: review.rev,
                uri: file.uri.clone(),
                what,
            }
        })
    }

    fn whole_files<'a>(&'a self, review: &'a Review) -> impl Iterator<Item = (HunkId, String)> + 'a {
        let titled = |file: &'a FileReview| self.whole(file).map(|what| (file, what));
        let files = review.files.iter().filter(|file| file.version.is_some());
        files.filter_map(titled).flat_map(|(file, what)| {
            let whole = file.hunks.iter().filter(|hunk| is_whole(file, hunk));
            whole.map(move |hunk| (hunk.id.clone(), what.clone()))
        })
    }

    /// What is proposed for a file as a whole, in a few words; none where its text changes and nothing else.
    fn whole(&self, file: &FileReview) -> Option<String> {
        let path = self.name(&file.uri);
        match (file.kind, &file.new_uri) {
            (ChangeKind::Create, _) => Some(format!("new file {path}")),
            (ChangeKind::Delete, _) => Some(format!("delete {path}")),
            (ChangeKind::Rename, Some(to)) => Some(format!("rename {path} to {}", self.name(to))),
            _ => None,
        }
    }

    /// The title of a hunk for people.
    pub(crate) fn title_of(&self, file: &FileReview, hunk: &Hunk) -> String {
        let whole = self.whole(file).filter(|_| is_whole(file, hunk));
        whole.unwrap_or_else(|| hunk.title.clone())
    }

    /// A file as people call it: from the workspace's folder.
    pub(crate) fn name(&self, uri: &Uri) -> String {
        let relative = |path: PathBuf| self.workspace().relative(&path);
        uri.path().map_or_else(|| uri.to_string(), relative)
    }

    pub(crate) async fn show_message(&self, kind: MessageType, message: impl Into<String>) {
        let params = ShowMessageParams {
            kind,
            message: message.into(),
        };
        self.outbound.notify::<ShowMessageNotification>(params).await;
    }

    /// For the editor's log: worth finding again, not worth an interruption.
    pub(crate) async fn log_message(&self, message: String) {
        let params = LogMessageParams {
            kind: MessageType::Info,
            message,
        };
        self.outbound.notify::<LogMessageNotification>(params).await;
    }

    /// Whether hunks are drawn by a plugin of ours; every other client gets lenses, hints and messages.
    pub(crate) fn has_plugin(&self) -> bool {
        self.client.options.review
    }

    /// Has the client ask for its lenses anew. Nobody waits for the answer, which says nothing.
    pub(crate) fn refresh_lenses(&self) {
        if self.client.can_refresh_lenses && !self.has_plugin() {
            let outbound = self.outbound.clone();
            tokio::spawn(async move { outbound.request::<CodeLensRefreshRequest>(()).await });
        }
    }

    pub(crate) fn close(&self) {
        self.closing.cancel();
    }

    pub(crate) async fn closed(&self) {
        self.closing.cancelled().await;
    }
}

/// A file that gets another name may get other text too.
fn is_whole(file: &FileReview, hunk: &Hunk) -> bool {
    file.kind != ChangeKind::Rename || hunk.old_text == hunk.new_text
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
