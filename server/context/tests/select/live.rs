//! What the editor shows: errors lead the way, what is open or was just edited comes forward.

use context::{Cursor, Live, Seed};

use super::{paths, query, room, selected, workspace};

fn at(path: &str, line: u32) -> Cursor {
    Cursor {
        path: path.to_owned(),
        line,
    }
}

#[test]
fn a_file_with_an_error_is_found_without_a_word_of_it() {
    let mut seed = query("why does it not build any more");
    let window = "src/gui/window.py";
    assert_ne!(
        paths(&selected(&workspace(), &seed, &room(2_000))).first(),
        Some(&window)
    );
    seed.live.errors = vec![at(window, 2)];
    let selection = selected(&workspace(), &seed, &room(2_000));
    assert_eq!(selection.fragments[0].path, window);
    assert!(
        selection.fragments[0]
            .why
            .contains(&"has errors in the editor".to_owned()),
        "{:?}",
        selection.fragments[0].why
    );
    seed.query.clear();
    let selection = selected(&workspace(), &seed, &room(2_000));
    assert_eq!(paths(&selection)[0], window, "errors alone are enough to go by");
}

/// Of two functions that say the same there is room for one.
#[test]
fn the_function_with_the_error_is_sent_and_not_its_neighbour() {
    let function = |name: &str| format!("fn {name}() {{\n{}}}\n", "    invoice_total(tax);\n".repeat(30));
    let mut files = workspace();
    files.insert("src/both.rs".to_owned(), function("alpha") + &function("omega"));
    let mut seed = query("invoice total with tax");
    for (line, name) in [(10, "alpha"), (50, "omega")] {
        let places = || vec![at("src/both.rs", line)];
        let (errors, edited) = (places(), places());
        for live in [
            Live {
                errors,
                ..Live::default()
            },
            Live {
                edited,
                ..Live::default()
            },
        ] {
            seed.live = live;
            let text = &selected(&files, &seed, &room(200)).fragments[0].text;
            assert!(text.contains(name), "line {line}: {text}");
        }
    }
}

#[test]
fn files_in_use_come_forward() {
    let seed = query("a helper that adds to a value");
    let helper = |number: u32| format!("src/helpers/part_{number}.rs");
    let place = |seed: &Seed, path: &str| {
        let selection = selected(&workspace(), seed, &room(2_000));
        let place = paths(&selection).iter().position(|found| *found == path);
        place.expect("it is found")
    };
    for number in [3, 17] {
        let file = helper(number);
        let (mut open, mut edited) = (seed.clone(), seed.clone());
        open.live.open = vec![file.clone()];
        edited.live.edited = vec![at(&file, 2)];
        let places = [&seed, &open, &edited].map(|seed| place(seed, &file));
        assert!(places[0] > places[1].max(places[2]), "{file}: {places:?}");
    }
}

#[test]
fn an_open_file_is_no_answer_by_itself() {
    let mut seed = query("uploading with retries");
    let before = selected(&workspace(), &seed, &room(2_000));
    seed.live = Live {
        open: vec!["src/gui/window.py".to_owned(), "src/gone.rs".to_owned()],
        edited: vec![at("src/gui/window.py", 99), at("src/gone.rs", 1)],
        errors: vec![at("src/gone.rs", 1)],
    };
    let after = selected(&workspace(), &seed, &room(2_000));
    assert_eq!(paths(&before), paths(&after));
}
