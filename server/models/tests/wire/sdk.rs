//! What `tests/wire/run` (at the root of the repository) checks against the vendors' own SDKs: the requests that we
//! send, and what we make of each recorded stream.

use std::fs;
use std::path::PathBuf;

use base::{Effort, Message};
use futures::StreamExt;
use models::{OutputSchema, Request, ToolChoice};
use serde_json::json;

use crate::message::accumulate;
use crate::server::{FaultServer, Reply};
use crate::vendor::{Vendor, conversation, impatient};

fn requests(vendor: Vendor) -> [(&'static str, Request); 4] {
    let full = conversation();
    let bare = Request {
        system: Vec::new(),
        tools: Vec::new().into(),
        messages: vec![Message::user("Hi")].into(),
        temperature: None,
        ..conversation()
    };
    let settings = Request {
        model: vendor.model().into(),
        effort: Some(Effort::Max),
        output: Some(OutputSchema {
            name: "verdict".into(),
            schema: json!({"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}),
        }),
        tool_choice: ToolChoice::None,
        ..conversation()
    };
    // Cut in the middle of its calls, and held with another vendor's model.
    let messages = conversation().messages[..2].to_vec().into();
    let foreign = Request {
        model: vendor.model().into(),
        messages,
        ..conversation()
    };
    [
        ("full", full),
        ("bare", bare),
        ("settings", settings),
        ("foreign", foreign),
    ]
}

#[tokio::test]
#[ignore = "writes files for tests/wire/run, which sets SINGLETREE_WIRE_OUT"]
async fn write_what_the_sdks_shall_check() {
    let out = PathBuf::from(std::env::var_os("SINGLETREE_WIRE_OUT").expect("SINGLETREE_WIRE_OUT names a folder"));
    for vendor in Vendor::ALL {
        for kind in ["requests", "messages"] {
            fs::create_dir_all(out.join(vendor.folder()).join(kind)).expect("a folder");
        }
        let write = |path: String, json: &serde_json::Value| {
            fs::write(out.join(vendor.folder()).join(path), json.to_string()).expect("a file");
        };
        for (name, recorded) in vendor.recordings() {
            let server = FaultServer::start([Reply::events([&recorded[..]])]).await;
            let items = vendor
                .provider(&server, impatient())
                .stream(conversation())
                .collect()
                .await;
            write(format!("messages/{name}.json"), &accumulate(items));
        }
        for (name, request) in requests(vendor) {
            let server = FaultServer::start([Reply::events([&vendor.recording("text")[..]])]).await;
            let _: Vec<_> = vendor.provider(&server, impatient()).stream(request).collect().await;
            write(format!("requests/{name}.json"), &server.received()[0].json());
        }
    }
}
