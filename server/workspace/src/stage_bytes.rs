//! What a command left in a file becomes hunks.
//!
//! The command saw one version of the file and left another. The difference is the command's change; it is carried
//! over what anybody typed while the command ran, and its line endings are taken as they are.

use std::path::Path;

use base::Origin;
use permissions::{Grant, WriteKind};
use ropey::Rope;
use text::{ByteImage, Encoding};

use crate::error::{ReadError, StageError};
use crate::stage::{Base, Endings, Staged};
use crate::workspace::Workspace;

impl Workspace {
    /// Proposes that a file become what a command made of it. `before` is what the command found, `after` what it
    /// left; none where there was no file. The grant covers creating, modifying or deleting the path, whichever it is.
    ///
    /// # Errors
    /// As [`Workspace::stage`]; also where the file is binary, or in another encoding than before: such a change is
    /// no change of text.
    pub fn stage_bytes(
        &self,
        origin: &Origin,
        grant: &Grant,
        path: &Path,
        before: Option<&[u8]>,
        after: Option<&[u8]>,
    ) -> Result<Staged, StageError> {
        match (before, after) {
            (None, None) => Err(StageError::Nothing { path: path.to_owned() }),
            (None, Some(after)) => {
                self.permit(origin, grant, path, &[WriteKind::Create])?;
                let text = decoded(path, after, ByteImage::PLAIN)?;
                self.stage_create_as(origin, path, text, Endings::AsWritten)
            }
            (Some(before), None) => {
                self.permit(origin, grant, path, &[WriteKind::Delete])?;
                self.stage_delete(origin, path, &base(path, before)?.hash)
            }
            (Some(before), Some(after)) => {
                self.permit(origin, grant, path, &[WriteKind::Modify, WriteKind::Create])?;
                let (text, image) = decoded_any(path, before)?;
                let base = Base::of(Rope::from_str(&text));
                let wanted = Rope::from_str(&decoded(path, after, image)?);
                let edits = text::diff_edits(&base.rope, &wanted);
                if edits.is_empty() {
                    return Err(StageError::Nothing { path: path.to_owned() });
                }
                self.stage_edit_as(origin, path, &base, edits, Endings::AsWritten)
            }
        }
    }
}

fn base(path: &Path, bytes: &[u8]) -> Result<Base, StageError> {
    let (text, _) = decoded_any(path, bytes)?;
    Ok(Base::of(Rope::from_str(&text)))
}

fn decoded_any(path: &Path, bytes: &[u8]) -> Result<(String, ByteImage), StageError> {
    match text::decode(bytes) {
        Ok(decoded) => Ok((decoded.text, decoded.image)),
        Err(text::DecodeError::Binary { offset }) => Err(StageError::Read(ReadError::Binary {
            path: path.to_owned(),
            offset,
        })),
        Err(source) => Err(StageError::Read(ReadError::Encoding {
            path: path.to_owned(),
            source,
        })),
    }
}

/// The text, if writing it as `image` says gives exactly these bytes.
fn decoded(path: &Path, bytes: &[u8], image: ByteImage) -> Result<String, StageError> {
    let is_written_so = |text: &str| image.encode(text).is_ok_and(|encoded| encoded == bytes);
    let other = match decoded_any(path, bytes) {
        Ok((text, _)) if is_written_so(&text) => return Ok(text),
        Ok(_) => StageError::OtherEncoding {
            path: path.to_owned(),
            encoding: image.encoding,
        },
        Err(error) => error,
    };
    // In Latin-1 every byte is a character, also where they look like UTF-8.
    let is_latin1 = image.encoding == Encoding::Latin1 && !bytes.contains(&0);
    match is_latin1 {
        true => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        false => Err(other),
    }
}
