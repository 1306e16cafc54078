//! The agent keeps, the user edits, deletes, moves, chmods and puts links in the way, rewinds come and are undone and
//! die in the middle, all at random: what the user wrote is never lost, and what only the agent wrote comes back
//! byte for byte.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use workspace::{DiskEditor, RewindTo, StepRecord};

use crate::harness::{World, all};
use crate::tree::{Entry, Tree, is_same_text, put, tree};

const NAMES: [&str; 5] = ["a.txt", "b.txt", "dir/c.txt", "dir/deep/d.txt", "e.txt"];

#[derive(Clone, Debug)]
enum Act {
    /// The agent's, each kept at once.
    Edit(usize),
    Delete(usize),
    Rename(usize, usize),
    /// A command on the real files.
    Destroy(usize),
    Chmod(usize),
    /// The user's.
    Write(usize),
    Remove(usize),
    Move(usize, usize),
    SetMode(usize, u32),
    Link(usize),
    LinkFolder,
    /// The target, what the user does in the middle of it, and whether it dies and what is done then.
    Rewind(Target, Option<usize>, Option<Death>),
    Restart,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    LastTurn,
    Checkpoint(usize),
    Undo,
}

/// After which writes the process dies, as bits; and whether the rewind is then undone or finished.
#[derive(Clone, Copy, Debug)]
struct Death {
    written: u8,
    is_undone: bool,
}

fn act() -> impl Strategy<Value = Act> {
    let name = || 0..NAMES.len();
    let target = prop_oneof![
        3 => Just(Target::LastTurn),
        4 => (0usize..12).prop_map(Target::Checkpoint),
        4 => Just(Target::Undo),
    ];
    let death = (any::<u8>(), any::<bool>()).prop_map(|(written, is_undone)| Death { written, is_undone });
    prop_oneof![
        8 => name().prop_map(Act::Edit),
        2 => name().prop_map(Act::Delete),
        4 => (name(), name()).prop_map(|(from, to)| Act::Rename(from, to)),
        2 => name().prop_map(Act::Destroy),
        1 => name().prop_map(Act::Chmod),
        3 => name().prop_map(Act::Write),
        2 => name().prop_map(Act::Remove),
        1 => (name(), name()).prop_map(|(from, to)| Act::Move(from, to)),
        1 => (name(), prop_oneof![Just(0o600), Just(0o755)]).prop_map(|(name, mode)| Act::SetMode(name, mode)),
        1 => (0..NAMES.len() - 1).prop_map(Act::Link),
        1 => Just(Act::LinkFolder),
        9 => (target, prop::option::weighted(0.2, name()), prop::option::weighted(0.3, death))
            .prop_map(|(target, meanwhile, death)| Act::Rewind(target, meanwhile, death)),
        1 => Just(Act::Restart),
    ]
}

/// A path that became another one.
struct Change {
    path: PathBuf,
    before: Option<Entry>,
    after: Option<Entry>,
    by: Who,
    /// The last step then: a change of the agent's is part of it, one of the user's came after it.
    step: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Agent,
    User,
    /// The user, and only the mode.
    UserMode,
}

struct Model {
    world: World,
    root: PathBuf,
    changes: Vec<Change>,
    /// The paths between which the agent has moved files.
    moved: BTreeSet<PathBuf>,
    next: u32,
}

impl Model {
    fn new() -> Self {
        let world = World::new();
        let root = world.dir.path().canonicalize().unwrap();
        for name in NAMES {
            world.file(name, format!("first\nof the user in {name}\nlast\n"));
        }
        world.file("linked.txt", "first\nbehind links\nlast\n");
        world.chmod_all(0o644);
        Self {
            world,
            root,
            changes: Vec::new(),
            moved: BTreeSet::new(),
            next: 0,
        }
    }

    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn last_step(&self) -> u64 {
        let steps = self.world.journal.steps.lock().unwrap();
        steps.iter().map(|(_, record)| record.step()).max().unwrap_or(0)
    }

