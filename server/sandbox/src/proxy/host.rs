//! Hosts, read exactly: one spelling for each, so that what is compared is what is connected to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    #[error("a host has only ASCII letters, digits, hyphens and dots (other scripts as `xn--…`)")]
    Character,
    #[error("a host's parts have 1 to 63 characters each, 253 in all, and no hyphen at their ends")]
    Length,
    #[error("an IPv4 address is four decimal numbers without leading zeros")]
    Number,
    #[error("an IPv6 address stands in brackets and has no zone")]
    Brackets,
    #[error("a port is a number from 1 to 65535 without leading zeros")]
    Port,
    #[error("the port is missing")]
    NoPort,
    #[error("`*.` stands for parts in front of a name of at least two parts, and nowhere else")]
    Wildcard,
}

/// A name in lower case without its last dot, or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    Name(String),
    Address(IpAddr),
}

/// What a request wants to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) host: Host,
    pub(super) port: u16,
}

const LONGEST_LABEL: usize = 63;
const LONGEST: usize = 253;

impl Host {
    pub(super) fn parse(text: &str) -> Result<Self, HostError> {
        if let Some(inner) = text.strip_prefix('[') {
            let address = inner.strip_suffix(']').and_then(|inner| inner.parse::<Ipv6Addr>().ok());
            return address
                .map(|address| Self::Address(address.into()))
                .ok_or(HostError::Brackets);
        }
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        if !text.bytes().all(is_fit) {
            return Err(HostError::Character);
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if name.len() > LONGEST || !name.split('.').all(is_label) {
            return Err(HostError::Length);
        }
        if !ends_in_number(&name) {
            return Ok(Self::Name(name));
        }
        let address = name.parse::<Ipv4Addr>().map_err(|_| HostError::Number)?;
        Ok(Self::Address(address.into()))
    }
}

fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

/// What resolvers take for an address, in whatever spelling: `0x7f.1`, `2130706433`, `127.1`.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x");
    last.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Host and port, as they stand in a request or a setting.
pub(super) fn split_port(text: &str) -> Result<(&str, Option<u16>), HostError> {
    let after_brackets = text.rfind(']').map_or(0, |end| end + 1);
    match text.get(after_brackets..).and_then(|rest| rest.rfind(':')) {
        None => Ok((text, None)),
        Some(colon) => {
            let (host, port) = text.split_at(after_brackets + colon);
            Ok((host, Some(port_number(&port[1..])?)))
        }
    }
}

fn port_number(text: &str) -> Result<u16, HostError> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain).ok_or(HostError::Port)
}

impl Target {
    /// `host:port`, or `host` where the port goes without saying.
    pub(super) fn parse(authority: &str, port: Option<u16>) -> Result<Self, HostError> {
        let (host, named) = split_port(authority)?;
        Ok(Self {
            host: Host::parse(host)?,
            port: named.or(port).ok_or(HostError::NoPort)?,
        })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(authority: &str, expect: Result<&str, HostError>) {
        let shown = Target::parse(authority, Some(80)).map(|target| target.to_string());
        assert_eq!(shown, expect.map(str::to_owned), "{authority:?}");
    }

    #[test]
    fn hosts_have_one_spelling() {
        check("example.org", Ok("example.org:80"));
        check("EXAMPLE.Org.", Ok("example.org:80"));
        check("example.org:443", Ok("example.org:443"));
        check("xn--bcher-kva.example", Ok("xn--bcher-kva.example:80"));
        check("1password.com", Ok("1password.com:80"));
        check("127.0.0.1:8080", Ok("127.0.0.1:8080"));
        check("127.0.0.1.", Ok("127.0.0.1:80"));
        check("[::1]:8080", Ok("[::1]:8080"));
        check("[0:0:0:0:0:0:0:1]", Ok("[::1]:80"));
        check("[::FFFF:127.0.0.1]", Ok("[::ffff:127.0.0.1]:80"));
    }

    #[test]
    fn addresses_in_disguise_are_none() {
        for disguised in [
            "0x7f.1",
            "0x7f.0.0.0x1",
            "0x7f000001",
            "0X7F000001",
            "0x",
            "2130706433",
            "017700000001",
            "127.1",
            "127.0.0.01",
            "0177.0.0.1",
            "1.2.3.4.5",
            "256.0.0.1",
            "example.0x1",
            "example.1",
        ] {
            check(disguised, Err(HostError::Number));
        }
        for disguised in ["[::1%eth0]", "[127.0.0.1]", "[::1", "[]", "[::1]x", "[::1].example.org"] {
            check(disguised, Err(HostError::Brackets));
        }
    }

    #[test]
    fn what_another_reader_could_read_otherwise_is_refused() {
        for text in [
            "allowed.org@evil.org",
            "user:pw@evil.org:80",
            "evil.org%2eallowed.org",
            "evil.org\0.allowed.org",
            "evil.org .allowed.org",
            "evil.org\t",
            "evil.org\r\n.allowed.org",
            "evil.org/.allowed.org",
            "evil.org\\.allowed.org",
            "evil.org#.allowed.org",
            "evil.org?.allowed.org",
            "bücher.example",
            "allowed。org",
            "ａllowed.org",
            "al\u{ad}lowed.org",
            "under_score.org",
            "*.allowed.org",
        ] {
            check(text, Err(HostError::Character));
        }
        for text in [
            "",
            ".",
            "..",
            "a..b",
            ".a",
            "a.b..",
            "-a.b",
            "a-.b",
            &"a".repeat(64),
            &"a.".repeat(130),
        ] {
            check(text, Err(HostError::Length));
        }
        for text in [
            "a.b:",
            "a.b:0",
            "a.b:080",
            "a.b:65536",
            "a.b:+80",
            "a.b: 80",
            "a.b:8a",
            "::1",
            "[::1]:x",
        ] {
            let is_port = Target::parse(text, Some(80));
            assert!(
                matches!(is_port, Err(HostError::Port | HostError::Character)),
                "{text:?}: {is_port:?}"
            );
        }
        assert_eq!(Target::parse("a.b", None), Err(HostError::NoPort));
        check("a.b:80:80", Err(HostError::Character));
    }
}
