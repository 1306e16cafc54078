//! A project, a model that follows a script, and an editor: what most scenarios start from.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::client::Client;
use crate::model_server::{Answer, ModelServer};
use crate::options::Options;
use crate::workspace::Project;

pub struct Scene {
    pub project: Project,
    pub model: ModelServer,
    pub client: Client,
}

impl Scene {
    /// `files` are (path, bytes).
    pub fn new(files: &[(&str, &[u8])], answers: Vec<Answer>, options: Options) -> anyhow::Result<Self> {
        let project = Project::new(files)?;
        let model = ModelServer::start(answers)?;
        let client = start(&project, &model, options)?;
        Ok(Self { project, model, client })
    }

    /// As [`Self::new`], in a workspace that its user trusts.
    pub fn trusted(files: &[(&str, &[u8])], answers: Vec<Answer>, options: Options) -> anyhow::Result<Self> {
        let project = Project::new(files)?;
        project.trust()?;
        let model = ModelServer::start(answers)?;
        let client = start(&project, &model, options)?;
        Ok(Self { project, model, client })
    }

    /// Another editor on the same project, model and state.
    pub fn another_client(&self, options: Options) -> anyhow::Result<Client> {
        start(&self.project, &self.model, options)
    }

    /// Asks the model for an edit, waits for the turn's end, and insists that it is a good one.
    pub fn ask(&mut self) -> anyhow::Result<Value> {
        let turn = self.client.run_turn(request())?;
        ensure!(turn["state"] == "completed", "the turn failed: {turn}");
        Ok(turn)
    }

    /// As [`Self::ask`], and returns what is pending then.
    pub fn proposed(&mut self) -> anyhow::Result<Vec<Value>> {
        self.ask()?;
        self.client.hunks(&["pending"])
    }

    pub fn keep_all(&mut self) -> anyhow::Result<Value> {
        self.client.execute("singletree.review.keep", json!({}))
    }

    /// Opens a project file as it is on disk.
    pub fn open(&mut self, name: &str) -> anyhow::Result<String> {
        let uri = self.project.uri(name);
        let text = String::from_utf8(self.project.read(name))?;
        self.client.open(&uri, "plaintext", &text)?;
        Ok(uri)
    }
}

/// The argument of `singletree.run` that lets the script's model go ahead.
#[must_use]
pub fn request() -> Value {
    json!({"command": "edit", "prompt": "go on"})
}

/// A script's tool call.
#[must_use]
pub fn call(name: &str, arguments: Value) -> (String, Value) {
    (name.to_owned(), arguments)
}

fn start(project: &Project, model: &ModelServer, mut options: Options) -> anyhow::Result<Client> {
    options.env.extend(model.env());
    Client::start(&project.home(), project.root(), options)
}
