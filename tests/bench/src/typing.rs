//! A user types at 60 changes a second into a 10,000-line file while the editor asks for code actions.

use std::time::{Duration, Instant};

use e2e::{Client, Options, Project};
use serde_json::json;

use crate::report::{limited, milliseconds, percentile};

const LINES: usize = 10_000;
const CHANGES: usize = 600;
const PER_SECOND: u32 = 60;

pub(crate) fn figures() -> anyhow::Result<()> {
    code_actions_while_typing()?;
    changes_applied()
}

fn opened() -> anyhow::Result<(Project, Client, String)> {
    let source: String = (0..LINES / 4)
        .map(|n| format!("pub fn function_{n}(value: usize) -> usize {{\n    value + {n}\n}}\n\n"))
        .collect();
    let project = Project::new(&[("big.rs", source.as_bytes())])?;
    let mut client = Client::start(&project.home(), project.root(), Options::default())?;
    let uri = project.uri("big.rs");
    client.open(&uri, "rust", &source)?;
    Ok((project, client, uri))
}

/// One keystroke in the middle of the file, told straight: the client's own bookkeeping is not what is measured.
fn type_one(client: &mut Client, uri: &str, nth: usize) -> anyhow::Result<()> {
    let position = json!({"line": LINES / 2 + 2, "character": nth});
    let change = json!({"range": {"start": position, "end": position}, "text": "x"});
    let document = json!({"uri": uri, "version": nth + 2});
    client.notify(
        "textDocument/didChange",
        json!({"textDocument": document, "contentChanges": [change]}),
    )
}

fn code_action(client: &mut Client, uri: &str) -> anyhow::Result<Duration> {
    let position = json!({"line": LINES / 2, "character": 0});
    let params = json!({
        "textDocument": {"uri": uri}, "range": {"start": position, "end": position},
        "context": {"diagnostics": []},
    });
    let asked = Instant::now();
    client.request("textDocument/codeAction", params)?;
    Ok(asked.elapsed())
}

fn code_actions_while_typing() -> anyhow::Result<()> {
    let (_project, mut client, uri) = opened()?;
    let mut latencies = Vec::new();
    let started = Instant::now();
    for nth in 0..CHANGES {
        let due = started + Duration::from_secs(1) / PER_SECOND * nth as u32;
        std::thread::park_timeout(due.saturating_duration_since(Instant::now()));
        type_one(&mut client, &uri, nth)?;
        latencies.push(code_action(&mut client, &uri)?);
    }
    limited(
        "codeAction at 60 changes/s, 10,000 lines, p99",
        milliseconds(percentile(&mut latencies, 0.99)),
        5.0,
        "ms",
    )
}

/// A change and the cheapest request behind it: an upper bound of what applying the change takes.
fn changes_applied() -> anyhow::Result<()> {
    let (_project, mut client, uri) = opened()?;
    let mut latencies = Vec::new();
    for nth in 0..CHANGES {
        let asked = Instant::now();
        type_one(&mut client, &uri, nth)?;
        code_action(&mut client, &uri)?;
        latencies.push(asked.elapsed());
    }
    limited(
        "didChange applied and the next request answered, p99",
        milliseconds(percentile(&mut latencies, 0.99)),
        1.0,
        "ms",
    )
}
