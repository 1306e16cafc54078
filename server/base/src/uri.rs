//! Document URIs in one normal form, so that `file:///a%20b`, `file:///a b` and `file://localhost/a%20b` are one key.
//!
//! The form: for `file`, no host, path percent-encoded byte by byte except RFC 3986 unreserved characters and `/`.
//! Other schemes (`untitled:`) are kept as they came: they have no path and live in the buffer only.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};

const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Uri(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    #[error("`{0}` is not a URI: it has no scheme")]
    NoScheme(String),
    #[error("`{0}` names a file on another host")]
    Host(String),
    #[error("`{0}` is not an absolute path")]
    Relative(String),
}

impl Uri {
    /// Parses what a client sent into the normal form.
    pub fn parse(raw: &str) -> Result<Self, UriError> {
        let Some((scheme, rest)) = raw.split_once(':') else {
            return Err(UriError::NoScheme(raw.to_owned()));
        };
        let scheme_is_valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        if !scheme_is_valid {
            return Err(UriError::NoScheme(raw.to_owned()));
        }
        if !scheme.eq_ignore_ascii_case("file") {
            return Ok(Self(raw.to_owned()));
        }
        let path = match rest.strip_prefix("//") {
            Some(authority_and_path) => {
                let slash = authority_and_path.find('/').unwrap_or(authority_and_path.len());
                let (host, path) = authority_and_path.split_at(slash);
                if !(host.is_empty() || host.eq_ignore_ascii_case("localhost")) {
                    return Err(UriError::Host(raw.to_owned()));
                }
                path
            }
            None => rest,
        };
        if !path.starts_with('/') {
            return Err(UriError::Relative(raw.to_owned()));
        }
        let bytes: Vec<u8> = percent_decode_str(path).collect();
        Ok(Self(format!("file://{}", percent_encode(&bytes, PATH))))
    }

    /// The URI of an absolute path. The path is taken as it is: no link is resolved.
    pub fn from_path(path: &Path) -> Result<Self, UriError> {
        if !path.is_absolute() {
            return Err(UriError::Relative(path.display().to_string()));
        }
        Ok(Self(format!(
            "file://{}",
            percent_encode(path.as_os_str().as_encoded_bytes(), PATH)
        )))
    }

    /// The path of a `file` URI; none for every other scheme.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        let encoded = self.0.strip_prefix("file://")?;
        let bytes: Vec<u8> = percent_decode_str(encoded).collect();
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            Some(PathBuf::from(OsStr::from_bytes(&bytes)))
        }
        #[cfg(not(unix))]
        {
            String::from_utf8(bytes).ok().map(PathBuf::from)
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last path segment, decoded, for people.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.path()
            .as_deref()
            .and_then(Path::file_name)
            .map_or_else(|| self.0.clone(), |name| name.to_string_lossy().into_owned())
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uri {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = String::deserialize(deserializer)?;
        Self::parse(&raw).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, normal: &str) {
        assert_eq!(Uri::parse(raw).map(|uri| uri.0), Ok(normal.to_owned()));
    }

    #[test]
    fn spellings_of_one_file_are_one_key() {
        check("file:///a%20b/%c3%a9.rs", "file:///a%20b/%C3%A9.rs");
        check("file:///a b/é.rs", "file:///a%20b/%C3%A9.rs");
        check("file://localhost/a%20b/é.rs", "file:///a%20b/%C3%A9.rs");
        check("file:/a/%62", "file:///a/b");
        check("untitled:Untitled-1", "untitled:Untitled-1");
    }

    #[test]
    fn what_is_no_local_file_is_refused() {
        assert!(Uri::parse("src/main.rs").is_err());
        assert!(Uri::parse("file://server/share/a.rs").is_err());
        assert!(Uri::parse("file:a.rs").is_err());
    }

    #[test]
    fn paths_round_trip() {
        let path = Path::new("/tmp/ü #1%20/ä.rs");
        assert_eq!(
            Uri::from_path(path).ok().and_then(|uri| uri.path()).as_deref(),
            Some(path)
        );
    }
}
