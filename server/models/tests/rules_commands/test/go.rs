use expect_test::expect;

use super::{function, method, param};
use crate::harness::check;
use crate::project::Project;

fn go() -> Project {
    Project::default()
        .file("wait/wait.go", "package wait\n\nimport \"time\"\n\nfunc Parse(text string, rest ...time.Duration) ([]int, error) {\n\treturn nil, nil\n}\n")
        .symbol(
            "wait/wait.go",
            function(
                "Parse",
                "func Parse(text string, rest ...time.Duration) ([]int, error)",
                [5, 7],
                &[param("text", "string"), param("rest", "...time.Duration")],
                "([]int, error)",
            ),
        )
}

#[test]
fn go_new_file() {
    check(
        go(),
        "test",
        "wait/wait.go",
        6,
        &expect![[r#"
        I look up the function and its file.
          > outline wait/wait.go 6
          > outline wait/wait.go
          > read wait/wait.go
        I look for the file's tests.
          > glob wait/wait_test.go
        I propose the skeleton of a test.
          > write wait/wait_test.go
        I proposed the skeleton of a test for `Parse` in the new file `wait/wait_test.go`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === wait/wait_test.go
        package wait

        import (
        	"reflect"
        	"testing"
        	"time"
        )

        func TestParse(t *testing.T) {
        	tests := []struct {
        		name    string
        		text    string
        		rest    []time.Duration
        		want    []int
        		wantErr bool
        	}{
        		// Skeleton: fill in the arguments and the expected values.
        		{name: "placeholder"},
        	}
        	for _, tt := range tests {
        		t.Run(tt.name, func(t *testing.T) {
        			got, err := Parse(tt.text, tt.rest...)
        			if (err != nil) != tt.wantErr {
        				t.Fatalf("Parse() error = %v, wantErr %v", err, tt.wantErr)
        			}
        			if !reflect.DeepEqual(got, tt.want) {
        				t.Errorf("Parse() got = %v, want %v", got, tt.want)
        			}
        		})
        	}
        }
    "#]],
    );
}

#[test]
fn go_into_the_file_that_is_there() {
    let project = go().file(
        "wait/wait_test.go",
        "package wait\n\nimport \"testing\"\n\nfunc TestParse(t *testing.T) {}\n",
    );
    check(
        project,
        "test",
        "wait/wait.go",
        6,
        &expect![[r#"
        I look up the function and its file.
          > outline wait/wait.go 6
          > outline wait/wait.go
          > read wait/wait.go
        I look for the file's tests.
          > glob wait/wait_test.go
        I read `wait/wait_test.go`.
          > read wait/wait_test.go
        I propose the skeleton of a test.
          > insert wait/wait_test.go 6
          > edit wait/wait_test.go 3
        I proposed the skeleton of a test for `Parse` in `wait/wait_test.go`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === wait/wait_test.go
        package wait

        import (
        	"reflect"
        	"testing"
        	"time"
        )

        func TestParse(t *testing.T) {}

        func TestParse_2(t *testing.T) {
        	tests := []struct {
        		name    string
        		text    string
        		rest    []time.Duration
        		want    []int
        		wantErr bool
        	}{
        		// Skeleton: fill in the arguments and the expected values.
        		{name: "placeholder"},
        	}
        	for _, tt := range tests {
        		t.Run(tt.name, func(t *testing.T) {
        			got, err := Parse(tt.text, tt.rest...)
        			if (err != nil) != tt.wantErr {
        				t.Fatalf("Parse() error = %v, wantErr %v", err, tt.wantErr)
        			}
        			if !reflect.DeepEqual(got, tt.want) {
        				t.Errorf("Parse() got = %v, want %v", got, tt.want)
        			}
        		})
        	}
        }
    "#]],
    );
}

#[test]
fn go_method_without_results() {
    let reset = method(
        "Clock",
        Some("c *Clock"),
        function(
            "Reset",
            "func (c *Clock) Reset(n int)",
            [3, 3],
            &[param("n", "int")],
            "",
        ),
    );
    let project = Project::default()
        .file("c.go", "package c\n\nfunc (c *Clock) Reset(n int) {}\n")
        .symbol("c.go", reset);
    check(
        project,
        "test",
        "c.go",
        3,
        &expect![[r#"
        I look up the function and its file.
          > outline c.go 3
          > outline c.go
          > read c.go
        I look for the file's tests.
          > glob c_test.go
        I propose the skeleton of a test.
          > write c_test.go
        I proposed the skeleton of a test for `Reset` in the new file `c_test.go`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === c_test.go
        package c

        import "testing"

        func TestClock_Reset(t *testing.T) {
        	tests := []struct {
        		name string
        		n    int
        	}{
        		// Skeleton: fill in the arguments and the expected values.
        		{name: "placeholder"},
        	}
        	for _, tt := range tests {
        		t.Run(tt.name, func(t *testing.T) {
        			var value Clock
        			value.Reset(tt.n)
        		})
        	}
        }
    "#]],
    );
}
