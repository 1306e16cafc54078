//! `singletree run`: one turn, headless. What the turn proposes is a patch on stdout, or is written with `--apply`.

use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use base::Effort;
use base::{CommandName, Decision, Diagnostic, Event, EventKind, SessionId, StopReason, Task, TurnState};
use chat::place::FilePlace;
use engine::{ContextChoices, Link, LinkError, RunRequest, Runtime, Said, Started, TurnOptions};
use models::OutputSchema;
use permissions::Mode;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use text::PositionEncoding;
use workspace::Selection;

use crate::cli::RunArgs;
use crate::exit;
use crate::interrupts::Interrupts;
use crate::place;
use crate::printable::prose;
use crate::run_events::EventLines;
use crate::wiring::{self, Home};

pub(crate) async fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    let folder = std::env::current_dir()?;
    let root = place::workspace_root(&folder)?;
    let task = task(&args, &folder)?;
    let model = args.model.clone();
    let runtime = wiring::headless(&Home::Environment, &root, model, "`singletree run`")?;
    let own = match args
        .command
        .as_deref()
        .filter(|name| CommandName::parse(name).is_none())
    {
        None => None,
        Some(name) => match runtime.user_commands().get(name).cloned() {
            Some(own) => Some(own),
            None => return exit::with(exit::USAGE, &unknown(&runtime, name)),
        },
    };
    let session = match args.session.as_deref() {
        None => None,
        Some(given) => match crate::sessions::find(runtime.store(), given)? {
            Ok(found) => Some(found.id),
            Err(reason) => return exit::with(exit::USAGE, &reason),
        },
    };
    let request = RunRequest {
        model: args.model.clone(),
        options: options(&args, &folder, &root)?,
        ..RunRequest::new(task)
    };
    let request = match &own {
        Some(own) => runtime.as_command(own, request),
        None => request,
    };
    let task = request.task.clone();
    let (mut link, said) = match say(&runtime, session, request).await {
        Ok(said) => said,
        Err(error) if error.cause() == "no-model" => return exit::with(exit::NO_MODEL, &error.to_string()),
        Err(error) => return exit::with(exit::USAGE, &error.to_string()),
    };
    let mut report = Report::new(args.json, said.turn());
    report.started()?;
    let end = follow(&mut link, &said, &mut report).await?;
    let code = match end {
        Some(end) => conclude(&args, &link, &said, &task, &end, report.was_refused).await,
        None => lost(&link),
    };
    runtime.shutdown().await;
    code
}

/// Says it in the session, wherever that is.
async fn say(
    runtime: &Arc<Runtime>,
    session: Option<SessionId>,
    request: RunRequest,
) -> Result<(Link, Said), LinkError> {
    let Some(session) = session else {
        return Link::begin(runtime, request);
    };
    let link = Link::open(runtime, &session).await?;
    let said = link.say(request).await?;
    if let Some((pid, front)) = link.owner() {
        let how = match said {
            Said::Started(_) => "",
            Said::Told(_) => "; the turn that runs hears it at its next step",
        };
        exit::tell(&format!(
            "attached to {front}, process {pid}, which has this session open{how}"
        ));
    }
    Ok((link, said))
}

/// The process that worked on it has gone in mid-turn.
fn lost(link: &Link) -> anyhow::Result<ExitCode> {
    let (session, (pid, front)) = (link.session(), link.owner().unwrap_or_default());
    let reason = format!(
        "{front}, process {pid}, has gone in the middle of the turn; what was said is stored: \
         `singletree sessions resume {session}` goes on with it"
    );
    exit::with(exit::FAILED, &reason)
}

/// What the arguments ask for.
fn task(args: &RunArgs, folder: &Path) -> anyhow::Result<Task> {
    let prompt = match &args.prompt {
        Some(prompt) => Some(prompt.clone()),
        None => prompt_from_stdin()?,
    };
    let command = match &args.command {
        // One that is a file is looked for when there is a workspace.
        Some(name) => CommandName::parse(name).unwrap_or(CommandName::Ask),
        None if prompt.is_some() => CommandName::Edit,
        None => bail!("say what to do: a prompt in words, or --command with --file (see `singletree run --help`)"),
    };
    let place = args
        .file
        .as_deref()
        .map(|file| chat::place::parse(file, folder))
        .transpose()?;
    let (uri, span) = match place {
        Some(FilePlace { uri, span }) => (Some(uri), span),
        None => (None, None),
    };
    let diagnostics = match &args.diagnostics {
        Some(file) => diagnostics(file)?,
        None => Vec::new(),
    };
    Ok(Task {
        command,
        uri,
        span,
        diagnostics,
        prompt,
        attachments: Vec::new(),
    })
}

