//! What was sent once is sent again byte for byte, before anything new: vendors' caches read nothing else.

use serde_json::Value;

use crate::process::{ROOMY, Scene};
use crate::vendor::Vendor;

/// Tools, system and messages, as one text with a line for each block.
fn sent(vendor: Vendor, request: &Value) -> String {
    let (system, messages) = match vendor {
        Vendor::OpenAiChat => (&Value::Null, &request["messages"]),
        Vendor::Anthropic => (&request["system"], &request["messages"]),
        Vendor::OpenAiResponses => (&request["instructions"], &request["input"]),
        Vendor::Gemini => (&request["systemInstruction"], &request["contents"]),
    };
    let mut lines = format!("{}\n{}\n", request["tools"], unmarked(system));
    for message in messages.as_array().into_iter().flatten() {
        // Two entries of one side are sent as one, which may grow: its blocks are what must stay.
        let mut head = message.clone();
        let blocks = ["content", "parts"].into_iter().find_map(|key| match head[key].take() {
            Value::Array(blocks) => Some(blocks),
            Value::Null => None,
            text => Some(vec![text]),
        });
        if let Some(head) = head.as_object_mut() {
            head.retain(|_, value| !value.is_null());
        }
        lines.push_str(&format!("{head}\n"));
        for block in blocks.into_iter().flatten() {
            lines.push_str(&format!("  {}\n", unmarked(&block)));
        }
    }
    lines
}

/// Without the mark that tells a vendor to cache up to here, which moves on by design and is no part of the text.
fn unmarked(block: &Value) -> Value {
    let mut block = block.clone();
    match &mut block {
        Value::Object(fields) => {
            fields.shift_remove("cache_control");
        }
        Value::Array(blocks) => *blocks = blocks.iter().map(unmarked).collect(),
        _ => {}
    }
    block
}

/// How often a request did not begin with the one before it, and how often the session was compacted.
fn breaks(vendor: Vendor, window: u32) -> anyhow::Result<(Vec<String>, usize)> {
    let mut scene = Scene::new(vendor, None, window)?;
    let turns = scene.turns_to_the_end(40)?;
    assert!(turns.len() >= 20);
    let compacted = turns
        .iter()
        .flat_map(|turn| &turn.events)
        .filter(|event| event["type"] == "compacted");
    let compacted = compacted.inspect(|event| assert!(event["cause"].as_str().is_some_and(|cause| !cause.is_empty())));
    let requests: Vec<_> = scene
        .model
        .state()
        .requests
        .iter()
        .map(|request| sent(vendor, request))
        .collect();
    let broken = requests.windows(2).enumerate().filter_map(|(nth, pair)| {
        let differs = pair[0]
            .lines()
            .zip(pair[1].lines())
            .find(|(before, after)| before != after);
        let is_prefix = pair[1].starts_with(&pair[0]);
        (!is_prefix).then(|| format!("request {}: {differs:?}", nth + 1))
    });
    Ok((broken.collect(), compacted.count()))
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn a_request_begins_with_the_one_before_it() -> anyhow::Result<()> {
    for vendor in Vendor::ALL {
        assert_eq!(breaks(vendor, ROOMY)?, (Vec::new(), 0), "{vendor:?}");
    }
    Ok(())
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn only_a_compaction_breaks_it_and_says_so() -> anyhow::Result<()> {
    for vendor in Vendor::ALL {
        let (broken, compacted) = breaks(vendor, 24_000)?;
        assert!(compacted > 0, "{vendor:?}");
        assert!(
            broken.len() <= compacted,
            "{vendor:?}: {compacted} compactions, but {broken:#?}"
        );
    }
    Ok(())
}
