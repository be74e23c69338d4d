import MySQLParser
import MySQLProtocol

/// The SHOW statements that list something, DESCRIBE, and table maintenance that has nothing to do here.
public struct ListingStatements: StatementHandler {
    public init() {}

    public func execute(
        _ statement: MySQLParser.Statement, in session: Session, into writer: ResultWriter
    ) throws(SQLError) -> Bool {
        let show: ShowStatement
        switch statement {
        case .show(let statement): show = statement
        case .describeTable(let table, let column):
            let filter = column.map { ShowStatement.Filter.like(Array($0.utf8)) }
            show = .columns(table, isFull: false, isExtended: false, filter)
        default: return false
        }
        try checkNames(show, in: session)
        guard let query = ShowRewriter(currentSchema: session.currentDatabase).query(for: session.exact(show)) else { return false }
        do {
            try session.runQuery(query, parameters: [], into: writer)
        } catch {
            throw session.sqlError(error)
        }
        return true
    }

    /// What is listed must exist: errors 1046, 1049, 1146.
    private func checkNames(_ show: ShowStatement, in session: Session) throws(SQLError) {
        switch show {
        case .tables(let schema, _, _, _), .tableStatus(let schema, _), .triggers(let schema, _, _),
            .events(let schema, _), .openTables(let schema, _):
            if case .openTables = show, schema == nil { return }
            guard let name = schema ?? session.currentDatabase else { throw SQLError(.noDbError) }
            guard session.isSystemSchema(name) || session.storage.dictionary.schema(name) != nil else {
                throw SQLError(.badDbError, name)
            }
        case .columns(let table, _, _, _), .indexes(let table, _, _): _ = try session.resolveTable(table)
        default: break
        }
    }
}
