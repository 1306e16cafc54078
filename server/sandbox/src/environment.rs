//! The environment of a command: the user's own, without secrets and without what makes programs run others.
//!
//! Builds need variables that nobody can list, so what is harmless by name and value passes. Names that speak of
//! secrets, values that look like one, and variables that load code into programs do not.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Set for every command: no pager, no colours, no questions, and a git that runs nothing for a repository.
const FIXED: [(&str, &str); 11] = [
    ("TERM", "dumb"),
    ("NO_COLOR", "1"),
    ("PAGER", "cat"),
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_CONFIG_COUNT", "2"),
    ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
    ("GIT_CONFIG_VALUE_0", "false"),
    ("GIT_CONFIG_KEY_1", "safe.bareRepository"),
    ("GIT_CONFIG_VALUE_1", "explicit"),
];

/// Parts of names, between underscores or at an end, that speak of secrets.
const SECRET_WORDS: [&str; 18] = [
    "KEY",
    "KEYS",
    "APIKEY",
    "TOKEN",
    "TOKENS",
    "SECRET",
    "SECRETS",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PASS",
    "PWD",
    "CREDENTIAL",
    "CREDENTIALS",
    "AUTH",
    "COOKIE",
    "PAT",
    "DSN",
];

/// Beginnings of names that lead to accounts, agents and services of the user's.
const SECRET_FAMILIES: [&str; 24] = [
    "AWS_",
    "AZURE_",
    "GCP_",
    "GOOGLE_",
    "GCLOUD_",
    "GITHUB_",
    "GH_",
    "GITLAB_",
    "CI_JOB_",
    "ACTIONS_",
    "DOCKER_",
    "KUBE",
    "SSH_",
    "GPG_",
    "DBUS_",
    "XDG_SESSION_",
    "XDG_RUNTIME_",
    "VAULT_",
    "OP_",
    "ANTHROPIC_",
    "OPENAI_",
    "HF_",
    "SINGLETREE_",
    "DATABASE_",
];

/// Names that make a shell or a program load or run what they name.
const LOADERS: [&str; 38] = [
    "BASH_ENV",
    "ENV",
    "PROMPT_COMMAND",
    "PS4",
    "IFS",
    "SHELLOPTS",
    "BASHOPTS",
    "CDPATH",
    "GLOBIGNORE",
    "HISTFILE",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PYTHONBREAKPOINT",
    "PERL5OPT",
    "PERL5DB",
    "RUBYOPT",
    "NODE_OPTIONS",
    "NODE_REPL_EXTERNAL_MODULE",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "EDITOR",
    "VISUAL",
    "LESSOPEN",
    "LESSCLOSE",
    "MANPAGER",
    "BROWSER",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_ASKPASS",
    "GIT_EXTERNAL_DIFF",
    "GIT_PROXY_COMMAND",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_EXEC_PATH",
];

/// Beginnings of values that are secrets whatever their name is.
const SECRET_VALUES: [&str; 16] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "sk-",
    "sk_live_",
    "rk_live_",
    "xoxb-",
    "xoxp-",
    "AKIA",
    "ASIA",
    "AIza",
    "eyJ",
    "-----BEGIN",
];

/// The variables of a command: `base` without what is dropped, what every command gets, then `extra`.
pub(crate) fn scrubbed(base: &[(OsString, OsString)], extra: &[(OsString, OsString)]) -> Vec<(OsString, OsString)> {
    let kept = base.iter().filter(|(name, value)| passes(name, value)).cloned();
    let fixed = FIXED
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let all: BTreeMap<OsString, OsString> = kept.chain(fixed).chain(extra.iter().cloned()).collect();
    all.into_iter().collect()
}

fn passes(name: &OsStr, value: &OsStr) -> bool {
    // What is no text cannot be looked at.
    let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
        return false;
    };
    !loads_code(name) && !names_a_secret(name) && !is_a_secret(value)
}

fn loads_code(name: &str) -> bool {
    let families = ["LD_", "DYLD_", "BASH_FUNC_", "GIT_CONFIG", "GIT_TRACE", "npm_config_"];
    // A package manager's cache is where it is; its scripts are not for the environment to name.
    let is_cache = name == "npm_config_cache";
    LOADERS.contains(&name) || (families.iter().any(|family| name.starts_with(family)) && !is_cache)
}

