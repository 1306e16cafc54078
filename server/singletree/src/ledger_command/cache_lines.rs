//! What the vendors' caches did, call by call.

use serde_json::{Value, json};
use store::Call;

use super::numbers::grouped;
use crate::printable::printable;

/// What a token that was read from the cache saves of its price, in percent: vendors charge a tenth for it.
const SAVED_PERCENT: u64 = 90;

/// A line for each call, and the sum.
pub(super) fn lines(calls: &[Call]) -> String {
    let mut lines: String = calls.iter().map(line).collect();
    let Sums { written, hits, saved } = sums(calls);
    let (written, saved) = (grouped(written), grouped(saved));
    let calls = grouped(calls.len() as u64);
    lines.push_str(&format!(
        "[cache summary] {calls} calls | written={written} | hits={} | total saved≈{saved} tokens\n",
        grouped(hits)
    ));
    lines
}

pub(super) fn to_json(calls: &[Call]) -> Value {
    let call = |call: &Call| {
        json!({
            "session": call.session, "turn": call.turn, "model": call.model, "hit": is_hit(call),
            "read": call.usage.cache_read, "written": call.usage.cache_write, "saved": saved(call),
            "miss": call.cost.miss,
        })
    };
    let Sums { written, hits, saved } = sums(calls);
    json!({
        "calls": calls.iter().map(call).collect::<Vec<_>>(),
        "summary": {"calls": calls.len(), "written": written, "hits": hits, "saved": saved},
    })
}

fn line(call: &Call) -> String {
    let (read, written) = (call.usage.cache_read, call.usage.cache_write);
    if is_hit(call) {
        let saved = grouped(saved(call));
        return format!("[cache] HIT → {} tokens read (saved ~{saved} tokens)\n", grouped(read));
    }
    let cause = call.cost.miss.as_ref().map(|cause| format!(": {}", printable(cause)));
    format!(
        "[cache] MISS → {} tokens written{}\n",
        grouped(written),
        cause.unwrap_or_default()
    )
}

fn is_hit(call: &Call) -> bool {
    call.usage.cache_read > 0
}

fn saved(call: &Call) -> u64 {
    let hundredfold = u128::from(call.usage.cache_read) * u128::from(SAVED_PERCENT);
    u64::try_from(hundredfold / 100).unwrap_or(u64::MAX)
}

struct Sums {
    written: u64,
    hits: u64,
    saved: u64,
}

fn sums(calls: &[Call]) -> Sums {
    let sum = |count: fn(&Call) -> u64| calls.iter().map(count).fold(0, u64::saturating_add);
    Sums {
        written: sum(|call| call.usage.cache_write),
        hits: sum(|call| u64::from(is_hit(call))),
        saved: sum(saved),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use base::{SessionId, TurnId, Usage};
    use store::CallCost;

    use super::*;

    fn call(cache_read: u64, cache_write: u64, miss: Option<&str>) -> Call {
        Call {
            session: SessionId::from("s"),
            turn: TurnId::from("t"),
            task: None,
            at: UNIX_EPOCH,
            model: "p/m".to_owned(),
            usage: Usage {
                cache_read,
                cache_write,
                ..Usage::default()
            },
            cost: CallCost {
                miss: miss.map(str::to_owned),
                ..CallCost::default()
            },
        }
    }

    fn check(calls: &[Call], expect: &[&str]) {
        assert_eq!(lines(calls).lines().collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_miss_and_five_hits() {
        let mut calls = vec![call(0, 1847, None)];
        calls.extend(vec![call(1847, 0, None); 5]);
        let hit = "[cache] HIT → 1,847 tokens read (saved ~1,662 tokens)";
        let summary = "[cache summary] 6 calls | written=1,847 | hits=5 | total saved≈8,310 tokens";
        check(
            &calls,
            &["[cache] MISS → 1,847 tokens written", hit, hit, hit, hit, hit, summary],
        );
    }

    #[test]
    fn a_miss_names_its_cause() {
        check(
            &[call(0, 0, Some("model changed\n"))],
            &[
                "[cache] MISS → 0 tokens written: model changed\\n",
                "[cache summary] 1 calls | written=0 | hits=0 | total saved≈0 tokens",
            ],
        );
        check(
            &[],
            &["[cache summary] 0 calls | written=0 | hits=0 | total saved≈0 tokens"],
        );
    }
}
