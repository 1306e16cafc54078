//! `textDocument/codeLens`: Keep and Reject above every open hunk, for clients without a plugin of ours.

use tower_lsp::gen_lsp_types::{CodeLens, CodeLensParams, Command, Position, Range};

use crate::actions;
use crate::chat_file::{self, is_chat_file};
use crate::commands::{self, ApproveArguments};
use crate::from_proto;
use crate::front::Front;

pub(crate) fn handle(front: &Front, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    if front.has_plugin() {
        return None;
    }
    let document = front
        .workspace()
        .snapshot(&from_proto::uri(&params.text_document.uri).ok()?)?;
    let questions = front.approvals.open().into_iter().map(|question| {
        let title = format!("Approve… {}", question.action);
        commands::command(
            title,
            commands::APPROVE,
            &ApproveArguments {
                approval_id: question.id,
            },
        )
    });
    let mut lenses: Vec<CodeLens> = questions.map(|command| at_line(0, command)).collect();
    if is_chat_file(&document.uri) {
        let offered = chat_file::lenses(front, &document).into_iter();
        lenses.extend(offered.map(|offer| at_line(offer.line, offer.command)));
    }
    for (index, hunk) in document.hunks.iter().filter(|hunk| hunk.state.is_open()).enumerate() {
        let line = document
            .rope
            .byte_to_line(hunk.range.start.min(document.rope.len_bytes()));
        let mut commands = actions::of_hunk(front, hunk);
        if index == 0 {
            commands.extend(actions::of_many(front, &document));
        }
        lenses.extend(commands.into_iter().map(|command| at_line(line, command)));
    }
    Some(lenses)
}

fn at_line(line: usize, command: Command) -> CodeLens {
    let start = Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        character: 0,
    };
    CodeLens {
        range: Range { start, end: start },
        command: Some(command),
        data: None,
    }
}
