//! What the user chose for a conversation, and the models that there are to choose from.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base::Effort;
use chat::acp;
use chat::options;
use engine::{ContextChoices, Mode, ModelOffer, TurnOptions};

use super::conversation::Conversation;
use super::outbound;
use crate::front::{Front, lock};

/// None is as the settings say.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    pub(super) mode: Option<Mode>,
    pub(super) model: Option<String>,
    pub(super) effort: Option<Effort>,
    pub(super) context: ContextChoices,
    /// The conversation is summarised before the next answer.
    pub(super) compact: bool,
}

impl Choices {
    /// The options of the next turn.
    pub(super) fn for_turn(&mut self) -> TurnOptions {
        TurnOptions {
            is_attended: true,
            mode: self.mode,
            effort: self.effort,
            context: self.context.clone(),
            compact: std::mem::take(&mut self.compact),
            ..TurnOptions::default()
        }
    }

    pub(super) fn mode(&self, front: &Front) -> Mode {
        self.mode.unwrap_or_else(|| front.runtime.default_mode())
    }

    pub(super) fn model(&self, front: &Front) -> String {
        let chosen = self.model.as_ref().or(front.client.options.model.as_ref());
        chosen.map_or_else(|| front.runtime.default_model().to_owned(), Clone::clone)
    }
}

/// The models that were found. Servers are asked once, when the first conversation begins, and nobody waits for them.
#[derive(Default)]
pub(super) struct Models {
    listed: Mutex<Option<Vec<ModelOffer>>>,
    is_asked: AtomicBool,
}

impl Models {
    fn known(&self, front: &Front) -> Vec<ModelOffer> {
        let listed = lock(&self.listed).clone();
        listed.unwrap_or_else(|| front.runtime.named_models())
    }
}

/// The config options as they stand.
pub(super) fn config(front: &Front, choices: &Choices) -> Vec<acp::SessionConfigOption> {
    let known = front.chats.models.known(front);
    options::config(&known, &choices.model(front), choices.effort)
}

/// Asks the servers for their models, if nobody has, and tells every conversation what there is.
pub(super) fn look_for_models(front: &Arc<Front>) {
    if front.chats.models.is_asked.swap(true, Ordering::AcqRel) {
        return;
    }
    let front = Arc::clone(front);
    tokio::spawn(async move {
        let listed = front.runtime.listed_models().await;
        if listed == front.runtime.named_models() {
            return;
        }
        *lock(&front.chats.models.listed) = Some(listed);
        for conversation in front.chats.all() {
            tell_config(&front, &conversation).await;
        }
    });
}

pub(super) async fn tell_config(front: &Front, conversation: &Conversation) {
    let options = config(front, &conversation.choices());
    let update = acp::SessionUpdate::ConfigOptionUpdate(acp::ConfigOptionUpdate::new(options));
    outbound::update(front, conversation.session(), update).await;
}

pub(super) async fn tell_mode(front: &Front, conversation: &Conversation) {
    let mode = options::mode_id(conversation.choices().mode(front));
    let update = acp::SessionUpdate::CurrentModeUpdate(acp::CurrentModeUpdate::new(mode));
    outbound::update(front, conversation.session(), update).await;
}
