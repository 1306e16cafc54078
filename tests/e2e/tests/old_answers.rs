//! What the server writes for an editor to open is not there for ever.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, ensure};
use e2e::{Answer, Client, Options, Scene, TIMEOUT, call};
use serde_json::json;

/// Waits until there is no such file.
fn until_gone(path: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    while path.exists() {
        ensure!(Instant::now() < deadline, "{} is there still", path.display());
        std::thread::yield_now();
    }
    Ok(())
}

/// As if nobody had touched it for a month.
fn forgotten(path: &Path) -> anyhow::Result<()> {
    let then = SystemTime::now() - Duration::from_secs(30 * 24 * 60 * 60);
    let file = File::options().append(true).create(true).open(path)?;
    Ok(file.set_times(FileTimes::new().set_accessed(then).set_modified(then))?)
}

fn show(client: &mut Client) -> anyhow::Result<PathBuf> {
    let shown = client.execute("singletree.review.show", json!({}))?;
    let uri = shown["uri"].as_str().context("the diff's uri")?;
    Ok(uri.strip_prefix("file://").context("a file")?.into())
}

#[test]
fn old_answers_go_and_what_was_just_opened_stays() -> anyhow::Result<()> {
    let edit = call("edit", json!({"path": "a.txt", "old_text": "one", "new_text": "ONE"}));
    let answers = vec![Answer::Calls(vec![edit]), Answer::Text("done".into())];
    let mut scene = Scene::new(&[("a.txt", b"one\n")], answers, Options::default())?;
    scene.open("a.txt")?;
    scene.proposed()?;

    let diff = show(&mut scene.client)?;
    let folder = diff.parent().context("a folder")?;
    let (old, notes) = (folder.join("trn_old.md"), folder.join("notes.md"));
    for path in [&diff, &old, &notes] {
        forgotten(path)?;
    }
    assert_eq!(show(&mut scene.client)?, diff, "the same diff is the same file");
    until_gone(&old)?;
    assert!(diff.exists(), "it was opened just now");

    // A server that starts, too: it leaves alone what another one has just opened.
    forgotten(&old)?;
    let other = scene.another_client(Options::default())?;
    until_gone(&old)?;
    assert!(diff.exists() && notes.exists());
    other.shutdown()?;
    Ok(())
}
