//! In the workbench.

use attacks::{Attack, Ground, Trial, attacks};
use sandbox::Level;

use crate::means::{NO_NAMESPACES, ONE_AT_A_TIME, means};

/// Makes all attacks there and lists what went wrong.
async fn check(ground: Ground, expect: Level) {
    let _turn = ONE_AT_A_TIME.lock().await;
    let mut wrong = Vec::new();
    let only = std::env::var("ATTACKS_ONLY").ok();
    let is_wanted = |attack: &Attack| only.as_deref().is_none_or(|only| only == attack.id);
    let attacks = attacks().into_iter().filter(is_wanted);
    for attack in attacks {
        let verdict = match Trial::new(&attack, &means(), ground).unwrap().run().await {
            Ok(verdict) => verdict,
            Err(error) if attack.is_open_at(expect) => {
                eprintln!("{} is known to be open at {expect}: {error:#}", attack.id);
                continue;
            }
            Err(error) => panic!("{}: {error:#}", attack.id),
        };
        match verdict.level {
            Some(Level::InPlace) => {
                eprintln!(
                    "level L1: commands cannot be confined here, so none is allowed without a question; no attack was made"
                );
                return;
            }
            Some(level) if level != expect => {
                eprintln!("level {level} instead of {expect}: this is not what was to be attacked");
                return;
            }
            _ => {}
        }
        if attack.is_open_at(expect) {
            eprintln!("{} is known to be open at {expect}: {:?}", attack.id, verdict.harm);
        } else if !verdict.harm.is_empty() {
            wrong.push(format!(
                "{}: {:#?}\nit said: {}",
                attack.id, verdict.harm, verdict.output
            ));
        }
    }
    assert!(wrong.is_empty(), "at {expect}, not contained:\n{}", wrong.join("\n"));
}

#[tokio::test]
#[ignore = "takes a minute with the others: `tests/run commands`"]
async fn every_attack_is_contained() {
    let expect = if std::env::var_os(NO_NAMESPACES).is_some() {
        Level::Clone
    } else {
        Level::Overlay
    };
    check(Ground::Workbench, expect).await;
}

#[tokio::test]
#[ignore = "takes a minute with the others: `tests/run commands`"]
async fn every_attack_is_contained_on_a_copy() {
    if rustix::process::geteuid().is_root() {
        check(Ground::Foreign, Level::Clone).await;
    }
}
