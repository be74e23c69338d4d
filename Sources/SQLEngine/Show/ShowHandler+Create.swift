import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLDefinitions
import Storage

// SHOW CREATE TABLE, VIEW, DATABASE.
extension ShowHandler {
    func createTable(_ name: ObjectName, _ session: Session, _ writer: ResultWriter) throws(SQLError) {
        guard let schema = name.schema ?? session.currentDatabase else { throw SQLError(.noDbError) }
        let isTemporary = session.storage.temporaryTable(schema, name.name) != nil
        if !isTemporary, schema.lowercased() != "information_schema",
            !session.privileges.hasTablePrivilege(onTable: name.name, in: schema)
        {
            throw SQLError(.tableaccessDeniedError, "SHOW", session.account.user, session.clientHost, name.name)
        }
        switch try session.resolveTable(name) {
        case .view(let view):
            try session.demand(.showView, schema: view.schema, table: view.name)
            try send(view, name, session, writer)
        case .base(let definition):
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

    func createView(_ name: ObjectName, _ session: Session, _ writer: ResultWriter) throws(SQLError) {
        guard let schema = name.schema ?? session.currentDatabase else { throw SQLError(.noDbError) }
        try session.demandPart(.select, schema: schema, table: name.name)
        guard case .view(let view) = try session.resolveTable(name) else {
            throw SQLError(.wrongObject, name.schema ?? session.currentDatabase ?? "", name.name, "VIEW")
        }
        try session.demand(.showView, schema: schema, table: name.name)
        try send(view, name, session, writer)
    }

    private func send(
        _ view: ViewDefinition, _ name: ObjectName, _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        var text = "CREATE ALGORITHM=\(view.algorithm) DEFINER=\(AuthorizationID(definer: view.definer).backquoted)"
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
        guard session.hasAccess(toDatabase: name) else {
            throw SQLError(.dbaccessDeniedError, session.account.user, session.clientHost, name)
        }
        if let schema = session.storage.dictionary.schema(name) {
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
