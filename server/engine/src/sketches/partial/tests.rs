use proptest::prelude::*;
use serde_json::json;

use super::*;

/// What is read of each piece, one after the other.
fn check(pieces: &[&str], expect: Option<(Value, Option<&str>)>) {
    let mut object = PartialObject::default();
    pieces.iter().for_each(|piece| object.push(piece));
    assert_eq!(object.so_far(), expect, "{pieces:?}");
}

#[test]
fn a_string_is_told_as_far_as_it_goes() {
    check(&["{\"pa"], Some((json!({}), None)));
    check(&["{\"path\": \"a", "b"], Some((json!({"path": "ab"}), Some("path"))));
    check(&["{\"a\":\"x\",\"n\":1", "2"], Some((json!({"a": "x"}), None)));
    check(
        &["{\"n\":1", "2, \"a\":\""],
        Some((json!({"n": 12, "a": ""}), Some("a"))),
    );
    check(
        &["{\"o\":{\"x\":[\"}\\\"\"]},\"b\":true}", "\n"],
        Some((json!({"o": {"x": ["}\""]}, "b": true}), None)),
    );
    check(&["{\"a\":\"1\",\"a\":\"2"], Some((json!({"a": "2"}), Some("a"))));
}

#[test]
fn what_is_half_there_is_held_back() {
    check(&["{\"a\":\"x\\"], Some((json!({"a": "x"}), Some("a"))));
    check(&["{\"a\":\"x\\", "n"], Some((json!({"a": "x\n"}), Some("a"))));
    check(&["{\"a\":\"x\\ud83d"], Some((json!({"a": "x"}), Some("a"))));
    check(
        &["{\"a\":\"x\\ud83d\\ud", "e00"],
        Some((json!({"a": "x\u{1f600}"}), Some("a"))),
    );
    check(&["{\"a\":\"x\ny"], Some((json!({"a": "x\ny"}), Some("a"))));
}

#[test]
fn what_is_no_object_is_nothing() {
    for text in [
        "[",
        "null",
        "{\"a\" 1",
        "{\"a\":\"\\x",
        "{\"a\":\"\\ud83d.",
        "{\"a\":\"\\ude00",
        "{}{",
        "{\"a\":x,",
    ] {
        check(&[text], None);
    }
}

fn any_object() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        ".*".prop_map(Value::from),
        "[\"\\\\/\u{1f600}é\n{}\\[\\],: ]{0,12}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(".{0,4}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop::collection::vec((".{0,6}", value), 0..5).prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// As some vendors write it: whatever is no ASCII as escapes.
fn in_ascii(json: &str) -> String {
    let mut ascii = String::new();
    for c in json.chars() {
        match c.is_ascii() {
            true => ascii.push(c),
            false => {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units).iter();
                ascii.extend(units.map(|unit| format!("\\u{unit:04x}")));
            }
        }
    }
    ascii
}

proptest! {
    #[test]
    fn every_prefix_tells_the_beginning_of_the_truth(
        object in any_object(),
        (ascii, pretty) in any::<(bool, bool)>(),
        size in 1..7_usize,
    ) {
        let json = if pretty { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) };
        let json = json.expect("it is JSON");
        let json = if ascii { in_ascii(&json) } else { json };
        let characters: Vec<char> = json.chars().collect();
        let mut partial = PartialObject::default();
        for piece in characters.chunks(size) {
            partial.push(&piece.iter().collect::<String>());
            let (so_far, open) = partial.so_far().expect("it is an object");
            for (key, value) in so_far.as_object().expect("an object") {
                let truth = &object[key];
                match open == Some(key.as_str()) {
                    true => prop_assert!(truth.as_str().expect("text").starts_with(value.as_str().expect("text"))),
                    false => prop_assert_eq!(value, truth),
                }
            }
        }
        prop_assert_eq!(partial.so_far(), Some((object, None)));
    }

    #[test]
    fn nothing_makes_it_panic(pieces in prop::collection::vec("[\\{\\}\\[\\]\":,\\\\ud830-9efn \n\u{1f600}]{0,8}", 0..12)) {
        let mut partial = PartialObject::default();
        for piece in pieces {
            partial.push(&piece);
            let _ = partial.so_far();
        }
    }
}
