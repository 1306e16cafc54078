//! Whatever a file's bytes are like, a Keep changes those of its hunk and no other.

use e2e::{Answer, Options, Scene, call, run};
use serde_json::{Value, json};

fn edit(old: &str, new: &str) -> (String, Value) {
    call("edit", json!({"path": "file.txt", "old_text": old, "new_text": new}))
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(unit)
        .collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()
}

/// Files before and after: in each the model makes "target" "two\nlines" and cuts "gone\n".
fn files() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let utf8 = |before: &str, after: &str| (before.as_bytes().to_vec(), after.as_bytes().to_vec());
    let named = |name, (before, after)| (name, before, after);
    let wide = ("é ß\r\n𝒳 target 𝒳\r\ngone\r\nrest", "é ß\r\n𝒳 two\r\nlines 𝒳\r\nrest");
    let narrow = ("é ß\n\u{a0}target ÿ\ngone\nrest\n", "é ß\n\u{a0}two\nlines ÿ\nrest\n");
    vec![
        named(
            "CRLF",
            utf8("a\r\nx target\r\ngone\r\nb\r\n", "a\r\nx two\r\nlines\r\nb\r\n"),
        ),
        named("CR", utf8("a\rx target\rgone\rb\r", "a\rx two\rlines\rb\r")),
        named(
            "mixed line endings",
            utf8(
                "a\nb\r\nx target\r\ngone\nc\rd\r\n\r\n\n",
                "a\nb\r\nx two\r\nlines\r\nc\rd\r\n\r\n\n",
            ),
        ),
        named("no final newline", utf8("a\ngone\nx target", "a\nx two\nlines")),
        named(
            "byte order mark",
            utf8("\u{feff}x target\ngone\nb\n", "\u{feff}x two\nlines\nb\n"),
        ),
        named(
            "blanks and form feeds",
            utf8(
                "  \t\n\u{c}x target  \ngone\n\u{2028}b \t",
                "  \t\n\u{c}x two\nlines  \n\u{2028}b \t",
            ),
        ),
        ("Latin-1", latin1(narrow.0), latin1(narrow.1)),
        (
            "UTF-16, little end first",
            utf16(wide.0, u16::to_le_bytes),
            utf16(wide.1, u16::to_le_bytes),
        ),
        (
            "UTF-16, big end first",
            utf16(wide.0, u16::to_be_bytes),
            utf16(wide.1, u16::to_be_bytes),
        ),
    ]
}

fn calls() -> Vec<Answer> {
    vec![Answer::Calls(vec![edit("target", "two\nlines"), edit("gone\n", "")])]
}

#[test]
fn closed_files_that_the_server_writes() -> anyhow::Result<()> {
    for (name, before, after) in files() {
        let mut scene = Scene::new(
            &[("file.txt", &before)],
            calls(),
            Options::default().without_apply_edit(),
        )?;
        scene.ask()?;
        assert_eq!(scene.project.read("file.txt"), before, "{name}: not before Keep");
        scene.keep_all()?;
        check(name, &scene.project.read("file.txt"), &after);
        scene.client.execute("singletree.review.undo", json!({}))?;
        check(name, &scene.project.read("file.txt"), &before);
    }
    Ok(())
}

#[test]
fn headless() -> anyhow::Result<()> {
    for (name, before, after) in files() {
        let scene = Scene::new(&[("file.txt", &before)], calls(), Options::default())?;
        let apply = ["run", "go on", "--command", "edit", "--file", "file.txt:1", "--apply"];
        let output = run(&scene.project.home(), scene.project.root(), &scene.model.env(), &apply)?;
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
        check(name, &scene.project.read("file.txt"), &after);
    }
    Ok(())
}

/// An open document has no bytes: the editor decodes and encodes.
#[test]
fn open_documents() -> anyhow::Result<()> {
    for (name, before, after) in files() {
        let mut scene = Scene::new(&[("file.txt", &before)], calls(), Options::default())?;
        let uri = scene.project.uri("file.txt");
        scene.client.open(&uri, "plaintext", &decoded(&before))?;
        scene.ask()?;
        scene.keep_all()?;
        assert_eq!(scene.client.text(&uri), decoded(&after), "{name}");
        assert_eq!(scene.client.state()?, json!({"reviews": []}), "{name}");
        assert_eq!(scene.project.read("file.txt"), before, "{name}: saving is the user's");
    }
    Ok(())
}

/// Some editors leave the mark in the text that they send.
#[test]
fn a_mark_in_the_buffer_stays_there() -> anyhow::Result<()> {
    let before = "\u{feff}x target\ngone\nb\n";
    let mut scene = Scene::new(&[("file.txt", before.as_bytes())], calls(), Options::default())?;
    let uri = scene.project.uri("file.txt");
    scene.client.open(&uri, "plaintext", before)?;
    scene.ask()?;
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), "\u{feff}x two\nlines\nb\n");
    Ok(())
}

#[test]
fn text_that_the_encoding_cannot_hold_is_refused_to_the_model() -> anyhow::Result<()> {
    let bytes = latin1("caf\u{e9}\ntarget\n");
    for is_open in [false, true] {
        let answers = vec![
            Answer::Calls(vec![edit("target", "price in €")]),
            Answer::Text("I could not".into()),
        ];
        let mut scene = Scene::new(&[("file.txt", &bytes)], answers, Options::default())?;
        if is_open {
            let uri = scene.project.uri("file.txt");
            scene.client.open(&uri, "plaintext", "caf\u{e9}\ntarget\n")?;
        }
        scene.ask()?;
        let results = scene.model.tool_results();
        assert!(
            results[0].contains("Latin-1") && results[0].contains('€'),
            "{results:?}"
        );
        assert_eq!(scene.client.state()?, json!({"reviews": []}));
        assert_eq!(scene.project.read("file.txt"), bytes);
    }
    Ok(())
}

fn check(name: &str, found: &[u8], expect: &[u8]) {
    assert_eq!(
        found.escape_ascii().to_string(),
        expect.escape_ascii().to_string(),
        "{name}"
    );
}

fn decoded(bytes: &[u8]) -> String {
    let units = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}
