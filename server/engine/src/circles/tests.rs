//! Traces in `loops.txt` and `honest.txt`, honest turns made by a seeded agent, and properties.

mod agent;
mod trace;

use base::{ToolCall, ToolResult};
use proptest::prelude::*;
use serde_json::json;

use super::thresholds::Bounds;
use super::*;
use trace::Trace;

fn pair(name: &str, arguments: serde_json::Value, content: &str, is_error: bool) -> (ToolCall, ToolResult) {
    let call = ToolCall {
        id: "1".into(),
        name: name.to_owned(),
        arguments,
    };
    let result = ToolResult {
        call_id: "1".into(),
        content: content.to_owned(),
        is_error,
    };
    (call, result)
}

/// What is said of the calls, each an answer of its own, up to the first stop.
fn interventions(calls: &[(ToolCall, ToolResult)], thresholds: Thresholds) -> Vec<Intervention> {
    let mut circles = Circles::new(thresholds);
    let mut said = Vec::new();
    for (call, result) in calls {
        let Some(intervention) = circles.observe(&[ObservedCall::of(call, result)]) else {
            continue;
        };
        let is_stop = matches!(intervention, Intervention::Stop { .. });
        said.push(intervention);
        if is_stop {
            break;
        }
    }
    said
}

fn rows(said: &[Intervention]) -> Vec<(Row, bool)> {
    let row = |intervention: &Intervention| match intervention {
        Intervention::Nudge { row, .. } => (*row, false),
        Intervention::Stop { row, .. } => (*row, true),
    };
    said.iter().map(row).collect()
}

fn check(trace: &str, expect: &[(Row, bool)]) {
    let trace = &trace::parse(&format!("== trace | 1\n{trace}"))[0];
    assert_eq!(rows(&interventions(&trace.calls, Thresholds::strict())), expect);
}

#[test]
fn every_true_loop_is_nudged_and_then_stopped() {
    let loops = trace::parse(include_str!("tests/loops.txt"));
    assert!(loops.len() >= 12);
    for Trace { name, row, calls } in loops {
        let said = rows(&interventions(&calls, Thresholds::strict()));
        let (last, before) = said.split_last().unwrap_or_else(|| panic!("{name}: nothing was said"));
        assert!(last.1 && row == Some(format!("{:?}", last.0)), "{name}: {said:?}");
        assert!(
            before.contains(&(last.0, false)),
            "{name}: no nudge before the stop: {said:?}"
        );
    }
}

#[test]
fn relaxed_thresholds_notice_loops_later() {
    let first = |calls: &[_], thresholds, stop: bool| {
        (1..=calls.len()).find(|most| {
            let said = rows(&interventions(&calls[..*most], thresholds));
            said.iter().any(|said| said.1 == stop)
        })
    };
    for Trace { name, calls, .. } in trace::parse(include_str!("tests/loops.txt")) {
        let longer: Vec<_> = std::iter::repeat_n(&calls, 3).flatten().cloned().collect();
        let nudged = |thresholds| first(&longer, thresholds, false).unwrap_or(usize::MAX);
        let stopped = |thresholds| first(&longer, thresholds, true).unwrap_or(usize::MAX);
        let (strict, relaxed) = (Thresholds::strict(), Thresholds::relaxed());
        assert!(
            nudged(strict) <= nudged(relaxed) && nudged(relaxed) < usize::MAX,
            "{name}"
        );
        assert!(stopped(strict) <= stopped(relaxed), "{name}");
    }
}

#[test]
fn honest_turns_are_not_stopped() {
    let honest = trace::parse(include_str!("tests/honest.txt"));
    assert!(honest.len() >= 20);
    for Trace { name, calls, .. } in honest {
        let said = interventions(&calls, Thresholds::strict());
        assert!(!rows(&said).iter().any(|said| said.1), "{name}: {said:?}");
    }
}

