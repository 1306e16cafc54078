//! Makes a conversation shorter when its model's window fills (FEATURES CX4, CX5, CX9). Pure: tokens are counted by the
//! caller's closure, models are asked by the caller.
//!
//! | the request fills | pass | by |
//! |---|---|---|
//! | 60 % of the window | [`Pass::Trim`]: old results become metadata or their ends, superseded reads are stripped | rule |
//! | 60 % | [`Pass::Collapse`]: finished turns become task, list of what was touched, and answer | rule |
//! | 85 % | [`Pass::Learnings`], then [`Pass::Checkpoint`]: a model writes down what is worth keeping | model |
//! | 92 %, or the vendor refused it as too long | [`Pass::Emergency`]: results of 100 characters, oldest exchanges dropped | rule |
//!
//! The percentages are those of CX5. Each pass that changes the conversation breaks the vendor's cached prefix, so below
//! 85 % a pass must free [`WORTHWHILE`] of the window at once: results are trimmed in one batch and then left alone for
//! many steps, not one by one. [`next_pass`] offers only passes that shrink the conversation; asked again after each, it
//! ends, since the rules are idempotent and a model is asked for a checkpoint [`MAX_CHECKPOINTS`] time. From
//! 85 % what a model could not shorten falls to the emergency trim, and from 92 % no model is asked.
//!
//! Every pass takes a conversation whose calls and results are paired and whose roles alternate (as
//! `history::pair_calls_with_results` leaves it) and gives such a one. The user's last words survive each. The newest
//! answer that calls tools keeps its thinking with its signature, which vendors insist on; the system prompt is not seen
//! here.

mod collapse;
mod cut;
mod emergency;
mod pictures;
mod summary;
mod superseded;
mod trim;
mod user_words;

#[cfg(test)]
mod tests;

use base::Message;

pub(crate) use pictures::{drop_old_images, pictures_of_tools};
pub(crate) use summary::{checkpoint, learnings};

/// Percent of the window from which old results are trimmed.
const TRIM_AT: u64 = 60;
/// From which a model summarises.
const SUMMARISE_AT: u64 = 85;
/// From which there may be no room left to ask a model.
const EMERGENCY_AT: u64 = 92;
/// What an emergency trims to: below the first threshold, so that the next step is not trimmed again.
const EMERGENCY_TARGET: u64 = 55;
/// Percent of the window that must be freed to be worth a new prefix, which the vendor has to read and store again.
const WORTHWHILE: u64 = 10;
/// Percent of the window that has to come in before it is worth a look whether by now so much could be freed.
const NEXT_LOOK: u64 = 3;
/// How often a model is asked for a checkpoint in one compaction. With the learnings before it a model is asked twice at
/// most; the same request would bring the same again.
const MAX_CHECKPOINTS: u32 = 1;

/// Tokens of a message, images included.
pub(crate) type Count<'a> = &'a (dyn Fn(&Message) -> u64 + Sync);

/// How full a model's window is.
#[derive(Clone, Copy)]
pub(crate) struct Room<'a> {
    /// Tokens of prompt and answer together.
    pub(crate) window: u64,
    /// Tokens of the next request: system prompt, tools and messages.
    pub(crate) tokens: u64,
    pub(crate) count: Count<'a>,
}

/// What this compaction has tried already. A fresh one for each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tried {
    /// The vendor refused the request as too long, whatever was counted. False again after an emergency trim.
    pub(crate) is_refused: bool,
    /// The user asked for a summary, whatever room there is.
    pub(crate) is_asked: bool,
    /// Learnings were asked for, with whatever success.
    pub(crate) learnings: bool,
    /// How often a checkpoint was asked for.
    pub(crate) checkpoints: u32,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pass {
    /// The conversation becomes this.
    Trim(Vec<Message>),
    Collapse(Vec<Message>),
    Emergency(Vec<Message>),
    /// Ask the model this, without tools, and read its reply with [`learnings`].
    Learnings(Vec<Message>),
    /// Ask the model this, without tools; [`checkpoint`] makes the conversation from its reply.
    Checkpoint(Vec<Message>),
}

/// The next pass over `history`; none if it may go to the model as it is, or nothing makes it shorter.
pub(crate) fn next_pass(room: Room<'_>, history: &[Message], tried: Tried) -> Option<Pass> {
    if tried.is_refused {
        return in_emergency(room, history, tried);
    }
    if !room.is_filled(TRIM_AT) && !tried.is_asked {
        return None;
    }
    let is_full = room.is_filled(SUMMARISE_AT);
    let is_pressing = is_full || tried.is_asked;
    let is_worthwhile = |shorter: &Vec<Message>| {
        let freed = total(history, room.count).saturating_sub(total(shorter, room.count));
        freed > 0 && (is_pressing || freed >= room.percent(WORTHWHILE))
    };
    if let Some(shorter) = trim::trim(history).filter(is_worthwhile) {
        return Some(Pass::Trim(shorter));
    }
    if let Some(shorter) = collapse::collapse(history, room.count).filter(is_worthwhile) {
        return Some(Pass::Collapse(shorter));
    }
    if !is_pressing {
        return None;
    }
    if tried.is_asked && !is_full && tried.checkpoints > 0 {
        return None;
    }
    if room.is_filled(EMERGENCY_AT) || tried.checkpoints >= MAX_CHECKPOINTS {
        return in_emergency(room, history, tried);
    }
    Some(match tried.learnings {
        false => Pass::Learnings(summary::ask_for_learnings(history)),
        true => Pass::Checkpoint(summary::ask_for_checkpoint(history)),
    })
}

/// Where [`next_pass`] found nothing to do: at how many tokens it is worth its time again.
pub(crate) fn next_look(room: Room<'_>) -> u64 {
    let grown = room.tokens.saturating_add(room.percent(NEXT_LOOK));
    grown.min(room.percent(SUMMARISE_AT)).max(room.percent(TRIM_AT))
}

fn in_emergency(room: Room<'_>, history: &[Message], tried: Tried) -> Option<Pass> {
    let messages = total(history, room.count);
    let fixed = room.tokens.saturating_sub(messages);
    // Where system prompt and tools fill most of the window, half of what they leave.
    let least = room.window.saturating_sub(fixed) / 2;
    let target = room.percent(EMERGENCY_TARGET).saturating_sub(fixed).max(least);
    // A vendor that refuses what seemed to fit counts otherwise.
    let target = match tried.is_refused {
        true => target.min(messages / 100 * EMERGENCY_TARGET),
        false => target,
    };
    emergency::trim_to(history, room.count, target).map(Pass::Emergency)
}

impl Room<'_> {
    fn percent(&self, percent: u64) -> u64 {
        self.window.saturating_mul(percent) / 100
    }

    fn is_filled(&self, percent: u64) -> bool {
        self.tokens >= self.percent(percent)
    }
}

fn total(messages: &[Message], count: Count<'_>) -> u64 {
    messages.iter().map(count).fold(0, u64::saturating_add)
}
