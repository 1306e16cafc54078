//! Questions about commands, as the user of an editor without a plugin meets them.

use e2e::{Answer, Options, Scene, call, run};
use serde_json::{Value, json};

fn scene(lines: &[&str]) -> anyhow::Result<Scene> {
    let calls = lines
        .iter()
        .map(|line| Answer::Calls(vec![call("shell", json!({"command": line}))]));
    let options = Options {
        initialization: Value::Null,
        ..Options::default()
    };
    Scene::trusted(&[("notes.txt", b"notes\n")], calls.collect(), options)
}

fn ask(scene: &mut Scene) -> anyhow::Result<()> {
    scene.client.execute("singletree.run", e2e::request())?;
    scene.client.wait_for("window/showMessage", |shown| {
        shown["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("Singletree: "))
    })?;
    Ok(())
}

fn prompts(scene: &Scene) -> Vec<String> {
    let prompts = scene
        .client
        .served
        .iter()
        .filter(|request| request["method"] == "window/showMessageRequest");
    prompts
        .filter_map(|request| Some(request["params"]["message"].as_str()?.to_owned()))
        .collect()
}

#[test]
fn once_is_for_once() -> anyhow::Result<()> {
    let mut scene = scene(&["touch a.txt", "touch a.txt"])?;
    scene.client.choices = ["Allow once", "Reject"].into();
    ask(&mut scene)?;
    let prompts = prompts(&scene);
    assert_eq!(prompts.len(), 2, "{prompts:?}");
    assert!(
        prompts[0].contains("`touch a.txt`") && prompts[0].contains("workbench"),
        "{prompts:?}"
    );
    let results = scene.model.tool_results();
    assert!(!results[0].contains("refused"), "{results:?}");
    assert!(
        results[1].contains("refused") && results[1].contains("the user said no"),
        "{results:?}"
    );
    assert!(!scene.project.path("a.txt").exists());
    Ok(())
}

#[test]
fn for_this_session_is_for_exactly_this() -> anyhow::Result<()> {
    let mut scene = scene(&["touch a.txt", "touch a.txt", "touch b.txt"])?;
    scene.client.choices = ["Always…", "Allow for this session", "Reject"].into();
    ask(&mut scene)?;
    assert_eq!(prompts(&scene).len(), 3, "{:?}", prompts(&scene));
    assert!(scene.model.tool_results()[2].contains("refused"));
    Ok(())
}

#[test]
fn always_is_saved_for_the_workspace() -> anyhow::Result<()> {
    let mut scene = scene(&["touch a.txt", "touch b.txt"])?;
    scene.client.choices = ["Always…", "Always in this workspace"].into();
    ask(&mut scene)?;
    let prompts = prompts(&scene);
    assert_eq!(prompts.len(), 2, "{prompts:?}");
    assert!(prompts[1].contains("`touch`"), "what would hold is shown: {prompts:?}");
    let home = scene.project.home();
    let verdict = |line: &str| -> anyhow::Result<Value> {
        let arguments = ["permissions", "check", "--json", "--sandbox", "on", line];
        let output = run(&home, scene.project.root(), &[], &arguments)?;
        Ok(serde_json::from_slice::<Value>(&output.stdout)?["verdict"].clone())
    };
    assert_eq!(verdict("touch c.txt")?, "allow");
    assert_eq!(verdict("touch c.txt && rm d.txt")?, "ask");
    let elsewhere = run(
        &home,
        scene.project.outside(),
        &[],
        &["permissions", "check", "--json", "touch c.txt"],
    )?;
    assert!(String::from_utf8_lossy(&elsewhere.stdout).contains("\"ask\""));
    Ok(())
}

#[test]
fn headless_asking_is_denying() -> anyhow::Result<()> {
    let scene = scene(&["touch a.txt"])?;
    let output = run(
        &scene.project.home(),
        scene.project.root(),
        &scene.model.env(),
        &["run", "go on", "--json"],
    )?;
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let events = String::from_utf8_lossy(&output.stdout);
    assert!(
        events.contains("approval.requested") && events.contains("permission.denied"),
        "{events}"
    );
    Ok(())
}
