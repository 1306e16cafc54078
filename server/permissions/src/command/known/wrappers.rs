//! Commands that start the command behind them. What that one does is judged as a part of its own; here stands where
//! it begins, and what the wrapper itself does.

use super::super::call::{Arg, Call, Class, Inner, Known, Use};
use super::super::environment::concern_of_environment;
use super::options::{Parsed, Table};
use super::report::{joined, literal};

struct Wrapper {
    names: &'static [&'static str],
    options: Table,
    /// Operands in front of the command.
    skipped: usize,
}

const WRAPPERS: &[Wrapper] = &[
    Wrapper {
        names: &["timeout", "gtimeout"],
        options: Table::stopping(
            "-fpv -k= -s= --foreground --kill-after= --preserve-status --signal= --verbose --help --version",
        ),
        skipped: 1,
    },
    Wrapper {
        names: &["nice"],
        options: Table::stopping("-# -n= --adjustment= --help --version"),
        skipped: 0,
    },
    Wrapper {
        names: &["ionice"],
        options: Table::stopping(
            "-t -c= -n= -p=! -P=! -u=! --class= --classdata= --ignore --pid=! --pgid=! --uid=! --help --version",
        ),
        skipped: 0,
    },
    Wrapper {
        names: &["stdbuf"],
        options: Table::stopping("-i= -o= -e= --input= --output= --error= --help --version"),
        skipped: 0,
    },
    Wrapper {
        names: &["time", "gtime"],
        options: Table::stopping(
            "-pvalhq -o=> -f= --portability --verbose --append --output=> --format= --quiet --help --version",
        ),
        skipped: 0,
    },
    Wrapper {
        names: &["chrt"],
        options: Table::stopping(
            "-abdefGimoRrvV -T= -P= -D= -p! --all-tasks --batch --deadline --ext --fifo --idle --other --rr --reset-on-fork --max \
             --pid! --sched-runtime= --sched-period= --sched-deadline= --verbose --help --version",
        ),
        skipped: 1,
    },
    Wrapper {
        names: &["taskset"],
        options: Table::stopping("-ac -p! --all-tasks --cpu-list --pid! --help --version"),
        skipped: 1,
    },
    Wrapper {
        names: &["caffeinate"],
        options: Table::stopping("-dimsu -t= -w="),
        skipped: 0,
    },
    Wrapper {
        names: &["setarch", "linux32", "linux64", "i386", "x86_64"],
        options: Table::stopping("-BFILRSTXZv3 --help --version"),
        skipped: 0,
    },
];

/// They start what they are told to, and something about them is not plain.
const ODD: [&str; 12] = [
    "setsid",
    "unbuffer",
    "catchsegv",
    "numactl",
    "prlimit",
    "cpulimit",
    "chronic",
    "ts",
    "hyperfine",
    "valgrind",
    "xvfb-run",
    "faketime",
];

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    if let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&name)) {
        return Some(wrap(wrapper, name, call));
    }
    Some(match name {
        "env" | "genv" => env(name, call),
        "nohup" => nohup(call),
        "xargs" | "gxargs" => xargs(call),
        "command" | "builtin" | "exec" => looked_up(name, call),
        "busybox" | "toybox" => applet(name, call),
        "flock" => flock(call),
        "parallel" | "rush" | "run-parts" => parallel(name, call),
        _ if ODD.contains(&name) => odd(name, call),
        _ => return None,
    })
}

fn wrap(wrapper: &Wrapper, name: &str, call: &Call) -> Known {
    let parsed = wrapper.options.parse(&call.args);
    let mut known = Known::new(
        Class::Reads,
        format!("read.{name}"),
        format!("`{name}` starts the command behind it"),
    );
    known.apply(name, &wrapper.options, &parsed, call);
    let words = parsed.operands.get(wrapper.skipped..).unwrap_or_default();
    let before = parsed.operands.get(..wrapper.skipped).unwrap_or(&parsed.operands);
    if before.iter().any(|arg| literal(arg).is_none()) {
        known.doubt(
            "unknown.argument",
            &format!("an argument of `{name}` is known only when it runs"),
        );
    }
    if words.is_empty() && wrapper.names.contains(&"setarch") {
        known.doubt("unknown.shell", &format!("`{name}` without a command starts a shell"));
    }
    known.start(words, false);
    known
}

/// The command behind whatever looks like an option; the wrapper itself is not known well enough.
fn odd(name: &str, call: &Call) -> Known {
    let mut known = Known::new(
        Class::Unknown,
        "unknown.wrapper",
        format!("what `{name}` does with the command behind it is not known here"),
    );
    let words: Vec<&Arg> = call
        .args
        .iter()
        .skip_while(|arg| literal(arg).is_some_and(|word| word.starts_with('-')))
        .collect();
    known.start(&words, false);
    known
}

