//! The client: requests, notifications, and the waits for what comes back.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::binary::{private_environment, under};
use crate::buffer::Buffer;
use crate::editing::ApplyEdit;
use crate::options::Options;
use crate::review::hunks;
use crate::wire::{self, Gate};

/// Nothing here takes seconds; a wait this long is a hang.
pub const TIMEOUT: Duration = Duration::from_secs(30);

pub struct Client {
    pub(crate) child: Child,
    pub(crate) input: Option<ChildStdin>,
    pub(crate) messages: Receiver<Value>,
    pub(crate) gate: Gate,
    next_id: u64,
    /// Notifications that no one has waited for yet.
    seen: VecDeque<Value>,
    /// Requests of the server's, by method, that were answered.
    pub served: Vec<Value>,
    /// Methods of the server's requests that are left without an answer; they count as served.
    pub unanswered: Vec<&'static str>,
    /// What the editor answers to requests that nothing here serves, by method; else `null`.
    pub answers: HashMap<&'static str, Value>,
    /// What the user chooses in the server's next prompts; then every prompt is closed without a choice.
    pub choices: VecDeque<&'static str>,
    /// How long a wait may take; longer is a hang.
    pub patience: Duration,
    pub buffers: HashMap<String, Buffer>,
    pub apply_edit: ApplyEdit,
    pub initialized: Value,
}

/// The `file` URI of a path that needs no escaping.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

