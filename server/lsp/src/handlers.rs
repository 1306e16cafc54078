//! One request, one file.

pub(crate) mod code_action;
pub(crate) mod code_lens;
pub(crate) mod documents;
pub(crate) mod execute_command;
pub(crate) mod initialize;
pub(crate) mod inline_completion;
pub(crate) mod progress_cancel;
mod review;
pub(crate) mod run;
mod show;
