//! Tools that ask the editor: what it answers is carried into the session's text, and our index stands in for it.

use std::sync::{Arc, Mutex};

use base::{Diagnostic, HunkState, Severity, Uri};
use expect_test::{Expect, expect};
use futures::FutureExt;
use serde_json::{Value, json};
use text::{Position, PositionEncoding, Span};
use workspace::{Ide, IdeAnswer, IdeChange, IdeDiagnostics, IdeError, IdePlace, IdeService, IdeSymbol, IdeTextEdit};

use crate::scene::Scene;

const MAIN: &str = "fn main() {\n    area(1);\n}\n";
const LIB: &str = "pub fn area(w: u32) -> u32 {\n    w\n}\n";

/// An editor that says what a test has it say, and notes what it was asked.
#[derive(Default)]
struct Said {
    places: Vec<IdePlace>,
    symbols: Vec<IdeSymbol>,
    diagnostics: Vec<IdeDiagnostics>,
    changes: Vec<IdeChange>,
    edits: Vec<IdeTextEdit>,
    fails: bool,
}

#[derive(Default)]
struct Editor {
    said: Mutex<Said>,
    asked: Mutex<Vec<String>>,
}

impl Editor {
    fn answer<T: Clone + Send + 'static>(&self, question: String, of: impl Fn(&Said) -> T) -> IdeAnswer<'_, T> {
        self.asked.lock().unwrap().push(question);
        let said = self.said.lock().unwrap();
        let answer = if said.fails { Err(IdeError::Slow) } else { Ok(of(&said)) };
        async move { answer }.boxed()
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn at(place: Position) -> String {
    format!("{}:{}", place.line, place.character)
}

impl Ide for Editor {
    fn serves(&self, _service: IdeService) -> bool {
        true
    }

    fn encoding(&self) -> PositionEncoding {
        PositionEncoding::Utf16
    }

    fn diagnostics(&self, _uri: Option<Uri>) -> IdeAnswer<'_, Vec<IdeDiagnostics>> {
        self.answer("diagnostics".to_owned(), |said| said.diagnostics.clone())
    }

    fn definition(&self, uri: Uri, place: Position) -> IdeAnswer<'_, Vec<IdePlace>> {
        let question = format!("definition {} {}", uri.file_name(), at(place));
        self.answer(question, |said| said.places.clone())
    }

    fn references(&self, uri: Uri, place: Position) -> IdeAnswer<'_, Vec<IdePlace>> {
        let question = format!("references {} {}", uri.file_name(), at(place));
        self.answer(question, |said| said.places.clone())
    }

    fn symbols(&self, query: String) -> IdeAnswer<'_, Vec<IdeSymbol>> {
        self.answer(format!("symbols {query}"), |said| said.symbols.clone())
    }

    fn rename(&self, uri: Uri, place: Position, new_name: String) -> IdeAnswer<'_, Vec<IdeChange>> {
        let question = format!("rename {} {} {new_name}", uri.file_name(), at(place));
        self.answer(question, |said| said.changes.clone())
    }

    fn format(&self, uri: Uri, span: Option<Span>) -> IdeAnswer<'_, Vec<IdeTextEdit>> {
        let span = span
            .map(|span| format!(" {}-{}", at(span.start), at(span.end)))
            .unwrap_or_default();
        self.answer(format!("format {}{span}", uri.file_name()), |said| said.edits.clone())
    }
}

fn project() -> (Scene, Arc<Editor>) {
    let mut scene = Scene::new(&[("main.rs", MAIN), ("lib.rs", LIB), (".env", "KEY=1\n")]);
    let editor = Arc::new(Editor::default());
    scene.cx.ide = Some(Arc::clone(&editor) as _);
    (scene, editor)
}

fn span(line: u32, from: u32, to: u32) -> Span {
    let position = |character| Position { line, character };
    Span {
        start: position(from),
        end: position(to),
    }
}

fn place(scene: &Scene, path: &str, line: u32) -> IdePlace {
    IdePlace {
        uri: scene.uri(path),
        span: span(line, 0, 1),
    }
}

fn edit(span: Span, text: &str) -> IdeTextEdit {
    IdeTextEdit {
        span,
        text: text.to_owned(),
    }
}

async fn check(scene: &Scene, tool: &str, arguments: Value, answer: Expect) {
    answer.assert_eq(&scene.call(tool, arguments).await);
}

/// What the session proposes, so that its lines differ from the user's.
async fn propose(scene: &Scene, path: &str, line: usize, text: &str) {
    let answer = scene
        .call("insert", json!({"path": path, "line": line, "text": text}))
        .await;
    assert!(answer.starts_with("proposed"), "{answer}");
}

