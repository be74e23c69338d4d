import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

// SHOW CREATE TABLE, VIEW, DATABASE.
extension ShowHandler {
    func createTable(_ name: ObjectName, _ session: Session, _ writer: ResultWriter) throws(SQLError) {
        switch try session.resolveTable(name) {
        case .view(let view):
            try send(view, name, session, writer)
        case .base(let definition):
            if !definition.isTemporary { try checkVisible(definition.schema, definition.name, session) }
            let counter = session.table(definition.schema, definition.name)?.autoIncrement.next ?? 1
            let text = ShowCreateTable(
                table: try session.withLocalDefaults(definition), nextAutoIncrement: counter, isTemporary: definition.isTemporary
            ).text
            try Self.send(
                [Self.text("Table", session, length: 256), Self.text("Create Table", session)], [[definition.name, text]],
                session, writer)
        case .system(let schema, let name, _, let columns):
            var definition = TableDefinition(id: 0, schema: schema, name: name, columns: columns)
            definition.engine = schema == "performance_schema" ? "PERFORMANCE_SCHEMA" : "MEMORY"
            try Self.send(
                [Self.text("Table", session, length: 256), Self.text("Create Table", session)],
                [[name, ShowCreateTable(table: definition).text]], session, writer)
        }
    }

    private func checkVisible(_ schema: String, _ table: String, _ session: Session) throws(SQLError) {
        guard session.privileges.hasAnyPrivilege(onTable: table, in: schema) else {
            throw SQLError(.tableaccessDeniedError, "SHOW", session.account.user, session.account.host, table)
        }
    }

    func createView(_ name: ObjectName, _ session: Session, _ writer: ResultWriter) throws(SQLError) {
        guard case .view(let view) = try session.resolveTable(name) else {
            throw SQLError(.wrongObject, name.schema ?? session.currentDatabase ?? "", name.name, "VIEW")
        }
        try send(view, name, session, writer)
    }

    private func send(
        _ view: ViewDefinition, _ name: ObjectName, _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        try checkVisible(view.schema, view.name, session)
        let definer = view.definer.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var text = "CREATE ALGORITHM=\(view.algorithm)"
        if definer.count == 2 { text += " DEFINER=\(Identifier.mysql(definer[0]))@\(Identifier.mysql(definer[1]))" }
        text += " SQL SECURITY \(view.security) VIEW "
        if view.schema != session.currentDatabase { text += Identifier.mysql(view.schema) + "." }
        text += Identifier.mysql(view.name)
        if !view.columns.isEmpty { text += " (" + view.columns.map(Identifier.mysql).joined(separator: ",") + ")" }
        // In the current database names go without it.
        let query = (try? session.parseQuery(view.query)).map {
            SyntaxPrinter.print($0, omittedSchema: session.currentDatabase)
        }
        text += " AS \(query ?? view.query)"
        if view.checkOption != "NONE" { text += " WITH \(view.checkOption) CHECK OPTION" }
        try Self.send(
            ["View", "Create View", "character_set_client", "collation_connection"].map { Self.text($0, session) },
            [[view.name, text, view.clientCharset, view.connectionCollation]], session, writer)
    }

    func createDatabase(
        _ name: String, ifNotExists: Bool, _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        let collation: CollationID
        var isReadOnly = false
        if let schema = session.storage.dictionary.schema(name) {
            guard session.privileges.canSee(database: name) else {
                throw SQLError(.dbaccessDeniedError, session.account.user, session.account.host, name)
            }
            collation = schema.collation
            isReadOnly = schema.isReadOnly
        } else if session.isSystemSchema(name) {
            collation = name.lowercased() == "information_schema" ? .utf8mb3_general_ci : .utf8mb4_0900_ai_ci
        } else {
            throw SQLError(.badDbError, name)
        }
        let charset = CollationChoice.charsetName(of: collation)
        var text = "CREATE DATABASE \(ifNotExists ? "/*!32312 IF NOT EXISTS*/ " : "")\(Identifier.mysql(name)) "
        // The collation is printed where it is not its character set's default, and always for utf8mb4.
        text += "/*!40100 DEFAULT CHARACTER SET \(charset)"
        if charset == "utf8mb4" || Collation(collation)?.characterSet.defaultCollation != collation {
            text += " COLLATE \(CollationChoice.name(of: collation))"
        }
        text += " */ /*!80016 DEFAULT ENCRYPTION='N' */"
        if isReadOnly { text += " /* READ ONLY=1 */" }
        try Self.send(
            [Self.text("Database", session, length: 256), Self.text("Create Database", session)], [[name, text]], session,
            writer)
    }
}

extension Session {
    /// The defaults of TIMESTAMP columns, which are kept in UTC, in the session's time zone.
    func withLocalDefaults(_ definition: TableDefinition) throws(SQLError) -> TableDefinition {
        if context.timeZone.isUTC { return definition }
        var definition = definition
        for index in definition.columns.indices where definition.columns[index].type.kind == .timestamp {
            guard case .literal(let text) = definition.columns[index].defaultValue else { continue }
            do {
                let row = try firstRow("SELECT m_fromutc(?1)", [.text(Array(text.utf8))])
                guard case .text(let local)? = row?.first else { continue }
                definition.columns[index].defaultValue = .literal(String(decoding: local, as: UTF8.self))
            } catch {
                throw sqlError(error)
            }
        }
        return definition
    }
}
