//! Private stand-ins until the real modules are there.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::outcome::Output;
use crate::workbench::Limits;

pub(crate) mod environment {
    use super::OsString;
    pub(crate) fn scrubbed(
        environment: &[(OsString, OsString)],
        extra: &[(OsString, OsString)],
    ) -> Vec<(OsString, OsString)> {
        environment.iter().chain(extra).cloned().collect()
    }
}

pub(crate) mod secrets {
    use super::{OsString, Path, PathBuf};
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Mask {
        pub(crate) path: PathBuf,
        pub(crate) is_folder: bool,
    }
    pub(crate) fn masks(
        home: Option<&Path>,
        _environment: &[(OsString, OsString)],
        roots: &[PathBuf],
        extra: &[PathBuf],
    ) -> Vec<Mask> {
        let inside = roots.iter().map(|root| root.join(".env"));
        let outside = home.into_iter().flat_map(|home| [home.join(".ssh"), home.join(".aws")]);
        let all = inside.chain(outside).chain(extra.iter().cloned());
        let mask = |path: PathBuf| Mask {
            is_folder: path.is_dir(),
            path,
        };
        all.filter(|path| path.exists()).map(mask).collect()
    }
}

pub(crate) struct Capture {
    limits: Limits,
}

impl Capture {
    pub(crate) fn new(limits: Limits, _spill: PathBuf) -> Self {
        Self { limits }
    }

    pub(crate) async fn drain(self, mut pipe: impl AsyncRead + Unpin) -> io::Result<(Output, bool)> {
        let mut output = Output::default();
        let mut buffer = [0; 8192];
        loop {
            let read = pipe.read(&mut buffer).await?;
            if read == 0 {
                return Ok((output, false));
            }
            output.total += read as u64;
            output.head.extend_from_slice(&buffer[..read]);
            if output.total > self.limits.output_file {
                return Ok((output, true));
            }
        }
    }
}
