use std::path::Path;

use super::*;

fn command(words: &[&str], folder: &Path, time: Duration) -> Arc<KeyCommand> {
    Arc::new(KeyCommand {
        remedy: "correct it".to_owned(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        shown: "`prog`".to_owned(),
        folder: folder.to_owned(),
        layers: folder.join("layers"),
        environment: vec![
            ("PATH".into(), std::env::var_os("PATH").unwrap()),
            ("SSH_AUTH_SOCK".into(), "/run/agent".into()),
        ],
        time,
    })
}

/// The key, or what stands between the name of the program and the remedy.
async fn check_within(time: Duration, words: &[&str], expect: Result<&str, &str>) {
    let folder = tempfile::tempdir().unwrap();
    let fetched = command(words, folder.path(), time).run().await;
    let expect = expect.map_err(|what| format!("the key command `prog` {what}; correct it"));
    let fetched = fetched.as_ref().map(Secret::expose).map_err(Clone::clone);
    assert_eq!(fetched, expect, "{words:?}");
    let left = walk(folder.path());
    assert!(
        left.iter().all(|bytes| !contains(bytes, b"k-0123456789")),
        "{words:?} left its key behind"
    );
}

async fn check(words: &[&str], expect: Result<&str, &str>) {
    check_within(Duration::from_secs(60), words, expect).await;
}

/// The files below a folder.
fn walk(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![std::fs::read(&path).unwrap_or_default()],
        })
        .collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn the_first_line_is_the_key() {
    check(&["printf", "k-0123456789"], Ok("k-0123456789")).await;
    check(&["printf", "k-0123456789\n"], Ok("k-0123456789")).await;
    check(
        &["printf", " k-0123456789 \r\nurl: https://x\nuser: me\n"],
        Ok("k-0123456789"),
    )
    .await;
    let both = "echo deprecated >&2; echo k-0123456789; echo 'k-no' >&2";
    check(&["sh", "-c", both], Ok("k-0123456789")).await;
}

#[tokio::test]
async fn words_are_words_and_not_a_shells() {
    check(&["printf", "%s", "$HOME`id`;&|'\"\\*~"], Ok("$HOME`id`;&|'\"\\*~")).await;
}

#[tokio::test]
async fn it_has_the_users_own_environment() {
    check(&["printenv", "SSH_AUTH_SOCK"], Ok("/run/agent")).await;
}

#[tokio::test]
async fn what_fails_says_how_and_never_what_it_printed() {
    let sealed = "echo k-0123456789; echo; echo 'vault: k-0123456789 is sealed' >&2; echo more >&2; exit 3";
    check(&["sh", "-c", sealed], Err("ended with 3: vault: [secret] is sealed")).await;
    check(&["sh", "-c", "echo k-0123456789; exit 1"], Err("ended with 1")).await;
    check(
        &["sh", "-c", "printf '\\n\\33[31mred' >&2; exit 1"],
        Err("ended with 1: \\u{1b}[31mred"),
    )
    .await;
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    check(&["true"], Err("printed nothing in its first line")).await;
    check(
        &["printf", "\nk-0123456789\n"],
        Err("printed nothing in its first line"),
    )
    .await;
    let no_key = "printed something that can be no key (blanks in it, or bytes that are no text)";
    check(&["printf", "k-0123456789\\0x"], Err(no_key)).await;
    check(&["printf", "not logged in, run: login"], Err(no_key)).await;
    check(&["printf", "k-0123456789-é"], Err(no_key)).await;
    check(&["yes", "k-0123456789"], Err("prints more than 64 kB")).await;
}

#[tokio::test]
async fn one_that_hangs_is_ended() {
    let what = "printed no key within 0.3 seconds; does it wait for an answer?";
    check_within(
        Duration::from_millis(300),
        &["sh", "-c", "echo k-0123456789; sleep 600"],
        Err(what),
    )
    .await;
    // Nobody is there to answer: what asks finds its input closed.
    check(&["cat"], Err("printed nothing in its first line")).await;
}

#[tokio::test]
async fn one_that_is_not_there_and_one_that_must_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let said = |words: &[&str]| command(words, folder.path(), Duration::from_secs(60)).run();
    let missing = said(&["no-such-program-here"]).await.unwrap_err();
    assert!(
        missing.contains("ended with 127") && missing.contains("no-such-program-here: command not found"),
        "{missing}"
    );
    let denied = said(&["sudo", "cat", "/etc/shadow"]).await.unwrap_err();
    assert!(denied.contains("was not run: ") && denied.contains("sudo"), "{denied}");
}

#[test]
fn the_source_names_the_program_or_the_keyring() {
    let home = tempfile::tempdir().unwrap();
    let find = |name: &str| (name == "SINGLETREE_HOME").then(|| home.path().as_os_str().to_owned());
    let paths = Paths::find(&find).unwrap();
    let words = ["pass", "show", "corp\u{1b}"].map(str::to_owned);
    assert_eq!(source("corp", &words, &paths).origin(), "from `pass show corp\\u{1b}`");
    assert_eq!(
        from_keyring("me", &paths).origin(),
        "from the system's keyring, as `me`"
    );
}
