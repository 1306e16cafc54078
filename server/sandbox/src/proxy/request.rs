//! One request to the proxy, read strictly: what two readers could read in two ways is refused.

use permissions::HostError;

use super::host::Target;

/// The most of a request that is read before its body.
pub(super) const LONGEST: usize = 16 << 10;
const HTTP_PORT: u16 = 80;

/// Why a request is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestError {
    #[error("the request cannot be read")]
    Malformed,
    #[error("this is a proxy for `http://` and CONNECT requests only")]
    NotForAProxy,
    #[error("{0}")]
    Host(#[from] HostError),
    #[error("the Host header names another host than the request")]
    TwoHosts,
    #[error("a body needs one Content-Length here; use https for anything else")]
    Body,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// A tunnel.
    Connect(Target),
    /// A message of this header, and of so many bytes after it.
    Forward { target: Target, header: Vec<u8>, body: u64 },
}

/// Meant for the proxy, or for the connection that ends here.
const NOT_FORWARDED: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The header of a request, its empty line included.
pub(super) fn parse(bytes: &[u8]) -> Result<Request, RequestError> {
    let text = std::str::from_utf8(bytes).map_err(|_| RequestError::Malformed)?;
    let mut lines = text
        .strip_suffix("\r\n\r\n")
        .ok_or(RequestError::Malformed)?
        .split("\r\n");
    let (method, asked) = request_line(lines.next().unwrap_or_default())?;
    let fields = lines.map(field).collect::<Result<Vec<_>, _>>()?;
    if method == "CONNECT" {
        let target = Target::parse(asked, None)?;
        agrees(&fields, &target, target.port)?;
        return Ok(Request::Connect(target));
    }
    let (authority, path) = absolute(asked)?;
    let target = Target::parse(authority, Some(HTTP_PORT))?;
    agrees(&fields, &target, HTTP_PORT)?;
    let body = body_length(&fields)?;
    let header = forwarded(method, path, &target, &fields);
    Ok(Request::Forward { target, header, body })
}

fn request_line(line: &str) -> Result<(&str, &str), RequestError> {
    let parts: Vec<_> = line.split(' ').collect();
    let &[method, asked, "HTTP/1.0" | "HTTP/1.1"] = parts.as_slice() else {
        return Err(RequestError::Malformed);
    };
    let is_shown = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_token(method) || !is_shown(asked) {
        return Err(RequestError::Malformed);
    }
    Ok((method, asked))
}

fn is_token(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_fit)
}

/// Name and value; a line that goes on from the last one has no name.
fn field(line: &str) -> Result<(&str, &str), RequestError> {
    let (name, value) = line.split_once(':').ok_or(RequestError::Malformed)?;
    let is_text = value.bytes().all(|byte| byte == b'\t' || !byte.is_ascii_control());
    if !is_token(name) || !is_text {
        return Err(RequestError::Malformed);
    }
    Ok((name, value.trim_matches([' ', '\t'])))
}

