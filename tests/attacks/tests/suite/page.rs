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
fn what_is_open_is_on_the_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/SECURITY.md");
    let page = std::fs::read_to_string(page).unwrap();
    let page: String = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for attack in attacks() {
        if let Some(open) = attack.open {
            assert!(
                page.contains(&format!("`{}`: {}", attack.id, open.why)),
                "{} is not explained",
                attack.id
            );
        }
    }
}
