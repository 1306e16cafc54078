//! What a workspace may hold that no one would put there on purpose.

use super::*;

/// The file is there and its words can be found; the rest of the workspace is as it was.
fn check(path: &str, bytes: &[u8], word: &str) {
    let place = Place::new(&[("good.rs", "fn good() {}\n")]);
    place.write(path, bytes);
    assert_eq!(place.files().len(), 2, "{path}");
    let snapshot = place.atlas.snapshot();
    let id = snapshot.catalog.id_of(path).unwrap();
    for term in crate::words::terms(word) {
        let found = snapshot.catalog.words.get(&term);
        assert!(
            found.into_iter().flatten().any(|posting| posting.file == id),
            "{word} of {path}"
        );
    }
    assert!(declares(&place.atlas, "good"));
}

fn check_left_out(path: &str, bytes: &[u8]) {
    let place = Place::new(&[("good.rs", "fn good() {}\n")]);
    place.write(path, bytes);
    assert_eq!(place.files(), ["good.rs"]);
}

#[test]
fn syntax_errors() {
    check("bad.rs", b"fn ((( struct broken } }} impl fn ", "broken");
    check("bad.py", b"def f(:\n\tclass\n  x = [[[ unclosed\n", "unclosed");
}

#[test]
fn text_in_other_encodings() {
    check("latin.c", b"/* gr\xfc\xdfe */ int parsed;\n", "parsed");
    check("wide.txt", b"\xff\xfew\0i\0d\0e\0n\0e\0d\0", "widened");
    check("mark.rs", "\u{feff}fn marked() {}\n".as_bytes(), "marked");
}

#[test]
fn binary_under_the_name_of_source() {
    check_left_out("a.rs", b"fn a() {}\0\0\x01\x02");
    check_left_out("b.py", &[0; 4096]);
}

#[test]
fn minified_code_is_text() {
    check(
        "a.min.js",
        "function minified(a){return a};".repeat(2000).as_bytes(),
        "minified",
    );
}

#[test]
fn a_line_of_ten_megabytes() {
    check_left_out("long.json", "[1],".repeat(2_500_000).as_bytes());
    check("line.json", "[\"longest\"],".repeat(80_000).as_bytes(), "longest");
}

#[test]
fn nothing_at_all() {
    check("empty.rs", b"", "");
    check("blank.py", b"\n\n\r\n", "");
}

#[test]
fn many_open_brackets_do_not_hang() {
    let brackets = "(".repeat(19_000) + "\n";
    check("deep.rs", (brackets.repeat(20) + " deeply").as_bytes(), "deeply");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let place = Place::new(&[("src/a.rs", "fn a() {}")]);
    let outside = Place::new(&[("b.rs", "fn b() {}")]);
    std::os::unix::fs::symlink("..", place.path("src/loop")).unwrap();
    std::os::unix::fs::symlink("a.rs", place.path("src/again.rs")).unwrap();
    std::os::unix::fs::symlink(outside.folder.path(), place.path("out")).unwrap();
    assert_eq!(place.files(), ["src/a.rs"]);
}

#[test]
fn a_file_that_is_gone_when_it_is_read() {
    let place = Place::new(&[]);
    assert_eq!(disk::read(&place.path("gone.rs")), None);
    assert_eq!(disk::read(place.folder.path()), None);
}

#[test]
fn a_name_in_another_case() {
    let place = Place::new(&[("Parser.rs", "fn parser() {}")]);
    assert_eq!(place.files(), ["Parser.rs"]);
    fs::rename(place.path("Parser.rs"), place.path("parser.rs")).unwrap();
    assert_eq!(place.files(), ["parser.rs"]);
    assert_eq!(place.atlas.snapshot().catalog.id_of("Parser.rs"), None);
}

#[test]
fn a_folder_that_is_not_there() {
    let place = Place::new(&[]);
    let atlas = Atlas::open(vec![place.path("missing")], None);
    assert_eq!(atlas.refresh().files, 0);
    assert_eq!(Atlas::open(Vec::new(), None).refresh().files, 0);
}

#[ignore = "writes 100,000 files: minutes on a slow disk"]
#[test]
fn a_hundred_thousand_tiny_files() {
    let place = Place::new(&[]);
    for folder in 0..100 {
        fs::create_dir(place.path(&format!("{folder}"))).unwrap();
        for file in 0..1000 {
            fs::write(
                place.path(&format!("{folder}/f{file}.txt")),
                format!("tiny {}", file % 7),
            )
            .unwrap();
        }
    }
    assert_eq!(place.atlas.refresh().files, 100_000);
    assert_eq!(place.atlas.refresh().changed, 0);
}
