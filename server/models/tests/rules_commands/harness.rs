//! A turn from the task to its end, printed.

use std::fmt::Write;

use base::{Block, Message, Role, StopReason, ToolResult, ToolSpec};
use expect_test::Expect;
use futures::StreamExt;
use models::rules::RuleModel;
use models::{Chunk, Provider, Request};
use serde_json::{Value, json};

use crate::project::Project;

pub(crate) const TOOLS: &[&str] = &[
    "read",
    "write",
    "edit",
    "insert",
    "glob",
    "grep",
    "outline",
    "symbols",
    "references",
];

/// Runs a command at a line and compares calls, words and changed files.
pub(crate) fn check(project: Project, command: &str, path: &str, line: u32, expect: &Expect) {
    check_task(project, &task(command, path, Some((line, line)), "", &[]), expect);
}

/// As [`check`], with diagnostics.
pub(crate) fn check_fix(project: Project, path: &str, diagnostics: &[Value], expect: &Expect) {
    check_task(project, &task("fix", path, Some((1, 1)), "", diagnostics), expect);
}

pub(crate) fn check_task(project: Project, task: &str, expect: &Expect) {
    expect.assert_eq(&drive(project, task, TOOLS));
}

/// The task block as the prompt writes it. A diagnostic is `{range: [line, character, end line, end character],
/// code, message, related: [{path, range, message}], data}`.
pub(crate) fn task(command: &str, path: &str, lines: Option<(u32, u32)>, words: &str, diagnostics: &[Value]) -> String {
    let mut block = format!("<task command=\"{command}\" path=\"{path}\"");
    if let Some((first, last)) = lines {
        write!(
            block,
            " line=\"{first}\" end_line=\"{last}\" character=\"0\" end_character=\"0\""
        )
        .unwrap();
    }
    block.push_str(">\n");
    if !words.is_empty() {
        writeln!(block, "{}", escape(words)).unwrap();
    }
    for diagnostic in diagnostics {
        write!(block, "<diagnostic {} severity=\"error\"", range(&diagnostic["range"])).unwrap();
        if let Some(code) = diagnostic["code"].as_str() {
            write!(block, " code=\"{code}\"").unwrap();
        }
        writeln!(block, ">{}", escape(diagnostic["message"].as_str().unwrap())).unwrap();
        for related in diagnostic["related"].as_array().into_iter().flatten() {
            let (path, message) = (related["path"].as_str().unwrap(), related["message"].as_str().unwrap());
            writeln!(
                block,
                "  <related path=\"{path}\" {}>{}</related>",
                range(&related["range"]),
                escape(message)
            )
            .unwrap();
        }
        if !diagnostic["data"].is_null() {
            writeln!(block, "  <data>{}</data>", escape(&diagnostic["data"].to_string())).unwrap();
        }
        block.push_str("</diagnostic>\n");
    }
    block.push_str("</task>\n\nDo it.");
    block
}

fn range(range: &Value) -> String {
    let at = |index: usize| range[index].as_u64().unwrap();
    format!(
        "line=\"{}\" character=\"{}\" end_line=\"{}\" end_character=\"{}\"",
        at(0),
        at(1),
        at(2),
        at(3)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

pub(crate) fn request(messages: &[Message], tools: &[&str]) -> Request {
    Request {
        model: "rules".to_owned(),
        system: Vec::new(),
        messages: messages.to_vec().into(),
        tools: tools
            .iter()
            .map(|name| ToolSpec {
                name: (*name).to_owned(),
                description: String::new(),
                schema: json!({ "type": "object" }),
            })
            .collect(),
        max_output: 4096,
        temperature: None,
        ..Request::default()
    }
}

/// All chunks of one answer.
pub(crate) fn answer(messages: &[Message], tools: &[&str]) -> Vec<Chunk> {
    let stream = RuleModel.stream(request(messages, tools));
    futures::executor::block_on(stream.map(Result::unwrap).collect())
}

/// One answer as the engine keeps it, and why it ended.
pub(crate) fn message(chunks: &[Chunk]) -> (Message, StopReason) {
    let mut content = Vec::new();
    let mut text = String::new();
    let mut reason = None;
    for chunk in chunks {
        match chunk {
            Chunk::Text(more) => text.push_str(more),
            Chunk::ToolCall(call) => content.push(Block::ToolCall(call.clone())),
            Chunk::Done(done) => reason = Some(*done),
            _ => {}
        }
    }
    content.insert(0, Block::Text { text });
    (
        Message {
            role: Role::Assistant,
            content,
        },
        reason.unwrap(),
    )
}

/// The turn's transcript: each call, each text, each file that is not as it was.
pub(crate) fn drive(mut project: Project, task: &str, tools: &[&str]) -> String {
    let before = project.files.clone();
    let mut messages = vec![Message::user(task)];
    let mut transcript = String::new();
    for _ in 0..25 {
        let (said, reason) = message(&answer(&messages, tools));
        let is_done = reason == StopReason::EndTurn;
        writeln!(transcript, "{}", said.text().trim_end()).unwrap();
        let results: Vec<Block> = said
            .tool_calls()
            .map(|call| {
                let answer = project.call(&call.name, &call.arguments);
                writeln!(transcript, "  > {} {}", call.name, summary(&call.arguments)).unwrap();
                Block::ToolResult(ToolResult {
                    call_id: call.id.clone(),
                    is_error: answer.is_err(),
                    content: answer.unwrap_or_else(|error| error),
                })
            })
            .collect();
        assert_eq!(
            is_done,
            results.is_empty(),
            "an answer ends the turn if and only if it calls no tool"
        );
        messages.push(said);
        if is_done {
            for (path, text) in project
                .files
                .iter()
                .filter(|(path, text)| before.get(*path) != Some(*text))
            {
                write!(transcript, "=== {path}\n{text}").unwrap();
            }
            return transcript;
        }
        messages.push(Message {
            role: Role::User,
            content: results,
        });
    }
    panic!("the turn does not end:\n{transcript}");
}

/// Short arguments as they are; long ones by their names.
fn summary(arguments: &Value) -> String {
    let parts: Vec<String> = arguments
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "text" | "old_text" | "new_text"))
        .map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect();
    parts.join(" ")
}
