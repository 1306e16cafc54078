//! The commands that are typed into a prompt: each answers in words, and nothing of it is part of the conversation.

use std::sync::Arc;

use base::{Attachment, CommandName, Task};
use chat::place::FilePlace;
use chat::prompt::Words;
use chat::slash::{self, Back, Bill, Slash};
use chat::{bill, options, place, rewound, updates};
use engine::{ContextChoices, Mode, RunRequest, Voice};
use tower_lsp::jsonrpc::Result;
use workspace::{RewindRequest, RewindTo};

use super::conversation::Conversation;
use super::methods::{fork, refusal};
use super::{choices, outbound};
use crate::editor::ClientEditor;
use crate::failure;
use crate::front::Front;

/// What a command of the palette asks for. Its place is the one that is named, or the first that is attached.
fn task(
    front: &Front,
    command: CommandName,
    place: Option<String>,
    words: Option<String>,
    mut attachments: Vec<Attachment>,
) -> Result<Task> {
    // What is attached is named in the words as well, `@a.rs`.
    let named = place.filter(|place| !place.starts_with('@'));
    let (named, words) = slash::at(command, named, words, &front.workspace().home())
        .map_err(|error| failure::refused("place", error.to_string()))?;
    let task = Task {
        prompt: words,
        ..Task::new(command)
    };
    if let Some(FilePlace { uri, span }) = named {
        let uri = Some(uri);
        return Ok(Task {
            uri,
            span,
            attachments,
            ..task
        });
    }
    let is_place = |given: &Attachment| matches!(given, Attachment::Place { .. });
    let first = attachments.iter().position(is_place).filter(|_| command.needs_file());
    let Some(Attachment::Place { uri, lines }) = first.map(|first| attachments.remove(first)) else {
        return Ok(Task { attachments, ..task });
    };
    Ok(Task {
        uri: Some(uri),
        span: lines.and_then(|(first, last)| place::span(first, last)),
        attachments,
        ..task
    })
}

/// The request for a command of the user's own, once its words are known.
async fn own(front: &Arc<Front>, name: &str, request: RunRequest) -> Result<RunRequest> {
    // A file may have become one since the last look, or the workspace is no longer trusted to bring any.
    front.look_at_trust().await;
    let own = front.runtime.user_commands();
    let Some(command) = own.get(name) else {
        let palette = front.runtime.list_commands().into_iter().map(|known| known.name);
        let of_session = slash::OF_SESSION.iter().map(|known| known.name.to_owned());
        let known: Vec<String> = palette.chain(of_session).map(|name| format!("/{name}")).collect();
        let message = format!("there is no command `/{name}`; there are {}", known.join(", "));
        return Err(failure::refused("unknown-command", message));
    };
    Ok(front.runtime.as_command(command, request))
}

/// What the user's words ask for.
pub(crate) enum Meaning {
    /// A turn; `own` names the user's command that it is for.
    Turn { task: Task, own: Option<String> },
    /// Something of the session itself.
    Command(Slash),
}

/// Reads the words: something to say, a command of the palette, of the user's own, or of the session.
pub(crate) fn meaning(front: &Front, words: Words) -> Result<Meaning> {
    let Words { text, attachments } = words;
    let command = slash::parse(&text).map_err(|why| failure::refused("unknown-command", why))?;
    let of_turn = |task, own| Ok(Meaning::Turn { task, own });
    match command {
        None => {
            let task = Task {
                prompt: Some(text),
                attachments,
                ..Task::new(CommandName::Edit)
            };
            of_turn(task, None)
        }
        Some(Slash::Command { command, place, words }) => {
            of_turn(task(front, command, place, words, attachments)?, None)
        }
        Some(Slash::Own { name, words }) => {
            let task = Task {
                prompt: words,
                attachments,
                ..Task::new(CommandName::Ask)
            };
            of_turn(task, Some(name))
        }
        Some(command) => Ok(Meaning::Command(command)),
    }
}

/// The request for a turn, with what the user chose for the conversation.
pub(crate) async fn request_for(
    front: &Arc<Front>,
    conversation: &Conversation,
    task: Task,
    own: Option<&str>,
) -> Result<RunRequest> {
    let request = {
        let mut choices = conversation.choices_mut();
        RunRequest {
            model: choices.model.clone(),
            options: choices.for_turn(),
            ..RunRequest::new(task)
        }
    };
    let mut request = match own {
        Some(name) => self::own(front, name, request).await?,
        None => request,
    };
    request.model = request.model.or_else(|| front.client.options.model.clone());
    Ok(request)
}

/// Does what a command says and tells the client what came of it.
pub(super) async fn obey(
    front: &Arc<Front>,
    conversation: &Arc<Conversation>,
    line: &str,
    command: Slash,
) -> Result<()> {
    let typed = Task {
        prompt: Some(line.to_owned()),
        ..Task::new(CommandName::Ask)
    };
    for update in updates::said(None, &typed, &|uri| uri.to_string()) {
        outbound::update(front, conversation.session(), update).await;
    }
    let answer = obey_in_words(front, conversation, None, command).await?;
    outbound::update(front, conversation.session(), updates::words(answer)).await;
    Ok(())
}

