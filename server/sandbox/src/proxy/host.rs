//! Hosts with their ports, read exactly.

use std::fmt;

use permissions::{Host, HostError, split_port};

/// What a request wants to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) host: Host,
    pub(super) port: u16,
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
