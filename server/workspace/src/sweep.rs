//! After an operation: what became of the hunks is recorded, told, and put where it belongs.

use std::collections::HashMap;

use base::{ChangeKind, FileKey, HunkId, HunkState, SessionId};
use ropey::Rope;

use crate::change_set::{ChangeSet, Whole};
use crate::file::{FileId, FileState, GONE, TextSource};
use crate::hunk::{HunkText, PlacedHunk, Tracked, slice};
use crate::state::{Effects, Keep, Reviews, State};

impl State {
    /// Settles the news of one file. Called at the end of every operation that touched it.
    pub(crate) fn sweep(&mut self, id: &FileId, effects: &mut Effects) {
        let Self {
            files, reviews, keeps, ..
        } = self;
        let Some(file) = files.get_mut(id) else {
            return;
        };
        effects.changed.insert(id.clone());
        file.revision += 1;
        file.tell_lost(reviews, effects);
        let FileState { sets, rope, uri, .. } = file;
        let mut moved = Vec::new();
        for (session, set) in sets.iter_mut() {
            let mut sweep = Sweep {
                key: uri,
                session,
                rope,
                reviews,
                keeps,
                effects,
                records: Vec::new(),
            };
            sweep.kept(set);
            sweep.hunks(set);
            sweep.rejected(set);
            moved.extend(sweep.whole(set).map(|to| (session.clone(), to)));
            moved.extend(sweep.undoing(set).map(|to| (session.clone(), to)));
            sweep.write_records();
        }
        if sets.values().all(|set| set.awaited().next().is_none()) {
            file.log.clear();
        }
        let unstaged = |(session, set): (&SessionId, &mut ChangeSet)| {
            std::mem::take(&mut set.is_unstaged).then(|| session.clone())
        };
        for session in file.sets.iter_mut().filter_map(unstaged).collect::<Vec<_>>() {
            effects.record_staged(file, &session);
        }
        for (session, to) in moved {
            self.follow_rename(id, &session, to, effects);
        }
    }

    /// A file was renamed in fact: what the session still proposes for it stands on the new path now.
    fn follow_rename(&mut self, from: &FileId, session: &SessionId, to: FileId, effects: &mut Effects) {
        let Some(file) = self.files.get_mut(from) else {
            return;
        };
        let Some(mut set) = file.sets.remove(session) else {
            return;
        };
        // It may have been missed under its old name before it was seen under the new one.
        let is_lost = |hunk: &Tracked| hunk.placed.reason.as_deref() == Some(GONE);
        if set.hunks.iter().any(is_lost) {
            set.heal(&file.rope);
        }
        effects.record_staged(file, session);
        let (rope, uri) = (
            file.rope.clone(),
            to.path().and_then(|path| base::Uri::from_path(path).ok()),
        );
        let uri = uri.unwrap_or_else(|| file.uri.clone());
        let target = self
            .files
            .entry(to.clone())
            .or_insert_with(|| FileState::new(to.clone(), uri, rope.clone(), TextSource::Disk(None)));
        // What is known of an earlier file of that name is no text of this one.
        if !target.is_open() {
            target.source = TextSource::Disk(None);
            target.replace_all(&rope.to_string());
        }
        let mut set = crate::restore::place_from(&rope, set, &target.rope);
        for hunk in set.hunks.iter_mut().chain(&mut set.kept) {
            if let Some(flight) = &mut hunk.flight {
                flight.sent = hunk.placed.clone();
                flight.base = target.rope.clone();
                flight.logged = target.log.len();
            }
        }
        target.sets.insert(session.clone(), set);
        effects.record_staged(target, session);
        self.sweep(&to, effects);
    }
}

struct Sweep<'a> {
    key: &'a FileKey,
    session: &'a SessionId,
    rope: &'a Rope,
    reviews: &'a mut Reviews,
    keeps: &'a mut HashMap<u64, Keep>,
    effects: &'a mut Effects,
    records: Vec<(HunkState, Vec<HunkId>)>,
}