/// Does what a command says; what came of it, in words. `voice` is for one who has the session open elsewhere than in the
/// chat.
pub(crate) async fn obey_in_words(
    front: &Arc<Front>,
    conversation: &Arc<Conversation>,
    voice: Option<Voice>,
    command: Slash,
) -> Result<String> {
    Ok(match command {
        Slash::Model(model) => self::model(front, conversation, model).await?,
        Slash::Mode(mode) => self::mode(front, conversation, mode).await,
        Slash::Context(bill) => context(front, conversation, bill)?,
        Slash::Compact => {
            conversation.choices_mut().compact = true;
            "The conversation is summarised before the next answer.".to_owned()
        }
        Slash::Rewind(back) => {
            let voice = match voice {
                Some(voice) => voice,
                None => conversation.voice(front).await.map_err(refusal::link)?,
            };
            rewind(front, &voice, back).await?
        }
        Slash::Fork(_) => {
            let copy = fork(front, conversation.session()).await?;
            format!(
                "`{}` is a copy of this session; it is in the list of sessions.",
                copy.session()
            )
        }
        Slash::Cost => {
            let (runtime, session) = (Arc::clone(&front.runtime), conversation.session().clone());
            list(&refusal::blocking(move || runtime.cost_lines(&session), refusal::store).await?)
        }
        Slash::Memory => {
            let runtime = Arc::clone(&front.runtime);
            list(&refusal::blocking(move || runtime.memory_lines(), refusal::store).await?)
        }
        Slash::Command { .. } | Slash::Own { .. } => {
            return Err(failure::internal("a command of the palette is a turn"));
        }
    })
}

async fn model(front: &Arc<Front>, conversation: &Conversation, model: Option<String>) -> Result<String> {
    let Some(model) = model else {
        return Ok(format!("The model is `{}`.", conversation.choices().model(front)));
    };
    let checked = front.runtime.check_model(&model).await;
    checked.map_err(|why| failure::refused("unknown-model", why))?;
    let answer = format!("From now on `{model}` answers.");
    conversation.choices_mut().model = Some(model);
    choices::tell_config(front, conversation).await;
    Ok(answer)
}

async fn mode(front: &Front, conversation: &Conversation, mode: Option<Mode>) -> String {
    let Some(mode) = mode else {
        let mode = conversation.choices().mode(front);
        return format!("The mode is {}.", options::mode_id(mode));
    };
    conversation.choices_mut().mode = Some(mode);
    choices::tell_mode(front, conversation).await;
    format!("The mode is {} from now on.", options::mode_id(mode))
}

/// Shows what the last turn began with, or chooses for the next ones.
fn context(front: &Front, conversation: &Conversation, what: Bill) -> Result<String> {
    let root = front.workspace().home();
    let name = |path: &str| {
        let named = place::in_workspace(path, &[&root], &root);
        named.map_err(|error| failure::refused("place", error.to_string()))
    };
    let mut choices = conversation.choices_mut();
    let choices = &mut choices.context;
    match what {
        Bill::Show => {
            let mut lines = match &conversation.bill() {
                Some(bill) => bill::total(bill).into_iter().chain(bill::items(bill)).collect(),
                None => vec!["no turn has begun with context yet".to_owned()],
            };
            lines.extend(choices.lines());
            return Ok(list(&lines));
        }
        Bill::Pin(path) => choices.pin(name(&path)?),
        Bill::Drop(path) => choices.leave_out(name(&path)?),
        Bill::Clear => *choices = ContextChoices::default(),
    }
    Ok("The next turns begin so.".to_owned())
}

/// Takes back the files that the session's agent wrote, open ones through the editor.
async fn rewind(front: &Arc<Front>, voice: &Voice, back: Back) -> Result<String> {
    if let Some((pid, owner)) = voice.owner() {
        let message = format!("this session is rewound where it is open: {owner}, process {pid}");
        return Err(failure::refused("held", message));
    }
    let request = RewindRequest {
        session: voice.session().clone(),
        to: match back {
            Back::LastTurn => RewindTo::LastTurn,
            Back::Checkpoint(step) => RewindTo::Checkpoint(step),
            Back::Undo => RewindTo::Undo,
        },
        beside: false,
    };
    let rewound = front.runtime.rewind(&request, &ClientEditor::new(front)).await;
    let rewound = rewound.map_err(|error| failure::refused("rewind", error.to_string()))?;
    let mut lines = rewound::lines(front.workspace(), &rewound);
    if rewound.step.is_some() {
        lines.push("`/rewind undo` takes this back".to_owned());
    }
    Ok(list(&lines))
}

/// Lines as they are, whatever is in them.
fn list(lines: &[String]) -> String {
    let longest = lines
        .iter()
        .flat_map(|line| line.split(|c| c != '`'))
        .map(str::len)
        .max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    format!("{fence}text\n{}\n{fence}", lines.join("\n"))
}
