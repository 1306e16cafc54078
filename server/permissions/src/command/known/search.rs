//! Commands that look for text and files.

use super::super::call::{Arg, Call, Class, Known, Scene, Use};
use super::find;
use super::options::{Parsed, Table};
use super::report::literal;

const GREP: Table = Table::new(
    "-#EFGPiyvwxcoqsbHhnTuzZlLrRaIUVpOS -e= -f=< -m= -A= -B= -C= -d= -D= --extended-regexp --fixed-strings \
     --fixed-regexp --basic-regexp --perl-regexp --regexp= --file=< --ignore-case --no-ignore-case --invert-match --word-regexp \
     --line-regexp --count --color? --colour? --files-without-match --files-with-matches --max-count= --only-matching \
     --quiet --silent --no-messages --byte-offset --with-filename --no-filename --label= --line-number --initial-tab \
     --unix-byte-offsets --null --after-context= --before-context= --context= --group-separator= --no-group-separator \
     --text --binary-files= --devices= --directories= --exclude= --exclude-from=< --exclude-dir= --include= \
     --include-dir= --recursive --dereference-recursive --line-buffered --binary --null-data --help --version",
);

/// Long options of ripgrep, which shortens none. Whatever starts a program is missing from it or marked.
const RIPGREP: Table = Table::exact(
    "-#FilvwxSsuUPLHIhnNopqVc0ab -z! -A= -B= -C= -e= -f=< -g= -j= -m= -M= -r= -t= -T= -E= -d= --after-context= \
     --before-context= --context= --auto-hybrid-regex --no-auto-hybrid-regex --binary --no-binary --block-buffered \
     --no-block-buffered --byte-offset --no-byte-offset --case-sensitive --color= --colors= --column --no-column \
     --context-separator= --no-context-separator --count --count-matches --crlf --no-crlf --debug --trace --dfa-size-limit= \
     --encoding= --no-encoding --engine= --field-context-separator= --field-match-separator= --file=< --files \
     --files-with-matches --files-without-match --fixed-strings --no-fixed-strings --follow --no-follow --generate= --glob= \
     --glob-case-insensitive --no-glob-case-insensitive --heading --no-heading --help --hidden --no-hidden \
     --hostname-bin=! --hyperlink-format= --iglob= --ignore-case --ignore-file=< --ignore-file-case-insensitive \
     --include-zero --no-include-zero --invert-match --no-invert-match --json --no-json --line-buffered \
     --no-line-buffered --line-number --no-line-number --line-regexp --max-columns= --max-columns-preview \
     --no-max-columns-preview --max-count= --max-depth= --maxdepth= --max-filesize= --mmap --no-mmap --multiline \
     --no-multiline --multiline-dotall --no-multiline-dotall --no-config --no-ignore --ignore --no-ignore-dot \
     --ignore-dot --no-ignore-exclude --ignore-exclude --no-ignore-files --ignore-files --no-ignore-global \
     --ignore-global --no-ignore-messages --ignore-messages --no-ignore-parent --ignore-parent --no-ignore-vcs \
     --ignore-vcs --no-messages --messages --no-pcre2-unicode --no-require-git --require-git --no-unicode --unicode \
     --null --null-data --one-file-system --no-one-file-system --only-matching --path-separator= --passthru --passthrough \
     --pcre2 --no-pcre2 --pcre2-version --pre=! --no-pre --pre-glob= --pretty --quiet --regex-size-limit= --regexp= \
     --replace= --search-zip! --no-search-zip --smart-case --sort= --sortr= --sort-files --stats --no-stats \
     --stop-on-nonmatch --text --no-text --threads= --trim --no-trim --type= --type-not= --type-add= --type-clear= \
     --type-list --unrestricted --version --vimgrep --with-filename --no-filename --word-regexp",
);

