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
pub enum Host {
    Name(String),
    Address(IpAddr),
}

const LONGEST_LABEL: usize = 63;
const LONGEST: usize = 253;

impl Host {
    /// # Errors
    /// It is none, or another reader could take it for another one.
    pub fn parse(text: &str) -> Result<Self, HostError> {
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

/// A host, or all names below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    Exactly(Host),
    /// Names that end in this, which begins with a dot.
    Below(String),
}

impl HostPattern {
    /// `example.org`, `*.example.org`, `192.0.2.1` or `[2001:db8::1]`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        match text.strip_prefix("*.") {
            None if text.contains('*') => Err(HostError::Wildcard),
            None => Ok(Self::Exactly(Host::parse(text)?)),
            Some(rest) => match Host::parse(rest).map_err(|_| HostError::Wildcard)? {
                Host::Name(name) if name.contains('.') => Ok(Self::Below(format!(".{name}"))),
                _ => Err(HostError::Wildcard),
            },
        }
    }

    #[must_use]
    pub fn holds(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Exactly(known), host) => known == host,
            (Self::Below(end), Host::Name(name)) => name.len() > end.len() && name.ends_with(end.as_str()),
            (Self::Below(_), Host::Address(_)) => false,
        }
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

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => address.fmt(f),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// Host and port, as they stand in a request or a setting.
///
/// # Errors
/// What follows the last colon is no port.
pub fn split_port(text: &str) -> Result<(&str, Option<u16>), HostError> {
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

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Public,
    /// This machine, or a private network around it.
    Private,
    /// Nothing that anyone should read: the link's own services (a cloud's credentials among them), many hosts at
    /// once, or what is no host.
    Never,
}

/// Services of clouds that hand credentials to whoever asks from inside, beside those on the link itself.
const CLOUD_SERVICES: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

#[must_use]
pub fn reach(address: IpAddr) -> Reach {
    let address = address.to_canonical();
    let is_private = match address {
        IpAddr::V4(address) => {
            let is_shared = matches!(address.octets(), [100, 64..=127, ..]);
            address.is_loopback() || address.is_private() || is_shared
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    match (CLOUD_SERVICES.contains(&address), is_public(address)) {
        (true, _) => Reach::Never,
        (false, true) => Reach::Public,
        (false, false) if is_private => Reach::Private,
        (false, false) => Reach::Never,
    }
}

/// Everything but what IANA set aside: this machine, private networks, what is no single host.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Everything but what IANA set aside.
fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

/// Global unicast without tunnels and examples; an IPv4 address in it is judged as such.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = segments {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_set_aside = matches!(
        segments,
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..]
    );
    is_global && !is_set_aside
}
