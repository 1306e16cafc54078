//! A copy that is to stand for a file gets the file's owner and extended attributes.

use std::fs::File;
use std::os::unix::fs::MetadataExt;

/// More than the kernel lets a file have (`xattr(7)`).
const LIMIT: usize = 64 * 1024;

/// Gives a copy the owner, mode and extended attributes of the original; false if that is not allowed.
pub(crate) fn dress_as(original: &File, copy: &File) -> bool {
    let (Ok(metadata), Ok(now)) = (original.metadata(), copy.metadata()) else {
        return false;
    };
    let is_other_owner = (now.uid(), now.gid()) != (metadata.uid(), metadata.gid());
    if is_other_owner && std::os::unix::fs::fchown(copy, Some(metadata.uid()), Some(metadata.gid())).is_err() {
        return false;
    }
    copy_attributes(original, copy) && copy.set_permissions(metadata.permissions()).is_ok()
}

fn copy_attributes(original: &File, copy: &File) -> bool {
    let mut names = vec![0; LIMIT];
    // A file system without attributes has none to lose.
    let Ok(len) = rustix::fs::flistxattr(original, &mut names) else {
        return true;
    };
    names[..len]
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .all(|name| {
            let mut value = vec![0; LIMIT];
            match rustix::fs::fgetxattr(original, name, &mut value) {
                Ok(len) => rustix::fs::fsetxattr(copy, name, &value[..len], rustix::fs::XattrFlags::empty()).is_ok(),
                Err(_) => false,
            }
        })
}
