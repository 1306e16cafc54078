//! `kill -9` at any moment of a session, and another process that goes on with it: nothing is lost, nothing lands
//! twice, and no call is left without its result.
//!
//! SINGLETREE_KILLS says how many processes die, over all four formats (few by default; `tests/faults/run` lets many).

use std::io::Write;
use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::fault::Dice;
use crate::process::{ROOMY, Scene};
use crate::server::Witness;
use crate::vendor::Vendor;

/// The latest moment to die at, counted in events at the server since the process was started: a few steps in.
const LATEST: usize = 60;
/// How long after that, in microseconds: long enough for a tool to run and its result to be stored.
const LATER: usize = 4_000;
/// Of so many processes, one is left to live until its turn ends.
const SPARED: usize = 12;

fn kills() -> usize {
    let kills = std::env::var("SINGLETREE_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok());
    kills.unwrap_or(80)
}

fn killer(dice: &mut Dice, child: Arc<Mutex<Child>>) -> Option<Witness> {
    if dice.roll(SPARED) == 0 {
        return None;
    }
    let (mut left, later) = (dice.roll(LATEST), Duration::from_micros(dice.roll(LATER) as u64));
    let kill = move || {
        let seen = Instant::now();
        while seen.elapsed() < later {
            std::thread::yield_now();
        }
        // The other end waits for the process: it must not be made to wait for this lock.
        let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
    };
    if left == 0 {
        // Before it has said a word to the model.
        std::thread::spawn(kill);
        return None;
    }
    Some(Box::new(move || {
        left = left.saturating_sub(1);
        if left == 0 {
            kill();
        }
    }))
}

fn check(vendor: Vendor, kills: usize) -> anyhow::Result<()> {
    let mut calm = Scene::new(vendor, None, ROOMY)?;
    calm.turns_to_the_end(20)?;
    let (mut killed, mut seed) = (0, 0);
    while killed < kills {
        seed += 1;
        let mut dice = Dice::new(seed);
        let mut scene = Scene::new(vendor, None, ROOMY)?;
        loop {
            let ended = scene.turn_with(|child| killer(&mut dice, child))?;
            killed += usize::from(ended.code.is_none());
            scene.no_complaints()?;
            assert!(
                matches!(ended.code, None | Some(0)),
                "{vendor:?}: {:?} {}",
                ended.code,
                ended.errors
            );
            if scene.model.state().is_done && ended.code == Some(0) {
                break;
            }
        }
        assert_eq!(scene.files()?, calm.files()?, "{vendor:?}, seed {seed}");
    }
    writeln!(
        std::io::stderr(),
        "{vendor:?}: {killed} processes killed in {seed} sessions"
    )?;
    Ok(())
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn openai_chat() -> anyhow::Result<()> {
    check(Vendor::OpenAiChat, kills() / 4)
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn anthropic() -> anyhow::Result<()> {
    check(Vendor::Anthropic, kills() / 4)
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn openai_responses() -> anyhow::Result<()> {
    check(Vendor::OpenAiResponses, kills() / 4)
}

#[test]
#[ignore = "takes minutes: tests/faults/run"]
fn gemini() -> anyhow::Result<()> {
    check(Vendor::Gemini, kills() / 4)
}
