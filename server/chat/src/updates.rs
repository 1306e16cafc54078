//! What happens in a session, as `session/update` tells it.

use std::path::Path;

use agent_client_protocol_schema::v1::{
    AvailableCommand, AvailableCommandInput, AvailableCommandsUpdate, Content, ContentBlock, ContentChunk, Cost, Diff,
    EmbeddedResource, EmbeddedResourceResource, ImageContent, MessageId, Plan, PlanEntry, PlanEntryPriority,
    PlanEntryStatus, ResourceLink, SessionInfoUpdate, SessionUpdate, StopReason, TextContent, TextResourceContents,
    ToolCall, ToolCallContent, ToolCallStatus, ToolCallUpdate, ToolCallUpdateFields, UnstructuredCommandInput,
    UsageUpdate,
};
use base::{Attachment, CallId, CommandName, Task, TodoItem, TodoState, TurnId, TurnState};
use engine::{CommandInfo, Proposal};
use serde_json::{Value, json};

use crate::{meta, slash, tools};

#[must_use]
pub fn words(text: impl Into<String>) -> SessionUpdate {
    SessionUpdate::AgentMessageChunk(chunk(text))
}

#[must_use]
pub fn thought(text: impl Into<String>) -> SessionUpdate {
    SessionUpdate::AgentThoughtChunk(chunk(text))
}

fn chunk(text: impl Into<String>) -> ContentChunk {
    ContentChunk::new(ContentBlock::Text(TextContent::new(text)))
}

/// What the user said, a chunk for the words and one for each attachment. All bear the number by which the conversation
/// can be taken back to before it; what is no part of the conversation has none.
#[must_use]
pub fn said(message: Option<i64>, task: &Task, path_of: &dyn Fn(&base::Uri) -> String) -> Vec<SessionUpdate> {
    let text = ContentBlock::Text(TextContent::new(typed(task, path_of)));
    let blocks = std::iter::once(text).chain(task.attachments.iter().map(|given| attachment(given, path_of)));
    blocks
        .map(|block| {
            let chunk = ContentChunk::new(block);
            SessionUpdate::UserMessageChunk(match message {
                None => chunk,
                Some(number) => chunk
                    .message_id(MessageId::new(number.to_string()))
                    .meta(meta::ours(json!({ "message": number }))),
            })
        })
        .collect()
}

/// The words, or the command of the palette as one would type it.
#[must_use]
pub fn typed(task: &Task, path_of: &dyn Fn(&base::Uri) -> String) -> String {
    let words = task.prompt.clone().unwrap_or_default();
    let is_said = matches!(task.command, CommandName::Ask | CommandName::Edit) && task.uri.is_none();
    if is_said {
        return words;
    }
    let mut typed = format!("/{}", task.command.as_str());
    if let Some(uri) = &task.uri {
        typed.push_str(&format!(" {}", path_of(uri)));
        if let Some(span) = task.span {
            typed.push_str(&format!(":{}", span.start.line + 1));
        }
    }
    if !words.is_empty() {
        typed.push_str(&format!(" {words}"));
    }
    typed
}

fn attachment(given: &Attachment, path_of: &dyn Fn(&base::Uri) -> String) -> ContentBlock {
    match given {
        Attachment::Image(image) => {
            ContentBlock::Image(ImageContent::new(image.data.clone(), image.media_type.clone()))
        }
        Attachment::Place { uri, lines } => {
            let fragment = lines
                .map(|(first, last)| format!("#L{first}-{last}"))
                .unwrap_or_default();
            ContentBlock::ResourceLink(ResourceLink::new(path_of(uri), format!("{uri}{fragment}")))
        }
        Attachment::Text { source, text } => {
            let text = TextResourceContents::new(text.clone(), source.clone());
            let resource = EmbeddedResourceResource::TextResourceContents(text);
            ContentBlock::Resource(EmbeddedResource::new(resource))
        }
    }
}

/// A tool call as it begins. `root` is what the paths in its arguments are relative to.
#[must_use]
pub fn tool_started(
    turn: Option<&TurnId>,
    call: &CallId,
    (name, title): (&str, &str),
    arguments: &Value,
    root: &Path,
) -> SessionUpdate {
    let started = ToolCall::new(tools::id(turn, call), title)
        .name(name.to_owned())
        .kind(tools::kind(name))
        .status(ToolCallStatus::InProgress)
        .locations(tools::locations(arguments, root))
        .raw_input(arguments.clone());
    SessionUpdate::ToolCall(started)
}

