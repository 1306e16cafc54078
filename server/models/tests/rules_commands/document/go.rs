use expect_test::expect;
use serde_json::json;

use super::param;
use crate::harness::check;
use crate::project::Project;

#[test]
fn a_go_function() {
    let project = Project::default().file("a.go", "package a\n\nfunc ParseConfig(path string, strict bool) (*Config, error) {\n\treturn nil, nil\n}\n").symbol(
        "a.go",
        json!({
            "name": "ParseConfig", "kind": "function", "lines": [3, 5], "exported": true, "fallible": true,
            "signature": "func ParseConfig(path string, strict bool) (*Config, error)", "returns": "(*Config, error)",
            "params": [param("path", "string", false), param("strict", "bool", false)],
        }),
    );
    check(
        project,
        "document",
        "a.go",
        3,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.go 3
        I read the code.
          > read a.go 3 5
        I propose the documentation.
          > insert a.go 3
        I proposed documentation for `ParseConfig` in `a.go`. It is a skeleton from names and types: add what they do not tell.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.go
        package a

        // ParseConfig parses the config, given path and strict. It returns *Config, or an error if
        // it fails.
        func ParseConfig(path string, strict bool) (*Config, error) {
        	return nil, nil
        }
    "#]],
    );
}
