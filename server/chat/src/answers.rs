//! What clients answer, as decisions of the user.

use agent_client_protocol_schema::v1::{
    CreateElicitationResponse, ElicitationAction, ElicitationContentValue, RequestPermissionOutcome,
    RequestPermissionResponse,
};
use base::Decision;

use crate::meta;
use crate::questions::{ALWAYS, ONCE, SESSION, read_form};

/// In doubt it is a no.
#[must_use]
pub fn decision(answer: &RequestPermissionResponse) -> Decision {
    let reason = || {
        let said = meta::read(answer.meta.as_ref())?.get("reason")?.as_str()?.trim();
        (!said.is_empty()).then(|| said.to_owned())
    };
    match &answer.outcome {
        RequestPermissionOutcome::Selected(selected) => match &*selected.option_id.0 {
            ONCE => Decision::Once,
            SESSION => Decision::Session,
            ALWAYS => Decision::Always,
            _ => Decision::Reject { reason: reason() },
        },
        _ => Decision::Reject { reason: reason() },
    }
}

/// One answer for each of `count` questions; none at all where the user declines.
#[must_use]
pub fn filled(answer: &CreateElicitationResponse, count: usize) -> Vec<String> {
    let ElicitationAction::Accept(accepted) = &answer.action else {
        return Vec::new();
    };
    let answers = read_form(count, accepted.content.as_ref().unwrap_or(&Default::default()), text);
    match answers.iter().all(String::is_empty) {
        true => Vec::new(),
        false => answers,
    }
}

fn text(value: &ElicitationContentValue) -> Option<String> {
    match value {
        ElicitationContentValue::String(text) => Some(text.clone()),
        ElicitationContentValue::StringArray(chosen) => Some(chosen.join(", ")),
        ElicitationContentValue::Integer(number) => Some(number.to_string()),
        ElicitationContentValue::Number(number) => Some(number.to_string()),
        ElicitationContentValue::Boolean(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(answer: Value, expect: Decision) {
        assert_eq!(decision(&serde_json::from_value(answer).unwrap()), expect);
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        let selected = |id: &str| json!({"outcome": {"outcome": "selected", "optionId": id}});
        check(selected("once"), Decision::Once);
        check(selected("session"), Decision::Session);
        check(selected("always"), Decision::Always);
        check(selected("reject"), Decision::Reject { reason: None });
        check(selected("other"), Decision::Reject { reason: None });
        check(
            json!({"outcome": {"outcome": "cancelled"}}),
            Decision::Reject { reason: None },
        );
        let mut with_reason = selected("reject");
        with_reason["_meta"] = json!({"singletree": {"reason": " use make "}});
        let reason = Some("use make".to_owned());
        check(with_reason, Decision::Reject { reason });
    }

    #[track_caller]
    fn check_form(answer: Value, expect: &[&str]) {
        assert_eq!(filled(&serde_json::from_value(answer).unwrap(), 2), expect);
    }

    #[test]
    fn words_come_before_a_choice() {
        check_form(
            json!({"action": "accept", "content": {"q00": "red", "q00_words": "green, please", "q01": ["a", "b"]}}),
            &["green, please", "a, b"],
        );
        check_form(json!({"action": "accept", "content": {"q01": "a"}}), &["", "a"]);
        check_form(json!({"action": "accept", "content": {}}), &[]);
        check_form(json!({"action": "decline"}), &[]);
        check_form(json!({"action": "cancel"}), &[]);
    }
}
