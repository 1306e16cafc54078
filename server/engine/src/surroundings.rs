//! The index of the workspace: brought up to date in the background whenever a turn begins, never waited for for long.
//!
//! Open buffers are told to the index then, not at each keystroke: typing costs nothing, and a question finds what was
//! typed before it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use context::{Atlas, Snapshot};
use tokio::sync::watch;
use workspace::Workspace;

/// Steps in which an index that is not complete is taken further; there is one to ask from the first on.
const MOST_STEPS: usize = 1_000;

pub(crate) struct Surroundings {
    atlas: Arc<Atlas>,
    buffers: Arc<Mutex<Buffers>>,
    progress: watch::Sender<Progress>,
}

/// The versions of the open documents, as the index knows them.
type Buffers = HashMap<PathBuf, i32>;

/// Refreshes by number.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    asked: u64,
    /// All that were asked for up to this one are done.
    done: u64,
    runs: bool,
}

impl Surroundings {
    pub(crate) fn new(atlas: Arc<Atlas>) -> Self {
        Self {
            atlas,
            buffers: Arc::default(),
            progress: watch::Sender::new(Progress::default()),
        }
    }

    pub(crate) fn atlas(&self) -> &Arc<Atlas> {
        &self.atlas
    }

    /// Has the index look again. One refresh runs at a time; what is asked for meanwhile is done by one more.
    pub(crate) fn refresh(&self, workspace: &Arc<Workspace>) {
        let mut is_idle = false;
        self.progress.send_modify(|progress| {
            progress.asked += 1;
            is_idle = !std::mem::replace(&mut progress.runs, true);
        });
        if !is_idle {
            return;
        }
        let (atlas, buffers) = (Arc::clone(&self.atlas), Arc::clone(&self.buffers));
        let (workspace, progress) = (Arc::clone(workspace), self.progress.clone());
        tokio::task::spawn_blocking(move || {
            let mut steps = 0..MOST_STEPS;
            let mut goes_on = true;
            while goes_on {
                let asked = progress.borrow().asked;
                let is_complete = look(&atlas, &buffers, &workspace);
                let has_more = !is_complete && steps.next().is_some();
                progress.send_modify(|progress| {
                    progress.done = asked;
                    goes_on = has_more || progress.asked > asked;
                    progress.runs = goes_on;
                });
            }
        });
    }

    /// The index once it knows what is there now; if that takes too long as it stands, and none where nothing was read
    /// yet.
    pub(crate) async fn snapshot_within(&self, patience: Duration) -> Option<Arc<Snapshot>> {
        self.snapshot_when(patience, |_| true).await
    }

    /// The index once nothing is left to be read; if that takes too long as it stands.
    pub(crate) async fn whole_within(&self, patience: Duration) -> Option<Arc<Snapshot>> {
        self.snapshot_when(patience, |progress| !progress.runs).await
    }

    async fn snapshot_when(&self, patience: Duration, is_enough: fn(&Progress) -> bool) -> Option<Arc<Snapshot>> {
        let mut progress = self.progress.subscribe();
        let asked = progress.borrow().asked;
        let is_done = progress.wait_for(|progress| progress.done >= asked && is_enough(progress));
        // In time or not: what counts is whether there is an index at all.
        let _ = tokio::time::timeout(patience, is_done).await;
        (self.progress.borrow().done > 0).then(|| self.atlas.snapshot())
    }
}

/// Buffers first, so that what is typed is not read from the disk. False where another look would find more.
fn look(atlas: &Atlas, buffers: &Mutex<Buffers>, workspace: &Workspace) -> bool {
    let looked = catch_unwind(AssertUnwindSafe(|| {
        tell_buffers(atlas, buffers, workspace);
        atlas.refresh().complete
    }));
    looked.unwrap_or_else(|_| {
        tracing::error!("the index of the workspace could not be brought up to date; this is a bug of ours");
        true
    })
}

fn tell_buffers(atlas: &Atlas, buffers: &Mutex<Buffers>, workspace: &Workspace) {
    let mut told = buffers.lock().unwrap_or_else(PoisonError::into_inner);
    let mut open = Buffers::new();
    for document in workspace.documents() {
        let Some(path) = document.path.clone() else { continue };
        if told.get(&path) != Some(&document.version) {
            atlas.edit(&path, &document.rope);
        }
        open.insert(path, document.version);
    }
    for closed in told.keys().filter(|path| !open.contains_key(*path)) {
        atlas.close(closed);
    }
    *told = open;
}
