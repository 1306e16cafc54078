//! Tools that wait for the user, for other agents or for what was remembered.

use std::sync::{Arc, Mutex};

use base::{Question, TodoItem};
use expect_test::expect;
use futures::future::BoxFuture;
use permissions::{Mode, Policy, PolicyConfig};
use serde_json::json;
use tools::{AgentInfo, AgentTask, Host, ToolOrigin};

use crate::scene::Scene;

/// A harness whose user gives one answer to all, and whose agents repeat their task.
struct Company {
    answer: Result<&'static str, &'static str>,
    heard: Mutex<Vec<String>>,
    plan: Mutex<Vec<TodoItem>>,
}

impl Company {
    fn hear(&self, what: String) {
        self.heard.lock().unwrap().push(what);
    }
}

impl Host for Company {
    fn ask(&self, questions: Vec<Question>) -> BoxFuture<'_, Result<Vec<String>, String>> {
        let answers = questions
            .iter()
            .map(|_| self.answer.map(str::to_owned).map_err(str::to_owned));
        let answers = answers.collect();
        for question in questions {
            let labels: Vec<_> = question.options.iter().map(|option| option.label.as_str()).collect();
            self.hear(format!("{} {labels:?}", question.question));
        }
        Box::pin(async { answers })
    }

    fn set_plan(&self, entries: Vec<TodoItem>) {
        *self.plan.lock().unwrap() = entries;
    }

    fn plan(&self) -> Vec<TodoItem> {
        self.plan.lock().unwrap().clone()
    }

    fn agents(&self) -> Vec<AgentInfo> {
        vec![AgentInfo {
            name: "reviewer".to_owned(),
            description: "reads changes".to_owned(),
        }]
    }

    fn run_agent(&self, task: AgentTask) -> BoxFuture<'_, Result<String, String>> {
        let agent = task.agent.unwrap_or_else(|| "general".to_owned());
        Box::pin(async move {
            match task.prompt.as_str() {
                "fail" => Err("it ran out of its budget".to_owned()),
                "long" => Ok("a line\n".repeat(10_000)),
                prompt => Ok(format!("{agent}: {prompt}")),
            }
        })
    }

    fn load_tools(&self, names: &[String]) {
        self.hear(format!("load {}", names.join(" ")));
    }
}

fn scene(answer: Result<&'static str, &'static str>) -> (Scene, Arc<Company>) {
    let company = Arc::new(Company {
        answer,
        heard: Mutex::default(),
        plan: Mutex::default(),
    });
    let mut scene = Scene::new(&[]);
    scene.cx.may_edit = false;
    scene.cx.host = company.clone();
    (scene, company)
}

