-- Rows are only added. `checksum` is BLAKE3 over the row's key and what it says (see row.rs).

CREATE TABLE sessions (
    id       TEXT PRIMARY KEY,
    title    TEXT NOT NULL,
    cwd      TEXT NOT NULL,
    created  INTEGER NOT NULL,  -- milliseconds since 1970, UTC
    checksum BLOB NOT NULL
) STRICT;

-- The conversation and its turns, in the order in which they happened.
CREATE TABLE items (
    seq      INTEGER PRIMARY KEY,
    session  TEXT NOT NULL REFERENCES sessions (id),
    kind     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    payload  TEXT NOT NULL,
    checksum BLOB NOT NULL
) STRICT;
-- Every index ends in the row's seq by itself.
CREATE INDEX items_by_session ON items (session);
CREATE INDEX items_by_kind ON items (session, kind);

-- The journal of reviews. `file` and `kind` repeat what the payload says, to find the newest staging of a file.
CREATE TABLE reviews (
    seq      INTEGER PRIMARY KEY,
    session  TEXT NOT NULL REFERENCES sessions (id),
    file     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    payload  TEXT NOT NULL,
    checksum BLOB NOT NULL
) STRICT;
CREATE INDEX reviews_by_session ON reviews (session);
CREATE INDEX reviews_by_file ON reviews (session, file, kind);

-- Base texts and pre-images; the key is the text's own checksum.
CREATE TABLE blobs (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;
