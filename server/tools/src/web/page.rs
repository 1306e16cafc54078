//! A page's bytes as text: in the charset that it says, without its markup.

use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8};
use regex::Regex;

use super::client::Body;

/// Characters of a line.
const WIDTH: usize = 120;

/// Elements inside one another, as [`depth`] counts. No page for people comes near it, and the time to lay a page out
/// grows with its square.
const MAX_DEPTH: usize = 500;

/// Elements that have no end, or end with what comes next.
const UNCLOSED: [&str; 32] = [
    "area", "base", "body", "br", "col", "colgroup", "command", "dd", "dt", "embed", "frame", "head", "hr", "html",
    "img", "input", "keygen", "li", "link", "meta", "optgroup", "option", "p", "param", "source", "tbody", "td",
    "tfoot", "th", "thead", "tr", "wbr",
];

/// Where a page may say its charset.
const HEAD: usize = 1024;

/// None if it is no text.
pub(super) fn text(body: &Body) -> Option<String> {
    let kind = body.kind.to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_html = matches!(kind, "text/html" | "application/xhtml+xml");
    let is_text = kind.is_empty()
        || kind.starts_with("text/")
        || ["json", "xml", "yaml", "javascript", "toml", "x-sh"]
            .iter()
            .any(|end| kind.ends_with(end));
    if !is_html && (!is_text || body.bytes.contains(&0)) {
        return None;
    }
    let (text, _, _) = charset(body).decode(&body.bytes);
    Some(match is_html || (kind.is_empty() && looks_like_html(&text)) {
        true => readable(&text),
        false => text.into_owned(),
    })
}

/// A byte order mark counts more than what this finds; the decoder looks for one.
fn charset(body: &Body) -> &'static Encoding {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)charset\s*=\s*["']?([\w.:-]+)"#));
    let head = String::from_utf8_lossy(&body.bytes[..body.bytes.len().min(HEAD)]);
    let named = |text: &str| {
        let found = NAMED.captures(text)?;
        Encoding::for_label(found.get(1)?.as_str().as_bytes())
    };
    named(&body.kind).or_else(|| named(&head)).unwrap_or(UTF_8)
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start().get(..15).unwrap_or_default().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Headings, lists, code and links as Markdown writes them.
fn readable(html: &str) -> String {
    if depth(html) > MAX_DEPTH {
        return without_tags(html);
    }
    let settings = html2text::config::plain().allow_width_overflow().raw_mode(true);
    match settings.string_from_read(html.as_bytes(), WIDTH) {
        Ok(text) => text,
        Err(error) => {
            tracing::debug!(%error, "a page could not be laid out");
            without_tags(html)
        }
    }
}

/// How deep elements stand in one another, as far as tags tell that have to be closed.
fn depth(html: &str) -> usize {
    static TAG: LazyLock<Regex> = LazyLock::new(|| regex(r"<(/?)([A-Za-z][A-Za-z0-9-]*)"));
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in TAG.captures_iter(html) {
        let name = tag[2].to_ascii_lowercase();
        if UNCLOSED.contains(&name.as_str()) {
            continue;
        }
        depth = match tag[1].is_empty() {
            true => depth + 1,
            false => depth.saturating_sub(1),
        };
        deepest = deepest.max(depth);
    }
    deepest
}

pub(super) fn without_tags(html: &str) -> String {
    static MARKUP: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?is)<script.*?</script>|<style.*?</style>|<[A-Za-z/!][^<>]*>"));
    MARKUP.replace_all(html, "").into_owned()
}

#[expect(
    clippy::expect_used,
    reason = "the patterns are constants of this file, and every test compiles them"
)]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, bytes: &[u8], expect: Option<&str>) {
        let body = Body {
            kind: kind.to_owned(),
            bytes: bytes.to_vec(),
            is_cut: false,
        };
        assert_eq!(text(&body).as_deref(), expect);
    }

    #[test]
    fn pages_become_markdown() {
        let page = "<html><head><title>T</title><style>p{}</style><script>alert('x')</script></head><body>\
            <h1>Head &amp; more</h1><p>Some <b>bold</b> and <a href='/x?y'>a link</a>.<img src=u alt=pic></p>\
            <ul><li>one<li>two</ul><pre>fn x() {\n    1\n}</pre>";
        let expect =
            "# Head & more\n\nSome **bold** and [a link][1].[pic]\n* one\n* two\n\nfn x() {\n    1\n}\n\n[1]: /x?y\n";
        check("text/html; charset=utf-8", page.as_bytes(), Some(expect));
    }

    #[test]
    fn charsets_are_heeded() {
        check("text/plain; charset=ISO-8859-1", b"caf\xe9", Some("café"));
        check("text/html", b"<meta charset='windows-1252'><p>\x80", Some("€\n"));
        check("text/plain; charset=nonsense", "é".as_bytes(), Some("é"));
        check("text/plain", b"\xff\xfea\0", None);
        check("text/html", b"\xff\xfea\0", Some("a\n"));
    }

    #[test]
    fn what_is_no_text_is_none() {
        check("image/png", b"x", None);
        check("", b"\0", None);
        check("application/vnd.api+json", b"{}", Some("{}"));
        check("", b"<!DOCTYPE html><p>a", Some("a\n"));
    }

    /// Laid out, each of these would take minutes.
    #[test]
    fn pages_that_are_traps_are_only_stripped() {
        for tag in ["div", "ul", "x-y", "B", "blockquote"] {
            let page = format!("<{tag}>").repeat(200_000) + "deep";
            check("text/html", page.as_bytes(), Some("deep"));
        }
        let flat = "<p>a<li>b<div></div>".repeat(1_000);
        assert!(depth(&flat) <= MAX_DEPTH);
    }
}