    async fn act(&mut self, act: &Act) {
        let root = self.root.clone();
        let path = |name: usize| root.join(NAMES[name]);
        let before = tree(&self.root);
        match act {
            Act::Edit(name) => {
                let fresh = self.fresh();
                self.edit(NAMES[*name], fresh).await;
            }
            Act::Delete(name) => {
                let _ = self.world.delete("s", NAMES[*name]);
                self.keep().await;
            }
            Act::Rename(from, to) => {
                if self.world.rename("s", NAMES[*from], NAMES[*to]).is_ok() {
                    self.moved.extend([path(*from), path(*to)]);
                }
                self.moved.extend(path(*from).canonicalize());
                self.keep().await;
                self.moved.extend(path(*to).canonicalize());
            }
            Act::Destroy(name) => self.command(*name, |path| {
                let _ = std::fs::remove_file(path);
            }),
            Act::Chmod(name) => self.command(*name, |path| {
                if path.symlink_metadata().is_ok_and(|found| found.is_file()) {
                    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
                }
            }),
            Act::Rewind(target, meanwhile, death) => return self.rewind(*target, *meanwhile, *death).await,
            Act::Restart => self.world.restart(),
            users => {
                self.user(users);
                return self.note(&before, |_| true);
            }
        }
        self.note(&before, |_| false);
    }

    async fn edit(&mut self, name: &str, fresh: u32) {
        let agents = format!("agent {fresh}\n");
        let staged = match self.world.seen("s", name) {
            Ok(text) => self
                .world
                .propose("s", name, &text.replacen("first\n", &format!("first\n{agents}"), 1)),
            Err(_) => self.world.create("s", name, &format!("first\n{agents}last\n")),
        };
        let _ = staged;
        self.keep().await;
    }

    async fn keep(&self) {
        let paths = self.world.workspace.selected_paths(&all());
        let editor = DiskEditor::new(self.world.user_keep(&paths));
        let _ = self.world.workspace.keep(&all(), &editor).await;
        let _ = self.world.workspace.reject(&all());
    }

    fn command(&self, name: usize, command: impl FnOnce(&Path)) {
        let path = self.root.join(NAMES[name]);
        if path.parent().unwrap().canonicalize().ok().as_deref() != path.parent() {
            return;
        }
        let workspace = &self.world.workspace;
        let step = workspace.begin_command(&"s".into(), &"turn".into(), "rm", std::slice::from_ref(&path));
        command(&path);
        workspace.end_command(step.unwrap().unwrap()).unwrap();
    }

