//! Figures, printed: `cargo test -p sandbox -- --ignored --nocapture speed`.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::bench::Bench;

const ROUNDS: usize = 40;

/// The quickest and the middle one.
fn figures(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("{:.2?} at best, median {:.2?}", times[0], times[times.len() / 2])
}

async fn workbench(files: usize) -> String {
    let bench = Bench::new(&[]);
    for number in 0..files {
        let folder = bench.root.join(format!("{}/{}", number / 1000, number / 50 % 20));
        if number % 50 == 0 {
            std::fs::create_dir_all(&folder).unwrap();
        }
        std::fs::File::create(folder.join(number.to_string())).unwrap();
    }
    bench.run("true").await;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        bench.run("true").await;
        times.push(start.elapsed());
    }
    figures(times)
}

#[tokio::test]
#[ignore = "prints figures"]
async fn speed_of_the_start() {
    let plain = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        Command::new("bash").args(["-c", "true"]).output().unwrap();
        start.elapsed()
    });
    println!("plain: {}", figures(plain.collect()));
    for files in [1_000, 200_000] {
        println!("workbench over {files} files: {}", workbench(files).await);
    }
}
