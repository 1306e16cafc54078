//! The profile that confines a command on macOS, as `sandbox-exec` takes it. The last rule that fits decides.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// What a command may do beside reading and running programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seatbelt<'a> {
    /// Cannot even be read.
    pub(crate) masked: &'a [PathBuf],
    /// The copy of the workspace, the private folder for temporary files, and the caches; links resolved.
    pub(crate) write: &'a [PathBuf],
    /// The port on loopback that the proxy listens at.
    pub(crate) proxy: Option<u16>,
}

/// Programs run and read what there is; they learn about the machine, and signal nobody but their own.
const BASE: &str = r#"(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem)
(allow mach-lookup
  (global-name "com.apple.system.opendirectoryd.libinfo")
  (global-name "com.apple.system.opendirectoryd.membership")
  (global-name "com.apple.system.logger"))
(allow file-read*)
(allow file-ioctl (literal "/dev/tty"))
(allow file-write-data
  (literal "/dev/null")
  (literal "/dev/random")
  (literal "/dev/tty")
  (literal "/dev/urandom")
  (literal "/dev/zero"))
"#;

/// Other users' and other programs' temporary files, and disks past their file systems.
const HIDDEN: &str = r#"(deny file-read* (subpath "/private/tmp") (subpath "/private/var/tmp"))
(deny file-read-data (regex #"^/dev/r?disk"))
"#;

/// # Errors
/// A path that the profile's language cannot say.
pub(crate) fn profile(seatbelt: &Seatbelt<'_>) -> io::Result<String> {
    let mut text = format!("{BASE}{HIDDEN}");
    for path in seatbelt.write {
        let path = quoted(path)?;
        said(writeln!(text, "(allow file-read* file-write* (subpath {path}))"))?;
    }
    // A program with its owner's rights would run with them outside as well.
    text.push_str("(deny file-write-setugid)\n");
    for path in seatbelt.masked {
        let path = quoted(path)?;
        said(writeln!(
            text,
            "(deny file-read* file-write* process-exec (subpath {path}))"
        ))?;
    }
    if let Some(port) = seatbelt.proxy {
        said(writeln!(
            text,
            "(allow network-outbound (remote tcp \"localhost:{port}\"))"
        ))?;
    }
    Ok(text)
}

fn said(written: std::fmt::Result) -> io::Result<()> {
    written.map_err(io::Error::other)
}

/// A path as a string of the profile's language.
fn quoted(path: &Path) -> io::Result<String> {
    let refused = |why: &str| {
        let told = format!("{} cannot be named in a Seatbelt profile: {why}", path.display());
        io::Error::new(io::ErrorKind::InvalidInput, told)
    };
    let text = path.to_str().ok_or_else(|| refused("it is no UTF-8"))?;
    if text.chars().any(char::is_control) {
        return Err(refused("it has control characters"));
    }
    if !path.is_absolute() {
        return Err(refused("it is not absolute"));
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(masked: &[&str], write: &[&str], proxy: Option<u16>, expect: &str) {
        let paths = |texts: &[&str]| texts.iter().map(PathBuf::from).collect::<Vec<_>>();
        let (masked, write) = (paths(masked), paths(write));
        let seatbelt = Seatbelt {
            masked: &masked,
            write: &write,
            proxy,
        };
        let text = profile(&seatbelt).map_err(|error| error.kind().to_string());
        assert_eq!(text.unwrap_or_else(|error| error), expect);
    }

    #[test]
    fn the_profile_is_exactly_this() {
        let expect = r#"(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem)
(allow mach-lookup
  (global-name "com.apple.system.opendirectoryd.libinfo")
  (global-name "com.apple.system.opendirectoryd.membership")
  (global-name "com.apple.system.logger"))
(allow file-read*)
(allow file-ioctl (literal "/dev/tty"))
(allow file-write-data
  (literal "/dev/null")
  (literal "/dev/random")
  (literal "/dev/tty")
  (literal "/dev/urandom")
  (literal "/dev/zero"))
(deny file-read* (subpath "/private/tmp") (subpath "/private/var/tmp"))
(deny file-read-data (regex #"^/dev/r?disk"))
(allow file-read* file-write* (subpath "/Users/u/layers/s/clone-0"))
(allow file-read* file-write* (subpath "/Users/u/layers/s/tmp"))
(deny file-write-setugid)
(deny file-read* file-write* process-exec (subpath "/Users/u/.ssh"))
(deny file-read* file-write* process-exec (subpath "/Users/u/w/.env"))
(allow network-outbound (remote tcp "localhost:49152"))
"#;
        check(
            &["/Users/u/.ssh", "/Users/u/w/.env"],
            &["/Users/u/layers/s/clone-0", "/Users/u/layers/s/tmp"],
            Some(49152),
            expect,
        );
    }

    #[test]
    fn without_a_proxy_there_is_no_network() {
        let expect = format!("{BASE}{HIDDEN}(deny file-write-setugid)\n");
        assert!(!expect.contains("network"));
        check(&[], &[], None, &expect);
    }

    #[test]
    fn a_path_cannot_say_more_than_a_path() {
        let path = r#"/w/a") (allow network*) (subpath "\"#;
        let said = r#"(allow file-read* file-write* (subpath "/w/a\") (allow network*) (subpath \"\\"))"#;
        check(
            &[],
            &[path],
            None,
            &format!("{BASE}{HIDDEN}{said}\n(deny file-write-setugid)\n"),
        );
        for path in ["/w/a\n(allow default)", "/w/a\r", "/w/\0", "/w/\u{85}", "w"] {
            check(&[], &[path], None, "invalid input parameter");
            check(&[path], &[], None, "invalid input parameter");
        }
    }
}
