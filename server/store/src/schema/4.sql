-- Full-text indexes. They hold nothing that the other tables do not: where one is found damaged, this file is run again.

DROP TABLE IF EXISTS message_search;
DROP TABLE IF EXISTS title_search;
DROP TABLE IF EXISTS memory_search;

-- The words of each message that has any; rowid is the item's seq.
CREATE VIRTUAL TABLE message_search USING fts5 (text, tokenize = "unicode61 remove_diacritics 2");
INSERT INTO message_search (rowid, text)
    SELECT items.seq, group_concat(block.value ->> 'text', '')
    FROM items, json_each(iif(json_valid(payload), payload, '{}'), '$.content') AS block
    WHERE items.kind = 'message' AND block.type = 'object' AND block.value ->> 'type' = 'text'
    GROUP BY items.seq;

CREATE VIRTUAL TABLE title_search USING fts5 (title, session UNINDEXED, tokenize = "unicode61 remove_diacritics 2");
INSERT INTO title_search (title, session) SELECT title, id FROM sessions;

-- Word stems: a memory is looked for in the words of a question, not in its own. rowid is the memory's id.
CREATE VIRTUAL TABLE memory_search USING fts5 (text, tags, tokenize = "porter unicode61 remove_diacritics 2");
INSERT INTO memory_search (rowid, text, tags) SELECT id, text, tags FROM memories;