impl Sweep<'_> {
    fn hunks(&mut self, set: &mut ChangeSet) {
        let is_done = |hunk: &mut Tracked| hunk.has_arrived;
        for hunk in set.hunks.extract_if(.., is_done).collect::<Vec<_>>() {
            self.retire(&hunk, HunkState::Kept);
            if hunk.flight.is_some() {
                set.kept.extend(way_back(&hunk, self.rope));
            }
        }
        set.kept.sort_by_key(|hunk| hunk.order());
        for hunk in &mut set.hunks {
            self.tell(hunk);
        }
    }

    /// Kept hunks whose undoing has arrived are offered again.
    fn kept(&mut self, set: &mut ChangeSet) {
        let mut back = Vec::new();
        for hunk in set.kept.extract_if(.., |hunk| hunk.has_arrived).collect::<Vec<_>>() {
            // Without a flight the user has changed their own text: there is nothing to undo any more.
            if let Some(hunk_back) = hunk.flight.as_ref().and_then(|_| way_back(&hunk, self.rope)) {
                self.retire(&hunk, HunkState::Pending);
                back.push(hunk_back);
            }
        }
        set.offer(back);
        for hunk in &mut set.kept {
            hunk.is_news = false;
        }
    }

    /// Rejected hunks that the user has written by hand have nothing to come back for.
    fn rejected(&mut self, set: &mut ChangeSet) {
        set.rejected.retain_mut(|hunk| {
            hunk.is_news = false;
            !hunk.has_arrived
        });
    }

    /// The new place of the file, if it was renamed.
    fn whole(&mut self, set: &mut ChangeSet) -> Option<FileId> {
        if let Some(whole) = &mut set.whole
            && !whole.hunk.has_arrived
        {
            self.tell(&mut whole.hunk);
            return None;
        }
        let mut whole = set.whole.take()?;
        self.retire(&whole.hunk, HunkState::Kept);
        let was_sent = whole.hunk.flight.take().is_some();
        whole.hunk.has_arrived = false;
        let to = whole.to.clone();
        if was_sent {
            set.kept_wholes.push(whole);
        }
        to
    }

    /// As [`Self::whole`], for the way back.
    fn undoing(&mut self, set: &mut ChangeSet) -> Option<FileId> {
        let way_back = set.undoing.take_if(|whole| whole.hunk.has_arrived)?;
        self.retire(&way_back.hunk, HunkState::Pending);
        let id = way_back.hunk.id();
        let at = set.kept_wholes.iter().position(|whole| whole.hunk.id() == id)?;
        let mut whole = set.kept_wholes.remove(at);
        whole.hunk.placed.state = HunkState::Pending;
        whole.hunk.journaled = HunkState::Pending;
        whole.hunk.placed.since = self.reviews.tell(&whole.hunk.placed.text.origin, self.effects);
        if whole.kind == ChangeKind::Rename {
            whole.is_target_there = false;
        }
        set.whole = Some(whole);
        set.is_unstaged = true;
        way_back.to
    }

    /// Tells what is new about an open hunk.
    fn tell(&mut self, hunk: &mut Tracked) {
        if !std::mem::take(&mut hunk.is_news) {
            return;
        }
        hunk.placed.since = self.reviews.tell(&hunk.placed.text.origin, self.effects);
        if hunk.journaled != hunk.placed.state {
            hunk.journaled = hunk.placed.state;
            self.note(hunk.placed.state, hunk.id().clone());
        }
    }

    /// A hunk has come to the end of a Keep or of its life.
    fn retire(&mut self, hunk: &Tracked, state: HunkState) {
        self.reviews.tell(&hunk.placed.text.origin, self.effects);
        self.note(state, hunk.id().clone());
        if let Some(flight) = &hunk.flight {
            State::land(self.keeps, self.effects, flight.keep, hunk.id(), state);
        }
    }

    fn note(&mut self, state: HunkState, hunk: HunkId) {
        match self.records.iter_mut().find(|(noted, _)| *noted == state) {
            Some((_, hunks)) => hunks.push(hunk),
            None => self.records.push((state, vec![hunk])),
        }
    }

    fn write_records(&mut self) {
        for (state, hunks) in std::mem::take(&mut self.records) {
            self.effects.record_state(self.session, self.key, hunks, state);
        }
    }
}

/// The change that takes back one that has arrived. None if more than the proposal stands there, so that taking
/// it back would take back what the user typed.
fn way_back(hunk: &Tracked, rope: &Rope) -> Option<Tracked> {
    let text = &hunk.placed.text;
    let there = slice(rope, &hunk.placed.range)?;
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    if there != text.new && dense(&there) != dense(&text.new) {
        return None;
    }
    Some(Tracked::new(PlacedHunk {
        text: HunkText {
            id: text.id.clone(),
            origin: text.origin.clone(),
            old: there,
            new: text.old.clone(),
        }
        .into(),
        range: hunk.placed.range.clone(),
        state: HunkState::Pending,
        since: hunk.placed.since,
        reason: None,
    }))
}

/// The change of a file that takes back a kept one.
pub(crate) fn way_back_of_whole(whole: &Whole) -> Whole {
    let text = &whole.hunk.placed.text;
    let kind = match whole.kind {
        ChangeKind::Create => ChangeKind::Delete,
        ChangeKind::Delete => ChangeKind::Create,
        kind => kind,
    };
    let hunk = Tracked::new(PlacedHunk {
        text: HunkText {
            id: text.id.clone(),
            origin: text.origin.clone(),
            old: text.new.clone(),
            new: text.old.clone(),
        }
        .into(),
        ..whole.hunk.placed.clone()
    });
    let (from, to) = match &whole.to {
        Some(to) => (to.clone(), Some(whole.from.clone())),
        None => (whole.from.clone(), None),
    };
    Whole {
        kind,
        hunk,
        from,
        to,
        is_target_there: false,
    }
}
