//! The proof that an action was permitted.

use std::path::{Path, PathBuf};

use base::ApprovalId;

use crate::action::{RunAction, WriteKind};
use crate::web::WebAddress;

/// What stands behind a request for a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Nothing but the policy.
    None,
    /// A user answered this question with yes.
    User(ApprovalId),
}

/// Permission for exact paths and the ways they may be touched. Only [`crate::Policy`] makes one, and it is
/// not `Clone`: a permission is for one action.
#[derive(Debug)]
pub struct Grant {
    permitted: Permitted,
    rule: String,
    approval: Option<ApprovalId>,
}

#[derive(Debug)]
pub(crate) enum Permitted {
    Paths(Vec<Covered>),
    Run(RunAction),
    Fetch(WebAddress),
    Search(String),
}

#[derive(Debug)]
pub(crate) struct Covered {
    /// As the action named it.
    pub(crate) path: PathBuf,
    /// Where that led when the verdict was given.
    pub(crate) resolved: PathBuf,
    pub(crate) access: GrantedAccess,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantedAccess {
    Read,
    Write(WriteKind),
    /// A Keep writes the file in whichever way the hunk says.
    AnyWrite,
}

impl Grant {
    pub(crate) fn new(permitted: Permitted, rule: String, approval: Option<ApprovalId>) -> Self {
        Self {
            permitted,
            rule,
            approval,
        }
    }

    /// The one command line that may be run, where it may be run and how confined; none for a grant of files.
    #[must_use]
    pub fn run(&self) -> Option<&RunAction> {
        match &self.permitted {
            Permitted::Run(run) => Some(run),
            _ => None,
        }
    }

    /// The one address of the web that may be read.
    #[must_use]
    pub fn fetch(&self) -> Option<&WebAddress> {
        match &self.permitted {
            Permitted::Fetch(address) => Some(address),
            _ => None,
        }
    }

    /// The words that the search service may be asked for.
    #[must_use]
    pub fn search(&self) -> Option<&str> {
        match &self.permitted {
            Permitted::Search(query) => Some(query),
            _ => None,
        }
    }

    fn covered(&self) -> &[Covered] {
        match &self.permitted {
            Permitted::Paths(covered) => covered,
            _ => &[],
        }
    }

    /// The first path that is covered: the only one, but for a rename (the old path) and a Keep.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.covered().first().map_or(Path::new(""), |covered| &covered.path)
    }

    /// Where a covered path led, links resolved, when permission was given. A writer that finds it leads
    /// elsewhere by now must not go on.
    #[must_use]
    pub fn resolved(&self, path: &Path) -> Option<&Path> {
        let covered = self.covered().iter().find(|covered| covered.names(path))?;
        Some(&covered.resolved)
    }

    /// Whether `path`, spelled as it was or as it resolved, may be written in this way.
    #[must_use]
    pub fn covers(&self, path: &Path, kind: WriteKind) -> bool {
        let permits = |access| access == GrantedAccess::AnyWrite || access == GrantedAccess::Write(kind);
        self.covered()
            .iter()
            .any(|covered| covered.names(path) && permits(covered.access))
    }

    /// Whether `path`, spelled as it was or as it resolved, may be read. A write grant does not cover reading.
    #[must_use]
    pub fn covers_read(&self, path: &Path) -> bool {
        self.covered()
            .iter()
            .any(|covered| covered.names(path) && covered.access == GrantedAccess::Read)
    }

    /// The rule that allowed it, or that asked and was answered.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The user's answer that it rests on, if the policy alone did not allow it.
    #[must_use]
    pub fn approval(&self) -> Option<&ApprovalId> {
        self.approval.as_ref()
    }
}

impl Covered {
    fn names(&self, path: &Path) -> bool {
        self.path == path || self.resolved == path
    }
}
