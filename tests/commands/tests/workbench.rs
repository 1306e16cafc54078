//! Every reader of the corpus, run for real in the workbench by the grant that the policy gives for it: none changes
//! anything, and none is asked about.

#![expect(clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::path::Path;

use base::SessionId;
use commands::{Repository, Row, Scratch, rows};
use permissions::{Action, Approval, Confinement, Mode, Policy, RunAction};
use sandbox::{Exit, Job, Limits, Outcome, Settings, Workbench};
use tokio_util::sync::CancellationToken;

fn workbench(scratch: &Scratch) -> Workbench {
    let layers = scratch.outside().join("layers");
    std::fs::create_dir(&layers).expect("a folder for layers");
    Workbench::new(Settings {
        mode: sandbox::Mode::Required,
        roots: vec![scratch.root().to_owned()],
        layers,
        environment: std::env::vars_os().collect(),
        network: Vec::new(),
        masked: Vec::new(),
    })
}

async fn run(bench: &Workbench, policy: &Policy, root: &Path, scratch: &Scratch, row: &Row) -> Outcome {
    let action = RunAction {
        line: scratch.fill(&row.line),
        folder: root.join(&row.cwd),
        confinement: bench.standing().confinement,
    };
    let grant = policy
        .grant(&Action::Run { run: &action }, Approval::None)
        .unwrap_or_else(|verdict| panic!("{}: a reader needs nobody's approval: {verdict}", row.origin));
    let job = Job {
        session: SessionId::from("readers"),
        seeds: Vec::new(),
        limits: Limits::default(),
        environment: Vec::new(),
    };
    bench
        .run(&grant, job, &CancellationToken::new())
        .await
        .expect("the workbench runs it")
}

#[tokio::test]
async fn readers_change_nothing_in_the_workbench() {
    let scratch = Scratch::new(Repository::Plain).expect("a scratch repository");
    let bench = workbench(&scratch);
    if bench.standing().confinement != Confinement::Workbench {
        println!("skipped: no workbench on this machine: {:?}", bench.standing().findings);
        return;
    }
    let policy = scratch.policy(Mode::Ask, true).expect("a policy");
    let rows = rows().expect("the corpus can be read");
    let mut complaints = Vec::new();
    let mut count = 0;
    for row in rows
        .iter()
        .filter(|row| row.is_reader() && row.repository == Repository::Plain)
    {
        let outcome = run(&bench, &policy, scratch.root(), &scratch, row).await;
        count += 1;
        if !matches!(outcome.exit, Exit::Code(_)) || !outcome.changes.is_empty() || !outcome.notes.is_empty() {
            complaints.push(format!(
                "{}: {}: {:?}, {:?}, {:?}",
                row.origin, row.line, outcome.exit, outcome.changes, outcome.notes
            ));
        }
    }
    println!("{count} readers run at level {}", bench.standing().level);
    assert!(
        complaints.is_empty(),
        "readers that do more:\n{}",
        complaints.join("\n")
    );
}
