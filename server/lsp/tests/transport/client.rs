//! A client of the toy. It fails on what a test did not ask for.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use lsp::transport::{Exit, Limits, serve};
use serde_json::{Value, json};
use tokio::io::split;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;

use crate::toy::{self, Happened};
use crate::wire::{PATIENCE, Wire};

pub(crate) struct Client {
    wire: Wire,
    pub(crate) server: JoinHandle<Exit>,
    pub(crate) happened: UnboundedReceiver<Happened>,
}

impl Client {
    /// Connects over a wide pipe, and shakes hands.
    pub(crate) async fn start() -> Self {
        Self::start_with(Limits::default(), 1 << 20).await
    }

    pub(crate) async fn start_with(limits: Limits, pipe: usize) -> Self {
        let mut client = Self::connect(limits, pipe);
        client.request(0, "initialize", json!({"capabilities": {}})).await;
        assert!(client.response(0).await["result"]["capabilities"].is_object());
        client.notify("initialized", json!({})).await;
        client
    }

    pub(crate) fn connect(limits: Limits, pipe: usize) -> Self {
        let (ours, theirs) = tokio::io::duplex(pipe);
        let (service, socket, happened) = toy::service();
        let (input, output) = split(theirs);
        let server = tokio::spawn(serve(input, output, service, socket, limits));
        Self {
            wire: Wire::new(ours),
            server,
            happened,
        }
    }

    pub(crate) async fn change(&mut self, version: i32) {
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": "file:///a", "version": version}, "contentChanges": [{"text": "x"}]}),
        )
        .await;
    }

    pub(crate) async fn cancel(&mut self, id: i64) {
        self.notify("$/cancelRequest", json!({"id": id})).await;
    }

    /// The next message, which answers request `id`.
    pub(crate) async fn response(&mut self, id: i64) -> Value {
        let message = self.next().await;
        assert_eq!(message["id"], id, "unclaimed: {message}");
        assert!(message.get("method").is_none(), "unclaimed: {message}");
        message
    }

    /// The next message, which is an error of this code under `id`.
    pub(crate) async fn error(&mut self, id: impl Into<Value>, code: i64) {
        let message = self.next().await;
        assert_eq!(
            (&message["id"], &message["error"]["code"]),
            (&id.into(), &json!(code)),
            "unclaimed: {message}"
        );
        assert!(!message["error"]["message"].as_str().unwrap().is_empty());
    }

    /// Asks for something and gets it: the connection lives.
    pub(crate) async fn assert_alive(&mut self) {
        self.request(9999, "toy/version", json!(null)).await;
        assert!(self.response(9999).await["result"].is_i64());
    }

    pub(crate) async fn event(&mut self) -> Happened {
        tokio::time::timeout(PATIENCE, self.happened.recv())
            .await
            .expect("nothing happened")
            .unwrap()
    }

    /// Waits until the toy tells this, passing over all else.
    pub(crate) async fn until(&mut self, wanted: Happened) {
        while self.event().await != wanted {}
    }

    pub(crate) async fn exit(self) -> Exit {
        tokio::time::timeout(PATIENCE, self.server)
            .await
            .expect("the server goes on")
            .unwrap()
    }

    /// Drops both ends of the pipe.
    pub(crate) fn hang_up(self) -> JoinHandle<Exit> {
        self.server
    }
}

impl Deref for Client {
    type Target = Wire;

    fn deref(&self) -> &Wire {
        &self.wire
    }
}

impl DerefMut for Client {
    fn deref_mut(&mut self) -> &mut Wire {
        &mut self.wire
    }
}

/// Returns when every task waits for something that only the test can give. Needs the paused clock, which moves on
/// its own only when nothing else can run.
pub(crate) async fn until_idle() {
    let never = std::future::pending::<()>();
    let _ = tokio::time::timeout(Duration::from_millis(1), never).await;
}