    fn user(&mut self, act: &Act) {
        let path = |name: &usize| self.root.join(NAMES[*name]);
        match act {
            Act::Write(name) => {
                let (path, fresh) = (path(name), self.fresh());
                users_write(&path, fresh);
            }
            Act::Remove(name) => {
                let _ = std::fs::remove_file(path(name));
            }
            Act::Move(from, to) => {
                if path(to).symlink_metadata().is_err() && path(from).symlink_metadata().is_ok() {
                    let _ = std::fs::rename(path(from), path(to));
                }
            }
            Act::SetMode(name, mode) => {
                if path(name).symlink_metadata().is_ok_and(|found| found.is_file()) {
                    std::fs::set_permissions(path(name), std::fs::Permissions::from_mode(*mode)).unwrap();
                }
            }
            Act::Link(name) => {
                let _ = std::fs::remove_file(path(name));
                let _ = std::os::unix::fs::symlink(self.root.join("linked.txt"), path(name));
            }
            // The folder goes elsewhere, and a link to it takes its place; the next time it comes back.
            _ => {
                let (folder, aside) = (self.root.join("dir"), self.root.join("aside"));
                if folder.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
                    std::fs::remove_file(&folder).unwrap();
                    std::fs::rename(aside, folder).unwrap();
                } else if folder.is_dir() && !aside.exists() {
                    std::fs::rename(&folder, &aside).unwrap();
                    std::os::unix::fs::symlink("aside", &folder).unwrap();
                }
            }
        }
    }

    /// Notes what differs from `before`, and whose doing it was.
    fn note(&mut self, before: &Tree, is_users: impl Fn(&Path) -> bool) {
        let (now, step) = (tree(&self.root), self.last_step());
        let paths: BTreeSet<&PathBuf> = before.keys().chain(now.keys()).collect();
        for path in paths {
            let (was, is) = (before.get(path), now.get(path));
            let by = match is_users(path) {
                true if is_same_text(was, is) => Who::UserMode,
                true => Who::User,
                false => Who::Agent,
            };
            if was != is {
                let (path, before, after) = (path.clone(), was.cloned(), is.cloned());
                self.changes.push(Change {
                    path,
                    before,
                    after,
                    by,
                    step,
                });
            }
        }
    }

    async fn rewind(&mut self, target: Target, meanwhile: Option<usize>, death: Option<Death>) {
        let to = match target {
            Target::LastTurn => RewindTo::LastTurn,
            Target::Undo => RewindTo::Undo,
            Target::Checkpoint(number) => RewindTo::Checkpoint(1 + number as u64),
        };
        let before = tree(&self.root);
        let met = meanwhile.map(|name| {
            let path = self.root.join(NAMES[name]);
            let led = std::fs::read_link(&path).unwrap_or_else(|_| path.clone());
            let there = led.ancestors().find(|above| above.exists()).unwrap();
            let written = there.canonicalize().unwrap();
            let rest = led.strip_prefix(there).unwrap();
            let written = if rest.as_os_str().is_empty() {
                written
            } else {
                written.join(rest)
            };
            (path, written)
        });
        if let Some((path, _)) = met.clone() {
            let fresh = self.fresh();
            *self.world.journal.meanwhile.lock().unwrap() = Some(Box::new(move || users_write(&path, fresh)));
        }
        let rewound = self.world.rewind(to).await;
        let has_met = self.world.journal.meanwhile.lock().unwrap().take().is_none();
        let Ok(rewound) = rewound else { return };
        if let Some(met) = met.filter(|_| has_met) {
            self.check_met(&before, met, rewound.to);
            return;
        }
        self.check(&before, rewound.to);
        let death = death.zip(rewound.step);
        if let Some((death, step)) = death {
            self.die(death, &before, step);
        }
        self.note(&before, |_| false);
        if let Some((death, _)) = death {
            self.go_on(death, &before, rewound.to).await;
        }
    }

    /// After a death in the middle of a rewind from `before`, it is finished or undone.
    async fn go_on(&mut self, death: Death, before: &Tree, to: u64) {
        let died = tree(&self.root);
        let to = if death.is_undone {
            RewindTo::Undo
        } else {
            RewindTo::Checkpoint(to)
        };
        let rewound = self.world.rewind(to).await.unwrap();
        self.check(&died, rewound.to);
        self.note(&died, |_| false);
        if death.is_undone {
            let files = |tree: Tree| {
                let files = tree.into_iter().filter(|(_, entry)| *entry != Entry::Folder);
                files.collect::<Tree>()
            };
            assert_eq!(files(tree(&self.root)), files(before.clone()));
        }
    }

    /// The user wrote a file in the middle of a rewind.
    fn check_met(&mut self, before: &Tree, (path, written): (PathBuf, PathBuf), to: u64) {
        let now = tree(&self.root);
        let token = format!("user {}\n", self.next);
        let holds = |entry: &Entry| matches!(entry, Entry::File { bytes, .. } if bytes.ends_with(token.as_bytes()));
        assert!(
            now.values().any(holds),
            "what the user wrote to {} meanwhile is lost",
            path.display()
        );
        let step = self.last_step();
        let mut between = before.clone();
        for path in [path, written] {
            match now.get(&path) {
                Some(entry) => between.insert(path.clone(), entry.clone()),
                None => between.remove(&path),
            };
            let (before, after) = (before.get(&path).cloned(), now.get(&path).cloned());
            self.changes.push(Change {
                path,
                before,
                after,
                by: Who::User,
                step,
            });
        }
        self.check(&between, to);
        self.note(&between, |_| false);
    }

    /// Makes of a finished rewind one that died after some of its writes.
    fn die(&mut self, death: Death, before: &Tree, step: u64) {
        let mut steps = self.world.journal.steps.lock().unwrap();
        let Some((_, StepRecord::End { writes, .. })) = steps.pop() else {
            panic!("no end of step {step}")
        };
        drop(steps);
        for (bit, write) in writes.iter().enumerate() {
            let path = write.file.path().unwrap();
            // A move is one write for both its places, and folders go with what is in them.
            let is_moved = self.moved.contains(&path);
            let is_folder = before.get(&path) == Some(&Entry::Folder) || path.is_dir();
            if death.written & (1 << (bit % 8)) == 0 && !is_moved && !is_folder {
                put(&path, before.get(&path));
            }
        }
        self.world.restart();
    }

    /// The two promises, for the tree before a rewind to `to` and the one after it: where the agent's changes since
    /// then follow one another and the last one stands, the file is as it was before the first; every other file is
    /// as the rewind found it.
    fn check(&self, before: &Tree, to: u64) {
        let now = tree(&self.root);
        let paths: BTreeSet<&PathBuf> = before.keys().chain(now.keys()).collect();
        for path in paths {
            let (was, is) = (before.get(path), now.get(path));
            let since = self
                .changes
                .iter()
                .filter(|change| change.step >= to && change.path == *path);
            let agents: Vec<&Change> = since.clone().filter(|change| change.by == Who::Agent).collect();
            let wanted = agents.first().and_then(|first| first.before.as_ref());
            if [was, is, wanted].contains(&Some(&Entry::Folder)) {
                continue;
            }
            // A change that the user took back is none.
            let leads_to = |change: &Change, next: Option<&Entry>| {
                is_same_text(change.after.as_ref(), next) || is_same_text(change.before.as_ref(), next)
            };
            let follow = |pair: &[&Change]| leads_to(pair[0], pair[1].before.as_ref());
            let stands = agents.last().is_some_and(|last| leads_to(last, was));
            let is_met = since.clone().any(|change| change.by == Who::User);
            let name = path.display();
            if !(stands && agents.windows(2).all(follow)) {
                // What the user deleted may have been there before.
                let is_deleted = was.is_none() && !agents.is_empty();
                assert!(was == is || is_deleted, "{name} was the user's: {was:?} became {is:?}");
            } else if was == is && (self.moved.contains(path) || self.is_cut_off(path) || is_met) {
                // Its other place, or the way to it, may be the user's by now; and what the user has had to do with is
                // better left alone once too often.
            } else if self.moved.contains(path) || since.clone().any(|change| change.by == Who::UserMode) {
                // A mode that the user gave a file goes with it.
                assert!(is_same_text(is, wanted), "{name}: {is:?}, not {wanted:?}");
            } else {
                assert_eq!(is, wanted, "{name}, since step {to}");
            }
        }
    }

    fn is_cut_off(&self, path: &Path) -> bool {
        path.parent()
            .is_some_and(|folder| folder.canonicalize().ok().as_deref() != Some(folder))
    }
}

fn users_write(path: &Path, fresh: u32) {
    let _ = std::fs::create_dir_all(path.parent().unwrap());
    let before = std::fs::read_to_string(path).unwrap_or_else(|_| "first\n".to_owned());
    let _ = std::fs::write(path, format!("{before}user {fresh}\n"));
}

impl World {
    fn chmod_all(&self, mode: u32) {
        for name in NAMES {
            std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}

fn run(acts: &[Act]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut model = Model::new();
        for act in acts {
            model.act(act).await;
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_the_users_is_lost_and_the_agents_goes_byte_for_byte(acts in prop::collection::vec(act(), 1..24)) {
        run(&acts);
    }
}
