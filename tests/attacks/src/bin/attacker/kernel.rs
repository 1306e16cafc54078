//! The one door to the kernel: most attacks are calls that no safe interface offers.

use std::ffi::c_long;
use std::io;

/// Makes the call.
#[expect(
    unsafe_code,
    reason = "attacks are made of calls that nobody wraps; this is the only place"
)]
pub(crate) fn call<const N: usize>(number: c_long, arguments: [usize; N]) -> io::Result<usize> {
    let mut all = [0_usize; 6];
    for (place, argument) in all.iter_mut().zip(arguments) {
        *place = argument;
    }
    let [a, b, c, d, e, f] = all;
    // SAFETY: every caller hands over numbers, pointers to data of its own that lives on, or null, as the call
    // wants them; nothing that this process relies on is changed behind its back.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, f) };
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

/// A path or name as the kernel reads it.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    bytes
}

/// Where the data lies.
pub(crate) fn at<T: ?Sized>(data: &T) -> usize {
    (&raw const *data).cast::<u8>() as usize
}

/// A number of the kernel's headers as an argument; negative ones keep their bits.
pub(crate) fn bits(number: i32) -> usize {
    number as usize
}

/// Makes a copy of this process: none in the copy, its number in the original.
pub(crate) fn fork() -> io::Result<Option<i32>> {
    let pid = call(libc::SYS_clone, [bits(libc::SIGCHLD)])?;
    Ok(Some(i32::try_from(pid).unwrap_or_default()).filter(|pid| *pid != 0))
}

/// Waits that long, for nothing: the time that an attack lives at most.
pub(crate) fn linger(seconds: i64) {
    let time = [seconds, 0];
    let _ = call(libc::SYS_ppoll, [0, 0, at(&time), 0, 0]);
}
