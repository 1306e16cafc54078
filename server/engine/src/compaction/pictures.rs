//! Pictures are dear: a screenshot costs as much as a long file, and an old one shows what is no more.

use base::{Block, Message};

const LEFT_OUT: &str = "[harness] A picture was left out here.";

/// Drops the pictures that tools took, but for the newest `keep` (FEATURES EN3); those that the user gave stay. Says how
/// many went. Each drop breaks the cached prefix, so it pays to keep a few and drop several at once.
pub(crate) fn drop_old_images(history: &mut [Message], keep: usize) -> usize {
    drop(history, keep, is_from_tool)
}

/// How many pictures of tools there are.
pub(crate) fn pictures_of_tools(history: &[Message]) -> usize {
    let blocks = history.iter().filter(|message| is_from_tool(message));
    let blocks = blocks.flat_map(|message| &message.content);
    blocks.filter(|block| matches!(block, Block::Image(_))).count()
}

fn is_from_tool(message: &Message) -> bool {
    let mut blocks = message.content.iter();
    blocks.any(|block| matches!(block, Block::ToolResult(_)))
}

/// All of them, whoever gave them.
pub(super) fn drop_all(history: &mut [Message]) -> usize {
    drop(history, 0, |_| true)
}

fn drop(history: &mut [Message], keep: usize, is_meant: impl Fn(&Message) -> bool) -> usize {
    let (mut kept, mut dropped) = (0, 0);
    for message in history.iter_mut().rev().filter(|message| is_meant(message)) {
        let mut content = Vec::with_capacity(message.content.len());
        for block in std::mem::take(&mut message.content).into_iter().rev() {
            match block {
                Block::Image(_) if kept < keep => {
                    kept += 1;
                    content.push(block);
                }
                Block::Image(_) => dropped += 1,
                other => content.push(other),
            }
        }
        content.reverse();
        if content.is_empty() {
            content.push(Block::Text { text: LEFT_OUT.into() });
        }
        message.content = content;
    }
    dropped
}
