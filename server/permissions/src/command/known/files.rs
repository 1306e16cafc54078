//! Commands that write, copy or move files, and do nothing else.

use super::super::builtin::is_standard_stream;
use super::super::call::{Arg, Call, Class, Known, Use};
use super::options::Table;
use super::report::literal;

/// What the operands are for.
#[derive(Clone, Copy)]
enum Operands {
    /// Every one is written.
    Written,
    Removed,
    /// The last one is written, the others are read.
    Copied,
    /// The last one is written, the others vanish.
    Moved,
    /// The first one is read; the output is named after something else.
    ReadIntoFolder,
    /// `dos2unix`: read and written.
    Texts,
}

struct Writer {
    names: &'static [&'static str],
    operands: Operands,
    options: Table,
}

const fn writer(names: &'static [&'static str], operands: Operands, spec: &'static str) -> Writer {
    Writer {
        names,
        operands,
        options: Table::new(spec),
    }
}

const WRITERS: &[Writer] = &[
    writer(
        &["touch", "gtouch"],
        Operands::Written,
        "-acfhm -d= -r=< -t= --no-create --date= --reference=< --time= --no-dereference --help --version",
    ),
    writer(
        &["mkdir", "gmkdir"],
        Operands::Written,
        "-pvZ -m= --parents --verbose --mode= --context? --help --version",
    ),
    writer(
        &["rmdir"],
        Operands::Removed,
        "-pv --parents --ignore-fail-on-non-empty --verbose --help --version",
    ),
    writer(
        &["cp", "gcp"],
        Operands::Copied,
        "-abdfiHlLnPpRrsTuvxXZc -S= -t=> --archive --attributes-only --backup? --copy-contents --force --interactive --link \
         --dereference --no-clobber --no-dereference --preserve? --no-preserve= --parents --recursive --reflink? \
         --remove-destination --sparse= --strip-trailing-slashes --symbolic-link --suffix= --target-directory=> \
         --no-target-directory --update? --verbose --one-file-system --help --version",
    ),
    writer(
        &["mv", "gmv"],
        Operands::Moved,
        "-bfinTuvZh -S= -t=> --backup? --force --interactive --no-clobber --strip-trailing-slashes --suffix= \
         --target-directory=> --no-target-directory --update? --verbose --exchange --no-copy --help --version",
    ),
    writer(
        &["ln", "gln"],
        Operands::Copied,
        "-bdFfiLnPrsTvhw -S= -t=> --backup? --directory --force --interactive --logical --no-dereference --physical --relative \
         --symbolic --suffix= --target-directory=> --no-target-directory --verbose --help --version",
    ),
    writer(&["link"], Operands::Copied, "--help --version"),
    writer(
        &["install", "ginstall"],
        Operands::Copied,
        "-bCcDdpsTvZ -g= -m= -o= -S= -t=> --backup? --compare --directory --group= --mode= --owner= --preserve-timestamps \
         --strip --strip-program=! --suffix= --target-directory=> --no-target-directory --verbose --help --version",
    ),
    writer(
        &["truncate"],
        Operands::Written,
        "-co -r=< -s= --no-create --io-blocks --reference=< --size= --help --version",
    ),
    writer(
        &["tee", "gtee"],
        Operands::Written,
        "-aip --append --ignore-interrupts --output-error? --help --version",
    ),
    writer(&["sponge"], Operands::Written, "-a"),
    writer(
        &["split", "gsplit"],
        Operands::ReadIntoFolder,
        "-#deuxz -a= -b= -C= -l= -n= -t= --suffix-length= --additional-suffix= --bytes= --line-bytes= --numeric-suffixes? \
         --hex-suffixes? --elide-empty-files --filter=! --lines= --number= --separator= --unbuffered --verbose --help --version",
    ),
    writer(
        &["csplit"],
        Operands::ReadIntoFolder,
        "-ksqz -b= -f= -n= --suffix-format= --prefix= --keep-files --suppress-matched --digits= --silent --quiet \
         --elide-empty-files --help --version",
    ),
    writer(
        &["dos2unix", "unix2dos", "mac2unix"],
        Operands::Texts,
        "-kqbn --keepdate --quiet --newfile --help --version",
    ),
    writer(
        &["mkfifo"],
        Operands::Written,
        "-Z -m= --mode= --context? --help --version",
    ),
    writer(
        &["mktemp"],
        Operands::Written,
        "-dqut -p=> --directory --dry-run --quiet --suffix= --tmpdir? --help --version",
    ),
];

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    if name == "iconv" {
        return Some(iconv(call));
    }
    let writer = WRITERS.iter().find(|writer| writer.names.contains(&name))?;
    let parsed = writer.options.parse(&call.args);
    let is_stream = |arg: &&Arg| literal(arg).is_some_and(is_standard_stream);
    if name == "tee" && parsed.doubt.is_none() && !parsed.operands.is_empty() && parsed.operands.iter().all(is_stream) {
        return Some(Known::reads(name));
    }
    let mut known = Known::writes(name);
    known.apply(name, &writer.options, &parsed, call);
    let (last, others) = match parsed.operands.split_last() {
        Some((last, others)) if !parsed.has(&["t", "target-directory"]) => (Some(*last), others),
        _ => (None, parsed.operands.as_slice()),
    };
    let others = others.iter().copied();
    let (of_others, of_last) = match writer.operands {
        Operands::Written | Operands::Texts => (Use::Write, Use::Write),
        Operands::Removed => (Use::Delete, Use::Delete),
        Operands::Copied => (Use::Read, Use::Write),
        Operands::Moved => (Use::Delete, Use::Write),
        Operands::ReadIntoFolder => (Use::Read, Use::Read),
    };
    known.add_all(others, of_others);
    last.into_iter().for_each(|last| known.add(last, of_last));
    if name == "mktemp" && !call.args.iter().filter_map(literal).any(|word| word.starts_with("-p")) {
        // Without a template of its own it is in the private tmp.
        known
            .paths
            .retain(|(arg, _)| literal(arg).is_none_or(|text| text.contains('/')));
    }
    Some(known)
}

fn iconv(call: &Call) -> Known {
    const OPTIONS: Table = Table::new(
        "-lcs -f= -t= -o=> --from-code= --to-code= --list --output=> --silent --verbose --byte-subst= --help --version",
    );
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads("iconv");
    known.apply("iconv", &OPTIONS, &parsed, call);
    known.add_all(parsed.operands, Use::Read);
    if call.args.contains(&Arg::Unknown) {
        known.raise(Class::Unknown, "unknown.argument", || {
            "an argument of `iconv` is known only when it runs".to_owned()
        });
    }
    known
}