#[tokio::test]
async fn places_are_carried_there_and_back() {
    let (scene, editor) = project();
    propose(&scene, "main.rs", 1, "// one\n// two\n").await;
    propose(&scene, "lib.rs", 1, "/// Doc.\n").await;
    editor.said.lock().unwrap().places = vec![place(&scene, "lib.rs", 0)];
    check(
        &scene,
        "definition",
        json!({"name": "main.rs:4:area"}),
        expect![[r#"
            lib.rs:2 pub fn area(w: u32) -> u32 {
            (by the editor's language servers)
        "#]],
    )
    .await;
    assert_eq!(
        editor.asked(),
        ["definition main.rs 1:4"],
        "line 4 of the session is line 1 of the user's"
    );
}

#[tokio::test]
async fn what_is_only_proposed_the_index_answers_and_says_so() {
    let (scene, editor) = project();
    propose(&scene, "main.rs", 2, "    area(2);\n").await;
    editor.said.lock().unwrap().places = vec![place(&scene, "main.rs", 1)];
    check(
        &scene,
        "definition",
        json!({"name": "main.rs:2:area"}),
        expect![[r#"
            lib.rs:1-3 function pub fn area(w: u32) -> u32
            (by Singletree's index: `area` stands only in what you propose there, which the editor does not know)
        "#]],
    )
    .await;
    assert!(editor.asked().is_empty());
    check(
        &scene,
        "references",
        json!({"name": "area"}),
        expect![[r#"
            main.rs:3 area(1);
            (by the editor's language servers)
            main.rs:2 [in main] area(2); [proposed, by Singletree's index]
        "#]],
    )
    .await;
    assert_eq!(editor.asked(), ["references lib.rs 0:7"]);
}

#[tokio::test]
async fn an_editor_that_is_slow_is_passed_over() {
    let (scene, editor) = project();
    editor.said.lock().unwrap().fails = true;
    check(
        &scene,
        "symbols",
        json!({"query": "area"}),
        expect![[r#"
            lib.rs:1 function pub fn area(w: u32) -> u32
            (by Singletree's index: the editor did not answer in time)
        "#]],
    )
    .await;
    check(
        &scene,
        "format",
        json!({"path": "main.rs"}),
        expect!["error: the editor did not answer in time"],
    )
    .await;
}

#[tokio::test]
async fn what_may_not_be_read_is_not_shown() {
    let (scene, editor) = project();
    let outside = IdePlace {
        uri: Uri::parse("file:///usr/lib/rust/num.rs").unwrap(),
        span: span(8, 0, 1),
    };
    editor.said.lock().unwrap().places = vec![outside, place(&scene, ".env", 0), place(&scene, "lib.rs", 0)];
    check(
        &scene,
        "references",
        json!({"name": "lib.rs:1:area"}),
        expect![[r#"
            lib.rs:1 pub fn area(w: u32) -> u32 {
            /usr/lib/rust/num.rs:9 [outside the workspace]
            (by the editor's language servers)
        "#]],
    )
    .await;
}

#[tokio::test]
async fn symbols_of_the_editor_and_those_in_proposed_files() {
    let (scene, editor) = project();
    propose(&scene, "lib.rs", 1, "pub fn area_of() {}\n").await;
    editor.said.lock().unwrap().symbols = vec![IdeSymbol {
        name: "area_main".to_owned(),
        kind: "function",
        container: Some("main".to_owned()),
        place: place(&scene, "main.rs", 0),
    }];
    check(
        &scene,
        "symbols",
        json!({"query": "area"}),
        expect![[r#"
            main.rs:1 function [in main] area_main
            (by the editor's language servers)
            lib.rs:2 function pub fn area(w: u32) -> u32 [as you propose it, by Singletree's index]
            lib.rs:1 function pub fn area_of() [as you propose it, by Singletree's index]
        "#]],
    )
    .await;
}

#[tokio::test]
async fn diagnostics_tell_what_is_new_and_what_is_gone() {
    let (scene, editor) = project();
    let diagnostic = |line, severity, message: &str| Diagnostic {
        span: span(line, 0, 1),
        severity: Some(severity),
        code: Some("E1".to_owned()),
        source: Some("rustc".to_owned()),
        message: message.to_owned(),
        related: Vec::new(),
        data: None,
    };
    let say = |diagnostics| {
        editor.said.lock().unwrap().diagnostics = vec![IdeDiagnostics {
            uri: scene.uri("main.rs"),
            version: None,
            diagnostics,
        }];
    };
    propose(&scene, "main.rs", 1, "// one\n").await;
    say(vec![
        diagnostic(1, Severity::Warning, "unused"),
        diagnostic(1, Severity::Error, "no such\nname"),
    ]);
    check(
        &scene,
        "diagnostics",
        json!({}),
        expect![[r#"
            main.rs:3 error: no such name (rustc E1)
            main.rs:3 warning: unused (rustc E1)
            (by the editor's language servers)
        "#]],
    )
    .await;
    say(vec![
        diagnostic(0, Severity::Warning, "unused"),
        diagnostic(0, Severity::Warning, "dead"),
    ]);
    check(
        &scene,
        "diagnostics",
        json!({"path": "main.rs"}),
        expect![[r#"
            main.rs:2 warning: unused (rustc E1)
            main.rs:2 warning: dead (rustc E1) [new]
            main.rs: 1 gone since you last looked
            (by the editor's language servers)
        "#]],
    )
    .await;
}

fn renaming(scene: &Scene) -> Vec<IdeChange> {
    let file = |path: &str, span| IdeChange::Edit {
        uri: scene.uri(path),
        edits: vec![edit(span, "surface")],
    };
    vec![file("lib.rs", span(0, 7, 11)), file("main.rs", span(1, 4, 8))]
}

#[tokio::test]
async fn a_rename_is_proposed_file_by_file_and_is_the_editors() {
    let (scene, editor) = project();
    propose(&scene, "main.rs", 1, "// one\n").await;
    editor.said.lock().unwrap().changes = renaming(&scene);
    let arguments = json!({"path": "lib.rs", "line": 1, "name": "area", "new_name": "surface"});
    let output = scene.output("rename", arguments).await;
    assert!(!output.is_error, "{}", output.content);
    assert_eq!(editor.asked(), ["rename lib.rs 0:7 surface"]);
    assert_eq!(output.summary, "proposed 2 hunks in 2 files");
    assert_eq!(scene.view("main.rs"), "// one\nfn main() {\n    surface(1);\n}\n");
    assert_eq!(scene.view("lib.rs"), LIB.replace("area", "surface"));
    let reviews = scene.cx.workspace.reviews(PositionEncoding::Utf16);
    let hunks = reviews
        .iter()
        .flat_map(|review| &review.files)
        .flat_map(|file| &file.hunks);
    let by_editor = hunks.filter(|hunk| hunk.author == "editor: rename" && hunk.state == HunkState::Pending);
    assert_eq!(by_editor.count(), 2);
}

#[tokio::test]
async fn a_rename_that_cannot_be_done_whole_changes_nothing() {
    let (scene, editor) = project();
    let changed = json!({"path": "main.rs", "old_text": "area(1)", "new_text": "circle(1)"});
    scene.call("edit", changed).await;
    editor.said.lock().unwrap().changes = vec![
        renaming(&scene).remove(0),
        IdeChange::Edit {
            uri: scene.uri("main.rs"),
            edits: vec![edit(span(1, 4, 12), "surface(1);")],
        },
    ];
    let arguments = json!({"path": "lib.rs", "line": 1, "name": "area", "new_name": "surface"});
    check(
        &scene,
        "rename",
        arguments.clone(),
        expect![[r#"error: nothing was changed: the editor would change main.rs: what you propose changes line 2, where the name stands too: `revert` it, or rename by `edit`"#]],
    )
    .await;
    assert_eq!(scene.view("lib.rs"), LIB);
    let outside = IdeChange::Edit {
        uri: Uri::parse("file:///etc/hosts").unwrap(),
        edits: vec![edit(span(0, 0, 0), "x")],
    };
    editor.said.lock().unwrap().changes = vec![renaming(&scene).remove(0), outside];
    let answer = scene.call("rename", arguments).await;
    assert!(answer.contains("it may not be changed (rule"), "{answer}");
    assert_eq!(scene.view("lib.rs"), LIB);
}

#[tokio::test]
async fn a_formatter_leaves_proposed_lines_alone() {
    let (scene, editor) = project();
    scene.open("main.rs", "fn main(){\narea( 1 );\n}\n");
    let changed = json!({"path": "main.rs", "old_text": "area( 1 )", "new_text": "area( 2, 3 )"});
    scene.call("edit", changed).await;
    let whole = Span {
        start: Position { line: 0, character: 0 },
        end: Position { line: 3, character: 0 },
    };
    editor.said.lock().unwrap().edits = vec![edit(whole, "fn main() {\n    area(1);\n}\n")];
    let answer = scene.call("format", json!({"path": "main.rs"})).await;
    assert!(answer.starts_with("proposed"), "{answer}");
    assert!(
        scene.view("main.rs").starts_with("fn main() {\n"),
        "{}",
        scene.view("main.rs")
    );
    assert!(scene.view("main.rs").contains("2, 3"), "{}", scene.view("main.rs"));
    editor.said.lock().unwrap().edits = Vec::new();
    check(
        &scene,
        "format",
        json!({"path": "lib.rs", "first_line": 1}),
        expect![[r#"
            lib.rs is formatted already (by the editor's language servers)
        "#]],
    )
    .await;
    assert_eq!(editor.asked(), ["format main.rs", "format lib.rs 0:0-1:0"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_rename_that_would_move_a_link_changes_nothing() {
    let (scene, editor) = project();
    std::os::unix::fs::symlink("lib.rs", scene.path("link.rs")).unwrap();
    let moved = IdeChange::Rename {
        from: scene.uri("link.rs"),
        to: scene.uri("surface.rs"),
    };
    editor.said.lock().unwrap().changes = vec![renaming(&scene).remove(0), moved];
    check(
        &scene,
        "rename",
        json!({"path": "lib.rs", "line": 1, "name": "area", "new_name": "surface"}),
        expect!["error: `link.rs` is a link to `lib.rs`, and only files are deleted and moved: name `lib.rs` itself, or delete the link by `shell`"],
    )
    .await;
    assert_eq!(scene.view("lib.rs"), LIB);
}
