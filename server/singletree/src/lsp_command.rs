//! `singletree lsp`: the language server on standard input and output.

use std::process::ExitCode;

use crate::wiring::{self, Home};

pub(crate) async fn serve() -> anyhow::Result<ExitCode> {
    let starter = wiring::lsp_starter(Home::Environment, None);
    let exit = lsp::serve(tokio::io::stdin(), tokio::io::stdout(), starter).await;
    Ok(ExitCode::from(exit.code()))
}
