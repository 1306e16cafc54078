//! The rule that *always* saves: never wider than the sub-command that was asked about.

use super::call::{Arg, Call};
use super::interpreter::is_interpreter;
use super::names::is_in;

/// Programs whose sub-command says what they do, and how many words it has.
const SUBCOMMANDS: [(&str, usize); 39] = [
    ("git", 1),
    ("npm", 2),
    ("pnpm", 2),
    ("yarn", 2),
    ("bun", 2),
    ("cargo", 1),
    ("go", 1),
    ("docker", 1),
    ("podman", 1),
    ("docker-compose", 1),
    ("kubectl", 1),
    ("helm", 1),
    ("pip", 1),
    ("pip3", 1),
    ("uv", 2),
    ("poetry", 1),
    ("pdm", 1),
    ("gh", 2),
    ("glab", 2),
    ("make", 1),
    ("just", 1),
    ("task", 1),
    ("gradle", 1),
    ("mvn", 1),
    ("dotnet", 1),
    ("rustup", 1),
    ("brew", 1),
    ("apt", 1),
    ("apt-get", 1),
    ("systemctl", 1),
    ("terraform", 1),
    ("aws", 2),
    ("gcloud", 2),
    ("az", 2),
    ("composer", 1),
    ("bundle", 1),
    ("gem", 1),
    ("mix", 1),
    ("swift", 1),
];

/// Words behind which one more says what is done.
const DEEPER: &str = "
    run run-script compose image container network volume stash remote worktree submodule tool
";

/// A rule for these would permit anything.
const NEVER: &str = "
    rm rmdir shred dd sudo su doas pkexec env timeout nice ionice nohup xargs find fd parallel watch setsid
    stdbuf strace ltrace time command builtin exec eval source . trap ssh chroot unshare nsenter busybox flock
    npx awk gawk sed
";

/// The beginning of the command as far as it says what is done; none where a rule for it would say too little.
pub(crate) fn rule_for(call: &Call) -> Option<String> {
    let name = call.name.as_str();
    let is_plain_name = is_plain(name) && !name.contains('/');
    let is_open = is_in(NEVER, name) || is_interpreter(name) || super::builtin::is_builtin(name);
    let is_known = call.args.iter().all(|arg| matches!(arg, Arg::Literal(_)));
    if !is_plain_name || is_open || !is_known {
        return None;
    }
    let Some((_, depth)) = SUBCOMMANDS.iter().find(|(known, _)| *known == name) else {
        return Some(name.to_owned());
    };
    let mut words = vec![name];
    for arg in &call.args {
        let Arg::Literal(word) = arg else { break };
        let is_deeper = words.len() > 1 && words.last().is_some_and(|last| is_in(DEEPER, last));
        let wanted = if is_deeper { words.len() } else { 1.min(*depth) };
        if words.len() > wanted || !is_plain(word) || word.contains('/') {
            break;
        }
        words.push(word);
    }
    // Without a sub-command the rule would hold for all of them.
    (words.len() > 1).then(|| words.join(" "))
}

fn is_plain(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '+'))
}
