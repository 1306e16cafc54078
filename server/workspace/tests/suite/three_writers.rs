//! The user, the agent and the disk, interleaved at random with restarts and an editor that misbehaves: no text of
//! the user is lost, nothing lands twice, no open hunk is forgotten.

use std::collections::BTreeSet;

use base::HunkState;
use proptest::prelude::*;
use proptest::sample::Index;
use text::Edit;
use workspace::{FileChange, StageError};

use crate::client::{Client, Manner, Sync};
use crate::harness::{World, all, one, origin, token};

const FILE: &str = "a.txt";

#[derive(Clone, Debug)]
enum Act {
    Type {
        at: Index,
        len: usize,
        text: String,
    },
    Propose {
        session: &'static str,
        at: Index,
        len: usize,
        text: String,
    },
    Keep {
        which: Option<Index>,
        manner: Manner,
    },
    Reject(Option<Index>),
    Undo(Manner),
    /// Another program writes the file.
    WriteDisk {
        at: Index,
        len: usize,
        text: String,
    },
    Save,
    Close,
    Open,
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let text = || prop_oneof!["", "~", "~\n", "\n~", "b\n"];
    let manner = || {
        prop_oneof![
            6 => Just(Manner::Applies),
            1 => Just(Manner::Refuses),
            1 => Just(Manner::RefusesYetApplies),
            1 => Just(Manner::Ignores),
            1 => Just(Manner::AppliesHalf),
        ]
    };
    prop_oneof![
        6 => (any::<Index>(), 0usize..4, text()).prop_map(|(at, len, text)| Act::Type { at, len, text }),
        5 => (prop::sample::select(vec!["s", "t"]), any::<Index>(), 0usize..7, prop_oneof!["", "#", "#\n", "b\n#\n", "#\n#\n#\n"])
            .prop_map(|(session, at, len, text)| Act::Propose { session, at, len, text }),
        4 => (prop::option::of(any::<Index>()), manner()).prop_map(|(which, manner)| Act::Keep { which, manner }),
        1 => prop::option::of(any::<Index>()).prop_map(Act::Reject),
        2 => manner().prop_map(Act::Undo),
        2 => (any::<Index>(), 0usize..4, text()).prop_map(|(at, len, text)| Act::WriteDisk { at, len, text }),
        1 => Just(Act::Save),
        1 => Just(Act::Close),
        2 => Just(Act::Open),
        1 => Just(Act::Restart),
    ]
}

fn tokens(text: &str, mark: char) -> BTreeSet<char> {
    crate::harness::tokens(text, mark).into_iter().collect()
}

struct Model {
    world: World,
    client: Client,
    next: u32,
}

impl Model {
    fn new(text: &str, sync: Sync) -> Self {
        let world = World::new();
        world.file(FILE, text);
        let client = Client::new(&world.workspace, sync);
        client.open(&world.uri(FILE), text);
        Self { world, client, next: 0 }
    }

    fn is_open(&self) -> bool {
        self.client.buffers.lock().unwrap().contains_key(&self.world.uri(FILE))
    }

    /// The user's truth: the buffer, else the disk.
    fn truth(&self) -> String {
        match self.is_open() {
            true => self.client.text(&self.world.uri(FILE)),
            false => String::from_utf8(self.world.disk(FILE)).unwrap(),
        }
    }

    fn edit(&mut self, text: &str, at: Index, len: usize, new: &str, mark: char) -> Edit {
        let boundary = |at: usize| {
            (0..=at.min(text.len()))
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap()
        };
        let start = boundary(at.index(text.len() + 1));
        let mut fresh = String::new();
        for part in new.split_inclusive(mark) {
            self.next += 1;
            fresh += &part.replace(mark, &token(mark, self.next).to_string());
        }
        Edit {
            range: start..boundary(start + len).max(start),
            text: fresh,
        }
    }

    async fn act(&mut self, act: Act) -> Result<(), TestCaseError> {
        let uri = self.world.uri(FILE);
        let before = self.truth();
        match act {
            Act::Type { at, len, text } if self.is_open() => {
                let edit = self.edit(&before, at, len, &text, '~');
                self.client.type_at(&uri, edit.range, &edit.text);
            }
            Act::WriteDisk { at, len, text } if !self.is_open() => {
                let edit = self.edit(&before, at, len, &text, '~');
                let mut after = before;
                after.replace_range(edit.range, &edit.text);
                self.world.file(FILE, after);
                self.world.workspace.disk_changed(&self.world.path(FILE));
            }
            Act::Propose { session, at, len, text } => self.propose(session, at, len, &text)?,
            Act::Keep { which, manner } => self.keep(which, manner).await?,
            Act::Reject(which) => {
                let ids = self.world.ids();
                match which {
                    Some(which) if !ids.is_empty() => {
                        self.world.workspace.reject(&one(&ids[which.index(ids.len())])).unwrap();
                    }
                    // Without hunks there is nothing to reject, and an error says so.
                    _ => drop(self.world.workspace.reject(&all())),
                }
                prop_assert_eq!(self.truth(), before);
            }
            Act::Undo(manner) => {
                // An editor that stops half-way through its own replacement has lost the rest by itself.
                let halves = manner == Manner::AppliesHalf;
                self.client.manner(manner);
                // There may be nothing to undo, or the editor says no.
                let _ = self.world.workspace.undo(&self.client).await;
                self.client.manner(Manner::Applies);
                let lost = &tokens(&before, '~') - &tokens(&self.truth(), '~');
                prop_assert!(
                    lost.is_empty() || halves,
                    "undo lost {:?}: {:?} became {:?}",
                    lost,
                    before,
                    self.truth()
                );
            }
            Act::Save if self.is_open() => drop(self.world.file(FILE, before)),
            Act::Close if self.is_open() => {
                self.client.buffers.lock().unwrap().remove(&uri);
                self.world.workspace.close(&uri).unwrap();
            }
            Act::Open if !self.is_open() => self.client.open(&uri, &before),
            Act::Restart => self.restart()?,
            _ => {}
        }
        self.check()
    }

