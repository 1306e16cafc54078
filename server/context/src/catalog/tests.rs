use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::*;

/// All that a catalog answers, with paths in place of ids.
pub(crate) fn answers(catalog: &Catalog) -> Vec<String> {
    fn lists(name: &str, catalog: &Catalog, by_term: &ByTerm<Holders>, all: &mut Vec<String>) {
        for (term, list) in by_term.iter() {
            assert!(!list.is_empty(), "{name} {term}: empty lists are dropped");
            let ids: Vec<FileId> = list.iter().map(|held| held.file).collect();
            assert!(ids.is_sorted_by(|one, next| one < next), "{name} {term}: by file");
            let mut files: Vec<_> = list
                .iter()
                .map(|held| (catalog.path_of(held.file), held.times))
                .collect();
            files.sort_unstable();
            all.push(format!("{name} {term} {files:?}"));
        }
    }
    let mut all = vec![format!("{} {}", catalog.files.len(), catalog.mean_length)];
    for (path, id) in catalog.by_path.iter() {
        let file = catalog.file(*id);
        assert_eq!(path, &file.path);
        all.push(format!("{path} {:?} {} {:?}", file.standing, file.length, file.digest));
    }
    lists("words", catalog, &catalog.words, &mut all);
    lists("path words", catalog, &catalog.path_words, &mut all);
    lists("name words", catalog, &catalog.name_words, &mut all);
    lists("path pairs", catalog, &catalog.path_pairs, &mut all);
    lists("name pairs", catalog, &catalog.name_pairs, &mut all);
    lists("declaring", catalog, &catalog.declaring, &mut all);
    lists("using", catalog, &catalog.using, &mut all);
    all.sort_unstable();
    all
}

type Texts = BTreeMap<String, Option<String>>;

fn check(batches: &[Texts]) {
    let mut catalog = Catalog::default();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for batch in batches {
        let before = answers(&catalog);
        let mut next = catalog.clone();
        let digest = |path: &String, text: &str| Arc::new(Digest::of(Path::new(path), text));
        let updates = batch
            .iter()
            .map(|(path, text)| (path.as_str().into(), text.as_ref().map(|text| digest(path, text))));
        next.change(updates.collect());
        assert_eq!(answers(&catalog), before, "the older copy stays as it was");
        for (path, text) in batch {
            match text {
                Some(text) => _ = texts.insert(path.clone(), text.clone()),
                None => _ = texts.remove(path),
            }
        }
        let fresh = Catalog::of(texts.iter().map(|(path, text)| (path.clone(), digest(path, text))));
        assert_eq!(answers(&next), answers(&fresh));
        catalog = next;
    }
}

#[test]
fn the_last_file_takes_the_place_of_one_that_goes() {
    let some = |text: &str| Some(text.to_owned());
    check(&[
        Texts::from([
            ("a.rs".to_owned(), some("fn one() { two(); }")),
            ("b.rs".to_owned(), some("fn two() {}")),
            ("c/three.rs".to_owned(), some("fn three() { one(); two(); }")),
        ]),
        Texts::from([("a.rs".to_owned(), None)]),
        Texts::from([("b.rs".to_owned(), None), ("d.rs".to_owned(), some("fn one() {}"))]),
        Texts::from([("c/three.rs".to_owned(), None), ("d.rs".to_owned(), None)]),
    ]);
}

#[test]
fn a_file_may_change_and_move_at_once() {
    let some = |text: &str| Some(text.to_owned());
    check(&[
        Texts::from([
            ("a.rs".to_owned(), some("fn one() {}")),
            ("b.rs".to_owned(), some("fn two() {}")),
            ("c.rs".to_owned(), some("fn three() {}")),
        ]),
        Texts::from([
            ("a.rs".to_owned(), None),
            ("b.rs".to_owned(), None),
            ("c.rs".to_owned(), some("fn four() { three(); }")),
        ]),
    ]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_changed_catalog_is_a_fresh_one(
        batches in prop::collection::vec(
            prop::collection::btree_map(
                "[ab]/[abc]\\.(rs|py|txt)",
                prop::option::weighted(0.7, "(fn|def|use|parse_config|ParseConfig|one|two|[(){};:\n ]){0,30}"),
                0..8,
            ),
            1..6,
        ),
    ) {
        check(&batches);
    }
}