/// What of a result is worth showing beside its changes, which speak for themselves.
#[must_use]
pub fn shown<'a>(summary: &'a str, output: &'a str, proposals: &[Proposal]) -> &'a str {
    match proposals.is_empty() && !output.is_empty() {
        true => output,
        false => summary,
    }
}

/// Its end: a line on what came of it, and what it proposes.
#[must_use]
pub fn tool_completed(
    turn: Option<&TurnId>,
    call: &CallId,
    ok: bool,
    shown: &str,
    proposals: &[Proposal],
) -> SessionUpdate {
    let status = if ok {
        ToolCallStatus::Completed
    } else {
        ToolCallStatus::Failed
    };
    let text = ContentBlock::Text(TextContent::new(shown));
    let mut content: Vec<_> = (!shown.is_empty())
        .then(|| ToolCallContent::Content(Content::new(text)))
        .into_iter()
        .collect();
    content.extend(proposals.iter().map(diff));
    let fields = ToolCallUpdateFields::new().status(status).content(content);
    SessionUpdate::ToolCallUpdate(ToolCallUpdate::new(tools::id(turn, call), fields))
}

/// One hunk, with the line that it begins at.
fn diff(proposal: &Proposal) -> ToolCallContent {
    let Proposal { path, line, old, new } = proposal;
    let diff = Diff::new(path.clone(), new.clone())
        .old_text(old.clone())
        .meta(meta::ours(json!({ "line": line })));
    ToolCallContent::Diff(diff)
}

#[must_use]
pub fn plan(entries: &[TodoItem]) -> SessionUpdate {
    let entries = entries.iter().map(|entry| {
        let status = match entry.state {
            TodoState::Pending => PlanEntryStatus::Pending,
            TodoState::InProgress => PlanEntryStatus::InProgress,
            TodoState::Done => PlanEntryStatus::Completed,
        };
        PlanEntry::new(entry.content.clone(), PlanEntryPriority::Medium, status)
    });
    SessionUpdate::Plan(Plan::new(entries.collect()))
}

/// How full the model's window is, and what the session cost; none where a price is not known.
#[must_use]
pub fn usage(used: u64, size: u64, cost_usd: Option<f64>) -> SessionUpdate {
    let cost = cost_usd.map(|usd| Cost::new(usd, "USD"));
    SessionUpdate::UsageUpdate(UsageUpdate::new(used, size).cost(cost))
}

#[must_use]
pub fn title(title: impl Into<String>) -> SessionUpdate {
    SessionUpdate::SessionInfoUpdate(SessionInfoUpdate::new().title(title.into()))
}

/// That a turn runs, for those who did not begin it.
#[must_use]
pub fn running() -> SessionUpdate {
    let ours = meta::ours(json!({ "running": true }));
    SessionUpdate::SessionInfoUpdate(SessionInfoUpdate::new().meta(ours))
}

/// That a turn has ended, and how.
#[must_use]
pub fn ended(reason: StopReason, error: Option<&str>) -> SessionUpdate {
    let ours = meta::ours(json!({ "running": false, "stopReason": reason, "error": error }));
    SessionUpdate::SessionInfoUpdate(SessionInfoUpdate::new().meta(ours))
}

/// How a turn ended, in ACP's words; why it failed where it did.
#[must_use]
pub fn stop_reason(state: TurnState, reason: base::StopReason) -> Option<StopReason> {
    use base::StopReason as Ours;
    match (state, reason) {
        (TurnState::Stopped, _) | (_, Ours::Cancelled) => Some(StopReason::Cancelled),
        (_, reason) if is_report(reason) => Some(StopReason::MaxTurnRequests),
        (TurnState::Failed, _) => None,
        (_, Ours::MaxTokens) => Some(StopReason::MaxTokens),
        (_, Ours::Refusal) => Some(StopReason::Refusal),
        _ => Some(StopReason::EndTurn),
    }
}

