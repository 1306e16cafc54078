//! `singletree demo`: the main job on a sample, in the terminal. A real server and a real client speak LSP over an
//! in-memory pipe; only the editor is a very small one.

mod editor;

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use base::Uri;
use serde_json::{Value, json};

use crate::wiring::{self, Home};
use editor::DemoEditor;

const SAMPLE: &str = r#"use std::num::ParseIntError;

pub fn parse_port(text: &str) -> Result<u16, ParseIntError> {
    text.trim().parse()
}

pub fn join_host(host: &str, port: u16) -> String {
    format!("{host}:{port}")
}
"#;

/// What the user has typed and not saved when they ask.
const UNSAVED: &str = "// The default port is 8080.\n";

/// What the user types while the hunks are pending.
const TYPED: &str = "//! Addresses.\n\n";

pub(crate) async fn run() -> anyhow::Result<()> {
    // Everything the demo writes lives in this folder, and goes with it.
    let folder = tempfile::Builder::new().prefix("singletree-demo-").tempdir()?;
    let root = folder.path().canonicalize()?.join("sample");
    std::fs::create_dir_all(root.join("src"))?;
    let file = root.join("src/address.rs");
    std::fs::write(&file, SAMPLE)?;

    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let (input, output) = tokio::io::split(theirs);
    let home = Home::Folder(folder.path().join("home"));
    let server = tokio::spawn(lsp::serve(
        input,
        output,
        wiring::lsp_starter(home, Some("rules".to_owned())),
    ));

    let mut editor = DemoEditor::new(ours, Uri::from_path(&file)?, SAMPLE);
    let mut screen = Screen::new();
    show(&mut editor, &mut screen, &Uri::from_path(&root)?, &file).await?;

    editor.request("shutdown", Value::Null, |_, _| {}).await?;
    editor.notify("exit", Value::Null).await?;
    server.await?;
    screen.line("")?;
    screen.head("Connect your editor")?;
    screen.line("  Register `singletree lsp` as a language server on stdio. Neovim 0.11+:")?;
    screen.line("    vim.lsp.config('singletree', { cmd = { 'singletree', 'lsp' }, root_markers = { '.git' } })")?;
    screen.line("    vim.lsp.enable('singletree')")?;
    screen.line("  Helix, VS Code, Emacs and the rest: README.md. Keys and local models: `singletree doctor`.")?;
    Ok(())
}

async fn show(editor: &mut DemoEditor, screen: &mut Screen, root: &Uri, file: &Path) -> anyhow::Result<()> {
    screen.head("1. An editor opens src/address.rs and the user types a line without saving")?;
    editor.start(root).await?;
    let place = editor
        .buffer
        .to_string()
        .find("pub fn parse_port")
        .context("the sample has a function")?;
    editor.type_at(place, UNSAVED).await?;
    screen.buffer(&editor.buffer.to_string())?;

    screen.head("2. The code-action menu on the whole file")?;
    let last = editor.buffer.len_lines().saturating_sub(1);
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}});
    let params = json!({"textDocument": {"uri": editor.uri}, "range": range, "context": {"diagnostics": []}});
    let actions = editor.request("textDocument/codeAction", params, |_, _| {}).await?;
    let actions = actions.as_array().cloned().unwrap_or_default();
    for action in &actions {
        let chosen = action["command"]["arguments"][0]["command"] == "document";
        screen.line(&format!(
            "  {} {}",
            if chosen { "▸" } else { " " },
            action["title"].as_str().unwrap_or_default()
        ))?;
    }
    let document = actions
        .iter()
        .find(|action| action["command"]["arguments"][0]["command"] == "document")
        .context("the menu offers to document")?;

    screen.head("3. The agent works; the built-in rule model needs no key and no network")?;
    let command = json!({"command": "singletree.run", "arguments": document["command"]["arguments"]});
    let mut reviews = Vec::new();
    editor
        .request("workspace/executeCommand", command, |method, params| {
            collect_reviews(&mut reviews, method, params)
        })
        .await?;
    let mut progress = Vec::new();
    editor
        .listen(|method, params| {
            collect_reviews(&mut reviews, method, params);
            if method == "$/progress"
                && let Some(message) = params["value"]["message"].as_str()
            {
                progress.push(message.to_owned());
            }
            method == "singletree/turn" && params["state"] != "running"
        })
        .await?;
    progress.dedup();
    for message in progress {
        screen.line(&format!("  ⋯ {message}"))?;
    }

    screen.head("4. Its changes are hunks: in no buffer and on no disk until someone keeps them")?;
    let hunks = state(editor).await?;
    for hunk in &hunks {
        screen.hunk(hunk)?;
    }

    screen.head("5. The user goes on typing above; the hunks follow")?;
    editor.type_at(0, TYPED).await?;
    let moved = state(editor).await?;
    for (before, after) in hunks.iter().zip(&moved) {
        screen.line(&format!(
            "  {}: line {} → line {}",
            title(after),
            line(before),
            line(after)
        ))?;
    }

    screen.head("6. Keep the first, reject the second")?;
    let decisions = ["singletree.review.keep", "singletree.review.reject"];
    for (hunk, decision) in moved.iter().zip(decisions) {
        let params = json!({"command": decision, "arguments": [{"hunkId": hunk["id"]}]});
        let answer = editor.request("workspace/executeCommand", params, |_, _| {}).await?;
        let reached = answer["hunks"][0]["state"].as_str().unwrap_or("?").to_owned();
        screen.line(&format!("  line {}: {reached}", line(hunk)))?;
    }
    screen.buffer(&editor.buffer.to_string())?;
    let untouched = std::fs::read_to_string(file)? == SAMPLE;
    screen.line(if untouched {
        "  The file on disk is as it was: saving is the user's."
    } else {
        "  The file on disk changed: this is a bug."
    })?;
    Ok(())
}

