//! The waterfall: place, then mode, then configured rules and built-in lists, the strictest answer first.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::action::{Action, Shown, Touch, WriteKind};
use crate::command::{CommandRule, Shell};
use crate::grant::{Approval, Covered, Grant, GrantedAccess, Permitted};
use crate::place;
use crate::protected::{Group, lists};
use crate::rule::{Access, Matcher, PathRule, RuleError, fold};
use crate::verdict::{Decision, Verdict};
use crate::web::{Hosts, WebAddress};

/// How much the agent may do by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Reads only: nothing is even proposed.
    Plan,
    /// Proposes; the user's review is the question before each write.
    #[default]
    Ask,
    /// Proposes, and may keep by itself where settings say so.
    Edit,
    /// As `Edit`, without pauses.
    Auto,
}

#[derive(Clone, Debug, Default)]
pub struct PolicyConfig {
    /// Absolute paths of the folders (or single files) that may be touched.
    pub roots: Vec<PathBuf>,
    pub mode: Mode,
    pub rules: Vec<PathRule>,
    pub commands: Vec<CommandRule>,
    /// Whether the user trusts the workspace; without trust nothing is kept without the user.
    pub trusted: bool,
}

/// What is permitted in one workspace. Judging looks at the file system only to see where a path leads. Clones share
/// everything but their mode.
#[derive(Clone, Debug)]
pub struct Policy {
    roots: Arc<[Root]>,
    mode: Mode,
    rules: Arc<[Rule]>,
    pub(crate) shell: Arc<Shell>,
    pub(crate) hosts: Arc<Hosts>,
    trusted: Arc<AtomicBool>,
    home: Option<PathBuf>,
}

#[derive(Debug)]
struct Root {
    /// As configured, and with links resolved.
    named: PathBuf,
    resolved: PathBuf,
    is_folder: bool,
}

#[derive(Debug)]
struct Rule {
    id: String,
    access: Access,
    decision: Decision,
    reason: Option<String>,
    matcher: Matcher,
}

/// Where a path of a command lies.
pub(crate) enum Located {
    Inside(Verdict),
    /// It is a workspace folder.
    Root,
    /// The path with links resolved.
    Outside(PathBuf),
    Unresolved(Verdict),
}

/// A path of an action, how it is touched, and where it leads.
struct Touched<'a> {
    path: &'a Path,
    touch: Touch,
    place: Result<Place, Verdict>,
}

/// A path inside a root.
struct Place {
    resolved: PathBuf,
    /// Relative to the root and folded, as named and as resolved: a rule that knows either holds.
    names: Vec<String>,
}

impl Policy {
    /// # Errors
    /// A root that cannot be resolved, a malformed rule, or one that its own examples prove wrong.
    pub fn new(config: PolicyConfig) -> Result<Self, RuleError> {
        let roots = config.roots.into_iter().map(Root::new).collect::<Result<_, _>>()?;
        let rules = config.rules.into_iter().map(Rule::new).collect::<Result<_, _>>()?;
        Ok(Self {
            roots,
            mode: config.mode,
            rules,
            shell: Arc::new(Shell::new(config.commands)?),
            hosts: Arc::default(),
            trusted: Arc::new(AtomicBool::new(config.trusted)),
            home: std::env::var_os("HOME")
                .map(PathBuf::from)
                .filter(|home| home.is_absolute()),
        })
    }

    /// With this home folder, which the commands' `~` and `$HOME` mean, in place of the environment's.
    #[must_use]
    pub fn at_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The same policy in another mode.
    #[must_use]
    pub fn with_mode(&self, mode: Mode) -> Self {
        Self { mode, ..self.clone() }
    }

    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The folders that may be touched, links resolved.
    pub(crate) fn resolved_roots(&self) -> Vec<&Path> {
        self.roots.iter().map(|root| root.resolved.as_path()).collect()
    }

