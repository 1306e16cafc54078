//! Configured rules about commands: their words, what they hold for, and the examples that prove it.

use super::CommandRule;
use super::call::{Arg, Call, Class, Scene};
use super::names::is_in;
use super::syntax::{Context, Kind, Reader, Word, concern_of};
use super::walk::{Part, walk};
use crate::rule::RuleError;
use crate::verdict::{Decision, Verdict};

/// Where a program with a bare name is looked for in any case.
const BIN_FOLDERS: &str = "/bin /usr/bin /usr/local/bin /sbin /usr/sbin /opt/homebrew/bin";

/// Options in front of a sub-command that take the next word with them.
const VALUED: [(&str, &[&str]); 9] = [
    (
        "git",
        &[
            "-C",
            "-c",
            "--git-dir",
            "--work-tree",
            "--namespace",
            "--exec-path",
            "--config-env",
        ],
    ),
    (
        "docker",
        &["-H", "--host", "-c", "--context", "-l", "--log-level", "--config"],
    ),
    ("podman", &["-c", "--connection", "--url", "--root", "--log-level"]),
    (
        "kubectl",
        &[
            "-n",
            "--namespace",
            "--context",
            "--kubeconfig",
            "-s",
            "--server",
            "--user",
            "--cluster",
        ],
    ),
    ("npm", &["--prefix", "-C", "-w", "--workspace", "--registry"]),
    ("pnpm", &["--dir", "-C", "--filter", "-F"]),
    ("yarn", &["--cwd"]),
    ("cargo", &["--manifest-path", "--config", "-Z", "--color", "-C"]),
    ("gh", &["-R", "--repo"]),
];

/// A rule, taken apart.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) rule: CommandRule,
    name: String,
    words: Vec<String>,
}

impl Compiled {
    /// # Errors
    /// A text that is not the beginning of one command, or an example that proves the rule wrong.
    pub(crate) fn new(rule: CommandRule) -> Result<Self, RuleError> {
        let mut words = words_of(&rule.command).map_err(|cause| RuleError::Command {
            id: rule.id.clone(),
            command: rule.command.clone(),
            cause,
        })?;
        let name = words.remove(0);
        let compiled = Self { rule, name, words };
        compiled.check()?;
        Ok(compiled)
    }

    fn check(&self) -> Result<(), RuleError> {
        let CommandRule {
            id, command, verdict, ..
        } = &self.rule;
        if let Some(example) = self.rule.matches.iter().find(|example| !self.decides(example)) {
            return Err(RuleError::CommandUnmatched {
                id: id.clone(),
                command: command.clone(),
                verdict: *verdict,
                example: example.clone(),
            });
        }
        if let Some(example) = self.rule.not_matches.iter().find(|example| self.decides(example)) {
            return Err(RuleError::CommandMatched {
                id: id.clone(),
                command: command.clone(),
                verdict: *verdict,
                example: example.clone(),
            });
        }
        Ok(())
    }

    /// Whether the rule by itself settles a line: one part is enough to refuse or to ask, and to allow it must
    /// hold for every part that is not harmless anyway.
    fn decides(&self, line: &str) -> bool {
        let scene = Scene {
            roots: Vec::new(),
            home: None,
        };
        let (mut is_hit, mut is_all) = (false, true);
        let mut look = |part: Part| {
            let is_harmless = part.concerns.is_empty() && part.known.class == Class::Reads;
            let is_held = part.call.as_ref().is_some_and(|call| self.holds(call));
            is_hit |= is_held;
            is_all &= is_harmless || (is_held && part.concerns.is_empty()) || part.is_guess;
        };
        let problems = walk(line, std::path::Path::new("/"), &scene, &mut look);
        match self.rule.verdict {
            Decision::Allow => is_hit && is_all && problems.is_empty() && concern_of(line).is_none(),
            Decision::Ask | Decision::Deny => is_hit,
        }
    }

    pub(crate) fn holds(&self, call: &Call) -> bool {
        if self.rule.verdict == Decision::Allow {
            return self.names_exactly(&call.name) && self.begins_exactly(&call.args);
        }
        self.names_loosely(&call.name) && (self.begins_exactly(&call.args) || self.begins_loosely(&call.args))
    }

