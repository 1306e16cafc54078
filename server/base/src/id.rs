//! Identifiers. All are opaque strings on every wire; ours are time-ordered (UUID v7) so that lists sort by age.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new id, later in sort order than every id made before it by this process.
            #[must_use]
            pub fn fresh() -> Self {
                Self(format!("{}{}", $prefix, uuid::Uuid::now_v7().simple()))
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A conversation with its change set; lives in the store.
    SessionId, "ses_"
);
id!(
    /// One request of the user and everything done for it.
    TurnId, "trn_"
);
id!(
    /// A tool call; chosen by the model's vendor, so unique only within a session.
    CallId, "call_"
);
id!(
    /// The hunks that one turn proposed.
    ReviewId, "rev_"
);
id!(HunkId, "hnk_");
id!(
    /// A question to the user that a turn waits on.
    ApprovalId, "apr_"
);

/// BLAKE3 of a file's bytes or a text's UTF-8, as 64 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(pub String);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
