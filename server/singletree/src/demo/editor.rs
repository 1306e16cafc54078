//! A very small editor: one buffer, and an LSP client over an in-memory pipe. It does what a real client does —
//! applies the edits it is sent to its own buffer and reports them with `didChange` — and no more.

use anyhow::{Context, bail};
use base::Uri;
use serde_json::{Value, json};
use text::{Edit, Position, PositionEncoding};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};

pub(crate) struct DemoEditor {
    input: BufReader<ReadHalf<DuplexStream>>,
    output: WriteHalf<DuplexStream>,
    next_id: u64,
    pub(crate) uri: Uri,
    pub(crate) buffer: ropey::Rope,
    version: i32,
}

impl DemoEditor {
    pub(crate) fn new(pipe: DuplexStream, uri: Uri, text: &str) -> Self {
        let (input, output) = tokio::io::split(pipe);
        Self {
            input: BufReader::new(input),
            output,
            next_id: 1,
            uri,
            buffer: text.into(),
            version: 1,
        }
    }

    /// Shakes hands and opens the buffer.
    pub(crate) async fn start(&mut self, root: &Uri) -> anyhow::Result<()> {
        let capabilities = json!({
            "general": {"positionEncodings": ["utf-8"]},
            "window": {"workDoneProgress": true},
            "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
            "workspace": {"applyEdit": true, "workspaceEdit": {"documentChanges": true}},
        });
        let params = json!({
            "processId": null, "rootUri": root, "capabilities": capabilities,
            "workspaceFolders": [{"uri": root, "name": "demo"}],
            "initializationOptions": {"singletree": {"review": true}},
        });
        self.request("initialize", params, |_, _| {}).await?;
        self.notify("initialized", json!({})).await?;
        let document =
            json!({"uri": self.uri, "languageId": "rust", "version": self.version, "text": self.buffer.to_string()});
        self.notify("textDocument/didOpen", json!({"textDocument": document}))
            .await
    }

    /// Types: replaces nothing at `offset` by `text`.
    pub(crate) async fn type_at(&mut self, offset: usize, text: &str) -> anyhow::Result<()> {
        self.change(&Edit {
            range: offset..offset,
            text: text.to_owned(),
        })
        .await
    }

    async fn change(&mut self, edit: &Edit) -> anyhow::Result<()> {
        let position = |offset| text::to_position(&self.buffer, offset, PositionEncoding::Utf8);
        let range = json!({"start": position(edit.range.start), "end": position(edit.range.end)});
        text::apply(&mut self.buffer, edit)?;
        self.version += 1;
        let params = json!({
            "textDocument": {"uri": self.uri, "version": self.version},
            "contentChanges": [{"range": range, "text": edit.text}],
        });
        self.notify("textDocument/didChange", params).await
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) -> anyhow::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
            .await
    }

    /// Sends a request and serves the server until the answer comes; `seen` is told of every notification.
    pub(crate) async fn request(
        &mut self,
        method: &str,
        params: Value,
        mut seen: impl FnMut(&str, &Value),
    ) -> anyhow::Result<Value> {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
            .await?;
        loop {
            let message = self.receive().await?;
            if message.get("method").is_none() && message["id"] == json!(id) {
                if let Some(error) = message.get("error") {
                    bail!("{method}: {}", error["message"].as_str().unwrap_or("failed"));
                }
                return Ok(message["result"].clone());
            }
            self.serve(&message, &mut seen).await?;
        }
    }

    /// Serves the server until `is_enough` says so of a notification.
    pub(crate) async fn listen(&mut self, mut is_enough: impl FnMut(&str, &Value) -> bool) -> anyhow::Result<()> {
        loop {
            let message = self.receive().await?;
            let mut enough = false;
            self.serve(&message, &mut |method, params| enough = is_enough(method, params))
                .await?;
            if enough {
                return Ok(());
            }
        }
    }

    async fn serve(&mut self, message: &Value, seen: &mut impl FnMut(&str, &Value)) -> anyhow::Result<()> {
        let Some(method) = message["method"].as_str() else {
            return Ok(());
        };
        let Some(id) = message.get("id") else {
            seen(method, &message["params"]);
            return Ok(());
        };
        let result = match method {
            "workspace/applyEdit" => {
                self.apply(&message["params"]["edit"]).await?;
                json!({"applied": true})
            }
            _ => Value::Null,
        };
        self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result})).await
    }

    async fn apply(&mut self, workspace_edit: &Value) -> anyhow::Result<()> {
        let changes = workspace_edit["documentChanges"]
            .as_array()
            .context("an edit without documentChanges")?;
        let mut edits = Vec::new();
        for edit in changes
            .iter()
            .flat_map(|change| change["edits"].as_array().into_iter().flatten())
        {
            let at = |end: &str| -> anyhow::Result<usize> {
                let position: Position = serde_json::from_value(edit["range"][end].clone())?;
                Ok(text::to_offset(&self.buffer, position, PositionEncoding::Utf8)?)
            };
            let text = edit["newText"].as_str().context("an edit without newText")?;
            edits.push(Edit {
                range: at("start")?..at("end")?,
                text: text.to_owned(),
            });
        }
        // All ranges are positions in the text before any of the edits: apply from the end.
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
        for edit in &edits {
            self.change(edit).await?;
        }
        Ok(())
    }

    async fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let body = serde_json::to_vec(message)?;
        self.output
            .write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes())
            .await?;
        self.output.write_all(&body).await?;
        Ok(())
    }

    async fn receive(&mut self) -> anyhow::Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.input.read_line(&mut line).await? == 0 {
                bail!("the server went away");
            }
            match line.trim_end() {
                "" => break,
                header => {
                    if let Some(value) = header.strip_prefix("Content-Length: ") {
                        length = value.parse()?;
                    }
                }
            }
        }
        let mut body = vec![0; length];
        self.input.read_exact(&mut body).await?;
        Ok(serde_json::from_slice(&body)?)
    }
}
