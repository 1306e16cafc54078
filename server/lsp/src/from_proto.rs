//! From LSP types to ours.

use base::{RelatedInformation, Severity, Uri, UriError};
use text::{Position, PositionEncoding, Span};
use tower_lsp::gen_lsp_types as lsp;
use workspace::{DocumentSnapshot, TextChange, Workspace};

pub(crate) fn uri(uri: &lsp::Uri) -> Result<Uri, UriError> {
    Uri::parse(&uri.0)
}

pub(crate) fn span(range: &lsp::Range) -> Span {
    Span {
        start: position(range.start),
        end: position(range.end),
    }
}

pub(crate) fn position(position: lsp::Position) -> Position {
    Position {
        line: position.line,
        character: position.character,
    }
}

pub(crate) fn change(change: lsp::TextDocumentContentChangeEvent) -> TextChange {
    use lsp::TextDocumentContentChangeEvent as Event;
    match change {
        Event::TextDocumentContentChangePartial(part) => TextChange {
            span: Some(span(&part.range)),
            text: part.text,
        },
        Event::TextDocumentContentChangeWholeDocument(whole) => TextChange {
            span: None,
            text: whole.text,
        },
    }
}

/// A span in UTF-16 units, which tasks count in whatever the connection negotiated. Clamped to the text; without the
/// text it is taken as it is.
pub(crate) fn utf16_span(range: &lsp::Range, document: Option<&DocumentSnapshot>, from: PositionEncoding) -> Span {
    let span = span(range);
    match document {
        Some(document) if from != PositionEncoding::Utf16 => {
            let bytes = text::to_range_clamped(&document.rope, span, from);
            text::to_span(&document.rope, &bytes, PositionEncoding::Utf16)
        }
        _ => span,
    }
}

pub(crate) fn diagnostic(
    diagnostic: lsp::Diagnostic,
    document: Option<&DocumentSnapshot>,
    workspace: &Workspace,
    from: PositionEncoding,
) -> base::Diagnostic {
    let related = diagnostic
        .related_information
        .unwrap_or_default()
        .into_iter()
        .filter_map(|related| {
            let uri = uri(&related.location.uri).ok()?;
            let document = workspace.snapshot(&uri);
            let span = utf16_span(&related.location.range, document.as_deref(), from);
            Some(RelatedInformation {
                uri,
                span,
                message: related.message,
            })
        });
    base::Diagnostic {
        span: utf16_span(&diagnostic.range, document, from),
        severity: diagnostic.severity.and_then(severity),
        code: diagnostic.code.map(|code| match code {
            lsp::Code::Int(code) => code.to_string(),
            lsp::Code::String(code) => code,
        }),
        source: diagnostic.source,
        message: message(diagnostic.message),
        related: related.collect(),
        data: diagnostic.data,
    }
}

pub(crate) fn message(message: lsp::Message) -> String {
    match message {
        lsp::Message::String(text) => text,
        lsp::Message::MarkupContent(markup) => markup.value,
    }
}

fn severity(severity: lsp::DiagnosticSeverity) -> Option<Severity> {
    Some(match severity {
        lsp::DiagnosticSeverity::Error => Severity::Error,
        lsp::DiagnosticSeverity::Warning => Severity::Warning,
        lsp::DiagnosticSeverity::Information => Severity::Information,
        lsp::DiagnosticSeverity::Hint => Severity::Hint,
        lsp::DiagnosticSeverity::Custom(_) => return None,
    })
}
