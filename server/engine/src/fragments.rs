//! What of the workspace a turn's first request holds that nobody pointed at: chosen by the index, once for each of the
//! user's messages, and billed.
//!
//! It stands in the turn's own message, behind what stays the same from turn to turn. What the conversation holds
//! already is not sent again, and neither is a file that the session has changed: there the model knows more than the
//! index. A turn with a user in front of it does not wait long for the index: that of a large repository which was read
//! before is there in time; one that was never read takes longer than anyone should wait for a first word, and is there for
//! the next turn. A turn that nobody watches waits.

mod held;
mod wish;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Block, ContentHash, ContextBill, ContextItem, EventKind, Usage};
use context::{Level, SelectOptions, Selection, Snapshot};
use models::tokens::TokenCounter;
use permissions::{Action, Decision};
use prompts::{Fragment, Piece};
use tools::HeldLines;

use crate::live::{self, ErrorPlace};
use crate::turn::TurnContext;
use held::Held;
use wish::Wish;

/// The pieces for the turn's first message, told to the fronts; none where there is nothing to be found or said.
pub(crate) async fn chosen(turn: &TurnContext) -> Option<Block> {
    let Choice { text, bill } = choice(turn, Chooser::take).await?;
    turn.emit(EventKind::ContextSelected(bill));
    text.map(|text| Block::Text { text })
}

/// What [`chosen`] would choose now. Nobody is told, and nothing counts as read.
pub(crate) async fn preview(turn: &TurnContext) -> Option<ContextBill> {
    Some(choice(turn, Chooser::choose).await?.bill)
}

/// The pieces as the model reads them, and what they cost.
struct Choice {
    text: Option<String>,
    bill: ContextBill,
}

async fn choice(turn: &TurnContext, choose: fn(&Chooser, &Wish) -> Choice) -> Option<Choice> {
    let wish = Wish::of(turn)?;
    let budget = wish.budget;
    let patience = turn.runtime.limits.context_patience;
    let ready = snapshot(turn);
    let errors = live::errors(turn.runtime.ide.get(), patience);
    let (snapshot, errors) = tokio::select! {
        both = async { tokio::join!(ready, errors) } => both,
        () = turn.cancel.cancelled() => return None,
    };
    let Some(snapshot) = snapshot else {
        let note = Some("the index of the workspace is not ready yet".to_owned());
        let bill = ContextBill {
            budget,
            note,
            ..ContextBill::default()
        };
        return Some(Choice { text: None, bill });
    };
    let chooser = Chooser {
        turn: turn.clone(),
        snapshot,
        errors,
    };
    let chosen = tokio::task::spawn_blocking(move || choose(&chooser, &wish)).await;
    chosen
        .inspect_err(|error| tracing::error!(%error, "no context was chosen"))
        .ok()
}

async fn snapshot(turn: &TurnContext) -> Option<Arc<Snapshot>> {
    let (surroundings, limits) = (&turn.runtime.surroundings, &turn.runtime.limits);
    match turn.options.is_attended {
        true => surroundings.snapshot_within(limits.context_patience).await,
        false => surroundings.whole_within(limits.unwatched_patience).await,
    }
}

struct Chooser {
    turn: TurnContext,
    snapshot: Arc<Snapshot>,
    /// That the editor shows.
    errors: Vec<ErrorPlace>,
}

/// The pieces of a file with what is said of them.
struct Chosen {
    fragment: Fragment,
    item: ContextItem,
}

impl Chooser {
    /// Chooses, and counts what was chosen as read.
    fn take(&self, wish: &Wish) -> Choice {
        let choice = self.choose(wish);
        for item in &choice.bill.items {
            self.note_shown(item);
        }
        choice
    }

    fn choose(&self, wish: &Wish) -> Choice {
        let choices = &self.turn.options.context;
        let held = self.held(wish);
        let dropped = choices.dropped.iter().cloned().chain(self.changed());
        let options = SelectOptions {
            budget: usize::try_from(wish.budget).unwrap_or(usize::MAX),
            pinned: choices.pinned.clone(),
            dropped: dropped.chain(held.whole()).collect(),
        };
        let rough = self.turn.model.counter().rough();
        let count = |text: &str| usize::try_from(rough.text(text)).unwrap_or(usize::MAX);
        let live = live::shown(&self.turn.runtime.workspace, &self.snapshot, &self.errors);
        let seed = wish.seed(&self.snapshot, live);
        let selection = context::select(&self.snapshot, &seed, &options, &|path| self.read(path), &count);
        let mut pieces = pieces(selection, &held);
        // The index counts by estimate, and knows nothing of the words around a piece.
        let counter = self.turn.model.counter();
        let (text, tokens) = loop {
            let fragments: Vec<Fragment> = pieces.iter().map(|piece| piece.fragment.clone()).collect();
            let text = prompts::fragment_block(&fragments);
            let tokens = text.as_ref().map_or(0, |text| counter.text(text));
            if tokens <= wish.budget || pieces.pop().is_none() {
                break (text, tokens);
            }
        };
        let bill = self.bill(pieces, tokens, wish.budget, counter);
        Choice { text, bill }
    }

