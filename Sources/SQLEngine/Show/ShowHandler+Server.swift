import CSQLite
import MySQLParser
import MySQLProtocol
import Platform
import Synchronization

// SHOW PROCESSLIST, ENGINE ... STATUS, PROFILES.
extension ShowHandler {
    /// Characters of a statement that SHOW PROCESSLIST shows without FULL.
    private static let shortInfoLength = 100

    func processList(isFull: Bool, _ session: Session, _ writer: ResultWriter) throws(SQLError) {
        session.diagnostics.warn(
            .warnDeprecatedSyntax,
            "'INFORMATION_SCHEMA.PROCESSLIST' is deprecated and will be removed in a future release. "
                + "Please use performance_schema.processlist instead")
        let seesAll = session.privileges.global.contains(.process)
        let now = MonotonicTime.now()
        let lines = session.server.sessions.all.map { ($0.id, $0.snapshot, $0.stage.load(ordering: .relaxed)) }
            .filter { seesAll || $0.1.user == session.userName }
        writer.columns([
            ColumnMetadata(name: "Id", type: .longLong, length: 21, flags: [.notNull, .binary]),
            Self.text("User", session, length: 128), Self.text("Host", session, length: 1044),
            Self.text("db", session, isNullable: true, length: 256), Self.text("Command", session, length: 64),
            ColumnMetadata(name: "Time", type: .long, length: 7, flags: [.notNull, .binary]),
            Self.text("State", session, isNullable: true, length: 256), Self.text("Info", session, isNullable: true),
        ])
        for (id, line, stage) in lines {
            writer.beginRow()
            writer.writeUnsigned(id)
            writer.writeString(line.user)
            writer.writeString(line.host)
            if let database = line.database { writer.writeString(database) } else { writer.writeNull() }
            writer.writeString(line.command)
            writer.writeInteger((now - line.since).components.seconds)
            let state = id == session.connectionID ? "init" : line.statement == nil ? "" : stage.text
            writer.writeString(line.stage ?? state)
            if let statement = line.statement {
                writer.writeString(isFull ? statement : String(statement.prefix(Self.shortInfoLength)))
            } else {
                writer.writeNull()
            }
            try writer.endRow()
        }
        session.finishQuery(UInt64(lines.count))
        writer.endOfRows(warnings: session.diagnostics.wireCount, status: session.status)
    }

    /// What there is to say of the storage engine; none but InnoDB's name is known, and it stands for SQLite here.
    func engineStatus(
        _ engine: String, _ what: ShowStatement.EngineReport, _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        let known = ["INNODB", "MYISAM", "MEMORY", "PERFORMANCE_SCHEMA", "ARCHIVE", "BLACKHOLE", "CSV", "MRG_MYISAM"]
        let name = engine.uppercased()
        guard known.contains(name) || name == "ALL" else { throw SQLError(.unknownStorageEngine, engine) }
        var rows: [[String?]] = []
        if what == .status && (name == "INNODB" || name == "ALL") {
            let sessions = session.server.sessions.all.map(\.snapshot)
            let report = """

                =====================================
                GROUPLITE STORAGE OUTPUT
                =====================================
                SQLite \(String(cString: sqlite3_libversion()))
                ------------
                TRANSACTIONS
                ------------
                Sessions: \(sessions.count), with changes not yet committed: \(sessions.count { $0.hasWritten })
                ----------------------------
                END OF GROUPLITE STORAGE OUTPUT
                ============================

                """
            rows = [["InnoDB", "", report]]
        }
        try Self.send(
            [Self.text("Type", session, length: 40), Self.text("Name", session), Self.text("Status", session)], rows,
            session, writer)
    }

    /// SHOW PROFILES: profiling is MySQL's deprecated feature; nothing is ever profiled here.
    func profiles(_ session: Session, _ writer: ResultWriter) throws(SQLError) {
        session.diagnostics.warn(
            .warnDeprecatedSyntax,
            "'SHOW PROFILES' is deprecated and will be removed in a future release. Please use Performance Schema instead")
        writer.columns([
            ColumnMetadata(name: "Query_ID", type: .long, length: 10, flags: [.notNull, .binary]),
            ColumnMetadata(name: "Duration", type: .double, length: 10, flags: [.notNull, .binary], decimals: 8),
            Self.text("Query", session, length: 1200),
        ])
        session.finishQuery(0)
        writer.endOfRows(warnings: session.diagnostics.wireCount, status: session.status)
    }
}
