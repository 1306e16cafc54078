use expect_test::expect;

use super::{at, check};

#[test]
fn python_messages() {
    let text = "\"\"\"A module.\"\"\"\nfrom typing import (\n    Any,\n    List,\n)\n\n\nclass A:\n    def f():\n        try:\n            value = os.getcwd()\n        \
                except OSError as error:\n            print(f\"none\")\n        if value == None:\n            pass\n        if a.b == False:\n            \
                pass\n        if not x in y:\n            pass\n        while True\n            pass\n";
    check(
        "a.py",
        text,
        &[
            at([4, 4, 4, 8], "reportUnusedImport", "Import \"List\" is not accessed"),
            at(
                [9, 8, 9, 9],
                "reportSelfClsParameterName",
                "Instance methods should take a \"self\" parameter",
            ),
            at([11, 20, 11, 22], "reportUndefinedVariable", "\"os\" is not defined"),
            at(
                [12, 26, 12, 31],
                "F841",
                "Local variable `error` is assigned to but never used",
            ),
            at([13, 18, 13, 25], "F541", "f-string without any placeholders"),
            at(
                [14, 20, 14, 24],
                "E711",
                "Comparison to `None` should be `cond is None`",
            ),
            at(
                [16, 11, 16, 23],
                "E712",
                "Avoid equality comparisons to `False`; use `not a.b:` for false checks",
            ),
            at([18, 15, 18, 21], "E713", "Test for membership should be `not in`"),
            at([20, 18, 20, 18], "", "Expected \":\""),
            at(
                [11, 12, 11, 17],
                "reportOptionalMemberAccess",
                "\"x\" is not a known attribute of \"None\"",
            ),
        ],
        &expect![[r#"
            I read the file.
              > read a.py
            I propose 9 fixes.
              > edit a.py 20
              > edit a.py 18
              > edit a.py 16
              > edit a.py 14
              > edit a.py 13
              > edit a.py 12
              > edit a.py 9
              > edit a.py 2
              > insert a.py 2
            Proposed in `a.py`:

            - line 4, “Import "List" is not accessed” (reportUnusedImport): removed the unused import `List`
            - line 9, “Instance methods should take a "self" parameter” (reportSelfClsParameterName): added the parameter `self`
            - line 11, “"os" is not defined” (reportUndefinedVariable): added `import os`
            - line 12, “Local variable `error` is assigned to but never used” (F841): removed `as error`
            - line 13, “f-string without any placeholders” (F541): removed the `f` from a string without placeholders
            - line 14, “Comparison to `None` should be `cond is None`” (E711): compared to `None` by identity
            - line 16, “Avoid equality comparisons to `False`; use `not a.b:` for false checks” (E712): `not a.b` for `a.b == False`
            - line 18, “Test for membership should be `not in`” (E713): `x not in`
            - line 20, “Expected ":"”: added the missing `:`

            Not fixed:

            - line 11, “"x" is not a known attribute of "None"” (reportOptionalMemberAccess): what should happen when it is `None` is your decision

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === a.py
            """A module."""
            import os
            from typing import (
                Any,
            )


            class A:
                def f(self):
                    try:
                        value = os.getcwd()
                    except OSError:
                        print("none")
                    if value is None:
                        pass
                    if not a.b:
                        pass
                    if x not in y:
                        pass
                    while True:
                        pass
        "#]],
    );
}

#[test]
fn python_imports() {
    check(
        "a.py",
        "import os, sys\n",
        &[at([1, 7, 1, 9], "F401", "`os` imported but unused")],
        &expect![[r#"
        I read the file.
          > read a.py
        I propose the fix for line 1, “`os` imported but unused” (F401): removed the unused import `os`.
          > edit a.py 1
        Proposed in `a.py`:

        - line 1, “`os` imported but unused” (F401): removed the unused import `os`

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        import sys
    "#]],
    );
    check(
        "a.py",
        "from a.b import c\nprint(Path(np))\n",
        &[
            at([1, 16, 1, 17], "F401", "`a.b.c` imported but unused"),
            at([2, 6, 2, 10], "F821", "Undefined name `Path`"),
            at([2, 11, 2, 13], "F821", "Undefined name `np`"),
        ],
        &expect![[r#"
        I read the file.
          > read a.py
        I propose 2 fixes.
          > edit a.py 1
          > insert a.py 1
        Proposed in `a.py`:

        - line 1, “`a.b.c` imported but unused” (F401): removed the unused import `a.b.c`
        - line 2, “Undefined name `Path`” (F821): added `from pathlib import Path`

        Not fixed:

        - line 2, “Undefined name `np`” (F821): `np` is not a name of the standard library that I know, so where it should come from I cannot know

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        from pathlib import Path
        print(Path(np))
    "#]],
    );
}

#[test]
fn two_empty_lines_stand_between_the_first_import_and_a_definition() {
    check(
        "a.py",
        "def load(text):\n    return json.loads(text)\n",
        &[at([2, 11, 2, 15], "reportUndefinedVariable", "\"json\" is not defined")],
        &expect![[r#"
            I read the file.
              > read a.py
            I propose the fix for line 2, “"json" is not defined” (reportUndefinedVariable): added `import json`.
              > insert a.py 1
            Proposed in `a.py`:

            - line 2, “"json" is not defined” (reportUndefinedVariable): added `import json`

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === a.py
            import json


            def load(text):
                return json.loads(text)
        "#]],
    );
}

#[test]
fn the_last_line_is_removed_with_the_break_before_it() {
    check(
        "a.py",
        "x = 1\nimport os",
        &[at([2, 7, 2, 9], "F401", "`os` imported but unused")],
        &expect![[r#"
        I read the file.
          > read a.py
        I propose the fix for line 2, “`os` imported but unused” (F401): removed the unused import `os`.
          > edit a.py 1
        Proposed in `a.py`:

        - line 2, “`os` imported but unused” (F401): removed the unused import `os`

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        x = 1"#]],
    );
}
