//! Random documents × random agent edits × random typing: kept hunks land exactly, everything around them stays
//! byte for byte, and no conflict overwrites anything.

use base::HunkState::{Conflict, Pending};
use proptest::prelude::*;
use proptest::sample::Index;
use ropey::Rope;
use text::{ByteImage, Edit, Encoding, PositionEncoding};
use workspace::{DiskEditor, FileChange};

use crate::client::{Client, Sync};
use crate::harness::{World, all, origin, token, tokens};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}

/// Lines with every kind of ending; some repeat, so that edits can slide.
fn document() -> impl Strategy<Value = String> {
    let line = prop_oneof!["a", "b", "", "let x = 1;", "  é𝒳 z", "\u{2028}"];
    let ending = prop_oneof![4 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\r")];
    let lines = prop::collection::vec((line, ending), 0..12);
    (lines, prop::option::of("[ab]{1,3}")).prop_map(|(lines, last)| {
        let lines: String = lines.into_iter().map(|(line, ending)| line + ending).collect();
        lines + &last.unwrap_or_default()
    })
}

/// Edits that an agent makes: anywhere, in the middle of lines too. Each brings a token that stands nowhere else.
fn agent_edits() -> impl Strategy<Value = Vec<(Index, usize, String)>> {
    let text = prop_oneof!["", "#", "#\n", "\n#", "#\n\nb\n", "a\n#\nb"];
    prop::collection::vec((any::<Index>(), 0usize..9, text), 1..4)
}

fn typing() -> impl Strategy<Value = Vec<(Index, usize, String)>> {
    let text = prop_oneof!["", "~", "~\n", "\n~", "~\r\n", "b\n~"];
    prop::collection::vec((any::<Index>(), 0usize..6, text), 0..5)
}

/// A place that a client can name: between characters, and not inside a `\r\n`.
fn boundary(text: &str, at: usize) -> usize {
    let is_nameable =
        |at: &usize| text.is_char_boundary(*at) && !(text[..*at].ends_with('\r') && text[*at..].starts_with('\n'));
    (0..=at.min(text.len())).rev().find(is_nameable).unwrap_or(0)
}

/// Disjoint edits of `text`, ascending; `#` and `~` become tokens that stand nowhere else.
fn edits_of(text: &str, wanted: &[(Index, usize, String)], mark: char, next: &mut u32) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut sorted: Vec<_> = wanted
        .iter()
        .map(|(at, len, new)| (boundary(text, at.index(text.len() + 1)), *len, new))
        .collect();
    sorted.sort();
    for (start, len, new) in sorted {
        if edits.last().is_some_and(|last| start <= last.range.end) {
            continue;
        }
        *next += 1;
        let new = new.replace(mark, &token(mark, *next).to_string());
        edits.push(Edit {
            range: start..boundary(text, start + len).max(start),
            text: new,
        });
    }
    edits
}

