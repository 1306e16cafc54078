//! Figures, printed: `cargo test -p sandbox -- --ignored --nocapture speed`.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::bench::Bench;

const ROUNDS: usize = 50;

/// The quickest and the middle one.
fn figures(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("{:.2?} at best, median {:.2?}", times[0], times[times.len() / 2])
}

fn plain() -> Duration {
    let start = Instant::now();
    Command::new("bash").args(["-c", "true"]).output().unwrap();
    start.elapsed()
}

/// By turns, so that what else the machine does slows both.
async fn compared(files: usize) -> (Vec<Duration>, Vec<Duration>) {
    let bench = Bench::new(&[]);
    for number in 0..files {
        let folder = bench.root.join(format!("{}/{}", number / 1000, number / 50 % 20));
        if number % 50 == 0 {
            std::fs::create_dir_all(&folder).unwrap();
        }
        std::fs::File::create(folder.join(number.to_string())).unwrap();
    }
    bench.run("true").await;
    let (mut plainly, mut confined) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        plainly.push(plain());
        let start = Instant::now();
        bench.run("true").await;
        confined.push(start.elapsed());
    }
    (plainly, confined)
}

#[tokio::test]
#[ignore = "prints figures"]
async fn speed_of_the_start() {
    for files in [1_000, 200_000] {
        let (plainly, confined) = compared(files).await;
        println!(
            "over {files} files: plain {}; workbench {}",
            figures(plainly),
            figures(confined)
        );
    }
}