fn unknown(runtime: &Runtime, name: &str) -> String {
    let names: Vec<String> = runtime.list_commands().into_iter().map(|known| known.name).collect();
    let trust = match runtime.is_trusted() {
        true => "",
        false => " (those of this workspace wait for `singletree trust`)",
    };
    format!(
        "there is no command `{name}`; the commands are {}{trust}",
        names.join(", ")
    )
}

fn options(args: &RunArgs, folder: &Path, root: &Path) -> anyhow::Result<TurnOptions> {
    let names = |paths: &[String]| {
        let names = paths
            .iter()
            .map(|path| chat::place::in_workspace(path, &[folder, root], root));
        names.collect::<Result<Vec<String>, _>>()
    };
    Ok(TurnOptions {
        may_join: false,
        is_attended: false,
        compact: false,
        own_command: None,
        mode: args.mode.map(Mode::from),
        breakpoints: args.breakpoints.clone(),
        effort: args.effort.map(Effort::from),
        output: args.schema.as_deref().map(output_schema).transpose()?,
        context: ContextChoices {
            pinned: names(&args.pin)?,
            dropped: names(&args.drop)?,
        },
    })
}

fn output_schema(file: &Path) -> anyhow::Result<OutputSchema> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let schema = serde_json::from_str(&text).with_context(|| format!("{} holds no JSON", file.display()))?;
    Ok(OutputSchema {
        name: "answer".to_owned(),
        schema,
    })
}

/// What is piped in; none where nothing is.
pub(crate) fn prompt_from_stdin() -> anyhow::Result<Option<String>> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let mut words = String::new();
    stdin
        .read_to_string(&mut words)
        .context("the prompt on stdin is not UTF-8 text")?;
    Ok(Some(words).filter(|words| !words.trim().is_empty()))
}

pub(crate) fn diagnostics(file: &Path) -> anyhow::Result<Vec<Diagnostic>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} holds no array of diagnostics", file.display()))
}

/// How the turn ended.
struct End {
    state: TurnState,
    stop_reason: StopReason,
    text: String,
    error: Option<String>,
}

/// Shows events until the turn ends; none if its process has gone first. Nobody is there to be asked, so every question
/// is answered with a no; in another process somebody may be, so there it is left open.
async fn follow(link: &mut Link, said: &Said, report: &mut Report<'_>) -> anyhow::Result<Option<End>> {
    let started = said.turn();
    let mut interrupts = Interrupts::new()?;
    loop {
        let event = tokio::select! {
            event = link.next() => event,
            () = interrupts.next() => {
                link.stop(Some(&started.turn)).await?;
                continue;
            }
        };
        let Some(event) = event else { return Ok(None) };
        // Of a session that others work in too, more than this turn may be heard.
        if event.turn.as_ref().is_some_and(|turn| *turn != started.turn) {
            continue;
        }
        report.event(&event, link).await?;
        match event.kind {
            EventKind::ApprovalRequested(request) => match link.owner() {
                None => {
                    let reason = Some("headless: there is no one to ask".to_owned());
                    link.answer(request.id, Decision::Reject { reason }).await?;
                }
                Some(owner) => waits(owner, &request.action),
            },
            EventKind::QuestionAsked(request) => match link.owner() {
                None => {
                    link.answer_questions(request.id, Vec::new()).await?;
                }
                Some(owner) => waits(owner, "ask you something"),
            },
            EventKind::TurnCompleted {
                state,
                stop_reason,
                text,
                error,
                ..
            } => {
                return Ok(Some(End {
                    state,
                    stop_reason,
                    text,
                    error,
                }));
            }
            _ => {}
        }
    }
}

fn waits((pid, front): (u32, &str), action: &str) {
    exit::tell(&format!("? waits for an answer in {front}, process {pid}: {action}"));
}