    fn propose(&mut self, session: &str, at: Index, len: usize, text: &str) -> Result<(), TestCaseError> {
        let path = self.world.path(FILE);
        let view = self.world.workspace.read(&session.into(), &path).unwrap();
        let before = view.rope.to_string();
        let edit = self.edit(&before, at, len, text, '#');
        let mut after = before;
        after.replace_range(edit.range.clone(), &edit.text);
        let change = FileChange::Edit {
            path: path.clone(),
            base_hash: view.hash,
            edits: vec![edit],
        };
        let grant = self.world.grant(&path, permissions::WriteKind::Modify);
        match self.world.workspace.stage(&origin(session), &grant, change) {
            Ok(_) => prop_assert_eq!(self.world.seen(session, FILE).unwrap(), after),
            Err(StageError::Nothing { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        Ok(())
    }

    async fn keep(&mut self, which: Option<Index>, manner: Manner) -> Result<(), TestCaseError> {
        let before = self.truth();
        let ids = self.world.ids();
        // What the user has seen that it would go.
        let old: String = self.world.open().into_iter().map(|(_, old, _)| old).collect();
        let selection = match which {
            Some(which) if !ids.is_empty() => one(&ids[which.index(ids.len())]),
            _ => all(),
        };
        let pending = self
            .world
            .states()
            .into_iter()
            .filter(|state| *state == HunkState::Pending)
            .count();
        self.client.manner(manner.clone());
        let outcome = self.world.workspace.keep(&selection, &self.client).await;
        self.client.manner(Manner::Applies);
        let after = self.truth();
        let lost = &tokens(&before, '~') - &tokens(&after, '~');
        let lost = &lost - &tokens(&old, '~');
        prop_assert!(lost.is_empty(), "Keep lost {:?}: {:?} became {:?}", lost, before, after);
        let applies = matches!(manner, Manner::Applies | Manner::RefusesYetApplies);
        if applies && selection == all() && pending > 0 {
            let open = self.world.ids();
            prop_assert!(outcome.is_ok(), "{outcome:?} {before:?} {after:?}");
            for (hunk, _) in outcome.iter().flatten().filter(|(_, state)| *state == HunkState::Kept) {
                prop_assert!(!open.contains(hunk), "kept and open: {before:?} {after:?}");
            }
        }
        if !applies && manner != Manner::AppliesHalf {
            prop_assert_eq!(&before, &after);
            prop_assert!(outcome.is_err());
            prop_assert_eq!(self.world.ids(), ids, "a hunk that was not kept is gone");
        }
        Ok(())
    }

    fn restart(&mut self) -> Result<(), TestCaseError> {
        let open: Vec<_> = self.world.ids().into_iter().zip(self.world.open()).collect();
        self.world.restart();
        self.client.workspace = self.world.workspace.clone();
        if self.is_open() {
            let uri = self.world.uri(FILE);
            let text = self.client.text(&uri);
            self.client.open(&uri, &text);
        }
        let after = self.world.ids();
        prop_assert!(
            after.iter().all(|id| open.iter().any(|(known, _)| known == id)),
            "back from the dead"
        );
        for (_, (state, old, new)) in open.iter().filter(|(id, _)| !after.contains(id)) {
            // A conflict may turn out to be in the text, when it is looked at from where it was proposed.
            let is_there = *state == HunkState::Conflict && self.truth().contains(new);
            prop_assert!(is_there, "forgotten: {old:?} to {new:?} in {:?}", self.truth());
        }
        Ok(())
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let truth = self.truth();
        let mut once = BTreeSet::new();
        for token in crate::harness::tokens(&truth, '#') {
            prop_assert!(once.insert(token), "something landed twice: {truth:?}");
        }
        for session in ["s", "t"] {
            let seen = self.world.seen(session, FILE).unwrap();
            let lost = &tokens(&truth, '~') - &tokens(&seen, '~');
            // The agent may propose to delete what the user wrote before; then it stands in a hunk's old text.
            let old: String = self.world.open().into_iter().map(|(_, old, _)| old).collect();
            let lost = &lost - &tokens(&old, '~');
            prop_assert!(lost.is_empty(), "a view without {lost:?}: {truth:?} {seen:?}");
        }
        let Some(document) = self.world.workspace.snapshot(&self.world.uri(FILE)) else {
            prop_assert!(!self.is_open());
            return Ok(());
        };
        prop_assert_eq!(document.rope.to_string(), truth.as_str());
        for hunk in document.hunks.iter() {
            prop_assert!(hunk.state != HunkState::Keeping, "left in the air");
            if hunk.state == HunkState::Pending {
                prop_assert_eq!(&truth[hunk.range.clone()], &hunk.text.old);
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_lands_twice(
        text in "(a\n|b\n|é𝒳\n|let x;\n){0,8}(b){0,1}",
        acts in prop::collection::vec(act(), 1..25),
        sync in prop::sample::select(vec![Sync::AsSent, Sync::OneByOne, Sync::Minimal, Sync::WholeDocument]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new(&text, sync);
            for act in acts {
                model.act(act).await?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
