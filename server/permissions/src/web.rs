//! What may be read of the web. An address is read exactly, so that what is judged is what is connected to; anything
//! that two readers could understand differently is refused.

use std::fmt;
use std::net::IpAddr;
use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::action::{Escaped, is_invisible};
use crate::host::{Host, HostError, HostPattern, Reach, reach, split_port};
use crate::policy::{Mode, Policy};
use crate::rule::RuleError;
use crate::verdict::{Decision, Verdict};

/// A configured rule about a host of the web: `docs.rs`, or `*.example.org` for the names below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRule {
    /// What verdicts call it; settings use `file:line`.
    pub id: String,
    pub host: String,
    pub verdict: Decision,
    /// Shown with the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Hosts or addresses that the rule must hold for, and must not; checked when it is taken in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_matches: Vec<String>,
}

impl HostRule {
    /// Checks the host and the rule's own examples.
    ///
    /// # Errors
    /// It is none, or an example proves the rule wrong.
    pub fn check(&self) -> Result<(), RuleError> {
        Compiled::new(self.clone()).map(|_| ())
    }
}

/// Why a text is no address of the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("it begins with neither `https://` nor `http://`")]
    Scheme,
    #[error("it holds a name or password: leave out what stands before the `@`")]
    Credentials,
    #[error("it holds blanks, backslashes or characters that do not print: write them as `%..`")]
    Character,
    #[error("{0}")]
    Host(#[from] HostError),
}

/// An address of the web in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress {
    is_secure: bool,
    host: Host,
    port: Option<u16>,
    /// Path and query; begins with `/` or `?`, or is empty.
    rest: String,
}

impl WebAddress {
    /// # Errors
    /// What is wrong with it.
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once("://").ok_or(UrlError::Scheme)?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(UrlError::Scheme),
        };
        let is_unfit = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || c == '\\';
        if rest.contains(is_unfit) {
            return Err(UrlError::Character);
        }
        // What follows `#` is for readers, not for servers.
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(UrlError::Credentials);
        }
        let (host, port) = split_port(authority)?;
        Ok(Self {
            is_secure,
            host: Host::parse(host)?,
            port: port.filter(|port| *port != usual_port(is_secure)),
            rest: rest.to_owned(),
        })
    }

    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The address of the whole server.
    #[must_use]
    pub fn server(&self) -> Self {
        Self {
            rest: "/".to_owned(),
            ..self.clone()
        }
    }

    /// Where it leads, as far as its name says; what a name is resolved to is another question.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match &self.host {
            Host::Address(address) => reach(*address),
            Host::Name(name) => reach_of_name(name),
        }
    }

    /// Whether both are answered by one server, or `other` is the same one made secure.
    #[must_use]
    pub fn has_server_of(&self, other: &Self) -> bool {
        let is_made_secure = other.is_secure && self.port.is_none() && other.port.is_none();
        self.host == other.host && (is_made_secure || (self.is_secure, self.port) == (other.is_secure, other.port))
    }

    /// Whether what a host is resolved to may be connected to: a public name must not lead into private networks.
    #[must_use]
    pub fn may_lead_to(&self, address: IpAddr) -> bool {
        match (self.reach(), reach(address)) {
            (_, Reach::Never) => false,
            (Reach::Private, _) | (_, Reach::Public) => true,
            (Reach::Public | Reach::Never, Reach::Private) => false,
        }
    }
}

fn usual_port(is_secure: bool) -> u16 {
    if is_secure { 443 } else { 80 }
}

fn reach_of_name(name: &str) -> Reach {
    const CREDENTIALS: [&str; 3] = ["metadata.google.internal", "metadata.goog", "instance-data"];
    const PRIVATE: [&str; 6] = [".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet"];
    if CREDENTIALS.contains(&name) || name == "metadata" {
        return Reach::Never;
    }
    let is_private = !name.contains('.') || PRIVATE.iter().any(|end| name.ends_with(end));
    if is_private { Reach::Private } else { Reach::Public }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        match self.rest.starts_with('/') {
            true => f.write_str(&self.rest),
            false => write!(f, "/{}", self.rest),
        }
    }
}

impl UrlError {
    pub(crate) fn verdict(self, url: &str) -> Verdict {
        Verdict::deny("web.url", format!("{} cannot be fetched: {self}", Escaped(url)))
    }
}

/// The rules about hosts.
#[derive(Debug, Default)]
pub(crate) struct Hosts(RwLock<Vec<Compiled>>);

#[derive(Debug)]
struct Compiled {
    rule: HostRule,
    pattern: HostPattern,
}

