use expect_test::expect;

use super::check;

#[test]
fn functions_and_methods() {
    check(
        "pkg/server.go",
        r#"// Package server serves.
package server

import "fmt"

// Limit is the limit.
const Limit = 10

const (
	// A is first.
	A = iota
	B // trails
	c, D = 1, 2
)

var ErrNone = errors.New("none")

var (
	x, y int
	_ fmt.Stringer = (*Server)(nil)
)

// Server serves. It does.
type Server struct {
	Addr string
	n    int
}

type (
	// Handler handles.
	Handler func(w Writer) error
	Store[K comparable, V any] interface {
		// Get gets.
		Get(key K) (V, error)
		Len() int
	}
)

type Alias = Server

// Serve serves on addr.
//
//go:noinline
func (s *Server) Serve(addr string, timeout, grace int, opts ...Option) (err error) {
	if addr == "" {
		panic("no addr")
	}
	const local = 1
	go func() { s.run(addr) }()
	return fmt.Errorf("x: %w", err)
}

func (t *Tree[K, V]) walk(K, func(V) bool) {}
func Map[T, U any](in []T, f func(T) U) []U { return Map[T, U](in, f) }
func pair() (int, string) { return 1, "x" }
func External(x int) int

/* Block doc. */
func documented() {}
"#,
        expect![[r#"
            7-7:7 constant `Limit`
                signature: const Limit = 10
                doc: 6-6 Limit is the limit.
                is: exported
            11-11:11 constant `A`
                signature: const A = iota
                doc: 10-10 A is first.
                is: exported
                indent: "\t"
            12-12:12 constant `B`
                signature: const B
                is: exported
                indent: "\t"
            13-13:13 constant `c`
                signature: const c, D = 1, 2
                indent: "\t"
            13-13:13 constant `D`
                signature: const c, D = 1, 2
                is: exported
                indent: "\t"
            16-16:16 variable `ErrNone`
                signature: var ErrNone = errors.New("none")
                calls: New@16
                is: exported
            19-19:19 variable `x`
                signature: var x, y int
                indent: "\t"
            19-19:19 variable `y`
                signature: var x, y int
                indent: "\t"
            24-27:24 struct `Server`
                signature: type Server struct
                doc: 23-23 Server serves.
                body: 25
                is: exported
            31-31:31 type `Handler`
                signature: type Handler func(w Writer) error
                doc: 30-30 Handler handles.
                is: exported
                indent: "\t"
            32-36:32 interface `Store`
                signature: type Store[K comparable, V any] interface
                body: 34
                is: exported
                indent: "\t"
            34-34:34 method Store › `Get`
                signature: Get(key K) (V, error)
                doc: 33-33 Get gets.
                params: key: K
                returns: (V, error)
                is: exported fallible
                indent: "\t\t"
            35-35:35 method Store › `Len`
                signature: Len() int
                returns: int
                is: exported
                indent: "\t\t"
            39-39:39 type `Alias`
                signature: type Alias = Server
                is: exported
            44-51:44 method Server › `Serve`
                signature: func (s *Server) Serve(addr string, timeout, grace int, opts ...Option) (err error)
                doc: 41-43 Serve serves on addr.
                body: 45
                receiver: s *Server
                params: addr: string | timeout: int | grace: int | opts: ...Option
                returns: (err error)
                calls: panic@46 run@49 Errorf@50
                is: exported fallible panics
            53-53:53 method Tree › `walk`
                signature: func (t *Tree[K, V]) walk(K, func(V) bool)
                body: 53
                receiver: t *Tree[K, V]
                params: _: K | _: func(V) bool
            54-54:54 function `Map`
                signature: func Map[T, U any](in []T, f func(T) U) []U
                body: 54
                params: in: []T | f: func(T) U
                returns: []U
                calls: Map@54
                is: exported
            55-55:55 function `pair`
                signature: func pair() (int, string)
                body: 55
                returns: (int, string)
            56-56:56 function `External`
                signature: func External(x int) int
                params: x: int
                returns: int
                is: exported
            59-59:59 function `documented`
                signature: func documented()
                doc: 58-58 Block doc.
                body: 59
        "#]],
    );
}

#[test]
fn tests() {
    check(
        "pkg/server_test.go",
        r#"package server

func TestServe(t *testing.T) {
	t.Run("sub", func(t *testing.T) { serve(t) })
}
func BenchmarkServe(b *testing.B) {}
func ExampleServer_Serve() {}
func Testify(t *testing.T) {}
func helper(t *testing.T) {}
"#,
        expect![[r#"
            3-5:3 function `TestServe`
                signature: func TestServe(t *testing.T)
                body: 4
                params: t: *testing.T
                calls: Run@4 serve@4
                is: exported test
            6-6:6 function `BenchmarkServe`
                signature: func BenchmarkServe(b *testing.B)
                body: 6
                params: b: *testing.B
                is: exported test
            7-7:7 function `ExampleServer_Serve`
                signature: func ExampleServer_Serve()
                body: 7
                is: exported test
            8-8:8 function `Testify`
                signature: func Testify(t *testing.T)
                body: 8
                params: t: *testing.T
                is: exported
            9-9:9 function `helper`
                signature: func helper(t *testing.T)
                body: 9
                params: t: *testing.T
        "#]],
    );
}
