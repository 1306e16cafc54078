//! Commands that destroy: they always ask, and are refused where the loss would be catastrophic.

use super::super::call::{Arg, Call, Class, Known, Scene, Use};
use super::hazards::{Grave, grave_of, names_disk};
use super::options::Table;
use super::report::literal;

pub(super) fn classify(name: &str, call: &Call, scene: &Scene<'_>) -> Option<Known> {
    Some(match name {
        "rm" | "grm" => rm(call, scene),
        "unlink" | "shred" | "srm" | "trash" | "trash-put" | "rimraf" | "del" => shred(name, call, scene),
        "chmod" | "chown" | "chgrp" | "chattr" | "chflags" | "setfacl" | "chcon" => rights(name, call, scene),
        "rsync" | "unison" | "rdiff-backup" => rsync(name, call, scene),
        "mv" | "gmv" => return moved(call, scene),
        "dd" | "gdd" | "dcfldd" | "dc3dd" => dd(call),
        "kill" | "skill" => kill(name, call),
        "killall" | "killall5" | "pkill" | "xkill" => Known::asks("kill", format!("`{name}` ends processes")),
        "shutdown" | "reboot" | "halt" | "poweroff" => halt(name),
        "init" | "telinit" if matches!(call.args.first().and_then(literal), Some("0" | "6")) => halt(name),
        "systemctl" if call.args.iter().filter_map(literal).any(halts) => halt(name),
        _ if formats(name) => format(name, call),
        _ => return None,
    })
}

fn hard(tag: &str, reason: String) -> Known {
    Known::new(Class::Hard, format!("hard.{tag}"), reason)
}

fn grave(known: &mut Known, verb: &str, found: Grave) {
    known.raise(Class::Hard, &format!("hard.{verb}-{}", found.tag()), || {
        format!("it would {verb} {}", found.named())
    });
}

fn rm(call: &Call, scene: &Scene<'_>) -> Known {
    const OPTIONS: Table = Table::new(
        "-dfiIrRvPxW --force --interactive? --one-file-system --no-preserve-root --preserve-root? --recursive --dir \
         --verbose --help --version",
    );
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::asks("rm", "it removes files for good");
    if parsed.has(&["no-preserve-root"]) {
        return hard(
            "rm-root",
            "`--no-preserve-root` is of use only to remove the whole file system".to_owned(),
        );
    }
    let is_deep = parsed.has(&["r", "R", "recursive"]) || parsed.is_loose || parsed.doubt.is_some();
    for operand in &parsed.operands {
        if let Some(found) = grave_of(operand, call, scene).filter(|_| is_deep) {
            grave(&mut known, "rm", found);
        }
        if literal(operand).is_some_and(|path| path.trim_end_matches('/').ends_with(".git"))
            && known.class == Class::Asks
        {
            "it removes the repository with all of its history".clone_into(&mut known.reason);
        }
    }
    known.add_all(parsed.operands, Use::Delete);
    known
}

fn shred(name: &str, call: &Call, scene: &Scene<'_>) -> Known {
    let mut known = Known::asks(
        if name == "unlink" { "rm" } else { name },
        format!("`{name}` removes files for good"),
    );
    for arg in call.args.iter().filter(|arg| !is_option(arg)) {
        if names_disk(arg) {
            return hard("device", format!("`{name}` would wipe a disk"));
        }
        if let Some(found) = grave_of(arg, call, scene).filter(|_| name != "unlink") {
            grave(&mut known, "rm", found);
        }
        known.add(arg, Use::Delete);
    }
    known
}

fn rights(name: &str, call: &Call, scene: &Scene<'_>) -> Known {
    let is_recursive = |arg: &Arg| match arg {
        Arg::Literal(word) if word.starts_with("--") => word.len() > 4 && "--recursive".starts_with(word.as_str()),
        Arg::Literal(word) => {
            word.starts_with('-')
                && word.contains('R')
                && word.bytes().skip(1).all(|byte| b"RcfvhHLPVndbkm".contains(&byte))
        }
        Arg::Pattern(_) => false,
        Arg::Unknown => true,
    };
    let is_deep = call.args.iter().any(is_recursive);
    let mut known = Known::asks(name, format!("`{name}` changes who may read, write or run files"));
    // Modes such as `-x` look like options; the first other word is the mode or the owner.
    for arg in call
        .args
        .iter()
        .filter(|arg| !is_option(arg))
        .skip(usize::from(!is_mode_dashed(call)))
    {
        match grave_of(arg, call, scene) {
            Some(found) if is_deep && found != Grave::Workspace => {
                known.raise(Class::Hard, &format!("hard.{name}-{}", found.tag()), || {
                    format!("`{name} -R` on {} makes the machine unusable", found.named())
                });
            }
            _ => {}
        }
        known.add(arg, Use::Write);
    }
    known
}

/// `chmod -x f`: the mode is what looks like an option. `--reference=` stands for it too.
fn is_mode_dashed(call: &Call) -> bool {
    call.args.iter().filter_map(literal).any(|word| {
        word.starts_with("--ref")
            || word
                .strip_prefix('-')
                .is_some_and(|mode| !mode.is_empty() && mode.bytes().all(|b| b"rwxXst,+-=ugoa".contains(&b)))
    })
}

