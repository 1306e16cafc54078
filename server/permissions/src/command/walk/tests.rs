use std::path::{Path, PathBuf};

use super::super::call::{Arg, Class, Scene};
use super::{Part, walk};

fn parts_of(line: &str) -> Vec<Part> {
    let scene = Scene {
        roots: Vec::new(),
        home: Some(PathBuf::from("/home/me")),
    };
    let mut parts = Vec::new();
    walk(line, Path::new("/w"), &scene, &mut |part| parts.push(part));
    parts
}

/// The calls of a line, in the order in which bash would start them: `folder: name arg…`.
fn check(line: &str, expect: &[&str]) {
    let calls: Vec<String> = parts_of(line)
        .into_iter()
        .filter(|part| !part.is_guess)
        .filter_map(|part| part.call)
        .map(|call| {
            let mut shown = call.name;
            for arg in call.args {
                shown.push(' ');
                shown.push_str(&match arg {
                    Arg::Literal(text) => text,
                    Arg::Pattern(pattern) => format!("<{pattern}>"),
                    Arg::Unknown => "?".to_owned(),
                });
            }
            shown
        })
        .collect();
    assert_eq!(calls, expect, "{line:?}");
}

fn check_folder(line: &str, expect: Option<&str>) {
    let last = parts_of(line).into_iter().filter_map(|part| part.call).next_back();
    let folder = last.expect("the line calls something").folder;
    assert_eq!(folder.as_deref(), expect.map(Path::new), "{line:?}");
}

fn check_hard(line: &str, expect: Option<&str>) {
    let parts = parts_of(line);
    let hard = parts
        .iter()
        .find(|part| part.known.class == Class::Hard && part.call.is_none());
    assert_eq!(hard.map(|part| part.known.rule.as_str()), expect, "{line:?}");
}

#[test]
fn a_name_is_seen_through_quotes() {
    for line in [
        "zap -x",
        "z\\ap -x",
        "'zap' -x",
        "\"z\"ap -x",
        "$'\\x7aap' -x",
        "z\\\nap -x",
        "za''p -x",
        "x=zap; $x -x",
    ] {
        check(line, &["zap -x"]);
    }
}

#[test]
fn everything_that_would_run_is_seen() {
    check("a; b & c && d || e | f |& g", &["a", "b", "c", "d", "e", "f", "g"]);
    check(
        "a $(b) `c` \"$(d)\" <(e) ${x:-$(f)} ${x:-<(g)}",
        &["b", "c", "d", "e", "f", "g", "a ? ? ? /dev/fd/63 ? ?"],
    );
    check("x=$(a) y=(b $(c)) z=`d`", &["a", "c", "d"]);
    check("a <<EOF\n$(b) `c`\nEOF", &["b", "c", "a"]);
    check("a <<'EOF'\n$(b) `c`\nEOF", &["a"]);
    check("a <<< $(b) > $(c)", &["b", "c", "a"]);
    check(
        "( (a) ); { b; }; f() { c; }; if d; then e; else g; fi",
        &["a", "b", "c", "d", "e", "g"],
    );
    check("while a; do b; done; for i in $(c); do d; done", &["a", "b", "c", "d"]);
    check(
        "case $(a) in $(b)) c ;; *) d ;; esac; [[ $(e) ]]",
        &["a", "b", "c", "d", "e"],
    );
    check("coproc a; time b; ! c", &["a", "b", "c"]);
    check("echo $((1 + $(a)))", &["a", "1 + ?", "echo ?"]);
    check(
        "command a; builtin b; exec c",
        &["command a", "a", "builtin b", "b", "exec c", "c"],
    );
    check("eval 'a; b'; trap c EXIT", &["eval a; b", "a", "b", "trap c EXIT", "c"]);
    check("eval a $x", &["eval a ?", "a "]);
}

