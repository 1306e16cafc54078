//! outline, symbols, definition, references, search.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::scene::Scene;

async fn check(scene: &Scene, tool: &str, arguments: Value, answer: Expect) {
    answer.assert_eq(&scene.call(tool, arguments).await);
}

const SHAPES: &str = "\
/// A circle.
pub struct Circle(f64);

impl Circle {
    /// Its area.
    pub fn area(&self) -> f64 {
        square(self.0) * 3.14
    }
}

fn square(x: f64) -> f64 {
    x * x
}
";

const MAIN: &str = "\
from shapes import square

def main():
    # square
    print(square(2))
";

fn project() -> Scene {
    Scene::new(&[
        (".gitignore", "dist\n"),
        ("src/shapes.rs", SHAPES),
        ("main.py", MAIN),
        ("dist/main.py", MAIN),
        ("notes.txt", "square\n"),
        ("broken.bin", ""),
    ])
}

#[tokio::test]
async fn outlines_list_declarations() {
    let scene = project();
    check(
        &scene,
        "outline",
        json!({"path": "src/shapes.rs"}),
        expect![[r#"
        2-2 struct pub struct Circle(f64)
        4-9 impl impl Circle
        6-8 method pub fn area(&self) -> f64
        11-13 function fn square(x: f64) -> f64
    "#]],
    )
    .await;
    check(
        &scene,
        "outline",
        json!({"path": "notes.txt"}),
        expect!["error: ROOT/notes.txt: no grammar for this kind of file in this build: read the file instead"],
    )
    .await;
}

#[tokio::test]
async fn one_declaration_comes_as_json() {
    let scene = project();
    check(&scene, "outline", json!({"path": "src/shapes.rs", "line": 7}), expect![[r#"
        {"name":"area","kind":"method","lines":[6,8],"name_line":6,"signature":"pub fn area(&self) -> f64","parent":"Circle","doc":[5,5],"doc_text":"Its area.","body_first_line":7,"indent":"    ","params":[],"returns":"f64","fallible":false,"panics":false,"raises":[],"is_test":false,"exported":true,"is_async":false,"receiver":"&self","calls":[{"name":"square","line":7}]}
    "#]]).await;
    check(&scene, "outline", json!({"path": "main.py", "line": 2}), expect![[r#"
        {"name":"main","kind":"function","lines":[3,5],"name_line":3,"signature":"def main()","parent":null,"doc":null,"doc_text":null,"body_first_line":5,"indent":"","params":[],"returns":null,"fallible":false,"panics":false,"raises":[],"is_test":false,"exported":true,"is_async":false,"receiver":null,"calls":[{"name":"print","line":5},{"name":"square","line":5}]}
    "#]]).await;
    check(
        &scene,
        "outline",
        json!({"path": "src/shapes.rs", "line": 900}),
        expect![[r#"
        {"none":true}
    "#]],
    )
    .await;
}

#[tokio::test]
async fn symbols_are_found_by_name() {
    let scene = project();
    check(
        &scene,
        "symbols",
        json!({"query": "square"}),
        expect![[r#"
        src/shapes.rs:11 function fn square(x: f64) -> f64
    "#]],
    )
    .await;
    check(
        &scene,
        "symbols",
        json!({"query": "Circle::area"}),
        expect![[r#"
        src/shapes.rs:6 method pub fn area(&self) -> f64
    "#]],
    )
    .await;
    check(
        &scene,
        "symbols",
        json!({"query": "hexagon"}),
        expect![[r#"
        no declaration is named like `hexagon`; `grep` searches any text
    "#]],
    )
    .await;
}

#[tokio::test]
async fn definitions_are_shown_with_what_they_say() {
    let scene = project();
    check(
        &scene,
        "definition",
        json!({"name": "Circle::area"}),
        expect![[r#"
        src/shapes.rs:6-8 method [in Circle] pub fn area(&self) -> f64
            Its area.
    "#]],
    )
    .await;
    check(
        &scene,
        "definition",
        json!({"name": "are"}),
        expect![[r#"
        `are` is declared nowhere in the workspace; `symbols` finds names like it
    "#]],
    )
    .await;
    check(
        &scene,
        "definition",
        json!({"name": "square", "path": "lib.rs"}),
        expect!["error: there is no file `lib.rs`; `list` and `glob` show what there is"],
    )
    .await;
}

#[tokio::test]
async fn the_definition_nearest_to_its_use_comes_first() {
    let scene = Scene::new(&[
        ("a/other.py", "def load():\n    pass\n"),
        ("b/main.py", "from c.store import load\n\nload()\n"),
        ("b/near.py", "def load():\n    pass\n"),
        ("c/store.py", "def load():\n    \"\"\"Loads.\"\"\"\n"),
    ]);
    scene.cx.atlas.refresh();
    let expect = expect![[r#"
        c/store.py:1-2 function def load()
            Loads.
        b/near.py:1-2 function def load()
        a/other.py:1-2 function def load()
    "#]];
    check(
        &scene,
        "definition",
        json!({"name": "load", "path": "b/main.py"}),
        expect,
    )
    .await;
    assert_eq!(
        scene.call("definition", json!({"name": "b/main.py:3:load"})).await,
        scene
            .call("definition", json!({"name": "load", "path": "b/main.py"}))
            .await
    );
}

/// Files that only pass a name on are seen through, and a name is found under the one that it is declared as.
#[tokio::test]
async fn the_definition_that_an_import_means_comes_first() {
    let scene = Scene::new(&[
        (
            "app/main.ts",
            "import { load, store as s, ns } from '../lib';\n\ns(load(), ns.load());\n",
        ),
        ("app/near.ts", "export function load() {}\n"),
        (
            "lib/index.ts",
            "export * from './deep';\nexport { save as store } from './save';\nexport * as ns from './ns';\n",
        ),
        ("lib/deep.ts", "export { load } from './deeper/load';\n"),
        ("lib/deeper/load.ts", "/** Loads. */\nexport function load() {}\n"),
        ("lib/save.ts", "export function save() {}\n"),
        ("lib/ns.ts", "export function load() {}\n"),
    ]);
    scene.cx.atlas.refresh();
    let ask = |name: &str| json!({"name": name, "path": "app/main.ts"});
    check(
        &scene,
        "definition",
        ask("load"),
        expect![[r#"
            lib/deeper/load.ts:2-2 function export function load()
                Loads.
            lib/ns.ts:1-1 function export function load()
            app/near.ts:1-1 function export function load()
        "#]],
    )
    .await;
    check(
        &scene,
        "definition",
        ask("s"),
        expect![[r#"
        lib/save.ts:1-1 function export function save()
    "#]],
    )
    .await;
    check(
        &scene,
        "definition",
        ask("ns"),
        expect![[r#"
        lib/ns.ts is what it imports as `ns`
    "#]],
    )
    .await;
    check(
        &scene,
        "definition",
        ask("s.near()"),
        expect![[r#"
        `s.near()` is declared nowhere in the workspace; `symbols` finds names like it
    "#]],
    )
    .await;
    check(
        &scene,
        "definition",
        ask("ns.load"),
        expect![[r#"
            lib/ns.ts:1-1 function export function load()
        "#]],
    )
    .await;
}

/// Of a name in a file, those uses come first that are of the same thing.
#[tokio::test]
async fn references_of_a_place_are_told_from_those_of_namesakes() {
    let scene = Scene::new(&[
        ("a/load.ts", "export function load() {}\n"),
        ("a/index.ts", "export * from './load';\n"),
        ("b/load.ts", "export function load() {}\nload();\n"),
        ("one.ts", "import { load } from './a';\nload();\n"),
        ("two.ts", "import { load } from './b/load';\nload();\n"),
        ("zero.js", "load();\n"),
    ]);
    scene.cx.atlas.refresh();
    let of_a = scene.call("references", json!({"name": "a/load.ts:1:load"})).await;
    expect![[r#"
        a/load.ts:1 [definition] export function load() {}
        one.ts:1 import { load } from './a';
        one.ts:2 load();
        zero.js:1 load();
        of another `load`:
        b/load.ts:1 [definition] export function load() {}
        b/load.ts:2 load();
        two.ts:1 import { load } from './b/load';
        two.ts:2 load();
    "#]]
    .assert_eq(&of_a);
    assert_eq!(scene.call("references", json!({"name": "one.ts:2:load"})).await, of_a);
}

#[tokio::test]
async fn words_lead_to_pieces() {
    let scene = project();
    let found = scene.call("search", json!({"query": "the area of a circle"})).await;
    assert!(found.starts_with("src/shapes.rs:"), "{found}");
    assert!(!found.contains("dist/"), "{found}");
    check(
        &scene,
        "search",
        json!({"query": "zzyzx"}),
        expect![[r#"
        no piece of the workspace is about these words; `grep` searches any text
    "#]],
    )
    .await;
}

/// The atlas narrows what is parsed, and nothing else.
#[tokio::test]
async fn a_warm_atlas_changes_no_answer() {
    for (tool, arguments) in [
        ("symbols", json!({"query": "square"})),
        ("symbols", json!({"query": "circ"})),
        ("symbols", json!({"query": "Circle::area"})),
        ("symbols", json!({"query": "hexagon"})),
        ("references", json!({"name": "square"})),
        ("references", json!({"name": "Circle"})),
        ("references", json!({"name": "x"})),
        ("references", json!({"name": "print"})),
        ("definition", json!({"name": "main"})),
    ] {
        let (cold, warm) = (project(), project());
        warm.cx.atlas.refresh();
        let file = json!({"path": "new.py", "text": "def square(x):\n    return Circle(x)\n"});
        for scene in [&cold, &warm] {
            scene.call("write", file.clone()).await;
        }
        let answer = cold.call(tool, arguments.clone()).await;
        assert_eq!(warm.call(tool, arguments.clone()).await, answer, "{tool} {arguments}");
    }
}

#[tokio::test]
async fn references_are_found_in_code_only() {
    let scene = project();
    check(
        &scene,
        "references",
        json!({"name": "square"}),
        expect![[r#"
        main.py:1 from shapes import square
        main.py:5 [in main] print(square(2))
        src/shapes.rs:7 [in area] square(self.0) * 3.14
        src/shapes.rs:11 [definition] fn square(x: f64) -> f64 {
    "#]],
    )
    .await;
    check(
        &scene,
        "references",
        json!({"name": "square", "path": "main.py"}),
        expect![[r#"
        main.py:1 from shapes import square
        main.py:5 [in main] print(square(2))
    "#]],
    )
    .await;
    check(
        &scene,
        "references",
        json!({"name": "hexagon"}),
        expect![[r#"
        `hexagon` is used in no code that was searched; `grep` searches any text
    "#]],
    )
    .await;
    check(
        &scene,
        "references",
        json!({"name": "square", "path": "lib"}),
        expect!["error: there is no file `lib`; `list` and `glob` show what there is"],
    )
    .await;
}

#[tokio::test]
async fn the_session_sees_its_own_text() {
    let scene = project();
    scene.open("main.py", "def unsaved():\n    square(1)\n");
    scene
        .call(
            "write",
            json!({"path": "new.go", "text": "package a\n\nfunc square() {}\n"}),
        )
        .await;
    scene
        .call(
            "edit",
            json!({"path": "src/shapes.rs", "old_text": "fn square", "new_text": "fn squared"}),
        )
        .await;
    check(
        &scene,
        "references",
        json!({"name": "square"}),
        expect![[r#"
        main.py:2 [in unsaved] square(1)
        new.go:3 [definition] func square() {}
        src/shapes.rs:7 [in area] square(self.0) * 3.14
    "#]],
    )
    .await;
    check(
        &scene,
        "symbols",
        json!({"query": "squared"}),
        expect![[r#"
        src/shapes.rs:11 function fn squared(x: f64) -> f64
    "#]],
    )
    .await;
    check(
        &scene,
        "outline",
        json!({"path": "main.py"}),
        expect![[r#"
        1-2 function def unsaved()
    "#]],
    )
    .await;
    scene.call("delete", json!({"path": "new.go"})).await;
    check(
        &scene,
        "symbols",
        json!({"query": "square"}),
        expect![[r#"
        src/shapes.rs:11 function fn squared(x: f64) -> f64
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_may_not_be_read_is_not_shown() {
    let mut scene = Scene::new(&[
        ("a.py", "def f(): pass\n"),
        (".aws/x.py", "def f(): pass\n"),
        ("x.key.py", "f()\n"),
    ]);
    scene.approves = true;
    scene
        .call("write", json!({"path": ".aws/y.py", "text": "def f(): pass\n"}))
        .await;
    scene.open(".aws/x.py", "def f(): pass\n");
    check(
        &scene,
        "references",
        json!({"name": "f"}),
        expect![[r#"
        a.py:1 [definition] def f(): pass
        x.key.py:1 f()
    "#]],
    )
    .await;
    check(
        &scene,
        "symbols",
        json!({"query": "f"}),
        expect![[r#"
        a.py:1 function def f()
    "#]],
    )
    .await;
}
