//! Command lines nobody wrote: a grammar that hides a marker command in every corner of the shell, and damage
//! done to lines of the corpus. The same seed gives the same lines.

/// A small generator (xorshift64*), so that a seed in a message repeats a failure anywhere.
pub struct Random(u64);

impl Random {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Simple commands around the marker `M`, and some without it.
const COMMANDS: [&str; 24] = [
    "M",
    "M x",
    "\"M\"",
    "'M'",
    "\\M",
    "$'M'",
    "M\"\"",
    "command M",
    "env M",
    "A=b M",
    "timeout 5 M",
    "nice M",
    "xargs M",
    "bash -c 'M'",
    "bash -c \"M\"",
    "eval M",
    "exec M",
    "builtin eval M",
    "ls",
    "cat f",
    "echo M",
    "true",
    "pwd",
    "grep M f",
];

/// Words that hold a command `C`, or only look so.
const WORDS: [&str; 34] = [
    "$(C)",
    "`C`",
    "\"$(C)\"",
    "\"`C`\"",
    "'$(C)'",
    "\\$(C)",
    "\"\\$(C)\"",
    "$'$(C)'",
    "$\"$(C)\"",
    "${x:-$(C)}",
    "\"${x:-$(C)}\"",
    "${x:=`C`}",
    "${x+$(C)}${HOME+$(C)}",
    "${HOME#$(C)}",
    "${HOME/a/$(C)}",
    "${HOME:$(C)}",
    "${a[$(C)]}",
    "$((1+$(C 2>/dev/null)0))",
    "$[ $(C) 0 ]",
    "$(( a[$(C)] ))",
    "<(C)",
    "{a,$(C)}",
    "a$(C)b",
    "\"a\"'b'$(C)",
    "$(echo $(C))",
    "$(echo \"`C`\")",
    "a",
    "'a b'",
    "f",
    "$HOME",
    "*",
    "\"C\"",
    "$(<f)",
    "\"'$(C)'\"",
];

/// Lines that hold a word `W` or a command `C`.
const LINES: [&str; 66] = [
    "C",
    "ls; C",
    "ls && C",
    "ls || C",
    "false || C",
    "ls | C",
    "ls |& C",
    "ls & C",
    "C & wait",
    "! C",
    "time C",
    "{ C; }",
    "(C)",
    "if C; then ls; fi",
    "if ls; then C; fi",
    "if false; then ls; else C; fi",
    "while C; do break; done",
    "until C; do break; done",
    "for i in 1; do C; done",
    "for i in W; do ls; done",
    "for ((i=0;i<1;i++)); do C; done",
    "case a in a) C;; esac",
    "case W in *) ls;; esac",
    "f() { C; }; f",
    "function f { C; }; f",
    "seq() { C; }; seq",
    "coproc C",
    "trap 'C' EXIT",
    "echo W",
    "echo W W",
    "ls W",
    "cat W",
    "printf '%s' W",
    "test -n W",
    "[ W = a ]",
    "[[ W == a ]]",
    "[[ -n W ]]",
    "[[ a -lt W ]]",
    "(( W ))",
    "let W",
    "x=W",
    "x=W; echo $x",
    "x=W ls",
    "export x=W",
    "declare x=W",
    "local x=W",
    "a=(W)",
    "a[0]=W",
    "echo > /dev/null W",
    "ls 2>/dev/null < W",
    "ls <<< W",
    "cat <<E\nW\nE",
    "cat <<'E'\nW\nE",
    "cat <<-E\n\tW\n\tE",
    "cat <<\\E\nW\nE\n",
    "ls # W",
    "ls\nC",
    "ls \\\n; C",
    "ls\\\nC",
    "awk 'BEGIN { system(\"C\") }'",
    "sed '1e C' f",
    "find . -maxdepth 0 -exec C \\;",
    "x='C'; $x",
    "x='$(C)'; echo ${x@P}",
    "sort --compress-program=M f",
    "echo W | cat",
];

/// A line of the grammar, its marker commands called `marker`.
#[must_use]
pub fn woven(random: &mut Random, marker: &str) -> String {
    let line = random.pick(&LINES);
    let line = weave(random, line, 2);
    line.replace('M', marker)
}

/// Fills the first-level holes; a command may again be a whole line while `depth` lasts.
fn weave(random: &mut Random, pattern: &str, depth: usize) -> String {
    let mut out = String::new();
    for character in pattern.chars() {
        match character {
            'C' if depth > 0 && random.below(4) == 0 => {
                let inner = random.pick(&LINES);
                out.push_str(&weave(random, inner, depth - 1));
            }
            'C' => out.push_str(random.pick(&COMMANDS)),
            'W' => {
                let word = random.pick(&WORDS);
                out.push_str(&weave(random, word, depth.saturating_sub(1)));
            }
            'E' if pattern.contains("<<") => out.push_str("END"),
            'E' if pattern.contains("EXIT") => out.push('E'),
            other => out.push(other),
        }
    }
    out
}

/// What the damage inserts: everything the shell takes notice of, and the marker.
const DAMAGE: [&str; 30] = [
    "'", "\"", "\\", "`", "$(", ")", "${", "}", ";", "&", "|", "<(", "#", "\n", " ", "$'", "{", "((", "))", "[[",
    "<<E\n", "!", "=", "; M ", "$(M)", "`M`", " | M", "\nM\n", "&& M", "\t",
];

/// The line with one to three things inserted, removed or doubled.
#[must_use]
pub fn damaged(random: &mut Random, line: &str, marker: &str) -> String {
    let mut characters: Vec<char> = line.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(characters.len() + 1);
        match random.below(6) {
            0 if at < characters.len() => drop(characters.remove(at)),
            1 => {
                let from = random.below(characters.len() + 1).min(at);
                let piece: Vec<char> = characters[from..at].to_vec();
                characters.splice(at..at, piece);
            }
            _ => {
                let piece = random.pick(&DAMAGE).replace('M', marker);
                characters.splice(at..at, piece.chars());
            }
        }
    }
    characters.into_iter().collect()
}
