-- What is worth knowing in later sessions too. `id`s are never used again. `checksum` covers all but `used`, which is
-- when the entry was last found, in milliseconds since 1970.
CREATE TABLE memories (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    text     TEXT NOT NULL,
    tags     TEXT NOT NULL,     -- a JSON array of words
    session  TEXT,              -- where it was learnt; that session may be gone
    turn     TEXT,
    created  INTEGER NOT NULL,  -- milliseconds since 1970, UTC
    used     INTEGER NOT NULL,
    hash     TEXT NOT NULL UNIQUE,  -- of the text: the same is not remembered twice
    checksum BLOB NOT NULL
) STRICT;

-- The ledger reads these and no others.
CREATE INDEX items_for_ledger ON items (seq) WHERE kind IN ('turn', 'usage');
