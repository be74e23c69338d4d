import CSQLite
import MySQLProtocol
import MySQLTypes

/// JSON_TABLE's columns.
extension FunctionRegistrar {
    package func addJSONTable() {
        // Item, path, ON EMPTY (0 null, 1 error, 2 default), its default (a document), column, what it takes (see below).
        add("m_json_pick") { call throws(SQLError) in try Self.pick(call) }
        // Document, what the column takes.
        strict("m_json_scalar") { call in Self.returnScalar(Self.document(call, 0), call, takes: call.int(1)) }
        // What `m_json_pick` gives, the column's specification and members (as `m_assign` has them), ON ERROR, its default (a
        // scalar), column.
        add("m_json_column") { call throws(SQLError) in try Self.jsonColumn(call) }
    }

    private static func pick(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) { return call.returnNull() }
        let path: JSONPath
        do throws(JSONPath.Failure) { path = try JSONPath(call.bytes(1)) } catch {
            throw SQLError(.invalidJsonPath, String(error.position), "")
        }
        let found = path.matches(in: document(call, 0))
        guard let first = found.first else {
            switch call.int(2) {
            case 1: throw SQLError(.missingJsonTableValue, call.string(4))
            case 2: return returnScalar(document(call, 3), call, takes: call.int(5))
            default: return call.returnNull()
            }
        }
        returnScalar(found.count == 1 ? first : .array(found), call, takes: call.int(5))
    }

    /// A value as `m_assign` reads it. `takes`: 0 texts, 1 numbers (true and false are ones), 2 documents. What is no scalar is an
    /// empty BLOB.
    private static func returnScalar(_ value: JSONValue, _ call: SQLiteCall, takes: Int) {
        switch value {
        case .null: call.returnNull()
        case _ where takes == 2: call.return(text: value.text)
        case .array, .object: call.return(blob: [])
        case .string(let text): call.return(text: text)
        case .bool(let flag) where takes == 1: call.return(text: flag ? "1" : "0")
        default: call.return(text: value.text)
        }
    }

    private static func jsonColumn(_ call: SQLiteCall) throws(SQLError) {
        do throws(SQLError) {
            try assign(call, 0)
        } catch {
            switch call.int(3) {
            case 1: throw error
            case 2: try assign(call, 4)
            default: call.returnNull()
            }
        }
    }

    /// Stores the argument in the column, as strict mode would.
    private static func assign(_ call: SQLiteCall, _ place: Int) throws(SQLError) {
        if call.isNull(place) { return call.returnNull() }
        if call.isBlob(place) { throw SQLError(.wrongJsonTableValue, call.string(5)) }
        guard let spec = AssignmentSpec(call.string(1)) else { throw SQLError(.unknownError, message: "Bad column") }
        if spec.type.kind == .json { return call.return(argument: place) }
        let context = call.context
        let warnings = (context.warnings.count, context.warningCount)
        context.coercesStrictly = true
        defer { context.coercesStrictly = false }
        var values = [call.values[place], call.values[1], call.values[2]]
        var failure: SQLError?
        values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(SQLError) {
                try Coercion.assign(SQLiteCall(sqlite: call.sqlite, values: base, count: buffer.count, context: context), spec)
            } catch {
                failure = error
            }
        }
        context.warnings.removeLast(context.warnings.count - min(warnings.0, context.warnings.count))
        context.warningCount = warnings.1
        guard let failure else { return }
        if failure.code == ErrorCode.truncatedWrongValueForField.rawValue {
            throw SQLError(
                .invalidJsonValueForCast, spec.type.isInteger ? "INTEGER" : "DECIMAL", "", spec.column, Int(context.rowNumber))
        }
        throw failure
    }
}
