//! Commands that somebody listens to while they run, and may talk to.

/// Hears what a command says, in pieces and in order. What it says is bounded as for any command.
pub trait Listener: Send + Sync {
    /// Must not take long: the command waits once its pipe is full.
    fn hear(&self, bytes: &[u8]);

    /// What is typed into the command's terminal, asked for once; with none the command has no terminal, and nothing
    /// is typed in.
    fn typed(&self) -> Option<Typed> {
        None
    }
}

/// Bytes as somebody types them.
pub type Typed = tokio::sync::mpsc::Receiver<Vec<u8>>;

/// The listener of a command whose end is waited for.
pub(crate) struct Nobody;

impl Listener for Nobody {
    fn hear(&self, _bytes: &[u8]) {}
}
