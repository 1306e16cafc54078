//! Completion at the cursor: off until a model is named for it, the newest request wins, and every call is booked.

use std::time::Instant;

use e2e::{Answer, Client, ModelServer, Options, Project, TIMEOUT, run};
use serde_json::{Value, json};

const SOURCE: &str = "def area(width, height):\n    return \n\nprint(area(1, 2))\n";

struct Scene {
    project: Project,
    model: ModelServer,
    client: Client,
    uri: String,
}

fn scene(settings: &str, answers: Vec<Answer>) -> anyhow::Result<Scene> {
    let project = Project::new(&[("area.py", SOURCE.as_bytes()), (".env", b"KEY=\n")])?;
    std::fs::create_dir_all(project.home().join("config"))?;
    std::fs::write(project.home().join("config/config.toml"), settings)?;
    let model = ModelServer::start(answers)?;
    let options = Options {
        env: model.env(),
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    let uri = project.uri("area.py");
    client.open(&uri, "python", SOURCE)?;
    Ok(Scene {
        project,
        model,
        client,
        uri,
    })
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    let position = json!({"line": line, "character": character});
    json!({"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": 2}})
}

const METHOD: &str = "textDocument/inlineCompletion";
const ON: &str = "completion = \"openai/scripted\"\n";

#[test]
fn a_model_completes_at_the_cursor_and_is_booked() -> anyhow::Result<()> {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 5, "total_tokens": 75}});
    let delta =
        json!({"choices": [{"index": 0, "delta": {"content": "    return width * height\n\nprint(area(1, 2))"}}]});
    let stop = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let head = format!("data: {delta}\n\ndata: {stop}\n\ndata: {usage}\n\ndata: [DONE]\n\n");
    let mut scene = scene(ON, vec![Answer::Raw(head.into_bytes())])?;
    assert!(
        scene.client.initialized["capabilities"]["inlineCompletionProvider"]
            .as_bool()
            .unwrap_or_default()
    );
    let answer = scene.client.request(METHOD, at(&scene.uri, 1, 11))?;
    assert_eq!(answer["items"][0]["insertText"], "width * height", "{answer}");
    let request = &scene.model.requests()[0];
    assert!(request["messages"].to_string().contains("return <CURSOR>"), "{request}");
    assert!(
        request
            .get("tools")
            .is_none_or(|tools| tools.as_array().is_none_or(Vec::is_empty)),
        "{request}"
    );

    let booked = || -> anyhow::Result<String> {
        let output = run(
            &scene.project.home(),
            scene.project.root(),
            &[],
            &["ledger", "--by", "session", "--json"],
        )?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    // It is booked behind the answer, which does not wait for the disk.
    let deadline = Instant::now() + TIMEOUT;
    let mut ledger = booked()?;
    while !ledger.contains("ses_inline") && Instant::now() < deadline {
        ledger = booked()?;
    }
    assert!(ledger.contains("ses_inline") && ledger.contains("70"), "{ledger}");
    Ok(())
}

#[test]
fn the_newest_request_wins() -> anyhow::Result<()> {
    let mut scene = scene(ON, vec![Answer::Silence, Answer::Text("width".into())])?;
    let older = scene.client.send_request(METHOD, at(&scene.uri, 1, 11))?;
    scene.model.wait_for_requests(1)?;
    let newer = scene.client.send_request(METHOD, at(&scene.uri, 1, 11))?;
    assert_eq!(scene.client.answer_to(older)?["result"], json!({"items": []}));
    assert_eq!(
        scene.client.answer_to(newer)?["result"]["items"][0]["insertText"],
        "width"
    );
    Ok(())
}

#[test]
fn it_is_off_until_a_model_is_named_and_for_secrets() -> anyhow::Result<()> {
    for settings in ["", "completion = \"off\"\n[routes]\ninline = [\"openai/scripted\"]\n"] {
        let mut scene = scene(settings, vec![])?;
        assert!(
            scene.client.initialized["capabilities"]
                .get("inlineCompletionProvider")
                .is_none()
        );
        assert_eq!(scene.client.request(METHOD, at(&scene.uri, 1, 11))?, Value::Null);
        assert!(scene.model.requests().is_empty());
    }
    let mut scene = scene("[routes]\ninline = [\"openai/scripted\"]\n", vec![])?;
    let secret = scene.project.uri(".env");
    scene.client.open(&secret, "plaintext", "KEY=\n")?;
    assert_eq!(scene.client.request(METHOD, at(&secret, 0, 4))?, json!({"items": []}));
    assert!(scene.model.requests().is_empty(), "a secret is sent to nobody");
    Ok(())
}
