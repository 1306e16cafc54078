//! What models are told, and what happens to calls that do not fit.

use expect_test::expect;
use serde_json::json;
use tools::{Registry, Tier};

use crate::scene::Scene;

#[test]
fn specs_are_sorted_and_the_same_each_time() {
    let names = |may_edit| {
        Registry::builtin()
            .specs(may_edit)
            .into_iter()
            .map(|spec| spec.name)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let all = "apply-patch delete edit git glob grep insert list move outline read references revert run-tests shell \
               shell-output symbols write";
    assert_eq!(names(true), all);
    assert_eq!(
        names(false),
        "git glob grep list outline read references shell shell-output symbols"
    );
    assert_eq!(Registry::builtin().specs(true), Registry::builtin().specs(true));
}

#[test]
fn tiers_follow_from_what_a_tool_does() {
    let registry = Registry::builtin();
    let tier = |name: &str| registry.get(name).map(|tool| tool.tier(&json!({})));
    assert_eq!(tier("read"), Some(Tier::ReadOnly));
    assert_eq!(tier("edit"), Some(Tier::Write));
    assert_eq!(tier("shell-output"), Some(Tier::ReadOnly));
    assert_eq!(tier("shell"), Some(Tier::Dangerous));
    assert_eq!(tier("none"), None);
}

#[test]
fn a_spec_is_strict() {
    let specs = Registry::builtin().specs(true);
    let edit = specs.iter().find(|spec| spec.name == "edit").unwrap();
    expect![[r#"
        {
          "type": "object",
          "properties": {
            "path": {
              "type": "string",
              "description": "file, relative to the workspace root"
            },
            "old_text": {
              "type": "string",
              "description": "the text to replace, exactly as it stands in the file"
            },
            "new_text": {
              "type": "string",
              "description": "what stands there instead; empty deletes"
            },
            "line": {
              "type": "integer",
              "minimum": 1,
              "description": "where old_text stands in several places: the line of the one that is meant"
            },
            "replace_all": {
              "type": "boolean",
              "description": "replace every place where old_text stands"
            }
          },
          "required": [
            "path",
            "old_text",
            "new_text"
          ],
          "additionalProperties": false
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&edit.schema).unwrap());
}

#[tokio::test]
async fn wrong_calls_are_answered() {
    let scene = Scene::new(&[]);
    expect!["error: wrong arguments for `shell`: `command` is missing: a string (a command line for bash)"]
        .assert_eq(&scene.call("shell", json!({})).await);
    expect![[r#"
        error: wrong arguments for `read`:
        - `file_path` is no key of it: it takes `path`, `first_line`, `last_line`
        - `path` is missing: a string (file, relative to the workspace root)"#]]
    .assert_eq(&scene.call("read", json!({"file_path": "a"})).await);
    expect!["error: wrong arguments for `read`: `first_line` must be an integer from 1 up, got the number 1e+30"]
        .assert_eq(&scene.call("read", json!({"path": "a", "first_line": 1.0e30})).await);
}

#[test]
fn titles_name_the_object() {
    let scene = Scene::new(&[]);
    let title = |name: &str, arguments| scene.title(name, &arguments);
    assert_eq!(
        title("read", json!({"path": "src/x.rs", "first_line": 10, "last_line": 40})),
        "Read src/x.rs:10-40"
    );
    assert_eq!(title("read", json!({"path": "src/x.rs"})), "Read src/x.rs");
    assert_eq!(
        title("edit", json!({"path": "src/x.rs", "old_text": "", "new_text": ""})),
        "Edit src/x.rs"
    );
    assert_eq!(title("move", json!({"from": "a", "to": "b"})), "Move a to b");
    assert_eq!(
        title("grep", json!({"pattern": "a.*b", "path": "src"})),
        "Search `a.*b` in src"
    );
    assert_eq!(title("list", json!({})), "List .");
    assert_eq!(title("read", json!({"path": 7})), "read");
}

#[test]
fn titles_cannot_disguise_themselves() {
    let scene = Scene::new(&[]);
    assert_eq!(scene.title("read", &json!({"path": "a\u{1b}[2K\nb"})), "Read a [2K b");
}