fn env(name: &str, call: &Call) -> Known {
    const OPTIONS: Table = Table::stopping(
        "-i0v -u= -C=! -S=! -P=! -a=! --ignore-environment --null --unset= --chdir=! --split-string=! --debug \
         --block-signal? --default-signal? --ignore-signal? --list-signal-handling --argv0=! --help --version",
    );
    let mut parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads(name);
    known.apply(name, &OPTIONS, &parsed, call);
    while parsed.operands.first().and_then(|arg| literal(arg)) == Some("-") {
        parsed.operands.remove(0);
    }
    let mut words = parsed.operands.as_slice();
    while let Some((first, rest)) = words.split_first() {
        let Some((variable, value)) = literal(first).and_then(|word| word.split_once('=')) else {
            break;
        };
        if concern_of_environment(variable, Some(value)).is_some() {
            known.doubt(
                "env.name",
                &format!("`{variable}` is set for a command, which may change what it runs"),
            );
        }
        words = rest;
    }
    if parsed.options.iter().any(|found| matches!(found.name, "u" | "unset")) {
        known.doubt(
            "env.name",
            "a variable is taken away from a command, which may change what it runs",
        );
    }
    let scripts = parsed
        .options
        .iter()
        .filter(|found| matches!(found.name, "S" | "split-string"));
    let mut has_script = false;
    for found in scripts {
        has_script = true;
        match found.value.as_ref().and_then(literal) {
            Some(script) => {
                let rest = joined(words.iter().copied()).unwrap_or_default();
                known.inner.push(Inner::Script(format!("{script} {rest}")));
            }
            None => known.inner.push(Inner::Unknown),
        }
    }
    if words.is_empty() && !has_script && !parsed.has(&["help", "version"]) {
        return Known::asks("environment", "it prints the environment, which may hold secrets");
    }
    known.start(words, false);
    known
}

fn nohup(call: &Call) -> Known {
    const OPTIONS: Table = Table::stopping("--help --version");
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::writes("nohup");
    known.apply("nohup", &OPTIONS, &parsed, call);
    known.add(&Arg::Literal("nohup.out".to_owned()), Use::Write);
    known.start(&parsed.operands, false);
    known
}

/// The arguments that it adds come from its input, so nobody knows them.
fn xargs(call: &Call) -> Known {
    const OPTIONS: Table = Table::stopping(
        "-0rtx -o! -p! -a=< -d= -E= -e? -I= -i? -J= -L= -l? -n= -P= -R= -s= -S= --null --arg-file=< --delimiter= --eof? --replace? \
         --max-lines? --max-args= --max-procs= --process-slot-var=! --interactive! --open-tty! --no-run-if-empty --max-chars= \
         --show-limits --verbose --exit --help --version",
    );
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads("xargs");
    known.apply("xargs", &OPTIONS, &parsed, call);
    let Some(mark) = replaced(&parsed) else {
        known.start(&parsed.operands, true);
        return known;
    };
    let is_marked = |arg: &Arg| literal(arg).is_some_and(|word| word.contains(&mark));
    let is_mark = |arg: &Arg| literal(arg) == Some(&mark);
    if parsed.operands.first().is_some_and(|first| is_marked(first)) {
        known.inner.push(Inner::Unknown);
        return known;
    }
    match parsed.operands.split_last() {
        // `xargs -I{} ls {}` is as good as `xargs -n1 ls`.
        Some((last, others)) if is_mark(last) && !others.iter().any(|arg| is_marked(arg)) => known.start(others, true),
        _ => {
            let hidden = |arg: &Arg| if is_marked(arg) { Arg::Unknown } else { arg.clone() };
            let words: Vec<Arg> = parsed.operands.iter().map(|arg| hidden(arg)).collect();
            known.start(&words.iter().collect::<Vec<_>>(), parsed.has(&["J"]));
        }
    }
    known
}

/// What stands for a line of the input.
fn replaced(parsed: &Parsed<'_>) -> Option<String> {
    let found = parsed
        .options
        .iter()
        .rev()
        .find(|found| matches!(found.name, "I" | "i" | "replace" | "J"))?;
    let mark = found.value.as_ref().and_then(literal).filter(|mark| !mark.is_empty());
    Some(mark.unwrap_or("{}").to_owned())
}

fn looked_up(name: &str, call: &Call) -> Known {
    const OPTIONS: Table = Table::stopping("-pvVcl -a=");
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads(name);
    known.apply(name, &OPTIONS, &parsed, call);
    if !parsed.has(&["v", "V"]) {
        known.start(&parsed.operands, false);
    }
    if name == "exec" {
        known.raise(Class::Asks, "ask.builtin", || {
            "`exec` puts another program in the shell's place".to_owned()
        });
    }
    known
}

/// One program under many names, whose options are not quite those of the tables.
fn applet(name: &str, call: &Call) -> Known {
    let mut known = Known::new(
        Class::Unknown,
        "unknown.wrapper",
        format!("what `{name}` makes of options differs from the commands that it stands for"),
    );
    known.start(&call.args.iter().collect::<Vec<_>>(), false);
    known
}

fn flock(call: &Call) -> Known {
    const OPTIONS: Table = Table::stopping(
        "-exsnuoFv -w= -E= --exclusive --shared --nonblock --nb --unlock --close --no-fork --fcntl --verbose --timeout= --wait= \
         --conflict-exit-code= --help --version",
    );
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::writes("flock");
    known.apply("flock", &OPTIONS, &parsed, call);
    parsed
        .operands
        .first()
        .into_iter()
        .for_each(|file| known.add(file, Use::Write));
    match parsed.operands.get(1..).unwrap_or_default() {
        [option, rest @ ..] if matches!(literal(option), Some("-c" | "--command")) => {
            known.inner.push(
                rest.first()
                    .and_then(|arg| literal(arg))
                    .map_or(Inner::Unknown, |text| Inner::Script(text.to_owned())),
            );
        }
        words => known.start(words, false),
    }
    known
}

fn parallel(name: &str, call: &Call) -> Known {
    let mut known = Known::new(
        Class::Unknown,
        "unknown.wrapper",
        format!("`{name}` puts commands together when it runs"),
    );
    let words: Vec<&Arg> = call
        .args
        .iter()
        .skip_while(|arg| literal(arg).is_some_and(|word| word.starts_with('-')))
        .collect();
    if let Some(script) = joined(words.iter().copied().take_while(|arg| literal(arg) != Some(":::"))) {
        known.inner.push(Inner::Script(script));
    }
    known.start(&words, true);
    known.inner.push(Inner::Unknown);
    known
}
