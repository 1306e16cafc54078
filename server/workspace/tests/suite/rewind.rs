//! Rewind: what the agent wrote goes, what anybody else wrote stays.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;

use base::{CallId, Origin, TurnId};
use permissions::WriteKind;
use ropey::Rope;
use workspace::{
    DiskEditor, FileChange, LeftBecause, RewindError, RewindRequest, RewindTo, RewindVerdict, Rewound, StepRecord,
};

use crate::client::{Client, Sync};
use crate::harness::{World, all, origin};

impl World {
    pub(crate) async fn keep_all(&self) {
        let paths = self.workspace.selected_paths(&all());
        let editor = DiskEditor::new(self.user_keep(&paths));
        self.workspace.keep(&all(), &editor).await.unwrap();
    }

    /// The agent makes a text of a file, in a turn of its own, and the user keeps it.
    async fn write(&self, turn: &str, name: &str, wanted: &str) {
        let path = self.path(name);
        let origin = Origin {
            turn: TurnId::from(turn),
            call: CallId::from(turn),
            ..origin("s")
        };
        let (kind, change) = match self.workspace.read(&origin.session, &path) {
            Ok(view) => {
                let edits = text::diff_edits(&view.rope, &Rope::from_str(wanted));
                let change = FileChange::Edit {
                    path: path.clone(),
                    base_hash: view.hash,
                    edits,
                };
                (WriteKind::Modify, change)
            }
            Err(_) => {
                let text = wanted.to_owned();
                (
                    WriteKind::Create,
                    FileChange::Create {
                        path: path.clone(),
                        text,
                    },
                )
            }
        };
        let grant = self.grant(&path, kind);
        self.workspace.stage(&origin, &grant, change).unwrap();
        self.keep_all().await;
    }

    pub(crate) async fn rewind(&self, to: RewindTo) -> Result<Rewound, RewindError> {
        self.rewind_as(to, false).await
    }

    pub(crate) async fn rewind_as(&self, to: RewindTo, beside: bool) -> Result<Rewound, RewindError> {
        let request = RewindRequest {
            session: "s".into(),
            to,
            beside,
        };
        let plan = self.workspace.plan_rewind(&request)?;
        let grant = self.user_keep(&plan.paths());
        let editor = DiskEditor::new(self.user_keep(&[]));
        self.workspace.rewind(&plan, &grant, &editor).await
    }

    fn verdicts(&self, rewound: &Rewound) -> Vec<(String, RewindVerdict)> {
        assert!(rewound.files.iter().all(|file| file.failure.is_none()), "{rewound:?}");
        let files = rewound.files.iter();
        files
            .map(|file| (self.workspace.relative(&file.path), file.verdict.clone()))
            .collect()
    }

    fn exists(&self, name: &str) -> bool {
        std::fs::symlink_metadata(self.path(name)).is_ok()
    }

    fn mode(&self, name: &str) -> u32 {
        std::fs::metadata(self.path(name)).unwrap().mode() & 0o7777
    }

