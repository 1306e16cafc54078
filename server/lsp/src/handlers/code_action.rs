//! `textDocument/codeAction`, from the published snapshot alone: no model, no I/O, no parse, no lock that is held
//! longer than a copy takes.

use base::{CommandName, TurnId};
use engine::CommandInfo;
use tower_lsp::gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse, CodeActionTriggerKind, Command, Diagnostic,
};
use workspace::DocumentSnapshot;

use crate::actions;
use crate::chat_file::{self, is_chat_file};
use crate::commands::{self, ApproveArguments, DocumentId, RunArguments, ShowArguments, StopArguments};
use crate::from_proto;
use crate::front::Front;
use crate::instruction;

/// Characters of a message in a title.
const TITLE: usize = 60;
/// Of the user's own commands in a menu; a palette shows them all.
const MOST_OWN: usize = 30;
/// What marks a place that *complete* is for.
const UNFINISHED: [&str; 6] = ["TODO", "FIXME", "todo!", "unimplemented!", "NotImplementedError", "XXX"];

pub(crate) fn handle(front: &Front, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
    let uri = from_proto::uri(&params.text_document.uri).ok()?;
    let document = front.workspace().snapshot(&uri);
    let request = Request {
        front,
        params,
        document: document.as_deref(),
        id: DocumentId { uri },
    };

    let mut offered = request.approvals();
    let is_chat = is_chat_file(&request.id.uri);
    if is_chat && request.is_asked() {
        offered.extend(request.chat());
    }
    offered.extend(request.review());
    offered.extend(request.diagnostics());
    offered.extend(request.instruction());
    // An editor asks by itself at every move of the cursor, to show that there is something: there is always that.
    if request.is_asked() {
        offered.extend(request.stops());
        offered.extend(request.unseen());
        // In a conversation the commands are typed.
        if !is_chat {
            offered.extend(request.commands());
        }
    }
    let only = params.context.only.as_deref();
    offered.retain(|action| action.kind.as_ref().is_some_and(|kind| is_wanted(kind, only)));
    let has_literals = front.client.has_action_literals;
    Some(
        offered
            .into_iter()
            .filter_map(|action| respond(action, has_literals))
            .collect(),
    )
}

/// Kinds are hierarchical: who wants `refactor` wants `refactor.rewrite` too.
fn is_wanted(kind: &CodeActionKind, only: Option<&[CodeActionKind]>) -> bool {
    let Some(only) = only else { return true };
    only.iter().any(|wanted| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
    })
}

fn respond(action: CodeAction, has_literals: bool) -> Option<CodeActionResponse> {
    if has_literals {
        return Some(CodeActionResponse::CodeAction(action));
    }
    action.command.map(CodeActionResponse::Command)
}

struct Request<'a> {
    front: &'a Front,
    params: &'a CodeActionParams,
    document: Option<&'a DocumentSnapshot>,
    id: DocumentId,
}

