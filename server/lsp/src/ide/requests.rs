//! The methods towards the client, and the shapes of its answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::gen_lsp_types::{Diagnostic, Location, LspRequestMethod, MessageDirection, Request, TextEdit, Uri};

use super::changes::WorkspaceEdit;

/// `{uri, position, …}`, built where it is asked.
pub(super) type Question = Value;

macro_rules! question {
    ($name:ident, $method:literal, $answer:ty) => {
        pub(super) enum $name {}

        impl Request for $name {
            type Params = Question;
            type Result = $answer;
            const METHOD: LspRequestMethod<'static> = LspRequestMethod::Custom(concat!("singletree/ide/", $method));
            const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
        }
    };
}

question!(DiagnosticsRequest, "diagnostics", Files);
question!(DefinitionRequest, "definition", Locations);
question!(ReferencesRequest, "references", Locations);
question!(SymbolsRequest, "symbols", Symbols);
question!(RenameRequest, "rename", Renamed);
question!(FormatRequest, "format", Formatted);

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Files {
    pub(super) files: Vec<FileDiagnostics>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileDiagnostics {
    pub(super) uri: Uri,
    #[serde(default)]
    pub(super) version: Option<i32>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Locations {
    pub(super) locations: Vec<Location>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Symbols {
    pub(super) symbols: Vec<Symbol>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) kind: u32,
    #[serde(default)]
    pub(super) container_name: Option<String>,
    pub(super) location: Location,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Renamed {
    pub(super) edit: Option<WorkspaceEdit>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Formatted {
    pub(super) edits: Vec<TextEdit>,
}

/// The names of LSP's kinds of symbols, which count from 1.
const KINDS: [&str; 26] = [
    "file",
    "module",
    "namespace",
    "package",
    "class",
    "method",
    "property",
    "field",
    "constructor",
    "enum",
    "interface",
    "function",
    "variable",
    "constant",
    "string",
    "number",
    "boolean",
    "array",
    "object",
    "key",
    "null",
    "variant",
    "struct",
    "event",
    "operator",
    "type",
];

pub(super) fn kind(number: u32) -> &'static str {
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    index.and_then(|index| KINDS.get(index)).copied().unwrap_or("symbol")
}
