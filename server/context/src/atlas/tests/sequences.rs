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
    prop::sample::select(vec!["a.rs", "b.py", "src/a.rs", "src/c.ts", "d.txt"]).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_sequence_ends_like_a_fresh_start(steps in prop::collection::vec(step(), 1..16)) {
        let place = Place::new(&[("a.rs", "fn one() { two(); }\n")]);
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
    }
}
