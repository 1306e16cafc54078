//! What a client with a plugin of ours is shown while the model still writes, and what nobody is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use e2e::{Answer, Client, Driver, Options, Scene, hunks, request};
use serde_json::{Value, json};

const TEXT: &[u8] = b"one\ntwo\nthree\n";

/// How long the server may take to draw before the model writes on.
const WHILE: Duration = Duration::from_millis(100);

/// The hunks as `singletree/review` has told of them.
#[derive(Default)]
struct Overlay {
    rev: u64,
    hunks: BTreeMap<String, Value>,
    /// The states that each hunk was told in, by file and id.
    states: Vec<(String, String)>,
}

impl Overlay {
    fn take(&mut self, params: &Value) {
        let rev = params["rev"].as_u64().unwrap_or_default();
        assert!(rev > self.rev, "the review's rev grows: {} then {params}", self.rev);
        self.rev = rev;
        for id in params["removed"].as_array().into_iter().flatten() {
            self.hunks.remove(id.as_str().unwrap_or_default());
        }
        for file in params["files"].as_array().into_iter().flatten() {
            for hunk in file["hunks"].as_array().into_iter().flatten() {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let mut hunk = hunk.clone();
                hunk["uri"] = file["uri"].clone();
                self.states.push((text(&file["uri"]), text(&hunk["state"])));
                self.hunks.insert(text(&hunk["id"]), hunk);
            }
        }
    }

    /// The one hunk of a file in this state.
    fn hunk(&self, uri: &str, state: &str) -> Option<&Value> {
        let mut found = self
            .hunks
            .values()
            .filter(|hunk| hunk["uri"] == uri && hunk["state"] == state);
        found.next().filter(|_| found.next().is_none())
    }
}

/// A model that a test drives, and an editor that draws.
struct Play {
    scene: Scene,
    driver: Option<Driver>,
    overlay: RefCell<Overlay>,
    turn: Value,
}

impl Play {
    fn new(files: &[(&str, &[u8])], options: Options) -> anyhow::Result<Self> {
        let (driver, answer) = Driver::new();
        let mut scene = Scene::new(files, vec![answer, Answer::Text("done".into())], options)?;
        for (name, _) in files {
            scene.open(name)?;
        }
        let turn = scene.client.execute("singletree.run", request())?["turnId"].clone();
        Ok(Self {
            scene,
            driver: Some(driver),
            overlay: RefCell::default(),
            turn,
        })
    }

    fn uri(&self, name: &str) -> String {
        self.scene.project.uri(name)
    }

    fn driver(&self) -> anyhow::Result<&Driver> {
        self.driver.as_ref().context("the answer is not over")
    }

    /// The model begins an edit that replaces `old`.
    fn begin(&self, index: usize, path: &str, old: &str) -> anyhow::Result<()> {
        self.driver()?.begin(index, "edit")?;
        let (path, old) = (json!(path), json!(old));
        let head = format!("{{\"path\": {path}, \"old_text\": {old}, \"new_text\": \"");
        // In small pieces, as vendors send them.
        let pieces: Vec<char> = head.chars().collect();
        pieces
            .chunks(5)
            .try_for_each(|piece| self.driver()?.write(index, &piece.iter().collect::<String>()))
    }

    /// Lets the model write lines until the overlay is as wanted: what comes too soon after a drawing is drawn with the
    /// line after it.
    fn write_until(&mut self, index: usize, is_it: impl Fn(&Overlay) -> bool) -> anyhow::Result<()> {
        for line in 0..100 {
            self.driver()?.write(index, &format!("line {line}\\n"))?;
            if self.hears(WHILE, &is_it) {
                return Ok(());
            }
        }
        anyhow::bail!("it was never drawn: {:?}", self.overlay.borrow().hunks);
    }

    fn hears(&mut self, patience: Duration, is_it: &dyn Fn(&Overlay) -> bool) -> bool {
        let usual = std::mem::replace(&mut self.scene.client.patience, patience);
        let overlay = &self.overlay;
        let heard = self.scene.client.wait_for("singletree/review", |params| {
            overlay.borrow_mut().take(params);
            is_it(&overlay.borrow())
        });
        self.scene.client.patience = usual;
        heard.is_ok()
    }

