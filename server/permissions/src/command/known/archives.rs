//! Archives: listing one only reads, all else writes wherever the names in it lead.

use super::super::call::{Arg, Call, Class, Known, Use};
use super::options::Table;
use super::report::literal;

/// The short options of listings, and the long ones that only shape them.
const LISTING: Table = Table::new(
    "-tvzjJaORkpPlhSB -f=< -C=< -b= -T=! -X=< -K= -N= --list --verbose --gzip --gunzip --ungzip --bzip2 --xz --zstd --lzma --lzip --lzop \
     --auto-compress --file=< --directory=< --exclude= --exclude-from=< --wildcards --no-wildcards --anchored --no-anchored \
     --ignore-case --numeric-owner --full-time --utc --show-transformed-names --strip-components= --totals? --block-number \
     --force-local --quoting-style= --no-recursion --files-from=! --null --to-stdout --occurrence? --starting-file= --warning= \
     --ignore-zeros -i --help --version",
);

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    Some(match name {
        "tar" | "gtar" | "bsdtar" => tar(name, call),
        "unzip" => unzip(call),
        "zipinfo" => shown("zipinfo", call),
        "gzip" | "gunzip" | "bzip2" | "bunzip2" | "xz" | "unxz" | "zstd" | "unzstd" | "compress" | "uncompress"
        | "pigz" | "brotli" => compressor(name, call),
        "zip" | "7z" | "7za" | "7zz" | "cpio" | "ar" | "rar" | "unrar" | "jar" => Known::new(
            Class::Unknown,
            "unknown.archive",
            format!("`{name}` writes files, or starts other programs"),
        ),
        _ => return None,
    })
}

fn tar(name: &str, call: &Call) -> Known {
    // `tar tf x`: the first word needs no dash.
    let mut args = call.args.clone();
    if let Some(Arg::Literal(first)) = args.first_mut()
        && !first.starts_with('-')
        && first.chars().all(|c| c.is_ascii_alphabetic())
    {
        first.insert(0, '-');
        // `tvfz x`: the value is behind the cluster, not in it.
        if let Some(at) = first.find('f') {
            first.remove(at);
            first.push('f');
        }
    }
    let parsed = LISTING.parse(&args);
    let mut known = Known::reads(name);
    known.apply(name, &LISTING, &parsed, call);
    let is_remote =
        |arg: &Arg| literal(arg).is_none_or(|file| file.split('/').next().is_some_and(|first| first.contains(':')));
    let archive = parsed.value(&["f", "file"]);
    if archive.is_some_and(is_remote) && !parsed.has(&["force-local"]) {
        known.doubt(
            "unknown.argument",
            "an archive with a colon in its name may be on another machine",
        );
    }
    if !parsed.has(&["t", "list", "help", "version"]) {
        known.raise(Class::Writes, "write.tar", || format!("`{name}` writes files"));
    }
    if parsed.is_loose {
        known.doubt(
            "unknown.argument",
            &format!("an argument of `{name}` is known only when it runs"),
        );
    }
    known
}

fn unzip(call: &Call) -> Known {
    const OPTIONS: Table = Table::new("-lvZptqCLaU12smhTz -x -P!");
    let parsed = OPTIONS.parse(&call.args);
    if parsed.has(&["l", "v", "Z", "p", "t"]) {
        let mut known = shown("unzip", call);
        known.apply("unzip", &OPTIONS, &parsed, call);
        return known;
    }
    Known::writes("unzip")
}

fn shown(name: &str, call: &Call) -> Known {
    let mut known = Known::reads(name);
    let operands = call
        .args
        .iter()
        .filter(|arg| literal(arg).is_none_or(|word| !word.starts_with('-')));
    known.add_all(operands.take(1), Use::Read);
    if call.args.iter().any(|arg| matches!(arg, Arg::Unknown)) {
        known.doubt(
            "unknown.argument",
            &format!("an argument of `{name}` is known only when it runs"),
        );
    }
    known
}

/// To standard output it only reads.
fn compressor(name: &str, call: &Call) -> Known {
    const OPTIONS: Table = Table::new(
        "-#cdfhklnNqtvrLVz -S= -T= -b= --stdout --to-stdout --decompress --uncompress --compress --force --keep --list --no-name \
         --name --quiet --recursive --suffix= --test --verbose --fast --best --help --version --threads= --ultra --long?",
    );
    let parsed = OPTIONS.parse(&call.args);
    // Of several, the last says what is done.
    let converts = parsed.has(&["d", "decompress", "uncompress", "compress", "z"]);
    let reads = parsed.has(&["c", "stdout", "to-stdout"])
        || !converts && parsed.has(&["l", "list", "t", "test"])
        || (parsed.operands.is_empty() && call.has_input);
    let mut known = if reads { Known::reads(name) } else { Known::writes(name) };
    known.apply(name, &OPTIONS, &parsed, call);
    known.add_all(parsed.operands, if reads { Use::Read } else { Use::Write });
    known
}
