//! Names of devices whose contents are all that there is: disks, and the memory.

use std::path::Path;

/// Whether a path without `.`, `..` and links names a disk, a part of one, or the memory.
pub(crate) fn is_disk(path: &Path) -> bool {
    let Some(name) = path.strip_prefix("/dev").ok().and_then(Path::to_str) else {
        return false;
    };
    if matches!(name, "mem" | "kmem" | "port")
        || ["mapper/", "zvol/", "disk/"]
            .iter()
            .any(|folder| name.starts_with(folder))
    {
        return true;
    }
    let after = |beginning: &str| name.strip_prefix(beginning);
    let lettered = ["sd", "hd", "vd", "xvd"]
        .iter()
        .filter_map(|kind| after(kind))
        .any(|rest| {
            let part = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
            is_glob(rest) || part.len() < rest.len() && part.chars().all(|c| c.is_ascii_digit())
        });
    let numbered = [
        "nvme", "mmcblk", "rdisk", "disk", "loop", "md", "dm-", "sr", "nbd", "pmem", "mtd", "ram", "zram",
    ];
    // `nvme0n1p2`, `disk0s1`, `mmcblk0boot0`
    let is_unit = |rest: &str| {
        is_glob(rest)
            || rest.starts_with(|c: char| c.is_ascii_digit())
                && rest.chars().all(|c| c.is_ascii_digit() || "npsbot".contains(c))
    };
    lettered || numbered.iter().filter_map(|kind| after(kind)).any(is_unit)
}

fn is_glob(rest: &str) -> bool {
    rest.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: bool) {
        assert_eq!(is_disk(Path::new(path)), expect, "{path}");
    }

    #[test]
    fn disks_and_the_memory_are_known_by_name() {
        for path in [
            "/dev/sda",
            "/dev/sda1",
            "/dev/vdb",
            "/dev/nvme0n1",
            "/dev/nvme0n1p2",
            "/dev/mmcblk0p1",
            "/dev/disk2s1",
            "/dev/mem",
            "/dev/dm-0",
            "/dev/mapper/root",
            "/dev/sd*",
            "/dev/nvme*",
            "/dev/loop0",
        ] {
            check(path, true);
        }
    }

    #[test]
    fn other_names_are_not_disks() {
        for path in [
            "/dev/null",
            "/dev/sdx1.txt",
            "/dev/shm/a",
            "/dev/stdout",
            "/dev/tty",
            "/dev/random",
            "/sda",
            "/dev/memory",
        ] {
            check(path, false);
        }
    }
}
