use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Block, Image, Message, SystemPart, ToolCall, ToolResult, ToolSpec};
use serde_json::json;

use super::*;

mod pictures;

fn exact(text: &str) -> u64 {
    TokenCounter::for_model("gpt-5.4").text(text)
}

#[test]
fn openai_texts_are_counted_as_openai_does() {
    let check = |text: &str, expect: u64| assert_eq!(exact(text), expect, "{text:?}");
    check("", 0);
    check("hello world", 2);
    check("fn main() {\n    println!(\"Hello\");\n}\n", 10);
    check("    indented\n\n\n\tmore", 6);
    check("it's IT'S don'T 1234567 ¼", 11);
    check("日本語のテキスト", 6);
    check("Grüße, naïve café — привет", 9);
    check("🏳️‍🌈", 6);
    check("if (a  &&\u{a0}b)\r\n\r\n  { /* ünïcödé */ }", 17);
    // One piece that has to be merged from single bytes.
    check(&"xq".repeat(30_000), 30_001);
}

/// Code, prose and settings of this repository, in every language that it has. Not recorded streams and the like: what
/// is packed is no text.
fn corpus() -> Vec<PathBuf> {
    const LANGUAGES: [&str; 9] = ["rs", "md", "toml", "py", "ts", "js", "go", "lua", "sh"];
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let mut folders = ["server", "editors", "tests"]
        .map(|name| repository.join(name))
        .to_vec();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            if extension.is_some_and(|extension| LANGUAGES.contains(&extension)) {
                files.push(path);
            } else if path.is_dir() && !is_hidden(&path) {
                folders.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Caches and other tools' folders.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(".");
    name.starts_with('.') || name == "node_modules" || name == "target" || path.is_symlink()
}

#[test]
fn the_estimate_is_near_the_exact_count() {
    let rough = TokenCounter::for_model("gpt-5.4").rough();
    let (mut expected, mut estimated, mut worst) = (0, 0, (0.0, PathBuf::new()));
    for path in corpus() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        // In a short text one odd word is a large part.
        if text.len() < 1_000 {
            continue;
        }
        let (real, guess) = (exact(&text), rough.text(&text));
        let error = guess as f64 / real as f64 - 1.0;
        if error.abs() > f64::abs(worst.0) {
            worst = (error, path);
        }
        expected += real;
        estimated += guess;
    }
    let error = estimated as f64 / expected as f64 - 1.0;
    println!(
        "{expected} tokens estimated {:+.1} %; worst file {:+.1} % ({})",
        error * 100.0,
        worst.0 * 100.0,
        worst.1.display()
    );
    assert!(expected > 200_000, "{expected}");
    assert!(error.abs() <= 0.10, "{error}");
    assert!(worst.0.abs() <= 0.20, "{worst:?}");
}

#[test]
fn other_scripts_are_estimated_within_reason() {
    let rough = TokenCounter::for_model("gpt-5.4").rough();
    let check = |text: &str, most: f64| {
        let ratio = rough.text(text) as f64 / exact(text) as f64;
        assert!((0.8..=most).contains(&ratio), "{ratio}: {text}");
    };
    check(
        "Программа читает файл построчно и выводит те строки, которые подходят под образец.",
        1.6,
    );
    check(
        "这个函数读取文件的每一行,并返回与模式匹配的那些行。如果文件不存在,则返回错误。",
        1.6,
    );
    check(
        "この関数はファイルを一行ずつ読み、パターンに一致する行を返します。",
        1.6,
    );
    check("Η συνάρτηση διαβάζει το αρχείο γραμμή προς γραμμή.", 1.6);
    check(
        "Die Funktion liest die Datei zeilenweise und gibt überschüssige Einträge zurück.",
        1.3,
    );
}