impl Request<'_> {
    fn is_asked(&self) -> bool {
        self.params.context.trigger_kind != Some(CodeActionTriggerKind::Automatic)
    }

    fn approvals(&self) -> Vec<CodeAction> {
        let questions = self.front.approvals.open().into_iter();
        let approve = |question: base::ApprovalRequest| {
            let title = format!("Approve… {}", shorten(&question.action));
            let argument = ApproveArguments {
                approval_id: question.id,
            };
            quick_fix(commands::command(title, commands::APPROVE, &argument))
        };
        questions.map(approve).collect()
    }

    fn chat(&self) -> Vec<CodeAction> {
        let Some(document) = self.document else {
            return Vec::new();
        };
        let offered = chat_file::actions(self.front, document).into_iter();
        offered.map(|offer| action(source(offer.name), offer.command)).collect()
    }

    /// *Stop* for what runs: of the editors that show progress, few let the user cancel it.
    fn stops(&self) -> Vec<CodeAction> {
        if self.front.has_plugin() {
            return Vec::new();
        }
        let running = self.front.running().into_iter();
        let stop = |(turn, command): (TurnId, CommandName)| {
            let title = format!("Singletree: stop “{}”", command.title());
            let argument = StopArguments { turn_id: Some(turn) };
            quick_fix(commands::command(title, commands::STOP, &argument))
        };
        running.map(stop).collect()
    }

    fn review(&self) -> Vec<CodeAction> {
        let Some(document) = self.document else {
            return Vec::new();
        };
        let (first, last) = (
            self.params.range.start.line as usize,
            self.params.range.end.line as usize,
        );
        let here = document.hunks.iter().filter(|hunk| {
            let lines = actions::lines(document, hunk);
            *lines.start() <= last && first <= *lines.end()
        });
        let mut offered: Vec<Command> = here.flat_map(|hunk| actions::of_hunk(self.front, hunk)).collect();
        if offered.is_empty() && self.is_asked() {
            offered = actions::of_nearest(self.front, document, first);
        }
        if !offered.is_empty() {
            offered.extend(actions::of_many(self.front, document));
        }
        offered.into_iter().map(quick_fix).collect()
    }

    fn unseen(&self) -> Vec<CodeAction> {
        let mut offered = actions::of_unseen(self.front);
        if !self.front.open_reviews().reviews.is_empty() {
            let argument = ShowArguments::default();
            offered.push(commands::command(
                "Show all proposed changes",
                commands::SHOW,
                &argument,
            ));
        }
        if self.front.has_plugin() {
            offered.clear();
        }
        offered.into_iter().map(quick_fix).collect()
    }

    fn diagnostics(&self) -> Vec<CodeAction> {
        let theirs = self
            .params
            .context
            .diagnostics
            .iter()
            .filter(|it| it.source.as_deref() != Some("singletree"));
        theirs.map(|diagnostic| self.fix(diagnostic)).collect()
    }

    fn fix(&self, diagnostic: &Diagnostic) -> CodeAction {
        let title = format!(
            "Singletree: fix “{}”",
            shorten(&from_proto::message(diagnostic.message.clone()))
        );
        let argument = RunArguments {
            diagnostics: vec![diagnostic.clone()],
            ..self.run(CommandName::Fix)
        };
        let mut action = quick_fix(commands::command(title, commands::RUN, &argument));
        action.diagnostics = Some(vec![diagnostic.clone()]);
        action
    }

    /// *Do it*, on a comment that says what. Shows the whole of it, and only where the workspace is trusted: the
    /// text may be somebody else's.
    fn instruction(&self) -> Option<CodeAction> {
        if !self.front.is_trusted() {
            return None;
        }
        let at = self.params.range.start.line;
        let line = self.line(at)?;
        let language = self.document.map_or("", |document| &document.language);
        let above = (0..at).rev().map_while(|line| self.line(line));
        let text = instruction::in_line(&line, language).or_else(|| instruction::in_block(&line, above))?;
        let title = format!("Singletree: do it: {}", text.escape_debug());
        let argument = RunArguments {
            prompt: Some(text.to_owned()),
            ..self.run(CommandName::Edit)
        };
        Some(action(
            rewrite("edit"),
            commands::command(title, commands::RUN, &argument),
        ))
    }

    fn commands(&self) -> Vec<CodeAction> {
        let has_input = self.front.client.options.input;
        let mut offered = vec![self.offer(CommandName::Document)];
        if self.is_unfinished() {
            offered.push(self.offer(CommandName::Complete));
        }
        if has_input {
            offered.extend([CommandName::Edit, CommandName::Refactor].map(|command| self.offer(command)));
        }
        let by_place = [
            CommandName::Optimize,
            CommandName::Explain,
            CommandName::Test,
            CommandName::Review,
        ];
        offered.extend(by_place.map(|command| self.offer(command)));
        if has_input {
            offered.push(self.offer(CommandName::Ask));
        }
        offered.push(self.offer(CommandName::CommitMessage));
        offered.extend(self.own_commands());
        offered
    }

    fn offer(&self, command: CommandName) -> CodeAction {
        let takes_words = matches!(command, CommandName::Edit | CommandName::Refactor | CommandName::Ask);
        let title = format!("Singletree: {}{}", command.title(), if takes_words { "…" } else { "" });
        let is_at_place = !matches!(command, CommandName::Test) && command.may_edit();
        let kind = match is_at_place {
            true => rewrite(command.as_str()),
            false => source(command.as_str()),
        };
        action(kind, commands::command(title, commands::RUN, &self.run(command)))
    }

    /// The commands that are files; one that takes words asks for them where the client can.
    fn own_commands(&self) -> Vec<CodeAction> {
        let has_input = self.front.client.options.input;
        let all = self.front.runtime.list_commands().into_iter();
        let own = all.filter(|command| command.origin != "built-in").take(MOST_OWN);
        let offer = |command: CommandInfo| {
            let asks = has_input && command.needs_prompt;
            let title = format!("Singletree: {}{}", command.title, if asks { "…" } else { "" });
            let argument = RunArguments {
                command: command.name,
                ..self.run(CommandName::Ask)
            };
            let kind = if command.may_edit {
                rewrite("own")
            } else {
                source("own")
            };
            action(kind, commands::command(title, commands::RUN, &argument))
        };
        own.map(offer).collect()
    }

    fn run(&self, command: CommandName) -> RunArguments {
        RunArguments {
            command: command.as_str().to_owned(),
            text_document: Some(self.id.clone()),
            range: Some(self.params.range),
            ..Default::default()
        }
    }

    fn is_unfinished(&self) -> bool {
        let (first, last) = (self.params.range.start.line, self.params.range.end.line);
        // A selection of many lines is not searched: offering is cheap, a wrong offer says so itself.
        last - first.min(last) > 200
            || (first..=last)
                .filter_map(|line| self.line(line))
                .any(|line| UNFINISHED.iter().any(|mark| line.contains(mark)))
    }

    fn line(&self, line: u32) -> Option<String> {
        let line = self.document?.rope.get_line(line as usize)?;
        (line.len_bytes() < 10_000).then(|| line.to_string())
    }
}