const SILVER: Table = Table::new(
    "-#abcDfFiHhLlmnoQrRsStuUvwV0 -z! -A? -B? -C? -g= -G= -m= -p=< -W= --ackmate --affinity --noaffinity --after? --before? \
     --break --nobreak --count --color --nocolor --column --filename --nofilename --heading --noheading --context? \
     --files-with-matches --files-without-matches --only-matching --print-long-lines --print-all-files --passthrough --passthru \
     --silent --stats --stats-only --vimgrep --null --all-types --debug --depth= --follow --nofollow --file-search-regex= \
     --hidden --ignore-case --ignore= --ignore-dir= --literal --fixed-strings --max-count= --numbers --nonumbers \
     --one-device --path-to-ignore=< --skip-vcs-ignores --smart-case --case-sensitive --search-binary --unrestricted \
     --all-text --invert-match --word-regexp --width= --recurse --norecurse --nopager --pager=! --search-zip! \
     --list-file-types --line-numbers --search-files --help --version --cpp --js --ts --rust --python --go --java --ruby \
     --html --css --json --yaml --markdown --shell",
);

const LOCATE: Table = Table::new(
    "-AbceEihHilLmnopPqrsStwVx0 -d=< -l= -n= --all --basename --count --database=< --existing --follow --ignore-case \
     --limit= --mmap --null --quiet --regexp= --regex --stdio --statistics --wholename --help --version",
);

pub(super) fn classify(name: &str, call: &Call, scene: &Scene<'_>) -> Option<Known> {
    Some(match name {
        "grep" | "egrep" | "fgrep" | "ggrep" | "zgrep" | "zegrep" | "zfgrep" | "bzgrep" | "xzgrep" | "rgrep" => {
            lines(name, call, &GREP, &["e", "f", "regexp", "file"])
        }
        "rg" => ripgrep(call),
        "ag" => lines(name, call, &SILVER, &["g"]),
        "locate" | "plocate" | "mlocate" | "mdfind" => {
            let parsed = LOCATE.parse(&call.args);
            let mut known = Known::reads(name);
            known.apply(name, &LOCATE, &parsed, call);
            known
        }
        "find" | "gfind" | "bfs" => find::find(name, call, scene),
        "fd" | "fdfind" => find::fd(name, call),
        _ => return None,
    })
}

/// A pattern, unless an option brings it, then files.
fn lines(name: &str, call: &Call, table: &Table, patterns: &[&str]) -> Known {
    let parsed = table.parse(&call.args);
    let mut known = Known::reads(name);
    known.apply(name, table, &parsed, call);
    add_globs(&mut known, &parsed, &["include"]);
    let has_pattern = parsed.has(patterns);
    add_files(&mut known, &parsed, usize::from(!has_pattern));
    known
}

fn ripgrep(call: &Call) -> Known {
    let parsed = RIPGREP.parse(&call.args);
    let mut known = Known::reads("rg");
    known.apply("rg", &RIPGREP, &parsed, call);
    add_globs(&mut known, &parsed, &["g", "glob", "iglob"]);
    let has_pattern = parsed.has(&["e", "f", "regexp", "file", "files", "type-list"]);
    add_files(&mut known, &parsed, usize::from(!has_pattern));
    let unfolds = call
        .args
        .iter()
        .filter_map(literal)
        .any(|word| word.starts_with("--hyperlink-format"));
    if unfolds {
        // The host's name comes from a socket call or a program.
        known.raise(Class::Unknown, "unknown.option", || {
            "`--hyperlink-format` may ask for the host's name".to_owned()
        });
    }
    known
}

/// To ask for files of a name is as good as naming them.
fn add_globs(known: &mut Known, parsed: &Parsed<'_>, names: &[&str]) {
    for found in parsed.options.iter().filter(|found| names.contains(&found.name)) {
        match found.value.as_ref().and_then(literal) {
            Some(glob) if glob.starts_with('!') => {}
            Some(glob) => known.add(&Arg::Pattern(glob.trim_start_matches('/').to_owned()), Use::Read),
            None => known.doubt(
                "unknown.argument",
                "which files are searched is known only when it runs",
            ),
        }
    }
}

/// The operands but the first `skipped`, which are patterns; where a word may be several, none is.
fn add_files(known: &mut Known, parsed: &Parsed<'_>, skipped: usize) {
    let first = parsed.operands.iter().take(skipped).copied();
    known.add_all(first.filter(|arg| !matches!(arg, Arg::Literal(_))), Use::Read);
    known.add_all(parsed.operands.iter().skip(skipped).copied(), Use::Read);
}