    fn chmod(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A command on the real files, which names `paths` before it runs.
    fn command_step(&self, paths: &[&str], command: impl FnOnce()) -> Vec<String> {
        let paths: Vec<PathBuf> = paths.iter().map(|name| self.path(name)).collect();
        let step = self.workspace.begin_command(&"s".into(), &"turn".into(), "rm", &paths);
        command();
        let changed = self.workspace.end_command(step.unwrap().unwrap()).unwrap();
        changed.iter().map(|path| self.workspace.relative(path)).collect()
    }
}

fn left(name: &str, because: LeftBecause) -> (String, RewindVerdict) {
    (name.to_owned(), RewindVerdict::Left(because))
}

#[tokio::test]
async fn the_last_turn_goes_and_the_turn_before_it_stays() {
    let world = World::new();
    world.file("a.txt", "one\r\ntwo\r\n");
    world.write("t1", "a.txt", "ONE\r\ntwo\r\n").await;
    world.write("t2", "a.txt", "ONE\r\nTWO\r\n").await;
    world.write("t2", "new/deep/b.txt", "new\n").await;
    let rewound = world.rewind(RewindTo::LastTurn).await.unwrap();
    assert_eq!((rewound.to, rewound.step), (2, Some(4)));
    assert_eq!(world.disk("a.txt"), b"ONE\r\ntwo\r\n");
    assert!(!world.exists("new"));
    world.rewind(RewindTo::LastTurn).await.unwrap();
    assert_eq!(world.disk("a.txt"), b"one\r\ntwo\r\n");
    let nothing = world.rewind(RewindTo::LastTurn).await.unwrap_err();
    assert!(matches!(nothing, RewindError::Nothing), "{nothing}");
}

#[tokio::test]
async fn a_rewind_is_undone_and_that_too() {
    let world = World::new();
    world.file("a.txt", "one\n");
    world.write("t1", "a.txt", "ONE\n").await;
    world.write("t2", "new/b.txt", "new\n").await;
    world.rewind(RewindTo::Checkpoint(1)).await.unwrap();
    assert_eq!((world.disk("a.txt"), world.exists("new")), (b"one\n".to_vec(), false));
    world.rewind(RewindTo::Undo).await.unwrap();
    assert_eq!(
        (world.disk("a.txt"), world.disk("new/b.txt")),
        (b"ONE\n".to_vec(), b"new\n".to_vec())
    );
    world.rewind(RewindTo::Undo).await.unwrap();
    assert_eq!((world.disk("a.txt"), world.exists("new")), (b"one\n".to_vec(), false));
    world.write("t3", "a.txt", "three\n").await;
    let refused = world.rewind(RewindTo::Undo).await.unwrap_err();
    assert!(matches!(refused, RewindError::NothingToUndo), "{refused}");
}

#[tokio::test]
async fn what_the_user_changed_is_left_and_what_it_was_is_saved_on_demand() {
    let world = World::new();
    for name in ["after.txt", "between.txt", "gone.txt", "back.txt"] {
        world.file(name, "one\ntwo\n");
        world.write("t", name, "ONE\ntwo\n").await;
    }
    world.file("after.txt", "ONE\nmine\n");
    world.file("between.txt", "ONE\nmine\n");
    world.write("t", "between.txt", "ONE\nmine\nmore\n").await;
    std::fs::remove_file(world.path("gone.txt")).unwrap();
    world.file("back.txt", "one\ntwo\n");
    let rewound = world.rewind(RewindTo::LastTurn).await.unwrap();
    let expect = [
        left("after.txt", LeftBecause::Changed),
        ("back.txt".to_owned(), RewindVerdict::Unchanged),
        left("between.txt", LeftBecause::Changed),
        left("gone.txt", LeftBecause::Gone),
    ];
    assert_eq!(world.verdicts(&rewound), expect);
    assert_eq!(rewound.step, None);
    world.file("after.txt.rewound", "mine too\n");
    world.rewind_as(RewindTo::LastTurn, true).await.unwrap();
    assert_eq!(world.disk("after.txt"), b"ONE\nmine\n");
    assert_eq!(world.disk("after.txt.rewound"), b"mine too\n");
    assert_eq!(world.disk("after.txt.rewound-2"), b"one\ntwo\n");
    assert_eq!(world.disk("between.txt"), b"ONE\nmine\nmore\n");
    assert!(!world.exists("gone.txt"));
    world.rewind(RewindTo::Undo).await.unwrap();
    assert!(!world.exists("after.txt.rewound-2"));
}

#[tokio::test]
async fn a_file_that_goes_and_one_that_moves_come_back_as_they_were() {
    let world = World::new();
    let bytes = b"\xEF\xBB\xBFone\r\ntwo";
    world.file("deleted.txt", bytes);
    world.chmod("deleted.txt", 0o751);
    let inode = |name: &str| std::fs::metadata(world.path(name)).unwrap().ino();
    world.file("moved.txt", "text\n");
    let moved = inode("moved.txt");
    world.delete("s", "deleted.txt").unwrap();
    world.rename("s", "moved.txt", "far/away.txt").unwrap();
    world.keep_all().await;
    assert!(!world.exists("deleted.txt") && !world.exists("moved.txt"));
    world.rewind(RewindTo::LastTurn).await.unwrap();
    assert_eq!(
        (world.disk("deleted.txt"), world.mode("deleted.txt")),
        (bytes.to_vec(), 0o751)
    );
    assert_eq!((inode("moved.txt"), world.exists("far")), (moved, false));
    world.rewind(RewindTo::Undo).await.unwrap();
    assert_eq!((inode("far/away.txt"), world.exists("deleted.txt")), (moved, false));
}

/// The moved file may be the only copy of what the user wrote: it does not go before it can go back.
#[tokio::test]
async fn a_moved_file_whose_old_place_is_taken_stays() {
    let world = World::new();
    world.file("a.txt", "old\n");
    world.rename("s", "a.txt", "b.txt").unwrap();
    world.keep_all().await;
    world.rename("s", "b.txt", "c.txt").unwrap();
    world.edit("s", "c.txt", "old", "new").unwrap();
    world.keep_all().await;
    world.file("a.txt", "mine\n");
    let rewound = world.rewind(RewindTo::Checkpoint(1)).await.unwrap();
    let expect = [
        left("a.txt", LeftBecause::Changed),
        ("b.txt".to_owned(), RewindVerdict::Unchanged),
        left("c.txt", LeftBecause::NoWayBack),
    ];
    assert_eq!(world.verdicts(&rewound), expect);
    assert_eq!(
        (world.disk("a.txt"), world.disk("c.txt")),
        (b"mine\n".to_vec(), b"new\n".to_vec())
    );
}

#[tokio::test]
async fn an_edit_and_a_move_in_one_go_come_back() {
    let world = World::new();
    world.file("a.txt", "one\n");
    world.rename("s", "a.txt", "b.txt").unwrap();
    world.edit("s", "b.txt", "one", "ONE").unwrap();
    world.keep_all().await;
    assert_eq!(world.disk("b.txt"), b"ONE\n");
    world.rewind(RewindTo::LastTurn).await.unwrap();
    assert_eq!((world.disk("a.txt"), world.exists("b.txt")), (b"one\n".to_vec(), false));
}

#[tokio::test]
async fn links_are_neither_followed_nor_replaced() {
    let world = World::new();
    let outside = tempfile::tempdir().unwrap();
    std::fs::create_dir(outside.path().join("dir")).unwrap();
    for name in ["a.txt", "dir/b.txt"] {
        world.file(name, "one\n");
        world.write("t", name, "ONE\n").await;
        std::fs::write(outside.path().join(name), "ONE\n").unwrap();
    }
    std::fs::remove_file(world.path("a.txt")).unwrap();
    symlink(outside.path().join("a.txt"), world.path("a.txt")).unwrap();
    std::fs::remove_dir_all(world.path("dir")).unwrap();
    symlink(outside.path().join("dir"), world.path("dir")).unwrap();
    let rewound = world.rewind(RewindTo::LastTurn).await.unwrap();
    let expect = [
        left("a.txt", LeftBecause::Link),
        left("dir/b.txt", LeftBecause::InTheWay),
    ];
    assert_eq!(world.verdicts(&rewound), expect);
    assert_eq!(std::fs::read(outside.path().join("a.txt")).unwrap(), b"ONE\n");
    assert_eq!(std::fs::read(outside.path().join("dir/b.txt")).unwrap(), b"ONE\n");
}

#[tokio::test]
async fn other_names_of_a_file_and_its_mode_stay() {
    let world = World::new();
    world.file("a.txt", "one\n");
    std::fs::hard_link(world.path("a.txt"), world.path("other.txt")).unwrap();
    world.write("t", "a.txt", "ONE and longer\n").await;
    world.chmod("a.txt", 0o600);
    world.rewind(RewindTo::LastTurn).await.unwrap();
    assert_eq!(world.disk("a.txt"), b"one\n");
    assert_eq!(world.disk("other.txt"), b"one\n");
    assert_eq!(world.mode("a.txt"), 0o600);
}

#[tokio::test]
async fn a_folder_that_the_agent_made_stays_while_something_is_in_it() {
    let world = World::new();
    world.write("t", "new/b.txt", "new\n").await;
    world.file("new/mine.txt", "mine\n");
    let rewound = world.rewind(RewindTo::LastTurn).await.unwrap();
    let expect = [
        left("new", LeftBecause::NotEmpty),
        ("new/b.txt".to_owned(), RewindVerdict::Remove),
    ];
    assert_eq!(world.verdicts(&rewound), expect);
    assert_eq!(
        (world.exists("new/b.txt"), world.disk("new/mine.txt")),
        (false, b"mine\n".to_vec())
    );
}

#[tokio::test]
async fn what_a_command_destroyed_comes_back() {
    let world = World::new();
    world.file("dir/text.txt", "text\n");
    world.file("dir/deep/binary", b"\0\xFF\xFE");
    world.chmod("dir/deep/binary", 0o755);
    symlink("../dir/text.txt", world.path("dir/link")).unwrap();
    world.file("run.sh", "#!/bin/sh\n");
    world.file("beside.txt", "untouched\n");
    let changed = world.command_step(&["dir", "run.sh", "made.txt", "beside.txt"], || {
        std::fs::remove_dir_all(world.path("dir")).unwrap();
        world.chmod("run.sh", 0o755);
        world.file("made.txt", "made\n");
    });
    let expect = [
        "dir",
        "dir/deep",
        "dir/deep/binary",
        "dir/link",
        "dir/text.txt",
        "made.txt",
        "run.sh",
    ];
    assert_eq!(changed, expect);
    world.rewind(RewindTo::LastTurn).await.unwrap();
    assert_eq!(world.disk("dir/text.txt"), b"text\n");
    assert_eq!(
        (world.disk("dir/deep/binary"), world.mode("dir/deep/binary")),
        (b"\0\xFF\xFE".to_vec(), 0o755)
    );
    assert_eq!(
        std::fs::read_link(world.path("dir/link")).unwrap(),
        PathBuf::from("../dir/text.txt")
    );
    assert_eq!((world.mode("run.sh"), world.exists("made.txt")), (0o644, false));
    world.rewind(RewindTo::Undo).await.unwrap();
    assert_eq!(
        (world.exists("dir"), world.mode("run.sh"), world.disk("made.txt")),
        (false, 0o755, b"made\n".to_vec())
    );
}

#[tokio::test]
async fn what_a_command_that_was_killed_left_is_not_taken_for_the_agents() {
    let world = World::new();
    world.file("a.txt", "one\n");
    world.file("b.txt", "one\n");
    let paths = [world.path("a.txt"), world.path("b.txt")];
    let step = world
        .workspace
        .begin_command(&"s".into(), &"turn".into(), "sed", &paths);
    drop(step.unwrap());
    world.file("a.txt", "whose?\n");
    let rewound = world.rewind_as(RewindTo::LastTurn, true).await.unwrap();
    assert_eq!(world.disk("a.txt"), b"whose?\n");
    assert_eq!(world.disk("a.txt.rewound"), b"one\n");
    assert_eq!(rewound.files.len(), 3);
}

#[test]
fn what_cannot_be_saved_is_told_before_the_command() {
    let world = World::new();
    world.file("a.txt", "one\n");
    let (pipe, outside) = (world.path("pipe"), PathBuf::from("/etc/hostname"));
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let paths = [world.path("a.txt"), pipe.clone(), outside.clone()];
    let step = world.workspace.begin_command(&"s".into(), &"turn".into(), "rm", &paths);
    let step = step.unwrap().unwrap();
    assert_eq!(step.left_out(), [pipe, outside]);
    world.workspace.end_command(step).unwrap();
}

/// A command that was already recorded is not lost when its record cannot be completed; one that cannot be recorded
/// does not run, and a Keep that cannot be recorded writes nothing.
#[tokio::test]
async fn nothing_is_written_that_cannot_be_recorded() {
    let world = World::new();
    world.file("a.txt", "one\n");
    world.edit("s", "a.txt", "one", "ONE").unwrap();
    *world.journal.is_full.lock().unwrap() = true;
    let editor = DiskEditor::new(world.user_keep(&[world.path("a.txt")]));
    world.workspace.keep(&all(), &editor).await.unwrap_err();
    let paths = [world.path("a.txt")];
    assert!(
        world
            .workspace
            .begin_command(&"s".into(), &"t".into(), "rm", &paths)
            .is_err()
    );
    assert_eq!(world.disk("a.txt"), b"one\n");
    *world.journal.is_full.lock().unwrap() = false;
    world.keep_all().await;
    *world.journal.is_full.lock().unwrap() = true;
    world.rewind(RewindTo::LastTurn).await.unwrap_err();
    assert_eq!(world.disk("a.txt"), b"ONE\n");
}

/// With an editor attached its buffers count: what was kept comes back through it, what was typed stays.
#[tokio::test]
async fn an_open_document_is_rewound_through_the_editor() {
    let world = World::new();
    for name in ["a.txt", "typed.txt"] {
        world.file(name, "one\ntwo\n");
    }
    let client = Client::new(&world.workspace, Sync::Minimal);
    for name in ["a.txt", "typed.txt"] {
        client.open(&world.uri(name), "one\ntwo unsaved\n");
        world.edit("s", name, "one", "ONE").unwrap();
    }
    world.workspace.keep(&all(), &client).await.unwrap();
    let end = "ONE\ntwo unsaved\n".len();
    client.type_at(&world.uri("typed.txt"), end..end, "typed\n");
    let request = RewindRequest {
        session: "s".into(),
        to: RewindTo::LastTurn,
        beside: false,
    };
    let plan = world.workspace.plan_rewind(&request).unwrap();
    let grant = world.user_keep(&plan.paths());
    let rewound = world.workspace.rewind(&plan, &grant, &client).await.unwrap();
    let expect = [
        ("a.txt".to_owned(), RewindVerdict::Restore),
        left("typed.txt", LeftBecause::Changed),
    ];
    assert_eq!(world.verdicts(&rewound), expect);
    assert_eq!(client.text(&world.uri("a.txt")), "one\ntwo unsaved\n");
    assert_eq!(client.text(&world.uri("typed.txt")), "ONE\ntwo unsaved\ntyped\n");
    assert_eq!(world.disk("a.txt"), b"one\ntwo\n");
}

/// The process dies after the record and before some of the writes: the same command finishes, or its undoing does.
#[tokio::test]
async fn a_rewind_that_was_killed_is_finished_or_undone() {
    for (finishes, expect) in [(true, "one\n"), (false, "ONE\n")] {
        let world = World::new();
        for name in ["a.txt", "b.txt"] {
            world.file(name, "one\n");
            world.write("t", name, "ONE\n").await;
        }
        world.rewind(RewindTo::LastTurn).await.unwrap();
        world.file("b.txt", "ONE\n");
        let last = world.journal.steps.lock().unwrap().pop().unwrap();
        assert!(matches!(last, (_, StepRecord::End { .. })));
        let to = if finishes {
            RewindTo::Checkpoint(1)
        } else {
            RewindTo::Undo
        };
        world.rewind(to).await.unwrap();
        assert_eq!(world.disk("a.txt"), expect.as_bytes());
        assert_eq!(world.disk("b.txt"), expect.as_bytes());
    }
}