    fn must_hear(&mut self, is_it: impl Fn(&Overlay) -> bool) -> anyhow::Result<()> {
        let heard = self.hears(e2e::TIMEOUT, &is_it);
        ensure!(heard, "it never came: {:?}", self.overlay.borrow().hunks);
        Ok(())
    }

    fn end(&mut self) -> anyhow::Result<()> {
        self.driver.take().context("the answer is not over")?.end()
    }

    fn streaming(&self, name: &str) -> Option<Value> {
        self.overlay.borrow().hunk(&self.uri(name), "streaming").cloned()
    }
}

#[test]
fn a_change_grows_follows_typing_and_becomes_pending() -> anyhow::Result<()> {
    let mut play = Play::new(&[("a.txt", TEXT)], Options::default())?;
    let uri = play.uri("a.txt");
    play.begin(0, "a.txt", "two\n")?;
    play.write_until(0, |overlay| overlay.hunk(&uri, "streaming").is_some())?;
    let first = play.streaming("a.txt").context("drawn")?;
    assert_eq!(
        (&first["oldText"], &first["range"]["start"]["line"]),
        (&json!("two\n"), &json!(1))
    );

    let client = &mut play.scene.client;
    client.type_at(&uri, 0..0, "zero\n")?;
    let length = |hunk: &Value| hunk["newText"].as_str().unwrap_or_default().len();
    play.write_until(0, |overlay| {
        overlay
            .hunk(&uri, "streaming")
            .is_some_and(|hunk| length(hunk) > length(&first))
    })?;
    let grown = play.streaming("a.txt").context("drawn")?;
    assert_eq!(
        (&grown["id"], &grown["range"]["start"]["line"]),
        (&first["id"], &json!(2))
    );
    let begins = first["newText"].as_str().context("text")?;
    assert!(grown["newText"].as_str().is_some_and(|text| text.starts_with(begins)));

    // It is nobody's to decide on, and all that is drawn.
    let client = &mut play.scene.client;
    for command in ["singletree.review.keep", "singletree.review.reject"] {
        let params = json!({"command": command, "arguments": [{"hunkId": first["id"]}]});
        let refused = client.request_raw("workspace/executeCommand", params)?;
        assert_eq!(refused["error"]["data"]["cause"], "hunk-state", "{refused}");
        assert!(
            refused["error"]["message"].to_string().contains("still writing"),
            "{refused}"
        );
    }
    assert_eq!(client.hunks(&["streaming"])?.len(), 1);
    assert_eq!(client.text(&uri), "zero\none\ntwo\nthree\n");

    play.driver()?.write(0, "end\\n\"}")?;
    play.end()?;
    play.must_hear(|overlay| overlay.hunk(&uri, "pending").is_some())?;
    let overlay = play.overlay.borrow();
    assert_eq!(overlay.hunks.len(), 1, "the old one is gone: {:?}", overlay.hunks);
    let pending = overlay.hunk(&uri, "pending").context("pending")?;
    assert_ne!(pending["id"], first["id"]);
    assert!(pending["newText"].as_str().is_some_and(|text| text.ends_with("end\n")));
    Ok(())
}

#[test]
fn what_the_user_types_over_goes_and_comes_back_with_the_text() -> anyhow::Result<()> {
    let mut play = Play::new(&[("a.txt", TEXT)], Options::default())?;
    let uri = play.uri("a.txt");
    play.begin(0, "a.txt", "two\n")?;
    play.write_until(0, |overlay| overlay.hunk(&uri, "streaming").is_some())?;
    play.scene.client.type_at(&uri, 5..5, "x")?;
    play.must_hear(|overlay| overlay.hunks.is_empty())?;
    play.scene.client.type_at(&uri, 5..6, "")?;
    play.write_until(0, |overlay| overlay.hunk(&uri, "streaming").is_some())
}

