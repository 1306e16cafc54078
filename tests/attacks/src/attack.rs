//! A row of the suite.

use sandbox::Level;

/// One attack: the subcommand of the attacker with this name.
#[derive(Clone, Copy, Debug)]
pub struct Attack {
    pub id: &'static str,
    /// For the table: what was tried.
    pub tried: &'static str,
    /// For the table: what contains it.
    pub held_by: &'static str,
    pub expect: Expect,
    pub control: Control,
    /// Where it is not contained, as the page says under the table.
    pub open: Option<Open>,
}

/// A hole that is known.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub at: &'static [Level],
    pub why: &'static str,
}

/// What must hold beside the scene's being unharmed, which always must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Some of it works, in the private layer.
    Unharmed,
    /// Nothing that was tried came through.
    Refused,
    /// Nothing came through, and each error is one of refusal: the calls are made so that they fail anyway.
    Denied,
    /// The command was ended, and a note speaks of this.
    Ended(&'static str),
    /// It ran into its time limit.
    TimedOut,
}

/// Whether the same attack works where no workbench is, so that the trial could have failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// It comes through, or does harm.
    Works,
    /// It is not made, and this is why.
    None(&'static str),
}

impl Attack {
    pub(crate) const fn new(id: &'static str, tried: &'static str, held_by: &'static str) -> Self {
        Self {
            id,
            tried,
            held_by,
            expect: Expect::Unharmed,
            control: Control::Works,
            open: None,
        }
    }

    pub(crate) const fn expect(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }

    pub(crate) const fn refused(self) -> Self {
        self.expect(Expect::Refused)
    }

    pub(crate) const fn denied(self) -> Self {
        self.expect(Expect::Denied)
    }

    pub(crate) const fn uncontrolled(mut self, why: &'static str) -> Self {
        self.control = Control::None(why);
        self
    }

    pub(crate) const fn open(mut self, at: &'static [Level], why: &'static str) -> Self {
        self.open = Some(Open { at, why });
        self
    }

    /// Whether it is known to come through at this level.
    #[must_use]
    pub fn is_open_at(&self, level: Level) -> bool {
        self.open.is_some_and(|open| open.at.contains(&level))
    }
}
