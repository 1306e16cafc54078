//! Commands by name: those that only read, and the user's own from Markdown files.

use e2e::{Answer, Client, Options, Project, Scene, run};
use serde_json::{Value, json};

const SOURCE: &[u8] = b"def area(width, height):\n    return width + height\n";
const OWN: &[u8] = b"---\ndescription: Looks for mistakes in arithmetic\nargument-hint: [which]\ntools: read, grep\n---\nCheck the arithmetic. Mind $ARGUMENTS.\n";

fn git(arguments: &[&str]) -> Answer {
    Answer::Call {
        name: "git".to_owned(),
        arguments: json!({ "arguments": arguments }),
    }
}

fn tools(request: &Value) -> Vec<&str> {
    let tools = request["tools"].as_array().into_iter().flatten();
    tools.filter_map(|tool| tool["function"]["name"].as_str()).collect()
}

fn names(commands: &Value) -> Vec<&str> {
    let commands = commands["commands"].as_array().into_iter().flatten();
    commands.filter_map(|command| command["name"].as_str()).collect()
}

fn told(scene: &Scene) -> String {
    scene
        .model
        .requests()
        .last()
        .map(|request| request["messages"].to_string())
        .unwrap_or_default()
}

#[test]
fn a_commit_message_is_about_what_is_staged() -> anyhow::Result<()> {
    let answers = vec![git(&["diff", "--cached"]), Answer::Text("area: multiply\n".into())];
    let mut scene = Scene::trusted(&[("area.py", SOURCE)], answers, Options::default())?;
    scene.project.git(&["add", "area.py"], None)?;
    let turn = scene.client.run_turn(json!({"command": "commit-message"}))?;
    assert_eq!(
        (&turn["state"], &turn["text"]),
        (&json!("completed"), &json!("area: multiply\n"))
    );
    let results = scene.model.tool_results();
    assert!(results[0].contains("+    return width + height"), "{results:?}");
    assert!(!tools(&scene.model.requests()[0]).contains(&"edit"), "it only reads");
    Ok(())
}

#[test]
fn a_review_answers_in_prose_and_changes_nothing() -> anyhow::Result<()> {
    let edit = json!({"path": "area.py", "old_text": "+", "new_text": "*"});
    let answers = vec![
        Answer::Call {
            name: "edit".to_owned(),
            arguments: edit,
        },
        Answer::Text("area.py:2: adds where it should multiply".into()),
    ];
    let mut scene = Scene::trusted(&[("area.py", SOURCE)], answers, Options::default())?;
    let uri = scene.open("area.py")?;
    let turn = scene
        .client
        .run_turn(json!({"command": "review", "textDocument": {"uri": uri}}))?;
    assert_eq!(turn["text"], "area.py:2: adds where it should multiply");
    assert!(scene.client.hunks(&["pending"])?.is_empty(), "what it tries is refused");
    Ok(())
}

#[test]
fn a_projects_commands_wait_for_trust() -> anyhow::Result<()> {
    let files: [(&str, &[u8]); 2] = [("area.py", SOURCE), (".claude/commands/sums.md", OWN)];
    let mut scene = Scene::new(&files, vec![], Options::default())?;
    let listed = scene.client.execute("singletree.commands", json!({}))?;
    assert!(!names(&listed).contains(&"sums"), "{listed}");
    let refused = scene
        .client
        .execute("singletree.run", json!({"command": "sums"}))
        .unwrap_err();
    assert!(refused.to_string().contains("there is no command `sums`"), "{refused}");

    scene.project.trust()?;
    let listed = scene.client.execute("singletree.commands", json!({}))?;
    let own = listed["commands"].as_array().and_then(|all| all.last()).cloned();
    let expect = json!({
        "name": "sums", "title": "sums", "description": "Looks for mistakes in arithmetic", "origin": "project",
        "needsPrompt": true, "mayEdit": false, "argumentHint": "[which]",
    });
    assert_eq!(own, Some(expect));
    Ok(())
}

#[test]
fn a_command_of_the_users_own_is_run_with_its_words_and_tools() -> anyhow::Result<()> {
    let files: [(&str, &[u8]); 2] = [("area.py", SOURCE), (".singletree/commands/sums.md", OWN)];
    let mut scene = Scene::trusted(&files, vec![Answer::Text("It adds.".into())], Options::default())?;
    let uri = scene.open("area.py")?;
    let argument = json!({"command": "sums", "textDocument": {"uri": uri}, "prompt": "the plus"});
    let turn = scene.client.run_turn(argument)?;
    assert_eq!(turn["text"], "It adds.");
    assert!(
        told(&scene).contains("Check the arithmetic. Mind the plus."),
        "{}",
        told(&scene)
    );
    assert_eq!(tools(&scene.model.requests()[0]), ["grep", "read"]);

    let at = json!({"line": 0, "character": 0});
    let params = json!({
        "textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": {"diagnostics": [], "only": ["source"]},
    });
    let actions = scene.client.request("textDocument/codeAction", params)?;
    assert!(actions.to_string().contains("Singletree: sums"), "{actions}");
    Ok(())
}

