//! The machine-readable block that every user message begins with. Models read it; the built-in rule model is
//! driven by it. Lines count from 1, characters from 0 in UTF-16 units.

use std::fmt::Write;

use base::{Diagnostic, Severity, Span, Task, Uri};

pub(crate) fn task_block(task: &Task, language: Option<&str>, path_of: &dyn Fn(&Uri) -> String) -> String {
    let mut open = Element::new("task");
    open.attribute("command", task.command.as_str());
    if let Some(uri) = &task.uri {
        open.attribute("path", &path_of(uri));
    }
    if let Some(span) = task.span {
        open.number("line", span.start.line + 1);
        open.number("end_line", span.end.line + 1);
        open.number("character", span.start.character);
        open.number("end_character", span.end.character);
    }
    if let Some(language) = language {
        open.attribute("language", language);
    }
    let mut block = open.finish();
    block.push('\n');
    if let Some(prompt) = task
        .prompt
        .as_deref()
        .map(str::trim)
        .filter(|prompt| !prompt.is_empty())
    {
        block.push_str(&escape(prompt));
        block.push('\n');
    }
    for diagnostic in &task.diagnostics {
        push_diagnostic(&mut block, diagnostic, path_of);
    }
    block.push_str("</task>\n");
    block
}

fn push_diagnostic(block: &mut String, diagnostic: &Diagnostic, path_of: &dyn Fn(&Uri) -> String) {
    let mut open = Element::new("diagnostic");
    open.span(diagnostic.span);
    if let Some(severity) = diagnostic.severity {
        open.attribute("severity", severity_name(severity));
    }
    if let Some(source) = &diagnostic.source {
        open.attribute("source", source);
    }
    if let Some(code) = &diagnostic.code {
        open.attribute("code", code);
    }
    block.push_str(&open.finish());
    block.push_str(&escape(&diagnostic.message));
    block.push('\n');
    for related in &diagnostic.related {
        let mut open = Element::new("related");
        open.attribute("path", &path_of(&related.uri));
        open.span(related.span);
        // Writing to a string cannot fail.
        let _ = writeln!(block, "  {}{}</related>", open.finish(), escape(&related.message));
    }
    if let Some(data) = &diagnostic.data {
        let _ = writeln!(block, "  <data>{}</data>", escape(&data.to_string()));
    }
    block.push_str("</diagnostic>\n");
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
        Severity::Hint => "hint",
    }
}

/// An opening tag that is being written.
pub(crate) struct Element(String);

impl Element {
    pub(crate) fn new(name: &str) -> Self {
        Self(format!("<{name}"))
    }

    pub(crate) fn attribute(&mut self, name: &str, value: &str) {
        let value = escape(value).replace('\n', "&#10;").replace('\r', "&#13;");
        let _ = write!(self.0, " {name}=\"{value}\"");
    }

    pub(crate) fn number(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = write!(self.0, " {name}=\"{value}\"");
    }

    fn span(&mut self, span: Span) {
        self.number("line", span.start.line + 1);
        self.number("character", span.start.character);
        self.number("end_line", span.end.line + 1);
        self.number("end_character", span.end.character);
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('>');
        self.0
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
