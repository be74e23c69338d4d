import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// SHOW WARNINGS, SHOW ERRORS, SIGNAL, GET DIAGNOSTICS, KILL.
extension Session {
    public var warningCount: UInt16 { diagnostics.wireCount }

    /// A command other than COM_QUERY failed: what went before is still there.
    public func commandFailed(_ error: SQLError) { diagnostics.fail(error) }

    /// A command about a prepared statement begins.
    public func forgetDiagnostics() { diagnostics.clear() }

    func showConditions(_ limit: LimitClause?, errorsOnly: Bool, into writer: ResultWriter) throws {
        var conditions = diagnostics.conditions
        if errorsOnly { conditions = conditions.filter { $0.level == .error } }
        if let limit {
            func number(_ expression: Expression?) throws(SQLError) -> Int {
                guard let expression else { return 0 }
                guard case .integer(let value) = try evaluate(expression).value else { return 0 }
                return Int(clamping: value)
            }
            conditions = Array(conditions.dropFirst(try number(limit.offset)).prefix(try number(limit.count)))
        }
        let collation = settings.resultCollation.rawValue
        writer.columns([
            ColumnMetadata(
                name: "Level", type: .varString, length: 28, flags: .notNull, decimals: 31, collation: collation),
            ColumnMetadata(name: "Code", type: .long, length: 4, flags: [.notNull, .unsigned, .binary]),
            ColumnMetadata(
                name: "Message", type: .varString, length: 2048, flags: .notNull, decimals: 31, collation: collation),
        ])
        for condition in conditions {
            writer.beginRow()
            writer.writeString(condition.level.rawValue)
            writer.writeInteger(Int64(condition.code))
            writer.writeString(condition.message)
            try writer.endRow()
        }
        rowCount = -1
        writer.endOfRows(status: status)
    }

    func showCount(_ name: String, _ count: Int, into writer: ResultWriter) {
        writer.columns([
            ColumnMetadata(name: name, type: .longLong, length: 21, flags: [.unsigned, .binary, .notNull])
        ])
        writer.beginRow()
        writer.writeInteger(Int64(count))
        do { try writer.endRow() } catch { return }
        writer.endOfRows(status: status)
    }

    func runSignal(_ signal: SignalStatement, into writer: ResultWriter) throws {
        guard case .sqlState(let bytes)? = signal.condition else { throw SQLError(.spCondMismatch, "") }
        let state = String(decoding: bytes, as: UTF8.self)
        guard state.utf8.count == 5, !state.hasPrefix("00") else { throw SQLError(.spBadSqlstate, state) }
        var message: String?
        var code: UInt16?
        for item in signal.items {
            let value = try evaluate(item.value)
            switch item.name {
            case "MESSAGE_TEXT": message = StoredValue(value.value).display(value.type)
            case "MYSQL_ERRNO": if case .integer(let number) = value.value { code = UInt16(clamping: number) }
            default: break
            }
        }
        if state.hasPrefix("01") {
            diagnostics.add(
                ExpressionWarning(
                    level: .warning, code: code ?? ErrorCode.signalWarn.rawValue,
                    message: message ?? "Unhandled user-defined warning condition"))
            return ok(writer)
        }
        let kind: ErrorCode = state.hasPrefix("02") ? .signalNotFound : .signalException
        throw SQLError(
            code: code ?? kind.rawValue, sqlState: state,
            message: message ?? SQLError(kind).message)
    }