/// Authority and path of an `http://` address.
fn absolute(asked: &str) -> Result<(&str, &str), RequestError> {
    let (scheme, rest) = asked.split_once("://").ok_or(RequestError::NotForAProxy)?;
    if !scheme.eq_ignore_ascii_case("http") || rest.contains('#') {
        return Err(RequestError::NotForAProxy);
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    Ok(rest.split_at(end))
}

fn values<'a>(fields: &[(&'a str, &'a str)], name: &str) -> Vec<&'a str> {
    let named = fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    named.map(|(_, value)| *value).collect()
}

/// The Host header may be missing, as in old clients' requests; it may not say something else.
fn agrees(fields: &[(&str, &str)], target: &Target, port: u16) -> Result<(), RequestError> {
    match values(fields, "host").as_slice() {
        [] => Ok(()),
        [host] if Target::parse(host, Some(port))? == *target => Ok(()),
        _ => Err(RequestError::TwoHosts),
    }
}

fn body_length(fields: &[(&str, &str)]) -> Result<u64, RequestError> {
    if !values(fields, "transfer-encoding").is_empty() {
        return Err(RequestError::Body);
    }
    match values(fields, "content-length").as_slice() {
        [] => Ok(0),
        [length] if length.bytes().all(|byte| byte.is_ascii_digit()) => length.parse().map_err(|_| RequestError::Body),
        _ => Err(RequestError::Body),
    }
}

/// The header as the server gets it, on a connection for this one message.
fn forwarded(method: &str, path: &str, target: &Target, fields: &[(&str, &str)]) -> Vec<u8> {
    let slash = if path.starts_with('/') { "" } else { "/" };
    let host = if target.port == HTTP_PORT {
        target.host.to_string()
    } else {
        target.to_string()
    };
    let mut header = format!("{method} {slash}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    let named: Vec<_> = values(fields, "connection")
        .into_iter()
        .flat_map(|names| names.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        // What says where the message ends is not for the client to take away.
        .filter(|name| name != "content-length")
        .collect();
    for (name, value) in fields {
        let lower = name.to_ascii_lowercase();
        if lower != "host" && !NOT_FORWARDED.contains(&lower.as_str()) && !named.contains(&lower) {
            header.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    header.push_str("\r\n");
    header.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expect: Result<&str, RequestError>) {
        let shown = parse(header.as_bytes()).map(|request| match request {
            Request::Connect(target) => format!("connect {target}"),
            Request::Forward { target, header, body } => {
                format!("{target} {body} {}", String::from_utf8(header).unwrap())
            }
        });
        assert_eq!(shown, expect.map(str::to_owned), "{header:?}");
    }

    #[test]
    fn requests_are_understood() {
        check("CONNECT a.org:443 HTTP/1.1\r\n\r\n", Ok("connect a.org:443"));
        check(
            "CONNECT a.org:443 HTTP/1.1\r\nHost: A.org:443\r\n\r\n",
            Ok("connect a.org:443"),
        );
        check(
            "CONNECT a.org:443 HTTP/1.0\r\nHost: a.org\r\n\r\n",
            Ok("connect a.org:443"),
        );
        check(
            "GET http://a.org/x?y HTTP/1.1\r\nHost: a.org\r\nProxy-Connection: keep-alive\r\nAccept: */*\r\n\r\n",
            Ok("a.org:80 0 GET /x?y HTTP/1.1\r\nHost: a.org\r\nConnection: close\r\nAccept: */*\r\n\r\n"),
        );
        check(
            "POST HTTP://A.org:8080?y HTTP/1.1\r\nContent-Length: 12\r\nConnection: X-Own, content-length\r\nx-own: 1\r\n\r\n",
            Ok(
                "a.org:8080 12 POST /?y HTTP/1.1\r\nHost: a.org:8080\r\nConnection: close\r\nContent-Length: 12\r\n\r\n",
            ),
        );
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        use RequestError::{Body, Host, Malformed, NotForAProxy, TwoHosts};
        let get = "GET http://a.org/ HTTP/1.1\r\n";
        for (header, expect) in [
            (format!("{get}Host: b.org\r\n\r\n"), TwoHosts),
            (format!("{get}Host: a.org\r\nHost: a.org\r\n\r\n"), TwoHosts),
            (format!("{get}Host: a.org:8080\r\n\r\n"), TwoHosts),
            (format!("{get}Host : a.org\r\n\r\n"), Malformed),
            (format!("{get}Accept: x\r\n Host: b.org\r\n\r\n"), Malformed),
            (format!("{get}Accept: x\nHost: b.org\r\n\r\n"), Malformed),
            (format!("{get}Accept: x\rHost: b.org\r\n\r\n"), Malformed),
            (format!("{get}Accept: \0\r\n\r\n"), Malformed),
            (format!("{get}Transfer-Encoding: chunked\r\n\r\n"), Body),
            (format!("{get}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), Body),
            (format!("{get}Content-Length: +1\r\n\r\n"), Body),
            (get.to_owned(), Malformed),
            ("GET / HTTP/1.1\r\nHost: a.org\r\n\r\n".into(), NotForAProxy),
            ("GET https://a.org/ HTTP/1.1\r\n\r\n".into(), NotForAProxy),
            ("GET ftp://a.org/ HTTP/1.1\r\n\r\n".into(), NotForAProxy),
            ("GET http://a.org/#b HTTP/1.1\r\n\r\n".into(), NotForAProxy),
            ("GET http://a.org/ x HTTP/1.1\r\n\r\n".into(), Malformed),
            ("GET http://a.org/\t HTTP/1.1\r\n\r\n".into(), Malformed),
            ("GET http://a.org/ HTTP/2\r\n\r\n".into(), Malformed),
            ("G(T http://a.org/ HTTP/1.1\r\n\r\n".into(), Malformed),
            (
                "GET http://b.org@a.org/ HTTP/1.1\r\n\r\n".into(),
                Host(HostError::Character),
            ),
            (
                "GET http://b.org\\a.org/ HTTP/1.1\r\n\r\n".into(),
                Host(HostError::Character),
            ),
            ("GET http:/// HTTP/1.1\r\n\r\n".into(), Host(HostError::Length)),
            ("CONNECT a.org HTTP/1.1\r\n\r\n".into(), Host(HostError::NoPort)),
            (
                "CONNECT http://a.org:443 HTTP/1.1\r\n\r\n".into(),
                Host(HostError::Character),
            ),
            ("CONNECT a.org:443 HTTP/1.1\r\nHost: b.org:443\r\n\r\n".into(), TwoHosts),
        ] {
            check(&header, Err(expect));
        }
    }
}
