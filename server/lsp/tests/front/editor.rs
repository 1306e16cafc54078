//! An editor: it holds documents, applies edits, answers the server, and fails on messages that it did not expect.

use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};
use text::{PositionEncoding, Span};

use crate::wire::Wire;
use crate::world::World;

/// What the editor does with `workspace/applyEdit`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applying {
    Yes,
    /// Says yes and does nothing, as Neovim does with a stale edit.
    Lies,
    Refuses,
    /// Applies the first edit only, as VS Code does when the user unticks the others.
    FirstOnly,
}

pub(crate) struct Editor {
    wire: Wire,
    pub(crate) world: World,
    encoding: PositionEncoding,
    next_id: i64,
    pub(crate) applying: Applying,
    pub(crate) documents: HashMap<String, (i32, String)>,
    /// The newest diagnostics of each document.
    pub(crate) hints: HashMap<String, Vec<Value>>,
    /// What arrived and no test has claimed: method and parameters.
    pub(crate) arrived: VecDeque<(String, Value)>,
    /// Requests of the server that wait for the test's answer.
    questions: VecDeque<(Value, Value)>,
    pub(crate) edits: Vec<Value>,
}

impl Editor {
    /// An editor without a plugin that can do what Neovim can.
    pub(crate) async fn plain() -> Self {
        Self::start(capabilities(), Value::Null, "utf-16").await
    }

    pub(crate) async fn with_options(options: Value) -> Self {
        Self::start(capabilities(), options, "utf-16").await
    }

    pub(crate) async fn start(capabilities: Value, options: Value, encoding: &str) -> Self {
        Self::named("test", capabilities, options, encoding).await
    }

