//! An agent that works as agents do, with a small project of its own: it explores, reads, edits, tests, repairs, waits,
//! looks things up, and makes the usual mistakes, each at most a few times in a row.

use base::{ToolCall, ToolResult};
use serde_json::{Value, json};

use super::pair;

type Calls = Vec<(ToolCall, ToolResult)>;

/// Numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}

struct Agent {
    dice: Dice,
    calls: Calls,
    /// How often each file was changed.
    files: [u64; 8],
    errors: u64,
    edits: u64,
    looked_up: u64,
}

/// A turn of at least so many calls.
pub(super) fn turn(seed: u64, calls: usize) -> Calls {
    let mut agent = Agent {
        dice: Dice(seed),
        calls: Vec::new(),
        files: [0; 8],
        errors: 6,
        edits: 0,
        looked_up: 0,
    };
    agent.explore();
    while agent.calls.len() < calls {
        match agent.dice.below(10) {
            0 => agent.explore(),
            1 => agent.look_up(),
            2 => agent.wait_for_a_build(),
            3 => agent.fumble_an_edit(),
            4 => agent.retry_something_flaky(),
            5 => agent.rename_and_verify(),
            _ => agent.work(),
        }
    }
    agent.calls
}

impl Agent {
    fn call(&mut self, name: &str, arguments: Value, content: &str, is_error: bool) {
        self.calls.push(pair(name, arguments, content, is_error));
    }

    fn file(&mut self) -> usize {
        self.dice.below(8) as usize
    }

    fn read(&mut self, file: usize) {
        let version = self.files[file];
        let content = format!("src/f{file}.rs · lines 1-80 of 80 · hash {file}v{version}\n   1 fn f() {{}}\n");
        self.call("read", json!({"path": format!("src/f{file}.rs")}), &content, false);
    }

    fn edit(&mut self, file: usize) {
        self.files[file] += 1;
        self.edits += 1;
        let (old, new) = (format!("step {}", self.edits), format!("step {} done", self.edits));
        let content = format!("proposed 1 hunk in src/f{file}.rs; the user reviews them\n-{old}\n+{new}\n");
        let arguments = json!({"path": format!("src/f{file}.rs"), "old_text": old, "new_text": new});
        self.call("edit", arguments, &content, false);
    }

    fn test(&mut self) {
        let took = self.dice.below(900);
        match self.errors {
            0 => self.call("run-tests", json!({}), &format!("40 tests passed in 0.{took}s"), false),
            left => {
                let content = format!("exit code 101\n{left} errors at {}; took 0.{took}s", self.edits);
                self.call("run-tests", json!({}), &content, true);
            }
        }
    }

    fn explore(&mut self) {
        self.call("list", json!({"path": "src"}), "f0.rs\nf1.rs\nf2.rs\n", false);
        for _ in 0..=self.dice.below(4) {
            let word = self.dice.below(40);
            let found = match self.dice.below(4) {
                0 => format!("no match for `w{word}` in 8 files (…)"),
                _ => format!("src/f1.rs:{word}: w{word}"),
            };
            self.call("grep", json!({"pattern": format!("w{word}")}), &found, false);
            let file = self.file();
            self.read(file);
        }
    }

    /// Read, edit, test, and again while it fails.
    fn work(&mut self) {
        let file = self.file();
        self.read(file);
        self.edit(file);
        self.test();
        for _ in 0..self.dice.below(5) {
            if self.errors == 0 {
                self.errors = self.dice.below(6);
                break;
            }
            if self.dice.below(2) == 0 {
                self.read(file);
            }
            self.edit(file);
            // Now and then a repair repairs nothing.
            self.errors -= u64::from(self.dice.below(4) > 0);
            self.test();
        }
    }

    fn look_up(&mut self) {
        let topic = ["tokio select", "serde flatten", "clap derive", "sqlite wal"][self.dice.below(4) as usize];
        self.looked_up += 1;
        self.call(
            "web-search",
            json!({"query": topic}),
            &format!("1. {topic} {}", self.looked_up),
            false,
        );
        for page in 0..self.dice.below(3) {
            let url = format!("https://docs.rs/{}/{}/{page}", topic.replace(' ', "/"), self.looked_up);
            match self.dice.below(4) {
                0 => self.call("web-fetch", json!({"url": url}), "404 Not Found", true),
                _ => self.call("web-fetch", json!({"url": url}), &format!("on {topic}: {url}"), false),
            }
        }
    }

    fn wait_for_a_build(&mut self) {
        let line = "sleep 5; tail -n 1 build.log";
        for step in 0..=self.dice.below(5) {
            self.edits += 1;
            let content = format!("exit code 0\n[{step}/{}] compiling", self.edits);
            self.call("shell", json!({"command": line}), &content, false);
        }
        let file = self.file();
        self.edit(file);
    }

    fn fumble_an_edit(&mut self) {
        let file = self.file();
        for attempt in 0..=self.dice.below(3) {
            let old = format!("{}wrong", " ".repeat(attempt as usize));
            let arguments = json!({"path": format!("src/f{file}.rs"), "old_text": old, "new_text": "x"});
            self.call("edit", arguments, "old_text is not in the file", true);
        }
        self.read(file);
        self.edit(file);
    }

    fn retry_something_flaky(&mut self) {
        self.edits += 1;
        let command = json!({"command": format!("npm install p{}", self.edits)});
        for _ in 0..=self.dice.below(2) {
            self.call("shell", command.clone(), "exit code 1\nECONNRESET", true);
        }
        self.call(
            "shell",
            command,
            &format!("exit code 0\nadded {} packages", self.edits),
            false,
        );
    }

    fn rename_and_verify(&mut self) {
        for file in 0..=self.dice.below(4) as usize {
            self.edit(file);
        }
        self.edits += 1;
        for name in 0..=self.dice.below(4) {
            let pattern = format!("old{}_{name}", self.edits);
            let found = format!("no match for `{pattern}` in 8 files (…)");
            self.call("grep", json!({"pattern": pattern}), &found, false);
        }
        self.test();
    }
}