fn is_option(arg: &Arg) -> bool {
    literal(arg).is_some_and(|word| word.starts_with('-'))
}

/// Moving away what must stay is as bad as removing it; any other move is judged as one.
fn moved(call: &Call, scene: &Scene<'_>) -> Option<Known> {
    let operands: Vec<&Arg> = call.args.iter().filter(|arg| !is_option(arg)).collect();
    let (_, sources) = operands.split_last()?;
    let found = sources.iter().find_map(|source| grave_of(source, call, scene));
    let found = found.filter(|found| *found != Grave::Workspace)?;
    Some(hard(
        &format!("mv-{}", found.tag()),
        format!("it would move {} away", found.named()),
    ))
}

fn dd(call: &Call) -> Known {
    let mut known = Known::reads("dd");
    for arg in &call.args {
        let Some(word) = literal(arg) else {
            if let Arg::Pattern(pattern) = arg
                && let Some(file) = pattern.strip_prefix("of=")
                && names_disk(&Arg::Pattern(file.to_owned()))
            {
                return hard("device", "`dd` would overwrite a disk".to_owned());
            }
            known.doubt("unknown.argument", "an operand of `dd` is known only when it runs");
            continue;
        };
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let value = Arg::Literal(value.to_owned());
        match key {
            "if" => known.add(&value, Use::Read),
            "of" => {
                known.raise(Class::Writes, "write.dd", || "`dd of=` overwrites a file".to_owned());
                known.add(&value, Use::Write);
            }
            "bs" | "ibs" | "obs" | "cbs" | "count" | "skip" | "iseek" | "seek" | "oseek" | "conv" | "iflag"
            | "oflag" | "status" => {}
            _ => known.doubt_option("dd", word),
        }
    }
    known
}

fn kill(name: &str, call: &Call) -> Known {
    let words: Vec<&str> = call.args.iter().filter_map(literal).collect();
    if words
        .first()
        .is_some_and(|word| matches!(*word, "-l" | "-L" | "--list" | "--table"))
    {
        return Known::reads(name);
    }
    // The first word with a dash is the signal, unless one was named or `--` stands in front.
    let mut has_signal = false;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-s" | "-n" | "--signal" | "-q" | "--queue" => {
                has_signal = true;
                rest.next();
            }
            "--" => has_signal = true,
            "-1" if has_signal => return hard("kill-all", "process -1 stands for every process there is".to_owned()),
            _ if word.starts_with('-') => has_signal = true,
            _ => {}
        }
    }
    Known::asks("kill", format!("`{name}` ends processes"))
}

fn halts(word: &str) -> bool {
    matches!(
        word,
        "poweroff" | "reboot" | "halt" | "kexec" | "suspend" | "hibernate" | "soft-reboot" | "emergency" | "rescue"
    )
}

fn halt(name: &str) -> Known {
    Known::asks(
        "halt",
        format!("`{name}` stops the machine, and all unsaved work with it"),
    )
}

fn formats(name: &str) -> bool {
    name == "mkfs"
        || name.starts_with("mkfs.")
        || name.starts_with("newfs")
        || matches!(
            name,
            "mke2fs"
                | "mkswap"
                | "wipefs"
                | "blkdiscard"
                | "fdisk"
                | "sfdisk"
                | "cfdisk"
                | "gdisk"
                | "sgdisk"
                | "parted"
                | "partprobe"
                | "cryptsetup"
                | "mdadm"
                | "pvcreate"
                | "pvremove"
                | "vgremove"
                | "lvremove"
                | "zpool"
                | "hdparm"
                | "badblocks"
                | "diskutil"
                | "diskpart"
                | "format"
                | "mkdosfs"
                | "mkntfs"
                | "tune2fs"
                | "resize2fs"
        )
}

fn format(name: &str, call: &Call) -> Known {
    let only_shows = name.ends_with("disk")
        && call
            .args
            .iter()
            .filter_map(literal)
            .any(|word| matches!(word, "-l" | "--list" | "-p" | "-d"))
        || name == "diskutil" && matches!(call.args.first().and_then(literal), Some("list" | "info"));
    let erases = call
        .args
        .iter()
        .filter_map(literal)
        .any(|word| word.starts_with("erase") || word == "luksFormat");
    if !only_shows && (call.args.iter().any(names_disk) || erases) {
        return hard("device", format!("`{name}` would erase a disk"));
    }
    Known::asks("disk", format!("`{name}` works on disks"))
}

fn rsync(name: &str, call: &Call, scene: &Scene<'_>) -> Known {
    let mut known = Known::asks(
        "rsync",
        format!("`{name}` copies and removes whole trees, and reaches other machines"),
    );
    let deletes = call
        .args
        .iter()
        .filter_map(literal)
        .any(|word| word.starts_with("--del") || word.starts_with("--remove-s"));
    let operands: Vec<&Arg> = call.args.iter().filter(|arg| !is_option(arg)).collect();
    if let Some((target, sources)) = operands.split_last() {
        known.add_all(sources.iter().copied(), Use::Read);
        known.add(target, Use::Write);
        if let Some(found) = grave_of(target, call, scene).filter(|found| deletes && *found != Grave::Workspace) {
            grave(&mut known, "rsync", found);
        }
    }
    known
}
