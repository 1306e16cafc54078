//! Keys that are not at hand but are fetched when they are first needed: from a program, or from the system's keyring.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::Mutex;

use crate::Secret;

/// The key, or a sentence that says why there is none and what to do. The sentence never holds the key.
pub type FetchedKey = Result<Secret, String>;

/// Fetches a key when it is asked for, and holds it in memory as long as the process lives. Clones share it.
#[derive(Clone)]
pub struct KeySource(Arc<Source>);

struct Source {
    origin: String,
    fetch: Box<dyn Fn() -> BoxFuture<'static, FetchedKey> + Send + Sync>,
    held: Mutex<Option<Secret>>,
}

impl KeySource {
    /// `origin` is for people: where the key comes from.
    pub fn new(
        origin: impl Into<String>,
        fetch: impl Fn() -> BoxFuture<'static, FetchedKey> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Source {
            origin: origin.into(),
            fetch: Box::new(fetch),
            held: Mutex::new(None),
        }))
    }

    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Whoever comes while it is being fetched waits for the same key. A failure is not held: the next one tries anew.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn key(&self) -> FetchedKey {
        let mut held = self.0.held.lock().await;
        if let Some(key) = &*held {
            return Ok(key.clone());
        }
        Ok(held.insert(self.fetch().await?).clone())
    }

    /// What there is in place of a key that the server refused: what somebody else fetched meanwhile, or what is
    /// fetched now. None if that is the same.
    pub(super) async fn instead_of(&self, refused: &Secret) -> Result<Option<Secret>, String> {
        let mut held = self.0.held.lock().await;
        if held.as_ref().is_none_or(|key| key == refused) {
            *held = None;
            *held = Some(self.fetch().await?);
        }
        Ok(held.clone().filter(|key| key != refused))
    }

    async fn fetch(&self) -> FetchedKey {
        let fetched = (self.0.fetch)().await;
        fetched.inspect(|key| base::redact::know(key.expose()))
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeySource").field(&self.0.origin).finish()
    }
}

/// The very same source.
impl PartialEq for KeySource {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
