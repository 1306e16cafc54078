//! Everything that can be used up. Each takes no more than a machine can lose.

use std::fs;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::kernel::{at, bits, call, fork, linger};
use crate::report::{say, tried, variable};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("fork-bomb", fork_bomb),
    ("memory", memory),
    ("fill-disk", fill_disk),
    ("fill-temporary-folder", fill_temporary),
    ("grow-file", grow_file),
    ("many-files", many_files),
    ("deep-folders", deep_folders),
    ("sealed-folders", sealed_folders),
    ("odd-files", odd_files),
    ("flood-output", flood_output),
    ("spin", spin),
];

const MOST_FORKS: usize = 1_000;
const MOST_BYTES: usize = 1 << 30;

fn fork_bomb() {
    let start = Instant::now();
    let mut made = 0;
    let end = loop {
        if made == MOST_FORKS || start.elapsed() > Duration::from_secs(10) {
            break Ok(());
        }
        match fork() {
            Ok(None) => {
                linger(10);
                std::process::exit(0)
            }
            Ok(Some(_)) => made += 1,
            Err(error) => break Err(error),
        }
    };
    say(&format!("made {made} processes"));
    tried(&format!("fork {MOST_FORKS} times"), end);
}

fn memory() {
    let mapping = [
        0,
        MOST_BYTES,
        bits(libc::PROT_READ | libc::PROT_WRITE),
        bits(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS),
    ];
    tried(
        "a gigabyte",
        call(
            libc::SYS_mmap,
            [mapping[0], mapping[1], mapping[2], mapping[3], usize::MAX, 0],
        ),
    );
    let grown = (0..64).try_for_each(|_| call(libc::SYS_brk, [0]).map(drop));
    tried(
        "ask for the end of the heap",
        grown.and_then(|()| Err::<(), _>(io::Error::other("asked only"))),
    );
}

fn pause() {
    let time = [0_i64, 50_000_000];
    let _ = call(libc::SYS_ppoll, [0, 0, at(&time), 0, 0]);
}

fn fill(folder: &str) {
    let block = vec![b'!'; 1 << 20];
    let start = Instant::now();
    let mut written = 0;
    let mut result = Ok(());
    // The bound on time keeps it alive until somebody has looked.
    while result.is_ok() && written < MOST_BYTES {
        let path = format!("{folder}/filler-{}", written >> 23);
        let opened = fs::File::options().append(true).create(true).open(path);
        result = opened.and_then(|mut file| file.write_all(&block));
        written += block.len();
        if written.is_multiple_of(16 << 20) {
            // Slow enough for somebody to look before all is written.
            pause();
        }
    }
    say(&format!("wrote {} MB", written >> 20));
    let is_out_of_time = || start.elapsed() > Duration::from_secs(5);
    while result.is_ok() && !is_out_of_time() {
        linger(1);
    }
    tried("write a gigabyte", result);
}

fn fill_disk() {
    say("tried begin: ok");
    let _ = fs::create_dir("target");
    fill("target");
}

fn fill_temporary() {
    say("tried begin: ok");
    fill(&variable("TMPDIR"));
}

fn grow_file() {
    // The signal that comes with the error would end this program before it can tell.
    let _ = call(libc::SYS_rt_sigprocmask, [bits(libc::SIG_BLOCK), at(&u64::MAX), 0, 8]);
    let file = fs::File::create("grown");
    let grown = file.and_then(|file| file.set_len(1 << 40));
    tried("a file of a terabyte", grown);
}

fn many_files() {
    let made = (0..1_000).try_for_each(|number| fs::File::create(format!("many-{number}")).map(drop));
    tried("1,000 files", made);
}

fn deep_folders() {
    let made = (0..3_000).try_for_each(|_| fs::create_dir("d").and_then(|()| std::env::set_current_dir("d")));
    tried("3,000 folders in each other", made);
    tried("a file at the bottom", fs::write("bottom", "!"));
}

fn sealed_folders() {
    use std::os::unix::fs::PermissionsExt;
    let made = fs::create_dir_all("sealed/inner")
        .and_then(|()| fs::write("sealed/inner/file", "!"))
        .and_then(|()| fs::set_permissions("sealed/inner", fs::Permissions::from_mode(0o000)))
        .and_then(|()| fs::set_permissions("sealed", fs::Permissions::from_mode(0o000)));
    tried("a folder nobody may open", made);
    let sealed = fs::set_permissions("src", fs::Permissions::from_mode(0o000));
    tried("a folder that was there", sealed);
    let sealed = fs::set_permissions(".", fs::Permissions::from_mode(0o000));
    tried("the workspace itself", sealed);
}

fn odd_files() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixListener;
    let here = rustix::fs::CWD;
    let pipe = rustix::fs::mknodat(here, "pipe", rustix::fs::FileType::Fifo, 0o600.into(), 0);
    tried("a pipe", pipe);
    tried(
        "a pipe in place of a file",
        fs::remove_file("README").and_then(|()| {
            Ok(rustix::fs::mknodat(
                here,
                "README",
                rustix::fs::FileType::Fifo,
                0o600.into(),
                0,
            )?)
        }),
    );
    tried("a socket", UnixListener::bind("socket"));
    let name = std::ffi::OsStr::from_bytes(b"\xff\n\x1b[31m");
    tried("a name of odd bytes", fs::write(name, "!"));
    tried("a name of many bytes", fs::write("x".repeat(255), "!"));
    tried("a link to itself", std::os::unix::fs::symlink("itself", "itself"));
    let sparse = fs::File::create("sparse").and_then(|file| file.set_len(900 << 20));
    tried("a file of nothing, 900 MB", sparse);
}

fn flood_output() {
    say("tried begin: ok");
    let block = vec![b'!'; 1 << 16];
    let mut out = io::stdout();
    let result = (0..MOST_BYTES >> 16).try_for_each(|_| out.write_all(&block));
    tried("a gigabyte of output", result);
}

fn spin() {
    say("tried begin: ok");
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        std::hint::spin_loop();
    }
}
