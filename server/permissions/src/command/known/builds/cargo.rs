//! Cargo, rustc's tools, and Go's.

use super::super::super::call::{Arg, Call, Known, Use};
use super::super::super::names::is_in;
use super::super::options::Table;
use super::super::report::literal;
use super::{apply, other};

const FRONT: Table = Table::stopping(
    "-vqV -C=! -Z=! --version --verbose --quiet --color= --locked --offline --frozen --config=! --list --explain=",
);

const OPTIONS: Table = Table::exact(
    "-vqr -p= -j= -F= -Z=! --package= --workspace --all --exclude= --lib --bin? --bins --example? --examples --test? --tests --bench? \
     --benches --all-targets --doc --no-run --no-fail-fast --ignore-rust-version --future-incompat-report \
     --message-format= --release --profile= --jobs= --keep-going --features= --all-features --no-default-features --target= \
     --target-dir=> --artifact-dir=> --manifest-path=< --verbose --quiet --color= --locked --offline --frozen --timings? \
     --config=! --fix --allow-dirty --allow-staged --allow-no-vcs --edition --edition-idioms --broken-code --no-deps \
     --document-private-items --open! --check --depth= --edges= --invert? --prune= --duplicates --charset= --format= \
     --format-version= --filter-platform= --no-indent --prefix= --partition= --retries= --test-threads= --status-level= \
     --failure-output= --success-output= --no-capture --nocapture --cargo-profile= --run-ignored= --help -h -e= -i= -d",
);

/// Subcommands whose words behind the options are no paths.
const VERBS: &str = "test t build b check c clippy fmt doc d bench fix tree metadata nextest version pkgid locate-project verify-project \
     read-manifest test-all llvm-cov hack";
const INSTALLS: &str = "install uninstall add remove rm update fetch publish login logout owner yank search new init vendor package \
     generate-lockfile binstall";

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    match name {
        "cargo" => Some(cargo(call)),
        "go" => Some(go(call)),
        _ => None,
    }
}

fn cargo(call: &Call) -> Known {
    // `+nightly`: one of the toolchains that the user has; none is fetched where there is no network.
    let is_toolchain = |arg: &Arg| {
        let name = literal(arg).and_then(|word| word.strip_prefix('+'));
        name.is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)))
    };
    let args = match call.args.split_first() {
        Some((first, rest)) if is_toolchain(first) => rest,
        _ => call.args.as_slice(),
    };
    let front = FRONT.parse(args);
    let mut known = Known::builds("cargo");
    apply(&mut known, "cargo", &front);
    let Some((verb, args)) = front.operands.split_first() else {
        return known;
    };
    let Some(verb) = literal(verb) else {
        return other("cargo", "…");
    };
    if is_in(INSTALLS, verb) {
        return Known::asks(
            "install",
            format!("`cargo {verb}` changes what the project depends on, or reaches the network"),
        );
    }
    if verb == "clean" {
        return Known::writes("cargo");
    }
    if !is_in(VERBS, verb) {
        return other("cargo", verb);
    }
    // `nextest run`, `llvm-cov nextest`: a second verb.
    let args: Vec<_> = args.iter().map(|arg| (*arg).clone()).collect();
    let own = args.split(|arg| literal(arg) == Some("--")).next().unwrap_or_default();
    apply(&mut known, "cargo", &OPTIONS.parse(own));
    known
}

fn go(call: &Call) -> Known {
    const FLAGS: Table = Table::words(
        "-a -n -x -v -race -msan -asan -cover -covermode= -coverpkg= -coverprofile=> -p= -work -trimpath -tags= -ldflags= -vet= -gcflags= \
         -asmflags= -buildvcs? -buildmode= -mod= -modfile=< -o=> -run= -bench= -benchmem -benchtime= -count= -cpu= -failfast \
         -short -timeout= -parallel= -shuffle= -skip= -list= -json -c -fuzz= -fuzztime= -exec! -toolexec! -vettool! -overlay=< -pkgdir! \
         -C=< -f= -m -deps -test -e -compiled -export -find -u! -versions -fullpath -outputdir=> -cpuprofile=> -memprofile=> \
         -blockprofile=> -trace=>",
    );
    let Some((verb, args)) = call.args.split_first() else {
        return other("go", "");
    };
    let Some(verb) = literal(verb) else {
        return other("go", "…");
    };
    match verb {
        "install" | "get" | "mod" | "work" | "clean" => Known::asks(
            "install",
            format!("`go {verb}` changes what the project depends on, or what is installed"),
        ),
        "test" | "build" | "vet" | "fmt" | "list" | "version" | "doc" | "env" => {
            let mut known = Known::builds("go");
            let own = args
                .split(|arg| literal(arg) == Some("-args"))
                .next()
                .unwrap_or_default();
            let parsed = FLAGS.parse(own);
            apply(&mut known, "go", &parsed);
            if parsed
                .operands
                .iter()
                .any(|arg| literal(arg).is_some_and(|word| word.contains('@')))
            {
                known.doubt("unknown.argument", "`go` would fetch what is named with a version");
            }
            let links_by =
                |arg: &Arg| literal(arg).is_none_or(|flags| flags.contains("ext") || flags.contains("linkmode"));
            if parsed.value(&["ldflags"]).is_some_and(links_by) {
                known.doubt_option("go", "-ldflags");
            }
            let is_path = |word: &str| word.starts_with(['/', '.', '~']) && !word.starts_with("./...");
            let paths = parsed.operands.iter().filter(|arg| literal(arg).is_none_or(is_path));
            known.add_all(paths.copied(), Use::Read);
            known
        }
        _ => other("go", verb),
    }
}
