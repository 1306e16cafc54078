//! What is offered in a chat file: *Send*, *Stop*, and a beginning.

use ropey::Rope;
use tower_lsp::gen_lsp_types::Command;
use workspace::DocumentSnapshot;

use super::layout::{Layout, Who};
use crate::commands::{self, ChatArguments, DocumentId, StopArguments};
use crate::front::Front;

/// Characters of the words in a title.
const TITLE: usize = 60;

/// A command with the zero-based line that it is about.
pub(crate) struct Offer {
    pub(crate) name: &'static str,
    pub(crate) line: usize,
    pub(crate) command: Command,
}

/// For a menu, the likeliest first.
pub(crate) fn actions(front: &Front, document: &DocumentSnapshot) -> Vec<Offer> {
    let text = document.rope.to_string();
    let answer = front.chat_files.answer(&document.uri);
    // What is wrong with the front matter is said when it is sent.
    let layout = Layout::lenient(&text);
    let mut offered = Vec::new();
    if let Some(yours) = layout.yours() {
        let words = text[yours.clone()].trim();
        let is_news = answer.as_ref().is_none_or(|answer| answer.pen.is_above(yours.start));
        if !words.is_empty() && is_news {
            let words = shorten(words);
            let title = match layout.blocks.last() {
                _ if answer.is_some() => format!("Singletree: say to the running turn: {words}"),
                Some(last) if last.who == Who::Singletree => format!("Singletree: send again: {words}"),
                _ => format!("Singletree: send: {words}"),
            };
            let line = heading_line(document, yours.start);
            offered.push(offer("send", line, title, commands::CHAT_SEND, document));
        }
    }
    if let Some(running) = answer.and_then(|answer| answer.running()) {
        let argument = StopArguments {
            turn_id: Some(running.turn),
        };
        offered.push(Offer {
            name: "stop",
            line: layout
                .blocks
                .last()
                .map_or(0, |last| document.rope.byte_to_line(last.start)),
            command: commands::command("Singletree: stop the answer", commands::STOP, &argument),
        });
    } else if is_blank(&document.rope, &layout) {
        let title = "Singletree: begin a chat".to_owned();
        offered.push(offer("begin", 0, title, commands::CHAT_BEGIN, document));
    }
    offered
}

/// As lenses, each at the block that it is about.
pub(crate) fn lenses(front: &Front, document: &DocumentSnapshot) -> Vec<Offer> {
    let short = |mut offer: Offer| {
        offer.command.title = match offer.name {
            "send" => "Send",
            "stop" => "Stop",
            _ => "Begin a chat",
        }
        .to_owned();
        offer
    };
    actions(front, document).into_iter().map(short).collect()
}

/// Whether there is no block yet, and nothing to make one of.
pub(super) fn is_blank(text: &Rope, layout: &Layout) -> bool {
    let is_blank = |slice: ropey::RopeSlice<'_>| slice.chars().all(char::is_whitespace);
    layout.blocks.is_empty() && is_blank(text.byte_slice(layout.preamble.clone()))
}

/// The line of the heading above the byte `at`, or of the words where there is none.
fn heading_line(document: &DocumentSnapshot, at: usize) -> usize {
    document
        .rope
        .byte_to_line(at.min(document.rope.len_bytes()))
        .saturating_sub(1)
}

fn offer(name: &'static str, line: usize, title: String, command: &str, document: &DocumentSnapshot) -> Offer {
    let argument = ChatArguments {
        text_document: DocumentId {
            uri: document.uri.clone(),
        },
    };
    Offer {
        name,
        line,
        command: commands::command(title, command, &argument),
    }
}

/// The first line of the words, cut to a title's length.
fn shorten(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default().trim();
    let cut = line
        .char_indices()
        .nth(TITLE)
        .map_or(line, |(end, _)| line[..end].trim_end());
    match cut.len() < words.len() {
        true => format!("“{cut}…”"),
        false => format!("“{cut}”"),
    }
}