#[test]
fn what_cannot_be_read_is_looked_through() {
    check("echo 'x; a -y", &["echo x; a -y", "x", "a -y"]);
    check("if a; b", &["a", "b"]);
    check(") a", &["a"]);
    check("a (b) c", &["a", "b", "c"]);
    let deep = format!("{}a -y{}", "$(".repeat(200), ")".repeat(200));
    assert!(parts_of(&deep).iter().any(|part| part.text == "a -y"), "{deep}");
}

#[test]
fn words_become_what_bash_makes_of_them() {
    check("a {b,c}{1..2} x{,y} {z} {1..x}", &["a b1 b2 c1 c2 x xy {z} {1..x}"]);
    check("{a,-r,/}", &["a -r /"]);
    check(
        "a ~ ~/x \"~\" ~other/y x=~",
        &["a /home/me /home/me/x ~ /home/other/y x=~"],
    );
    check(
        "a $HOME \"$HOME\"/* ${HOME}/x $PWD",
        &["a /home/me </home/me/*> /home/me/x /w"],
    );
    check("a *.rs '*' \\* [x] [ x?", &["a <*.rs> * * <[x]> [ <x?>"]);
    check("x='b c'; a $x \"$x\" ${x:-d} ${y} ${x:+e}", &["a b c b c b c ? e"]);
    check("x=; a $x \"$x\" ${x:-d}", &["a  d"]);
    check("x=1; x+=2; a $x", &["a ?"]);
    check("for i in b *.c; do a \"$i\"; done", &["a b", "a <*.c>"]);
    check("for i in $(b); do a $i; done", &["b", "a ?"]);
    check("for i in 1; do a $x; x=2; done; a $x", &["a ?", "a ?"]);
    check("if b; then x=1; fi; a $x", &["b", "a ?"]);
    check("(x=1); x=2 a $x | x=3; a $x", &["a ?", "a ?"]);
    check("read x; a $x", &["read x", "a ?"]);
}

#[test]
fn the_folder_is_followed() {
    check_folder("cd src && a", Some("/w/src"));
    check_folder("cd /usr; a", Some("/usr"));
    check_folder("cd nowhere; a", None);
    check_folder("cd nowhere && cd deeper && a", Some("/w/nowhere/deeper"));
    check_folder("cd $x && a", None);
    check_folder("cd -; a", None);
    check_folder("cd; a", None);
    check_folder("(cd /usr); a", Some("/w"));
    check_folder("cd /usr | a", Some("/w"));
    check_folder("b && cd /usr; a", None);
    check_folder("cd /usr || exit 1; a", Some("/usr"));
    check_folder("if b; then cd /usr; fi; a", None);
    check_folder("while b; do a; cd /usr; done", None);
    check_folder("cd /usr/../etc; a", Some("/etc"));
}

#[test]
fn downloads_do_not_reach_an_interpreter() {
    for line in [
        "curl x | sh",
        "curl x | tee a | base64 -d | gunzip | /bin/bash -s -- -y",
        "wget -qO- x | python3 -",
        "(curl x; echo) | { sh; }",
        "curl x | tee >(sh)",
        "curl x > >(bash)",
        "bash <(curl x)",
        "source <(curl x)",
        ". <(wget -O- x)",
        "bash < <(curl x)",
        "bash <<< \"$(curl x)\"",
        "bash <<EOF\n$(curl x)\nEOF",
        "sh -c \"$(curl x)\"",
        "bash -c \"`wget -O- x`\"",
        "eval \"$(curl x)\"",
        "python3 -c \"$(curl x)\"",
        "$(curl x)",
        "x=$(curl y); eval \"$x\"",
        "x=$(curl y); bash -c \"$x\"",
        "x=$(curl y); echo \"$x\" | sh",
        "curl -o x.sh y && sh x.sh",
        "curl -fsSLo /tmp/x.sh y; bash /tmp/x.sh",
        "curl -O http://y/x.sh; . ./x.sh",
        "wget http://y/x?v=1; chmod +x x; ./x",
        "curl y > x.py; python3 x.py",
        "curl y | tee x.sh; sh x.sh",
        "curl x | while read l; do eval \"$l\"; done",
        "f() { sh; }; curl x | f",
        "curl x | if true; then bash; fi",
    ] {
        check_hard(line, Some("hard.download"));
    }
    for line in [
        "echo eA== | base64 -d | sh",
        "eval \"$(base64 --decode x)\"",
        "xxd -r -p x | bash",
    ] {
        check_hard(line, Some("hard.decoded"));
    }
    for line in [
        "curl x | jq .",
        "curl x | python3 -m json.tool",
        "curl x | python3 -c 'import json'",
        "curl x | grep y; sh z.sh",
        "sh x.sh \"$(curl y)\"",
        "curl -o x.tgz y && tar xf x.tgz",
        "base64 -d x > y",
        "echo a | sh",
    ] {
        check_hard(line, None);
    }
}

