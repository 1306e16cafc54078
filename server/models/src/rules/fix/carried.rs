//! Replacements that the diagnostic carries: ruff's `data.edits`, workspace edits under `data`, rustc's
//! suggestions as rust-analyzer relays them.

use serde_json::Value;

use super::case::{Case, Fix, Remedy};
use super::rendered;
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::task::{Place, Span};

/// "consider …: `replacement`": rust-analyzer appends a suggestion's text to its message.
static SUGGESTION: Pattern = pattern!(r"(?s)^(?:help: )?([^`]*(?:`[^`]*`[^`]*)*?): `([^`]*)`$");

/// Messages of that form which tell something else.
static NO_SUGGESTION: Pattern =
    pattern!(r"(?i)^(?:expected|found|required|the lint level|note|defined|type|move occurs)");

pub(super) fn remedy(case: &Case<'_>) -> Option<Fix> {
    let data = case.diagnostic.data.as_ref();
    if let Some(found) = data.and_then(|data| of_data(case, data)) {
        return Some(found);
    }
    let rendered = data.and_then(|data| data.get("rendered")).and_then(Value::as_str);
    if let Some(found) = rendered.and_then(|text| rendered::remedy(case, text)) {
        return Some(found);
    }
    let related = case
        .diagnostic
        .related
        .iter()
        .filter(|related| related.path == case.path);
    let mut suggestions = related.filter_map(|related| {
        let found = SUGGESTION.captures(&related.message)?;
        let (start, end) = case.source.span(related.span)?;
        let is_whole = is_whole(&case.source.text(start, end)?, &found[2]);
        (is_whole && !NO_SUGGESTION.is_match(&found[1]))
            .then(|| (found[1].to_owned(), found[2].to_owned(), related.span))
    });
    let first = suggestions.next();
    if let Some((why, new, span)) = first {
        if suggestions.next().is_some() {
            return Some(Err(
                "it carries several suggestions; choose one with your language server's own quick fix".to_owned(),
            ));
        }
        return Some(replacement(case, &why, &new, span));
    }
    // A suggestion that was published as a diagnostic of its own.
    if super::is_note(case.diagnostic)
        && let Some(found) = SUGGESTION.captures(&case.diagnostic.message)
    {
        return Some(replacement(case, &found[1], &found[2], case.diagnostic.span));
    }
    None
}

/// Whether `new` may stand for `old` by itself. A suggestion in several parts is relayed with the place of its first
/// part only; what such a part leaves behind is unbalanced.
fn is_whole(old: &str, new: &str) -> bool {
    let balance = |text: &str, open: &[char], close: &[char]| {
        text.matches(open).count() as i64 - text.matches(close).count() as i64
    };
    [('(', ')'), ('[', ']'), ('{', '}')]
        .iter()
        .all(|(open, close)| balance(old, &[*open], &[*close]) == balance(new, &[*open], &[*close]))
        && old.matches('"').count() % 2 == new.matches('"').count() % 2
}

fn replacement(case: &Case<'_>, why: &str, new: &str, span: Span) -> Fix {
    let (start, end) = case
        .source
        .span(span)
        .ok_or("its suggestion points at lines that the file does not have")?;
    let new = new.replace("\r\n", "\n");
    // A new `use` comes with an empty line behind it, which is only right before code.
    let next_is_use = case
        .source
        .line(start.line)
        .is_some_and(|line| line.trim_start().starts_with("use "));
    let new = match new.strip_suffix("\n\n") {
        Some(line) if next_is_use => format!("{line}\n"),
        _ => new,
    };
    Ok(Remedy {
        what: why.trim().to_owned(),
        edits: vec![TextEdit::replace(start, end, new)],
    })
}

