import CSQLite

/// Rows that are older than a column: SQLite reads the column's default for them, but from its pre-update hook some releases
/// (3.40 is one) return the NULL that they return where there is nothing, while newer ones return the default. That NULL is
/// one constant of the library, known by its address.
extension SQLiteLibrary {
    /// What stands for a value that is not there; nil when there is no telling.
    // Safe: a constant of the library that nobody changes.
    nonisolated(unsafe) static let absentValue: OpaquePointer? = {
        guard let connection = memory() else { return nil }
        defer { sqlite3_close_v2(connection) }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, "SELECT 1", -1, &statement, nil) == SQLITE_OK else { return nil }
        defer { sqlite3_finalize(statement) }
        return sqlite3_column_value(statement, 1)
    }()

    /// Tries it out: of two rows one is older than the column c, the other has a NULL in it.
    static var tellsOlderRows: Bool {
        guard let connection = memory() else { return false }
        defer { sqlite3_close_v2(connection) }
        for table in ["(a INTEGER PRIMARY KEY, b)", "(b, a PRIMARY KEY) WITHOUT ROWID"] {
            let trial = Trial()
            let setup = "CREATE TABLE t \(table); INSERT INTO t (a, b) VALUES (1, 2); ALTER TABLE t ADD COLUMN c DEFAULT 7;"
                + "INSERT INTO t (a, b, c) VALUES (2, 3, NULL)"
            guard sqlite3_exec(connection, setup, nil, nil, nil) == SQLITE_OK else { return false }
            sqlite3_preupdate_hook(
                connection,
                { context, connection, _, _, _, _, _ in
                    guard let context else { return }
                    var value: OpaquePointer?
                    guard sqlite3_preupdate_old(connection, 2, &value) == SQLITE_OK, let value else { return }
                    let isOlder = value == SQLiteLibrary.absentValue || sqlite3_value_int(value) == 7
                    Unmanaged<Trial>.fromOpaque(context).takeUnretainedValue().seen.append(isOlder)
                }, Unmanaged.passUnretained(trial).toOpaque())
            let status = sqlite3_exec(connection, "DELETE FROM t WHERE a > 0; DROP TABLE t", nil, nil, nil)
            sqlite3_preupdate_hook(connection, nil, nil)
            guard status == SQLITE_OK, trial.seen == [true, false] else { return false }
        }
        return true
    }

    private final class Trial {
        var seen: [Bool] = []
    }

    private static func memory() -> OpaquePointer? {
        var connection: OpaquePointer?
        guard sqlite3_open_v2(":memory:", &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK else {
            sqlite3_close_v2(connection)
            return nil
        }
        return connection
    }
}
