//! Thought signatures. Gemini signs parts of its answer, mostly calls, and wants each signature back on the part that
//! had it; a session keeps them in blocks of thinking beside that part.

use base::Block;

use crate::signature;

const VENDOR: &str = "gemini";

/// Stands for the signature of a call that another model made, as Google's documentation has it.
pub(super) const NO_SIGNATURE: &str = "skip_thought_signature_validator";

/// The part that a signature belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    /// The block's own words.
    Thought,
    /// The text right before the block.
    Text,
    /// The call after it.
    Call,
}

impl Signed {
    fn name(self) -> &'static str {
        match self {
            Self::Thought => "thought",
            Self::Text => "text",
            Self::Call => "call",
        }
    }

    pub(super) fn sign(self, proof: &str) -> String {
        signature::sign(VENDOR, &format!("{}:{proof}", self.name()))
    }

    /// What it belongs to, and Google's own signature; none if another vendor signed.
    pub(super) fn read(signature: &str) -> Option<(Self, &str)> {
        let (name, proof) = signature::payload(VENDOR, signature)?.split_once(':')?;
        let signed = [Self::Thought, Self::Text, Self::Call]
            .into_iter()
            .find(|signed| signed.name() == name)?;
        Some((signed, proof))
    }

    pub(super) fn of_block(block: &Block) -> Option<Self> {
        match block {
            Block::Thinking {
                signature: Some(signature),
                ..
            } => Self::read(signature).map(|(signed, _)| signed),
            _ => None,
        }
    }
}