    fn bill(&self, pieces: Vec<Chosen>, tokens: u64, budget: u64, counter: TokenCounter) -> ContextBill {
        let items = pieces.into_iter().map(|piece| ContextItem {
            tokens: counter.text(&piece.fragment.render()),
            ..piece.item
        });
        let input = Usage {
            input: tokens,
            ..Usage::default()
        };
        ContextBill {
            items: items.collect(),
            tokens,
            budget,
            cost_usd: self.turn.model.cost(input),
            note: None,
        }
    }

    /// The lines that the conversation holds of files as they are now, and those that the task shows itself.
    fn held(&self, wish: &Wish) -> Held {
        let mut held = Held::default();
        for HeldLines { path, hash, lines } in self.turn.session.reads.held() {
            let now = self.text_of(&path).filter(|(now, _)| *now == hash);
            if let (Some(name), Some((_, count))) = (self.snapshot.relative(&path), now) {
                held.add(name, &lines, count);
            }
        }
        if let (Some(path), Some(lines)) = (&wish.path, wish.excerpt)
            && let (Some(name), Some((_, count))) = (self.snapshot.relative(path), self.text_of(path))
        {
            held.add(name, &[lines], count);
        }
        held
    }

    /// The model has seen these lines from now on, as if it had read them.
    fn note_shown(&self, item: &ContextItem) {
        let Some(path) = self.snapshot.absolute(&item.path) else {
            return;
        };
        if let Some((hash, _)) = self.text_of(&path) {
            for (first, last) in &item.ranges {
                self.turn
                    .session
                    .reads
                    .shown(&path, &hash, *first as usize..*last as usize + 1);
            }
        }
    }

    /// Hash and number of lines of a file as the session sees it.
    fn text_of(&self, path: &Path) -> Option<(ContentHash, u32)> {
        let view = self.turn.runtime.workspace.read(&self.turn.session.id, path).ok()?;
        // The empty line after the last end of line is none that could be sent.
        let last = view.rope.len_lines().saturating_sub(1);
        let lines = view.rope.len_lines() - usize::from(view.rope.line(last).len_bytes() == 0);
        Some((view.hash, u32::try_from(lines).unwrap_or(u32::MAX)))
    }

    /// The files that the session proposes to change.
    fn changed(&self) -> impl Iterator<Item = String> {
        let proposed = self.turn.runtime.workspace.proposed_files(&self.turn.session.id);
        let paths = proposed
            .into_iter()
            .flat_map(|(path, _, moved_to)| [Some(path), moved_to]);
        paths.flatten().filter_map(|path| self.snapshot.relative(&path))
    }

    /// A file's text as the user has it, unless reading it takes a question.
    fn read(&self, name: &str) -> Option<String> {
        let path = self.snapshot.absolute(name)?;
        let verdict = self.turn.policy.judge(&Action::Read { path: &path });
        if verdict.decision != Decision::Allow {
            return None;
        }
        let workspace = &self.turn.runtime.workspace;
        let is_open = |path: &PathBuf| {
            workspace
                .documents()
                .iter()
                .any(|open| open.path.as_ref() == Some(path))
        };
        if !is_open(&path)
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            return Some(text);
        }
        let view = workspace.read(&self.turn.session.id, &path).ok()?;
        Some(view.rope.to_string())
    }
}

/// What of a selection the conversation does not hold.
fn pieces(selection: Selection, held: &Held) -> Vec<Chosen> {
    let fragments = selection.fragments.into_iter();
    let chosen = fragments
        .filter(|fragment| fragment.level != Level::Path)
        .map(|fragment| {
            let mut pieces = in_ranges(&fragment);
            pieces.retain(|piece| !held.has(&fragment.path, (piece.first, piece.last)));
            Chosen {
                item: ContextItem {
                    path: fragment.path.clone(),
                    level: fragment.level.as_str().to_owned(),
                    ranges: pieces.iter().map(|piece| (piece.first, piece.last)).collect(),
                    tokens: 0,
                    why: fragment.why,
                },
                fragment: Fragment {
                    path: fragment.path,
                    is_outline: fragment.level == Level::Signatures,
                    pieces,
                },
            }
        });
    chosen.filter(|chosen| !chosen.fragment.pieces.is_empty()).collect()
}

/// The text of each range.
fn in_ranges(fragment: &context::Fragment) -> Vec<Piece> {
    let mut lines = fragment.text.split_inclusive('\n');
    let ranges = fragment.ranges.iter();
    ranges
        .map(|(first, last)| Piece {
            first: *first,
            last: *last,
            text: lines.by_ref().take((last + 1 - first) as usize).collect(),
        })
        .filter(|piece| !piece.text.trim().is_empty())
        .collect()
}
