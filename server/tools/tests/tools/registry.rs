//! What models are told, and what happens to calls that do not fit.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::ToolSpec;
use expect_test::expect;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde_json::{Value, json};
use tools::{Registry, SearchEndpoint, Tier, Tool, ToolContext, ToolOrigin, ToolOutput, WebSettings};

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
    let all = "apply-patch ask-user definition delete diagnostics edit format git glob grep insert list memory move outline \
               present-plan read references rename revert run-tests search shell shell-input shell-kill shell-output symbols task todo web-fetch write";
    assert_eq!(names(true), all);
    assert_eq!(
        names(false),
        "ask-user definition diagnostics git glob grep list memory outline present-plan read references search shell shell-input shell-kill \
         shell-output symbols task todo web-fetch"
    );
    assert_eq!(Registry::builtin().specs(true), Registry::builtin().specs(true));
}

/// The first request has to be small: each byte of it is paid for in every session.
#[test]
fn all_specs_together_are_small() {
    let search = SearchEndpoint {
        url: "https://search.example.org/".to_owned(),
        api_key: None,
    };
    let specs = Registry::builtin_for(&WebSettings { search: Some(search) }).specs(true);
    assert!(specs.iter().any(|spec| spec.name == "web-search"));
    let sizes = specs
        .iter()
        .map(|spec| (serde_json::to_string(spec).unwrap().len(), spec.name.as_str()));
    let sizes: Vec<_> = sizes.collect();
    let total: usize = sizes.iter().map(|(size, _)| size + 1).sum();
    // Of these, what needs an editor is told only where one serves it.
    assert!(total <= 11_700, "{total} bytes: {sizes:?}");
}

/// A tool of another server, which does nothing.
struct Far(String, &'static str);

impl Tool for Far {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: self.0.clone(),
            description: self.1.to_owned(),
            schema: json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        Tier::Dangerous
    }

    fn actions(&self, _arguments: &Value, _cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        Ok(Vec::new())
    }

    fn title(&self, _arguments: &Value) -> String {
        self.0.clone()
    }

    fn run<'a>(&'a self, _arguments: Value, _cx: &'a ToolContext, _grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        Box::pin(async { ToolOutput::new("far", "far") })
    }
}

pub(crate) fn far_tool(name: &str) -> Arc<dyn Tool> {
    Arc::new(Far(name.to_owned(), "Tells the weather.\nAnd more."))
}

fn far(names: &[&str]) -> Vec<Arc<dyn Tool>> {
    names.iter().map(|name| far_tool(name)).collect()
}

fn names(specs: &[ToolSpec]) -> Vec<&str> {
    specs.iter().map(|spec| spec.name.as_str()).collect()
}

#[test]
fn tools_are_told_of_by_origin_then_name() {
    let registry = Registry::new(far(&["m", "z"]))
        .with(ToolOrigin::Gateway, far(&["a", "m"]))
        .with(ToolOrigin::Mcp, far(&["z", "y", "b", "a"]));
    assert_eq!(names(&registry.specs(true)), ["m", "z", "a", "b", "y"]);
    assert!(registry.specs(false).is_empty());
}

#[test]
fn many_tools_are_told_of_when_they_are_asked_for() {
    let many: Vec<String> = (0..10).map(|number| format!("far-{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let builtin = Registry::builtin();
    let is_always = |spec: &&ToolSpec| builtin.get(&spec.name).is_some_and(|tool| tool.needs().is_none());
    let local = builtin.specs(true).iter().filter(is_always).count();
    let with_editor = builtin.specs(true).len();
    let few = Registry::builtin().with(ToolOrigin::Mcp, far(&many[..30 - local]));
    assert_eq!(
        few.specs(true).len(),
        30 + with_editor - local,
        "what needs an editor does not count"
    );
    let registry = Registry::builtin().with(ToolOrigin::Mcp, far(&many));
    let specs = registry.specs(true);
    assert_eq!(specs.len(), with_editor + 1);
    let search = specs.iter().find(|spec| spec.name == "tool-search").unwrap();
    assert!(
        search.description.ends_with("\n- far-9: Tells the weather."),
        "{}",
        search.description
    );
    let loaded = BTreeSet::from(["far-7".to_owned(), "far-3".to_owned(), "gone".to_owned()]);
    let with_loaded = registry.specs_with(true, &loaded);
    assert_eq!(with_loaded.len(), with_editor + 3);
    assert_eq!(names(&with_loaded)[with_editor + 1..], ["far-3", "far-7"]);
    assert_eq!(with_loaded[..=with_editor], specs[..]);
    // The list of the search follows the tools, however they came.
    let more = registry.with(ToolOrigin::Gateway, far(&["far-a"]));
    let specs = more.specs(true);
    let search = specs.iter().find(|spec| spec.name == "tool-search").unwrap();
    assert!(
        search.description.ends_with("\n- far-a: Tells the weather."),
        "{}",
        search.description
    );
    assert!(more.resolve("far-a", &json!({"city": "Ulm"})).is_ok());
    assert!(more.resolve("far-a", &json!({})).is_err());
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
              "type": "string"
            },
            "old_text": {
              "type": "string"
            },
            "new_text": {
              "type": "string",
              "description": "empty deletes"
            },
            "line": {
              "type": "integer",
              "minimum": 1,
              "description": "of the place that is meant"
            },
            "replace_all": {
              "type": "boolean"
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
    expect!["error: wrong arguments for `shell`: `command` is missing: a string"]
        .assert_eq(&scene.call("shell", json!({})).await);
    expect![[r#"
        error: wrong arguments for `read`:
        - `file_path` is no key of it: it takes `path`, `first_line`, `last_line`
        - `path` is missing: a string (relative to the workspace root, as all paths)"#]]
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
