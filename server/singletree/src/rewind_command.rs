//! `singletree rewind`: the files that the agent wrote become what they were, where nobody else has written them since.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use base::{SessionId, TurnId};
use chat::rewound;
use engine::StoreJournal;
use permissions::{Mode, Policy, PolicyConfig};
use serde_json::{Value, json};
use store::Store;
use workspace::{
    Checkpoint, LeftBecause, RewindRequest, RewindTo, RewindVerdict, Rewound, RewoundFile, StepKind, Workspace,
};

use crate::cli::RewindArgs;
use crate::exit;
use crate::place;
use crate::printable::printable;
use crate::sessions;
use crate::wiring::Home;

pub(crate) async fn run(args: RewindArgs) -> anyhow::Result<ExitCode> {
    let root = place::workspace_root(&std::env::current_dir()?)?;
    let store = Arc::new(Store::open(&Home::Environment.paths()?.workspace_state(&root))?);
    let session = match &args.session {
        Some(given) => match sessions::find(&store, given)? {
            Ok(found) => Some(found.id),
            Err(reason) => return exit::with(exit::USAGE, &reason),
        },
        None => store.last_session_with_steps()?,
    };
    let Some(session) = session else {
        return exit::with(exit::USAGE, "the agent has written no files in this workspace yet");
    };
    let journal = Arc::new(StoreJournal::new(Arc::clone(&store)));
    let workspace = Workspace::new(vec![root.clone()], Arc::clone(&journal) as _);
    workspace.set_checkpoints(journal);
    if args.list {
        return list(&workspace, &session, args.json);
    }
    let request = RewindRequest {
        session,
        to: target(&args),
        beside: args.beside,
    };
    if args.dry_run {
        return dry_run(&workspace, &request, args.json);
    }
    match engine::rewind_on_disk(&store, &workspace, &policy(&root)?, &request).await {
        Ok(rewound) => report(&workspace, &rewound, args.json),
        Err(error) => exit::with(exit::USAGE, &error.to_string()),
    }
}

/// The user's own act on paths that were written before: settings have no say in it, the bounds of the root do.
fn policy(root: &Path) -> anyhow::Result<Policy> {
    Ok(Policy::new(PolicyConfig {
        roots: vec![root.to_owned()],
        mode: Mode::Ask,
        rules: Vec::new(),
        commands: Vec::new(),
        trusted: false,
    })?)
}

fn target(args: &RewindArgs) -> RewindTo {
    match &args.to {
        _ if args.undo => RewindTo::Undo,
        None => RewindTo::LastTurn,
        Some(to) => match to.parse() {
            Ok(step) => RewindTo::Checkpoint(step),
            Err(_) => RewindTo::Turn(TurnId::from(to.as_str())),
        },
    }
}

fn list(workspace: &Workspace, session: &SessionId, is_json: bool) -> anyhow::Result<ExitCode> {
    let checkpoints = match workspace.checkpoints(session) {
        Ok(checkpoints) => checkpoints,
        Err(error) => return exit::with(exit::USAGE, &error.to_string()),
    };
    let mut stdout = std::io::stdout();
    if is_json {
        let all: Vec<Value> = checkpoints
            .iter()
            .map(|checkpoint| to_json(workspace, checkpoint))
            .collect();
        let listed = json!({ "session": session, "checkpoints": all });
        writeln!(stdout, "{}", serde_json::to_string_pretty(&listed)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if checkpoints.is_empty() {
        writeln!(stdout, "The agent has written no files in session {session}.")?;
    }
    for checkpoint in &checkpoints {
        let mark = if checkpoint.stands { ' ' } else { '-' };
        let step = &checkpoint.step;
        let files = printable(&files(workspace, checkpoint).join(", "));
        writeln!(
            stdout,
            "{mark}{:>4}  {:<7}  {}  ({files})",
            step.number,
            kind(step.kind),
            printable(&step.label)
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn files(workspace: &Workspace, checkpoint: &Checkpoint) -> Vec<String> {
    let writes = checkpoint.step.writes.iter();
    writes
        .filter_map(|write| Some(workspace.relative(&write.file.path()?)))
        .collect()
}

fn kind(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Keep => "keep",
        StepKind::Undo => "undo",
        StepKind::Command => "command",
        StepKind::Rewind { .. } => "rewind",
    }
}

/// Times are seconds since 1970.
fn to_json(workspace: &Workspace, checkpoint: &Checkpoint) -> Value {
    let step = &checkpoint.step;
    json!({
        "checkpoint": step.number, "turn": step.turn, "kind": kind(step.kind), "label": step.label, "at": step.at,
        "stands": checkpoint.stands, "files": files(workspace, checkpoint),
    })
}

fn dry_run(workspace: &Workspace, request: &RewindRequest, is_json: bool) -> anyhow::Result<ExitCode> {
    let plan = match workspace.plan_rewind(request) {
        Ok(plan) => plan,
        Err(error) => return exit::with(exit::USAGE, &error.to_string()),
    };
    let files = plan.files.into_iter().map(|file| RewoundFile {
        path: file.path,
        verdict: file.verdict,
        failure: None,
    });
    let planned = Rewound {
        session: plan.session,
        to: plan.to,
        step: None,
        files: files.collect(),
    };
    report(workspace, &planned, is_json)
}

fn report(workspace: &Workspace, rewound: &Rewound, is_json: bool) -> anyhow::Result<ExitCode> {
    let mut stdout = std::io::stdout();
    let has_failed = rewound.files.iter().any(|file| file.failure.is_some());
    let code = if has_failed { exit::FAILED } else { 0 };
    if is_json {
        let files: Vec<Value> = rewound.files.iter().map(|file| outcome(workspace, file)).collect();
        let told = json!({
            "session": rewound.session, "to": rewound.to, "checkpoint": rewound.step, "files": files,
        });
        writeln!(stdout, "{}", serde_json::to_string_pretty(&told)?)?;
        return Ok(ExitCode::from(code));
    }
    for line in rewound::lines(workspace, rewound) {
        writeln!(stdout, "{}", printable(&line))?;
    }
    if rewound
        .files
        .iter()
        .any(|file| file.verdict == RewindVerdict::Left(LeftBecause::Changed))
    {
        exit::tell("Files that you changed were left alone; `--beside` saves what they were next to them.");
    }
    if rewound.step.is_some() {
        exit::tell("`singletree rewind --undo` takes this back.");
    }
    Ok(ExitCode::from(code))
}

fn outcome(workspace: &Workspace, file: &RewoundFile) -> Value {
    let [done, why] = rewound::words(workspace, file);
    let mut told = json!({ "path": workspace.relative(&file.path), "outcome": done });
    if !why.is_empty() {
        told["reason"] = Value::from(why);
    }
    told
}
