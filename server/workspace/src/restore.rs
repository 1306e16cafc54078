//! Hunks of an earlier process are offered again on what the files have become.

use std::collections::{BTreeMap, HashMap};

use base::{ChangeKind, ContentHash, FileKey, HunkId, HunkState, ReviewRecord, SessionId, StagedFile};
use ropey::Rope;

use crate::arrival;
use crate::change_set::{ChangeSet, Whole};
use crate::disk::{self, DiskText};
use crate::file::{FileId, FileState, TextSource};
use crate::hunk::{HunkText, InFlight, PlacedHunk, Tracked, slice, stands};
use crate::place;
use crate::state::{Effects, State};
use crate::workspace::Workspace;

const HALF_DONE: &str =
    "the editor stopped while this change was being kept, and the text is neither as before nor as proposed";
const BASE_LOST: &str = "the text that this change was made for is lost";

/// A Keep that was under way when the process ended; it has no number any more.
const NO_KEEP: u64 = u64::MAX;

/// Where the hunks stood when they were last journaled.
pub(crate) struct Restored {
    base: Rope,
    hunks: Vec<Tracked>,
    /// Those that the text on disk holds already. They are not offered, but a buffer with unsaved text may open and
    /// not hold them, so they are not called kept either.
    on_disk: Vec<HunkId>,
}

impl Restored {
    pub(crate) fn is_needed(&self) -> bool {
        !self.on_disk.is_empty()
    }
}

/// Moves a session's hunks from the text they stand on to another one.
pub(crate) fn place_from(base: &Rope, set: ChangeSet, target: &Rope) -> ChangeSet {
    let session = SessionId::from("placing");
    let id = FileId::Path("/".into());
    let uri = place::uri(&[], "/".as_ref());
    let mut file = FileState::new(id, uri, base.clone(), TextSource::Disk(None));
    file.sets.insert(session.clone(), set);
    if file.rope != *target {
        file.replace_all(&target.to_string());
    }
    file.sets.remove(&session).unwrap_or_default()
}

impl FileState {
    /// Replaces the whole text. Hunks of an earlier process that nobody touched yet are placed anew, from the text
    /// they were made for: a detour over the text on disk could cost them their place.
    pub(crate) fn replace_restored(&mut self, text: &str) {
        let target = Rope::from_str(text);
        let mut anew = Vec::new();
        for (session, set) in &mut self.sets {
            let Some(restored) = set.restored.take() else {
                continue;
            };
            let is_open = |hunk: &Tracked| {
                let mut open = set.hunks.iter().filter(|open| open.flight.is_none()).map(Tracked::id);
                open.any(|id| id == hunk.id()) || restored.on_disk.contains(hunk.id())
            };
            let hunks: Vec<Tracked> = restored.hunks.into_iter().filter(is_open).collect();
            set.hunks
                .retain(|hunk| !hunks.iter().any(|other| other.id() == hunk.id()));
            let placed = place_restored(&restored.base, hunks, &target);
            anew.push((session.clone(), placed));
        }
        self.replace_all(text);
        for (session, placed) in anew {
            if let Some(set) = self.sets.get_mut(&session) {
                set.hunks.extend(placed);
                crate::track::part_overlaps(&mut set.hunks);
            }
        }
    }
}

/// Places journaled hunks on the present text. One whose Keep was under way is kept if its text is there, open if
/// the old one is, and else a conflict.
fn place_restored(base: &Rope, hunks: Vec<Tracked>, target: &Rope) -> Vec<Tracked> {
    let set = ChangeSet {
        hunks,
        ..ChangeSet::default()
    };
    let mut placed = place_from(base, set, target).hunks;
    for hunk in placed
        .iter_mut()
        .filter(|hunk| hunk.journaled != hunk.placed.state && !hunk.placed.is_live())
    {
        hunk.heal(target);
    }
    for hunk in placed.iter_mut().filter(|hunk| hunk.placed.state == HunkState::Keeping) {
        hunk.flight = None;
        let text = &hunk.placed.text;
        if hunk.has_arrived {
            continue;
        }
        if stands(target, &hunk.placed.range, &text.old) {
            hunk.offer();
        } else if slice(target, &hunk.placed.range)
            .and_then(|there| arrival::find(&there, &text.old, &text.new))
            .is_some()
        {
            hunk.has_arrived = true;
        } else {
            hunk.fall_out(HALF_DONE);
            hunk.is_half = true;
        }
    }
    placed
}

impl Workspace {
    /// Offers again what a session left open: `records` are its journal, `blob` finds the texts they speak of.
    pub fn restore(&self, records: Vec<ReviewRecord>, blob: &dyn Fn(&ContentHash) -> Option<String>) {
        for staged in fold(records) {
            let id = match staged.file.path() {
                Some(path) => FileId::Path(place::resolve(&path)),
                None => FileId::Buffer(staged.file.clone()),
            };
            let base = blob(&staged.base).map(|text| Rope::from_str(&text));
            self.refresh(&id);
            let disk = id.path().and_then(|path| disk::load(path).ok());
            self.act(|state, effects| state.bring_back(&id, staged, base, disk, effects));
            self.refresh(&id);
        }
    }
}

