//! What each side says that it can do. ACP's `initialize` has no place on an LSP connection; these travel in its own.

use agent_client_protocol_schema::v1::{
    AgentCapabilities, ClientCapabilities, PromptCapabilities, SessionCapabilities, SessionCloseCapabilities,
    SessionDeleteCapabilities, SessionForkCapabilities, SessionListCapabilities, SessionResumeCapabilities,
};
use serde_json::Value;

#[must_use]
pub fn ours() -> AgentCapabilities {
    let sessions = SessionCapabilities::new()
        .list(SessionListCapabilities::new())
        .resume(SessionResumeCapabilities::new())
        .delete(SessionDeleteCapabilities::new())
        .close(SessionCloseCapabilities::new())
        .fork(SessionForkCapabilities::new());
    AgentCapabilities::new()
        .load_session(true)
        .prompt_capabilities(PromptCapabilities::new().image(true).embedded_context(true))
        .session_capabilities(sessions)
}

/// Whether the client can show forms for the agent's own questions.
#[must_use]
pub fn has_forms(client: Option<&Value>) -> bool {
    let client: Option<ClientCapabilities> = client.and_then(|value| serde_json::from_value(value.clone()).ok());
    client
        .and_then(|client| client.elicitation)
        .is_some_and(|elicitation| elicitation.supports_form())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_we_can_is_said_in_acps_words() {
        let said = serde_json::to_value(ours()).unwrap();
        assert_eq!(said["loadSession"], true);
        assert_eq!(said["promptCapabilities"]["image"], true);
        assert_eq!(said["promptCapabilities"]["embeddedContext"], true);
        for name in ["list", "resume", "delete", "close", "fork"] {
            assert!(said["sessionCapabilities"][name].is_object(), "{name}: {said}");
        }
    }

    #[test]
    fn forms_are_for_clients_that_say_so() {
        assert!(has_forms(Some(&json!({"elicitation": {"form": {}}}))));
        assert!(!has_forms(Some(&json!({"elicitation": {}}))));
        assert!(!has_forms(Some(&json!({}))));
        assert!(!has_forms(None));
    }
}
