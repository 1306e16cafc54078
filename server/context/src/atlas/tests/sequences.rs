//! Whatever was typed, saved, moved and deleted before: the index is that of a fresh start.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Write(String, String),
    Delete(String),
    Rename(String, String),
    /// Types into a buffer, at a share of its text; opens it first.
    Type(String, usize, String),
    Close(String),
    Refresh,
}

fn path() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a.rs",
        "b.py",
        "src/a.rs",
        "src/c.ts",
        "d.txt",
        "main.ts",
        "src/index.ts",
        "package.json",
        "tsconfig.json",
    ])
    .prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
    let import = prop::sample::select(vec![
        "import { a, b as c } from './src'; a(c);\n",
        "import * as all from '@/c';\n",
        "import { a } from 'own';\n",
        "export * from './c';\nexport { default as b } from '../main';\n",
        "export function a() {}\n",
        "{\"name\": \"own\", \"main\": \"src/c.ts\"}\n",
        "{\"compilerOptions\": {\"paths\": {\"@/*\": [\"./src/*\"]}}}\n",
        "{\"compilerOptions\": {\"paths\": {\"@/*\": [\"./*\"]}}}\n",
    ]);
    prop_oneof![2 => code(), 1 => import.prop_map(str::to_owned)]
}

fn code() -> impl Strategy<Value = String> {
    "(fn one\\(\\) \\{\n|\\}\n|    two\\(\\);\n|use crate::a;\n|def three\\(x\\):\n|    return four\n|// word\n|\"|é){0,12}"
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (path(), text()).prop_map(|(path, text)| Step::Write(path, text)),
        1 => path().prop_map(Step::Delete),
        1 => (path(), path()).prop_map(|(from, to)| Step::Rename(from, to)),
        4 => (path(), 0..100_usize, text()).prop_map(|(path, at, text)| Step::Type(path, at, text)),
        1 => path().prop_map(Step::Close),
        2 => Just(Step::Refresh),
    ]
}

fn run(place: &Place, open: &mut BTreeMap<String, Rope>, step: Step) {
    match step {
        Step::Write(path, text) => place.write(&path, text),
        Step::Delete(path) => _ = fs::remove_file(place.path(&path)),
        Step::Rename(from, to) => {
            fs::create_dir_all(place.path(&to).parent().unwrap()).unwrap();
            let _ = fs::rename(place.path(&from), place.path(&to));
        }
        Step::Type(path, at, text) => {
            let rope = open.entry(path.clone()).or_insert_with(|| {
                let text = fs::read_to_string(place.path(&path)).unwrap_or_default();
                Rope::from_str(&text)
            });
            let at = rope.len_chars() * at / 100;
            let end = (at + text.len() % 5).min(rope.len_chars());
            rope.remove(at..end);
            rope.insert(at, &text);
            place.atlas.edit(&place.path(&path), rope);
        }
        Step::Close(path) => {
            open.remove(&path);
            place.atlas.close(&place.path(&path));
        }
        Step::Refresh => _ = place.atlas.refresh(),
    }
}

/// What each file imports.
fn imported(place: &Place, atlas: &Atlas) -> Vec<String> {
    let snapshot = atlas.snapshot();
    let resolver = snapshot.resolver(&|path| fs::read_to_string(place.path(path)).ok());
    let files = paths(atlas).into_iter().map(|name| {
        let path = place.path(&name);
        let (mut by, mut named) = (
            snapshot.imported_by(&resolver, &path),
            snapshot.imported_as(&resolver, &path, "a"),
        );
        by.sort_unstable();
        named.sort_unstable();
        format!("{name} {by:?} {named:?}")
    });
    files.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_sequence_ends_like_a_fresh_start(steps in prop::collection::vec(step(), 1..16)) {
        let place = Place::new(&[
            ("a.rs", "fn one() { two(); }\n"),
            ("main.ts", "import { a } from '@/index';\nimport own from 'own';\n"),
            ("tsconfig.json", "{\"compilerOptions\": {\"paths\": {\"@/*\": [\"./src/*\"]}}}\n"),
            ("package.json", "{\"name\": \"own\", \"main\": \"src/c.ts\"}\n"),
            ("src/index.ts", "export * from './c';\n"),
            ("src/c.ts", "export function a() {}\n"),
        ]);
        let mut open = BTreeMap::new();
        for step in steps {
            run(&place, &mut open, step);
        }
        let fresh = Atlas::open(vec![place.folder.path().to_owned()], None);
        for (path, rope) in &open {
            fresh.edit(&place.path(path), rope);
        }
        place.atlas.refresh();
        fresh.refresh();
        check_same(&place.atlas, &fresh);
        prop_assert_eq!(imported(&place, &place.atlas), imported(&place, &fresh));
    }
}

#[test]
fn imports_follow_what_manifests_and_passing_files_say_now() {
    let place = Place::new(&[
        ("main.ts", "import { a } from '@/index';\n"),
        (
            "tsconfig.json",
            r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#,
        ),
        ("src/index.ts", "export * from './c';\n"),
        ("src/c.ts", "export function a() {}\n"),
        ("src/d.ts", "export function a() {}\n"),
        ("other/index.ts", "export function a() {}\n"),
    ]);
    let leads_to = |target: &str| {
        place.atlas.refresh();
        let snapshot = place.atlas.snapshot();
        let resolver = snapshot.resolver(&|path| fs::read_to_string(place.path(path)).ok());
        let found = snapshot.imported_as(&resolver, &place.path("main.ts"), "a");
        assert_eq!(found, [(place.path(target), "a".to_owned())]);
    };
    leads_to("src/c.ts");
    place.write("src/index.ts", "export { a } from './d';\n");
    leads_to("src/d.ts");
    place
        .atlas
        .edit(&place.path("src/index.ts"), &Rope::from_str("export * from './c';\n"));
    leads_to("src/c.ts");
    place.write(
        "tsconfig.json",
        r#"{"compilerOptions": {"paths": {"@/*": ["./other/*"]}}}"#,
    );
    leads_to("other/index.ts");
}
