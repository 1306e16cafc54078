//! `singletree.chat.send` and `singletree.chat.begin`.

use std::sync::Arc;

use base::{SessionId, Uri};
use chat::prompt::{MOST_TEXT, PromptError, Words};
use chat::{options, slash::Slash};
use engine::{Link, LinkError, Mode, RunError, RunRequest, Said, Voice};
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types::MessageType;
use tower_lsp::jsonrpc::{Error, Result};
use workspace::DocumentSnapshot;

use super::answer::{Answer, Running};
use super::layout::{FrontMatter, Layout, Who};
use super::pen::Unwritten;
use super::place::{Place, Written};
use super::{compose, is_chat_file, mentions};
use crate::chat::{Conversation, Meaning, meaning, obey_in_words, request_for};
use crate::commands::ChatArguments;
use crate::failure;
use crate::front::{Front, lock};
use crate::handlers::run::check_inside;

/// Says the user's last block in the file's session. Answers when the turn has begun; what comes of it is written into
/// the buffer.
pub(crate) async fn send(front: &Arc<Front>, arguments: ChatArguments) -> Result<Value> {
    let uri = arguments.text_document.uri;
    let document = open_document(front, &uri)?;
    let said = read(front, &document)?;
    match front.chat_files.answer(&uri) {
        Some(answer) => steer(front, uri, said, &answer).await,
        None => start(front, uri, said).await,
    }
}

/// Lays out an empty file, so that the user sees where to write.
pub(crate) async fn begin(front: &Arc<Front>, arguments: ChatArguments) -> Result<Value> {
    let uri = arguments.text_document.uri;
    let document = open_document(front, &uri)?;
    let layout = Layout::of(&document.rope.to_string()).map_err(|error| malformed(&document, &error.to_string()))?;
    let is_blank = super::offers::is_blank(&document.rope, &layout);
    if !is_blank {
        let message = format!(
            "{} is begun already: write below its last `## You`",
            document.uri.file_name()
        );
        return Err(failure::refused("begun", message));
    }
    let answer = Answer::new(uri, "\n");
    let front = Arc::clone(front);
    tokio::spawn(async move {
        let compose = |text: &ropey::Rope, _: Option<Place>| {
            let layout = Layout::of(&text.to_string())?;
            let is_blank = super::offers::is_blank(text, &layout);
            Ok(is_blank.then(|| Written::unplaced(text, vec![compose::skeleton(text, &layout)])))
        };
        if let Err(why) = answer.pen.write_unseen(&front, &compose).await {
            let message = format!("Singletree: the chat was not laid out: {why}");
            front.show_message(MessageType::Error, message).await;
        }
    });
    Ok(Value::Null)
}

fn malformed(document: &DocumentSnapshot, why: &str) -> Error {
    failure::refused("front-matter", format!("{}: {why}", document.uri.file_name()))
}

fn open_document(front: &Front, uri: &Uri) -> Result<Arc<DocumentSnapshot>> {
    let name = uri.file_name();
    if !is_chat_file(uri) {
        let message = format!("`{name}` is no chat file: save it in the workspace as NAME.chat.md, then send");
        return Err(failure::refused("no-chat-file", message));
    }
    if !front.client.can_apply_edits {
        let message = "this editor cannot apply edits (`workspace/applyEdit`), so no answer can be written into a buffer; \
                       use `singletree chat` in a terminal";
        return Err(failure::refused("no-apply-edit", message));
    }
    let document = front.workspace().snapshot(uri);
    check_inside(front, uri, document.as_deref())?;
    document.ok_or_else(|| {
        failure::refused(
            "not-open",
            format!("`{name}` is not open in this editor: open it, then send"),
        )
    })
}

/// What is to be said, and what the file says of how.
struct Letter {
    file: String,
    text: String,
    front: FrontMatter,
    /// Where the user's block begins.
    at: usize,
    line_break: &'static str,
    /// The file itself, as the index calls it.
    path: Option<String>,
}

fn read(front: &Front, document: &DocumentSnapshot) -> Result<Letter> {
    let file = document.uri.file_name();
    let whole = document.rope.to_string();
    let layout = Layout::of(&whole).map_err(|error| malformed(document, &error.to_string()))?;
    let heading = Who::You.heading();
    let Some(yours) = layout.yours() else {
        let message =
            format!("{file} has no block of yours: write a line `{heading}` and below it what you want to say");
        return Err(failure::refused("no-block", message));
    };
    let text = whole[yours.clone()].trim().to_owned();
    if text.is_empty() {
        let message =
            format!("there is nothing to send: write what you want to say below the last `{heading}` of {file}");
        return Err(failure::refused("empty-block", message));
    }
    if text.len() > MOST_TEXT {
        let error = PromptError::TooLong(text.len());
        return Err(failure::refused(error.cause(), error.to_string()));
    }
    Ok(Letter {
        text,
        at: yours.start,
        front: layout.front,
        line_break: text::dominant_eol(&document.rope).as_str(),
        path: document.path.as_ref().map(|path| front.workspace().relative(path)),
        file,
    })
}

