//! The client: requests, notifications, and what a scenario says the editor does when it is asked to edit.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::binary::{private_environment, singletree};
use crate::buffer::Buffer;
use crate::wire;

/// Nothing here takes seconds; a wait this long is a hang.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// What the editor does with `workspace/applyEdit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplyEdit {
    /// Applies it, tells with `didChange`, answers `applied: true`.
    Honestly,
    /// Leaves the buffer alone and answers `applied: true`, as Neovim does when the user declines.
    ClaimOnly,
    /// Leaves the buffer alone and answers `applied: false`.
    Refuse,
    /// Applies it but dies before it can tell: no `didChange`, no answer.
    ApplySilently,
}

pub struct Options {
    pub capabilities: Value,
    pub initialization: Value,
    pub env: Vec<(String, String)>,
    pub apply_edit: ApplyEdit,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            capabilities: json!({
                "workspace": {
                    "applyEdit": true,
                    "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
                },
                "window": {"workDoneProgress": true, "showDocument": {"support": true}},
            }),
            initialization: json!({"singletree": {"review": true}}),
            env: Vec::new(),
            apply_edit: ApplyEdit::Honestly,
        }
    }
}

pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next_id: u64,
    /// Notifications that no one has waited for yet.
    seen: VecDeque<Value>,
    /// Requests of the server's, by method, that were answered.
    pub served: Vec<Value>,
    pub buffers: HashMap<String, Buffer>,
    pub apply_edit: ApplyEdit,
    pub initialized: Value,
}

/// The `file` URI of a path that needs no escaping.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// All hunks of `reviews` in one of `states`, by place.
pub fn hunks(reviews: &Value, states: &[&str]) -> Vec<Value> {
    let mut hunks: Vec<Value> = Vec::new();
    for review in reviews["reviews"].as_array().into_iter().flatten() {
        for file in review["files"].as_array().into_iter().flatten() {
            for hunk in file["hunks"].as_array().into_iter().flatten() {
                if states.contains(&hunk["state"].as_str().unwrap_or_default()) {
                    let mut hunk = hunk.clone();
                    hunk["uri"] = file["uri"].clone();
                    hunks.push(hunk);
                }
            }
        }
    }
    hunks.sort_by_key(|hunk| (hunk["uri"].to_string(), hunk["range"]["start"]["line"].as_u64()));
    hunks
}

impl Client {
    /// Starts a server with its state in `home` on the workspace `root` and shakes hands.
    pub fn start(home: &Path, root: &Path, options: Options) -> anyhow::Result<Self> {
        let mut command = Command::new(singletree());
        private_environment(&mut command, home);
        let mut child = command
            .arg("lsp")
            .envs(options.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let input = child.stdin.take();
        let messages = wire::receive_in_background(child.stdout.take().context("stdout is piped")?);
        let mut client = Self {
            child,
            input,
            messages,
            next_id: 1,
            seen: VecDeque::new(),
            served: Vec::new(),
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

    fn did_change(&mut self, uri: &str, version: i32, changes: Vec<Value>) -> anyhow::Result<()> {
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
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let message = self.receive(deadline)?;
            if message.get("method").is_none() && message["id"] == json!(id) {
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
        let deadline = Instant::now() + TIMEOUT;
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

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`; the buffers stay, as they do in an editor.
    pub fn kill(mut self) -> anyhow::Result<HashMap<String, Buffer>> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(std::mem::take(&mut self.buffers))
    }

    /// Leaves as the protocol says; returns the exit code.
    pub fn shutdown(mut self) -> anyhow::Result<Option<i32>> {
        self.request("shutdown", Value::Null)?;
        self.notify("exit", Value::Null)?;
        Ok(self.child.wait()?.code())
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
        let result = match method.as_str() {
            "workspace/applyEdit" => match self.apply(&message["params"]["edit"])? {
                Some(result) => result,
                None => return Ok(()),
            },
            "window/showDocument" => json!({"success": true}),
            _ => Value::Null,
        };
        self.served.push(message);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}))
    }

    fn apply(&mut self, edit: &Value) -> anyhow::Result<Option<Value>> {
        match self.apply_edit {
            ApplyEdit::ClaimOnly => return Ok(Some(json!({"applied": true}))),
            ApplyEdit::Refuse => return Ok(Some(json!({"applied": false, "failureReason": "the user said no"}))),
            ApplyEdit::Honestly | ApplyEdit::ApplySilently => {}
        }
        for change in edit["documentChanges"].as_array().context("documentChanges")? {
            match change["kind"].as_str() {
                None => self.apply_to_buffer(change)?,
                Some(kind) => apply_to_disk(kind, change)?,
            }
        }
        Ok((self.apply_edit == ApplyEdit::Honestly).then(|| json!({"applied": true})))
    }

    fn apply_to_buffer(&mut self, change: &Value) -> anyhow::Result<()> {
        let uri = change["textDocument"]["uri"].as_str().context("uri")?.to_owned();
        if !self.buffers.contains_key(&uri) {
            let path = uri.strip_prefix("file://").context("a file")?;
            let text = std::fs::read_to_string(path)?;
            self.open(&uri, "plaintext", &text)?;
        }
        let buffer = self.buffers.get_mut(&uri).context("the buffer is open")?;
        if let Some(version) = change["textDocument"]["version"].as_i64() {
            ensure!(
                version == i64::from(buffer.version),
                "the edit is for version {version} of {}",
                buffer.version
            );
        }
        let edits = change["edits"].as_array().context("edits")?.clone();
        let changes = buffer.apply(&edits);
        let version = buffer.version;
        if self.apply_edit == ApplyEdit::Honestly {
            self.did_change(&uri, version, changes)?;
        }
        Ok(())
    }
}

fn apply_to_disk(kind: &str, change: &Value) -> anyhow::Result<()> {
    let path = |key: &str| -> anyhow::Result<String> {
        let uri = change[key].as_str().with_context(|| format!("{kind} has no {key}"))?;
        Ok(uri.strip_prefix("file://").context("a file")?.to_owned())
    };
    match kind {
        "create" => {
            let path = path("uri")?;
            if let Some(folder) = Path::new(&path).parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::File::create_new(path)?;
        }
        "delete" => std::fs::remove_file(path("uri")?)?,
        "rename" => std::fs::rename(path("oldUri")?, path("newUri")?)?,
        other => bail!("unknown resource operation {other}"),
    }
    Ok(())
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
