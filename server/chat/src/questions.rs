//! What the agent asks: permissions, and questions of its own as forms.

use std::collections::BTreeMap;

use agent_client_protocol_schema::v1::{
    CreateElicitationRequest, ElicitationFormMode, ElicitationPropertySchema, ElicitationSchema,
    ElicitationSessionScope, EnumOption, MultiSelectPropertySchema, PermissionOption, PermissionOptionKind,
    RequestPermissionRequest, StringPropertySchema, ToolCallId, ToolCallStatus, ToolCallUpdate, ToolCallUpdateFields,
};
use base::{ApprovalRequest, Choice, Question, QuestionRequest, SessionId, TurnId};
use serde_json::json;

use crate::{meta, tools};

/// The answers that a permission offers, by their ids.
pub(crate) const ONCE: &str = "once";
pub(crate) const SESSION: &str = "session";
pub(crate) const ALWAYS: &str = "always";
pub(crate) const REJECT: &str = "reject";

/// The call that a permission is for. A question of the turn itself stands for one.
#[must_use]
pub fn call_of(turn: Option<&TurnId>, request: &ApprovalRequest) -> ToolCallId {
    match &request.call {
        Some(call) => tools::id(turn, call),
        None => ToolCallId::new(request.id.as_str()),
    }
}

#[must_use]
pub fn permission(session: &SessionId, turn: Option<&TurnId>, request: &ApprovalRequest) -> RequestPermissionRequest {
    let offers_rules = !request.always.is_empty() || !request.hosts.is_empty();
    let option = |id: &'static str, name: &str, kind| PermissionOption::new(id, name.to_owned(), kind);
    let mut options = vec![option(ONCE, "Allow once", PermissionOptionKind::AllowOnce)];
    if offers_rules {
        let always = "Always in this workspace";
        options.push(option(ALWAYS, always, PermissionOptionKind::AllowAlways));
    }
    let for_session = match &request.scope {
        Some(scope) => format!("Allow {scope} for this session"),
        None => "Allow for this session".to_owned(),
    };
    options.push(option(SESSION, &for_session, PermissionOptionKind::AllowAlways));
    options.push(option(REJECT, "Reject", PermissionOptionKind::RejectOnce));

    // A call that asks is announced already; only a question of the turn itself needs words.
    let mut fields = ToolCallUpdateFields::new().status(ToolCallStatus::Pending);
    if request.call.is_none() {
        fields = fields.title(request.action.clone());
    }
    let always: Vec<&String> = request.always.iter().chain(&request.hosts).collect();
    RequestPermissionRequest::new(
        session.as_str().to_owned(),
        ToolCallUpdate::new(call_of(turn, request), fields),
        options,
    )
    .meta(meta::ours(json!({
        "action": request.action, "rule": request.rule, "reason": request.reason, "place": request.place,
        "from": request.from, "always": always,
    })))
}

/// A form with a field for each question, and one beside it for an answer in the user's own words.
#[must_use]
pub fn form(session: &SessionId, request: &QuestionRequest) -> CreateElicitationRequest {
    let mut schema = ElicitationSchema::new();
    for (number, question) in request.questions.iter().enumerate() {
        schema = with_question(schema, number, question);
    }
    let mode = ElicitationFormMode::new(ElicitationSessionScope::new(session.as_str().to_owned()), schema);
    let asks = match request.questions.as_slice() {
        [only] => format!("{} asks: {}", request.from, only.question),
        questions => format!("{} asks {} questions", request.from, questions.len()),
    };
    CreateElicitationRequest::new(mode, asks).meta(meta::ours(json!({ "id": request.id })))
}

/// The names of a question's fields. They sort as the questions stand.
pub(crate) fn fields(number: usize) -> (String, String) {
    (format!("q{number:02}"), format!("q{number:02}_words"))
}

