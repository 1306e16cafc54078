//! A session's own correction of the count: what the vendor reported over what was expected.

/// Learns from each answer's usage. Counts leave out what a vendor adds without saying (its own instructions for
/// tools, separators) and miss where its tokenizer is not known; both are much the same from call to call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    factor: f64,
    observed: u32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            factor: 1.0,
            observed: 0,
        }
    }
}

/// How much of the difference the newest report makes up: the first ones more, so that a session starts to be right
/// with its first answer, later ones less, so that one odd report cannot upset it.
const LEAST_WEIGHT: f64 = 0.25;

/// A report below this many tokens says more about the overhead than about the text.
const LEAST_TOKENS: u64 = 200;

/// Beyond these the report is taken for a mistake: a proxy that reports nothing, or tokens of another request.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 0.25..=4.0;

impl Calibration {
    /// `estimated` is the counter's own number for a request, `reported` the whole prompt as the vendor counted it:
    /// input, cache reads and cache writes together. Reports that cannot be right are ignored.
    pub fn observe(&mut self, estimated: u64, reported: u64) {
        if estimated < LEAST_TOKENS || reported < LEAST_TOKENS {
            return;
        }
        let factor = reported as f64 / estimated as f64;
        if !PLAUSIBLE.contains(&factor) {
            return;
        }
        self.observed = self.observed.saturating_add(1);
        let weight = (1.0 / f64::from(self.observed)).max(LEAST_WEIGHT);
        self.factor += (factor - self.factor) * weight;
    }

    /// The number to expect for an estimate of `tokens`.
    #[must_use]
    pub fn apply(&self, tokens: u64) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a factor of at most 4 on a count of tokens"
        )]
        let corrected = (tokens as f64 * self.factor).round() as u64;
        corrected
    }

    #[must_use]
    pub fn factor(&self) -> f64 {
        self.factor
    }
}
