//! The tables, and how an older database becomes today's.
//!
//! `PRAGMA user_version` counts the migrations that a database has seen. All that are missing run in one
//! transaction: either the database is today's afterwards, or it is what it was.

use rusqlite::{Connection, TransactionBehavior};

/// Marks the file as ours (`file(1)`, and a database of someone else under our name).
pub(crate) const APPLICATION_ID: i64 = 0x5367_7472; // "Sgtr"

/// Never edited once released, only added to.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    SEARCH_INDEXES,
];

/// Makes the full-text indexes anew from the rows that they are about.
pub(crate) const SEARCH_INDEXES: &str = include_str!("schema/4.sql");

/// The version that this program writes.
pub(crate) fn known() -> i64 {
    version_after(MIGRATIONS)
}

pub(crate) fn found(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings the database forward; does nothing to one that is up to date.
pub(crate) fn migrate(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    let known = version_after(migrations);
    if found(connection)? >= known {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have migrated while this one waited for the lock.
    let done = usize::try_from(found(&transaction)?).unwrap_or(0);
    for migration in migrations.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    if done < migrations.len() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", known)?;
    }
    transaction.commit()
}

fn version_after(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &[&str] = &["CREATE TABLE a (x); INSERT INTO a VALUES (1);"];
    const NEW: &[&str] = &[OLD[0], "ALTER TABLE a ADD COLUMN y DEFAULT 7;"];
    const BROKEN: &[&str] = &[OLD[0], "ALTER TABLE a ADD COLUMN y DEFAULT 7; CREATE TABLE a (z);"];

    fn check(migrations: &[&str], version: i64, query: &str, value: i64) {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, OLD).unwrap();
        let migrated = migrate(&mut connection, migrations);
        assert_eq!(migrated.is_ok(), version == version_after(migrations));
        assert_eq!(found(&connection).unwrap(), version);
        let found: i64 = connection.query_row(query, [], |row| row.get(0)).unwrap();
        assert_eq!(found, value);
    }

    #[test]
    fn an_old_database_keeps_its_rows_and_gains_the_new_columns() {
        check(NEW, 2, "SELECT x + y FROM a", 8);
    }

    #[test]
    fn a_failed_migration_leaves_the_database_as_it_was() {
        check(BROKEN, 1, "SELECT count(*) FROM pragma_table_info('a')", 1);
    }

    #[test]
    fn an_up_to_date_database_is_not_touched() {
        check(OLD, 1, "SELECT count(*) FROM a", 1);
    }
}