impl Letter {
    fn words(&self, front: &Front) -> Words {
        let workspace = front.workspace();
        Words {
            attachments: mentions::of(&self.text, &workspace.home(), &workspace.roots()),
            text: self.text.clone(),
        }
    }

    /// Adds to a request what the file says of it. What the user typed as `/model` or `/mode` goes before.
    async fn sign(&self, front: &Front, mut request: RunRequest, chosen: bool) -> Result<RunRequest> {
        if let Some(model) = self.front.model.as_ref().filter(|_| !chosen) {
            let checked = front.runtime.check_model(model).await;
            checked.map_err(|why| self.refused("unknown-model", &format!("`model:` in its front matter: {why}")))?;
            request.model = Some(model.clone());
        }
        if let Some(mode) = self.front.mode.as_ref().filter(|_| request.options.mode.is_none()) {
            let mode = options::mode(mode).map_err(|why| self.refused("mode", &why))?;
            let most = front.runtime.default_mode();
            if rank(mode) > rank(most) {
                let (asked, most) = (options::mode_id(mode), options::mode_id(most));
                let why = format!(
                    "`mode: {asked}` in its front matter is more than your settings say ({most}), which no file can \
                     change; type `/mode {asked}` into a block of yours"
                );
                return Err(self.refused("mode", &why));
            }
            request.options.mode = Some(mode);
        }
        // The model knows the conversation better than from a file.
        request.options.context.dropped.extend(self.path.clone());
        Ok(request)
    }

    fn refused(&self, cause: &str, why: &str) -> Error {
        failure::refused(cause, format!("{}: {why}", self.file))
    }
}

fn rank(mode: Mode) -> u8 {
    match mode {
        Mode::Plan => 0,
        Mode::Ask => 1,
        Mode::Edit => 2,
        Mode::Auto => 3,
    }
}

/// Begins an answer.
async fn start(front: &Arc<Front>, uri: Uri, letter: Letter) -> Result<Value> {
    let answer = Arc::new(Answer::new(uri.clone(), letter.line_break));
    if !front.chat_files.reserve(&uri, &answer) {
        let message = format!("{} was sent a moment ago", letter.file);
        return Err(failure::refused("busy", message));
    }
    let begun = begin_answer(front, &uri, &letter, &answer).await;
    if begun.is_err() {
        front.chat_files.release(&uri, &answer);
    }
    front.refresh_lenses();
    begun
}

async fn begin_answer(front: &Arc<Front>, uri: &Uri, letter: &Letter, answer: &Arc<Answer>) -> Result<Value> {
    let session = session_of(front, uri, letter).await?;
    lock(&front.chat_files.sessions).insert(session.clone());
    let conversation = front.chats.of_session(&session);
    let meaning = meaning(front, letter.words(front))?;
    let link = Link::open(&front.runtime, &session)
        .await
        .map_err(|error| refused_link(letter, &error))?;
    let Meaning::Turn { task, own } = meaning else {
        return obey(front, uri, &conversation, link.voice(), meaning, answer).await;
    };
    let request = request_for(front, &conversation, task, own.as_deref()).await?;
    let request = letter.sign(front, request, conversation.has_model()).await?;
    let said = link.say(request).await.map_err(|error| refused_link(letter, &error))?;
    Ok(answer_turn(front, uri, &conversation, link, &said, answer))
}

/// Writes down what a command of the session answers. It is no turn.
async fn obey(
    front: &Arc<Front>,
    uri: &Uri,
    conversation: &Arc<Conversation>,
    voice: Voice,
    meaning: Meaning,
    answer: &Arc<Answer>,
) -> Result<Value> {
    let Meaning::Command(command) = meaning else {
        return Err(failure::internal("a turn is no command"));
    };
    let is_fork = matches!(command, Slash::Fork(_));
    let mut words = obey_in_words(front, conversation, Some(voice), command).await?;
    if is_fork {
        words.push_str(" To go on with it here, name it behind `session:` in the front matter.");
    }
    answer.say(&words);
    answer.end();
    let session = conversation.session().clone();
    // A session is stored with its first turn: until then a file that names it would name nothing tomorrow.
    let (runtime, id) = (Arc::clone(&front.runtime), session.clone());
    let is_stored = blocking(move || runtime.store().has_session(&id).unwrap_or(false)).await?;
    write_down(front, uri, &session, is_stored, answer, async {});
    Ok(json!({ "sessionId": session }))
}

