//! The policies that the targets ask, over one empty folder.

use std::sync::OnceLock;

use permissions::{Confinement, Decision, Mode, Policy, PolicyConfig, RunAction};
use tempfile::TempDir;

pub const MODES: [Mode; 4] = [Mode::Auto, Mode::Edit, Mode::Ask, Mode::Plan];
pub const CONFINEMENTS: [Confinement; 3] = [Confinement::Workbench, Confinement::InPlace, Confinement::Missing];

pub struct Policies {
    folder: TempDir,
    /// By mode and trust.
    policies: Vec<(Mode, bool, Policy)>,
}

/// Made once a process.
pub fn policies() -> &'static Policies {
    static POLICIES: OnceLock<Policies> = OnceLock::new();
    POLICIES.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let policy = |mode, trusted| {
            Policy::new(PolicyConfig {
                roots: vec![folder.path().to_owned()],
                mode,
                trusted,
                ..PolicyConfig::default()
            })
            .expect("a policy without rules")
        };
        let policies = MODES
            .into_iter()
            .flat_map(|mode| [(mode, true), (mode, false)])
            .map(|(mode, trusted)| (mode, trusted, policy(mode, trusted)))
            .collect();
        Policies { folder, policies }
    })
}

impl Policies {
    pub fn decide(&self, line: &str, mode: Mode, trusted: bool, confinement: Confinement) -> Decision {
        let policy = self.policies.iter().find(|(m, t, _)| (*m, *t) == (mode, trusted));
        let (_, _, policy) = policy.expect("a policy for every mode and trust");
        let run = RunAction {
            line: line.to_owned(),
            folder: self.folder.path().to_owned(),
            confinement,
        };
        let verdict = policy.judge_command(&run);
        for part in &verdict.parts {
            assert!(
                part.verdict.decision <= verdict.verdict.decision,
                "a part is stricter than its line: {line:?}"
            );
        }
        verdict.verdict.decision
    }
}
