//! `jq` and `yq`: their languages reach the environment and other files by a few words only.

use super::super::call::{Arg, Call, Class, Known, Use};
use super::options::Table;
use super::report::literal;

/// jq shortens no long option.
const JQ: Table = Table::exact(
    "-cnresSRCMajhV -f=! -L=! --compact-output --null-input --raw-output --raw-output0 --join-output --exit-status --slurp \
     --sort-keys --raw-input --color-output --monochrome-output --ascii-output --tab --indent= --unbuffered --stream \
     --stream-errors --seq --arg== --argjson== --slurpfile==< --rawfile==< --argfile==< --args --jsonargs \
     --from-file=! --library-path=! --ascii --binary --help --version --build-configuration --yaml-output",
);

const YQ: Table = Table::exact(
    "-#CMNPRrcnejSyVha -i! -s! -p= -o= -I= --split-exp=! --inplace! --in-place! --colors --no-colors --no-doc --prettyPrint --unwrapScalar? \
     --null-input --exit-status --tojson --output-format= --input-format= --indent= --raw-output --compact-output --slurp \
     --sort-keys --yaml-output --arg== --argjson== --xml-attribute-prefix= --no-colors --help --version --string-interpolation?",
);

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    match name {
        "jq" | "gojq" | "jaq" => Some(filter(name, call, &JQ)),
        "yq" => Some(yq(call)),
        _ => None,
    }
}

fn filter(name: &str, call: &Call, table: &Table) -> Known {
    let parsed = table.parse(&call.args);
    let mut known = Known::reads(name);
    known.apply(name, table, &parsed, call);
    let mut operands = parsed.operands.iter().copied();
    if !parsed.has(&["f", "from-file", "help", "h", "version", "V"]) {
        match operands.next() {
            Some(Arg::Literal(text)) => {
                if let Some(word) = reaching(text) {
                    known.raise(Class::Unknown, "unknown.script", || {
                        format!("`{word}` in a filter of `{name}` reaches the environment or another file")
                    });
                }
            }
            Some(_) => known.doubt("unknown.script", "the filter is known only when it runs"),
            None => {}
        }
    }
    // Behind `--args` stand values; to take them for files is on the safe side.
    known.add_all(operands, Use::Read);
    known
}

fn yq(call: &Call) -> Known {
    let is_command = matches!(call.args.first().and_then(literal), Some("eval" | "e"));
    let mut call = call.clone();
    if is_command {
        call.args.remove(0);
    }
    let mut known = filter("yq", &call, &YQ);
    // The one that is written in Go takes a file alone, with no filter before it.
    known.add_all(
        call.args
            .iter()
            .filter(|arg| literal(arg).is_some_and(|word| !word.starts_with(['-', '.']))),
        Use::Read,
    );
    known
}

/// A word of the filter that reaches out. One that follows a dot is a field.
fn reaching(filter: &str) -> Option<&str> {
    const WORDS: [&str; 14] = [
        "env",
        "import",
        "include",
        "modulemeta",
        "load",
        "load_str",
        "load_xml",
        "load_props",
        "load_base64",
        "envsubst",
        "strenv",
        "eval",
        "system",
        "exec",
    ];
    let mut at = 0;
    while let Some(offset) = filter.get(at..)?.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let start = at + offset;
        let tail = filter.get(start..)?;
        let length = tail
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(tail.len());
        let word = tail.get(..length)?;
        let head = filter.get(..start)?;
        let is_field = head.ends_with('.') && !head.ends_with("..");
        let is_key = tail.get(length..)?.starts_with(':') && !head.ends_with('$');
        let is_string = head.ends_with('"') && tail.get(length..)?.starts_with('"');
        if head.ends_with('$') && matches!(word, "ENV" | "__prog_args") {
            return Some(word);
        }
        if WORDS.contains(&word) && !is_field && !is_string && !is_key {
            return Some(word);
        }
        at = start + length;
    }
    None
}
