//! Two processes, one session: an editor, a chat or a turn in a shell owns it, and the others attach.
#![cfg(unix)]

#[path = "attach/talker.rs"]
mod talker;

use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::Context;
use e2e::{Answer, Client, ModelServer, Options, Project, Scene, call, request, run};
use serde_json::{Value, json};
use talker::Talker;

const FILES: [(&str, &[u8]); 2] = [("a.txt", b"one\ntwo\n"), (".env", b"KEY=hunter2\n")];

fn edit(old: &str, new: &str) -> Answer {
    let arguments = json!({"path": "a.txt", "old_text": old, "new_text": new});
    Answer::Calls(vec![call("edit", arguments)])
}

fn say(words: &str) -> Answer {
    Answer::Text(words.to_owned())
}

/// An editor with a session that has a turn behind it.
fn scene(answers: Vec<Answer>) -> anyhow::Result<Scene> {
    let answers = [vec![say("Hello from the editor.")], answers].concat();
    let mut scene = Scene::new(&FILES, answers, Options::default())?;
    scene.open("a.txt")?;
    scene.ask()?;
    Ok(scene)
}

fn chat(project: &Project, model: &ModelServer) -> anyhow::Result<Talker> {
    Talker::start(&project.home(), project.root(), &model.env())
}

/// A chat that has attached to the session of the editor.
fn attached(scene: &Scene) -> anyhow::Result<Talker> {
    let mut chat = chat(&scene.project, &scene.model)?;
    chat.say(":resume last")?;
    chat.hear(&format!("attached to an editor, process {}, ", scene.client.pid()))?;
    Ok(chat)
}

/// A request in the session that the editor has.
fn in_session(scene: &mut Scene) -> anyhow::Result<Value> {
    let listed = run(
        &scene.project.home(),
        scene.project.root(),
        &[],
        &["sessions", "list", "--json"],
    )?;
    let listed: Value = serde_json::from_slice(&listed.stdout)?;
    let mut request = request();
    request["sessionId"] = listed[0]["id"].clone();
    Ok(request)
}

/// What the processes of the workspace have written down about where they listen.
fn addresses(home: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let workspaces = std::fs::read_dir(home.join("state/workspaces"))?;
    let mut addresses = Vec::new();
    for workspace in workspaces {
        let folder = workspace?.path().join("attach");
        addresses.extend(
            std::fs::read_dir(folder)?
                .map(|entry| Ok(entry?.path()))
                .collect::<anyhow::Result<Vec<_>>>()?,
        );
    }
    addresses.sort();
    Ok(addresses)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_chat_works_in_the_session_of_an_editor() -> anyhow::Result<()> {
    let mut scene = scene(vec![edit("one", "ONE"), say("Changed."), say("Live words.")])?;
    let mut chat = attached(&scene)?;

    chat.say("change it")?;
    chat.hear("Changed.")?;
    chat.hear("1 proposed")?;
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["text"] == "Changed.")?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1, "the editor has the hunk");
    let asked = scene.model.requests().last().context("a request")?.to_string();
    assert!(
        asked.contains("Hello from the editor.") && asked.contains("change it"),
        "{asked}"
    );

    // What the chat keeps goes into the editor's buffer, and by it alone.
    chat.say(":diff")?;
    chat.hear("+ ONE")?;
    chat.say(":keep")?;
    scene.client.wait_for_request("workspace/applyEdit")?;
    chat.hear("kept 1")?;
    assert_eq!(scene.client.text(&scene.project.uri("a.txt")), "ONE\ntwo\n");
    assert_eq!(scene.project.read("a.txt"), b"one\ntwo\n");

    // A turn that the editor begins is seen in the chat.
    let request = in_session(&mut scene)?;
    scene.client.run_turn(request)?;
    chat.hear("a turn runs: ")?;
    chat.hear("Live words.")?;
    assert_eq!(chat.leave()?, Some(0));
    assert_eq!(scene.client.shutdown()?, Some(0));
    assert_eq!(
        addresses(&scene.project.home())?,
        Vec::<PathBuf>::new(),
        "nothing is left behind"
    );
    Ok(())
}