#[tokio::test]
async fn a_plan_is_shown_whole() {
    let (scene, company) = scene(Err("nobody"));
    let items = json!([{"content": "look", "state": "done"}, {"content": "change", "state": "in_progress"}]);
    expect!["1 of 2 steps done"].assert_eq(&scene.call("todo", json!({"items": items})).await);
    assert_eq!(serde_json::to_value(company.plan()).unwrap(), items);
    expect![[r#"error: wrong arguments for `todo`: `items[0].state` must be one of "pending", "in_progress", "done", got the string "begun""#]]
        .assert_eq(&scene.call("todo", json!({"items": [{"content": "", "state": "begun"}]})).await);
    assert_eq!(serde_json::to_value(company.plan()).unwrap(), items);
}

#[tokio::test]
async fn the_user_is_asked() {
    let (scene, company) = scene(Ok("tabs"));
    let call = json!({"questions": [
        {"question": "Tabs or spaces?", "options": [{"label": "tabs"}, {"label": "spaces", "description": "4"}]},
        {"question": "Why?"},
    ]});
    expect![[r#"
        Tabs or spaces?
        → tabs
        Why?
        → tabs
    "#]]
    .assert_eq(&scene.call("ask-user", call).await);
    assert_eq!(
        *company.heard.lock().unwrap(),
        [r#"Tabs or spaces? ["tabs", "spaces"]"#, "Why? []"]
    );
    let alone = Scene::new(&[]);
    expect!["error: no answer: nobody is there"].assert_eq(
        &alone
            .call("ask-user", json!({"questions": [{"question": "Why?"}]}))
            .await,
    );
    let five = vec![json!({"question": "Why?"}); 5];
    expect!["error: wrong arguments for `ask-user`: `questions` must be an array of 1 to 4 objects, got an array of 5"]
        .assert_eq(&scene.call("ask-user", json!({"questions": five})).await);
}

#[tokio::test]
async fn a_plan_is_accepted_or_not() {
    let told = async |answer, mode| {
        let (mut scene, _) = scene(answer);
        let policy = Policy::new(PolicyConfig {
            mode,
            ..PolicyConfig::default()
        });
        scene.cx.policy = Arc::new(policy.unwrap());
        scene.call("present-plan", json!({"plan": "# Plan\n1. do"})).await
    };
    expect!["The user accepts the plan: go on with it."].assert_eq(&told(Ok("Accept"), Mode::Ask).await);
    expect!["The user accepts the plan. This is still plan mode, which reads only: end here; the user begins the work in another mode."]
        .assert_eq(&told(Ok("Accept"), Mode::Plan).await);
    expect!["The user does not accept the plan. Ask what they want otherwise, or end here."]
        .assert_eq(&told(Ok("Not yet"), Mode::Plan).await);
    expect![[r#"
        The user does not accept the plan as it is; they say:
        test first"#]]
    .assert_eq(&told(Ok("test first"), Mode::Plan).await);
    expect!["error: no answer: nobody"].assert_eq(&told(Err("nobody"), Mode::Plan).await);
}

#[tokio::test]
async fn a_task_is_given_to_an_agent() {
    let (scene, _) = scene(Err("nobody"));
    let call = |prompt: &str, agent: Option<&str>| {
        let mut arguments = json!({"title": "look", "prompt": prompt});
        if let Some(agent) = agent {
            arguments["agent"] = agent.into();
        }
        scene.call("task", arguments)
    };
    expect!["general: find it"].assert_eq(&call("find it", None).await);
    expect!["reviewer: find it"].assert_eq(&call("find it", Some("reviewer")).await);
    expect!["error: the task was not done: it ran out of its budget"].assert_eq(&call("fail", None).await);
    expect!["error: there is no agent `?`; the agents are `reviewer`: reads changes"]
        .assert_eq(&call("find it", Some("?")).await);
    let long = call("long", None).await;
    assert!(
        long.len() < crate::scene::MOST && long.ends_with("with output 1 shows them …]\n"),
        "{long}"
    );
    expect![[r#"
        output 1 · lines 10000-10000
        10000| a line
    "#]]
    .assert_eq(
        &scene
            .call("shell-output", json!({"output": 1, "first_line": 10_000}))
            .await,
    );
}

#[tokio::test]
async fn what_is_remembered_comes_back() {
    let (scene, _) = scene(Err("nobody"));
    let call = |arguments| scene.call("memory", arguments);
    expect!["nothing is remembered yet"].assert_eq(&call(json!({"action": "list"})).await);
    let lesson = json!({"action": "remember", "text": "Tests need a running Redis.", "tags": ["tests"]});
    expect!["remembered as 1"].assert_eq(&call(lesson).await);
    expect!["remembered as 2"].assert_eq(&call(json!({"action": "remember", "text": "Lines are short."})).await);
    expect![[r#"
        1. Tests need a running Redis. [tests]
    "#]]
    .assert_eq(&call(json!({"action": "recall", "text": "redis for tests"})).await);
    expect!["forgot 1"].assert_eq(&call(json!({"action": "forget", "id": 1})).await);
    expect!["error: nothing of the id 1 is remembered: `list` shows what is"]
        .assert_eq(&call(json!({"action": "forget", "id": 1})).await);
    expect![[r#"
        2. Lines are short.
    "#]]
    .assert_eq(&call(json!({"action": "list"})).await);
    expect!["error: `memory` needs `text` to recall"].assert_eq(&call(json!({"action": "recall"})).await);
    expect!["error: the text has 5000 bytes, and 4000 are the most: remember the gist of it"]
        .assert_eq(&call(json!({"action": "remember", "text": "x".repeat(5_000)})).await);
}

#[tokio::test]
async fn tools_are_found_and_loaded() {
    let (mut scene, company) = scene(Err("nobody"));
    let far = (0..9).map(|number| crate::registry::far_tool(&format!("weather-{number}")));
    scene.registry =
        std::mem::replace(&mut scene.registry, tools::Registry::new(Vec::new())).with(ToolOrigin::Mcp, far.collect());
    let search = |query: &str| scene.call("tool-search", json!({"query": query}));
    expect!["loaded, for your next step: weather-2, weather-5"].assert_eq(&search("`weather-5`, WEATHER-2").await);
    expect!["loaded, for your next step: weather-0, weather-1, weather-2, weather-3, weather-4, weather-5, weather-6, weather-7"]
        .assert_eq(&search("the weather").await);
    expect!["error: no tool of the list fits: name one of them, or use other words"].assert_eq(&search("music").await);
    assert_eq!(company.heard.lock().unwrap()[0], "load weather-2 weather-5");
}
