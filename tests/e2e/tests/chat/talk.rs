//! A client that talks: it keeps the updates of sessions, and answers what they ask.

use std::collections::VecDeque;
use std::time::Instant;

use anyhow::Context;
use e2e::{Answer, Client, ModelServer, Options, Project, Scene, TIMEOUT};
use serde_json::{Value, json};

pub(crate) struct Talk {
    pub(crate) project: std::sync::Arc<Project>,
    pub(crate) model: std::sync::Arc<ModelServer>,
    pub(crate) client: Client,
    /// What the user answers to the next permissions, then to the next forms.
    pub(crate) permissions: VecDeque<Value>,
    pub(crate) forms: VecDeque<Value>,
    /// Notifications besides updates, by method.
    notified: Vec<(String, Value)>,
    asked: Vec<(String, Value)>,
    /// Answers that nobody waited for yet.
    answers: Vec<Value>,
}

fn options() -> Options {
    Options {
        initialization: json!({"singletree": {"chat": true, "review": true}}),
        ..Options::default()
    }
    .capability("/experimental", json!({"acp": {"elicitation": {"form": {}}}}))
}

impl Talk {
    pub(crate) fn new(files: &[(&str, &[u8])], answers: Vec<Answer>) -> anyhow::Result<Self> {
        Self::of(Scene::new(files, answers, options())?)
    }

    /// In a workspace that its user trusts.
    pub(crate) fn trusted(files: &[(&str, &[u8])], answers: Vec<Answer>) -> anyhow::Result<Self> {
        Self::of(Scene::trusted(files, answers, options())?)
    }

    /// With the model that is built in.
    pub(crate) fn of_rules(files: &[(&str, &[u8])]) -> anyhow::Result<Self> {
        let mut options = options();
        options.initialization["singletree"]["model"] = json!("rules");
        Self::of(Scene::new(files, Vec::new(), options)?)
    }

    /// A client that serves these of its language servers.
    pub(crate) fn beside_servers(files: &[(&str, &[u8])], services: &[&str]) -> anyhow::Result<Self> {
        let mut options = options();
        options.initialization["singletree"]["ide"] = json!(services);
        Self::of(Scene::new(files, Vec::new(), options)?)
    }

    fn of(Scene { project, model, client }: Scene) -> anyhow::Result<Self> {
        Ok(Self::with(project.into(), model.into(), client))
    }

