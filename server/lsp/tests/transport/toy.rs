//! A server whose handlers hang, block, panic, flood and ask on demand, and tell the test what happens in them.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use lsp::transport::Outbound;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::gen_lsp_types::{
    self as types, DidChangeTextDocumentParams, InitializeParams, InitializeResult, LspNotificationMethod,
    LspRequestMethod, MessageDirection,
};
use tower_lsp::jsonrpc::Result;
use tower_lsp::{Client, ClientSocket, LanguageServer, LspService};

#[derive(Debug, PartialEq)]
pub(crate) enum Happened {
    /// A change was applied; then, after a few awaits, its handler ended.
    Changed(i32),
    ChangeEnded(i32),
    Started(i64),
    /// A hung handler was dropped.
    Dropped(i64),
    /// So many notes of a flood were sent.
    Sent(usize),
}

/// Handlers that call `toy/meet` meet when this many have.
pub(crate) const MEETING: usize = 4;

pub(crate) struct Toy {
    outbound: Outbound,
    happened: UnboundedSender<Happened>,
    version: AtomicI32,
    sent: AtomicUsize,
    meeting: Barrier,
    give_up: Arc<Notify>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Numbered {
    pub(crate) n: i64,
}

pub(crate) enum Note {}
impl types::Notification for Note {
    type Params = Value;
    const METHOD: LspNotificationMethod<'static> = LspNotificationMethod::Custom("toy/note");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
}

pub(crate) enum Question {}
impl types::Request for Question {
    type Params = Value;
    type Result = Value;
    const METHOD: LspRequestMethod<'static> = LspRequestMethod::Custom("toy/question");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
}

pub(crate) fn service() -> (LspService<Toy>, ClientSocket, UnboundedReceiver<Happened>) {
    let (happened, receiver) = unbounded_channel();
    let build = |client: Client| Toy {
        outbound: Outbound::new(client),
        happened,
        version: AtomicI32::new(0),
        sent: AtomicUsize::new(0),
        meeting: Barrier::new(MEETING),
        give_up: Arc::default(),
    };
    let (service, socket) = LspService::build(build)
        .custom_method("toy/version", Toy::version)
        .custom_method("toy/hang", Toy::hang)
        .custom_method("toy/panic", Toy::panic)
        .custom_method("toy/panicNotification", Toy::panic_notification)
        .custom_method("toy/meet", Toy::meet)
        .custom_method("toy/notes", Toy::notes)
        .custom_method("toy/flood", Toy::flood)
        .custom_method("toy/ask", Toy::ask)
        .custom_method("toy/askAndGiveUp", Toy::ask_and_give_up)
        .custom_method("toy/giveUp", Toy::give_up)
        .custom_method("toy/big", Toy::big)
        .finish();
    (service, socket, receiver)
}

impl LanguageServer for Toy {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult::default())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let version = params.text_document.version;
        self.version.store(version, Ordering::Release);
        self.tell(Happened::Changed(version));
        for _ in 0..version % 4 {
            tokio::task::yield_now().await;
        }
        self.tell(Happened::ChangeEnded(version));
    }
}

impl Toy {
    fn tell(&self, happened: Happened) {
        let _ = self.happened.send(happened);
    }

    async fn version(&self) -> Result<i32> {
        Ok(self.version.load(Ordering::Acquire))
    }

    async fn hang(&self, params: Numbered) -> Result<()> {
        struct Guard<'a>(&'a Toy, i64);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                self.0.tell(Happened::Dropped(self.1));
            }
        }
        let _guard = Guard(self, params.n);
        self.tell(Happened::Started(params.n));
        std::future::pending().await
    }

    async fn panic(&self) -> Result<()> {
        panic!("on purpose")
    }

    async fn panic_notification(&self) {
        panic!("on purpose")
    }

    /// Blocks its thread until enough others are here.
    async fn meet(&self) -> Result<()> {
        self.meeting.wait();
        Ok(())
    }

    /// Sends three notes, then answers.
    async fn notes(&self, params: Numbered) -> Result<i64> {
        for k in 0..3 {
            self.outbound.notify::<Note>(json!({"of": params.n, "k": k})).await;
        }
        Ok(params.n)
    }

    async fn flood(&self) -> Result<()> {
        loop {
            self.outbound.notify::<Note>(json!({"text": "x".repeat(100)})).await;
            self.tell(Happened::Sent(self.sent.fetch_add(1, Ordering::AcqRel) + 1));
        }
    }

    async fn ask(&self, params: Numbered) -> Result<Value> {
        self.outbound.request::<Question>(json!({"n": params.n})).await
    }

    async fn ask_and_give_up(&self) -> Result<&'static str> {
        tokio::select! {
            _ = self.outbound.request::<Question>(json!({})) => Ok("answered"),
            () = self.give_up.notified() => Ok("gave up"),
        }
    }

    async fn give_up(&self) {
        self.give_up.notify_one();
    }

    /// Answers with so many bytes.
    async fn big(&self, params: Numbered) -> Result<String> {
        self.tell(Happened::Started(params.n));
        Ok("x".repeat(usize::try_from(params.n).unwrap()))
    }
}