fn names_a_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    // The shell's own: where it is and was.
    if matches!(upper.as_str(), "PWD" | "OLDPWD") {
        return false;
    }
    SECRET_FAMILIES.iter().any(|family| upper.starts_with(family))
        || upper.split(['_', '-', '.']).any(|word| SECRET_WORDS.contains(&word))
        || ["SECRET", "TOKEN", "PASSWORD", "CREDENTIAL", "APIKEY"]
            .iter()
            .any(|part| upper.contains(part))
}

fn is_a_secret(value: &str) -> bool {
    let has_login = || value.split_once("://").is_some_and(|(_, rest)| has_password(rest));
    SECRET_VALUES.iter().any(|start| value.starts_with(start)) || has_login()
}

/// `user:password@host`, after the scheme.
fn has_password(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variable: &str, expect: bool) {
        let (name, value) = variable.split_once('=').unwrap();
        let base = [(OsString::from(name), OsString::from(value))];
        let is_kept = scrubbed(&base, &[]).contains(&base[0]);
        assert_eq!(is_kept, expect, "{variable}");
    }

    #[test]
    fn what_builds_need_passes() {
        for variable in [
            "PATH=/usr/bin",
            "HOME=/home/u",
            "LANG=C.UTF-8",
            "LC_ALL=C",
            "CARGO_HOME=/home/u/.cargo",
            "RUSTFLAGS=-g",
            "GOPATH=/home/u/go",
            "GOFLAGS=-mod=mod",
            "JAVA_HOME=/usr/lib/jvm",
            "VIRTUAL_ENV=/v",
            "MY_FEATURE=1",
            "CC=clang",
            "PKG_CONFIG_PATH=/x",
            "npm_config_cache=/c",
            "PWD=/w",
            "HTTP_PORT=80",
            "KEYBOARD=de",
            "MONKEY_MODE=1",
            "COMPASS=n",
        ] {
            check(variable, true);
        }
    }

    #[test]
    fn secrets_do_not() {
        for variable in [
            "ANTHROPIC_API_KEY=x",
            "OPENAI_BASE_URL=x",
            "AWS_PROFILE=x",
            "GITHUB_TOKEN=x",
            "MY_SECRET=x",
            "DB_PASSWORD=x",
            "apiKey=x",
            "npm_token=x",
            "SSH_AUTH_SOCK=/s",
            "DBUS_SESSION_BUS_ADDRESS=u",
            "DOCKER_HOST=x",
            "KUBECONFIG=x",
            "NICE=ghp_abcdef",
            "NICE=sk-abc",
            "NICE=AKIAABCDEFGH",
            "NICE=eyJhbGciOi",
            "NICE=-----BEGIN RSA PRIVATE KEY-----",
            "URL=postgres://u:p@host/db",
            "SINGLETREE_HOME=/h",
        ] {
            check(variable, false);
        }
    }

    #[test]
    fn what_loads_code_does_not() {
        for variable in [
            "LD_PRELOAD=x.so",
            "DYLD_INSERT_LIBRARIES=x",
            "BASH_ENV=x",
            "ENV=x",
            "PROMPT_COMMAND=x",
            "NODE_OPTIONS=-r x",
            "PYTHONSTARTUP=x",
            "GIT_SSH_COMMAND=x",
            "GIT_CONFIG_PARAMETERS=x",
            "BASH_FUNC_ls%%=() { rm; }",
            "EDITOR=vi",
            "npm_config_script_shell=x",
        ] {
            check(variable, false);
        }
    }

    #[test]
    fn what_is_set_for_a_command_comes_last() {
        let pair = |name: &str, value: &str| (OsString::from(name), OsString::from(value));
        let all = scrubbed(
            &[pair("PAGER", "less")],
            &[pair("TERM", "xterm"), pair("API_KEY", "given")],
        );
        assert!(all.contains(&pair("PAGER", "cat")));
        assert!(all.contains(&pair("TERM", "xterm")) && all.contains(&pair("API_KEY", "given")));
    }
}
