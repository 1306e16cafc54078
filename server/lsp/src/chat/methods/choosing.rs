//! `session/set_mode` and `session/set_config_option`.

use std::sync::Arc;

use chat::{acp, options};
use tower_lsp::jsonrpc::Result;

use super::opening::{known, session_id};
use crate::chat::{Method, choices};
use crate::failure;
use crate::front::Front;

pub(super) struct SetMode;

impl Method for SetMode {
    const NAME: &'static str = "session/set_mode";
    type Params = acp::SetSessionModeRequest;
    type Answer = acp::SetSessionModeResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let conversation = known(&front, &session_id(&params.session_id)).await?;
        let mode = options::mode(&params.mode_id.0).map_err(|why| failure::refused("unknown-mode", why))?;
        conversation.choices_mut().mode = Some(mode);
        choices::tell_mode(&front, &conversation).await;
        Ok(acp::SetSessionModeResponse::new())
    }
}

pub(super) struct SetConfigOption;

impl Method for SetConfigOption {
    const NAME: &'static str = "session/set_config_option";
    type Params = acp::SetSessionConfigOptionRequest;
    type Answer = acp::SetSessionConfigOptionResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let conversation = known(&front, &session_id(&params.session_id)).await?;
        let value = params.value.as_value_id().map(|value| value.to_string());
        let value = value.ok_or_else(|| failure::malformed("arguments", "`value` is the id of an option's value"))?;
        match &*params.config_id.0 {
            options::MODEL => {
                let known = front.runtime.check_model(&value).await;
                known.map_err(|why| failure::refused("unknown-model", why))?;
                conversation.choices_mut().model = Some(value);
            }
            options::EFFORT => {
                let effort = options::effort(&value).map_err(|why| failure::refused("unknown-effort", why))?;
                conversation.choices_mut().effort = effort;
            }
            other => {
                let message = format!("there is no config option `{other}`; there are `model` and `effort`");
                return Err(failure::refused("unknown-option", message));
            }
        }
        let options = choices::config(&front, &conversation.choices());
        Ok(acp::SetSessionConfigOptionResponse::new(options))
    }
}