#[test]
fn at_most_one_in_a_hundred_turns_of_an_honest_agent_is_stopped() {
    let stopped: Vec<(u64, Vec<(Row, bool)>)> = (0..500)
        .map(|seed| (seed, rows(&interventions(&agent::turn(seed, 80), Thresholds::strict()))))
        .filter(|(_, said)| said.last().is_some_and(|last| last.1))
        .collect();
    assert!(stopped.len() <= 5, "{stopped:?}");
}

#[test]
fn a_nudge_comes_once_and_then_the_stop() {
    let read = r#"read {"path":"a"} => a · lines 1-2 of 2 · hash h"#;
    check(read, &[]);
    check(&[read; 2].join("\n"), &[(Row::BackToBack, false)]);
    check(
        &[read; 3].join("\n"),
        &[(Row::BackToBack, false), (Row::BackToBack, true)],
    );
    let list = r#"list {} => a"#;
    check(
        &[read, list, list, read, read].join("\n"),
        &[(Row::BackToBack, false), (Row::BackToBack, false)],
    );
}

#[test]
fn reads_of_distinct_files_are_no_row_of_one_tool() {
    let read = |n: usize| format!(r#"read {{"path":"f{n}.rs"}} => f{n}.rs · lines 1-9 of 9 · hash h{n}"#);
    let twice: Vec<String> = (0..9).chain(0..9).map(read).collect();
    check(&twice.join("\n"), &[]);
}

#[test]
fn a_topic_is_nudged_harder_before_the_stop() {
    let search = |n: usize| format!(r#"web-search {{"query":"tokio select {n}"}} => 1. page {n}"#);
    let trace: Vec<String> = (0..7).map(search).collect();
    let calls = &trace::parse(&format!("== t | 1\n{}", trace.join("\n")))[0].calls;
    let said = interventions(calls, Thresholds::strict());
    assert_eq!(
        rows(&said),
        [(Row::SameTopic, false), (Row::SameTopic, false), (Row::SameTopic, true)]
    );
    assert_ne!(said[0], said[1]);
}

#[test]
fn a_needless_look_is_nudged() {
    let click = r#"browser_click {"element":"a"} => ok"#;
    let look = r#"browser_take_screenshot {} => picture"#;
    check(&[click, look].join("\n"), &[(Row::VisualAfterGui, false)]);
    let failed = r#"browser_click {"element":"a"} !! not found"#;
    check(&[failed, look].join("\n"), &[]);
    let broken = r#"shell {"command":"serve"} !! exit code 1"#;
    let mended = r#"shell {"command":"serve -p 1"} => exit code 0"#;
    check(&[broken, mended, look].join("\n"), &[(Row::VisualAfterRecovery, false)]);
    check(&[mended, look].join("\n"), &[]);
}

#[test]
fn calls_of_one_answer_are_not_stopped_for_each_other() {
    let read = &trace::parse("== t | 8\nread {\"path\":\"a\"} => a · lines 1-2 of 2 · hash h")[0];
    let calls: Vec<_> = read
        .calls
        .iter()
        .map(|(call, result)| ObservedCall::of(call, result))
        .collect();
    let mut circles = Circles::new(Thresholds::strict());
    let said = circles.observe(&calls);
    assert!(
        matches!(
            said,
            Some(Intervention::Nudge {
                row: Row::BackToBack,
                ..
            })
        ),
        "{said:?}"
    );
    let said = circles.observe(&calls[..1]);
    assert!(matches!(said, Some(Intervention::Stop { .. })), "{said:?}");
}

#[test]
fn what_was_cut_from_the_conversation_may_be_read_again() {
    let read = &trace::parse("== t | 1\nread {\"path\":\"a\"} => a · lines 1-2 of 2 · hash h")[0];
    let call = ObservedCall::of(&read.calls[0].0, &read.calls[0].1);
    let mut circles = Circles::new(Thresholds::strict());
    assert_eq!(circles.observe(std::slice::from_ref(&call)), None);
    circles.history_was_cut();
    assert_eq!(circles.observe(std::slice::from_ref(&call)), None);
    assert!(circles.observe(std::slice::from_ref(&call)).is_some());
}

#[test]
fn thresholds_are_read_field_by_field() {
    let read = |json: serde_json::Value| serde_json::from_value::<Thresholds>(json);
    let given = read(json!({"failing": {"nudge": 2, "stop": 0}})).unwrap();
    let failing = Bounds { nudge: 2, stop: 0 };
    assert_eq!(
        given,
        Thresholds {
            failing,
            ..Thresholds::strict()
        }
    );
    assert!(read(json!({"failling": {"nudge": 2, "stop": 3}})).is_err());
    let never = trace::parse("== t | 30\nedit {\"path\":\"a\",\"old_text\":\"{n}\"} !! not there");
    let said = rows(&interventions(
        &never[0].calls,
        Thresholds {
            no_progress: Bounds { nudge: 0, stop: 0 },
            ..given
        },
    ));
    assert!(said.iter().all(|said| *said == (Row::Failing, false)), "{said:?}");
}

#[test]
fn words_name_the_tool_and_are_short() {
    for Trace { name, calls, .. } in trace::parse(include_str!("tests/loops.txt")) {
        for intervention in interventions(&calls, Thresholds::strict()) {
            let (Intervention::Nudge { message, row } | Intervention::Stop { message, row, .. }) = intervention;
            assert!(
                message.starts_with("[harness] ") && message.len() < 450,
                "{name}: {message}"
            );
            let names_it = calls
                .iter()
                .any(|(call, _)| message.contains(&format!("`{}`", call.name)));
            assert!(
                names_it || matches!(row, Row::SameTopic | Row::FruitlessSearch),
                "{name}: {message}"
            );
        }
    }
}

fn any_call() -> impl Strategy<Value = (ToolCall, ToolResult)> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "read",
            "edit",
            "shell",
            "grep",
            "web-search",
            "web_fetch",
            "browser_click",
            "screenshot",
            "computer",
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ];
    let value = prop_oneof![
        Just(json!(null)),
        any::<u64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        ".{0,20}".prop_map(|text| json!(text)),
        prop::sample::select(vec!["sleep 1", "bash -c 'sleep 1", "x=1 sh -c", "", "screenshot"]).prop_map(|s| json!(s)),
    ];
    let key = prop::sample::select(vec![
        "path",
        "command",
        "query",
        "url",
        "action",
        "first_line",
        "last_line",
    ]);
    let arguments = prop_oneof![
        prop::collection::hash_map(key, value, 0..3).prop_map(|map| json!(map)),
        Just(json!("no object")),
    ];
    let line = (any::<u64>(), any::<u64>()).prop_map(|(a, b)| format!("a · lines {a}-{b} of 3 · hash x"));
    let content = prop_oneof![line, ".{0,40}", Just("exit code 1\n".to_owned())];
    (name, arguments, content, any::<bool>())
        .prop_map(|(name, arguments, content, is_error)| pair(&name, arguments, &content, is_error))
}

proptest! {
    #[test]
    fn no_call_is_too_odd(
        calls in prop::collection::vec(any_call(), 0..60),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 1..4_usize, any::<bool>()), 0..60),
    ) {
        let mut circles = Circles::new(Thresholds::strict());
        let mut nudged = Vec::new();
        for (pick, times, cut) in picks {
            if calls.is_empty() { break }
            let (call, result) = pick.get(&calls);
            let call = ObservedCall::of(call, result);
            match circles.observe(&vec![call; times]) {
                Some(Intervention::Nudge { row, .. }) => nudged.push(row),
                // A stop never comes out of the blue.
                Some(Intervention::Stop { row, .. }) => prop_assert!(nudged.contains(&row)),
                None => {}
            }
            prop_assert!(circles.window.len() <= WINDOW);
            prop_assert!(circles.window.iter().all(|seen| seen.nudges.len() <= 1));
            if cut { circles.history_was_cut() }
        }
    }
}
