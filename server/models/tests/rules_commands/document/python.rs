use expect_test::expect;
use serde_json::json;

use super::param;
use crate::harness::check;
use crate::project::Project;

#[test]
fn a_python_function_with_a_signature_over_lines() {
    let project = Project::default()
        .file(
            "a.py",
            "@cache\ndef load_items(\n    path: str,\n    *names: str,\n    limit: dict[str, int] | None = None,  # at most: this\n) -> \
             list[str]:\n\n    # Comes first.\n    if not path:\n        raise ValueError(path)\n    return []\n",
        )
        .symbol(
            "a.py",
            json!({
                "name": "load_items", "kind": "function", "lines": [1, 11], "raises": ["ValueError"], "fallible": true,
                "signature": "def load_items(path: str, *names: str, limit: dict[str, int] | None = None) -> list[str]",
                "params": [param("path", "str", false), param("*names", "str", true), param("limit", "dict[str, int] | None", true)],
                "returns": "list[str]", "exported": true,
            }),
        );
    check(
        project,
        "document",
        "a.py",
        9,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.py 9
        I read the code.
          > read a.py 1 11
        I propose the documentation.
          > insert a.py 7
        I proposed documentation for `load_items` in `a.py`. It is a skeleton from names and types: add what they do not tell.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        @cache
        def load_items(
            path: str,
            *names: str,
            limit: dict[str, int] | None = None,  # at most: this
        ) -> list[str]:
            """Load the items.

            Args:
                path: The path.
                *names: The names. Optional.
                limit: The limit, if any. Optional.

            Returns:
                list[str]: The result.

            Raises:
                ValueError: When the body raises it.
            """

            # Comes first.
            if not path:
                raise ValueError(path)
            return []
    "#]],
    );
}

#[test]
fn a_python_function_on_one_line() {
    let project = Project::default().file("a.py", "class A:\n    def size(self): return 1\n").symbol(
        "a.py",
        json!({
            "name": "size", "kind": "method", "lines": [2, 2], "parent": "A", "receiver": "self", "signature": "def size(self)",
        }),
    );
    check(
        project,
        "document",
        "a.py",
        2,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.py 2
        I read the code.
          > read a.py 2 2
        I propose the documentation.
          > edit a.py 2
        I proposed documentation for `size` in `a.py`. It is a skeleton from names and types: add what they do not tell.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        class A:
            def size(self):
                """Size."""
                return 1
    "#]],
    );
}

#[test]
fn a_python_args_section_is_completed() {
    let project = Project::default()
        .file("a.py", "def add(a, b, c):\n    \"\"\"Add.\n\n    Args:\n        a: The first.\n            Really.\n\n    Returns:\n        int: The sum.\n    \"\"\"\n    return a\n")
        .symbol(
            "a.py",
            json!({
                "name": "add", "kind": "function", "lines": [1, 11], "doc": [2, 10], "signature": "def add(a, b, c)",
                "params": [param("a", "", false), param("b", "", false), param("c", "", true)],
            }),
        );
    check(
        project,
        "document",
        "a.py",
        1,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.py 1
        I read the code.
          > read a.py 1 11
        I propose the documentation.
          > insert a.py 7
        `add` had documentation; I proposed the entries that were missing.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        def add(a, b, c):
            """Add.

            Args:
                a: The first.
                    Really.
                b: The b.
                c: The c. Optional.

            Returns:
                int: The sum.
            """
            return a
    "#]],
    );
}
