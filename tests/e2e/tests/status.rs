//! What a plugin is told of the server it talks to.

use e2e::{Options, Scene};
use serde_json::json;

fn scene(initialization: serde_json::Value) -> anyhow::Result<Scene> {
    let options = Options {
        initialization: json!({ "singletree": initialization }),
        ..Options::default()
    };
    let files: [(&str, &[u8]); 2] = [("a.py", b"x = 1\n"), (".singletree/commands/sums.md", b"Add.\n")];
    Scene::trusted(&files, vec![], options)
}

#[test]
fn models_trust_and_problems() -> anyhow::Result<()> {
    let mut scene = scene(json!({}))?;
    let status = scene.client.execute("singletree.status", json!({}))?;
    assert_eq!(status["trusted"], true, "{status}");
    assert!(
        status["version"].is_string() && status["problems"].is_array(),
        "{status}"
    );
    let model = status["model"].as_str().unwrap_or_default();
    assert!(model.ends_with("/scripted"), "{status}");
    let openai = status["models"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|found| found["hasKey"] == true);
    assert!(
        openai.is_some_and(|found| found["baseUrl"] == scene.model.base_url.as_str()),
        "{status}"
    );
    assert!(!status.to_string().contains("sk-test"), "a key is never told");
    Ok(())
}

#[test]
fn an_editor_may_withhold_trust_and_not_give_it() -> anyhow::Result<()> {
    let mut withheld = scene(json!({"trusted": false}))?;
    assert_eq!(
        withheld.client.execute("singletree.status", json!({}))?["trusted"],
        false
    );
    let commands = withheld.client.execute("singletree.commands", json!({}))?;
    assert!(!commands.to_string().contains("sums"), "{commands}");

    let options = Options {
        initialization: json!({"singletree": {"trusted": true}}),
        ..Options::default()
    };
    let mut given = Scene::new(&[("a.py", b"x = 1\n")], vec![], options)?;
    assert_eq!(given.client.execute("singletree.status", json!({}))?["trusted"], false);
    Ok(())
}

#[test]
fn an_editors_settings_count_and_its_mistakes_are_named() -> anyhow::Result<()> {
    let mut ruled = scene(json!({"settings": {"model": "rules"}}))?;
    assert_eq!(
        ruled.client.execute("singletree.status", json!({}))?["model"],
        "rules/rules"
    );
    let wrong = scene(json!({"settings": {"modell": "rules"}}))
        .err()
        .map(|error| error.to_string());
    let wrong = wrong.unwrap_or_default();
    assert!(wrong.contains("`modell` is not a setting"), "{wrong}");
    Ok(())
}
