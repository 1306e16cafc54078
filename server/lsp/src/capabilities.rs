//! What the client can do, and what we tell it that we can.

use std::path::PathBuf;

use base::Uri;
use serde::Deserialize;
use serde_json::{Value, json};
use text::PositionEncoding;
use tower_lsp::gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, CodeActionProvider, CodeLensOptions, ExecuteCommandOptions,
    InitializeParams, InitializeResult, InlineCompletionProvider, PositionEncodingKind, ResourceOperationKind,
    RootPath, Save, SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFolders, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};

use crate::commands;
use crate::to_proto;

/// `initializationOptions.singletree`; unknown keys are left to other versions of the editors' plugins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// Wants `singletree/review` and `singletree/turn`, and draws hunks itself.
    pub review: bool,
    pub chat: bool,
    /// Serves `singletree/input`.
    pub input: bool,
    /// Serves these `singletree/ide/*` requests.
    pub ide: Vec<String>,
    /// `false` forces an untrusted workspace; `true` grants nothing.
    pub trusted: Option<bool>,
    pub model: Option<String>,
    pub review_mode: Option<ReviewMode>,
    /// The editor's own settings, in the form of the settings file.
    pub settings: Option<serde_json::Value>,
}

/// How proposals are brought before the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewMode {
    /// Hunks wait for Keep or Reject.
    #[default]
    Staged,
    /// The editor's own confirmation of an annotated edit, where it has one.
    Confirm,
    /// Kept as they come.
    Keep,
}

/// What matters to us of a client's capabilities.
#[derive(Clone, Debug)]
pub(crate) struct ClientProfile {
    pub(crate) encoding: PositionEncoding,
    pub(crate) can_apply_edits: bool,
    pub(crate) has_document_changes: bool,
    pub(crate) has_annotations: bool,
    pub(crate) can_create: bool,
    pub(crate) can_rename: bool,
    pub(crate) can_delete: bool,
    pub(crate) has_progress: bool,
    pub(crate) can_show_documents: bool,
    pub(crate) can_refresh_lenses: bool,
    pub(crate) can_watch_files: bool,
    /// Tells the user nothing of a command that is refused: Helix writes it to its log.
    pub(crate) hides_refusals: bool,
    /// Says nothing of its text until its command is answered: Emacs.
    pub(crate) waits_for_its_command: bool,
    /// Takes `takeFocus: false` for true, and says nothing of one that is not there: eglot.
    pub(crate) misreads_focus: bool,
    /// Takes code actions as literals; an older one takes commands.
    pub(crate) has_action_literals: bool,
    /// Shows forms for the agent's own questions in the chat.
    pub(crate) has_forms: bool,
    pub(crate) options: Options,
}

impl ClientProfile {
    pub(crate) fn of(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let workspace = capabilities.workspace.as_ref();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let window = capabilities.window.as_ref();
        let document = capabilities.text_document.as_ref();
        let operations = edits
            .and_then(|edits| edits.resource_operations.as_deref())
            .unwrap_or_default();
        let has_document_changes = edits.and_then(|edits| edits.document_changes).unwrap_or(false);
        let is_named = |name: &str| params.client_info.as_ref().is_some_and(|info| info.name == name);
        let can = |operation| operations.contains(&operation);
        Self {
            encoding: encoding(params),
            can_apply_edits: workspace.and_then(|workspace| workspace.apply_edit).unwrap_or(false),
            // Some clients that take `documentChanges` forget to say so; one that names operations takes them.
            has_document_changes: has_document_changes || !operations.is_empty(),
            has_annotations: edits.is_some_and(|edits| edits.change_annotation_support.is_some()),
            can_create: can(ResourceOperationKind::Create),
            can_rename: can(ResourceOperationKind::Rename),
            can_delete: can(ResourceOperationKind::Delete),
            has_progress: window.and_then(|window| window.work_done_progress).unwrap_or(false),
            can_show_documents: window
                .and_then(|window| window.show_document.as_ref())
                .is_some_and(|documents| documents.support),
            can_refresh_lenses: workspace
                .and_then(|workspace| workspace.code_lens.as_ref())
                .and_then(|lenses| lenses.refresh_support)
                .unwrap_or(false),
            can_watch_files: workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref())
                .and_then(|watching| watching.dynamic_registration)
                .unwrap_or(false),
            hides_refusals: is_named("helix"),
            waits_for_its_command: is_named("Eglot") || is_named("emacs"),
            misreads_focus: is_named("Eglot"),
            has_action_literals: document
                .and_then(|document| document.code_action.as_ref())
                .is_some_and(|actions| actions.code_action_literal_support.is_some()),
            has_forms: chat::capabilities::has_forms(acp(capabilities.experimental.as_ref())),
            options: options(params),
        }
    }
}

/// UTF-8 costs us nothing to count in; UTF-16 is what every client must take.
fn encoding(params: &InitializeParams) -> PositionEncoding {
    let general = params.capabilities.general.as_ref();
    let offered = general
        .and_then(|general| general.position_encodings.as_deref())
        .unwrap_or_default();
    if offered.contains(&PositionEncodingKind::UTF8) {
        PositionEncoding::Utf8
    } else if offered.is_empty() || offered.contains(&PositionEncodingKind::UTF16) {
        PositionEncoding::Utf16
    } else if offered.contains(&PositionEncodingKind::UTF32) {
        PositionEncoding::Utf32
    } else {
        PositionEncoding::Utf16
    }
}