#[test]
fn a_question_is_answered_in_either_front() -> anyhow::Result<()> {
    let read = || Answer::Calls(vec![call("read", json!({"path": ".env"}))]);
    let mut scene = scene(vec![read(), say("First."), read(), say("Second.")])?;
    let mut chat = attached(&scene)?;
    let request = in_session(&mut scene)?;

    scene.client.execute("singletree.run", request.clone())?;
    chat.hear("? agent wants to read `")?;
    chat.say("y")?;
    chat.hear("First.")?;
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["text"] == "First.")?;
    assert!(
        scene.model.tool_results()[0].contains("hunter2"),
        "the yes reached the owner"
    );

    scene.client.choices = ["Reject"].into();
    scene.client.execute("singletree.run", request)?;
    chat.hear("? agent wants to read `")?;
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["text"] == "Second.")?;
    chat.hear("(that question is closed)")?;
    chat.hear("Second.")?;
    assert_eq!(chat.leave()?, Some(0));
    Ok(())
}

#[test]
fn a_chat_takes_over_when_the_editor_is_killed() -> anyhow::Result<()> {
    let Scene { project, model, client } = {
        let mut scene = scene(vec![say("Before."), Answer::Silence, say("After.")])?;
        scene.ask()?;
        scene
    };
    let scene = Scene { project, model, client };
    let mut chat = attached(&scene)?;
    chat.say("a question that nobody answers")?;
    scene.model.wait_for_requests(3)?;
    let Scene { project, model, client } = scene;
    let pid = client.pid();
    client.kill()?;
    chat.hear(&format!("(an editor, process {pid}, has gone;"))?;

    chat.say("and now?")?;
    chat.hear("After.")?;
    let asked = model.requests().last().context("a request")?.to_string();
    for said in ["Before.", "a question that nobody answers", "and now?"] {
        assert!(asked.contains(said), "{said}: {asked}");
    }
    // The next process sweeps what the killed one left, and attaches to the chat.
    let mut third = self::chat(&project, &model)?;
    third.say(":resume last")?;
    third.hear(&format!("attached to `singletree chat`, process {}, ", chat.pid()))?;
    let left = addresses(&project.home())?;
    assert_eq!(left.len(), 4, "two sockets and two addresses: {left:?}");
    assert!(
        left.iter()
            .all(|path| !path.display().to_string().contains(&format!("/{pid}."))),
        "{left:?}"
    );

    // Chats side by side see the same.
    third.say("to both")?;
    for chat in [&mut chat, &mut third] {
        chat.hear("done")?;
    }
    assert_eq!(chat.leave()?, Some(0));
    third.hear("has gone;")?;
    third.say("alone")?;
    third.hear("done")?;
    assert_eq!(third.leave()?, Some(0));
    Ok(())
}

#[test]
fn run_goes_on_with_the_session_of_an_editor() -> anyhow::Result<()> {
    let mut scene = scene(vec![
        edit("one", "ONE"),
        say("Changed."),
        edit("two", "TWO"),
        say("Kept."),
    ])?;
    let shell = |args: &[&str]| run(&scene.project.home(), scene.project.root(), &scene.model.env(), args);
    let output = shell(&["run", "--session", "last", "change it"])?;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let attached = format!("attached to an editor, process {}", scene.client.pid());
    assert!(
        stderr(&output).contains(&attached) && stderr(&output).contains("Changed."),
        "{output:?}"
    );
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("+ONE"),
        "a patch: {output:?}"
    );
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["text"] == "Changed.")?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1);

    // An option of one turn cannot be given to another that runs.
    scene.model.allow(3);
    let request = in_session(&mut scene)?;
    scene.client.execute("singletree.run", request)?;
    scene.model.wait_for_requests(4)?;
    scene.project.write("s.json", b"{\"type\": \"object\"}")?;
    let shell = |args: &[&str]| run(&scene.project.home(), scene.project.root(), &scene.model.env(), args);
    let refused = shell(&["run", "--session", "last", "as JSON", "--schema", "s.json"])?;
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("is busy with turn"), "{refused:?}");

    // Words are told to the turn that runs, and its end is theirs.
    let mut told = Talker::run(
        &scene.project.home(),
        scene.project.root(),
        &scene.model.env(),
        &["run", "--session", "last", "louder", "--json"],
    )?;
    told.hear("hears it at its next step")?;
    scene.model.allow(usize::MAX);
    told.hear("turn.completed")?;
    assert_eq!(told.ended()?, Some(0));
    let asked = scene.model.requests().last().context("a request")?.to_string();
    assert!(asked.contains("louder"), "{asked}");
    Ok(())
}

