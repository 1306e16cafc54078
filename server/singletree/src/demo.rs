//! `singletree demo`: the main job on a sample, in the terminal. A real server and a real client speak LSP over an
//! in-memory pipe; only the editor is a very small one.

mod editor;
mod screen;

use std::path::Path;

use anyhow::Context;
use base::Uri;
use serde_json::{Value, json};

use crate::wiring::{self, Home};
use editor::DemoEditor;
use screen::Screen;

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
    let place = editor.buffer.to_string().find("pub fn parse_port");
    editor
        .type_at(place.context("the sample has a function")?, UNSAVED)
        .await?;
    screen.buffer(&editor.buffer.to_string())?;

    screen.head("2. The code-action menu on the whole file")?;
    let arguments = choose_document(editor, screen).await?;

    screen.head("3. The agent works; the built-in rule model needs no key and no network")?;
    run_turn(editor, screen, arguments).await?;

    screen.head("4. Its changes are hunks: in no buffer and on no disk until someone keeps them")?;
    let hunks = pending(editor).await?;
    for hunk in &hunks {
        screen.hunk(hunk)?;
    }

    screen.head("5. The user goes on typing above; the hunks follow")?;
    editor.type_at(0, TYPED).await?;
    let moved = pending(editor).await?;
    for (before, after) in hunks.iter().zip(&moved) {
        screen.line(&format!(
            "  {}: line {} → line {}",
            title(after),
            line(before),
            line(after)
        ))?;
    }

    screen.head("6. Keep the first, reject the second")?;
    decide(editor, screen, &moved).await?;
    let is_untouched = std::fs::read_to_string(file)? == SAMPLE;
    screen.line(if is_untouched {
        "  The file on disk is as it was: saving is the user's."
    } else {
        "  The file on disk changed: this is a bug."
    })
}

/// Shows the menu and returns the arguments of its entry *document*.
async fn choose_document(editor: &mut DemoEditor, screen: &mut Screen) -> anyhow::Result<Value> {
    let last = editor.buffer.len_lines().saturating_sub(1);
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}});
    let params = json!({"textDocument": {"uri": editor.uri}, "range": range, "context": {"diagnostics": []}});
    let actions = editor.request("textDocument/codeAction", params, |_, _| {}).await?;
    let mut chosen = None;
    for action in actions.as_array().into_iter().flatten() {
        let arguments = &action["command"]["arguments"];
        let is_chosen = arguments[0]["command"] == "document";
        if is_chosen {
            chosen = Some(arguments.clone());
        }
        let mark = if is_chosen { "▸" } else { " " };
        screen.line(&format!("  {mark} {}", action["title"].as_str().unwrap_or_default()))?;
    }
    chosen.context("the menu offers to document")
}

/// Runs the command to its end, showing what the editor's progress bar would.
async fn run_turn(editor: &mut DemoEditor, screen: &mut Screen, arguments: Value) -> anyhow::Result<()> {
    let command = json!({"command": "singletree.run", "arguments": arguments});
    let mut progress = Vec::new();
    let mut answer = String::new();
    let note = |_: &str, params: &Value| note_progress(&mut progress, params);
    editor.request("workspace/executeCommand", command, note).await?;
    editor
        .listen(|method, params| {
            note_progress(&mut progress, params);
            let is_end = method == "singletree/turn" && params["state"] != "running";
            if is_end {
                answer = params["text"].as_str().unwrap_or_default().to_owned();
            }
            is_end
        })
        .await?;
    for message in progress {
        screen.line(&format!("  ⋯ {message}"))?;
    }
    for line in answer.lines().filter(|line| !line.is_empty()) {
        screen.faint(line)?;
    }
    Ok(())
}

/// Keeps the first hunk and rejects the second.
async fn decide(editor: &mut DemoEditor, screen: &mut Screen, hunks: &[Value]) -> anyhow::Result<()> {
    for (hunk, decision) in hunks.iter().zip(["singletree.review.keep", "singletree.review.reject"]) {
        let params = json!({"command": decision, "arguments": [{"hunkId": hunk["id"]}]});
        let answer = editor.request("workspace/executeCommand", params, |_, _| {}).await?;
        let reached = answer["hunks"][0]["state"].as_str().unwrap_or("?").to_owned();
        screen.line(&format!("  line {}: {reached}", line(hunk)))?;
    }
    screen.buffer(&editor.buffer.to_string())
}

/// Collects the tool calls that the editor's progress bar shows.
fn note_progress(progress: &mut Vec<String>, params: &Value) {
    let Some(message) = params["value"]["message"].as_str() else {
        return;
    };
    let is_tool = params["value"]["kind"] == "report" && message != "writing";
    if is_tool && progress.last().is_none_or(|last| last != message) {
        progress.push(message.to_owned());
    }
}

/// The pending hunks, in order of place.
async fn pending(editor: &mut DemoEditor) -> anyhow::Result<Vec<Value>> {
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