    /// The verdict as this mode gives it: plan mode has no questions about what it never does.
    pub(crate) fn in_mode(&self, verdict: Verdict) -> Verdict {
        if self.mode == Mode::Plan && verdict.decision == Decision::Ask {
            return Verdict::deny("mode.plan", format!("plan mode reads only: {}", verdict.reason));
        }
        verdict
    }

    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.trusted.load(Ordering::Relaxed)
    }

    /// What the user's list of trusted workspaces says now.
    pub fn set_trusted(&self, trusted: bool) {
        self.trusted.store(trusted, Ordering::Relaxed);
    }

    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The strictest answer over all paths of the action.
    #[must_use]
    pub fn judge(&self, action: &Action<'_>) -> Verdict {
        match action {
            Action::Run { run } => return self.judge_command(run).verdict,
            Action::Fetch { url } => return self.judge_fetch(url),
            Action::Search { query } => return self.judge_search(query),
            Action::Read { .. } | Action::Write { .. } | Action::Rename { .. } | Action::Keep { .. } => {}
        }
        self.judge_touched(&self.touched(action))
    }

    /// Where the paths of an action lead now.
    fn touched<'a>(&self, action: &Action<'a>) -> Vec<Touched<'a>> {
        let touches = action.touches().into_iter();
        let touched = touches.map(|(path, touch)| Touched {
            path,
            touch,
            place: self.place(path),
        });
        touched.collect()
    }

    fn judge_touched(&self, touched: &[Touched<'_>]) -> Verdict {
        let verdicts = touched.iter().map(|Touched { path, touch, place }| match place {
            Ok(place) => self.judge_place(path, place, *touch),
            Err(refusal) => refusal.clone(),
        });
        verdicts
            .reduce(Verdict::stricter)
            .unwrap_or_else(|| Verdict::deny("path.none", "the action names no path"))
    }

    /// Permission for the action, if the policy gives it or a user did where the policy asks.
    ///
    /// # Errors
    /// The verdict that stands in the way; its decision is `Ask` or `Deny`.
    pub fn grant(&self, action: &Action<'_>, approval: Approval) -> Result<Grant, Verdict> {
        // One look for both: what is permitted is where the paths led when they were judged.
        let touched = self.touched(action);
        let verdict = match touched.is_empty() {
            true => self.judge(action),
            false => self.judge_touched(&touched),
        };
        let approval = match (verdict.decision, approval) {
            (Decision::Allow, _) => None,
            (Decision::Ask, Approval::User(id)) => Some(id),
            (Decision::Ask, Approval::None) | (Decision::Deny, _) => return Err(verdict),
        };
        Ok(Grant::new(self.permitted(action, touched)?, verdict.rule, approval))
    }

    fn permitted(&self, action: &Action<'_>, touched: Vec<Touched<'_>>) -> Result<Permitted, Verdict> {
        Ok(match action {
            Action::Run { run } => Permitted::Run((*run).clone()),
            Action::Fetch { url } => {
                let address = WebAddress::parse(url).map_err(|error| error.verdict(url))?;
                Permitted::Fetch(address)
            }
            Action::Search { query } => Permitted::Search((*query).to_owned()),
            _ => Permitted::Paths(cover(action, touched)?),
        })
    }

    /// Permission for a user's own Keep: every way of writing these paths. Rules and lists do not speak here,
    /// the user has seen the hunks; what the user cannot see, a link that leaves the workspace, still denies.
    ///
    /// # Errors
    /// The verdict on the first path that is outside.
    pub fn user_keep(&self, paths: &[PathBuf]) -> Result<Grant, Verdict> {
        let action = Action::Keep { paths };
        Ok(Grant::new(
            Permitted::Paths(cover(&action, self.touched(&action))?),
            "user.keep".to_owned(),
            None,
        ))
    }

    /// What the rules about paths say of a path that a command names.
    pub(crate) fn locate(&self, path: &Path, touch: Touch) -> Located {
        let resolved = match place::resolve(path) {
            Ok(resolved) => resolved,
            Err(error) => {
                let reason = format!("{} cannot be resolved: {error}", Shown(path));
                return Located::Unresolved(Verdict::deny("path.unresolved", reason));
            }
        };
        if self
            .roots
            .iter()
            .any(|root| root.is_folder && resolved == root.resolved)
        {
            return Located::Root;
        }
        if !self.roots.iter().any(|root| resolved.starts_with(&root.resolved)) {
            return Located::Outside(resolved);
        }
        match self.place(path) {
            Ok(place) => Located::Inside(self.judge_place(path, &place, touch)),
            Err(refusal) => Located::Unresolved(refusal),
        }
    }

    fn place(&self, path: &Path) -> Result<Place, Verdict> {
        let shown = Shown(path);
        let resolved = place::resolve(path)
            .map_err(|error| Verdict::deny("path.unresolved", format!("{shown} cannot be resolved: {error}")))?;
        let Some(root) = self.roots.iter().find(|root| resolved.starts_with(&root.resolved)) else {
            return Err(self.outside(path, &resolved));
        };
        if root.is_folder && resolved == root.resolved {
            return Err(Verdict::deny(
                "path.root",
                format!("{shown} is the workspace folder itself: name a file in it"),
            ));
        }
        let mut names = vec![root.name_of(&resolved, &root.resolved)];
        for base in [&root.named, &root.resolved] {
            let named = root.name_of(path, base);
            if path.starts_with(base) && !names.contains(&named) {
                names.push(named);
            }
        }
        Ok(Place { resolved, names })
    }

    fn outside(&self, path: &Path, resolved: &Path) -> Verdict {
        let shown = Shown(path);
        let has_no_parents = !path.components().any(|part| part == std::path::Component::ParentDir);
        let is_named_inside = self
            .roots
            .iter()
            .any(|root| path.starts_with(&root.named) || path.starts_with(&root.resolved));
        if has_no_parents && is_named_inside {
            let target = Shown(resolved);
            return Verdict::deny(
                "roots.link",
                format!("{shown} follows a link out of the workspace, to {target}"),
            );
        }
        let folders: Vec<_> = self.roots.iter().map(|root| Shown(&root.named).to_string()).collect();
        let within = if folders.is_empty() {
            "no folder is open".to_owned()
        } else {
            folders.join(", ")
        };
        Verdict::deny(
            "roots.outside",
            format!("{shown} is outside the workspace ({within}): open its folder in the editor to work on it"),
        )
    }

    fn judge_place(&self, path: &Path, place: &Place, touch: Touch) -> Verdict {
        let shown = Shown(path);
        if touch != Touch::Read && self.mode == Mode::Plan {
            return Verdict::deny("mode.plan", format!("plan mode reads only: {shown} stays as it is"));
        }
        let configured = self.configured(&shown, place, touch);
        let built_in = self.built_in(&shown, place, touch);
        let default = || Verdict::allow("default", format!("{shown} is in the workspace"));
        [configured, built_in]
            .into_iter()
            .flatten()
            .reduce(Verdict::stricter)
            .unwrap_or_else(default)
    }

    fn configured(&self, shown: &Shown<'_>, place: &Place, touch: Touch) -> Option<Verdict> {
        let applies =
            |rule: &&Rule| rule.access.covers(touch) && place.names.iter().any(|name| rule.matcher.is_match(name));
        let verdicts = self.rules.iter().filter(applies).map(|rule| Verdict {
            decision: rule.decision,
            rule: rule.id.clone(),
            reason: match &rule.reason {
                Some(reason) => format!("{shown}: {reason}"),
                None => format!("a configured rule says {} for {shown}", rule.decision),
            },
        });
        verdicts.reduce(Verdict::stricter)
    }

    fn built_in(&self, shown: &Shown<'_>, place: &Place, touch: Touch) -> Option<Verdict> {
        let ask =
            |group: &Group| Verdict::ask(group.rule, format!("{shown} {}, so it needs your approval", group.what));
        let lists = lists();
        if let Some(group) = place.names.iter().find_map(|name| lists.secret(name)) {
            return Some(ask(group));
        }
        if touch == Touch::Read {
            return None;
        }
        let holds = |group: &&Group| place.names.iter().any(|name| group.holds(name));
        if let Some(group) = lists.protected.iter().find(holds) {
            return Some(ask(group));
        }
        if touch == Touch::Write {
            return None;
        }
        if !self.is_trusted() {
            return Some(Verdict::ask(
                "keep.untrusted",
                format!("the workspace is not trusted: {shown} is yours to keep"),
            ));
        }
        Some(&lists.executable).filter(holds).map(ask)
    }
}

