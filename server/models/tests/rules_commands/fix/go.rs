use expect_test::expect;

use super::{at, check};

#[test]
fn go_messages() {
    let text = "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tx := 1\n\ty, err := load()\n\tfor i := range y {\n\t}\n\ts := \
                strings.ToUpper(\"a\")\n\tpoints := []int{\n\t\t1,\n\t\t2\n\t}\n}\n";
    check(
        "main.go",
        text,
        &[
            at([5, 1, 5, 5], "UnusedImport", "\"os\" imported and not used"),
            at([9, 1, 9, 2], "UnusedVar", "declared and not used: x"),
            at([10, 4, 10, 7], "UnusedVar", "err declared and not used"),
            at([11, 5, 11, 6], "UnusedVar", "declared and not used: i"),
            at([13, 6, 13, 13], "UndeclaredName", "undefined: strings"),
            at([16, 3, 16, 3], "", "missing ',' before newline in composite literal"),
            at([18, 0, 18, 1], "MissingReturn", "missing return"),
        ],
        &expect![[r#"
            I read the file.
              > read main.go
            I propose 6 fixes.
              > edit main.go 16
              > edit main.go 11
              > edit main.go 10
              > edit main.go 9
              > insert main.go 6
              > edit main.go 5
            Proposed in `main.go`:

            - line 5, “"os" imported and not used” (UnusedImport): removed the unused import `os`
            - line 9, “declared and not used: x” (UnusedVar): `_` for the unused `x`
            - line 10, “err declared and not used” (UnusedVar): `_` for the unused `err`
            - line 11, “declared and not used: i” (UnusedVar): `_` for the unused `i`
            - line 13, “undefined: strings” (UndeclaredName): imported `strings`
            - line 16, “missing ',' before newline in composite literal”: added the missing `,`

            Not fixed:

            - line 18, “missing return” (MissingReturn): what it should return I cannot know

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === main.go
            package main

            import (
            	"fmt"
            	"strings"
            )

            func main() {
            	_ = 1
            	y, _ := load()
            	for range y {
            	}
            	s := strings.ToUpper("a")
            	points := []int{
            		1,
            		2,
            	}
            }
        "#]],
    );
}

#[test]
fn go_imports() {
    let one = "package main\n\nimport \"os\"\n\nfunc main() {\n\tfmt.Println()\n}\n";
    check(
        "main.go",
        one,
        &[at([6, 1, 6, 4], "UndeclaredName", "undefined: fmt")],
        &expect![[r#"
        I read the file.
          > read main.go
        I propose the fix for line 6, “undefined: fmt” (UndeclaredName): imported `fmt`.
          > edit main.go 3
        Proposed in `main.go`:

        - line 6, “undefined: fmt” (UndeclaredName): imported `fmt`

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === main.go
        package main

        import (
        	"fmt"
        	"os"
        )

        func main() {
        	fmt.Println()
        }
    "#]],
    );
    check(
        "main.go",
        one,
        &[at([3, 7, 3, 11], "UnusedImport", "\"os\" imported and not used")],
        &expect![[r#"
        I read the file.
          > read main.go
        I propose the fix for line 3, “"os" imported and not used” (UnusedImport): removed the unused import `os`.
          > edit main.go 3
        Proposed in `main.go`:

        - line 3, “"os" imported and not used” (UnusedImport): removed the unused import `os`

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === main.go
        package main

        func main() {
        	fmt.Println()
        }
    "#]],
    );
    let none = "package main\n\nfunc main() {\n\tfmt.Println()\n}\n";
    check(
        "main.go",
        none,
        &[at([4, 1, 4, 4], "UndeclaredName", "undefined: fmt")],
        &expect![[r#"
        I read the file.
          > read main.go
        I propose the fix for line 4, “undefined: fmt” (UndeclaredName): imported `fmt`.
          > insert main.go 2
        Proposed in `main.go`:

        - line 4, “undefined: fmt” (UndeclaredName): imported `fmt`

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === main.go
        package main

        import "fmt"

        func main() {
        	fmt.Println()
        }
    "#]],
    );
}