async fn conclude(
    args: &RunArgs,
    link: &Link,
    said: &Said,
    task: &Task,
    end: &End,
    was_refused: bool,
) -> anyhow::Result<ExitCode> {
    let patch = link.patch().await?;
    let mut stdout = std::io::stdout();
    if args.apply {
        keep_all(link, said.turn()).await?;
        if end.state != TurnState::Completed && !patch.is_empty() {
            exit::tell(&format!(
                "! what it had proposed by then is written; `singletree rewind --session {}` takes it back",
                link.session()
            ));
        }
    }
    if !args.json {
        let answer = end.text.trim_end();
        let is_data = args.schema.is_some() && serde_json::from_str::<IgnoredAny>(answer).is_ok();
        if is_data {
            writeln!(stdout, "{answer}")?;
        } else if args.apply || args.schema.is_some() || !task.command.may_edit() {
            writeln!(stdout, "{}", prose(answer))?;
        } else {
            exit::tell(answer);
            stdout.write_all(&patch)?;
        }
    }
    stdout.flush()?;
    match (end.state, end.stop_reason) {
        (TurnState::Stopped, _) => exit::with(exit::INTERRUPTED, "interrupted"),
        (TurnState::Failed, StopReason::Budget) => exit::with(exit::BUDGET, end.error.as_deref().unwrap_or_default()),
        (TurnState::Failed, StopReason::NoModel) => {
            exit::with(exit::NO_MODEL, end.error.as_deref().unwrap_or_default())
        }
        (TurnState::Failed, _) => exit::with(exit::FAILED, end.error.as_deref().unwrap_or("the turn failed")),
        _ if was_refused && patch.is_empty() => exit::with(
            exit::REFUSED,
            "stopped by permissions: what the turn needed was refused",
        ),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The user's Keep for everything that is proposed, which `--apply` is; in a session of another process, for what the
/// turn proposed.
pub(crate) async fn keep_all(link: &Link, started: &Started) -> anyhow::Result<()> {
    for review in link.reviews(PositionEncoding::Utf8).await? {
        if link.owner().is_some() && review.turn_id != started.turn {
            continue;
        }
        let selection = Selection {
            review: Some(review.review_id),
            ..Selection::default()
        };
        link.keep(&selection).await?;
    }
    Ok(())
}

/// In one piece: whoever reads is woken once a line.
fn write_line(line: &Value) -> anyhow::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(std::io::stdout().write_all(&bytes)?)
}

/// Progress for people on stderr, or events for programs on stdout.
struct Report<'a> {
    is_json: bool,
    started: &'a Started,
    lines: EventLines,
    was_refused: bool,
}

impl<'a> Report<'a> {
    fn new(is_json: bool, started: &'a Started) -> Self {
        Self {
            is_json,
            started,
            lines: EventLines::default(),
            was_refused: false,
        }
    }

    fn started(&self) -> anyhow::Result<()> {
        if self.is_json {
            let line = json!({"type": "session.started", "session": self.started.session, "turn": self.started.turn});
            writeln!(std::io::stdout(), "{line}")?;
        }
        Ok(())
    }

    async fn event(&mut self, event: &Event, link: &Link) -> anyhow::Result<()> {
        if let EventKind::PermissionDenied { .. } = event.kind {
            self.was_refused = true;
        }
        if self.is_json {
            let reviews = match event.kind {
                EventKind::ReviewChanged { .. } | EventKind::TurnCompleted { .. } => {
                    link.reviews(PositionEncoding::Utf16).await?
                }
                _ => Vec::new(),
            };
            for line in self.lines.lines(event, &reviews) {
                write_line(&line)?;
            }
            return Ok(());
        }
        match &event.kind {
            EventKind::ToolCompleted { ok, summary, .. } => {
                exit::tell(&format!("{} {summary}", if *ok { "·" } else { "✗" }));
            }
            EventKind::PermissionDenied { action, rule, .. } => {
                exit::tell(&format!("✗ refused: {action} (rule `{rule}`)"))
            }
            EventKind::Notice { message } => exit::tell(&format!("! {message}")),
            EventKind::ContextSelected(bill) => {
                chat::bill::total(bill)
                    .iter()
                    .for_each(|line| exit::tell(&format!("· {line}")));
            }
            _ => {}
        }
        Ok(())
    }
}