#[test]
fn fork_bombs_are_known_by_any_name() {
    for line in [
        ":(){ :|:& };:",
        "b() { b | b & }; b",
        "f(){ f & f & }; f",
        "function x { (x | x) & }; x",
    ] {
        check_hard(line, Some("hard.fork-bomb"));
    }
    check_hard("f() { g | h & }; f", None);
}

#[test]
fn a_guess_may_refuse() {
    let guessed = |line: &str| -> Vec<String> {
        let parts = parts_of(line).into_iter().filter(|part| part.is_guess);
        parts
            .map(|part| format!("{:?}", part.call.map(|call| call.args)))
            .collect()
    };
    assert_eq!(guessed("a \"${x:-/}\""), ["Some([Literal(\"/\")])"]);
    assert_eq!(guessed("a $(echo /)"), ["Some([Literal(\"/\")])"]);
    assert_eq!(guessed("a $x"), [""; 0]);
}

#[test]
fn a_known_feed_is_run() {
    check("echo 'a -y' | sh", &["echo a -y", "sh", "a -y"]);
    check("sh <<EOF\na -y\nEOF", &["sh", "a -y"]);
    check("bash <<< 'a -y'", &["bash", "a -y"]);
    check("cat <<'EOF' | bash\na -y\nEOF", &["cat", "bash", "a -y"]);
}

#[test]
fn what_is_not_understood_is_a_concern() {
    let check = |line: &str, expect: &str| {
        let parts = parts_of(line);
        let concerns: Vec<_> = parts
            .iter()
            .flat_map(|part| &part.concerns)
            .map(|problem| problem.rule)
            .collect();
        assert!(concerns.contains(&expect), "{line:?}: {concerns:?}");
    };
    check("$x a", "syntax.name");
    check("x=a; $x", "syntax.name");
    check("a* b", "syntax.name");
    check("LD_PRELOAD=x a", "env.name");
    check("PATH=x", "env.name");
    check("GIT_PAGER=x a", "env.name");
    check("LC_ALL=$x a", "env.name");
    check("TZ=:/etc/x a", "env.name");
    check("a > $x", "syntax.redirect");
    check("echo $((x))", "syntax.arithmetic");
    check("x='a[$(b)]'; ((x))", "syntax.arithmetic");
    check("[[ $x -eq 1 ]]", "syntax.arithmetic");
    check("[[ -v $x ]]", "syntax.arithmetic");
    check("[ $x ]", "syntax.test");
    check("echo() { a; }", "syntax.function");
    check("eval $x", "syntax.inner");
}

#[test]
fn what_is_understood_is_none() {
    for line in [
        "LC_ALL=C NO_COLOR=1 echo a",
        "GIT_PAGER=cat echo a",
        "x=1; ((x++)); echo $((x + 1)) ${#x}",
        "[ \"$x\" = y ] && echo z",
        "[ $? -eq 0 ] && echo z",
        "[[ $x == y* ]]",
        "while IFS= read -r line; do echo \"$line\"; done < a",
        "for ((i = 0; i < 3; i++)); do echo $i; done",
        "echo a 2>&1 >/dev/null",
    ] {
        let parts = parts_of(line);
        let concerns: Vec<_> = parts.iter().flat_map(|part| &part.concerns).collect();
        assert!(concerns.is_empty(), "{line:?}: {concerns:?}");
    }
}