    pub(crate) async fn named(name: &str, mut capabilities: Value, options: Value, encoding: &str) -> Self {
        capabilities["general"] = json!({"positionEncodings": [encoding]});
        let world = World::new(&options);
        let root = world.root.path().to_owned();
        let mut editor = Self {
            wire: Wire::new(world.connect()),
            world,
            encoding: if encoding == "utf-8" {
                PositionEncoding::Utf8
            } else {
                PositionEncoding::Utf16
            },
            next_id: 1,
            applying: Applying::Yes,
            documents: HashMap::new(),
            hints: HashMap::new(),
            arrived: VecDeque::new(),
            questions: VecDeque::new(),
            edits: Vec::new(),
        };
        let params = json!({
            "processId": null,
            "clientInfo": {"name": name},
            "capabilities": capabilities,
            "initializationOptions": {"singletree": options},
            "workspaceFolders": [{"uri": format!("file://{}", root.display()), "name": "w"}],
        });
        let answer = editor.request("initialize", params).await.unwrap();
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        editor.wire.notify("initialized", json!({})).await;
        editor
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.world.root.path().display())
    }

    pub(crate) async fn open(&mut self, name: &str, text: &str) -> String {
        std::fs::write(self.world.root.path().join(name), text).unwrap();
        let uri = self.uri(name);
        self.documents.insert(uri.clone(), (1, text.to_owned()));
        let document = json!({"uri": uri, "languageId": "rust", "version": 1, "text": text});
        self.wire
            .notify("textDocument/didOpen", json!({"textDocument": document}))
            .await;
        uri
    }

    pub(crate) fn text(&self, uri: &str) -> &str {
        &self.documents[uri].1
    }

    /// The user types at the start of the document.
    pub(crate) async fn type_at_start(&mut self, uri: &str, text: &str) {
        let start = json!({"line": 0, "character": 0});
        self.apply(
            uri,
            &[json!({"range": {"start": start, "end": start}, "newText": text})],
        )
        .await;
    }

    /// The user types at the end of the document.
    pub(crate) async fn type_at_end(&mut self, uri: &str, text: &str) {
        let rope = ropey::Rope::from_str(self.text(uri));
        let end = text::to_position(&rope, rope.len_bytes(), self.encoding);
        let end = json!({"line": end.line, "character": end.character});
        self.apply(uri, &[json!({"range": {"start": end, "end": end}, "newText": text})])
            .await;
    }

    /// Serves until a document is as wanted.
    pub(crate) async fn until_text(&mut self, uri: &str, is_it: impl Fn(&str) -> bool) {
        while !is_it(self.text(uri)) {
            let message = self.wire.next().await;
            self.serve(message).await;
        }
    }

    pub(crate) async fn close(&mut self, uri: &str) {
        self.documents.remove(uri);
        self.wire
            .notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}))
            .await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.wire.notify(method, params).await;
    }

    /// Sends a request and goes on serving until it is answered.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.next_id;
        self.next_id += 1;
        self.wire.request(id, method, params).await;
        loop {
            let message = self.wire.next().await;
            if message.get("method").is_none() {
                assert_eq!(message["id"], id, "unclaimed: {message}");
                return match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
            }
            self.serve(message).await;
        }
    }

    pub(crate) async fn execute(&mut self, command: &str, argument: Value) -> Result<Value, Value> {
        self.request(
            "workspace/executeCommand",
            json!({"command": command, "arguments": [argument]}),
        )
        .await
    }

    /// Chooses an action or lens.
    pub(crate) async fn choose(&mut self, action: &Value) -> Result<Value, Value> {
        let command = if action["command"].is_object() {
            &action["command"]
        } else {
            action
        };
        let params = json!({"command": command["command"], "arguments": command["arguments"]});
        self.request("workspace/executeCommand", params).await
    }

    /// Runs a command on a line, and waits until its turn has ended.
    pub(crate) async fn run(&mut self, command: &str, uri: &str, line: u32) -> Value {
        let started = self.start_turn(command, uri, line).await;
        self.progress("end").await;
        started
    }

    pub(crate) async fn start_turn(&mut self, command: &str, uri: &str, line: u32) -> Value {
        let at = json!({"line": line, "character": 0});
        let argument = json!({
            "command": command,
            "textDocument": {"uri": uri},
            "range": {"start": at, "end": at},
            "prompt": (command == "edit").then_some("do it"),
        });
        self.execute("singletree.run", argument).await.unwrap()
    }

    /// Waits for a progress of this kind; earlier ones are passed over.
    pub(crate) async fn progress(&mut self, kind: &str) -> Value {
        loop {
            let value = self.claim("$/progress").await;
            if value["value"]["kind"] == kind {
                return value;
            }
        }
    }

    pub(crate) async fn actions(&mut self, uri: &str, line: u32, context: Value) -> Vec<Value> {
        let at = json!({"line": line, "character": 0});
        let mut context = context;
        if context["diagnostics"].is_null() {
            context["diagnostics"] = json!([]);
        }
        let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context});
        self.request("textDocument/codeAction", params)
            .await
            .unwrap()
            .as_array()
            .unwrap()
            .clone()
    }

    pub(crate) async fn titles(&mut self, uri: &str, line: u32, context: Value) -> Vec<String> {
        let actions = self.actions(uri, line, context).await;
        actions
            .iter()
            .map(|action| action["title"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn lenses(&mut self, uri: &str) -> Vec<Value> {
        let params = json!({"textDocument": {"uri": uri}});
        self.request("textDocument/codeLens", params)
            .await
            .unwrap()
            .as_array()
            .unwrap()
            .clone()
    }

    /// Waits until so many hints stand in a document.
    pub(crate) async fn until_hints(&mut self, uri: &str, count: usize) {
        while self.hints.get(uri).map_or(0, Vec::len) != count {
            let message = self.wire.next().await;
            self.serve(message).await;
        }
    }

    /// The next message of this method; others wait for their own claim.
    pub(crate) async fn claim(&mut self, method: &str) -> Value {
        loop {
            if let Some(at) = self.arrived.iter().position(|(name, _)| name == method) {
                return self.arrived.remove(at).unwrap().1;
            }
            let message = self.wire.next().await;
            self.serve(message).await;
        }
    }

    /// The next `window/showMessage` that says this.
    pub(crate) async fn message(&mut self, words: &str) -> String {
        loop {
            let params = self.claim("window/showMessage").await;
            let message = params["message"].as_str().unwrap();
            if message.contains(words) {
                return message.to_owned();
            }
        }
    }

    /// The next `window/showMessageRequest`: its message, the titles of its actions.
    pub(crate) async fn question(&mut self) -> (String, Vec<String>) {
        while self.questions.is_empty() {
            let message = self.wire.next().await;
            self.serve(message).await;
        }
        let asked = &self.questions[0].1;
        let titles = asked["actions"].as_array().unwrap().iter();
        let titles = titles.map(|action| action["title"].as_str().unwrap().to_owned());
        (asked["message"].as_str().unwrap().to_owned(), titles.collect())
    }

    pub(crate) async fn answer(&mut self, title: Option<&str>) {
        let (id, _) = self.questions.pop_front().unwrap();
        let result = title.map_or(Value::Null, |title| json!({ "title": title }));
        self.wire
            .send(json!({"jsonrpc": "2.0", "id": id, "result": result}))
            .await;
    }

    /// The user closes the prompt, and the editor never says so.
    pub(crate) fn forget_question(&mut self) {
        self.questions.pop_front().unwrap();
    }

    async fn serve(&mut self, message: Value) {
        let method = message["method"].as_str().expect("an answer to nothing").to_owned();
        let (params, id) = (message["params"].clone(), message.get("id").cloned());
        let result = match method.as_str() {
            "window/workDoneProgress/create" | "client/registerCapability" => Value::Null,
            "workspace/codeLens/refresh" => Value::Null,
            "textDocument/publishDiagnostics" => {
                let uri = params["uri"].as_str().unwrap().to_owned();
                self.hints
                    .insert(uri, params["diagnostics"].as_array().unwrap().clone());
                return;
            }
            "window/showDocument" => {
                self.arrived.push_back((method, params));
                json!({"success": true})
            }
            "window/showMessageRequest" => {
                self.questions.push_back((id.unwrap(), params));
                return;
            }
            "workspace/applyEdit" => self.apply_edit(&params).await,
            "singletree/input" => {
                self.arrived.push_back((method, params));
                json!({"text": "do it"})
            }
            "$/progress" | "window/showMessage" | "singletree/turn" | "singletree/review" | "$/cancelRequest" => {
                self.arrived.push_back((method, params));
                return;
            }
            _ => panic!("unclaimed: {message}"),
        };
        self.wire
            .send(json!({"jsonrpc": "2.0", "id": id.unwrap(), "result": result}))
            .await;
    }

    /// The user's text changes before the answer goes out, as in every editor.
    async fn apply_edit(&mut self, params: &Value) -> Value {
        self.edits.push(params.clone());
        if self.applying == Applying::Refuses {
            return json!({"applied": false, "failureReason": "the user said no"});
        }
        if self.applying != Applying::Lies {
            self.create_files(&params["edit"]);
            for (uri, version, mut edits) in text_edits(&params["edit"]) {
                assert!(
                    version.is_none_or(|version| version == self.documents[&uri].0),
                    "stale: {params}"
                );
                if self.applying == Applying::FirstOnly {
                    edits.truncate(1);
                }
                self.apply(&uri, &edits).await;
            }
        }
        json!({"applied": true})
    }

    /// As editors do: the file is there at once, its text in a buffer that is not saved.
    fn create_files(&mut self, edit: &Value) {
        let changes = edit["documentChanges"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for change in changes.iter().filter(|change| change["kind"] == "create") {
            let uri = change["uri"].as_str().unwrap().to_owned();
            std::fs::File::create_new(uri.strip_prefix("file://").unwrap()).unwrap();
            self.documents.insert(uri, (0, String::new()));
        }
    }

    pub(crate) async fn apply(&mut self, uri: &str, edits: &[Value]) {
        let (version, text) = self.documents.get_mut(uri).unwrap();
        let rope = ropey::Rope::from_str(text);
        let mut changed = rope.clone();
        let mut changes = Vec::new();
        for edit in edits.iter().rev() {
            let span: Span = serde_json::from_value(edit["range"].clone()).unwrap();
            // A line past the end means the end, as in the protocol.
            let range = text::to_range_clamped(&rope, span, self.encoding);
            let new = edit["newText"].as_str().unwrap();
            text::apply(
                &mut changed,
                &text::Edit {
                    range,
                    text: new.to_owned(),
                },
            )
            .unwrap();
            changes.push(json!({"range": edit["range"], "text": new}));
        }
        *version += 1;
        *text = changed.to_string();
        if *version == 1 {
            let document = json!({"uri": uri, "languageId": "rust", "version": 1, "text": text});
            return self
                .wire
                .notify("textDocument/didOpen", json!({"textDocument": document}))
                .await;
        }
        let document = json!({"uri": uri, "version": version});
        self.wire
            .notify(
                "textDocument/didChange",
                json!({"textDocument": document, "contentChanges": changes}),
            )
            .await;
    }
}

/// The edits of each document, with the version that they name if they name one.
pub(crate) fn text_edits(edit: &Value) -> Vec<(String, Option<i32>, Vec<Value>)> {
    let edits = |edits: &Value| edits.as_array().unwrap().clone();
    if let Some(changes) = edit["documentChanges"].as_array() {
        let of_change = |change: &Value| {
            let document = &change["textDocument"];
            let version = document["version"]
                .as_i64()
                .map(|version| i32::try_from(version).unwrap());
            (
                document["uri"].as_str().unwrap().to_owned(),
                version,
                edits(&change["edits"]),
            )
        };
        return changes
            .iter()
            .filter(|change| change["edits"].is_array())
            .map(of_change)
            .collect();
    }
    let changes = edit["changes"].as_object().unwrap();
    changes
        .iter()
        .map(|(uri, changes)| (uri.clone(), None, edits(changes)))
        .collect()
}

pub(crate) fn capabilities() -> Value {
    json!({
        "workspace": {
            "applyEdit": true,
            "codeLens": {"refreshSupport": true},
            "workspaceEdit": {
                "documentChanges": true,
                "resourceOperations": ["create", "rename", "delete"],
                "changeAnnotationSupport": {},
            },
        },
        "window": {"workDoneProgress": true, "showDocument": {"support": true}},
        "textDocument": {
            "codeLens": {},
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
        },
    })
}
