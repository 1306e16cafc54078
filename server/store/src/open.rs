//! Opening the database: private files, one opener at a time, nothing changed before the version is known.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Place, StoreError};
use crate::schema;

/// How long a transaction waits for another process's.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const DATABASE: &str = "singletree.db";

/// The first bytes of every SQLite 3 database (<https://sqlite.org/fileformat.html> §1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

pub(crate) fn open(dir: &Path) -> Result<(Connection, Place), StoreError> {
    let folder_error = |source| StoreError::Folder {
        path: dir.to_owned(),
        source,
    };
    make_private_folder(dir).map_err(folder_error)?;
    let path = dir.join(DATABASE);
    // Switching to WAL and migrating do not heed the busy timeout: openers take turns. The lock ends with the
    // file's scope, or with the process.
    let turn = open_private(&dir.join("open.lock")).map_err(folder_error)?;
    turn.lock().map_err(folder_error)?;

    let mut file = open_private(&path).map_err(folder_error)?;
    check_header(&mut file, &path)?;
    drop(file);
    let place = Place::new(&path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(|source| place.error(source))?;
    let connection = prepare(connection, &place, &path)?;
    Ok((connection, place))
}

pub(crate) fn open_in_memory() -> Result<(Connection, Place), StoreError> {
    let path = Path::new(":memory:");
    let place = Place::new(path);
    let connection = Connection::open_in_memory().map_err(|source| place.error(source))?;
    let connection = prepare(connection, &place, path)?;
    Ok((connection, place))
}

fn prepare(mut connection: Connection, place: &Place, path: &Path) -> Result<Connection, StoreError> {
    let found = look(&connection).map_err(|source| place.error(source))?;
    refuse_newer(found, path)?;
    configure(&mut connection).map_err(|source| place.error(source))?;
    Ok(connection)
}

/// Reads the version with every write turned off, the log's fold into the database on closing included.
fn look(connection: &Connection) -> rusqlite::Result<i64> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    schema::found(connection)
}

fn configure(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    set_durable(connection, false)?;
    connection.set_prepared_statement_cache_capacity(32);
    schema::migrate(connection, schema::MIGRATIONS)
}

/// In WAL mode `NORMAL` survives the death of the process and keeps the database whole through a power cut,
/// which may cost the last transactions; `FULL` syncs the log at each commit (30 times slower).
pub(crate) fn set_durable(connection: &Connection, durable: bool) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", if durable { "full" } else { "normal" })
}

/// The version and the application stand in the header too: a newer or foreign file is not even opened.
fn check_header(file: &mut File, path: &Path) -> Result<(), StoreError> {
    let mut header = Vec::new();
    file.take(100)
        .read_to_end(&mut header)
        .map_err(|source| StoreError::Folder {
            path: path.to_owned(),
            source,
        })?;
    if header.is_empty() {
        return Ok(());
    }
    let corrupt = |detail: &str| StoreError::Corrupt {
        path: path.to_owned(),
        detail: detail.to_owned(),
    };
    if !header.starts_with(MAGIC) {
        return Err(corrupt("it does not begin as a database does"));
    }
    let field = |at: usize| {
        header
            .get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u32::from_be_bytes)
    };
    let (Some(version), Some(application)) = (field(60), field(68)) else {
        return Err(corrupt("its header is cut short"));
    };
    refuse_newer(i64::from(version), path)?;
    if application != 0 && i64::from(application) != schema::APPLICATION_ID {
        return Err(corrupt("it belongs to another application"));
    }
    Ok(())
}

fn refuse_newer(found: i64, path: &Path) -> Result<(), StoreError> {
    let known = schema::known();
    if found > known {
        Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        })
    } else {
        Ok(())
    }
}

pub(crate) fn make_private_folder(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        builder.mode(0o700);
        builder.create(dir)?;
        let mode = std::fs::metadata(dir)?.permissions().mode() & 0o777;
        if mode != 0o700 {
            std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
        }
    }
    #[cfg(not(unix))]
    builder.create(dir)?;
    Ok(())
}

/// Opens or makes a file that only its owner can read. SQLite gives its log the mode of the database.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
