//! Whether a command line sleeps.

/// Words after which another command begins, and words that run the command after them.
const BEFORE_A_COMMAND: [&str; 12] = [
    "do", "then", "else", "if", "while", "until", "!", "time", "sudo", "nohup", "command", "exec",
];

/// The commands of a line as far as they can be told without a shell, each as its words; those in `-c '…'` too.
/// Policy has a whole grammar; a wrong guess here costs a nudge.
pub(super) fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for words in split(line) {
        let is_prefix = |word: &String| BEFORE_A_COMMAND.contains(&word.as_str()) || is_assignment(word);
        let words: Vec<String> = words.into_iter().skip_while(is_prefix).collect();
        let Some(first) = words.first() else { continue };
        let program = first.rsplit('/').next().unwrap_or(first);
        if matches!(program, "sh" | "bash" | "zsh" | "dash")
            && let Some(script) = words
                .iter()
                .skip_while(|word| !word.ends_with('c') || !word.starts_with('-'))
                .nth(1)
            && script.len() < line.len()
        {
            commands.extend(self::commands(script));
        }
        commands.push(words);
    }
    commands
}

/// Whether the line sleeps, and whether it does nothing else.
pub(super) fn sleeps(line: &str) -> Option<bool> {
    let commands = commands(line);
    let is_sleep = |words: &Vec<String>| words[0].rsplit('/').next() == Some("sleep");
    let sleeps = commands.iter().filter(|words| is_sleep(words)).count();
    (sleeps > 0).then_some(sleeps == commands.len())
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// Words by command, quotes taken off.
fn split(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(characters.next()),
            (Some(_), _) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ';' | '&' | '|' | '\n' | '(' | ')' | '{' | '}' | '`') => {
                end(&mut commands, word.take());
                commands.push(Vec::new());
            }
            (None, _) if c.is_whitespace() => end(&mut commands, word.take()),
            (None, _) => word.get_or_insert_default().push(c),
        }
    }
    end(&mut commands, word);
    commands.retain(|words| !words.is_empty());
    commands
}

fn end(commands: &mut [Vec<String>], word: Option<String>) {
    if let (Some(command), Some(word)) = (commands.last_mut(), word) {
        command.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<bool>) {
        assert_eq!(sleeps(line), expect, "{line}");
    }

    #[test]
    fn sleeping_is_seen_where_a_command_stands() {
        check("sleep 5", Some(true));
        check("/bin/sleep 1m; sleep 2", Some(true));
        check("sleep 5 && curl localhost", Some(false));
        check("until curl -s x; do sleep 1; done", Some(false));
        check("FOO=1 sudo sleep 3", Some(true));
        check("bash -c 'sleep 3; echo \"x y\"'", Some(false));
        check("x=$(sleep 1)", Some(true));
        check("echo sleep 5", None);
        check("grep -rn 'sleep 5' src", None);
        check("python sleep.py", None);
        check("", None);
        check("'\\", None);
    }
}