    fn with(project: std::sync::Arc<Project>, model: std::sync::Arc<ModelServer>, client: Client) -> Self {
        Self {
            project,
            model,
            client,
            permissions: VecDeque::new(),
            forms: VecDeque::new(),
            notified: Vec::new(),
            asked: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// A second process on the same project.
    pub(crate) fn another(&self) -> anyhow::Result<Self> {
        let mut options = options();
        options.env.extend(self.model.env());
        let client = Client::start(&self.project.home(), self.project.root(), options)?;
        let (project, model) = (self.project.clone(), self.model.clone());
        Ok(Self::with(project, model, client))
    }

    pub(crate) fn root(&self) -> String {
        self.project.root().display().to_string()
    }

    pub(crate) fn begin(&mut self) -> anyhow::Result<String> {
        let new = json!({"cwd": self.root(), "mcpServers": []});
        let (answer, _) = self.ask("session/new", new)?;
        let session = answer["result"]["sessionId"].as_str();
        Ok(session
            .with_context(|| format!("a session begins: {answer}"))?
            .to_owned())
    }

    /// Says it; the answer, and the updates before it.
    pub(crate) fn say(&mut self, session: &str, words: &str) -> anyhow::Result<(Value, Vec<Value>)> {
        let prompt = self.send(session, words)?;
        self.answer_to(prompt)
    }

    pub(crate) fn prompt(&mut self, session: &str, prompt: Value) -> anyhow::Result<(Value, Vec<Value>)> {
        self.ask("session/prompt", json!({"sessionId": session, "prompt": prompt}))
    }

    pub(crate) fn send(&mut self, session: &str, words: &str) -> anyhow::Result<u64> {
        let prompt = json!([{"type": "text", "text": words}]);
        let params = json!({"sessionId": session, "prompt": prompt});
        self.client.send_request("session/prompt", params)
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> anyhow::Result<(Value, Vec<Value>)> {
        let id = self.client.send_request(method, params)?;
        self.answer_to(id)
    }

    pub(crate) fn answer_to(&mut self, id: u64) -> anyhow::Result<(Value, Vec<Value>)> {
        if let Some(at) = self.answers.iter().position(|answer| answer["id"] == json!(id)) {
            return Ok((self.answers.remove(at), Vec::new()));
        }
        let mut updates = Vec::new();
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let message = self.client.receive(deadline)?;
            if message.get("method").is_none() && message["id"] == json!(id) {
                return Ok((message, updates));
            }
            updates.extend(self.take(message)?);
        }
    }

    /// The updates up to the first that `is_it`.
    pub(crate) fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> anyhow::Result<Vec<Value>> {
        let mut updates = Vec::new();
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let message = self.client.receive(deadline)?;
            if let Some(update) = self.take(message)? {
                let is_last = is_it(&update);
                updates.push(update);
                if is_last {
                    return Ok(updates);
                }
            }
        }
    }

    /// Serves a request, or returns an update.
    fn take(&mut self, message: Value) -> anyhow::Result<Option<Value>> {
        let method = message["method"].as_str().unwrap_or_default().to_owned();
        if method == "session/update" {
            return Ok(Some(message["params"]["update"].clone()));
        }
        if message.get("method").is_none() {
            self.answers.push(message);
            return Ok(None);
        }
        if message.get("id").is_none() {
            self.notified.push((method, message["params"].clone()));
        } else {
            self.asked.push((method.clone(), message["params"].clone()));
            let answer = match method.as_str() {
                "session/request_permission" => self.permissions.pop_front(),
                "elicitation/create" => self.forms.pop_front(),
                _ => None,
            };
            if let Some(answer) = answer {
                let response = json!({"jsonrpc": "2.0", "id": message["id"], "result": answer});
                let body = response.to_string();
                self.client
                    .send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
                return Ok(None);
            }
        }
        self.client.take(message)?;
        Ok(None)
    }

    /// The parameters of the server's requests of a method.
    pub(crate) fn asked(&self, method: &str) -> Vec<Value> {
        let of = self.asked.iter().filter(|(asked, _)| asked == method);
        of.map(|(_, params)| params.clone()).collect()
    }

    /// The last notification of a method.
    pub(crate) fn heard(&self, method: &str) -> Option<Value> {
        let of = self.notified.iter().rev().find(|(heard, _)| heard == method);
        of.map(|(_, params)| params.clone())
    }

    /// A preview waits for the index of the workspace.
    pub(crate) fn wait_for_index(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + TIMEOUT;
        let prompt = json!([{"type": "text", "text": "which files are there in this workspace?"}]);
        while Instant::now() < deadline {
            let (answer, _) = self.ask("_singletree/context/preview", json!({"prompt": prompt}))?;
            if answer["result"].get("note").is_none() {
                return Ok(());
            }
        }
        anyhow::bail!("the index never came")
    }
}

pub(crate) fn text(update: &Value) -> Option<&str> {
    let kind = update["sessionUpdate"].as_str()?;
    matches!(kind, "user_message_chunk" | "agent_message_chunk").then(|| update["content"]["text"].as_str())?
}

/// The text of all chunks of a kind.
pub(crate) fn chunks(updates: &[Value], kind: &str) -> String {
    let of = updates.iter().filter(|update| update["sessionUpdate"] == kind);
    of.filter_map(|update| update["content"]["text"].as_str()).collect()
}

/// What was told, a line for each thing: chunks of one answer are one.
pub(crate) fn lines(updates: &[Value]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for update in updates {
        let kind = update["sessionUpdate"].as_str().unwrap_or_default();
        let line = match kind {
            "user_message_chunk" | "agent_message_chunk" => {
                let text = text(update).unwrap_or_default();
                if let Some(last) = lines
                    .last_mut()
                    .filter(|last| last.starts_with("agent") && kind.starts_with("agent"))
                {
                    last.push_str(text);
                    continue;
                }
                format!("{kind} {text}")
            }
            "tool_call" => format!("{kind} {} {}", update["toolCallId"], update["title"]),
            "tool_call_update" => {
                let diffs = update["content"].to_string().matches(r#""type":"diff""#).count();
                format!("{kind} {} {} {diffs}", update["toolCallId"], update["status"])
            }
            _ => continue,
        };
        lines.push(line);
    }
    lines
}
