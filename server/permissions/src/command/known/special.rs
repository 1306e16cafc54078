//! Readers whose operands need a closer look than a table gives.

use super::super::call::{Arg, Call, Known, Use};
use super::options::Table;
use super::report::literal;

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    Some(match name {
        "echo" | "printf" | "true" | "false" | "expr" | ":" => plain(name, call),
        "test" | "[" => test(name, call),
        "date" | "gdate" => date(call),
        "ps" => ps(call),
        "bc" => bc(call),
        "printenv" => printenv(call),
        "getent" => getent(call),
        "sleep" => sleep(call),
        "xxd" => xxd(call),
        _ => return None,
    })
}

/// Prints or computes, whatever its arguments are.
fn plain(name: &str, call: &Call) -> Known {
    let mut known = Known::reads(name);
    let sets = matches!(call.args.first(), Some(Arg::Literal(word)) if name == "printf" && word.starts_with("-v"));
    if sets {
        known.doubt_option(name, "-v");
    }
    known
}

fn test(name: &str, call: &Call) -> Known {
    let mut known = Known::reads(name);
    let is_computed = |arg: &Arg| matches!(literal(arg), Some("-v" | "-R"));
    if call.args.iter().any(is_computed) {
        known.doubt_option(name, "-v");
    }
    known
}

fn date(call: &Call) -> Known {
    const OPTIONS: Table = Table::new(
        "-uRjn -d= -f=! -I? -r=< -s=! -v= -z= --date= --debug --file=! --iso-8601? --resolution --rfc-email --rfc-2822 \
         --rfc-822 --rfc-3339= --reference=< --set=! --utc --universal --uct --help --version",
    );
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads("date");
    known.apply("date", &OPTIONS, &parsed, call);
    let is_format = |arg: &&Arg| literal(arg).is_some_and(|text| text.starts_with('+'));
    if !parsed.operands.iter().all(is_format) {
        known.doubt(
            "unknown.argument",
            "`date` with an operand that is no format sets the clock",
        );
    }
    known
}

/// Without a dash, `e` shows the environment of every process; with one, `E` does elsewhere.
fn ps(call: &Call) -> Known {
    const LONG: Table = Table::new(
        "--forest --headers --no-headers --sort= --pid= --ppid= --user= --User= --group= --Group= --cols= --columns= \
         --width= --rows= --lines= --format= --tty= --sid= --quick-pid= --deselect --cumulative --noheading \
         --noheadings --heading --info --help --version --context",
    );
    let mut known = Known::reads("ps");
    let mut is_value = false;
    for arg in &call.args {
        let was_value = std::mem::take(&mut is_value);
        let shows = match arg {
            Arg::Literal(word) if word.contains("environ") => true,
            Arg::Literal(_) if was_value => false,
            Arg::Literal(word) if word.starts_with("--") => {
                is_value = !word.contains('=');
                LONG.parse(std::slice::from_ref(arg)).doubt.is_some() && !is_value
            }
            Arg::Literal(word) => {
                is_value = word.ends_with(['o', 'O', 'C', 'u', 'U', 'g', 'G', 'p', 't', 's', 'q', 'k']);
                match word.strip_prefix('-') {
                    Some(cluster) => cluster.contains('E'),
                    None => word.contains('e') && !word.contains([',', '=', '%']),
                }
            }
            _ => true,
        };
        if shows {
            known.doubt("unknown.argument", "`ps` may show the environment of other processes");
        }
    }
    known
}

/// A calculator without a way out, unlike `dc`.
fn bc(call: &Call) -> Known {
    const OPTIONS: Table = Table::new(
        "-hilqsvwcRPgz -e= -f=< -S= -O= -I= -E= -r= --help --interactive --mathlib --quiet --standard --version --warn \
         --expression= --file=< --scale=",
    );
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads("bc");
    known.apply("bc", &OPTIONS, &parsed, call);
    known.add_all(parsed.operands, Use::Read);
    known
}

/// Names whose values are no secret.
const OPEN_VARIABLES: [&str; 16] = [
    "HOME", "PATH", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "LANG", "LC_ALL", "TERM", "TMPDIR", "EDITOR", "PAGER",
    "TZ", "HOSTNAME", "DISPLAY",
];

fn printenv(call: &Call) -> Known {
    let is_open = |arg: &Arg| literal(arg).is_some_and(|name| OPEN_VARIABLES.contains(&name));
    if !call.args.is_empty() && call.args.iter().all(is_open) {
        return Known::reads("printenv");
    }
    Known::asks("environment", "it prints the environment, which may hold secrets")
}

fn getent(call: &Call) -> Known {
    let is_local = |arg: &&Arg| {
        matches!(
            literal(arg),
            Some("passwd" | "group" | "services" | "protocols" | "rpc")
        )
    };
    if call.args.first().as_ref().is_some_and(is_local) {
        return Known::reads("getent");
    }
    Known::asks("network", "`getent` may ask a name server, or show passwords")
}

/// A short pause reads nothing; a long one looks like a hang.
fn sleep(call: &Call) -> Known {
    const LONGEST: f64 = 30.0;
    let mut known = Known::reads("sleep");
    let seconds = |arg: &Arg| literal(arg)?.trim_end_matches('s').parse::<f64>().ok();
    let total: Option<f64> = call.args.iter().map(seconds).sum();
    if !total.is_some_and(|total| (0.0..=LONGEST).contains(&total)) {
        known.doubt(
            "unknown.argument",
            "it sleeps for more than half a minute, or nobody knows how long",
        );
    }
    known
}

/// `xxd -c16` has its value attached, and a second operand is written.
fn xxd(call: &Call) -> Known {
    const OPTIONS: Table = Table::words(
        "-a -b -C -E -e -h -i -p -ps -plain -postscript -u -v -d -c= -cols= -g= -groupsize= -l= -len= -n= -name= -o= -off= \
         -s= -skip= -seek= -R= -r! -revert! -autoskip -bits -capitalize -EBCDIC -include -uppercase -version",
    );
    let is_attached = |arg: &Arg| {
        let value = literal(arg).and_then(|word| word.strip_prefix(['-'])?.strip_prefix(['c', 'g', 'l', 'o', 's']));
        value.is_some_and(|value| {
            value
                .trim_start_matches(['-', '+'])
                .starts_with(|c: char| c.is_ascii_digit())
        })
    };
    let args: Vec<Arg> = call.args.iter().filter(|arg| !is_attached(arg)).cloned().collect();
    let parsed = OPTIONS.parse(&args);
    let mut known = Known::reads("xxd");
    known.apply("xxd", &OPTIONS, &parsed, call);
    let mut operands = parsed.operands.into_iter();
    operands
        .next()
        .into_iter()
        .for_each(|input| known.add(input, Use::Read));
    for output in operands {
        known.add(output, Use::Write);
        known.raise(super::super::call::Class::Writes, "write.xxd", || {
            "the second file of `xxd` is written".to_owned()
        });
    }
    if call.args.iter().any(|arg| literal(arg).is_none()) {
        known.doubt(
            "unknown.argument",
            "an argument of `xxd` may be the file that it writes",
        );
    }
    known
}
