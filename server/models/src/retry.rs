//! Asking again when a request fails before anything of its answer has arrived.
//!
//! Once a chunk is out the engine may have shown it or started a tool: from there a break is the engine's to repair,
//! and nothing is sent twice.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use futures::{StreamExt, stream};

use crate::{Answer, Chunk, Limits, ModelError};

/// The wait before the second attempt where the server names none; doubled for each one after.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Many clients that were refused together must not come back together: up to this much is added to each wait.
const JITTER: Duration = Duration::from_millis(250);

/// Streams the first of `attempt`'s answers that gets as far as a chunk, else the error of the last one.
pub(crate) fn until_first_chunk(limits: Limits, attempt: impl FnMut() -> Answer + Send + 'static) -> Answer {
    let attempts = Attempts {
        limits,
        attempt,
        made: 0,
        answer: None,
        started: false,
        ended: false,
    };
    stream::unfold(attempts, |mut attempts| async move {
        let item = attempts.next().await?;
        Some((item, attempts))
    })
    .boxed()
}

struct Attempts<F> {
    limits: Limits,
    attempt: F,
    made: u32,
    answer: Option<Answer>,
    started: bool,
    ended: bool,
}

impl<F: FnMut() -> Answer + Send> Attempts<F> {
    async fn next(&mut self) -> Option<Result<Chunk, ModelError>> {
        loop {
            if self.ended {
                return None;
            }
            let answer = self.answer.get_or_insert_with(|| {
                self.made += 1;
                (self.attempt)()
            });
            let item = answer.next().await.unwrap_or(Err(ModelError::Cut));
            match item {
                Ok(chunk) => {
                    self.started = true;
                    self.ended = matches!(chunk, Chunk::Done(_));
                    return Some(Ok(chunk));
                }
                Err(error) => {
                    self.answer = None;
                    let Some(wait) = self.wait_after(&error) else {
                        self.ended = true;
                        return Some(Err(error));
                    };
                    tracing::info!(%error, ?wait, attempt = self.made, "asking the model again");
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// How long to wait before the next attempt; none if there shall be none.
    fn wait_after(&self, error: &ModelError) -> Option<Duration> {
        if self.started || !error.is_retryable() || self.made >= self.limits.attempts {
            return None;
        }
        let wait = error
            .retry_after()
            .unwrap_or_else(|| FIRST_WAIT * 2u32.saturating_pow(self.made.saturating_sub(1)));
        (wait <= self.limits.longest_wait).then(|| wait + jitter())
    }
}

fn jitter() -> Duration {
    // `RandomState` is seeded by the system: enough randomness to spread clients, without a crate for it.
    let fraction = RandomState::new().hash_one(0u8) as f64 / u64::MAX as f64;
    JITTER.mul_f64(fraction)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use base::StopReason;
    use tokio::time::Instant;

    use super::*;

    type Item = Result<Chunk, ModelError>;

    fn text(text: &str) -> Item {
        Ok(Chunk::Text(text.into()))
    }

    fn limited(seconds: u64) -> Item {
        Err(ModelError::RateLimited {
            provider: "p".into(),
            retry_after: Some(Duration::from_secs(seconds)),
            message: String::new(),
        })
    }

    /// Runs over scripted attempts on tokio's paused clock. `waited` are whole seconds, jitter left out.
    async fn check(attempts: Vec<Vec<Item>>, expect: Vec<Item>, made: usize, waited: Duration) {
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        let start = Instant::now();
        let answer = until_first_chunk(Limits::default(), move || {
            let number = counter.fetch_add(1, Ordering::Relaxed);
            stream::iter(attempts[number].clone()).boxed()
        });
        assert_eq!(answer.collect::<Vec<_>>().await, expect);
        assert_eq!(count.load(Ordering::Relaxed), made);
        let extra = start.elapsed().checked_sub(waited).expect("the wait is honoured");
        assert!(
            extra <= JITTER * 2 + Duration::from_millis(2),
            "waited {extra:?} too long"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_that_the_server_asks_for_is_honoured() {
        let done = Ok(Chunk::Done(StopReason::EndTurn));
        check(
            vec![vec![limited(7)], vec![limited(20)], vec![text("a"), done.clone()]],
            vec![text("a"), done],
            3,
            Duration::from_secs(27),
        )
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn without_one_waits_grow() {
        check(
            vec![vec![Err(ModelError::Cut)], vec![], vec![Err(ModelError::Cut)]],
            vec![Err(ModelError::Cut)],
            3,
            Duration::from_millis(1500),
        )
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_sent_twice_after_the_first_chunk() {
        check(
            vec![vec![text("a"), Err(ModelError::Cut)]],
            vec![text("a"), Err(ModelError::Cut)],
            1,
            Duration::ZERO,
        )
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_succeed_is_not_tried_again() {
        let refused = Err(ModelError::BadRequest {
            provider: "p".into(),
            message: "no".into(),
        });
        check(vec![vec![refused.clone()]], vec![refused], 1, Duration::ZERO).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_beyond_reason_is_the_users_to_decide() {
        check(vec![vec![limited(3600)]], vec![limited(3600)], 1, Duration::ZERO).await;
    }
}
