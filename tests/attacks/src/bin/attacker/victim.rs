//! What is attacked: a process of the same user that lets itself be traced, shares memory, and says on each line of
//! input how it is.

use std::io::BufRead;

use crate::kernel::{at, bits, call, linger};
use crate::report::say;

pub(crate) const TARGETS: &[(&str, fn())] = &[("victim", victim), ("nothing", || linger(0))];

fn victim() {
    // Some systems let only ancestors trace; the attacks have to be stopped by the workbench, not by those.
    let _ = call(libc::SYS_prctl, [bits(libc::PR_SET_PTRACER), usize::MAX, 0, 0, 0]);
    let private = libc::IPC_PRIVATE as usize;
    let segment = call(libc::SYS_shmget, [private, 4096, 0o1600]).unwrap_or(usize::MAX);
    let queue = call(libc::SYS_msgget, [private, 0o1600]).unwrap_or(usize::MAX);
    let memory: Box<[u8; 64]> = Box::new(std::array::from_fn(|index| {
        *b"untouched ".get(index % 10).unwrap_or(&0)
    }));
    say(&format!("ready {} {segment} {queue}", at(&*memory)));
    for _ in std::io::stdin().lock().lines() {
        say(&state(&memory, segment, queue));
    }
    let _ = call(libc::SYS_shmctl, [segment, bits(libc::IPC_RMID), 0]);
    let _ = call(libc::SYS_msgctl, [queue, bits(libc::IPC_RMID), 0]);
}

fn state(memory: &[u8; 64], segment: usize, queue: usize) -> String {
    let memory = String::from_utf8_lossy(std::hint::black_box(memory)).into_owned();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kept = ["TracerPid:", "Cpus_allowed:"];
    let status: Vec<_> = status
        .lines()
        .filter(|line| kept.iter().any(|name| line.starts_with(name)))
        .collect();
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap_or_default();
    let priority = call(libc::SYS_getpriority, [0, 0]);
    let schedule = call(libc::SYS_sched_getscheduler, [0]);
    let turns = call(libc::SYS_ioprio_get, [1, 0]);
    let score = std::fs::read_to_string("/proc/self/oom_score_adj").unwrap_or_default();
    let group = rustix::process::getpgrp();
    let mut segment_state = [0_u8; 512];
    let stat = bits(libc::IPC_STAT);
    let has_segment = call(libc::SYS_shmctl, [segment, stat, segment_state.as_mut_ptr() as usize]).is_ok();
    let mut queue_state = [0_u8; 512];
    let has_queue = call(libc::SYS_msgctl, [queue, stat, queue_state.as_mut_ptr() as usize]).is_ok();
    let queued = call(
        libc::SYS_msgrcv,
        [queue, queue_state.as_mut_ptr() as usize, 64, 0, bits(libc::IPC_NOWAIT)],
    )
    .is_ok();
    format!(
        "{memory} {status:?} {files} {priority:?} {schedule:?} {turns:?} {} {group:?} {has_segment} {has_queue} {queued}",
        score.trim()
    )
}
