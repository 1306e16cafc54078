-- What files were before the agent wrote them; the key is the checksum of the bytes.
CREATE TABLE images (
    hash  TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

-- What the agent did to files, step by step, so that it can be taken back. `step` counts within a session; a step has
-- a record before its writes and one after them.
CREATE TABLE steps (
    seq      INTEGER PRIMARY KEY,
    session  TEXT NOT NULL REFERENCES sessions (id),
    step     INTEGER NOT NULL,
    payload  TEXT NOT NULL,
    checksum BLOB NOT NULL
) STRICT;
CREATE INDEX steps_by_session ON steps (session, step);
