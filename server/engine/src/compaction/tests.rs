//! Each pass on conversations written out, then the invariants on any conversation.

mod properties;
mod talk;

use base::{Block, Role};
use talk::*;

use super::*;

fn texts(messages: &[Message]) -> Vec<String> {
    let text = |block: &Block| match block {
        Block::Text { text } => text.clone(),
        Block::Thinking { text, .. } => format!("thinking: {text}"),
        Block::RedactedThinking { .. } => "thinking".to_owned(),
        Block::ToolCall(call) => format!("call {} {}", call.name, call.arguments),
        Block::ToolResult(result) => format!("result {}", result.content),
        Block::Image(_) => "image".to_owned(),
    };
    messages
        .iter()
        .flat_map(|message| message.content.iter().map(text))
        .collect()
}

/// What the results of a conversation are after a trim, the first lines only.
fn check(history: &[Message], expect: &[&str]) {
    let trimmed = trim::trim(history).unwrap_or_else(|| history.to_vec());
    let results = texts(&trimmed).into_iter().filter(|text| text.starts_with("result "));
    let first: Vec<String> = results
        .map(|text| text.lines().next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(first, expect);
    assert_eq!(trim::trim(&trimmed), None, "a second trim finds nothing");
}

fn pass(window: u64, fixed: u64, history: &[Message], tried: Tried) -> Option<Pass> {
    let room = Room {
        window,
        tokens: fixed + total(history, &tokens),
        count: &tokens,
    };
    next_pass(room, history, tried)
}

#[test]
fn results_are_trimmed_by_their_age() {
    let steps: Vec<Message> = (0..8)
        .flat_map(|n| step("shell", &format!(r#"{{"command":"c{n}"}}"#), &long(n)))
        .collect();
    let history = [vec![user("do")], steps].concat();
    let trimmed = trim::trim(&history).unwrap();
    let results: Vec<String> = texts(&trimmed)
        .into_iter()
        .filter(|text| text.starts_with("result"))
        .collect();
    for (age, result) in results.iter().rev().enumerate().map(|(n, result)| (2 * n, result)) {
        match age {
            0..=2 => assert_eq!(result.len(), long(0).len() + "result ".len()),
            3..=10 => assert!(result.len() < 2_100 && result.contains("left out"), "{age}: {result}"),
            _ => assert!(
                result.starts_with(r#"result [snipped] shell {"command":"c"#),
                "{age}: {result}"
            ),
        }
    }
    assert!(
        results[0].ends_with(r#"{"command":"c0"} · 6001 bytes · ok"#),
        "{}",
        results[0]
    );
    assert_eq!(trim::trim(&trimmed), None);
}

#[test]
fn superseded_reads_are_stripped() {
    let read = |path: &str, lines: &str| {
        let content = format!("{path} · lines {lines} of 90 · hash h\n{}", long(0));
        step("read", &format!(r#"{{"path":"{path}"}}"#), &content)
    };
    let edit = |path: &str| step("edit", &format!(r#"{{"path":"{path}"}}"#), "proposed 1 hunk");
    let look = step("list", "{}", "a.rs");
    let snipped = |path: &str| {
        format!(r#"result [snipped] read {{"path":"{path}"}} · 6036 bytes · ok · a later call shows or changed it"#)
    };
    let whole = |path: &str, lines: &str| format!("result {path} · lines {lines} of 90 · hash h");
    let cases = [
        // The same lines again; other lines; more lines.
        (
            read("a.rs", "1-40"),
            read("a.rs", "1-40"),
            snipped("a.rs"),
            whole("a.rs", "1-40"),
        ),
        (
            read("a.rs", "1-40"),
            read("a.rs", "5-50"),
            whole("a.rs", "1-40"),
            whole("a.rs", "5-50"),
        ),
        (
            read("a.rs", "5-40"),
            read("a.rs", "1-90"),
            snipped("a.rs"),
            whole("a.rs", "1-90"),
        ),
        (
            read("a.rs", "1-40"),
            read("b.rs", "1-90"),
            whole("a.rs", "1-40"),
            whole("b.rs", "1-90"),
        ),
        // A change of the file after it.
        (
            read("a.rs", "1-40"),
            edit("a.rs"),
            snipped("a.rs"),
            "result proposed 1 hunk".into(),
        ),
        (
            read("a.rs", "1-40"),
            edit("b.rs"),
            whole("a.rs", "1-40"),
            "result proposed 1 hunk".into(),
        ),
    ];
    for (first, second, then, after) in cases {
        let history = [vec![user("do")], first, second, look.clone()].concat();
        check(&history, &[&then, &after, "result a.rs"]);
    }
    let mut failed = edit("a.rs");
    fail(&mut failed);
    let history = [vec![user("do")], read("a.rs", "1-40"), failed, look].concat();
    check(
        &history,
        &[&whole("a.rs", "1-40"), "result proposed 1 hunk", "result a.rs"],
    );
}

#[test]
fn finished_turns_collapse_and_the_present_one_does_not() {
    let first = [
        vec![user("make it fast")],
        step("read", r#"{"path":"a.rs"}"#, &long(1)),
        step("edit", r#"{"path":"a.rs"}"#, &long(2)),
        step("shell", r#"{"command":"cargo test"}"#, &long(3)),
        vec![answer("It is fast.")],
    ]
    .concat();
    let second = [vec![user("and small")], step("read", r#"{"path":"b.rs"}"#, &long(4))].concat();
    let history = [first, second.clone()].concat();
    let collapsed = collapse::collapse(&history, &tokens).unwrap();
    let expect = [
        "make it fast",
        "[collapsed] 3 tool calls of this turn, which is finished, are left out.\nChanged: a.rs\nRead: a.rs\nRan: cargo test",
        "It is fast.",
    ];
    assert_eq!(texts(&collapsed)[..3], expect);
    assert_eq!(collapsed[2..], second);
    assert_eq!(collapse::collapse(&collapsed, &tokens), None);
    assert_eq!(collapse::collapse(&second, &tokens), None);
}

#[test]
fn steering_survives_a_collapse_and_what_the_harness_said_does_not() {
    let mut history = [vec![user("do")], step("shell", "{}", &long(1))].concat();
    history[2].content.push(text("only the tests"));
    history.extend([answer("done?"), user("[auto-test] they fail")]);
    history.extend(step("shell", "{}", &long(2)));
    history.extend([answer("done"), user("next")]);
    let collapsed = collapse::collapse(&history, &tokens).unwrap();
    let said = texts(&collapsed);
    assert_eq!(said[..2], ["do", "only the tests"]);
    assert_eq!(said[3..], ["done", "next"]);
}

#[test]
fn passes_come_in_their_order() {
    let turn = |task: &str, calls: u32| {
        let steps = (0..calls).flat_map(|n| step("shell", &format!(r#"{{"command":"{task} {n}"}}"#), &long(n)));
        [vec![user(task)], steps.collect()].concat()
    };
    let history = [turn("one", 20), vec![answer("one is done")], turn("two", 4)].concat();
    let size = total(&history, &tokens);
    assert_eq!(pass(size * 2, 0, &history, Tried::default()), None, "half full");
    let window = size * 10 / 7;
    let Some(Pass::Trim(trimmed)) = pass(window, 0, &history, Tried::default()) else {
        panic!("trim at 70 %")
    };
    assert!(total(&trimmed, &tokens) < size / 2);
    assert_eq!(pass(window, 0, &trimmed, Tried::default()), None, "then it has room");

    // Little to gain: not worth a new prefix before it must be.
    let talk: Vec<Message> = (0..40).flat_map(|_| [user(&long(0)), answer(&long(1))]).collect();
    let talk = [talk, turn("three", 3)].concat();
    let size = total(&talk, &tokens);
    assert_eq!(pass(size * 10 / 8, 0, &talk, Tried::default()), None);
    let window = size * 100 / 88;
    let Some(Pass::Trim(talk)) = pass(window, 0, &talk, Tried::default()) else {
        panic!("trim at 88 %")
    };
    let fixed = window * 88 / 100 - total(&talk, &tokens);
    let Some(Pass::Learnings(asked)) = pass(window, fixed, &talk, Tried::default()) else {
        panic!("learnings")
    };
    assert_eq!(
        asked[..asked.len() - 1],
        talk[..talk.len() - 1],
        "the cached prefix is kept"
    );
    let mut tried = Tried {
        learnings: true,
        ..Tried::default()
    };
    assert!(matches!(pass(window, fixed, &talk, tried), Some(Pass::Checkpoint(_))));
    tried.checkpoints = 2;
    assert!(matches!(pass(window, fixed, &talk, tried), Some(Pass::Emergency(_))));
    assert!(matches!(
        pass(window, fixed + window / 10, &talk, Tried::default()),
        Some(Pass::Emergency(_))
    ));
    let refused = Tried {
        is_refused: true,
        ..Tried::default()
    };
    assert!(matches!(
        pass(window * 100, 0, &talk, refused),
        Some(Pass::Emergency(_))
    ));
}

#[test]
fn a_checkpoint_takes_the_place_of_what_was_before_the_newest_messages() {
    let mut history = [vec![user("the task")], steps(6)].concat();
    history[2].content.push(text("not on Fridays"));
    let size = total(&history, &tokens);
    let room = Room {
        window: size * 100 / 85,
        tokens: size,
        count: &tokens,
    };
    let reply = "## State\nhalf of it is done\n## Pending\nthe other half";
    let shorter = checkpoint(&history, reply, room).unwrap();
    assert!(shorter[0].text().starts_with("[checkpoint] ") && shorter[0].text().contains(reply));
    assert_eq!(texts(&shorter[..1])[1..], ["the task", "not on Fridays"]);
    assert!(
        shorter[1..] == history[history.len() - 2..],
        "a fifth of the window: one step of six"
    );
    let roomy = Room {
        window: size * 100,
        ..room
    };
    let asked = checkpoint(&history, reply, roomy).unwrap();
    assert!(asked == shorter, "a short conversation is shortened too");
    assert_eq!(checkpoint(&history, "ok", room), None, "no checkpoint");
    assert_eq!(
        checkpoint(&history, &"long ".repeat(20_000), room),
        None,
        "nothing gained"
    );
}

#[test]
fn learnings_are_the_bullets_of_a_reply() {
    let reply =
        "Here they are:\n- tests need `make db` first\n* tabs, not spaces\n- tests need `make db` first\n- \nBye";
    assert_eq!(learnings(reply), ["tests need `make db` first", "tabs, not spaces"]);
    assert_eq!(learnings("NONE"), Vec::<String>::new());
    assert_eq!(learnings("- None"), Vec::<String>::new());
}

#[test]
fn a_result_larger_than_the_window_survives_with_head_and_tail() {
    let huge = format!("first line\n{}\nlast line", "x".repeat(4_000_000));
    let history = [
        vec![user("do")],
        step("shell", "{}", "fine"),
        step("shell", "{}", &huge),
    ]
    .concat();
    let Some(Pass::Emergency(shorter)) = pass(10_000, 1_000, &history, Tried::default()) else {
        panic!("an emergency")
    };
    let said = texts(&shorter);
    assert_eq!(said[..3], ["do", "call shell {}", "result fine"]);
    assert!(said[4].starts_with("result first line") && said[4].ends_with("last line") && said[4].len() > 5_000);
    assert!(total(&shorter, &tokens) + 1_000 <= 5_500);
}

#[test]
fn an_emergency_drops_the_oldest_exchanges_and_keeps_the_first_task() {
    let steps: Vec<Message> = (0..60)
        .flat_map(|n| step("shell", &format!(r#"{{"n":{n}}}"#), &long(n)))
        .collect();
    let mut history = [vec![user("first task")], steps].concat();
    history[4].content.push(text("last words"));
    let shorter = emergency::trim_to(&history, &tokens, 2_500).unwrap();
    let said = texts(&shorter);
    assert_eq!(said[..2], ["first task", "last words"]);
    assert!(said[2].starts_with(r#"call shell {"n":"#) && said.last().unwrap().len() > 1_000);
    assert!(said.iter().any(|text| text.starts_with("call shell {\"n\":58}")));
    assert_eq!(emergency::trim_to(&shorter, &tokens, 2_500), None);
}

#[test]
fn only_the_users_words_are_left_where_nothing_else_fits() {
    let mut history = [vec![user("first task")], steps(2)].concat();
    history[2].content.push(text("last words"));
    history[3].content.insert(0, thinking(&long(1)));
    let shorter = emergency::trim_to(&history, &tokens, 100).unwrap();
    assert_eq!(texts(&shorter), ["first task", "last words"]);
}

#[test]
fn old_screenshots_go_and_the_users_pictures_stay() {
    let mut history = vec![user("like this")];
    history[0].content.push(image());
    for n in 0..4 {
        let mut shot = step("screenshot", &format!(r#"{{"n":{n}}}"#), "taken");
        shot[1].content.push(image());
        history.extend(shot);
    }
    assert_eq!(drop_old_images(&mut history, 2), 2);
    let pictures: Vec<usize> = (0..history.len())
        .filter(|at| history[*at].content.contains(&image()))
        .collect();
    assert_eq!(pictures, [0, 6, 8]);
    assert_eq!(drop_old_images(&mut history, 2), 0);
    let shorter = emergency::trim_to(&history, &tokens, 500).unwrap();
    assert!(!texts(&shorter).contains(&"image".to_owned()));
}

#[test]
fn signed_thinking_of_the_newest_call_stays() {
    let mut history = [vec![user("do")], steps(9)].concat();
    for message in history.iter_mut().filter(|message| message.role == Role::Assistant) {
        message.content.insert(0, thinking("because"));
    }
    let newest = history.len() - 2;
    let thoughts = |messages: &[Message]| {
        messages
            .iter()
            .filter(|message| message.content[0] == thinking("because"))
            .count()
    };
    let trimmed = trim::trim(&history).unwrap();
    assert_eq!(thoughts(&trimmed), 5, "those of the last ten messages");
    let shorter = emergency::trim_to(&history, &tokens, 1_000).unwrap();
    assert_eq!((thoughts(&shorter), &shorter[shorter.len() - 2]), (1, &history[newest]));
}

#[test]
fn after_a_fruitless_look_the_next_one_waits_for_more() {
    let look = |tokens| {
        next_look(Room {
            window: 1_000,
            tokens,
            count: &|_| 0,
        })
    };
    let looks = [0, 599, 600, 700, 840, 850, 990].map(look);
    assert_eq!(looks, [600, 629, 630, 730, 850, 850, 850]);
}
