//! Without a workbench.

use attacks::{Control, Ground, Trial, attacks};

use crate::means::{ONE_AT_A_TIME, means};

/// What is contained would do harm elsewhere; else its row proves nothing.
#[tokio::test]
#[ignore = "takes a minute with the others: `tests/run commands`"]
async fn attacks_work_outside_the_workbench() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let mut without_harm = Vec::new();
    let controlled = attacks().into_iter().filter(|attack| attack.control == Control::Works);
    for attack in controlled {
        let verdict = Trial::new(&attack, &means(), Ground::Open)
            .unwrap()
            .run()
            .await
            .unwrap();
        if !verdict.has_worked() {
            without_harm.push(format!("{}: {}", attack.id, verdict.output));
        }
    }
    assert!(
        without_harm.is_empty(),
        "these prove nothing:\n{}",
        without_harm.join("\n")
    );
}

#[test]
fn a_missing_control_has_its_reason() {
    for attack in attacks() {
        if let Control::None(why) = attack.control {
            assert!(!why.is_empty(), "{}", attack.id);
        }
    }
}
