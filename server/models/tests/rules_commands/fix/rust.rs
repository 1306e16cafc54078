use expect_test::expect;

use super::{at, check};

#[test]
fn rust_messages() {
    let text = "use std::collections::{BTreeMap, HashMap};\nuse std::fmt;\n\nfn main() {\n    let mut count = 1;\n    let total = 2;\n    \
                total += count\n    save();\n    let Point { x, y } = p;\n}\n";
    check(
        "src/main.rs",
        text,
        &[
            at(
                [1, 23, 1, 31],
                "unused_imports",
                "unused import: `BTreeMap`\n`#[warn(unused_imports)]` on by default",
            ),
            at([2, 4, 2, 12], "unused_imports", "unused import: `std::fmt`"),
            at([5, 8, 5, 17], "unused_mut", "variable does not need to be mutable"),
            at(
                [7, 4, 7, 18],
                "E0384",
                "cannot assign twice to immutable variable `total`",
            ),
            at([7, 18, 7, 18], "E0001", "expected `;`, found `save`"),
            at([8, 4, 8, 10], "unused_must_use", "unused `Result` that must be used"),
            at([9, 16, 9, 17], "unused_variables", "unused variable: `x`"),
        ],
        &expect![[r#"
            I read the file.
              > read src/main.rs
            I propose 7 fixes.
              > edit src/main.rs 9
              > edit src/main.rs 8
              > edit src/main.rs 7
              > edit src/main.rs 6
              > edit src/main.rs 5
              > edit src/main.rs 2
              > edit src/main.rs 1
            Proposed in `src/main.rs`:

            - line 1, “unused import: `BTreeMap`” (unused_imports): removed the unused `BTreeMap`
            - line 2, “unused import: `std::fmt`” (unused_imports): removed the unused `std::fmt`
            - line 5, “variable does not need to be mutable” (unused_mut): removed the needless `mut`
            - line 7, “cannot assign twice to immutable variable `total`” (E0384): declared `total` as `mut`
            - line 7, “expected `;`, found `save`” (E0001): added the missing `;`
            - line 8, “unused `Result` that must be used” (unused_must_use): `let _ =` to ignore the value on purpose; handle it instead if it can fail
            - line 9, “unused variable: `x`” (unused_variables): `x: _` for `x`, to mark it as unused

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === src/main.rs
            use std::collections::HashMap;

            fn main() {
                let count = 1;
                let mut total = 2;
                total += count;
                let _ = save();
                let Point { x: _, y } = p;
            }
        "#]],
    );
}

#[test]
fn rust_names() {
    let text = "//! A crate.\n\nfn main() {\n    let counter: HashMap<u8, u8> = new();\n    print(countr);\n    print(Thing);\n}\n";
    check(
        "src/main.rs",
        text,
        &[
            at(
                [4, 17, 4, 24],
                "E0412",
                "cannot find type `HashMap` in this scope\nnot found in this scope",
            ),
            at(
                [5, 10, 5, 16],
                "E0425",
                "cannot find value `countr` in this scope\nhelp: a local variable with a similar name exists: `counter`",
            ),
            at([6, 10, 6, 15], "E0412", "cannot find type `Thing` in this scope"),
            at(
                [4, 35, 4, 38],
                "E0308",
                "mismatched types\nexpected `HashMap<u8, u8>`, found `()`",
            ),
        ],
        &expect![[r#"
            I read the file.
              > read src/main.rs
            I propose 2 fixes.
              > edit src/main.rs 5
              > insert src/main.rs 3
            Proposed in `src/main.rs`:

            - line 4, “cannot find type `HashMap` in this scope” (E0412): imported `std::collections::HashMap`
            - line 5, “cannot find value `countr` in this scope” (E0425): `counter` for `countr`

            Not fixed:

            - line 6, “cannot find type `Thing` in this scope” (E0412): where `Thing` should come from I cannot know
            - line 4, “mismatched types” (E0308): the compiler suggests no conversion, and which side is wrong I cannot know

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === src/main.rs
            //! A crate.

            use std::collections::HashMap;

            fn main() {
                let counter: HashMap<u8, u8> = new();
                print(counter);
                print(Thing);
            }
        "#]],
    );
}
