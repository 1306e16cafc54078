//! What a command prints, where its words say so: then what reads it is known as well.

use super::super::call::Arg;
use super::super::expand::{expand, value_of};
use super::super::scope::{Scope, Value};
use super::super::syntax::{Command, Kind, List, RedirectOp, Target, Word};

/// What a list prints, where that is plain from its words: `echo x`, `printf x`, `pwd`.
pub(crate) fn output_of(list: &List, scope: &Scope) -> Option<String> {
    let [item] = list.items.as_slice() else {
        return None;
    };
    let [(_, pipeline)] = item.pipelines.as_slice() else {
        return None;
    };
    let [command] = pipeline.stages.as_slice() else {
        return None;
    };
    let printed = printed_by(command, scope)?;
    Some(printed.trim_end_matches('\n').to_owned())
}

/// What a stage of a pipeline hands on, where that is plain from its words.
pub(super) fn feed_of(command: &Command, scope: &Scope) -> Option<String> {
    if let (Kind::Simple(simple), [redirect]) = (&command.kind, command.redirects.as_slice()) {
        let is_cat = simple.words.len() == 1 && simple.words.first().and_then(Word::as_bare) == Some("cat");
        let body = match &redirect.target {
            Target::HereDoc(body) => body.0.get(),
            Target::Word(word) if redirect.op == RedirectOp::HereString => Some(word),
            Target::Word(_) => None,
        };
        if let (true, Some(body)) = (is_cat, body) {
            return match value_of(body, scope) {
                Value::Text(text) => Some(text),
                _ => None,
            };
        }
    }
    printed_by(command, scope)
}

fn printed_by(command: &Command, scope: &Scope) -> Option<String> {
    let Kind::Simple(simple) = &command.kind else {
        return None;
    };
    let mut texts = Vec::new();
    for word in &simple.words {
        for arg in expand(word, scope, false).args {
            let Arg::Literal(text) = arg else {
                return None;
            };
            texts.push(text);
        }
    }
    let name = if texts.is_empty() { return None } else { texts.remove(0) };
    match name.as_str() {
        "echo" => {
            let skipped = texts
                .iter()
                .take_while(|text| matches!(text.as_str(), "-n" | "-e" | "-ne" | "-en"))
                .count();
            Some(texts.split_off(skipped).join(" ").replace("\\n", "\n"))
        }
        "printf" if texts.len() > 1 => Some(texts.split_off(1).join("\n")),
        "printf" => texts.pop().map(|text| text.replace("\\n", "\n")),
        "pwd" => scope
            .folder
            .as_ref()
            .map(|folder| folder.to_string_lossy().into_owned()),
        _ => None,
    }
}
