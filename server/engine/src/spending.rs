//! What a turn has used up, its sub-agents included, held against its budget before each model call.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Usage;
use tokio::time::Instant;

use crate::limits::Budget;

/// Shared by a turn and its sub-agents; cheap to clone.
#[derive(Clone)]
pub(crate) struct Spending {
    budget: Budget,
    since: Instant,
    spent: Arc<Mutex<Spent>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    usage: Usage,
    usd: f64,
    /// Whether a call had no price: then `usd` is not all.
    is_unpriced: bool,
}

impl Spending {
    pub(crate) fn new(budget: Budget) -> Self {
        Self {
            budget,
            since: Instant::now(),
            spent: Arc::default(),
        }
    }

    /// Books one model call; `usd` is none where its price is not known.
    pub(crate) fn book(&self, usage: Usage, usd: Option<f64>) {
        let mut spent = self.lock();
        spent.usage += usage;
        spent.usd += usd.unwrap_or_default();
        spent.is_unpriced |= usd.is_none();
    }

    pub(crate) fn usage(&self) -> Usage {
        self.lock().usage
    }

    /// US dollars; none if a call's price was not known.
    pub(crate) fn usd(&self) -> Option<f64> {
        let spent = self.lock();
        (!spent.is_unpriced).then_some(spent.usd)
    }

    /// The part of the budget that is used up, with the setting that says so.
    pub(crate) fn exceeded(&self) -> Option<String> {
        let Spent { usage, usd, .. } = *self.lock();
        let tokens = usage.input + usage.output + usage.cache_read + usage.cache_write;
        let time = self.since.elapsed();
        if let Some(most) = self.budget.tokens.filter(|most| tokens >= *most) {
            return Some(format!("it has used {tokens} of {most} tokens (`budget.tokens`)"));
        }
        if let Some(most) = self.budget.usd.filter(|most| usd >= *most) {
            return Some(format!("it has cost ${usd:.2} of ${most:.2} (`budget.usd`)"));
        }
        let most = self.budget.time.filter(|most| time >= *most)?;
        Some(format!(
            "it has taken {} of {} (`budget.seconds`)",
            shown(time),
            shown(most)
        ))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shown(time: Duration) -> String {
    format!("{} s", time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(budget: Budget, calls: &[(u64, Option<f64>)], expect: Option<&str>) {
        let spending = Spending::new(budget);
        for (tokens, usd) in calls {
            let usage = Usage {
                input: *tokens,
                ..Usage::default()
            };
            spending.book(usage, *usd);
        }
        assert_eq!(spending.exceeded().as_deref(), expect);
    }

    #[test]
    fn each_part_of_a_budget_ends_the_turn() {
        let tokens = Budget {
            tokens: Some(100),
            ..Budget::default()
        };
        check(tokens, &[(60, None)], None);
        check(
            tokens,
            &[(60, None), (40, None)],
            Some("it has used 100 of 100 tokens (`budget.tokens`)"),
        );
        let usd = Budget {
            usd: Some(0.5),
            ..Budget::default()
        };
        check(usd, &[(1, Some(0.2)), (1, None)], None);
        check(
            usd,
            &[(1, Some(0.2)), (1, Some(0.3))],
            Some("it has cost $0.50 of $0.50 (`budget.usd`)"),
        );
        check(Budget::default(), &[(u64::from(u32::MAX), Some(1e6))], None);
    }

    #[tokio::test(start_paused = true)]
    async fn time_counts_from_the_start_of_the_turn() {
        let spending = Spending::new(Budget {
            time: Some(Duration::from_secs(60)),
            ..Budget::default()
        });
        assert_eq!(spending.exceeded(), None);
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(
            spending.exceeded().as_deref(),
            Some("it has taken 61 s of 60 s (`budget.seconds`)")
        );
    }

    #[test]
    fn a_sum_with_an_unknown_price_is_unknown() {
        let spending = Spending::new(Budget::default());
        spending.book(Usage::default(), Some(0.25));
        assert_eq!(spending.usd(), Some(0.25));
        spending.book(Usage::default(), None);
        assert_eq!(spending.usd(), None);
    }
}
