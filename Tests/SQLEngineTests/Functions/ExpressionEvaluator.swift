import CSQLite
import MySQLParser
import MySQLProtocol
import MySQLTypes

@testable import SQLEngine
@testable import Storage
@testable import SQLExpressions
@testable import SQLBinder

/// Evaluates `SELECT expression, ...` without tables through parser, binder, builder and SQLite.
final class ExpressionEvaluator: BindingEnvironment {
    let context = ExpressionContext()
    private var connection: OpaquePointer?

    struct Column {
        var type: MySQLType
        var isNullable: Bool
    }

    struct Answer {
        var columns: [Column] = []
        var rows: [[String?]] = []
        var warnings: [ExpressionWarning] = []
        var sql = ""
    }

    init() {
        // Storage configures SQLite before anything opens it; a test that comes first must not be in its way.
        _ = SQLiteLibrary.refusal
        sqlite3_open(":memory:", &connection)
        if let connection {
            registerFunctions(on: connection, context: context)
            registerCollations(on: connection)
        }
        context.beginStatement(startMicroseconds: 1_709_209_872_345_678)
        context.currentDatabase = "test"
        context.user = "root@localhost"
        context.currentUser = "root@localhost"
        context.connectionID = 8
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    var currentDatabase: String? { context.currentDatabase }
    var sqlMode: SQLMode { context.sqlMode }
    func resolveTable(_ name: ObjectName) throws(SQLError) -> ResolvedTable {
        throw SQLError(.noSuchTable, "test", name.name)
    }
    func systemVariable(_ name: SystemVariableName) throws(SQLError) -> TypedSQL {
        throw SQLError(.unknownSystemVariable, name.name)
    }
    func parseQuery(_ text: String) throws(SQLError) -> QueryExpression { throw SQLError(.notSupportedYet, "views") }
    func parseExpression(_ text: String) throws(SQLError) -> Expression { throw SQLError(.notSupportedYet, "views") }

    /// Runs a statement that is a query.
    func run(_ text: String) throws(SQLError) -> Answer {
        context.beginStatement(startMicroseconds: context.statementStartMicroseconds)
        let query: QueryExpression
        do throws(ParseError) {
            let parsed = try SQLParser.parse(text)
            guard case .query(let found) = parsed.statement else { throw ParseError(code: 9999, message: "no query") }
            query = found
        } catch {
            throw SQLError(code: error.code, sqlState: "42000", message: error.message)
        }
        let binder = Binder(environment: self, builder: ExpressionBuilder(context: context))
        let bound = try binder.bindQuery(query, parent: nil)
        var answer = Answer()
        answer.sql = bound.sql
        answer.columns = bound.columns.map { Column(type: $0.typed.type, isNullable: $0.typed.isNullable) }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(connection, bound.sql, -1, &statement, nil) == SQLITE_OK else {
            throw SQLError(
                code: 1105, sqlState: "HY000", message: String(cString: sqlite3_errmsg(connection)) + " IN " + bound.sql
            )
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                answer.rows.append(
                    answer.columns.indices.map { Self.text(statement, Int32($0), answer.columns[$0].type) })
            case SQLITE_DONE:
                answer.warnings = context.warnings
                return answer
            default:
                throw context.takePendingError()
                    ?? SQLError(code: 1105, sqlState: "HY000", message: String(cString: sqlite3_errmsg(connection)))
            }
        }
    }

    /// A cell as the text protocol shows it; binary strings in hexadecimal.
    static func text(_ statement: OpaquePointer?, _ column: Int32, _ type: MySQLType) -> String? {
        let kind = sqlite3_column_type(statement, column)
        if kind == SQLITE_NULL { return nil }
        if type.carrier == .timeMicroseconds {
            return String(
                decoding: TimeValue.text(Int(sqlite3_column_int64(statement, column)), decimals: type.decimals),
                as: UTF8.self)
        }
        switch kind {
        case SQLITE_FLOAT:
            let value = sqlite3_column_double(statement, column)
            if type.kind == .float { return String(decoding: RealText.float(value), as: UTF8.self) }
            if type.decimals < MySQLType.notFixedDecimals {
                return String(decoding: RealText.fixed(value, decimals: type.decimals), as: UTF8.self)
            }
            return String(decoding: RealText.double(value), as: UTF8.self)
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(statement, column))
            var bytes: [UInt8] = []
            if let data = sqlite3_column_blob(statement, column) {
                bytes = Array(UnsafeBufferPointer(start: data.assumingMemoryBound(to: UInt8.self), count: count))
            }
            if type.isIntegral { return String(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
            return "0x" + LiteralValue.hex(bytes).lowercased()
        default:
            guard let data = sqlite3_column_text(statement, column) else { return nil }
            return String(
                decoding: UnsafeBufferPointer(start: data, count: Int(sqlite3_column_bytes(statement, column))),
                as: UTF8.self)
        }
    }
}