impl Client {
    /// Starts a server with its state in `home` on the workspace `root` and shakes hands.
    pub fn start(home: &Path, root: &Path, options: Options) -> anyhow::Result<Self> {
        let mut command = under(&options.under);
        private_environment(&mut command, home);
        let mut child = command
            .arg("lsp")
            .envs(options.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let input = child.stdin.take();
        let gate = Gate::default();
        let messages = wire::receive_in_background(child.stdout.take().context("stdout is piped")?, gate.clone());
        let mut client = Self {
            child,
            input,
            messages,
            gate,
            next_id: 1,
            seen: VecDeque::new(),
            served: Vec::new(),
            unanswered: Vec::new(),
            answers: HashMap::new(),
            choices: VecDeque::new(),
            patience: TIMEOUT,
            buffers: HashMap::new(),
            apply_edit: options.apply_edit,
            initialized: Value::Null,
        };
        let params = json!({
            "processId": null, "rootUri": uri(root), "capabilities": options.capabilities,
            "workspaceFolders": [{"uri": uri(root), "name": "workspace"}],
            "initializationOptions": options.initialization,
        });
        client.initialized = client.request("initialize", params)?;
        client.notify("initialized", json!({}))?;
        Ok(client)
    }

    /// Opens a buffer with `text`, whatever the disk holds.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) -> anyhow::Result<()> {
        self.buffers.insert(uri.to_owned(), Buffer::new(text));
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}))
    }

    /// The user replaces `range` (bytes) of a buffer.
    pub fn type_at(&mut self, uri: &str, range: std::ops::Range<usize>, new: &str) -> anyhow::Result<()> {
        let buffer = self.buffers.get_mut(uri).context("the buffer is open")?;
        let change = buffer.replace(range, new);
        let version = buffer.version;
        self.did_change(uri, version, vec![change])
    }

    pub fn did_change(&mut self, uri: &str, version: i32, changes: Vec<Value>) -> anyhow::Result<()> {
        let document = json!({"uri": uri, "version": version});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": changes}),
        )
    }

    pub fn text(&self, uri: &str) -> &str {
        self.buffers.get(uri).map_or("", |buffer| &buffer.text)
    }

    pub fn notify(&mut self, method: &str, params: Value) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Sends a request and waits for its result.
    pub fn request(&mut self, method: &str, params: Value) -> anyhow::Result<Value> {
        let answer = self.request_raw(method, params)?;
        if let Some(error) = answer.get("error") {
            bail!("{method} was refused: {error}");
        }
        Ok(answer["result"].clone())
    }

    /// Sends a request and waits for its whole answer, `result` or `error`.
    pub fn request_raw(&mut self, method: &str, params: Value) -> anyhow::Result<Value> {
        let id = self.send_request(method, params)?;
        self.answer_to(id)
    }

    pub fn send_request(&mut self, method: &str, params: Value) -> anyhow::Result<u64> {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        Ok(id)
    }

    pub fn answer_to(&mut self, id: u64) -> anyhow::Result<Value> {
        self.wait_for_answer(&json!(id))
    }

    /// Waits for the answer to the request `id`; what was no request is answered with the id `null`.
    pub fn wait_for_answer(&mut self, id: &Value) -> anyhow::Result<Value> {
        let deadline = Instant::now() + self.patience;
        loop {
            let message = self.receive(deadline)?;
            if message.get("method").is_none() && message["id"] == *id {
                return Ok(message);
            }
            self.take(message)?;
        }
    }

    pub fn execute(&mut self, command: &str, argument: Value) -> anyhow::Result<Value> {
        self.request(
            "workspace/executeCommand",
            json!({"command": command, "arguments": [argument]}),
        )
    }

    /// Waits for the next notification of `method` that `is_it`; earlier ones of that kind are dropped.
    pub fn wait_for(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let deadline = Instant::now() + self.patience;
        loop {
            while let Some(message) = self.seen.pop_front() {
                if message["method"] == method && is_it(&message["params"]) {
                    return Ok(message["params"].clone());
                }
            }
            let message = self
                .receive(deadline)
                .with_context(|| format!("waiting for {method}"))?;
            self.take(message)?;
        }
    }

    /// Waits until a request of the server's of this method has been served; returns the last one.
    pub fn wait_for_request(&mut self, method: &str) -> anyhow::Result<Value> {
        let deadline = Instant::now() + self.patience;
        loop {
            if let Some(request) = self.served.iter().rev().find(|request| request["method"] == method) {
                return Ok(request.clone());
            }
            let message = self
                .receive(deadline)
                .with_context(|| format!("waiting for {method}"))?;
            self.take(message)?;
        }
    }

    /// Runs a command and waits for the turn's end; returns the last `singletree/turn`.
    pub fn run_turn(&mut self, argument: Value) -> anyhow::Result<Value> {
        let started = self.execute("singletree.run", argument)?;
        let turn = started["turnId"].clone();
        ensure!(turn.is_string(), "run answers with a turn id: {started}");
        self.wait_for("singletree/turn", |params| {
            params["turnId"] == turn && params["state"] != "running"
        })
    }

    pub fn state(&mut self) -> anyhow::Result<Value> {
        self.execute("singletree.review.state", json!({}))
    }

    pub fn hunks(&mut self, states: &[&str]) -> anyhow::Result<Vec<Value>> {
        Ok(hunks(&self.state()?, states))
    }

    /// Writes raw bytes, framed or not.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        use std::io::Write;
        let input = self.input.as_mut().context("stdin is open")?;
        input.write_all(bytes)?;
        input.flush()?;
        Ok(())
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let input = self.input.as_mut().context("stdin is open")?;
        Ok(wire::send(input, message)?)
    }

    /// The next message, whatever it is.
    pub fn receive(&mut self, deadline: Instant) -> anyhow::Result<Value> {
        match self
            .messages
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Timeout) => bail!("the server was silent for {TIMEOUT:?}"),
            Err(RecvTimeoutError::Disconnected) => bail!("the server closed the connection"),
        }
    }

    /// Serves a request of the server's, or puts a notification aside.
    pub fn take(&mut self, message: Value) -> anyhow::Result<()> {
        let Some(method) = message["method"].as_str().map(str::to_owned) else {
            return Ok(());
        };
        let Some(id) = message.get("id").cloned() else {
            self.seen.push_back(message);
            return Ok(());
        };
        if self.unanswered.contains(&method.as_str()) {
            self.served.push(message);
            return Ok(());
        }
        let result = match method.as_str() {
            "workspace/applyEdit" => match self.apply(&message["params"]["edit"])? {
                Some(result) => result,
                None => return Ok(()),
            },
            "window/showDocument" => json!({"success": true}),
            "window/showMessageRequest" => match self.choices.pop_front() {
                Some(title) => json!({ "title": title }),
                None => Value::Null,
            },
            method => self.answers.get(method).cloned().unwrap_or_default(),
        };
        self.served.push(message);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}))
    }
}
