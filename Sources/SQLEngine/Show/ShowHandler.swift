import MySQLParser
import MySQLProtocol
import SQLBinder

/// SHOW, except for what belongs to replication: lists become queries (``ShowRewriter``), the rest is answered here.
struct ShowHandler {
    func execute(_ show: ShowStatement, in session: Session, into writer: ResultWriter) throws(SQLError) {
        switch show {
        case .databases, .tables, .tableStatus, .openTables, .triggers, .events, .columns, .indexes, .routineStatus,
            .variables, .status, .plugins, .engines, .characterSets, .collations:
            try list(show, session, writer)
        case .createTable(let name): try createTable(name, session, writer)
        case .createView(let name): try createView(name, session, writer)
        case .createDatabase(let name, let ifNotExists):
            try createDatabase(name, ifNotExists: ifNotExists, session, writer)
        case .createUser(let name): try createUser(name, session, writer)
        case .grants(let name, let roles): try grants(name, using: roles, session, writer)
        case .processList(let isFull): try processList(isFull: isFull, session, writer)
        case .privileges: try privileges(session, writer)
        case .engineStatus(let engine, let what): try engineStatus(engine, what, session, writer)
        case .profiles: try profiles(session, writer)
        case .createRoutine(let kind, let name):
            throw SQLError(.spDoesNotExist, kind == .procedure ? "PROCEDURE" : "FUNCTION", name.name)
        case .createTrigger: throw SQLError(.trgDoesNotExist)
        case .createEvent(let name): throw SQLError(.eventDoesNotExist, name.name)
        case .routineCode:
            throw SQLError(.featureDisabled, "SHOW PROCEDURE|FUNCTION CODE", "--with-debug")
        case .profile, .parseTree, .warnings, .errors, .warningCount, .errorCount, .binaryLogs, .binaryLogStatus,
            .binaryLogEvents, .relayLogEvents, .replicas, .replicaStatus:
            // Sent elsewhere.
            throw SQLError(.notSupportedYet, StatementTraits(show).name)
        }
    }

    // MARK: Lists

    private func list(_ show: ShowStatement, _ session: Session, _ writer: ResultWriter) throws(SQLError) {
        let query = try listQuery(show, session)
        do {
            try session.runQuery(query, parameters: [], into: writer)
        } catch {
            throw session.sqlError(error)
        }
    }

    /// What the client is told of the columns when the statement is prepared: none for what is no list.
    func columns(of show: ShowStatement, in session: Session) throws -> [ColumnMetadata] {
        switch show {
        case .databases, .tables, .tableStatus, .openTables, .triggers, .events, .columns, .indexes, .routineStatus,
            .variables, .status, .plugins, .engines, .characterSets, .collations:
            try session.bindQuery(try listQuery(show, session), []).columns
        default: []
        }
    }

    /// The query that a list is.
    private func listQuery(_ show: ShowStatement, _ session: Session) throws(SQLError) -> QueryExpression {
        switch show {
        case .events(let schema, _):
            guard let name = schema ?? session.currentDatabase else { throw SQLError(.noDbError) }
            guard session.privileges.privileges(onDatabase: name).contains(.event) else {
                throw SQLError(.dbaccessDeniedError, session.account.user, session.account.host, name)
            }
        case .tables(let schema, _, _, _), .tableStatus(let schema, _),
            .triggers(let schema, _, _):
            guard let name = schema ?? session.currentDatabase else { throw SQLError(.noDbError) }
            try checkSchema(name, session)
        case .columns(let table, _, _, _), .indexes(let table, _, _):
            try checkTable(table, session)
        default:
            break
        }
        guard let query = ShowRewriter(currentSchema: session.currentDatabase).query(for: session.exact(show)) else {
            throw SQLError(.noDbError)
        }
        return query
    }

    private func checkSchema(_ name: String, _ session: Session) throws(SQLError) {
        guard session.isSystemSchema(name) || session.storage.dictionary.schema(name) != nil else {
            throw SQLError(.badDbError, name)
        }
        guard session.hasAccess(toDatabase: name) else {
            throw SQLError(.dbaccessDeniedError, session.account.user, session.account.host, name)
        }
    }

    /// SHOW COLUMNS and SHOW INDEX, other than SHOW CREATE TABLE, say first that a table is missing.
    private func checkTable(_ name: ObjectName, _ session: Session) throws(SQLError) {
        switch try session.resolveTable(name) {
        case .base(let table) where table.isTemporary: break
        case .base(let table): try session.demandAnything(onTable: table.name, in: table.schema)
        case .view(let view):
            try session.demandAnything(onTable: view.name, in: view.schema)
            // A view that reads what is not there has no columns.
            let binder = Binder(environment: session, builder: session.builder)
            let named = ObjectName(schema: view.schema, name: view.name)
            _ = try binder.bindQuery(QueryExpression(body: .select(Binder.everything(of: named))), parent: nil)
        case .system(let schema, let name, _, _):
            if SystemTables.isVisibleToAll(schema) { break }
            try session.demandAnything(onTable: name, in: schema)
        }
    }

    // MARK: Helpers

    static func text(_ name: String, _ session: Session, isNullable: Bool = false, length: UInt32 = 1024) -> ColumnMetadata {
        ColumnMetadata(
            name: name, type: .varString, length: length, flags: isNullable ? [] : .notNull,
            decimals: ColumnMetadata.notFixedDecimals, collation: session.settings.resultCollation.rawValue)
    }

    /// Sends rows of texts; nil is NULL.
    static func send(
        _ columns: [ColumnMetadata], _ rows: [[String?]], _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        writer.columns(columns)
        for row in rows {
            writer.beginRow()
            for value in row {
                if let value { writer.writeString(value) } else { writer.writeNull() }
            }
            try writer.endRow()
        }
        session.finishQuery(UInt64(rows.count))
        writer.endOfRows(warnings: session.diagnostics.wireCount, status: session.status)
    }
}
