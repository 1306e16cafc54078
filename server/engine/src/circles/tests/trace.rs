//! Traces as text; `loops.txt` says how.

use base::{ToolCall, ToolResult};

pub(super) struct Trace {
    pub(super) name: String,
    /// What it must be stopped by.
    pub(super) row: Option<String>,
    pub(super) calls: Vec<(ToolCall, ToolResult)>,
}

pub(super) fn parse(text: &str) -> Vec<Trace> {
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let mut traces: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for line in lines {
        match line.strip_prefix("== ") {
            Some(head) => traces.push((head.split(" | ").collect(), Vec::new())),
            None => traces.last_mut().expect("a line before the first trace").1.push(line),
        }
    }
    traces.into_iter().map(|(head, lines)| trace(&head, &lines)).collect()
}

fn trace(head: &[&str], lines: &[&str]) -> Trace {
    let rounds: usize = head[head.len() - 1].parse().expect("how often");
    let round = |n: usize| lines.iter().map(move |line| call(&line.replace("{n}", &n.to_string())));
    Trace {
        name: head[0].to_owned(),
        row: (head.len() == 3).then(|| head[1].to_owned()),
        calls: (1..=rounds).flat_map(round).collect(),
    }
}

fn call(line: &str) -> (ToolCall, ToolResult) {
    let (call, content, is_error) = match (line.split_once(" => "), line.split_once(" !! ")) {
        (Some((call, content)), _) => (call, content, false),
        (None, Some((call, content))) => (call, content, true),
        (None, None) => panic!("no result: {line}"),
    };
    let (name, arguments) = call.split_once(' ').expect("arguments");
    let arguments = serde_json::from_str(arguments).unwrap_or_else(|error| panic!("{error}: {line}"));
    super::pair(name, arguments, &content.replace("\\n", "\n"), is_error)
}