    func runGetDiagnostics(_ get: GetDiagnosticsStatement, into writer: ResultWriter) throws {
        func store(_ item: GetDiagnosticsStatement.Item, _ type: MySQLType, _ value: LiteralValue) throws(SQLError) {
            guard case .userVariable(let name) = item.target else { return }
            try context.setUserVariable(name.lowercased(), UserVariable(type: type, value: value))
        }
        let text = MySQLType(.varChar, length: 512, collation: settings.connectionCollation)
        guard let number = get.condition else {
            for item in get.items {
                let value = item.name == "NUMBER" ? Int64(diagnostics.count) : rowCount
                try store(item, MySQLType(.bigInt, length: 20), .integer(value))
            }
            return writer.ok(status: status)
        }
        guard case .integer(let place) = try evaluate(number).value, place >= 1,
            place <= Int64(diagnostics.conditions.count)
        else { throw SQLError(.daInvalidConditionNumber) }
        let condition = diagnostics.conditions[Int(place) - 1]
        for item in get.items {
            switch item.name {
            case "MYSQL_ERRNO": try store(item, MySQLType(.bigInt, length: 20), .integer(Int64(condition.code)))
            case "MESSAGE_TEXT": try store(item, text, .text(Array(condition.message.utf8)))
            case "RETURNED_SQLSTATE":
                try store(item, text, .text(Array((condition.level == .error ? "HY000" : "01000").utf8)))
            default: try store(item, text, .text([]))
            }
        }
        writer.ok(status: status)
    }

    func runKill(connectionOnly: Bool, _ id: Expression, into writer: ResultWriter) throws {
        if id.contains(where: { $0.subquery?.body.containsTable(entersDerived: true) { _ in true } ?? false }) {
            throw SQLError(.notSupportedYet, "Usage of subqueries or stored function calls as part of this statement")
        }
        guard case .integer(let number) = try evaluate(id).value, number >= 0,
            let target = server.sessions.handle(UInt64(number))
        else { throw SQLError(.noSuchThread, "\((try? evaluate(id).value.sql) ?? "0")") }
        let state = target.snapshot
        guard state.user == userName || privileges.hasDynamic("CONNECTION_ADMIN"),
            privileges.hasDynamic("SYSTEM_USER") || !server.isSystemUser(state, in: storage.dictionary)
        else { throw SQLError(.killDeniedError, number) }
        if target.id == connectionID {
            // The answer is still sent, and the connection ends after it.
            if connectionOnly { wantsToDisconnect = true }
            throw SQLError(.queryInterrupted)
        }
        if connectionOnly { target.killConnection() } else { target.killQuery() }
        ok(writer)
    }

    /// Whether a name is like a pattern with `%`, `_` and `\\`.
    private static func matches(_ name: [Character], _ pattern: [Character]) -> Bool {
        var (place, next) = (0, 0)
        // Where the last % stands, and up to where it took the name.
        var (percent, taken) = (-1, 0)
        while place < name.count {
            if next < pattern.count, pattern[next] == "%" {
                (percent, taken) = (next, place)
                next += 1
                continue
            }
            let isEscaped = next + 1 < pattern.count && pattern[next] == "\\"
            let wanted = next < pattern.count ? pattern[isEscaped ? next + 1 : next] : nil
            if let wanted, wanted == name[place] || (wanted == "_" && !isEscaped) {
                next += isEscaped ? 2 : 1
                place += 1
            } else if percent >= 0 {
                taken += 1
                (place, next) = (taken, percent + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "%" }
    }

    /// COM_FIELD_LIST.
    public func listFields(table: String, wildcard: String, into writer: ResultWriter) {
        do {
            beginStatement(keepsDiagnostics: false)
            guard let schema = currentDatabase else { throw SQLError(.noDbError) }
            if storage.temporaryTable(schema, table) == nil, !isOpenToAll(schema: schema, table: table) {
                try demandAnything(onTable: table, in: schema)
            }
            var query = QueryExpression(body: .select(Binder.everything(of: ObjectName(name: table))))
            query.limit = nil
            let columns = try bindQuery(query, []).columns.filter {
                wildcard.isEmpty || Self.matches(Array($0.name.lowercased()), Array(wildcard.lowercased()))
            }
            writer.fieldList(columns, status: status)
        } catch {
            fail(sqlError(error), into: writer)
        }
    }
}
