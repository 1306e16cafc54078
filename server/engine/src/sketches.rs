//! What a call will change is drawn while the model still writes it, as hunks in state *streaming*.
//!
//! Each call that has something to see has a task of its own, which reads the pieces of its arguments as they come and
//! lets the tool say what they come to so far. Pieces that arrive while that is drawn are drawn together, and so are
//! those that came too soon after the last drawing: with the piece after them, or when no more has come for a moment.

mod partial;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::CallId;
use tokio::sync::mpsc;
use tools::Tool;
use workspace::{Pen, Preview};

use crate::turn::TurnContext;
use partial::PartialObject;

/// A drawing costs what it shows, so one that grows is drawn again when it has grown by this share of itself: the costs
/// of all together stay in proportion to the text, however long that is.
const SHARE: usize = 256;

/// The next drawing waits so many times as long as the last one took: it is never what a processor is busy with.
const LEISURE: u32 = 4;
/// But not longer than so many times the pace.
const MOST_PACES: u32 = 40;

/// The drawings of one answer's calls. What is dropped with it is not to be seen any more.
pub(crate) struct Sketches<'a> {
    turn: &'a TurnContext,
    /// By the index of the call in the stream.
    open: HashMap<usize, Sketch>,
}

struct Sketch {
    id: CallId,
    pieces: mpsc::UnboundedSender<String>,
    preview: Preview,
}

impl<'a> Sketches<'a> {
    pub(crate) fn new(turn: &'a TurnContext) -> Self {
        Self {
            turn,
            open: HashMap::new(),
        }
    }

    /// A call begins. One without an id of its own is not drawn: it would not be known again when it is staged.
    pub(crate) fn begin(&mut self, index: usize, id: CallId, name: &str) {
        let turn = self.turn;
        let is_known = id.as_str().is_empty() || self.open.values().any(|sketch| sketch.id == id);
        if is_known || !turn.may_edit() || !turn.has_tool(name) {
            return;
        }
        let Some(tool) = turn.runtime.tools.get(name) else {
            return;
        };
        let Some(grows) = tool.grows() else { return };
        let preview = turn.runtime.workspace.preview(turn.tool_context(&id).origin());
        let (pieces, arriving) = mpsc::unbounded_channel();
        let artist = Artist {
            turn: turn.clone(),
            call: id.clone(),
            tool,
            grows,
            pen: preview.pen(),
        };
        tokio::spawn(artist.work(arriving));
        self.open.insert(index, Sketch { id, pieces, preview });
    }

    pub(crate) fn grow(&mut self, index: usize, json: String) {
        if let Some(sketch) = self.open.get(&index) {
            // An artist that died has left a line in the log; the call itself needs none.
            let _ = sketch.pieces.send(json);
        }
    }

    /// Nothing more comes: what is not whole by now is no call.
    pub(crate) fn give_up(&mut self) {
        self.open.clear();
    }

    /// The call is whole: what is drawn of it stays until the call is staged, or is over.
    pub(crate) fn end(&mut self, id: &CallId) -> Option<Preview> {
        let (&index, _) = self.open.iter().find(|(_, sketch)| sketch.id == *id)?;
        let sketch = self.open.remove(&index)?;
        sketch.preview.finish();
        Some(sketch.preview)
    }
}

/// Draws one call.
struct Artist {
    turn: TurnContext,
    call: CallId,
    tool: Arc<dyn Tool>,
    grows: &'static str,
    pen: Pen,
}

impl Artist {
    /// Until the call is whole or given up.
    async fn work(self, mut arriving: mpsc::UnboundedReceiver<String>) {
        let pace = self.turn.runtime.limits.preview_pace;
        let artist = Arc::new(self);
        let mut arguments = PartialObject::default();
        let mut length = 0;
        let mut drawn = 0;
        let mut rest = pace;
        let mut last: Option<Instant> = None;
        let mut has_news = false;
        loop {
            // What was passed over is drawn once nothing more comes for a moment.
            let quiet = if has_news { rest } else { Duration::MAX };
            match tokio::time::timeout(quiet, arriving.recv()).await {
                Ok(None) => return,
                Ok(Some(piece)) => {
                    arguments.push(&piece);
                    while let Ok(piece) = arriving.try_recv() {
                        arguments.push(&piece);
                    }
                    length = arguments.len_of(artist.grows);
                    has_news = length > drawn;
                    let is_soon = last.is_some_and(|last| last.elapsed() < rest);
                    if length <= drawn + drawn / SHARE || is_soon {
                        continue;
                    }
                }
                Err(_quiet) => has_news = false,
            }
            let Some((so_far, open)) = arguments.so_far() else {
                return;
            };
            // A place that is not whole yet is no place.
            if open.is_some_and(|open| open != artist.grows) {
                continue;
            }
            let is_cut = open.is_some();
            let began = Instant::now();
            let at_work = Arc::clone(&artist);
            if tokio::task::spawn_blocking(move || at_work.draw(so_far, is_cut))
                .await
                .is_err()
            {
                return;
            }
            drawn = length;
            has_news = false;
            last = Some(Instant::now());
            rest = (began.elapsed() * LEISURE).clamp(pace, pace * MOST_PACES);
        }
    }

    fn draw(&self, arguments: serde_json::Value, is_cut: bool) {
        let context = self.turn.tool_context(&self.call);
        self.pen.draw(&self.tool.sketch(arguments, is_cut, &context));
    }
}
