//! A start that fails is the answer to `initialize`.

use lsp::{Exit, serve};
use serde_json::json;
use tokio::io::{duplex, split};

use crate::wire::{PATIENCE, Wire};

#[tokio::test]
async fn a_bad_configuration_is_told_and_ends_nothing() {
    let (ours, theirs) = duplex(1 << 16);
    let (input, output) = split(theirs);
    let server = tokio::spawn(serve(input, output, |_| {
        Err("config.toml line 3: unknown key `modle`".to_owned())
    }));
    let mut wire = Wire::new(ours);
    wire.request(1, "initialize", json!({"capabilities": {}})).await;
    let error = wire.next().await["error"].clone();
    assert_eq!(error["data"]["cause"], "configuration");
    assert_eq!(error["message"], "config.toml line 3: unknown key `modle`");
    wire.request(2, "textDocument/codeAction", json!({})).await;
    assert_eq!(wire.next().await["error"]["code"], -32002);
    wire.notify("exit", json!(null)).await;
    assert_eq!(
        tokio::time::timeout(PATIENCE, server).await.unwrap().unwrap(),
        Exit::Abrupt
    );
}
