use super::quotes::decode;
use super::{Context, Reader};

/// The rules of the problems that reading a text notes.
fn check(text: &str, expect: &[&str]) {
    let mut context = Context::default();
    let mut reader = Reader::new(text, &mut context);
    while reader.line().is_some() {}
    let rules: Vec<_> = context.problems.iter().map(|problem| problem.rule).collect();
    assert_eq!(rules, expect, "{text:?}");
}

#[test]
fn the_grammar_is_read_whole() {
    for text in [
        "",
        "# only a comment",
        "ls -la # and a comment",
        "a && b || c; d & e",
        "a | b |& c",
        "! a | b",
        "time -p a",
        "( a; b )",
        "( (a) )",
        "{ a; b; }",
        "((1 + 2 * (3 - i)))",
        "if a; then b; elif c; then d; else e; fi",
        "while a; do b; done",
        "until a\ndo\nb\ndone",
        "for x in 1 2; do a; done",
        "for x; do a; done",
        "for ((i = 0; i < 3; i++)); do a; done",
        "case x in a|b) c ;; (d) e ;& *) f; esac",
        "[[ -f a && ( $b == c* || $d =~ ^(e|f #g)$ ) ]]",
        "f() { a; }; f",
        "function f { a; }",
        "a > b 2>&1 < c >> d &> e >| f <> g <&- 3>&2-",
        "a <<EOF\n$(b) ) ' \" `c`\nEOF",
        "a <<'EOF' | b <<-X\n$( ` \" '\nEOF\n\tx\n\tX\nc",
        "a <<< \"$b\"",
        "a <(b) >(c)",
        "x=1 y+=2 z[3]=4 w=(a $(b) \"c\") d",
        "echo $(case x in a) b;; esac)",
        "echo $(a # )\n)",
        "echo \"$(a \"$(b)\")\" `c \\`d\\``",
        "echo ${a} ${a:-b} ${#a} ${a%.*} ${a//x/y} ${a[@]} ${a[1]} ${a:1:2} ${a^^}",
        "echo $'a\\'b' $((1 + 2)) $[3]",
        "echo {a,b} ~ \\; a\\\nb",
        "a \\\n  b",
        "for x in a; { b; }",
    ] {
        check(text, &[]);
    }
}

#[test]
fn what_bash_refuses_or_few_can_follow_is_noted() {
    for text in [
        "a 'b",
        "a \"b",
        "a `b",
        "a $(b",
        "a ${b",
        "( a",
        "{ a;",
        "if a; then b",
        "a | | b",
        "a &&",
        "; a",
        "a;; b",
        "a )",
        "} a",
        "done",
        "a <<EOF\nb",
        "a <<EOF",
        "a >",
        "a (b)",
        "[[ a",
        "((a; b))",
        "echo $((a[$(b)]))",
        "i\\\nf a; then b; fi",
        "coproc a",
        "select x in a; do b; done",
        "echo $\"a\"",
        "echo $\\\n(a)",
        "a {fd}> b",
        "ls !(a)",
        "$(a <<EOF)\nb\nEOF",
    ] {
        let mut context = Context::default();
        let mut reader = Reader::new(text, &mut context);
        while reader.line().is_some() {}
        assert!(!context.problems.is_empty(), "{text:?}");
    }
    check("echo ${!a} ${a@P} ${a:=b} ${a[b]} ${a:$b}", &["syntax.parameter"]);
}

#[test]
fn nesting_has_an_end() {
    for opening in ["$(", "(", "{ ", "if ", "\"$(", "${x:-", "<(", "case x in a) ", "f() { "] {
        let mut context = Context::default();
        let text = opening.repeat(5_000);
        let mut reader = Reader::new(&text, &mut context);
        while reader.line().is_some() {}
        assert!(!context.problems.is_empty(), "{opening}");
    }
}

#[test]
fn ansi_quotes_are_decoded() {
    let check = |raw: &str, expect: Option<&str>| assert_eq!(decode(raw).as_deref(), expect, "{raw}");
    check("a\\nb\\t\\\\\\'", Some("a\nb\t\\'"));
    check("\\x72\\155", Some("rm"));
    check("\\u0072\\U0000006d", Some("rm"));
    check("\\x{72}m", Some("rm"));
    check("\\xr \\q", Some("\\xr \\q"));
    check("\\ca", Some("\u{1}"));
    check("a\\0b", None);
    check("\\xff", None);
    check("a\\", None);
}
