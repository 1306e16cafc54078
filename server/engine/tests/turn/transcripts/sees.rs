//! A request as a `sees` block shows it: what an earlier one had already is counted, the rest is spelt out.

use base::{Block, Message, Role, ToolSpec};
use models::{Request, ToolChoice};

use super::plain::Plain;

/// Characters of the system prompt's first part, which is the same for everyone and tested where it is made.
const SHOWN_OF_SYSTEM: usize = 66;
/// Characters of a line.
const SHOWN_OF_LINE: usize = 1000;

/// The request number `at` (from 0) of `requests`; its tools are named one by one if they are `named`.
pub(crate) fn shown(requests: &[Request], at: usize, named: bool, plain: &mut Plain) -> Vec<String> {
    let request = &requests[at];
    let base = base_of(&requests[..at], request);
    let mut lines = Vec::new();
    let mut kept = Vec::new();
    let earlier = base.map(|(number, _)| &requests[number]);
    if earlier.is_some_and(|earlier| earlier.system == request.system) {
        kept.push("the system prompt".to_owned());
    }
    if earlier.is_some_and(|earlier| earlier.tools == request.tools) {
        kept.push("the tools".to_owned());
    }
    let common = base.map_or(0, |(_, common)| common);
    if common > 0 {
        kept.push(match common {
            1 => "1 message".to_owned(),
            _ => format!("{common} messages"),
        });
    }
    if let Some((number, _)) = base.filter(|_| !kept.is_empty()) {
        lines.push(format!("as in {}: {}", number + 1, kept.join(", ")));
    }
    let settings = settings(request);
    if earlier.is_none_or(|earlier| self::settings(earlier) != settings) {
        lines.extend(settings);
    }
    if earlier.is_none_or(|earlier| earlier.tools != request.tools) {
        lines.push(tools(request, named));
    }
    if earlier.is_none_or(|earlier| earlier.system != request.system) {
        push_system(&mut lines, request, plain);
    }
    for message in &request.messages[common..] {
        push_message(&mut lines, message, plain);
    }
    lines
}

/// The earlier request that this one has the most in common with, the latest of several, and how many messages.
fn base_of(earlier: &[Request], request: &Request) -> Option<(usize, usize)> {
    let common = |other: &Request| {
        let pairs = other.messages.iter().zip(request.messages.iter());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let counted = earlier.iter().map(common).enumerate();
    counted.max_by_key(|(number, common)| (*common, *number))
}

/// Sets to which tools are added have a name of their own.
fn tools(request: &Request, named: bool) -> String {
    let all = tools::Registry::builtin();
    // No editor is there to ask.
    let needs_nobody = |spec: &ToolSpec| all.get(&spec.name).is_some_and(|tool| tool.needs().is_none());
    let of = |specs: &[ToolSpec]| specs.iter().filter(|spec| needs_nobody(spec)).eq(request.tools.iter());
    if of(&all.specs(true)) && !named {
        return "tools: all".to_owned();
    }
    if of(&all.specs(false)) && !named {
        return "tools: all that only read".to_owned();
    }
    let names: Vec<&str> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
    format!("tools: {}", names.join(", "))
}

fn settings(request: &Request) -> Vec<String> {
    let mut lines = vec![format!(
        "model {}, at most {} tokens",
        request.model, request.max_output
    )];
    if let Some(effort) = request.effort {
        lines.push(format!("effort: {effort:?}").to_lowercase());
    }
    if let Some(output) = &request.output {
        lines.push(format!("answer: {} as {}", output.name, output.schema));
    }
    if request.tool_choice == ToolChoice::None {
        lines.push("tool choice: none".to_owned());
    }
    lines
}

fn push_system(lines: &mut Vec<String>, request: &Request, plain: &mut Plain) {
    for (at, part) in request.system.iter().enumerate() {
        lines.push("system:".to_owned());
        if at == 0 {
            let first: String = part.text.chars().take(SHOWN_OF_SYSTEM).collect();
            lines.push(format!("  {first} …"));
        } else {
            push_text(lines, &plain.text(&part.text));
        }
    }
}

fn push_message(lines: &mut Vec<String>, message: &Message, plain: &mut Plain) {
    lines.push(match message.role {
        Role::User => "user:".to_owned(),
        Role::Assistant => "assistant:".to_owned(),
    });
    for block in &message.content {
        match block {
            Block::Text { text } => push_text(lines, &plain.text(text)),
            Block::Thinking { text, signature } => {
                let signed = if signature.is_some() { "signed" } else { "unsigned" };
                lines.push(format!("  [thinking, {signed}]"));
                push_text(lines, &plain.text(text));
            }
            Block::RedactedThinking { .. } => lines.push("  [thinking, redacted]".to_owned()),
            Block::Image(image) => lines.push(format!("  [{}]", image.media_type)),
            Block::ToolCall(call) => {
                let call = format!("  [call {} {} {}]", call.id, call.name, call.arguments);
                lines.push(plain.text(&call));
            }
            Block::ToolResult(result) => {
                let kind = if result.is_error { "error" } else { "result" };
                lines.push(plain.text(&format!("  [{kind} {}]", result.call_id)));
                push_text(lines, &plain.text(&result.content));
            }
        }
    }
}

/// Indented, so that no text can pass for a heading of ours. What repeats is counted, for the sake of readers.
fn push_text(lines: &mut Vec<String>, text: &str) {
    for same in text.lines().collect::<Vec<_>>().chunk_by(|a, b| a == b) {
        let line = match same[0].char_indices().nth(SHOWN_OF_LINE) {
            Some((end, _)) => format!("  {} … ({} bytes)", &same[0][..end], same[0].len()),
            None => format!("  {}", same[0]),
        };
        match same.len() {
            few @ ..=3 => lines.extend(std::iter::repeat_n(line.trim_end().to_owned(), few)),
            many => lines.push(format!("{line} (× {many})")),
        }
    }
}