fn with_question(schema: ElicitationSchema, number: usize, question: &Question) -> ElicitationSchema {
    let (name, in_words) = fields(number);
    let title = question.question.clone();
    if question.options.is_empty() {
        let words = StringPropertySchema::new().title(title);
        return schema.property(name, ElicitationPropertySchema::String(words), false);
    }
    let options = question.options.iter().map(|Choice { label, description }| {
        let description = (!description.is_empty()).then(|| description.clone());
        EnumOption::new(label.clone(), label.clone()).description(description)
    });
    let choice = match question.multiple {
        true => ElicitationPropertySchema::Array(MultiSelectPropertySchema::titled(options.collect()).title(title)),
        false => {
            let options: Vec<EnumOption> = options.collect();
            ElicitationPropertySchema::String(StringPropertySchema::new().title(title).one_of(options))
        }
    };
    let words = StringPropertySchema::new().title("Or in your own words".to_owned());
    schema
        .property(name, choice, false)
        .property(in_words, ElicitationPropertySchema::String(words), false)
}

/// What of a form's content is the answer to each question: words before a choice.
pub(crate) fn read_form<'a, V: 'a>(
    count: usize,
    content: &BTreeMap<String, V>,
    text: impl Fn(&V) -> Option<String>,
) -> Vec<String> {
    let field = |name: &str| content.get(name).and_then(&text).filter(|text| !text.trim().is_empty());
    (0..count)
        .map(|number| {
            let (name, in_words) = fields(number);
            field(&in_words).or_else(|| field(&name)).unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn request() -> ApprovalRequest {
        ApprovalRequest {
            id: "apr".into(),
            call: Some("c".into()),
            from: "agent".into(),
            action: "run `cargo publish`".into(),
            rule: "unknown".into(),
            reason: "not known".into(),
            place: None,
            always: Vec::new(),
            hosts: Vec::new(),
            scope: None,
        }
    }

    fn kinds(request: &ApprovalRequest) -> Vec<String> {
        let asked = serde_json::to_value(permission(&"s".into(), Some(&"t".into()), request)).unwrap();
        let options = asked["options"].as_array().unwrap().clone();
        options
            .iter()
            .map(|option| option["optionId"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn always_is_offered_where_rules_offer_it() {
        assert_eq!(kinds(&request()), ["once", "session", "reject"]);
        let with_rule = ApprovalRequest {
            always: vec!["cargo publish".into()],
            ..request()
        };
        assert_eq!(kinds(&with_rule), ["once", "always", "session", "reject"]);
    }

    #[test]
    fn a_permission_says_what_and_why() {
        let asked = permission(&"s".into(), Some(&"t".into()), &request());
        let sent = serde_json::to_value(&asked).unwrap();
        assert_eq!(sent["toolCall"]["toolCallId"], "t/c");
        assert_eq!(sent["_meta"]["singletree"]["action"], "run `cargo publish`");
        assert_eq!(sent["_meta"]["singletree"]["always"], json!([]));
        let read: RequestPermissionRequest = serde_json::from_value(sent).unwrap();
        assert_eq!(read, asked);
        let of_turn = ApprovalRequest {
            call: None,
            ..request()
        };
        let sent = serde_json::to_value(permission(&"s".into(), None, &of_turn)).unwrap();
        assert_eq!(sent["toolCall"]["toolCallId"], "apr");
        assert_eq!(sent["toolCall"]["title"], "run `cargo publish`");
    }

    #[test]
    fn questions_are_a_form() {
        let choice = |label: &str| Choice {
            label: label.into(),
            description: "d".into(),
        };
        let question = |options, multiple| Question {
            question: "Which?".into(),
            options,
            multiple,
        };
        let request = QuestionRequest {
            id: "q".into(),
            from: "agent".into(),
            questions: vec![
                question(vec![choice("red"), choice("blue")], false),
                question(vec![choice("a"), choice("b")], true),
                question(Vec::new(), false),
            ],
        };
        let asked = form(&"s".into(), &request);
        let sent = serde_json::to_value(&asked).unwrap();
        assert_eq!(sent["mode"], "form");
        assert_eq!(sent["sessionId"], "s");
        assert_eq!(sent["_meta"]["singletree"]["id"], "q");
        let properties = &sent["requestedSchema"]["properties"];
        assert_eq!(properties["q00"]["oneOf"][1]["const"], "blue");
        assert_eq!(properties["q01"]["type"], "array");
        assert_eq!(properties["q01"]["items"]["anyOf"][0]["const"], "a");
        assert_eq!(properties["q02"]["type"], "string");
        assert_eq!(properties["q01_words"]["type"], "string");
        assert_eq!(properties["q02_words"], Value::Null);
        let read: CreateElicitationRequest = serde_json::from_value(sent).unwrap();
        assert_eq!(read, asked);
    }
}
