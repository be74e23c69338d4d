import CSQLite

/// The process-wide part of SQLite: its configuration and the assertions on how it was compiled.
enum SQLiteLibrary {
    /// Configured once, before the first connection; nil when the library can be used, else why not.
    static let refusal: String? = configure()

    private static func configure() -> String? {
        // The global memory statistics are one lock that every allocation takes.
        guard grouplite_sqlite_disable_memstatus() == SQLITE_OK, grouplite_sqlite_multithread() == SQLITE_OK else {
            return "SQLite was initialised before it could be configured"
        }
        guard CountingAllocator.install() == SQLITE_OK else { return "SQLite takes no allocator" }
        guard sqlite3_initialize() == SQLITE_OK else { return "SQLite does not initialise" }
        guard sqlite3_threadsafe() != 0 else { return "SQLite was compiled without threads" }
        guard sqlite3_compileoption_used("ENABLE_PREUPDATE_HOOK") != 0 else {
            return "SQLite was compiled without SQLITE_ENABLE_PREUPDATE_HOOK"
        }
        guard sqlite3_compileoption_used("OMIT_WAL") == 0 else { return "SQLite was compiled without WAL" }
        guard sqlite3_libversion_number() >= 3_037_000 else {
            return "SQLite \(String(cString: sqlite3_libversion())) is too old, 3.37 or newer is needed"
        }
        guard tellsOlderRows else {
            return "SQLite \(String(cString: sqlite3_libversion())) does not tell which columns a row is older than"
        }
        return PageFileSystem.register() ?? SpeculativeFileSystem.register() ?? BatchingFileSystem.register()
    }
}