/// What the journal says last of each session in each file, as far as it is open.
fn fold(records: Vec<ReviewRecord>) -> Vec<StagedFile> {
    let mut files: BTreeMap<(SessionId, FileKey), (StagedFile, HashMap<HunkId, HunkState>)> = BTreeMap::new();
    for record in records {
        match record {
            ReviewRecord::Staged(staged) => {
                let states = staged.hunks.iter().map(|hunk| (hunk.id.clone(), hunk.state)).collect();
                files.insert((staged.session.clone(), staged.file.clone()), (staged, states));
            }
            ReviewRecord::Keeping {
                session, file, hunks, ..
            } => {
                if let Some((_, states)) = files.get_mut(&(session, file)) {
                    states.extend(hunks.into_iter().map(|hunk| (hunk, HunkState::Keeping)));
                }
            }
            ReviewRecord::State {
                session,
                file,
                hunks,
                state,
            } => {
                if let Some((_, states)) = files.get_mut(&(session, file)) {
                    states.extend(hunks.into_iter().map(|hunk| (hunk, state)));
                }
            }
        }
    }
    let left = files.into_values().map(|(mut staged, states)| {
        for hunk in &mut staged.hunks {
            hunk.state = states.get(&hunk.id).copied().unwrap_or(hunk.state);
        }
        staged.hunks.retain(|hunk| hunk.state.is_open());
        staged
    });
    left.filter(|staged| !staged.hunks.is_empty()).collect()
}

impl State {
    fn bring_back(
        &mut self,
        id: &FileId,
        staged: StagedFile,
        base: Option<Rope>,
        disk: Option<DiskText>,
        effects: &mut Effects,
    ) {
        let StagedFile {
            session,
            file: key,
            kind,
            new_uri,
            hunks,
            ..
        } = staged;
        let is_lost = base.is_none();
        let base = base.unwrap_or_default();
        let file = self.files.entry(id.clone()).or_insert_with(|| match disk {
            Some(disk) => FileState::new(id.clone(), key, disk.rope, TextSource::Disk(Some(disk.stamp))),
            None => FileState::new(id.clone(), key, base.clone(), TextSource::Missing),
        });
        let set = file.sets.entry(session).or_default();
        let is_new = |hunk: &base::HunkRecord| !set.open().any(|open| *open.id() == hunk.id);
        let mut tracked: Vec<Tracked> = hunks
            .into_iter()
            .filter(is_new)
            .map(|hunk| revive(hunk, &base))
            .collect();
        for hunk in &tracked {
            self.reviews.tell(&hunk.placed.text.origin, effects);
        }
        if let Some(whole) = whole_of(&mut tracked, kind, id, new_uri.and_then(|uri| uri.path())) {
            set.whole = Some(whole);
        }
        let mut placed = place_restored(&base, tracked.clone(), &file.rope);
        if is_lost || matches!(file.source, TextSource::Missing) {
            let reason = if is_lost { BASE_LOST } else { crate::file::GONE };
            placed.iter_mut().for_each(|hunk| hunk.fall_out(reason));
        }
        if !(is_lost || tracked.is_empty() || matches!(file.source, TextSource::Open { .. })) {
            let on_disk = placed
                .extract_if(.., |hunk| hunk.has_arrived)
                .map(|hunk| hunk.id().clone())
                .collect();
            set.restored = Some(Restored {
                base,
                hunks: tracked,
                on_disk,
            });
        }
        // What the text on disk makes of them may be undone by a buffer, so the journal keeps to what it has.
        for hunk in &mut placed {
            hunk.journaled = hunk.placed.state;
        }
        set.hunks.extend(placed);
        crate::track::part_overlaps(&mut set.hunks);
        file.revision += 1;
        self.sweep(id, effects);
    }
}

/// The hunk about the file itself, taken out of the others.
fn whole_of(hunks: &mut Vec<Tracked>, kind: ChangeKind, id: &FileId, to: Option<std::path::PathBuf>) -> Option<Whole> {
    let is_whole = |hunk: &Tracked| {
        let text = &hunk.placed.text;
        match kind {
            ChangeKind::Edit => false,
            ChangeKind::Create | ChangeKind::Delete => true,
            ChangeKind::Rename => text.old.is_empty() && text.new.is_empty(),
        }
    };
    let at = hunks.iter().position(is_whole)?;
    let mut hunk = hunks.remove(at);
    hunk.flight = None;
    if hunk.placed.state == HunkState::Keeping {
        // Looking at the file tells whether it was done.
        hunk.offer();
    }
    Some(Whole {
        kind,
        hunk,
        from: id.clone(),
        to: to.map(FileId::Path),
        is_target_there: false,
    })
}

fn revive(record: base::HunkRecord, base: &Rope) -> Tracked {
    let start = record.start.min(base.len_bytes());
    let range = start..record.end.clamp(start, base.len_bytes());
    let text = HunkText {
        id: record.id,
        origin: record.origin.into(),
        old: record.old,
        new: record.new,
    };
    let was_conflict = !stands(base, &range, &text.old);
    let placed = PlacedHunk {
        range,
        text: text.into(),
        state: record.state,
        since: 0,
        reason: None,
    };
    let mut hunk = Tracked::new(placed.clone());
    if record.state == HunkState::Keeping {
        hunk.flight = Some(InFlight {
            keep: NO_KEEP,
            sent: placed,
            base: Rope::new(),
            logged: 0,
        });
    } else if was_conflict {
        // It was one when the text was journaled; whether it still is, the present text tells.
        hunk.fall_out(crate::track::TYPED_OVER);
    }
    // It became one since, and a Keep that half arrived may be why.
    hunk.is_half = !was_conflict && record.state == HunkState::Conflict;
    hunk
}