fn source(command: &str) -> CodeActionKind {
    CodeActionKind::from(format!("source.singletree.{command}"))
}

fn rewrite(command: &str) -> CodeActionKind {
    CodeActionKind::from(format!("refactor.rewrite.singletree.{command}"))
}

/// Helix and Neovim list quick fixes wherever they list anything.
fn quick_fix(command: Command) -> CodeAction {
    action(CodeActionKind::QuickFix, command)
}

fn action(kind: CodeActionKind, command: Command) -> CodeAction {
    CodeAction {
        title: command.title.clone(),
        kind: Some(kind),
        command: Some(command),
        ..Default::default()
    }
}

/// The first line of a message, cut to a title's length.
fn shorten(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim();
    match line.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &'static str, only: &[&'static str], expect: bool) {
        let only: Vec<_> = only.iter().map(|kind| CodeActionKind::from(*kind)).collect();
        assert_eq!(is_wanted(&kind.into(), Some(&only)), expect, "{kind} of {only:?}");
    }

    #[test]
    fn kinds_are_hierarchical() {
        check("refactor.rewrite.singletree.edit", &["refactor"], true);
        check(
            "refactor.rewrite.singletree.edit",
            &["quickfix", "refactor.rewrite"],
            true,
        );
        check("refactor.rewrite.singletree.edit", &["refactor.rewrite.single"], false);
        check("source.singletree.explain", &["source.organizeImports"], false);
        check("source.singletree.explain", &[""], true);
        check("quickfix", &["quickfix"], true);
        check("quickfix", &[], false);
        assert!(is_wanted(&CodeActionKind::QuickFix, None));
    }

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(shorten("cannot find `x`\nhelp: …"), "cannot find `x`");
        assert_eq!(shorten(&"é".repeat(100)), format!("{}…", "é".repeat(TITLE)));
    }
}