#[test]
fn each_family_has_its_own_rule() {
    let text = "The quick brown fox jumps over the lazy dog.\n".repeat(100);
    let count = |model: &str| TokenCounter::for_model(model).text(&text);
    let base = TokenCounter::for_model("gpt-5.4").rough().text(&text);
    assert!(TokenCounter::for_model("openrouter/openai/gpt-6-luna").is_exact());
    assert!(TokenCounter::for_model("o4-mini").is_exact());
    assert!(!TokenCounter::for_model("claude-opus-5-5").is_exact());
    assert_eq!(count("anthropic/claude-opus-5-5"), count("claude-opus-4-7"));
    assert_eq!(count("claude-opus-4-20250514"), count("claude-3-5-sonnet-20241022"));
    assert_eq!(count("anthropic/claude-sonnet-4.6"), count("claude-haiku-4-5-20251001"));
    assert!(count("claude-opus-5-5") > count("claude-sonnet-4-5"));
    assert!(count("claude-sonnet-4-5") > base);
    assert!(count("local/qwen3-coder") > base);
}

#[test]
fn a_request_is_the_sum_of_its_parts() {
    let counter = TokenCounter::for_model("claude-opus-5-5");
    let tool = ToolSpec {
        name: "read".to_owned(),
        description: "Reads a file.".to_owned(),
        schema: json!({"type": "object", "properties": {"path": {"type": "string"}}}),
    };
    let call = ToolCall {
        id: "c1".into(),
        name: "read".to_owned(),
        arguments: json!({"path": "src/lib.rs"}),
    };
    let result = ToolResult {
        call_id: "c1".into(),
        content: "fn main() {}\n".repeat(50),
        is_error: false,
    };
    let mut request = Request {
        system: vec![SystemPart {
            text: "You help.".to_owned(),
            cache: true,
        }],
        messages: vec![Message::user("Go.")].into(),
        ..Request::default()
    };
    let empty = counter.prompt(&Request::default());
    let first = counter.prompt(&request);
    assert_eq!(
        first,
        empty + counter.text("You help.") + counter.message(&request.messages[0])
    );
    request.tools = [tool.clone()].into();
    assert_eq!(counter.prompt(&request), first + counter.tool(&tool));
    for block in [Block::ToolCall(call), Block::ToolResult(result)] {
        let before = counter.prompt(&request);
        Arc::make_mut(&mut request.messages)[0].content.push(block.clone());
        assert_eq!(counter.prompt(&request), before + counter.block(&block));
        assert!(counter.block(&block) > 12);
    }
}

#[test]
fn only_near_the_limit_is_counting_exact() {
    let counter = TokenCounter::for_model("gpt-5.4");
    let request = Request {
        messages: vec![Message::user("0x9f3a_bb7c + résumé → ∑\n".repeat(40))].into(),
        ..Request::default()
    };
    let (exact, rough) = (counter.prompt(&request), counter.rough().prompt(&request));
    assert_ne!(exact, rough);
    assert_eq!(counter.prompt_near(&request, rough), exact);
    assert_eq!(counter.prompt_near(&request, rough * 10), rough);
    assert_eq!(counter.prompt_near(&request, rough / 10), rough);
}

#[test]
fn reports_correct_the_count() {
    let mut calibration = Calibration::default();
    assert_eq!(calibration.apply(1_000), 1_000);
    calibration.observe(1_000, 1_300);
    assert_eq!(calibration.apply(1_000), 1_300);
    for _ in 0..20 {
        calibration.observe(10_000, 12_000);
    }
    assert!((calibration.factor() - 1.2).abs() < 0.01, "{calibration:?}");
}

#[test]
fn reports_that_cannot_be_right_change_nothing() {
    let mut calibration = Calibration::default();
    for (estimated, reported) in [(1_000, 0), (1_000, 9_000), (0, 1_000), (100, 150), (10_000, 500)] {
        calibration.observe(estimated, reported);
    }
    assert_eq!(calibration, Calibration::default());
}

proptest::proptest! {
    #[test]
    fn any_text_has_a_count(text in "\\PC{0,60}|[ \\n]{0,9}|.{0,40}") {
        let counter = TokenCounter::for_model("gpt-5.4");
        let (real, rough) = (counter.text(&text), counter.rough().text(&text));
        proptest::prop_assert!(real <= text.len() as u64);
        proptest::prop_assert_eq!(real == 0, text.is_empty());
        proptest::prop_assert!(rough <= 3 * text.len() as u64);
    }
}
