import CSQLite
import MySQLProtocol
import SQLExpressions

/// SQLite functions that the binder's SQL uses and that are no functions of MySQL's.
///
/// - `engine_single(x)`: an aggregate that fails with error 1242 on a second row.
/// - `engine_recursion(depth)`: 1; fails with error 3636 from `cte_max_recursion_depth` on, before another iteration.
/// - the collation `engine_equal`, by which all texts are equal.
/// - `engine_fit(text, length, column)`: error 1406 for a text that is longer.
package func registerEngineFunctions(on connection: OpaquePointer, context: ExpressionContext) {
    let user = Unmanaged.passUnretained(context).toOpaque()
    let flags = SQLITE_UTF8
    sqlite3_create_function_v2(
        connection, "engine_single", 1, flags, user, nil,
        { context, _, values in
            guard let state = sqlite3_aggregate_context(context, 16), let value = values?[0] else { return }
            let slots = state.assumingMemoryBound(to: UInt.self)
            slots[1] += 1
            guard slots[1] == 1 else {
                if slots[1] == 2 { EngineFunctions.fail(context, SQLError(.subqueryNo1Row)) }
                return
            }
            slots[0] = UInt(bitPattern: sqlite3_value_dup(value))
        },
        { context in
            guard let state = sqlite3_aggregate_context(context, 0) else { return sqlite3_result_null(context) }
            let slots = state.assumingMemoryBound(to: UInt.self)
            guard let value = OpaquePointer(bitPattern: slots[0]) else { return sqlite3_result_null(context) }
            if slots[1] == 1 { sqlite3_result_value(context, value) }
            sqlite3_value_free(value)
        }, nil)
    sqlite3_create_function_v2(
        connection, "engine_recursion", 1, flags, user,
        { context, _, values in
            guard let value = values?[0], let expression = EngineFunctions.context(context) else { return }
            let depth = sqlite3_value_int64(value)
            guard depth < Int64(expression.cteMaxRecursionDepth) else {
                return EngineFunctions.fail(
                    context, SQLError(.cteMaxRecursionDepth, expression.cteMaxRecursionDepth + 1))
            }
            sqlite3_result_int64(context, 1)
        }, nil, nil, nil)
    sqlite3_create_collation_v2(connection, "engine_equal", SQLITE_UTF8, nil, { _, _, _, _, _ in 0 }, nil)
    sqlite3_create_function_v2(
        connection, "engine_fit", 3, flags, user,
        { context, _, values in
            guard let values, let value = values[0] else { return }
            guard sqlite3_value_type(value) == SQLITE_TEXT, let text = sqlite3_value_text(value) else {
                return sqlite3_result_value(context, value)
            }
            let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_value_bytes(value)))
            let limit = sqlite3_value_int64(values[1])
            let characters = bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
            guard Int64(characters) <= limit else {
                let name = sqlite3_value_text(values[2]).map { String(cString: $0) } ?? ""
                return EngineFunctions.fail(context, SQLError(.dataTooLong, name, 1))
            }
            sqlite3_result_value(context, value)
        }, nil, nil, nil)
}

private enum EngineFunctions {
    static func context(_ context: OpaquePointer?) -> ExpressionContext? {
        guard let user = sqlite3_user_data(context) else { return nil }
        return Unmanaged<ExpressionContext>.fromOpaque(user).takeUnretainedValue()
    }

    static func fail(_ context: OpaquePointer?, _ error: SQLError) {
        self.context(context)?.pendingError = error
        sqlite3_result_error(context, error.message, -1)
    }
}
