//! How often is too often.

use serde::Deserialize;

/// At `nudge` the model is told, at `stop` the turn ends. 0 switches either off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    pub nudge: usize,
    pub stop: usize,
}

/// The bounds of the nine rows of EN6. Fields that are left out are those of `strict`. Counts never exceed the window
/// of 20 calls, so a greater bound is never reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Row 1: looking at the screen right after a successful GUI call, which shows the screen itself. Only nudged.
    pub visual_after_gui: bool,
    /// Row 2: looking at the screen after a failed call has succeeded. Only nudged.
    pub visual_after_recovery: bool,
    /// Row 3: the same call back to back.
    pub back_to_back: Bounds,
    /// Row 4: the same call anywhere in the window.
    pub repeated: Bounds,
    /// Row 5: a tool that fails and fails.
    pub failing: Bounds,
    /// Row 6: web calls on one topic without progress.
    pub same_topic: Bounds,
    /// Row 6 again: a stronger nudge in between.
    pub same_topic_stronger: usize,
    /// Row 7: searches that find nothing.
    pub fruitless_search: Bounds,
    /// Row 8: a tool that brings nothing new.
    pub no_progress: Bounds,
    /// Row 9: `sleep` in the shell.
    pub sleeping: Bounds,
}

const fn bounds(nudge: usize, stop: usize) -> Bounds {
    Bounds { nudge, stop }
}

impl Thresholds {
    /// The numbers of EN6.
    pub const fn strict() -> Self {
        Self {
            visual_after_gui: true,
            visual_after_recovery: true,
            back_to_back: bounds(2, 3),
            repeated: bounds(3, 6),
            failing: bounds(4, 8),
            same_topic: bounds(3, 7),
            same_topic_stronger: 5,
            fruitless_search: bounds(5, 8),
            no_progress: bounds(8, 16),
            sleeping: bounds(2, 4),
        }
    }

    /// For models that repeat themselves but get there. EN6 gives the nudges (3, 5, 6, 12); the stops keep the
    /// distance of the strict ones.
    pub const fn relaxed() -> Self {
        Self {
            back_to_back: bounds(3, 4),
            repeated: bounds(5, 8),
            failing: bounds(6, 10),
            no_progress: bounds(12, 20),
            ..Self::strict()
        }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::strict()
    }
}