/// Edits under `data`, in any of the shapes that servers use.
fn of_data(case: &Case<'_>, data: &Value) -> Option<Fix> {
    let fix = data.get("fix").filter(|fix| !fix.is_null());
    let holders = [Some(data), fix, data.get("edit"), fix.and_then(|fix| fix.get("edit"))];
    let edits = holders
        .into_iter()
        .flatten()
        .find_map(|holder| edits_in(case, holder))?;
    let applicability = [Some(data), fix]
        .into_iter()
        .flatten()
        .find_map(|holder| holder.get("applicability")?.as_str());
    if let Some(kind) = applicability.map(str::to_lowercase)
        && !matches!(
            kind.as_str(),
            "safe" | "machineapplicable" | "maybeincorrect" | "machine-applicable" | "maybe-incorrect"
        )
    {
        return Some(Err(format!(
            "its suggestion is marked `{kind}`, so it is not to be applied unseen"
        )));
    }
    let title = ["title", "message"]
        .iter()
        .find_map(|key| data.get(*key).or_else(|| fix?.get(*key))?.as_str());
    let what = title
        .unwrap_or("the replacement it carries")
        .trim_end_matches('.')
        .to_owned();
    Some(edits.map(|edits| Remedy { what, edits }))
}

fn edits_in(case: &Case<'_>, holder: &Value) -> Option<Result<Vec<TextEdit>, String>> {
    if let Some(one) = text_edit(holder) {
        return Some(place(case, &[one]));
    }
    if let Some(list) = holder
        .get("edits")
        .and_then(Value::as_array)
        .or_else(|| holder.as_array())
    {
        let edits: Option<Vec<_>> = list.iter().map(text_edit).collect();
        return edits.filter(|edits| !edits.is_empty()).map(|edits| place(case, &edits));
    }
    let mut files: Vec<(&str, &Value)> = Vec::new();
    if let Some(changes) = holder.get("changes").and_then(Value::as_object) {
        files.extend(changes.iter().map(|(uri, edits)| (uri.as_str(), edits)));
    }
    if let Some(changes) = holder.get("documentChanges").and_then(Value::as_array) {
        files.extend(
            changes
                .iter()
                .filter_map(|change| Some((change.get("textDocument")?.get("uri")?.as_str()?, change.get("edits")?))),
        );
    }
    if files.is_empty() {
        return None;
    }
    if files
        .iter()
        .any(|(uri, _)| !uri.ends_with(&format!("/{}", case.path.trim_start_matches('/'))))
    {
        return Some(Err("its edit is in another file too".to_owned()));
    }
    let edits: Option<Vec<_>> = files
        .iter()
        .filter_map(|(_, edits)| edits.as_array())
        .flatten()
        .map(text_edit)
        .collect();
    edits.map(|edits| place(case, &edits))
}

/// An LSP `TextEdit`, with positions from 0.
fn text_edit(value: &Value) -> Option<(Span, String)> {
    let position = |value: &Value| {
        Some(Place {
            line: u32::try_from(value.get("line")?.as_u64()?).ok()? + 1,
            character: u32::try_from(value.get("character")?.as_u64()?).ok()?,
        })
    };
    let range = value.get("range")?;
    let span = Span {
        start: position(range.get("start")?)?,
        end: position(range.get("end")?)?,
    };
    let text = ["newText", "new_text", "text", "content", "replacement"]
        .iter()
        .find_map(|key| value.get(*key)?.as_str())?;
    Some((span, text.replace("\r\n", "\n")))
}

fn place(case: &Case<'_>, edits: &[(Span, String)]) -> Result<Vec<TextEdit>, String> {
    let place = |(span, text): &(Span, String)| {
        // The end of a whole line is the start of the next, which need not exist or be known.
        let (start, end) = case.source.span(*span).filter(|(start, end)| start <= end)?;
        let eats_break = span.end.character == 0 && span.end.line > span.start.line && end.line < span.end.line;
        Some(if eats_break && start.byte == 0 && text.is_empty() {
            TextEdit::remove_lines(start.line, end.line)
        } else {
            TextEdit::replace(start, end, text.clone())
        })
    };
    edits
        .iter()
        .map(place)
        .collect::<Option<_>>()
        .ok_or_else(|| "its edit points at lines that the file does not have; the file may have changed".to_owned())
}
