//! Names that say that their value is secret, and values that may be.

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Plain,
    /// Some key: of a map, a cache or an account.
    Key,
    Secret,
    /// The header whose value is a scheme and a secret.
    Authorization,
}

/// A name that ends so holds a secret, however its words are joined.
const SECRETS: [&str; 14] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "masterkey",
    "accountkey",
    "authkey",
];

/// Keys of databases, caches and locks, which are for everyone.
const OPEN_KEYS: [&str; 12] = [
    "cachekey",
    "primarykey",
    "foreignkey",
    "sortkey",
    "publickey",
    "partitionkey",
    "hashkey",
    "idempotencykey",
    "objectkey",
    "groupkey",
    "uniquekey",
    "lookupkey",
];

/// No name of a setting is longer; what is needs no look at its end.
const LONGEST: usize = 80;

/// A shorter value may be a word, and is no loss.
const SHORTEST: usize = 12;

impl Name {
    pub(super) fn of(name: &str) -> Self {
        let last = name.bytes().next_back().map_or(0, |byte| byte.to_ascii_lowercase());
        // The ends of all endings below.
        if name.len() > LONGEST || !b"tndey".contains(&last) {
            return Self::Plain;
        }
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let joined: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        let ends = |ending: &&str| joined.ends_with(*ending);
        if joined.ends_with("authorization") {
            Self::Authorization
        } else if SECRETS.iter().any(&ends) {
            Self::Secret
        } else if joined.ends_with("key") && joined != "key" && !OPEN_KEYS.iter().any(ends) {
            Self::Key
        } else {
            Self::Plain
        }
    }
}

/// A value and not a path, a type or a call.
pub(super) fn is_secret_value(name: Name, value: &str) -> bool {
    let is_token = || {
        value.len() >= SHORTEST
            && value.bytes().any(|byte| byte.is_ascii_digit())
            && value.bytes().any(|byte| byte.is_ascii_alphabetic())
            && value
                .chars()
                .all(|character| is_token_character(character) || character == '=')
    };
    match name {
        Name::Plain => false,
        Name::Key => is_token() && !is_hash(value) && !is_path(value),
        Name::Secret | Name::Authorization => is_token() && !is_path(value),
    }
}

/// `crates/key/src/lib2.rs`; base64 has no dots.
pub(super) fn is_path(value: &str) -> bool {
    value.contains('/') && value.contains('.') || value.starts_with(['/', '.', '~'])
}

/// Hexadecimal digits, in groups or not: a hash or a UUID.
fn is_hash(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

pub(super) fn is_token_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | '+' | '/' | '~')
}