/// Whether the error of such an end is what the turn says of itself: what is done, and what is pending.
#[must_use]
pub fn is_report(reason: base::StopReason) -> bool {
    use base::StopReason as Ours;
    matches!(
        reason,
        Ours::MaxIterations | Ours::Budget | Ours::Stuck | Ours::Breakpoint
    )
}

/// The commands that may be typed: those of the palette and the user's own, then what the session itself is told.
#[must_use]
pub fn commands(palette: &[CommandInfo]) -> SessionUpdate {
    let of_palette = palette.iter().map(|known| {
        let hint = match (&known.argument_hint, known.origin) {
            (Some(hint), _) => Some(hint.as_str()),
            (None, BUILT_IN) if !known.needs_prompt => Some(slash::PLACE),
            (None, _) => known.needs_prompt.then_some(slash::WORDS),
        };
        command(&known.name, &known.description, hint)
    });
    let of_session = slash::OF_SESSION
        .iter()
        .map(|known| command(known.name, known.does, known.hint));
    SessionUpdate::AvailableCommandsUpdate(AvailableCommandsUpdate::new(of_palette.chain(of_session).collect()))
}

/// Where a command of the palette comes from that is nobody's file.
const BUILT_IN: &str = "built-in";

fn command(name: &str, does: &str, hint: Option<&str>) -> AvailableCommand {
    let input = hint.map(|hint| AvailableCommandInput::Unstructured(UnstructuredCommandInput::new(hint)));
    AvailableCommand::new(name, does).input(input)
}

#[cfg(test)]
mod tests {
    use agent_client_protocol_schema::v1::SessionNotification;
    use base::{Image, Position, Span, Uri};

    use super::*;

    fn path_of(uri: &Uri) -> String {
        uri.file_name()
    }

    /// As it goes over the wire, and back through the types of the schema.
    #[track_caller]
    fn check(update: SessionUpdate, expect: Value) {
        let sent = serde_json::to_value(SessionNotification::new("s", update.clone())).unwrap();
        assert_eq!(sent["sessionId"], "s");
        assert_eq!(sent["update"], expect);
        let received: SessionNotification = serde_json::from_value(sent).unwrap();
        assert_eq!(received.update, update);
    }

    #[test]
    fn words_and_thoughts_come_in_chunks() {
        let text = |kind: &str| json!({"sessionUpdate": kind, "content": {"type": "text", "text": "a"}});
        check(words("a"), text("agent_message_chunk"));
        check(thought("a"), text("agent_thought_chunk"));
    }

    #[test]
    fn what_the_user_said_bears_its_number() {
        let uri = Uri::parse("file:///w/a.rs").unwrap();
        let task = Task {
            prompt: Some("look".into()),
            attachments: vec![
                Attachment::Place {
                    uri,
                    lines: Some((3, 4)),
                },
                Attachment::Text {
                    source: "singletree:diff".into(),
                    text: "+a".into(),
                },
                Attachment::Image(Image {
                    media_type: "image/png".into(),
                    data: "AAAA".into(),
                }),
            ],
            ..Task::new(CommandName::Edit)
        };
        let chunk = |content: Value| {
            json!({"sessionUpdate": "user_message_chunk", "content": content, "messageId": "7",
                "_meta": {"singletree": {"message": 7}}})
        };
        let expect = [
            json!({"type": "text", "text": "look"}),
            json!({"type": "resource_link", "name": "a.rs", "uri": "file:///w/a.rs#L3-4"}),
            json!({"type": "resource", "resource": {"uri": "singletree:diff", "text": "+a"}}),
            json!({"type": "image", "mimeType": "image/png", "data": "AAAA"}),
        ];
        let told = said(Some(7), &task, &path_of);
        assert_eq!(told.len(), expect.len());
        for (update, content) in told.into_iter().zip(expect) {
            check(update, chunk(content));
        }
    }

    #[test]
    fn a_command_of_the_palette_reads_as_one_would_type_it() {
        let start = Position { line: 9, character: 0 };
        let task = Task {
            uri: Uri::parse("file:///w/a.rs").ok(),
            span: Some(Span { start, end: start }),
            prompt: Some("only this".into()),
            ..Task::new(CommandName::Fix)
        };
        assert_eq!(typed(&task, &path_of), "/fix a.rs:10 only this");
    }

