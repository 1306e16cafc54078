use std::time::Duration;

pub fn delay_before(attempt: u32, first: Duration, longest: Duration) -> Option<Duration> {
    let factor = 2u32.checked_pow(attempt)?;
    Some((first * factor).min(longest))
}
