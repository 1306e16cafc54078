//! A session in which one answer in seven goes wrong ends with the files of one in which none does.

use std::collections::BTreeSet;
use std::io::Write;

use crate::fault::Fault;
use crate::process::{ROOMY, Scene};
use crate::script::STEPS;
use crate::vendor::Vendor;

/// Enough for a turn each that a fault ends, beside those that the script ends.
const MOST_TURNS: usize = 120;

fn check(vendor: Vendor, expect: BTreeSet<Fault>) -> anyhow::Result<()> {
    let run = |seed| -> anyhow::Result<(Scene, usize)> {
        let mut scene = Scene::new(vendor, seed, ROOMY)?;
        let turns = scene.turns_to_the_end(MOST_TURNS)?;
        Ok((scene, turns.len()))
    };
    let (calm, turns) = run(None)?;
    assert_eq!(turns, 20, "{vendor:?}");
    assert_eq!(calm.model.state().requests.len(), STEPS + 20, "{vendor:?}");
    let mut seen = BTreeSet::new();
    for seed in seeds() {
        let (stormy, turns) = run(Some(seed))?;
        let faults = stormy.model.state().faults.clone();
        writeln!(
            std::io::stderr(),
            "{vendor:?}, seed {seed}: {turns} turns, {} requests",
            stormy.model.state().requests.len()
        )?;
        assert_eq!(stormy.files()?, calm.files()?, "{vendor:?}, seed {seed}");
        seen.extend(faults);
    }
    assert_eq!(seen, expect, "{vendor:?}: every kind of fault came");
    Ok(())
}

/// SINGLETREE_SEEDS says how many; the files must not depend on which.
fn seeds() -> impl Iterator<Item = u64> {
    let count = std::env::var("SINGLETREE_SEEDS")
        .ok()
        .and_then(|count| count.parse().ok());
    1..=count.unwrap_or(2)
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn openai_chat() -> anyhow::Result<()> {
    check(Vendor::OpenAiChat, Fault::ALL.into())
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn anthropic() -> anyhow::Result<()> {
    check(Vendor::Anthropic, Fault::ALL.into())
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn openai_responses() -> anyhow::Result<()> {
    check(Vendor::OpenAiResponses, Fault::ALL.into())
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn gemini() -> anyhow::Result<()> {
    check(Vendor::Gemini, Fault::ALL.into())
}
