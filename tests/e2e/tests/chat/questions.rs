//! What the agent asks of the user.

use anyhow::Context;
use e2e::{Answer, call};
use serde_json::json;

use crate::talk::Talk;

#[test]
fn a_permission_is_asked_for_in_the_chat() -> anyhow::Result<()> {
    let calls = ["touch a.txt", "touch b.txt"].map(|line| Answer::Calls(vec![call("shell", json!({"command": line}))]));
    let mut talk = Talk::trusted(&[], calls.to_vec())?;
    let session = talk.begin()?;
    talk.permissions = vec![
        json!({"outcome": {"outcome": "selected", "optionId": "once"}}),
        json!({"outcome": {"outcome": "selected", "optionId": "reject"},
            "_meta": {"singletree": {"reason": "write it by hand"}}}),
    ]
    .into();
    let (answer, updates) = talk.say(&session, "go")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    let asked = talk.asked("session/request_permission");
    assert_eq!(asked.len(), 2, "{asked:?}");
    let ours = &asked[0]["_meta"]["singletree"];
    assert!(ours["action"].to_string().contains("touch a.txt"), "{ours}");
    assert!(ours["place"].to_string().contains("workbench"), "{ours}");
    assert_eq!(asked[0]["options"][0]["kind"], "allow_once");
    let started = updates.iter().find(|update| update["sessionUpdate"] == "tool_call");
    assert_eq!(
        started.context("it was announced")?["toolCallId"],
        asked[0]["toolCall"]["toolCallId"]
    );
    let results = talk.model.tool_results();
    assert!(!results[0].contains("refused"), "{results:?}");
    assert!(results[1].contains("write it by hand"), "{results:?}");
    assert!(talk.asked("window/showMessageRequest").is_empty());
    Ok(())
}

#[test]
fn the_agents_own_questions_are_forms() -> anyhow::Result<()> {
    let question = json!({"question": "Which colour?", "options": [{"label": "red"}, {"label": "blue"}]});
    let calls = vec![Answer::Calls(vec![call("ask-user", json!({"questions": [question]}))])];
    let mut talk = Talk::new(&[], calls)?;
    talk.forms = vec![json!({"action": "accept", "content": {"q00": "blue"}})].into();
    let session = talk.begin()?;
    let (answer, _) = talk.say(&session, "go")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    let asked = talk.asked("elicitation/create");
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0]["requestedSchema"]["properties"]["q00"]["oneOf"][0]["const"], "red",
        "{asked:?}"
    );
    assert!(
        talk.model.tool_results()[0].contains("blue"),
        "{:?}",
        talk.model.tool_results()
    );
    Ok(())
}