#[test]
fn a_bad_file_is_told_of_and_harms_nothing() -> anyhow::Result<()> {
    let files: [(&str, &[u8]); 3] = [
        ("area.py", SOURCE),
        (".singletree/commands/sums.md", OWN),
        (".singletree/commands/fix.md", b"Another fix.\n"),
    ];
    let mut scene = Scene::trusted(&files, vec![], Options::default())?;
    scene.open("area.py")?;
    let is_about = |params: &Value| params["message"].to_string().contains("`fix` is a built-in command");
    scene.client.wait_for("window/showMessage", is_about)?;
    let listed = scene.client.execute("singletree.commands", json!({}))?;
    assert_eq!(names(&listed).last(), Some(&"sums"));

    let output = run(&scene.project.home(), scene.project.root(), &[], &["doctor"])?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("fix.md") && said.contains("sums"), "{said}");
    Ok(())
}

#[test]
fn the_shell_knows_them_too() -> anyhow::Result<()> {
    let project = Project::new(&[("area.py", SOURCE)])?;
    let folder = project.home().join("config/commands");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("sums.md"), OWN)?;
    let model = e2e::ModelServer::start(vec![Answer::Text("It adds.".into())])?;
    let args = ["run", "--command", "sums", "--file", "area.py:2", "the plus"];
    let output = run(&project.home(), project.root(), &model.env(), &args)?;
    assert_eq!(String::from_utf8_lossy(&output.stdout), "It adds.\n");
    assert!(model.requests()[0]["messages"].to_string().contains("Mind the plus."));
    let output = run(
        &project.home(),
        project.root(),
        &model.env(),
        &["run", "--command", "summ"],
    )?;
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("sums"),
        "it names those there are"
    );
    Ok(())
}

const TWO: &str = "def area(w, h):\n    return w * h\n\n\ndef edge(w, h):\n    size = w\n    return [w,h]\n";

/// The built-in model, and a hunk of its own that waits above the second function.
fn below_a_hunk() -> anyhow::Result<(Project, Client, Value)> {
    let project = Project::new(&[("a.py", TWO.as_bytes())])?;
    let options = Options {
        env: vec![("SINGLETREE_MODEL".into(), "rules".into())],
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    let uri = project.uri("a.py");
    client.open(&uri, "python", TWO)?;
    let first = json!({"command": "document", "textDocument": {"uri": uri}, "range": range((0, 0), (0, 0))});
    let turn = client.run_turn(first)?;
    assert_eq!(turn["state"], "completed", "{turn}");
    let session = &client.state()?["reviews"][0]["sessionId"];
    let below = json!({"sessionId": session, "textDocument": {"uri": uri}});
    Ok((project, client, below))
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let at = |(line, character)| json!({"line": line, "character": character});
    json!({"start": at(start), "end": at(end)})
}

#[test]
fn a_command_below_a_pending_hunk_is_about_the_users_line() -> anyhow::Result<()> {
    let (_project, mut client, mut request) = below_a_hunk()?;
    request["command"] = json!("document");
    request["range"] = range((4, 0), (4, 0));
    let turn = client.run_turn(request)?;
    assert_eq!(turn["state"], "completed", "{turn}");
    let hunks = client.hunks(&["pending"])?;
    let lines: Vec<&Value> = hunks.iter().map(|hunk| &hunk["range"]["start"]["line"]).collect();
    assert_eq!(lines, [1, 5], "one in each function: {hunks:?}");
    Ok(())
}

#[test]
fn a_fix_below_a_pending_hunk_edits_where_the_linter_says() -> anyhow::Result<()> {
    let (_project, mut client, mut request) = below_a_hunk()?;
    let place = range((6, 13), (6, 14));
    request["command"] = json!("fix");
    request["range"] = place.clone();
    request["diagnostics"] = json!([{
        "range": place, "severity": 2, "source": "Ruff", "code": "E231", "message": "Missing whitespace after ','",
        "data": {"edits": [{"range": range((6, 14), (6, 14)), "newText": " "}], "title": "Add missing whitespace"},
    }]);
    let turn = client.run_turn(request)?;
    assert_eq!(turn["state"], "completed", "{turn}");
    let hunks = client.hunks(&["pending"])?;
    assert_eq!(hunks[1]["range"]["start"]["line"], 6, "{hunks:?}");
    assert_eq!(hunks[1]["newText"].as_str().map(str::trim), Some("return [w, h]"));
    Ok(())
}

#[test]
fn the_model_is_told_the_line_under_its_own_proposals() -> anyhow::Result<()> {
    let edit =
        json!({"path": "a.py", "old_text": "def area(w, h):\n", "new_text": "import math\n\n\ndef area(w, h):\n"});
    let read = Answer::Call {
        name: "read".to_owned(),
        arguments: json!({"path": "a.py"}),
    };
    let edit = Answer::Call {
        name: "edit".to_owned(),
        arguments: edit,
    };
    let answers = vec![read, edit, Answer::Text("done".into()), Answer::Text("seen".into())];
    let mut scene = Scene::trusted(&[("a.py", TWO.as_bytes())], answers, Options::default())?;
    let uri = scene.open("a.py")?;
    scene.ask()?;
    let session = scene.client.state()?["reviews"][0]["sessionId"].clone();
    let place = json!({"uri": uri});
    let range = range((4, 0), (5, 0));
    let request = json!({"command": "explain", "sessionId": session, "textDocument": place, "range": range});
    scene.client.run_turn(request)?;
    assert!(told(&scene).contains("line=\\\"8\\\""), "{}", told(&scene));
    Ok(())
}
