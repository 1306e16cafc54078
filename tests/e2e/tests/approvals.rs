//! Questions about commands, as the user of an editor without a plugin meets them.

use e2e::{Answer, Options, Scene, call, run};
use serde_json::{Value, json};

fn scene(lines: &[&str]) -> anyhow::Result<Scene> {
    scene_of(lines.iter().map(|line| call("shell", json!({"command": line}))))
}

/// A model that makes these calls, one an answer.
fn scene_of(calls: impl Iterator<Item = (String, Value)>) -> anyhow::Result<Scene> {
    let calls = calls.map(|call| Answer::Calls(vec![call]));
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

/// A server of the web on this machine, which says the same to everyone.
fn web() -> anyhow::Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            // The request fits into one packet; whoever asks twice connects twice.
            let _ = std::io::Read::read(&mut connection, &mut [0; 4096]);
            let answer =
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello";
            let _ = std::io::Write::write_all(&mut connection, answer.as_bytes());
        }
    });
    Ok(address)
}

#[test]
fn a_page_may_be_approved_for_its_whole_server_and_no_other() -> anyhow::Result<()> {
    let (one, other) = (web()?, web()?);
    let urls = [format!("{one}/a"), format!("{one}/b?c=d"), format!("{other}/a")];
    let mut scene = scene_of(urls.iter().map(|url| call("web-fetch", json!({"url": url}))))?;
    scene.client.choices = ["Always…", "Allow for this session", "Reject"].into();
    ask(&mut scene)?;
    let prompts = prompts(&scene);
    assert_eq!(prompts.len(), 3, "{prompts:?}");
    assert!(
        prompts[0].contains(&format!("for the session holds for all of {one}/")),
        "{prompts:?}"
    );
    assert!(prompts[1].contains(&format!("all of {one}/?")), "{prompts:?}");
    let results = scene.model.tool_results();
    assert!(
        results[0].contains("hello") && results[1].contains("hello"),
        "{results:?}"
    );
    assert!(results[2].contains("refused"), "{results:?}");
    Ok(())
}

#[test]
fn always_saves_a_rule_for_the_host_of_a_page() -> anyhow::Result<()> {
    // Nothing has this name: what counts is whether it is asked about.
    let urls = ["http://docs.invalid/a", "http://docs.invalid/b"];
    let mut scene = scene_of(urls.iter().map(|url| call("web-fetch", json!({"url": url}))))?;
    scene.client.choices = ["Always…", "Always in this workspace"].into();
    ask(&mut scene)?;
    let prompts = prompts(&scene);
    assert_eq!(prompts.len(), 2, "{prompts:?}");
    assert!(prompts[1].contains("fetching from `docs.invalid`"), "{prompts:?}");
    let results = scene.model.tool_results();
    assert!(results.iter().all(|result| !result.contains("refused")), "{results:?}");
    let listed = run(
        &scene.project.home(),
        scene.project.root(),
        &[],
        &["permissions", "list"],
    )?;
    let listed = String::from_utf8(listed.stdout)?;
    assert!(listed.contains("host") && listed.contains("docs.invalid"), "{listed}");
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
