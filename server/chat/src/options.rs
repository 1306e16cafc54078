//! Modes, models and efforts as a client offers them to its user.

use agent_client_protocol_schema::v1::{
    SessionConfigOption, SessionConfigOptionCategory, SessionConfigSelectOption, SessionMode, SessionModeState,
};
use base::Effort;
use engine::{Mode, ModelOffer};

/// The config options by their ids.
pub const MODEL: &str = "model";
pub const EFFORT: &str = "effort";

/// The vendor's own default.
const DEFAULT_EFFORT: &str = "default";

const MODES: [(Mode, &str, &str, &str); 4] = [
    (Mode::Plan, "plan", "Plan", "Finds out and plans; changes nothing"),
    (
        Mode::Ask,
        "ask",
        "Ask",
        "Proposes changes; asks before it runs what is not known to be harmless",
    ),
    (
        Mode::Edit,
        "edit",
        "Edit",
        "Edits without asking; asks before commands that are not known to be harmless",
    ),
    (
        Mode::Auto,
        "auto",
        "Auto",
        "Asks for nothing that the workbench makes harmless",
    ),
];

const EFFORTS: [(Effort, &str, &str); 4] = [
    (Effort::Low, "low", "Low"),
    (Effort::Medium, "medium", "Medium"),
    (Effort::High, "high", "High"),
    (Effort::Max, "max", "Max"),
];

#[must_use]
pub fn mode_id(mode: Mode) -> &'static str {
    MODES
        .iter()
        .find_map(|(known, id, ..)| (*known == mode).then_some(*id))
        .unwrap_or_default()
}

/// # Errors
/// What there is instead.
pub fn mode(id: &str) -> Result<Mode, String> {
    let known = MODES.iter().find(|(_, known, ..)| *known == id);
    known
        .map(|(mode, ..)| *mode)
        .ok_or_else(|| format!("there is no mode `{id}`; the modes are plan, ask, edit and auto"))
}

#[must_use]
pub fn modes(current: Mode) -> SessionModeState {
    let all = MODES.map(|(_, id, name, does)| SessionMode::new(id, name).description(does.to_owned()));
    SessionModeState::new(mode_id(current), all.to_vec())
}

/// # Errors
/// What there is instead.
pub fn effort(id: &str) -> Result<Option<Effort>, String> {
    if id == DEFAULT_EFFORT {
        return Ok(None);
    }
    let known = EFFORTS.iter().find(|(_, known, _)| *known == id);
    known
        .map(|(effort, ..)| Some(*effort))
        .ok_or_else(|| format!("there is no effort `{id}`; there are default, low, medium, high and max"))
}

/// The session's config options. A model that is used but was not found is offered all the same.
#[must_use]
pub fn config(models: &[ModelOffer], model: &str, effort: Option<Effort>) -> Vec<SessionConfigOption> {
    let mut offered: Vec<_> = models
        .iter()
        .map(|offer| {
            SessionConfigSelectOption::new(offer.name.clone(), offer.name.clone()).description(offer.origin.clone())
        })
        .collect();
    if models.iter().all(|offer| offer.name != model) {
        offered.insert(0, SessionConfigSelectOption::new(model.to_owned(), model.to_owned()));
    }
    let model = SessionConfigOption::select(MODEL, "Model", model.to_owned(), offered)
        .category(SessionConfigOptionCategory::Model);
    let current = EFFORTS
        .iter()
        .find_map(|(known, id, _)| (Some(*known) == effort).then_some(*id))
        .unwrap_or(DEFAULT_EFFORT);
    let mut efforts = vec![SessionConfigSelectOption::new(DEFAULT_EFFORT, "Default")];
    efforts.extend(EFFORTS.map(|(_, id, name)| SessionConfigSelectOption::new(id, name)));
    let effort = SessionConfigOption::select(EFFORT, "Effort", current, efforts)
        .description("How much the model thinks".to_owned())
        .category(SessionConfigOptionCategory::ThoughtLevel);
    vec![model, effort]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn modes_have_names_that_are_read_back() {
        for known in [Mode::Plan, Mode::Ask, Mode::Edit, Mode::Auto] {
            assert_eq!(mode(mode_id(known)), Ok(known));
        }
        let refused = mode("wild").unwrap_err();
        assert!(refused.contains("`wild`") && refused.contains("auto"), "{refused}");
        let sent = serde_json::to_value(modes(Mode::Edit)).unwrap();
        assert_eq!(sent["currentModeId"], "edit");
        let read: SessionModeState = serde_json::from_value(sent).unwrap();
        assert_eq!(read.available_modes.len(), 4);
    }

    #[test]
    fn the_model_in_use_is_always_offered() {
        let found = [ModelOffer {
            name: "p/m".into(),
            origin: "configured".into(),
        }];
        let sent = serde_json::to_value(config(&found, "auto", Some(Effort::High))).unwrap();
        assert_eq!(sent[0]["id"], "model");
        assert_eq!(sent[0]["type"], "select");
        assert_eq!(sent[0]["currentValue"], "auto");
        let values: Vec<_> = sent[0]["options"]
            .as_array()
            .unwrap()
            .iter()
            .map(|option| &option["value"])
            .collect();
        assert_eq!(values, [&json!("auto"), &json!("p/m")]);
        assert_eq!(sent[1]["currentValue"], "high");
        let read: Vec<SessionConfigOption> = serde_json::from_value(sent).unwrap();
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn efforts_are_read_back() {
        assert_eq!(effort("max"), Ok(Some(Effort::Max)));
        assert_eq!(effort("default"), Ok(None));
        assert!(effort("much").unwrap_err().contains("`much`"));
    }
}