/// The agent edits what its session sees.
fn stage(world: &World, wanted: &[(Index, usize, String)], mark: char, next: &mut u32) -> Option<Vec<Edit>> {
    let path = world.path("a.txt");
    let view = world.workspace.read(&"s".into(), &path).ok()?;
    let edits = edits_of(&view.rope.to_string(), wanted, mark, next);
    let change = FileChange::Edit {
        path: path.clone(),
        base_hash: view.hash,
        edits: edits.clone(),
    };
    let grant = world.grant(&path, permissions::WriteKind::Modify);
    match world.workspace.stage(&origin("s"), &grant, change) {
        Ok(_) => Some(edits),
        Err(workspace::StageError::Nothing { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

/// What the text becomes if everything pending is kept, computed from the published hunks alone.
fn with_pending(world: &World) -> String {
    let document = world.workspace.snapshot(&world.uri("a.txt")).unwrap();
    let mut text = document.rope.to_string();
    for hunk in document.hunks.iter().rev().filter(|hunk| hunk.state == Pending) {
        assert_eq!(
            &text[hunk.range.clone()],
            hunk.text.old,
            "the old text does not stand at its place"
        );
        text.replace_range(hunk.range.clone(), &hunk.text.new);
    }
    text
}

fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_a_buffer(
        text in document(),
        first in agent_edits(),
        second in prop::option::of(agent_edits()),
        typed in typing(),
        sync in prop::sample::select(vec![Sync::AsSent, Sync::OneByOne, Sync::Minimal, Sync::WholeDocument]),
    ) {
        let world = World::new();
        let client = Client::new(&world.workspace, sync);
        let uri = world.uri("a.txt");
        client.open(&uri, &text);
        let mut next = 0;
        for wanted in [Some(&first), second.as_ref()].into_iter().flatten() {
            let before = world.seen("s", "a.txt").unwrap();
            if let Some(edits) = stage(&world, wanted, '#', &mut next) {
                let mut after = Rope::from_str(&before);
                edits.iter().rev().for_each(|edit| text::apply(&mut after, edit).unwrap());
                if !before.contains('\r') {
                    prop_assert_eq!(world.seen("s", "a.txt").unwrap(), after.to_string());
                }
                prop_assert_eq!(tokens(&world.seen("s", "a.txt").unwrap(), '#'), tokens(&after.to_string(), '#'));
            }
            prop_assert_eq!(client.text(&uri), text.as_str());
            prop_assert_eq!(with_pending(&world), world.seen("s", "a.txt").unwrap());
        }
        for (at, len, new) in typed {
            let now = client.text(&uri);
            for edit in edits_of(&now, &[(at, len, new)], '~', &mut next) {
                client.type_at(&uri, edit.range, &edit.text);
            }
            prop_assert_eq!(world.workspace.snapshot(&uri).unwrap().rope.to_string(), client.text(&uri));
        }
        let before = client.text(&uri);
        let expected = with_pending(&world);
        prop_assert_eq!(&expected, &world.seen("s", "a.txt").unwrap());
        let typed: Vec<char> = tokens(&before, '~');
        prop_assert!(typed.iter().all(|token| tokens(&expected, '~').contains(token)), "typed text is lost: {expected:?}");

        let had_conflicts = world.states().contains(&Conflict);
        let pending: Vec<_> =
            world.ids().into_iter().zip(world.states()).filter(|(_, state)| *state == Pending).collect();
        let outcome = runtime().block_on(world.workspace.keep(&all(), &client));
        prop_assert_eq!(client.text(&uri), expected.as_str(), "{:?}", outcome);
        let open = world.ids();
        prop_assert!(pending.iter().all(|(id, _)| !open.contains(id)), "{:?}", world.open());
        let landed = tokens(&expected, '#');
        let mut once = landed.clone();
        once.sort();
        once.dedup();
        prop_assert_eq!(landed.len(), once.len(), "something landed twice: {:?}", expected);

        if outcome.is_ok() {
            let undone = runtime().block_on(world.workspace.undo(&client)).unwrap();
            prop_assert_eq!(client.text(&uri), before.as_str(), "undone {:?} kept {:?}", undone, client.received.lock().unwrap());
            // Where two changes had grown together, keeping one may have freed the other.
            if !had_conflicts {
                prop_assert_eq!(with_pending(&world), expected);
            }
        }
    }

    #[test]
    fn on_disk(
        text in document(),
        wanted in agent_edits(),
        image in prop::sample::select(vec![
            ByteImage { encoding: Encoding::Utf8, bom: false },
            ByteImage { encoding: Encoding::Utf8, bom: true },
            ByteImage { encoding: Encoding::Utf16Le, bom: true },
            ByteImage { encoding: Encoding::Utf16Be, bom: true },
            ByteImage { encoding: Encoding::Latin1, bom: false },
        ]),
    ) {
        let world = World::new();
        let text = if image.encoding == Encoding::Latin1 { format!("é{}", text.replace(['𝒳', '\u{2028}'], "þ")) } else { text };
        // No token stands in Latin-1.
        let mark = if image.encoding == Encoding::Latin1 { '\0' } else { '#' };
        let bytes = image.encode(&text).unwrap();
        let path = world.file("a.txt", &bytes);
        let mut next = 0;
        if stage(&world, &wanted, mark, &mut next).is_some() {
            let expected = world.seen("s", "a.txt").unwrap();
            prop_assert_eq!(&world.disk("a.txt"), &bytes, "nothing is written before Keep");
            let reviews = world.workspace.reviews(PositionEncoding::Utf8);
            let lines: usize = reviews[0].files[0].hunks.iter().map(|hunk| hunk.old_text.len()).sum();
            prop_assert!(lines <= text.len());
            let editor = DiskEditor::new(world.user_keep(&[path]));
            runtime().block_on(world.workspace.keep(&all(), &editor)).unwrap();
            prop_assert_eq!(world.disk("a.txt"), image.encode(&expected).unwrap());
            prop_assert!(normal(&expected).len() <= normal(&text).len() + 40);
            let editor = DiskEditor::new(world.user_keep(&[world.path("a.txt")]));
            runtime().block_on(world.workspace.undo(&editor)).unwrap();
            // Without its last accent a Latin-1 file is ASCII, and what comes back is UTF-8: the text is the same.
            prop_assert_eq!(text::decode(&world.disk("a.txt")).unwrap().text, text, "undone");
        }
    }
}
