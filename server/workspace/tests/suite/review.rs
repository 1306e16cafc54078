//! Stage, keep, reject, undo: the life of hunks in an open document.

use crate::client::{Client, Manner, Sync};
use crate::harness::{World, all, one, origin, these};
use base::HunkState::{Conflict, Kept, Pending, Rejected, Superseded};
use workspace::{ReviewError, ReviewNews, Selection, StageError};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\n";

fn world(text: &str, sync: Sync) -> (World, Client) {
    let world = World::new();
    world.file("a.txt", text);
    let client = Client::new(&world.workspace, sync);
    client.open(&world.uri("a.txt"), text);
    (world, client)
}

#[tokio::test(start_paused = true)]
async fn a_hunk_is_seen_by_its_session_only_and_kept_into_the_buffer() {
    for sync in [Sync::AsSent, Sync::OneByOne, Sync::Minimal, Sync::WholeDocument] {
        let (world, client) = world(TEXT, sync);
        let uri = world.uri("a.txt");
        world.edit("s", "a.txt", "two", "TWO").unwrap();
        assert_eq!(world.seen("s", "a.txt").unwrap(), "one\nTWO\nthree\nfour\nfive\n");
        assert_eq!(world.seen("other", "a.txt").unwrap(), TEXT);
        assert_eq!(client.text(&uri), TEXT);
        let kept = world.workspace.keep(&all(), &client).await.unwrap();
        assert!(kept.iter().all(|(_, state)| *state == Kept), "{kept:?}");
        assert_eq!(client.text(&uri), "one\nTWO\nthree\nfour\nfive\n");
        assert!(world.open().is_empty());
        assert_eq!(world.disk("a.txt"), TEXT.as_bytes());
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_hunks_one_is_kept_and_one_rejected() {
    let (world, client) = world(TEXT, Sync::Minimal);
    world.propose("s", "a.txt", "ONE\ntwo\nthree\nfour\nFIVE\n").unwrap();
    let ids = world.ids();
    assert_eq!(ids.len(), 2);
    world.workspace.keep(&one(&ids[1]), &client).await.unwrap();
    assert_eq!(
        world.workspace.reject(&one(&ids[0])).unwrap(),
        [(ids[0].clone(), Rejected)]
    );
    assert_eq!(client.text(&world.uri("a.txt")), "one\ntwo\nthree\nfour\nFIVE\n");
    assert!(world.open().is_empty());
    assert_eq!(
        world.workspace.keep(&one(&ids[0]), &client).await,
        Err(ReviewError::Unknown(ids[0].clone()))
    );
    assert_eq!(world.workspace.keep(&all(), &client).await, Err(ReviewError::Nothing));
}

#[tokio::test(start_paused = true)]
async fn several_hunks_are_one_decision() {
    let (world, client) = world(TEXT, Sync::AsSent);
    let uri = world.uri("a.txt");
    world.propose("s", "a.txt", "ONE\ntwo\nTHREE\nfour\nFIVE\n").unwrap();
    let [first, second, third] = world.ids().try_into().unwrap();
    let ends = these(&[&third, &first]);

    let kept = world.workspace.keep(&ends, &client).await.unwrap();
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert_eq!(client.text(&uri), "ONE\ntwo\nthree\nfour\nFIVE\n");
    assert_eq!(client.received.lock().unwrap().len(), 1, "one edit");
    world.workspace.undo(&client).await.unwrap();
    assert_eq!(client.text(&uri), TEXT, "one undo");
    assert_eq!(world.open().len(), 3);

    let rejected = world.workspace.reject(&these(&[&first, &second])).unwrap();
    assert_eq!(rejected, [(first.clone(), Rejected), (second.clone(), Rejected)]);
    world.workspace.undo(&client).await.unwrap();
    assert_eq!(world.open().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn of_several_hunks_those_that_cannot_be_kept_are_told_and_stay() {
    let (world, client) = world(TEXT, Sync::AsSent);
    let uri = world.uri("a.txt");
    world.propose("s", "a.txt", "ONE\ntwo\nTHREE\nfour\nFIVE\n").unwrap();
    let [first, second, third] = world.ids().try_into().unwrap();
    client.type_at(&uri, 8..13, "mine");
    let gone = base::HunkId::from("hnk_gone");

    let mut kept = world
        .workspace
        .keep(&these(&[&first, &second, &third, &gone]), &client)
        .await
        .unwrap();
    kept.sort_by_key(|(_, state)| *state != Kept);
    let states: Vec<_> = kept.iter().map(|(_, state)| *state).collect();
    assert_eq!(states, [Kept, Kept, Conflict, Superseded]);
    assert_eq!((&kept[2].0, &kept[3].0), (&second, &gone));
    assert_eq!(client.text(&uri), "ONE\ntwo\nmine\nfour\nFIVE\n");
    assert_eq!(world.open(), [(Conflict, "three\n".into(), "THREE\n".into())]);

    let none = world.workspace.keep(&these(&[&gone, &second]), &client).await;
    assert!(
        matches!(&none, Err(ReviewError::State { hunk, .. }) if *hunk == second),
        "{none:?}"
    );
    assert_eq!(
        world.workspace.keep(&these(&[]), &client).await,
        Err(ReviewError::Nothing),
        "no hunks are not all hunks"
    );
    assert_eq!(world.workspace.reject(&these(&[])), Err(ReviewError::Nothing));
    world.workspace.undo(&client).await.unwrap();
    assert_eq!(client.text(&uri), "one\ntwo\nmine\nfour\nfive\n");
}

#[tokio::test(start_paused = true)]
async fn typing_elsewhere_moves_a_hunk_and_tells_nobody() {
    let (world, client) = world(TEXT, Sync::AsSent);
    let uri = world.uri("a.txt");
    world.edit("s", "a.txt", "four", "FOUR").unwrap();
    world.told.lock().unwrap().clear();
    client.type_at(&uri, 0..0, "zero\n");
    client.type_at(&uri, 0..0, "x");
    assert!(world.told.lock().unwrap().is_empty());
    world.workspace.keep(&all(), &client).await.unwrap();
    assert_eq!(client.text(&uri), "xzero\none\ntwo\nthree\nFOUR\nfive\n");
}

#[tokio::test(start_paused = true)]
async fn typing_at_the_place_conflicts_and_heals() {
    let (world, client) = world(TEXT, Sync::AsSent);
    let uri = world.uri("a.txt");
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    client.type_at(&uri, 4..7, "zwei");
    assert_eq!(world.open(), [(Conflict, "two\n".into(), "TWO\n".into())]);
    let id = world.ids().remove(0);
    assert!(matches!(
        world.workspace.keep(&one(&id), &client).await,
        Err(ReviewError::State { state: Conflict, .. })
    ));
    assert_eq!(world.workspace.keep(&all(), &client).await, Err(ReviewError::Nothing));
    assert_eq!(world.seen("s", "a.txt").unwrap(), "one\nzwei\nthree\nfour\nfive\n");
    client.type_at(&uri, 4..8, "two");
    assert_eq!(world.states(), [Pending]);
    client.type_at(&uri, 4..7, "TWO");
    assert!(world.open().is_empty(), "typed by hand, it is kept");
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_not_believed() {
    let (world, client) = world(TEXT, Sync::AsSent);
    let uri = world.uri("a.txt");
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    client.manner(Manner::Ignores);
    assert!(matches!(
        world.workspace.keep(&all(), &client).await,
        Err(ReviewError::Unproved(_))
    ));
    client.manner(Manner::Refuses);
    assert_eq!(
        world.workspace.keep(&all(), &client).await,
        Err(ReviewError::Refused("the user said no".into()))
    );
    assert_eq!(world.states(), [Pending]);
    assert!(
        world
            .told
            .lock()
            .unwrap()
            .iter()
            .any(|change| matches!(change.news, ReviewNews::Notice(_)))
    );
    client.manner(Manner::RefusesYetApplies);
    assert!(world.workspace.keep(&all(), &client).await.is_ok());
    assert_eq!(client.text(&uri), "one\nTWO\nthree\nfour\nfive\n");
    assert!(world.open().is_empty());
}

#[tokio::test(start_paused = true)]
async fn typing_in_the_same_report_is_no_obstacle() {
    for sync in [Sync::AsSent, Sync::OneByOne, Sync::Minimal, Sync::WholeDocument] {
        for (old, new) in [
            ("three\n", "THREE\n"),
            ("three\n", ""),
            ("three\n", "three\nmore\n"),
            ("three\n", "new\nthree\n"),
        ] {
            let (world, client) = world(TEXT, sync);
            let uri = world.uri("a.txt");
            world.edit("s", "a.txt", old, new).unwrap();
            client.manner(Manner::Typing {
                before: (0, "typed ".into()),
                after: (20, "typed ".into()),
            });
            let kept = world.workspace.keep(&all(), &client).await;
            assert!(kept.is_ok(), "{sync:?} {new:?} {kept:?} {:?}", client.text(&uri));
            assert!(world.open().is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_slid_along_repeated_lines_is_recognised() {
    let text = "a\nb\nb\nb\nc\n";
    for sync in [Sync::AsSent, Sync::Minimal, Sync::WholeDocument] {
        let (world, client) = world(text, sync);
        world.propose("s", "a.txt", "a\nb\nb\nb\nb\nc\n").unwrap();
        world.workspace.keep(&all(), &client).await.unwrap();
        assert!(world.open().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_formatter_may_run_on_apply() {
    let (world, client) = world(TEXT, Sync::WholeDocument);
    world.edit("s", "a.txt", "two", "TWO  \nTWO AND A HALF ").unwrap();
    client.manner(Manner::Formats);
    world.workspace.keep(&all(), &client).await.unwrap();
    assert!(world.open().is_empty());
}

#[tokio::test(start_paused = true)]
async fn half_an_insertion_is_not_inserted_again() {
    let (world, client) = world(TEXT, Sync::AsSent);
    world
        .edit("s", "a.txt", "three\n", "three\nalpha\nbeta\ngamma\n")
        .unwrap();
    client.manner(Manner::AppliesHalf);
    assert!(world.workspace.keep(&all(), &client).await.is_err());
    assert_eq!(world.states(), [Conflict]);
}

#[tokio::test(start_paused = true)]
async fn keep_and_reject_are_undone_in_order() {
    let (world, client) = world(TEXT, Sync::Minimal);
    let uri = world.uri("a.txt");
    world.propose("s", "a.txt", "ONE\ntwo\nthree\nfour\nFIVE\n").unwrap();
    let ids = world.ids();
    world.workspace.keep(&one(&ids[0]), &client).await.unwrap();
    world.workspace.reject(&one(&ids[1])).unwrap();
    client.type_at(&uri, 8..8, "typed\n");
    assert_eq!(
        world.workspace.undo(&client).await.unwrap(),
        [(ids[1].clone(), Pending)]
    );
    assert_eq!(
        world.workspace.undo(&client).await.unwrap(),
        [(ids[0].clone(), Pending)]
    );
    assert_eq!(client.text(&uri), "one\ntwo\ntyped\nthree\nfour\nfive\n");
    assert_eq!(world.workspace.undo(&client).await, Err(ReviewError::NothingToUndo));
    world.workspace.keep(&all(), &client).await.unwrap();
    assert_eq!(client.text(&uri), "ONE\ntwo\ntyped\nthree\nfour\nFIVE\n");
}

#[tokio::test(start_paused = true)]
async fn undo_never_takes_back_what_was_typed() {
    let (world, client) = world(TEXT, Sync::AsSent);
    let uri = world.uri("a.txt");
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    world.workspace.keep(&all(), &client).await.unwrap();
    client.type_at(&uri, 4..7, "mine");
    assert!(matches!(
        world.workspace.undo(&client).await,
        Err(ReviewError::CannotUndo(_))
    ));
    assert_eq!(client.text(&uri), "one\nmine\nthree\nfour\nfive\n");
}

#[tokio::test(start_paused = true)]
async fn bulk_keep_skips_what_the_user_has_not_seen() {
    let (world, client) = world(TEXT, Sync::AsSent);
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    let rev = world.workspace.reviews(text::PositionEncoding::Utf8)[0].rev;
    world.edit("s", "a.txt", "five", "FIVE").unwrap();
    let kept = world
        .workspace
        .keep(
            &Selection {
                rev: Some(rev),
                ..all()
            },
            &client,
        )
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(world.open(), [(Pending, "five\n".into(), "FIVE\n".into())]);
    assert_eq!(client.received.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_newer_edit_of_the_same_place_supersedes() {
    let (world, _client) = world(TEXT, Sync::AsSent);
    world.propose("s", "a.txt", "ONE\ntwo\nthree\nfour\nFIVE\n").unwrap();
    let before = world.ids();
    world.edit("s", "a.txt", "FIVE", "fünf").unwrap();
    let after = world.ids();
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
    assert_eq!(world.seen("s", "a.txt").unwrap(), "ONE\ntwo\nthree\nfour\nfünf\n");
    let staged = world.edit("s", "a.txt", "ONE", "one").unwrap();
    assert!(staged.hunks.is_empty());
    assert_eq!(world.open(), [(Pending, "five\n".into(), "fünf\n".into())]);
    assert!(matches!(
        world.propose("s", "a.txt", "one\ntwo\nthree\nfour\nfünf\n"),
        Err(StageError::Nothing { .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn two_sessions_propose_for_one_file() {
    let (world, client) = world(TEXT, Sync::Minimal);
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    world.edit("t", "a.txt", "four", "FOUR").unwrap();
    world.edit("t", "a.txt", "two", "zwei").unwrap();
    let kept = world.workspace.keep(&all(), &client).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(client.text(&world.uri("a.txt")), "one\nTWO\nthree\nFOUR\nfive\n");
    assert_eq!(world.open(), [(Conflict, "two\n".into(), "zwei\n".into())]);
}

#[tokio::test(start_paused = true)]
async fn one_hunk_is_kept_once_however_often_it_is_asked_for() {
    let (world, client) = world(TEXT, Sync::AsSent);
    world.edit("s", "a.txt", "two\n", "two\nmore\n").unwrap();
    let id = world.ids().remove(0);
    let (selection, again) = (one(&id), one(&id));
    let (first, second) = futures::join!(
        world.workspace.keep(&selection, &client),
        world.workspace.keep(&again, &client)
    );
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(client.text(&world.uri("a.txt")), "one\ntwo\nmore\nthree\nfour\nfive\n");
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_an_older_view_is_carried_over_or_refused() {
    let (world, client) = world(TEXT, Sync::AsSent);
    let uri = world.uri("a.txt");
    let path = world.path("a.txt");
    let stage = |range: std::ops::Range<usize>, typed: &dyn Fn()| {
        let view = world.workspace.read(&"s".into(), &path).unwrap();
        typed();
        let edits = vec![text::Edit {
            range,
            text: "FIVE".into(),
        }];
        let change = workspace::FileChange::Edit {
            path: path.clone(),
            base_hash: view.hash,
            edits,
        };
        let grant = world.grant(&path, permissions::WriteKind::Modify);
        world.workspace.stage(&origin("s"), &grant, change)
    };
    stage(19..23, &|| client.type_at(&uri, 0..0, "zero\n")).unwrap();
    assert_eq!(world.seen("s", "a.txt").unwrap(), "zero\none\ntwo\nthree\nfour\nFIVE\n");
    let stale = stage(5..8, &|| client.type_at(&uri, 5..8, "uno"));
    assert!(matches!(stale, Err(StageError::Stale { .. })), "{stale:?}");
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_stops_everything() {
    let (world, client) = world(TEXT, Sync::AsSent);
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    *world.journal.is_full.lock().unwrap() = true;
    assert!(matches!(
        world.edit("s", "a.txt", "five", "FIVE"),
        Err(StageError::Journal(_))
    ));
    assert!(matches!(
        world.workspace.keep(&all(), &client).await,
        Err(ReviewError::Journal(_))
    ));
    assert!(client.received.lock().unwrap().is_empty());
    assert_eq!(world.open(), [(Pending, "two\n".into(), "TWO\n".into())]);
}

/// Saved with what was kept, then that was taken back and a line beside it deleted, and the buffer thrown away: the disk
/// has the change.
#[tokio::test(start_paused = true)]
async fn a_change_that_comes_back_from_the_disk_with_its_neighbour_is_not_made_twice() {
    for deleted in [8..10, 7..9] {
        let (world, client) = world("x\na\n", Sync::AsSent);
        let uri = world.uri("a.txt");
        world.propose("s", "a.txt", "x\n# new\na\n").unwrap();
        world.workspace.keep(&all(), &client).await.unwrap();
        world.file("a.txt", client.text(&uri));
        client.type_at(&uri, deleted.clone(), "");
        world.workspace.undo(&client).await.unwrap();
        assert_eq!(client.text(&uri), "x\n", "{deleted:?}");
        client.buffers.lock().unwrap().remove(&uri);
        world.workspace.close(&uri).unwrap();
        // There is nothing left to keep, or it is refused.
        let _ = world.workspace.keep(&all(), &client).await;
        assert_eq!(world.disk("a.txt"), b"x\n# new\na\n", "{deleted:?}");
    }
}
