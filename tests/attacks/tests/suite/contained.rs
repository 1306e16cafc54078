//! In the workbench.

use attacks::{Attack, Ground, Trial, attacks};
use sandbox::Level;

use crate::means::{NO_NAMESPACES, means};

/// Makes all attacks there and lists what went wrong.
async fn check(ground: Ground, expect: Level) {
    let mut wrong = Vec::new();
    let only = std::env::var("ATTACKS_ONLY").ok();
    let attacks = attacks()
        .into_iter()
        .filter(|attack| only.as_deref().is_none_or(|only| only == attack.id));
    for attack in attacks {
        let verdict = Trial::new(&attack, &means(), ground).unwrap().run().await.unwrap();
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
        if expect == Level::Clone && is_known_to_be_open(&attack) {
            continue;
        }
        if !verdict.harm.is_empty() {
            wrong.push(format!(
                "{}: {:#?}\nit said: {}",
                attack.id, verdict.harm, verdict.output
            ));
        }
    }
    assert!(wrong.is_empty(), "at {expect}, not contained:\n{}", wrong.join("\n"));
}

/// The page says so, and the levels' descriptions; the attack is made all the same, and must leave the server well.
fn is_known_to_be_open(attack: &Attack) -> bool {
    attack.open_on_a_copy.is_some()
}

#[tokio::test]
async fn every_attack_is_contained() {
    let expect = if std::env::var_os(NO_NAMESPACES).is_some() {
        Level::Clone
    } else {
        Level::Overlay
    };
    check(Ground::Workbench, expect).await;
}

#[tokio::test]
async fn every_attack_is_contained_on_a_copy() {
    if rustix::process::geteuid().is_root() {
        check(Ground::Foreign, Level::Clone).await;
    }
}
