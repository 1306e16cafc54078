//! `reviewMode`: in "confirm" the editor shows an annotated edit, and the user ticks what is to be kept.

use e2e::{Answer, ApplyEdit, Options, Scene, call};
use serde_json::{Value, json};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\n";

/// `has_plugin`: whether the client draws hunks itself.
fn confirming(has_plugin: bool, apply_edit: ApplyEdit) -> Options {
    Options {
        initialization: json!({"singletree": {"review": has_plugin, "reviewMode": "confirm"}}),
        apply_edit,
        ..Options::default()
    }
}

fn annotating(has_plugin: bool, apply_edit: ApplyEdit) -> Options {
    confirming(has_plugin, apply_edit).capability(
        "/workspace/workspaceEdit/changeAnnotationSupport",
        json!({"groupsOnLabel": true}),
    )
}

fn scene(options: Options) -> anyhow::Result<(Scene, String)> {
    let edit = |old: &str, new: &str| call("edit", json!({"path": "a.txt", "old_text": old, "new_text": new}));
    let calls = vec![edit("one", "ONE"), edit("five", "FIVE")];
    let mut scene = Scene::trusted(&[("a.txt", TEXT.as_bytes())], vec![Answer::Calls(calls)], options)?;
    let uri = scene.open("a.txt")?;
    Ok((scene, uri))
}

/// Runs the turn and waits until the client was asked to confirm; returns the edit.
fn confirmation(scene: &mut Scene) -> anyhow::Result<Value> {
    scene.client.execute("singletree.run", e2e::request())?;
    let request = scene.client.wait_for_request("workspace/applyEdit")?;
    Ok(request["params"]["edit"].clone())
}

/// Waits until no hunk is under way.
fn settled(scene: &mut Scene) -> anyhow::Result<()> {
    while !scene.client.hunks(&["keeping"])?.is_empty() {}
    Ok(())
}

#[test]
fn every_edit_is_annotated_and_versioned() -> anyhow::Result<()> {
    for has_plugin in [false, true] {
        let (mut scene, uri) = scene(annotating(has_plugin, ApplyEdit::Honestly))?;
        let edit = confirmation(&mut scene)?;
        let change = &edit["documentChanges"][0];
        assert_eq!(change["textDocument"], json!({"uri": uri, "version": 1}));
        let edits = change["edits"].as_array().cloned().unwrap_or_default();
        assert_eq!(edits.len(), 2, "{edit:#}");
        for one in &edits {
            let annotation = &edit["changeAnnotations"][one["annotationId"].as_str().unwrap_or_default()];
            assert_eq!(annotation["needsConfirmation"], true, "{edit:#}");
            assert!(
                annotation["label"].as_str().is_some_and(|label| !label.is_empty()),
                "{edit:#}"
            );
        }
        settled(&mut scene)?;
        assert_eq!(scene.client.text(&uri), "ONE\ntwo\nthree\nfour\nFIVE\n");
        assert_eq!(scene.client.state()?, json!({"reviews": []}));
    }
    Ok(())
}

#[test]
fn what_the_user_unticks_stays_pending() -> anyhow::Result<()> {
    let (mut scene, uri) = scene(annotating(false, ApplyEdit::FirstOnly))?;
    confirmation(&mut scene)?;
    settled(&mut scene)?;
    assert_eq!(scene.client.text(&uri), "ONE\ntwo\nthree\nfour\nfive\n");
    let pending = scene.client.hunks(&["pending"])?;
    assert_eq!(pending.len(), 1, "{pending:#?}");
    assert_eq!(pending[0]["newText"], "FIVE\n");
    scene.client.apply_edit = ApplyEdit::Honestly;
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), "ONE\ntwo\nthree\nfour\nFIVE\n");
    Ok(())
}

#[test]
fn a_declined_confirmation_changes_nothing() -> anyhow::Result<()> {
    for declined in [ApplyEdit::Refuse, ApplyEdit::ClaimOnly] {
        let (mut scene, uri) = scene(annotating(false, declined))?;
        confirmation(&mut scene)?;
        settled(&mut scene)?;
        assert_eq!(scene.client.text(&uri), TEXT);
        assert_eq!(scene.client.hunks(&["pending"])?.len(), 2, "{declined:?}");
    }
    Ok(())
}

/// `reviewMode: "keep"`: nobody is asked.
#[test]
fn in_keep_mode_all_is_kept_as_it_comes() -> anyhow::Result<()> {
    for has_plugin in [false, true] {
        let options = Options {
            initialization: json!({"singletree": {"review": has_plugin, "reviewMode": "keep"}}),
            ..Options::default()
        };
        let (mut scene, uri) = scene(options)?;
        let edit = confirmation(&mut scene)?;
        assert_eq!(edit["changeAnnotations"], Value::Null, "{edit:#}");
        settled(&mut scene)?;
        assert_eq!(scene.client.text(&uri), "ONE\ntwo\nthree\nfour\nFIVE\n");
        assert_eq!(scene.client.state()?, json!({"reviews": []}));
    }
    Ok(())
}

/// Such a client would apply it all without asking.
#[test]
fn without_annotations_hunks_stay_staged() -> anyhow::Result<()> {
    for has_plugin in [false, true] {
        let (mut scene, uri) = scene(confirming(has_plugin, ApplyEdit::Honestly))?;
        scene.client.execute("singletree.run", e2e::request())?;
        scene.model.wait_for_requests(2)?;
        while scene.client.hunks(&["pending"])?.len() < 2 {}
        let method = if has_plugin {
            "singletree/turn"
        } else {
            "window/showMessage"
        };
        scene.client.wait_for(method, |params| params["state"] != "running")?;
        assert_eq!(scene.client.text(&uri), TEXT);
        assert_eq!(scene.client.edits_served().len(), 0);
        assert_eq!(scene.client.hunks(&["pending"])?.len(), 2);
    }
    Ok(())
}