    #[test]
    fn a_tool_call_begins_and_ends() {
        let (turn, call) = ("t".into(), "c".into());
        let arguments = json!({"path": "a.rs", "old": "x"});
        check(
            tool_started(Some(&turn), &call, ("edit", "edit a.rs"), &arguments, Path::new("/w")),
            json!({"sessionUpdate": "tool_call", "toolCallId": "t/c", "title": "edit a.rs", "name": "edit",
                "kind": "edit", "status": "in_progress", "locations": [{"path": "/w/a.rs"}], "rawInput": arguments}),
        );
        let proposal = Proposal {
            path: "/w/a.rs".into(),
            line: 3,
            old: Some("x\n".into()),
            new: "y\n".into(),
        };
        check(
            tool_completed(Some(&turn), &call, true, "1 change", &[proposal]),
            json!({"sessionUpdate": "tool_call_update", "toolCallId": "t/c", "status": "completed", "content": [
                {"type": "content", "content": {"type": "text", "text": "1 change"}},
                {"type": "diff", "path": "/w/a.rs", "oldText": "x\n", "newText": "y\n",
                    "_meta": {"singletree": {"line": 3}}},
            ]}),
        );
        check(
            tool_completed(None, &call, false, "no", &[]),
            json!({"sessionUpdate": "tool_call_update", "toolCallId": "c", "status": "failed",
                "content": [{"type": "content", "content": {"type": "text", "text": "no"}}]}),
        );
    }

    #[test]
    fn plan_usage_and_title_are_acps() {
        let entry = |content: &str, state| TodoItem {
            content: content.into(),
            state,
        };
        check(
            plan(&[entry("a", TodoState::Done), entry("b", TodoState::InProgress)]),
            json!({"sessionUpdate": "plan", "entries": [
                {"content": "a", "priority": "medium", "status": "completed"},
                {"content": "b", "priority": "medium", "status": "in_progress"}]}),
        );
        check(
            usage(10, 100, Some(0.5)),
            json!({"sessionUpdate": "usage_update", "used": 10, "size": 100,
                "cost": {"amount": 0.5, "currency": "USD"}}),
        );
        check(
            usage(1, 2, None),
            json!({"sessionUpdate": "usage_update", "used": 1, "size": 2}),
        );
        check(
            title("A b"),
            json!({"sessionUpdate": "session_info_update", "title": "A b"}),
        );
    }

    #[test]
    fn how_a_turn_ended_is_said_in_acps_words() {
        use base::StopReason as Ours;
        let of = stop_reason;
        assert_eq!(of(TurnState::Completed, Ours::EndTurn), Some(StopReason::EndTurn));
        assert_eq!(of(TurnState::Stopped, Ours::EndTurn), Some(StopReason::Cancelled));
        assert_eq!(of(TurnState::Failed, Ours::Budget), Some(StopReason::MaxTurnRequests));
        assert_eq!(of(TurnState::Failed, Ours::NoModel), None);
        check(
            running(),
            json!({"sessionUpdate": "session_info_update", "_meta": {"singletree": {"running": true}}}),
        );
        check(
            ended(StopReason::EndTurn, None),
            json!({"sessionUpdate": "session_info_update",
                "_meta": {"singletree": {"running": false, "stopReason": "end_turn", "error": null}}}),
        );
    }

    #[test]
    fn every_command_is_offered() {
        let own = CommandInfo {
            name: "release-notes".into(),
            title: "release-notes".into(),
            description: "Writes them".into(),
            origin: "project",
            needs_prompt: true,
            may_edit: true,
            argument_hint: Some("since which tag".into()),
        };
        let fix = CommandInfo {
            name: "fix".into(),
            origin: BUILT_IN,
            needs_prompt: false,
            argument_hint: None,
            ..own.clone()
        };
        let offered = serde_json::to_value(commands(&[fix, own])).unwrap();
        let offered = offered["availableCommands"].as_array().unwrap();
        let names: Vec<_> = offered.iter().map(|known| known["name"].as_str().unwrap()).collect();
        assert_eq!(&names[..3], ["fix", "release-notes", "context"]);
        assert_eq!(offered[0]["input"]["hint"], slash::PLACE);
        assert_eq!(offered[1]["input"]["hint"], "since which tag");
        assert_eq!(offered[3].get("input"), None);
    }
}
