//! What goes wrong on the way to a model, and in it.

/// The faults of one session, the same for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// At least 0 and less than `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % sides.max(1)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The connection ends somewhere in the answer.
    Cut,
    /// The same, between two bytes of one character.
    CutInACharacter,
    /// Lines that belong to no event.
    StrayLines,
    /// An event that is no JSON.
    GarbageEvent,
    TooManyRequests,
    Overloaded,
    Unavailable,
    /// A reset instead of an answer.
    Reset,
    /// A reset in the middle of one.
    ResetLater,
    /// Two calls of one id, which an earlier call had already.
    RepeatedIds,
    InvalidArguments,
    UnknownTool,
    /// Neither words nor calls.
    EmptyAnswer,
}

impl Fault {
    pub(crate) const ALL: [Self; 13] = [
        Self::Cut,
        Self::CutInACharacter,
        Self::StrayLines,
        Self::GarbageEvent,
        Self::TooManyRequests,
        Self::Overloaded,
        Self::Unavailable,
        Self::Reset,
        Self::ResetLater,
        Self::RepeatedIds,
        Self::InvalidArguments,
        Self::UnknownTool,
        Self::EmptyAnswer,
    ];

    /// The status of a refusal that may be tried again at once.
    pub(crate) fn status(self) -> Option<u16> {
        match self {
            Self::TooManyRequests => Some(429),
            Self::Overloaded => Some(529),
            Self::Unavailable => Some(503),
            _ => None,
        }
    }
}