/// The exact paths, where they lead, and how they may be touched.
fn cover(action: &Action<'_>, touched: Vec<Touched<'_>>) -> Result<Vec<Covered>, Verdict> {
    let access = match action {
        Action::Read { .. } => GrantedAccess::Read,
        Action::Write { kind, .. } => GrantedAccess::Write(*kind),
        Action::Rename { .. } => GrantedAccess::Write(WriteKind::Rename),
        Action::Keep { .. } => GrantedAccess::AnyWrite,
        Action::Run { .. } | Action::Fetch { .. } | Action::Search { .. } => return Ok(Vec::new()),
    };
    let covered = touched.into_iter().map(|touched| {
        Ok(Covered {
            path: touched.path.to_owned(),
            resolved: touched.place?.resolved,
            access,
        })
    });
    covered.collect()
}

impl Root {
    fn new(named: PathBuf) -> Result<Self, RuleError> {
        let error = |cause: String| RuleError::Root {
            root: named.display().to_string(),
            cause,
        };
        let resolved = place::resolve(&named).map_err(|cause| error(cause.to_string()))?;
        let is_folder = std::fs::metadata(&resolved)
            .map_err(|cause| error(cause.to_string()))?
            .is_dir();
        Ok(Self {
            named,
            resolved,
            is_folder,
        })
    }

    /// The folded name that rules see: relative to the root; a root that is a file goes by its own name.
    fn name_of(&self, path: &Path, base: &Path) -> String {
        let relative = path.strip_prefix(base).unwrap_or(path);
        let relative = if self.is_folder {
            relative
        } else {
            Path::new(path.file_name().unwrap_or_default())
        };
        let names: Vec<_> = relative
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        fold(&names.join("/"))
    }
}

impl Rule {
    fn new(rule: PathRule) -> Result<Self, RuleError> {
        let matcher = Matcher::of_rule(&rule)?;
        Ok(Self {
            id: rule.id,
            access: rule.access,
            decision: rule.verdict,
            reason: rule.reason,
            matcher,
        })
    }
}

#[cfg(test)]
mod tests;
