use super::*;

/// A call that read the results of `tools`, an hour after the one before.
fn call(number: u64, tools: &[&str], usd: Option<f64>) -> Call {
    Call {
        session: SessionId::from("s"),
        turn: TurnId::from(format!("t{}", number / 2)),
        task: (number != 3).then_some(CommandName::Fix),
        at: SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(number * 12),
        model: format!("p/m{}", number % 2),
        usage: Usage {
            input: 10 + number,
            output: 5,
            cache_read: if number == 0 { 0 } else { 100 },
            cache_write: 7,
        },
        cost: CallCost {
            usd,
            tools: tools.iter().map(|&tool| tool.to_owned()).collect(),
            miss: (number == 0).then(|| "model changed".to_owned()),
            purpose: String::new(),
        },
    }
}

fn calls() -> Vec<Call> {
    vec![
        call(0, &[], Some(0.5)),
        call(1, &["grep", "read"], Some(0.25)),
        call(2, &["read"], None),
        call(3, &["edit", "grep", "read"], Some(3.0)),
    ]
}

/// Rows as `key calls input output read written usd unpriced`.
fn check(by: LedgerBy, expect: &[&str]) {
    let rows = ledger(&calls(), by);
    let shown: Vec<String> = rows
        .iter()
        .map(|LedgerRow { key, totals }| {
            let Usage {
                input,
                output,
                cache_read,
                cache_write,
            } = totals.usage;
            let (calls, usd, unpriced) = (totals.calls, totals.usd, totals.unpriced);
            format!("{key} {calls} {input} {output} {cache_read} {cache_write} {usd} {unpriced}")
        })
        .collect();
    assert_eq!(shown, expect);
}

#[test]
fn a_call_is_shared_by_the_tools_whose_results_it_read() {
    check(
        LedgerBy::Tool,
        &[
            "read 3 21 8 183 12 1.125 1",
            "grep 2 10 5 83 6 1.125 0",
            "edit 1 5 2 34 3 1 0",
            "- 1 10 5 0 7 0.5 0",
        ],
    );
    let parts = ledger(&calls(), LedgerBy::Tool);
    let input: u64 = parts.iter().map(|row| row.totals.usage.input).sum();
    assert_eq!(input, total(&calls()).usage.input, "no token is lost in the sharing");
}

#[test]
fn the_other_books() {
    check(LedgerBy::Session, &["s 4 46 20 300 28 3.75 1"]);
    check(LedgerBy::Turn, &["t0 2 21 10 100 14 0.75 0", "t1 2 25 10 200 14 3 1"]);
    check(LedgerBy::Task, &["- 1 13 5 100 7 3 0", "fix 3 33 15 200 21 0.75 1"]);
    check(
        LedgerBy::Model,
        &["p/m1 2 24 10 200 14 3.25 0", "p/m0 2 22 10 100 14 0.5 1"],
    );
    check(
        LedgerBy::Day,
        &["1970-01-01 2 21 10 100 14 0.75 0", "1970-01-02 2 25 10 200 14 3 1"],
    );
}

#[test]
fn hits_misses_and_tokens_beyond_count() {
    let mut calls = calls();
    calls[0].usage.input = u64::MAX;
    let total = total(&calls);
    assert_eq!((total.calls, total.hits, total.missed()), (4, 3, 1));
    assert_eq!(total.misses["model changed"], 1);
    assert_eq!(total.usage.input, u64::MAX);
    assert_eq!(total.tokens(), u64::MAX);
}
