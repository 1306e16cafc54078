//! What a command is shown, and what becomes of what it leaves.

use base::{HunkState, Origin};
use permissions::WriteKind;
use text::PositionEncoding;
use workspace::{DiskEditor, StageError, Staged, VisibleChange};

use crate::harness::{World, all, origin};

impl World {
    fn visible(&self, session: &str) -> Vec<(String, Option<Vec<u8>>)> {
        let changes = self.workspace.visible_changes(&session.into()).into_iter();
        changes
            .map(|VisibleChange { path, content }| (self.workspace.relative(&path), content))
            .collect()
    }

    /// A command found `before` in the file and left `after`.
    fn command(&self, name: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> Result<Staged, StageError> {
        let path = self.path(name);
        let kind = match (before, after) {
            (None, _) => WriteKind::Create,
            (_, None) => WriteKind::Delete,
            _ => WriteKind::Modify,
        };
        let origin = Origin {
            author: "command: fmt".into(),
            ..origin("s")
        };
        let grant = self.grant(&path, kind);
        self.workspace.stage_bytes(&origin, &grant, &path, before, after)
    }

    fn authors(&self) -> Vec<String> {
        let reviews = self.workspace.reviews(PositionEncoding::Utf8).into_iter();
        let hunks = reviews.flat_map(|review| review.files).flat_map(|file| file.hunks);
        hunks.map(|hunk| hunk.author).collect()
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

#[test]
fn a_command_is_shown_buffers_and_proposals_and_nothing_else() {
    let world = World::new();
    for name in [
        "same.txt",
        "edited.txt",
        "typed.txt",
        "deleted.txt",
        "from.txt",
        "other.txt",
    ] {
        world.file(name, "one\ntwo\n");
    }
    world
        .workspace
        .open(&world.uri("same.txt"), "plaintext", 1, "one\ntwo\n");
    world
        .workspace
        .open(&world.uri("typed.txt"), "plaintext", 1, "one\n2\n");
    world.edit("s", "edited.txt", "two", "TWO").unwrap();
    world.edit("s", "typed.txt", "one", "ONE").unwrap();
    world.edit("t", "other.txt", "one", "ONE").unwrap();
    world.create("s", "new.txt", "new\n").unwrap();
    world.delete("s", "deleted.txt").unwrap();
    world.rename("s", "from.txt", "to.txt").unwrap();
    world.edit("s", "to.txt", "one", "1").unwrap();
    let expect = [
        ("deleted.txt", None),
        ("edited.txt", bytes("one\nTWO\n")),
        ("from.txt", None),
        ("new.txt", bytes("new\n")),
        ("to.txt", bytes("1\ntwo\n")),
        ("typed.txt", bytes("ONE\n2\n")),
    ];
    assert_eq!(
        world.visible("s"),
        expect.map(|(name, content)| (name.to_owned(), content))
    );
    assert_eq!(world.visible("nobody"), [("typed.txt".to_owned(), bytes("one\n2\n"))]);
}

#[test]
fn a_command_is_shown_the_files_own_bytes() {
    let world = World::new();
    world.file("mark.txt", b"\xEF\xBB\xBFone\r\ntwo\r\n");
    world.file("latin.txt", b"caf\xE9\n");
    world.edit("s", "mark.txt", "two", "2").unwrap();
    world
        .workspace
        .open(&world.uri("latin.txt"), "plaintext", 1, "café 😀\n");
    let expect = [
        ("latin.txt".to_owned(), bytes("café 😀\n")),
        ("mark.txt".to_owned(), Some(b"\xEF\xBB\xBFone\r\n2\r\n".to_vec())),
    ];
    assert_eq!(world.visible("s"), expect);
}

#[test]
fn what_a_command_left_is_offered_as_the_commands() {
    let world = World::new();
    world.file("a.txt", "one\ntwo\n");
    let staged = world
        .command("a.txt", Some(b"one\ntwo\n"), Some(b"one\nTWO\n"))
        .unwrap();
    assert_eq!(staged.hunks.len(), 1);
    world.command("new.txt", None, Some(b"new\r\nmixed\n")).unwrap();
    assert_eq!(world.seen("s", "a.txt").unwrap(), "one\nTWO\n");
    assert_eq!(world.seen("s", "new.txt").unwrap(), "new\r\nmixed\n");
    assert_eq!(world.disk("a.txt"), b"one\ntwo\n");
    assert_eq!(world.authors(), ["command: fmt", "command: fmt"]);
}

#[tokio::test]
async fn line_endings_that_a_command_wrote_stay_as_written() {
    let world = World::new();
    world.file("a.txt", "one\r\ntwo\r\n");
    world
        .command("a.txt", Some(b"one\r\ntwo\r\n"), Some(b"one\ntwo\r\n"))
        .unwrap();
    let editor = DiskEditor::new(world.user_keep(&[world.path("a.txt")]));
    world.workspace.keep(&all(), &editor).await.unwrap();
    assert_eq!(world.disk("a.txt"), b"one\ntwo\r\n");
}

#[test]
fn what_was_typed_while_a_command_ran_stays() {
    let world = World::new();
    world.file("a.txt", "one\n2\n3\nfour\n");
    world
        .workspace
        .open(&world.uri("a.txt"), "plaintext", 1, "one\n2\n3\nfour typed\n");
    let before = b"one\n2\n3\nfour\n";
    world
        .command("a.txt", Some(before), Some(b"ONE\n2\n3\nfour\n"))
        .unwrap();
    assert_eq!(world.seen("s", "a.txt").unwrap(), "ONE\n2\n3\nfour typed\n");
    let refused = world
        .command("a.txt", Some(before), Some(b"ONE\n2\n3\nFOUR\n"))
        .unwrap_err();
    assert!(matches!(refused, StageError::Stale { .. }), "{refused}");
}

#[test]
fn what_is_no_change_of_text_is_refused() {
    let world = World::new();
    world.file("a.txt", "caf\u{e9}\n");
    let before = "caf\u{e9}\n".as_bytes();
    let check = |after: Option<&[u8]>, expect: &str| {
        let refused = world.command("a.txt", Some(before), after).unwrap_err().to_string();
        assert!(refused.contains(expect), "{refused}");
    };
    check(Some(b"caf\xE9\n"), "was UTF-8");
    check(Some(b"\xEF\xBB\xBFcaf\xC3\xA9\n"), "was UTF-8");
    check(Some(b"ELF\0\0"), "binary");
    check(Some(before), "as it is");
    assert_eq!(world.visible("s"), []);
}

#[test]
fn a_latin_1_file_stays_one_whatever_its_bytes_look_like() {
    let world = World::new();
    world.file("a.txt", b"caf\xE9\n");
    world
        .command("a.txt", Some(b"caf\xE9\n"), Some(b"caf\xC3\xA9\n"))
        .unwrap();
    assert_eq!(
        world.visible("s"),
        [("a.txt".to_owned(), Some(b"caf\xC3\xA9\n".to_vec()))]
    );
}

/// An automatic Keep passes over what a command wrote, also after the agent has put its hand to it.
#[tokio::test]
async fn a_commands_text_is_not_laundered_by_the_agent() {
    let world = World::new();
    world.file("a.txt", "one\n2\n3\nfour\n");
    world
        .command("a.txt", Some(b"one\n2\n3\nfour\n"), Some(b"evil\n2\n3\nfour\n"))
        .unwrap();
    world.edit("s", "a.txt", "evil", "evil too").unwrap();
    world.edit("s", "a.txt", "four", "FOUR").unwrap();
    world.command("new.txt", None, Some(b"evil\n")).unwrap();
    world.edit("s", "new.txt", "evil", "evil too").unwrap();
    world.rename("s", "new.txt", "newer.txt").unwrap();
    let editor = DiskEditor::new(world.user_keep(&[world.path("a.txt"), world.path("newer.txt")]));
    let own = |origin: &Origin, _: &std::path::Path| origin.is_agents_own();
    world.workspace.keep_where(&all(), &editor, &own).await.unwrap();
    assert_eq!(world.disk("a.txt"), b"one\n2\n3\nFOUR\n");
    assert_eq!(world.states(), [HunkState::Pending; 2]);
    assert_eq!(world.authors(), ["command: fmt"; 2]);
}
