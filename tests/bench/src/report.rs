//! One line a figure: what, measured, limit, ratio.

use std::io::Write;
use std::time::Duration;

pub(crate) fn header() -> anyhow::Result<()> {
    line(&format!(
        "{:<58} {:>12} {:>12} {:>8}",
        "figure", "measured", "limit", "ratio"
    ))
}

/// A figure with a limit, in the same unit.
pub(crate) fn limited(what: &str, measured: f64, limit: f64, unit: &str) -> anyhow::Result<()> {
    line(&format!(
        "{what:<58} {measured:>9.2} {unit} {limit:>9.2} {unit} {:>8.3}",
        measured / limit
    ))
}

/// A figure that is to be larger than its limit; its ratio is above 1 where it is not, as that of all others.
pub(crate) fn at_least(what: &str, measured: f64, limit: f64, unit: &str) -> anyhow::Result<()> {
    let limit_said = format!("≥ {limit:.2}");
    line(&format!(
        "{what:<58} {measured:>9.2} {unit} {limit_said:>9} {unit} {:>8.3}",
        limit / measured
    ))
}

/// A figure that this machine cannot give.
pub(crate) fn unknown(what: &str, why: &str) -> anyhow::Result<()> {
    line(&format!("{what:<58} not measured: {why}"))
}

/// A figure that only a curve gives a meaning.
pub(crate) fn plain(what: &str, measured: f64, unit: &str) -> anyhow::Result<()> {
    line(&format!("{what:<58} {measured:>9.2} {unit}"))
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The value below which `share` (0 to 1) of the samples lie.
pub(crate) fn percentile(samples: &mut [Duration], share: f64) -> Duration {
    samples.sort();
    let at = ((samples.len() as f64 * share).ceil() as usize).clamp(1, samples.len());
    samples[at - 1]
}

fn line(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
