//! The page about it.

use std::path::Path;

use attacks::{attacks, table};

#[test]
fn the_page_lists_what_was_tried() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/SECURITY.md");
    let page = std::fs::read_to_string(page).unwrap();
    let listed: String = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(
        listed,
        table(&attacks()),
        "the table of server/SECURITY.md is not that of the suite"
    );
}

#[test]
fn what_a_copy_leaves_open_is_on_the_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/SECURITY.md");
    let page = std::fs::read_to_string(page).unwrap().replace('\n', " ");
    for attack in attacks() {
        if let Some(why) = attack.open_on_a_copy {
            assert!(
                page.contains(&format!("`{}`: {why}", attack.id)),
                "{} is not explained",
                attack.id
            );
        }
    }
}
