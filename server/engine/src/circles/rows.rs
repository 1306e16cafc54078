//! The nine rows: which of the calls in the window count, and whether they are too many.

use super::observed::Progress;
use super::seen::{Kind, Seen};
use super::thresholds::{Bounds, Thresholds};
use super::{Row, topic};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Nudge,
    Stronger,
    Stop,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    pub(super) row: Row,
    pub(super) level: Level,
    /// Calls that led to it.
    pub(super) count: usize,
}

/// What a walk back through the window makes of a call.
enum Step {
    Count,
    Pass,
    End,
}

/// What `row` says of the last of `calls`, which is part of answer number `answer`.
pub(super) fn judge(row: Row, calls: &[Seen], thresholds: &Thresholds, answer: u64) -> Option<Finding> {
    let (newest, before) = calls.split_last()?;
    if let Row::VisualAfterGui | Row::VisualAfterRecovery = row {
        return looks_needlessly(row, newest, before, thresholds).then_some(Finding {
            row,
            level: Level::Nudge,
            count: 1,
        });
    }
    let counted = counted(row, newest, before);
    if counted.is_empty() {
        return None;
    }
    let Bounds { nudge, stop } = bounds(row, thresholds);
    let stronger = if row == Row::SameTopic {
        thresholds.same_topic_stronger
    } else {
        0
    };
    let reached = |bound: usize, count: usize| bound > 0 && count >= bound;
    let marks = || {
        counted
            .iter()
            .flat_map(|seen| &seen.nudges)
            .filter(|mark| mark.row == row)
    };
    // A nudge in the same answer has not been read yet.
    let was_warned = nudge == 0 || marks().any(|mark| mark.answer < answer);
    let count = counted.len();
    let level = if reached(stop, in_vain(row, &counted)) && was_warned {
        Level::Stop
    } else if reached(stronger, count) && !marks().any(|mark| mark.level == Level::Stronger) {
        Level::Stronger
    } else if reached(nudge, count) && marks().next().is_none() {
        Level::Nudge
    } else {
        return None;
    };
    Some(Finding { row, level, count })
}

fn bounds(row: Row, thresholds: &Thresholds) -> Bounds {
    match row {
        Row::BackToBack => thresholds.back_to_back,
        Row::Repeated => thresholds.repeated,
        Row::Failing => thresholds.failing,
        Row::SameTopic => thresholds.same_topic,
        Row::FruitlessSearch => thresholds.fruitless_search,
        Row::NoProgress => thresholds.no_progress,
        Row::Sleeping => thresholds.sleeping,
        Row::VisualAfterGui | Row::VisualAfterRecovery => Bounds { nudge: 1, stop: 0 },
    }
}

/// Rows 1 and 2. Told once in a window.
fn looks_needlessly(row: Row, newest: &Seen, before: &[Seen], thresholds: &Thresholds) -> bool {
    let Some((last, earlier)) = before.split_last() else {
        return false;
    };
    let was_told = before.iter().flat_map(|seen| &seen.nudges).any(|mark| mark.row == row);
    if newest.kind != Kind::Visual || last.is_error || was_told {
        return false;
    }
    match row {
        Row::VisualAfterGui => thresholds.visual_after_gui && last.kind == Kind::Gui,
        _ => {
            let tried_before = earlier.iter().rev().find(|seen| seen.tool == last.tool);
            let has_recovered = tried_before.is_some_and(|seen| seen.is_error);
            thresholds.visual_after_recovery && last.kind != Kind::Visual && has_recovered
        }
    }
}

/// The calls that count, the newest first; none if the newest does not.
fn counted<'a>(row: Row, newest: &'a Seen, before: &'a [Seen]) -> Vec<&'a Seen> {
    if !starts(row, newest) {
        return Vec::new();
    }
    let mut counted = vec![newest];
    let mut has_changed = false;
    for seen in before.iter().rev() {
        let latest = counted[counted.len() - 1];
        match step(row, newest, latest, seen, has_changed) {
            Step::Count => counted.push(seen),
            Step::Pass => {}
            Step::End => break,
        }
        has_changed |= seen.progress == Progress::Changed;
    }
    counted
}

/// Whether a call can be the last straw.
fn starts(row: Row, newest: &Seen) -> bool {
    match row {
        Row::BackToBack => true,
        // What an act on a screen did is in no text.
        Row::Repeated => newest.kind != Kind::Gui,
        Row::Failing => newest.is_error,
        Row::SameTopic => matches!(newest.kind, Kind::Web { .. }) && newest.progress == Progress::Nothing,
        Row::FruitlessSearch => newest.is_fruitless,
        Row::NoProgress => newest.progress == Progress::Nothing && !matches!(newest.kind, Kind::Visual | Kind::Search),
        Row::Sleeping => matches!(newest.kind, Kind::Shell { sleeps: Some(_) }),
        Row::VisualAfterGui | Row::VisualAfterRecovery => false,
    }
}

/// `latest` is what was counted last, so the nearest after `seen` in time.
fn step(row: Row, newest: &Seen, latest: &Seen, seen: &Seen, has_changed: bool) -> Step {
    let is_same_tool = seen.tool == newest.tool;
    let changed = seen.progress == Progress::Changed;
    match row {
        Row::BackToBack if newest.is_repetition_of(seen) => Step::Count,
        Row::BackToBack => Step::End,
        Row::Repeated if newest.kind == Kind::Visual && seen.kind == Kind::Gui && !seen.is_error => Step::End,
        Row::Repeated if newest.is_repetition_of(seen) => Step::Count,
        Row::Failing if is_same_tool && !seen.is_error => Step::End,
        // A change that made a difference to the failure was progress.
        Row::Failing if is_same_tool && has_changed && seen.result != latest.result => Step::End,
        Row::Failing if is_same_tool => Step::Count,
        Row::Failing => Step::Pass,
        Row::FruitlessSearch if seen.is_fruitless => Step::Count,
        Row::FruitlessSearch if seen.progress > Progress::Nothing || seen.kind == Kind::Search => Step::End,
        _ if changed => Step::End,
        Row::SameTopic => match (&newest.kind, &seen.kind) {
            (Kind::Web { topic: new }, Kind::Web { topic: old }) if topic::is_same(new, old) => match seen.progress {
                Progress::Nothing => Step::Count,
                _ => Step::End,
            },
            _ => Step::Pass,
        },
        Row::NoProgress if is_same_tool && seen.kind != Kind::Visual && !newest.is_read_of_other_file(seen) => {
            match seen.progress {
                Progress::Nothing => Step::Count,
                _ => Step::End,
            }
        }
        Row::Sleeping if matches!(seen.kind, Kind::Shell { sleeps: Some(_) }) => Step::Count,
        _ => Step::Pass,
    }
}

/// How many of the counted calls bring the stop nearer: of those that slept only what came after the last that waited
/// for something and saw it move.
fn in_vain(row: Row, counted: &[&Seen]) -> usize {
    if row != Row::Sleeping {
        return counted.len();
    }
    let has_moved =
        |seen: &&&Seen| seen.kind == Kind::Shell { sleeps: Some(false) } && seen.progress != Progress::Nothing;
    match counted.iter().position(|seen| has_moved(&seen)) {
        Some(at) => at + 1,
        None => counted.len(),
    }
}
