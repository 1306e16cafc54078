//! Outlines of small but real-looking files, in each language. A line of the expectation is a symbol; what is false,
//! empty or absent is left out.
#![expect(clippy::expect_used, reason = "the helpers of tests fail as tests do")]

mod broken;
mod go;
mod javascript;
mod plain;
mod python;
mod rust;
mod typescript;

use std::fmt::Write;
use std::path::Path;

use context::{Symbol, Trees};
use expect_test::Expect;
use ropey::Rope;

fn check(path: &str, source: &str, expect: Expect) {
    let outline = Trees::new()
        .outline(Path::new(path), &Rope::from_str(source))
        .expect("parses");
    let lines: Vec<String> = outline.iter().map(render).collect();
    expect.assert_eq(&(lines.join("\n") + "\n"));
}

fn render(symbol: &Symbol) -> String {
    let mut out = format!(
        "{}-{}:{} {} {}`{}`",
        symbol.lines.0,
        symbol.lines.1,
        symbol.name_line,
        symbol.kind.as_str(),
        symbol
            .parent
            .as_ref()
            .map_or(String::new(), |parent| format!("{parent} › ")),
        symbol.name,
    );
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = write!(out, "\n    {name}: {value}");
        }
    };
    field("signature", symbol.signature.clone());
    if let Some((first, last)) = symbol.doc {
        field(
            "doc",
            format!("{first}-{last} {}", symbol.doc_text.as_deref().unwrap_or_default()),
        );
    }
    field(
        "body",
        symbol.body_first_line.map_or(String::new(), |line| line.to_string()),
    );
    field("receiver", symbol.receiver.clone().unwrap_or_default());
    let params = symbol.params.iter().map(|param| {
        let ty = param.ty.as_ref().map_or(String::new(), |ty| format!(": {ty}"));
        format!("{}{ty}{}", param.name, if param.default { " (default)" } else { "" })
    });
    field("params", params.collect::<Vec<_>>().join(" | "));
    field("returns", symbol.returns.clone().unwrap_or_default());
    field("raises", symbol.raises.join(" "));
    let calls = symbol.calls.iter().map(|call| format!("{}@{}", call.name, call.line));
    field("calls", calls.collect::<Vec<_>>().join(" "));
    let flags = [
        (symbol.exported, "exported"),
        (symbol.is_async, "async"),
        (symbol.fallible, "fallible"),
        (symbol.panics, "panics"),
        (symbol.is_test, "test"),
    ];
    let flags = flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name);
    field("is", flags.collect::<Vec<_>>().join(" "));
    if !symbol.indent.is_empty() {
        field("indent", format!("{:?}", symbol.indent));
    }
    out
}