    pub(crate) fn verdict(&self, text: &str) -> Verdict {
        let CommandRule {
            id,
            command,
            verdict,
            reason,
            ..
        } = &self.rule;
        Verdict {
            decision: *verdict,
            rule: id.clone(),
            reason: match reason {
                Some(reason) => format!("`{text}`: {reason}"),
                None => format!("a configured rule says {verdict} for `{command}`"),
            },
        }
    }

    /// The program as the rule names it, or by a bare name in a folder that holds the system's programs.
    fn names_exactly(&self, name: &str) -> bool {
        if name == self.name {
            return true;
        }
        let split = name.rsplit_once('/');
        split.is_some_and(|(folder, base)| base == self.name && is_in(BIN_FOLDERS, folder))
    }

    /// Whatever may be that program: any path to a program of the name.
    fn names_loosely(&self, name: &str) -> bool {
        let plain = |name: &str| name.strip_prefix("./").unwrap_or(name).to_owned();
        let base = name.rsplit('/').next().unwrap_or(name);
        plain(name) == plain(&self.name) || base == self.name
    }

    fn begins_exactly(&self, args: &[Arg]) -> bool {
        self.words.len() <= args.len()
            && self
                .words
                .iter()
                .zip(args)
                .all(|(word, arg)| matches!(arg, Arg::Literal(text) if text == word))
    }

    /// Options anywhere and in any clustering, operands in order from the first.
    fn begins_loosely(&self, args: &[Arg]) -> bool {
        let texts = || {
            args.iter().filter_map(|arg| match arg {
                Arg::Literal(text) => Some(text.as_str()),
                _ => None,
            })
        };
        let (options, operands): (Vec<&str>, Vec<&str>) = self
            .words
            .iter()
            .map(String::as_str)
            .partition(|word| word.starts_with('-'));
        let has_option = |wanted: &&str| {
            texts().any(|text| text == *wanted || text.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('=')))
                || (!wanted.starts_with("--") && wanted.len() > 1 && {
                    let clusters = || texts().filter(|text| text.starts_with('-') && !text.starts_with("--"));
                    wanted
                        .chars()
                        .skip(1)
                        .all(|letter| clusters().any(|cluster| cluster.contains(letter)))
                })
        };
        let found = operands_behind_options(&self.name, texts());
        options.iter().all(has_option)
            && operands.len() <= found.len()
            && operands.iter().zip(&found).all(|(a, b)| a == b)
    }
}

fn operands_behind_options<'a>(name: &str, texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let valued = VALUED
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(&[][..], |(_, options)| options);
    let mut takes_next = false;
    texts
        .filter(|text| {
            if std::mem::take(&mut takes_next) {
                return false;
            }
            takes_next = valued.contains(text);
            !text.starts_with('-') && !text.starts_with('+')
        })
        .collect()
}

/// The words of a rule's text, of which there is at least one.
fn words_of(command: &str) -> Result<Vec<String>, String> {
    if command.trim().is_empty() {
        return Err("it is empty: write the beginning of a command".to_owned());
    }
    if let Some(problem) = concern_of(command) {
        return Err(problem.reason);
    }
    if let Some(special) = command.chars().find(|c| ";|&<>$`\n\t(){}*?[]!#~".contains(*c)) {
        let special = special.escape_default();
        return Err(format!(
            "`{special}` has a meaning in the shell: a rule is the plain beginning of one command, and holds for all that begins so"
        ));
    }
    let mut context = Context::default();
    let line = Reader::new(command, &mut context).line();
    let simple = line.as_ref().and_then(|line| match line.items.as_slice() {
        [item] => match item.pipelines.as_slice() {
            [(_, pipeline)] => match pipeline.stages.as_slice() {
                [stage] => match &stage.kind {
                    Kind::Simple(simple) if simple.assigns.is_empty() => Some(simple),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let words: Option<Vec<String>> = simple.and_then(|simple| simple.words.iter().map(Word::as_text).collect());
    match words.filter(|words| !words.is_empty() && context.problems.is_empty()) {
        Some(words) => Ok(words),
        None => Err("it is not the plain beginning of one command".to_owned()),
    }
}
