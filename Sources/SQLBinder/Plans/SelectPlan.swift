import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// A query, bound: its SQLite text, what its columns are, how they are encoded.
package final class SelectPlan {
    package let text: StatementText
    package let columns: [ColumnMetadata]
    /// ``columns`` as they are sent.
    package let definitions: ColumnDefinitions
    package let types: [MySQLType]
    package let encoders: [ColumnEncoder]
    package let tables: [TableUse: TableDefinition]
    package var parameterValues: [LiteralValue?]
    package let required: RequiredPrivileges
    package let isReusable: Bool
    package let lockColumns: LockColumns?
    package let lockMode: LockingClause?
    package let readsSystemTables: Bool
    /// The one row that is read, where the query's form says so.
    package var lookup: PointLookup?
    /// A plain read of a SERIALIZABLE transaction: what it reads is locked.
    package var locksReads = false
    package let sources: [String: ExplainedSource]
    /// `group_replication_consistency` may hold it: it reads tables, and not only those that show the server's state.
    package let isHeldByConsistency: Bool
    /// A query without LIMIT of its own: `sql_select_limit` holds.
    package var takesSelectLimit = false

    package var sql: String { text.sql }

    package init(
        _ bound: BoundQuery, binder: Binder, resultCollation: UInt16, lockColumns: LockColumns?,
        lockMode: LockingClause?
    ) {
        text = StatementText(bound.sql)
        columns = bound.columns.map { ColumnMetadata($0, resultCollation: resultCollation) }
        definitions = ColumnDefinitions(columns)
        types = bound.columns.map(\.typed.type)
        encoders = types.map(ColumnEncoder.init)
        tables = binder.tables
        parameterValues = binder.parameterValues
        required = binder.required
        isReusable = !binder.usesVariables && binder.builder.consultedLiterals.isEmpty
        self.lockColumns = lockColumns
        self.lockMode = lockMode
        readsSystemTables = binder.readsSystemTables
        sources = binder.explained
        isHeldByConsistency = !binder.tables.isEmpty || binder.readsHeldSystemTables
    }
}

extension ResultWriter {
    /// Writes one column of a statement's current row.
    @inline(__always)
    package func write(_ statement: Storage.Statement, _ column: Int, _ encoder: ColumnEncoder) {
        switch statement.columnType(column) {
        case 5: writeNull()
        case 1:
            let value = statement.integer(column)
            switch encoder {
            case .plain, .unsigned, .padded: writeInteger(value)
            case .enumeration(let members):
                let index = Int(truncatingIfNeeded: value) - 1
                writeBytes(members.indices.contains(index) ? members[index] : [])
            case .set(let members): write(set: UInt64(bitPattern: value), members)
            }
        case 2: writeDouble(statement.real(column))
        default:
            let bytes = statement.bytes(column)
            switch encoder {
            case .plain, .enumeration: writeBytes(bytes)
            case .unsigned:
                guard bytes.count == 8 else { return writeBytes(bytes) }
                writeUnsigned(bytes.reduce(0) { $0 << 8 | UInt64($1) })
            case .set(let members):
                guard bytes.count == 8 else { return writeBytes(bytes) }
                write(set: bytes.reduce(0) { $0 << 8 | UInt64($1) }, members)
            case .padded(let length, let fill):
                if bytes.count >= length { return writeBytes(bytes) }
                writeBytes(Array(bytes) + Array(repeating: fill, count: length - bytes.count))
            }
        }
    }

    private func write(set mask: UInt64, _ members: [[UInt8]]) {
        var text: [UInt8] = []
        for (bit, member) in members.enumerated() where bit < 64 && mask >> UInt64(bit) & 1 == 1 {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            text += member
        }
        writeBytes(text)
    }
}