#[test]
fn a_stopped_turn_takes_what_was_drawn_away() -> anyhow::Result<()> {
    let mut play = Play::new(&[("a.txt", TEXT)], Options::default())?;
    let uri = play.uri("a.txt");
    play.begin(0, "a.txt", "two\n")?;
    play.write_until(0, |overlay| overlay.hunk(&uri, "streaming").is_some())?;
    let turn = play.turn.clone();
    play.scene.client.execute("singletree.stop", json!({"turnId": turn}))?;
    play.must_hear(|overlay| overlay.hunks.is_empty())?;
    let ended = play
        .scene
        .client
        .wait_for("singletree/turn", |params| params["state"] != "running")?;
    assert_eq!(ended["state"], "stopped");
    assert_eq!(play.scene.client.state()?, json!({"reviews": []}));
    Ok(())
}

#[test]
fn two_files_of_one_answer_and_nothing_of_a_protected_one() -> anyhow::Result<()> {
    let files: [(&str, &[u8]); 3] = [("a.txt", TEXT), ("b.txt", TEXT), (".env", b"KEY=secret\n")];
    let mut play = Play::new(&files, Options::default())?;
    let (a, b, secret) = (play.uri("a.txt"), play.uri("b.txt"), play.uri(".env"));
    play.begin(0, "a.txt", "two\n")?;
    play.write_until(0, |overlay| overlay.hunk(&a, "streaming").is_some())?;
    play.begin(1, ".env", "KEY=secret\n")?;
    play.driver()?.write(1, "KEY=other\\n")?;
    play.begin(2, "b.txt", "one\n")?;
    play.write_until(2, |overlay| {
        overlay.hunk(&a, "streaming").is_some() && overlay.hunk(&b, "streaming").is_some()
    })?;
    for index in 0..3 {
        play.driver()?.write(index, "last\\n\"}")?;
    }
    play.end()?;
    // The call on the protected file waits for an answer, and the one behind it for that: what it will do stays to be
    // seen.
    play.must_hear(|overlay| overlay.hunk(&a, "pending").is_some() && overlay.hunk(&b, "streaming").is_some())?;
    play.scene.client.execute("singletree.stop", json!({}))?;
    play.must_hear(|overlay| overlay.hunk(&b, "streaming").is_none())?;
    let overlay = play.overlay.borrow();
    assert!(
        overlay.states.iter().all(|(uri, _)| *uri != secret),
        "{:?}",
        overlay.states
    );
    Ok(())
}

#[test]
fn kill_9_leaves_nothing_of_it() -> anyhow::Result<()> {
    let mut play = Play::new(&[("a.txt", TEXT)], Options::default())?;
    let uri = play.uri("a.txt");
    play.begin(0, "a.txt", "two\n")?;
    play.write_until(0, |overlay| overlay.hunk(&uri, "streaming").is_some())?;
    let Play { scene, .. } = play;
    let Scene { project, client, .. } = scene;
    client.kill()?;
    let mut client = Client::start(&project.home(), project.root(), Options::default())?;
    client.open(&uri, "plaintext", "one\ntwo\nthree\n")?;
    assert_eq!(client.state()?, json!({"reviews": []}));
    assert_eq!(project.read("a.txt"), TEXT);
    Ok(())
}

#[test]
fn a_plain_client_sees_nothing_before_it_can_decide() -> anyhow::Result<()> {
    let options = Options {
        initialization: Value::Null,
        ..Options::default()
    };
    let mut play = Play::new(&[("a.txt", TEXT)], options)?;
    let uri = play.uri("a.txt");
    play.begin(0, "a.txt", "two\n")?;
    for line in 0..30 {
        play.driver()?.write(0, &format!("line {line}\\n"))?;
        let client = &mut play.scene.client;
        assert_eq!(client.state()?, json!({"reviews": []}));
        let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}))?;
        assert_eq!(lenses, json!([]));
    }
    play.driver()?.write(0, "\"}")?;
    play.end()?;
    // The first that it hears of is the hunk that it can decide on.
    let hints = play
        .scene
        .client
        .wait_for("textDocument/publishDiagnostics", |_| true)?;
    assert_eq!(hints["diagnostics"].as_array().map(Vec::len), Some(1), "{hints}");
    let state = play.scene.client.state()?;
    assert_eq!(hunks(&state, &["pending"]).len(), 1, "{state}");
    Ok(())
}