impl Compiled {
    fn new(rule: HostRule) -> Result<Self, RuleError> {
        let no_host = |host: &String, source| RuleError::Host {
            id: rule.id.clone(),
            host: host.clone(),
            source,
        };
        let pattern = HostPattern::parse(&rule.host).map_err(|source| no_host(&rule.host, source))?;
        for (should_hold, examples) in [(true, &rule.matches), (false, &rule.not_matches)] {
            for example in examples {
                let host = host_of(example).map_err(|source| no_host(example, source))?;
                if pattern.holds(&host) != should_hold {
                    return Err(wrong(&rule, example, should_hold));
                }
            }
        }
        Ok(Self { rule, pattern })
    }
}

/// The host of an address, or that the text is itself.
fn host_of(example: &str) -> Result<Host, HostError> {
    WebAddress::parse(example).map_or_else(|_| Host::parse(example), |address| Ok(address.host))
}

fn wrong(rule: &HostRule, example: &str, should_hold: bool) -> RuleError {
    let (id, path, example) = (rule.id.clone(), rule.host.clone(), example.to_owned());
    match should_hold {
        true => RuleError::Unmatched { id, path, example },
        false => RuleError::Matched { id, path, example },
    }
}

impl Policy {
    /// Takes a rule about a host in, from the settings or from what a user answered.
    ///
    /// # Errors
    /// Its host is none, or an example proves it wrong.
    pub fn remember_host(&self, rule: HostRule) -> Result<(), RuleError> {
        let compiled = Compiled::new(rule)?;
        self.hosts
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(compiled);
        Ok(())
    }

    pub(crate) fn judge_fetch(&self, url: &str) -> Verdict {
        let address = match WebAddress::parse(url) {
            Ok(address) => address,
            Err(error) => return error.verdict(url),
        };
        let host = &address.host;
        if self.mode() == Mode::Plan {
            return Verdict::deny(
                "mode.plan",
                format!("plan mode reads only the workspace, nothing of {host}"),
            );
        }
        let reach = address.reach();
        if reach == Reach::Never {
            let reason = format!("{host} is no server of the web; what answers there may hand out credentials");
            return Verdict::deny("web.never", reason);
        }
        let configured = self.configured_host(host, reach);
        let untrusted = (!self.is_trusted()).then(|| {
            let reason = format!("the workspace is not trusted: reading {host} needs your approval");
            Verdict::ask("web.untrusted", reason)
        });
        let strictest = [configured, untrusted].into_iter().flatten().reduce(Verdict::stricter);
        strictest.unwrap_or_else(|| match reach {
            Reach::Private => {
                let reason = format!("{host} is this machine or in a private network, so it needs your approval");
                Verdict::ask("web.private", reason)
            }
            Reach::Public | Reach::Never => {
                let reason = format!("reading {host} tells it the address, and brings in text of others");
                Verdict::ask("web.fetch", reason)
            }
        })
    }

    /// The host that a rule could allow from now on, where nothing but its absence makes an address a question.
    #[must_use]
    pub fn host_to_remember(&self, url: &str) -> Option<Host> {
        let is_open = self.judge_fetch(url).rule == "web.fetch";
        WebAddress::parse(url)
            .ok()
            .filter(|_| is_open)
            .map(|address| address.host)
    }

    /// What the rules say of a host. Only a rule that names it exactly allows one that is not public.
    fn configured_host(&self, host: &Host, reach: Reach) -> Option<Verdict> {
        let rules = self.hosts.0.read().unwrap_or_else(PoisonError::into_inner);
        let is_clear = |rule: &&Compiled| {
            let is_exact = matches!(rule.pattern, HostPattern::Exactly(_));
            rule.rule.verdict != Decision::Allow || reach == Reach::Public || is_exact
        };
        let holding = rules.iter().filter(|rule| rule.pattern.holds(host)).filter(is_clear);
        let verdicts = holding.map(|Compiled { rule, .. }| Verdict {
            decision: rule.verdict,
            rule: rule.id.clone(),
            reason: match &rule.reason {
                Some(reason) => format!("{host}: {reason}"),
                None => format!("a configured rule says {} for {host}", rule.verdict),
            },
        });
        verdicts.reduce(Verdict::stricter)
    }

    /// The service itself is the user's own choice.
    pub(crate) fn judge_search(&self, query: &str) -> Verdict {
        let shown = Escaped(query);
        if self.is_trusted() {
            let reason = format!("the search service that you configured is asked for {shown}");
            return match self.mode() {
                Mode::Plan => Verdict::deny("mode.plan", "plan mode reads only the workspace, nothing of the web"),
                Mode::Ask | Mode::Edit | Mode::Auto => Verdict::allow("web.search", reason),
            };
        }
        let reason = format!("the workspace is not trusted: searching the web for {shown} needs your approval");
        self.in_mode(Verdict::ask("web.untrusted", reason))
    }
}

#[cfg(test)]
mod tests;