/// Writes down what a turn says from now on.
fn answer_turn(
    front: &Arc<Front>,
    uri: &Uri,
    conversation: &Arc<Conversation>,
    link: Link,
    said: &Said,
    answer: &Arc<Answer>,
) -> Value {
    let (session, turn) = (said.turn().session.clone(), said.turn().turn.clone());
    answer.runs(turn.clone(), link.voice());
    let following = {
        let (front, conversation, answer) = (Arc::clone(front), Arc::clone(conversation), Arc::clone(answer));
        let turn = turn.clone();
        async move { answer.follow(&front, &conversation, link, &turn).await }
    };
    write_down(front, uri, &session, true, answer, following);
    json!({ "sessionId": session, "turnId": turn })
}

/// Writes an answer beside whatever else happens, and says where it is if that fails. `is_stored`: the file may name the
/// session.
fn write_down(
    front: &Arc<Front>,
    uri: &Uri,
    session: &SessionId,
    is_stored: bool,
    answer: &Arc<Answer>,
    following: impl Future<Output = ()> + Send + 'static,
) {
    let (front, uri, session, answer) = (Arc::clone(front), uri.clone(), session.clone(), Arc::clone(answer));
    tokio::spawn(async move {
        let named = || {
            if is_stored {
                lock(&front.chat_files.begun).remove(&uri);
            }
        };
        let writing = async {
            let written = answer.write(&front, is_stored.then_some(&session), named).await;
            front.chat_files.release(&uri, &answer);
            front.refresh_lenses();
            if let Err(why) = written {
                front
                    .show_message(MessageType::Warning, lost(&uri, &session, &why))
                    .await;
            }
        };
        tokio::join!(following, writing);
    });
}

/// Nothing is lost: the session has it.
fn lost(uri: &Uri, session: &SessionId, why: &Unwritten) -> String {
    format!(
        "Singletree: the answer is not written into {} to its end: {why}. It is in session {session}, and `singletree \
         sessions show {session}` shows it; with `session: {session}` in its front matter the file goes on there.",
        uri.file_name()
    )
}

/// Says more to a turn that is being answered in the file.
async fn steer(front: &Arc<Front>, uri: Uri, letter: Letter, answer: &Arc<Answer>) -> Result<Value> {
    let Some(Running { turn, voice }) = answer.running().filter(|_| answer.pen.is_above(letter.at)) else {
        let message = format!(
            "the answer to this is still being written into {}: wait for its end, stop it, or write more below it under \
             `## You` and send that",
            letter.file
        );
        return Err(failure::refused("busy", message));
    };
    let session = voice.session().clone();
    let conversation = front.chats.of_session(&session);
    let Meaning::Turn { task, own } = meaning(front, letter.words(front))? else {
        let message = format!(
            "`{}` waits for the end of the answer: send it then, or stop the answer",
            letter.text
        );
        return Err(failure::refused("busy", message));
    };
    let request = request_for(front, &conversation, task, own.as_deref()).await?;
    let request = letter.sign(front, request, conversation.has_model()).await?;
    // Should the turn have just ended, this hears the next one from its beginning.
    let link = Link::open(&front.runtime, &session)
        .await
        .map_err(|error| refused_link(&letter, &error))?;
    let said = voice
        .say(request)
        .await
        .map_err(|error| refused_link(&letter, &error))?;
    if said.turn().turn == turn {
        answer.begin_block();
        return Ok(json!({ "sessionId": session, "turnId": turn }));
    }
    answer.done.cancelled().await;
    let next = Arc::new(Answer::new(uri.clone(), letter.line_break));
    if !front.chat_files.reserve(&uri, &next) {
        return Ok(json!({ "sessionId": session, "turnId": said.turn().turn }));
    }
    Ok(answer_turn(front, &uri, &conversation, link, &said, &next))
}

/// The session that the file names, else one that begins now.
async fn session_of(front: &Arc<Front>, uri: &Uri, letter: &Letter) -> Result<SessionId> {
    let runtime = Arc::clone(&front.runtime);
    let Some(named) = &letter.front.session else {
        if let Some(begun) = lock(&front.chat_files.begun).get(uri) {
            return Ok(begun.clone());
        }
        let begun = blocking(move || runtime.begin_session()).await?;
        let session = begun.map_err(|error| letter.refused(error.cause(), &error.to_string()))?;
        lock(&front.chat_files.begun).insert(uri.clone(), session.clone());
        return Ok(session);
    };
    let session = SessionId::from(named.as_str());
    let id = session.clone();
    let known = blocking(move || Ok(runtime.holds(&id) || runtime.store().has_session(&id)?)).await?;
    match known.map_err(|error: RunError| letter.refused(error.cause(), &error.to_string()))? {
        true => Ok(session),
        false => {
            let error = RunError::UnknownSession(session);
            let why = format!("{error}. Remove its line `session:` to begin a new one");
            Err(letter.refused(error.cause(), &why))
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_panic| failure::internal("the request failed inside Singletree; this is a bug of ours"))
}

fn refused_link(letter: &Letter, error: &LinkError) -> Error {
    letter.refused(error.cause(), &error.to_string())
}