/// What the client says in ACP's words.
fn acp(experimental: Option<&Value>) -> Option<&Value> {
    experimental?.get("acp")
}

fn options(params: &InitializeParams) -> Options {
    let ours = params
        .initialization_options
        .as_ref()
        .and_then(|options| options.get("singletree"));
    let Some(ours) = ours else { return Options::default() };
    serde_json::from_value(ours.clone()).unwrap_or_else(|error| {
        tracing::warn!(%error, "initializationOptions.singletree is not understood and was passed over");
        Options::default()
    })
}

/// Folders, else the root URI, else the root path.
#[expect(deprecated, reason = "older clients send nothing else")]
pub(crate) fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let path = |uri: &str| Uri::parse(uri).ok().and_then(|uri| uri.path());
    if let Some(WorkspaceFolders::WorkspaceFolderList(folders)) =
        &params.workspace_folders_initialize_params.workspace_folders
    {
        let roots: Vec<_> = folders.iter().filter_map(|folder| path(&folder.uri.0)).collect();
        if !roots.is_empty() {
            return roots;
        }
    }
    if let Some(root) = params.root_uri.as_ref().and_then(|uri| path(&uri.0)) {
        return vec![root];
    }
    match &params.root_path {
        Some(RootPath::String(root)) if !root.is_empty() => vec![PathBuf::from(root)],
        _ => Vec::new(),
    }
}

/// `completes`: whether a model is configured for completion at the cursor; else clients need not ask.
pub(crate) fn answer(client: &ClientProfile, completes: bool) -> InitializeResult {
    let kinds = [
        CodeActionKind::QuickFix,
        CodeActionKind::RefactorRewrite,
        CodeActionKind::Source,
    ];
    let capabilities = ServerCapabilities {
        position_encoding: Some(to_proto::encoding(client.encoding)),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::SaveOptions(SaveOptions {
                include_text: Some(false),
            })),
            ..Default::default()
        })),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(kinds.to_vec()),
            resolve_provider: Some(false),
            ..Default::default()
        })),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
            ..Default::default()
        }),
        inline_completion_provider: completes.then(|| InlineCompletionProvider::from(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::NAMES.map(str::to_owned).to_vec(),
            ..Default::default()
        }),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(ChangeNotifications::Bool(true)),
            }),
            ..Default::default()
        }),
        experimental: client
            .options
            .chat
            .then(|| json!({ "acp": { "agentCapabilities": chat::capabilities::ours() } })),
        ..Default::default()
    };
    let server_info = ServerInfo {
        name: "singletree".into(),
        version: Some(env!("CARGO_PKG_VERSION").into()),
    };
    InitializeResult {
        capabilities,
        server_info: Some(server_info),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(value: Value) -> InitializeParams {
        serde_json::from_value(value).unwrap()
    }

    #[track_caller]
    fn check_encoding(offered: Value, expect: PositionEncoding) {
        let params = params(json!({"capabilities": {"general": {"positionEncodings": offered}}}));
        assert_eq!(ClientProfile::of(&params).encoding, expect);
    }

    #[test]
    fn utf_8_is_taken_where_it_is_offered_and_utf_16_where_nothing_is() {
        check_encoding(json!(["utf-16", "utf-8"]), PositionEncoding::Utf8);
        check_encoding(json!(["utf-32", "utf-16"]), PositionEncoding::Utf16);
        check_encoding(json!(["utf-32"]), PositionEncoding::Utf32);
        check_encoding(json!(["utf-7"]), PositionEncoding::Utf16);
        check_encoding(json!([]), PositionEncoding::Utf16);
    }

    #[track_caller]
    fn check_roots(mut value: Value, expect: &[&str]) {
        value["capabilities"] = json!({});
        assert_eq!(
            roots(&params(value)),
            expect.iter().map(PathBuf::from).collect::<Vec<_>>()
        );
    }

    #[test]
    fn folders_beat_the_root_uri_and_that_the_root_path() {
        let folders = json!([{"uri": "file:///a%20b", "name": "a"}, {"uri": "file:///c", "name": "c"}]);
        check_roots(
            json!({"workspaceFolders": folders, "rootUri": "file:///d"}),
            &["/a b", "/c"],
        );
        check_roots(
            json!({"workspaceFolders": null, "rootUri": "file:///d", "rootPath": "/e"}),
            &["/d"],
        );
        check_roots(
            json!({"workspaceFolders": [], "rootUri": null, "rootPath": "/e"}),
            &["/e"],
        );
        check_roots(json!({"rootPath": null}), &[]);
    }

    #[test]
    fn options_that_are_not_understood_are_passed_over() {
        let of =
            |options| ClientProfile::of(&params(json!({"capabilities": {}, "initializationOptions": options}))).options;
        let read = of(json!({"singletree": {"review": true, "reviewMode": "confirm", "trusted": false, "new": 1}}));
        assert!(read.review && read.review_mode == Some(ReviewMode::Confirm) && read.trusted == Some(false));
        assert!(!of(json!({"singletree": {"review": "yes"}})).review);
        assert!(!of(json!({"other": {}})).review);
    }
}