#[test]
fn a_chat_stops_the_turn_of_a_shell_and_is_told_when_its_process_goes() -> anyhow::Result<()> {
    let project = Project::new(&FILES)?;
    let model = ModelServer::start(vec![say("Hello."), Answer::Silence, Answer::Silence])?;
    let shell = |args: &[&str]| Talker::run(&project.home(), project.root(), &model.env(), args);
    let mut first = shell(&["run", "hello"])?;
    first.ended()?;
    let mut owner = shell(&["run", "--session", "last", "a long task"])?;
    model.wait_for_requests(2)?;
    let mut chat = self::chat(&project, &model)?;
    chat.say(":resume last")?;
    chat.hear(&format!("attached to `singletree run`, process {}, ", owner.pid()))?;
    chat.hear("a turn runs: ")?;
    chat.interrupt()?;
    chat.hear("what should it do instead?")?;
    chat.interrupt()?;
    chat.hear("(stopped)")?;
    chat.hear("has gone;")?;
    assert_eq!(owner.ended()?, Some(130));

    // The other way round: the shell waits for a turn that dies with its process.
    chat.say("again")?;
    model.wait_for_requests(3)?;
    let mut told = shell(&["run", "--session", "last", "faster"])?;
    told.hear("hears it at its next step")?;
    chat.kill()?;
    told.hear("has gone in the middle of the turn")?;
    assert_eq!(told.ended()?, Some(1));
    Ok(())
}

#[test]
fn without_an_address_a_session_is_read_only() -> anyhow::Result<()> {
    let scene = scene(Vec::new())?;
    for address in addresses(&scene.project.home())? {
        std::fs::remove_file(address)?;
    }
    let mut chat = self::chat(&scene.project, &scene.model)?;
    chat.say(":resume last")?;
    chat.hear("Hello from the editor.")?;
    chat.hear(&format!(
        "it can only be read: process {} has it open",
        scene.client.pid()
    ))?;
    chat.say("go on")?;
    chat.hear("can only be read")?;
    chat.say(":fork")?;
    chat.hear("(a copy of ")?;
    chat.say("go on")?;
    chat.hear("done")?;
    assert_eq!(scene.model.requests().len(), 2, "only the copy was gone on with");
    let refused = run(
        &scene.project.home(),
        scene.project.root(),
        &scene.model.env(),
        &["sessions", "resume", &in_last(&scene)?, "go on"],
    )?;
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(stderr(&refused).contains("can only be read"), "{refused:?}");
    Ok(())
}

/// The session that the editor has, which is not the last one any more.
fn in_last(scene: &Scene) -> anyhow::Result<String> {
    let listed = run(
        &scene.project.home(),
        scene.project.root(),
        &[],
        &["sessions", "list", "--json"],
    )?;
    let listed: Value = serde_json::from_slice(&listed.stdout)?;
    Ok(listed[1]["id"].as_str().context("an id")?.to_owned())
}

/// `sun_path` holds 108 bytes; a home may be deeper.
#[test]
fn a_deep_home_has_its_socket_elsewhere() -> anyhow::Result<()> {
    let project = Project::new(&FILES)?;
    let model = ModelServer::start(vec![say("Hello."), say("Attached.")])?;
    let home = project.home().join("a-folder-with-a-long-name".repeat(4));
    let options = Options {
        env: model.env(),
        ..Options::default()
    };
    let mut client = Client::start(&home, project.root(), options)?;
    client.run_turn(request())?;
    let mut chat = Talker::start(&home, project.root(), &model.env())?;
    chat.say(":resume last")?;
    chat.hear("attached to an editor")?;
    chat.say("and?")?;
    chat.hear("Attached.")?;
    let own = addresses(&home)?;
    assert!(
        own.iter()
            .all(|path| path.extension().is_some_and(|kind| kind == "json")),
        "{own:?}"
    );
    assert_eq!(chat.leave()?, Some(0));
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

/// A command of the agent's must not answer the agent's questions.
#[test]
fn commands_do_not_reach_the_socket() -> anyhow::Result<()> {
    let project = Project::new(&FILES)?;
    project.trust()?;
    let look = format!(
        "find {} -name '*.sock' -o -name '*.json'; echo looked",
        project.home().display()
    );
    let answers = vec![
        Answer::Calls(vec![call("shell", json!({"command": look}))]),
        say("Looked."),
    ];
    let model = ModelServer::start(answers)?;
    let options = Options {
        env: model.env(),
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    client.choices = ["Allow once"].into();
    client.run_turn(request())?;
    assert_eq!(
        addresses(&project.home())?.len(),
        2,
        "a socket and its address are there"
    );
    let results = model.tool_results();
    assert!(
        results[0].contains("looked") && !results[0].contains("attach/"),
        "{results:?}"
    );
    Ok(())
}