fn collect_reviews(reviews: &mut Vec<Value>, method: &str, params: &Value) {
    if method == "singletree/review" {
        reviews.push(params.clone());
    }
}

/// The pending hunks, in order of place.
async fn state(editor: &mut DemoEditor) -> anyhow::Result<Vec<Value>> {
    let params = json!({"command": "singletree.review.state", "arguments": [{}]});
    let answer = editor.request("workspace/executeCommand", params, |_, _| {}).await?;
    let mut hunks: Vec<Value> = Vec::new();
    for review in answer["reviews"].as_array().into_iter().flatten() {
        for file in review["files"].as_array().into_iter().flatten() {
            hunks.extend(
                file["hunks"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|hunk| hunk["state"] == "pending")
                    .cloned(),
            );
        }
    }
    hunks.sort_by_key(line);
    Ok(hunks)
}

/// 1-based, as people count.
fn line(hunk: &Value) -> u64 {
    hunk["range"]["start"]["line"].as_u64().unwrap_or(0) + 1
}

fn title(hunk: &Value) -> &str {
    hunk["title"].as_str().unwrap_or("hunk")
}

/// Standard output, in colour on a terminal.
struct Screen {
    is_colourful: bool,
}

impl Screen {
    fn new() -> Self {
        let is_colourful = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { is_colourful }
    }

    fn line(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(std::io::stdout(), "{line}").context("standard output is closed")
    }

    fn painted(&mut self, colour: &str, line: &str) -> anyhow::Result<()> {
        if self.is_colourful {
            self.line(&format!("\x1b[{colour}m{line}\x1b[0m"))
        } else {
            self.line(line)
        }
    }

    fn head(&mut self, words: &str) -> anyhow::Result<()> {
        self.line("")?;
        self.painted("1", words)
    }

    fn buffer(&mut self, text: &str) -> anyhow::Result<()> {
        for (number, line) in text.lines().enumerate() {
            self.painted("2", &format!("  {:>3} │ {line}", number + 1))?;
        }
        Ok(())
    }

    fn hunk(&mut self, hunk: &Value) -> anyhow::Result<()> {
        self.painted("36", &format!("  @@ line {} @@ {}", line(hunk), title(hunk)))?;
        for (key, sign, colour) in [("oldText", '-', "31"), ("newText", '+', "32")] {
            for line in hunk[key].as_str().unwrap_or_default().lines() {
                self.painted(colour, &format!("  {sign} {line}"))?;
            }
        }
        Ok(())
    }
}
