//! Recorded streams in pieces over real HTTP. Every position is tried in memory by the unit tests; here a sample.

use models::Limits;

use crate::server::Reply;
use crate::vendor::{Vendor, ask};

/// Positions tried in each recording; a prime, so that they fall on every kind of place.
const STEP: usize = 211;

#[tokio::test]
async fn pieces_make_the_same_answer() {
    for vendor in Vendor::ALL {
        for (name, recorded) in vendor.recordings() {
            let whole = ask(vendor, Reply::events([&recorded[..]]), Limits::default()).await;
            assert!(whole.iter().all(Result::is_ok), "{name}: {whole:?}");

            let bytes = recorded.chunks(1);
            assert_eq!(
                ask(vendor, Reply::events(bytes), Limits::default()).await,
                whole,
                "{name}, byte by byte"
            );
            for at in (1..recorded.len()).step_by(STEP).chain(inside_characters(&recorded)) {
                let (head, tail) = recorded.split_at(at);
                let parts = ask(vendor, Reply::events([head, tail]), Limits::default()).await;
                assert_eq!(parts, whole, "{name}, cut at {at}");
            }
        }
    }
}

/// Some positions between the bytes of one character.
fn inside_characters(recorded: &[u8]) -> impl Iterator<Item = usize> {
    let is_continuation = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
    recorded
        .iter()
        .enumerate()
        .filter(move |(_, byte)| is_continuation(byte))
        .map(|(at, _)| at)
        .step_by(5)
}
