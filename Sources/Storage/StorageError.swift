import CSQLite
import Platform

/// What can go wrong in storage. The engine turns each into MySQL's error in one place.
public enum StorageError: Error, Equatable, Sendable {
    /// SQLite's extended result code with its message.
    case sqlite(code: Int32, message: String)
    /// A UNIQUE or PRIMARY KEY constraint failed: the SQLite table (`schema.table`) and its columns, or the index's name
    /// for an index over expressions (error 1062).
    case duplicateKey(table: String, columns: [String], index: String?)
    /// A NOT NULL constraint failed (error 1048).
    case notNull(table: String, column: String)
    /// A foreign key constraint failed (errors 1451 and 1452).
    case foreignKey
    /// A CHECK constraint failed, by its name (error 3819).
    case check(String)
    /// `innodb_lock_wait_timeout` passed; only the statement is undone (error 1205).
    case lockWaitTimeout
    /// `lock_wait_timeout` passed while waiting for a metadata lock (error 1205).
    case metadataLockWaitTimeout
    /// NOWAIT met a locked row (error 3572).
    case lockNotAvailable
    /// Chosen as a deadlock's victim; the transaction is to be rolled back (error 1213).
    case deadlock
    /// A transaction of another member that was certified first has changed our rows; to be rolled back (error 1213).
    case doomed
    /// KILL QUERY or max_execution_time (error 1317 or 3024).
    case interrupted
    /// A row to be changed has a newer version than the snapshot: undo the statement, ``SessionConnection/renewSnapshot()``, run
    /// it again; or fail with error 1020 under innodb_snapshot_isolation.
    case snapshotTooOld
    /// A DDL was applied between the statement's binding and its snapshot: bind it again (error 1412 when that is in vain).
    case definitionChanged
    /// The transaction's captured changes passed their limit of bytes (error 3100).
    case transactionTooLarge(bytes: Int, limitBytes: Int)
    /// The transaction's captured changes passed `max_binlog_cache_size` (error 1197).
    case captureFull
    /// The session, or all together, hold more memory than they may (errors 4082 and 4081).
    case memory(MemoryAccount.Excess)
    /// No such savepoint (error 1305).
    case noSuchSavepoint(String)
    /// The rows here differ from those that the group's log was made from: what differed.
    case diverged(String)
    /// What is on this node's disk is not what was written there (error 1877).
    case damaged(StoreDamage)
    /// Bytes that we stored ourselves or that a peer sent do not decode.
    case malformed(String)
    /// The SQLite library or the file system cannot be used: why.
    case unusable(String)
}

extension StorageError {
    /// Somebody who frees space mends it: the same again may succeed.
    public var isDiskFull: Bool {
        if case .sqlite(let code, _) = self { code & 0xFF == SQLITE_FULL } else { false }
    }

    /// Files of this node are damaged.
    public var isDamage: Bool {
        if case .damaged = self { true } else { false }
    }

    /// Out of space or memory, an I/O error, a damaged file: what another member need not meet.
    var isTroubleOfThisNode: Bool {
        // A statement that an operator or the server's end stopped here was not refused: it is done again.
        if self == .interrupted || isDamage { return true }
        guard case .sqlite(let code, _) = self else { return false }
        switch code & 0xFF {
        case SQLITE_FULL, SQLITE_NOMEM, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN, SQLITE_READONLY,
            SQLITE_BUSY, SQLITE_LOCKED, SQLITE_INTERRUPT, SQLITE_PROTOCOL, SQLITE_INTERNAL, SQLITE_MISUSE:
            return true
        default: return false
        }
    }
}
