import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import Storage

/// A statement that was prepared: by COM_STMT_PREPARE or by PREPARE ... FROM.
final class PreparedStatement {
    let text: [UInt8]
    let parsed: ParsedStatement
    let traits: StatementTraits
    /// The place of its `Com_` counter.
    let counterPlace: Int?
    /// A plan bound for parameters of certain types, valid for one version of the dictionary.
    var plan: CachedPlan?
    /// The rows of the last execution that are still to be fetched.
    var cursor: StatementCursor?
    private let place: PreparedStatementCount.Place
    private let memory: MemoryAccount

    /// What the tree of a statement takes for each byte of its text, about.
    private static let treeBytesPerByte = 16

    init(
        text: [UInt8], parsed: ParsedStatement, traits: StatementTraits, place: PreparedStatementCount.Place,
        memory: MemoryAccount
    ) throws(SQLError) {
        self.text = text
        self.parsed = parsed
        self.traits = traits
        counterPlace = traits.kind?.place
        self.place = place
        self.memory = memory
        do throws(MemoryAccount.Excess) { try memory.charge(size) } catch { throw SQLError(error) }
    }

    deinit {
        memory.release(size)
    }

    private var size: Int { 1024 + (1 + Self.treeBytesPerByte) * text.count }
}

extension Session {
    /// COM_STMT_PREPARE: answers with the statement's number, parameters and columns.
    public func prepare(_ text: [UInt8], into writer: ResultWriter) {
        let isOutermost = thread.enter()
        defer { thread.leave(isOutermost) }
        server.status.countPrepare()
        do {
            beginClientStatement(text)
            beginStatement(keepsDiagnostics: false)
            // One that fails has a number too.
            let id = nextStatementID
            nextStatementID &+= 1
            let prepared = try makePrepared(text)
            preparedStatements[id] = prepared
            let parameter = ColumnMetadata(
                name: "?", type: .varString, length: Self.unknownParameterBytes, decimals: ColumnMetadata.notFixedDecimals,
                collation: settings.resultCollation.rawValue)
            writer.prepared(
                statementID: id, parameters: Array(repeating: parameter, count: prepared.parsed.parameterCount),
                columns: try describe(prepared), status: status)
        } catch {
            fail(sqlError(error), into: writer)
        }
    }

    /// A parameter of which nothing is known yet is a text of 16,383 characters.
    private static let unknownParameterBytes: UInt32 = 16_383 * 4

    /// The protocol counts them in 16 bits.
    private static let maximumParameters = 65_535

    private func makePrepared(_ text: [UInt8]) throws -> PreparedStatement {
        let parsed = try StatementParsing.statement(text, from: 0, mode: settings.parserMode, allowsMultiple: false)
        let traits = StatementTraits(parsed.statement)
        guard traits.isPreparable else { throw SQLError(.unsupportedPs) }
        guard parsed.parameterCount <= Self.maximumParameters else { throw SQLError(.psManyParam) }
        let prepared = try PreparedStatement(
            text: text, parsed: parsed, traits: traits,
            place: server.preparedStatements.take(maximum: server.globals.number("max_prepared_stmt_count")),
            memory: storage.memory)
        try validate(prepared)
        return prepared
    }

    /// Finds errors of names when the statement is prepared.
    private func validate(_ prepared: PreparedStatement) throws {
        let unknown = Array(repeating: StatementParameter.unknown, count: prepared.parsed.parameterCount)
        switch prepared.parsed.statement {
        case .query(let query): try checkPrivileges(bindQuery(query, unknown).required)
        case .insert(let insert):
            let (target, table, view) = try insertTarget(insert)
            try checkPrivileges(
                InsertBinder(environment: self, builder: builder, parameters: unknown, view: view).required(target, table))
        case .update(let update): try checkPrivileges(bindChange(update, unknown).required)
        case .delete(let delete): try checkPrivileges(bindChange(delete, unknown).required)
        case .createTable(let create) where !create.isTemporary: try checkDefinitionPrivileges(prepared.parsed.statement)
        case .show(let show):
            try checkPrivileges(prepared.traits.privileges)
            if case .columns(let table, _, _, _) = show {
                guard let schema = table.schema ?? currentDatabase else { throw SQLError(.noDbError) }
                if storage.temporaryTable(schema, table.name) == nil, !isOpenToAll(schema: schema, table: table.name) {
                    try demandAnything(onTable: table.name, in: schema)
                }
            }
        case .call(let name, _):
            guard let schema = name.schema ?? currentDatabase else { throw SQLError(.noDbError) }
            throw missingRoutine("PROCEDURE", schema, name.name)
        default: break
        }
    }

    private func describe(_ prepared: PreparedStatement) throws -> [ColumnMetadata] {
        switch prepared.parsed.statement {
        case .query(let query) where query.into == nil:
            let unknown = Array(repeating: StatementParameter.unknown, count: prepared.parsed.parameterCount)
            return try bindQuery(query, unknown).columns
        case .show(let show): return try ShowHandler().columns(of: show, in: self)
        case .describeTable(let name, let column):
            let show = ShowStatement.columns(
                name, isFull: false, isExtended: false, column.map { .like(Array($0.utf8)) })
            return try ShowHandler().columns(of: show, in: self)
        default: return []
        }
    }

    /// How many parameters an execution must bring; nil for an unknown statement.
    public func parameterCount(of statementID: UInt32) -> Int? {
        preparedStatements[statementID]?.parsed.parameterCount
    }

    /// COM_STMT_EXECUTE.
    public func executePrepared(
        _ id: UInt32, parameters: [ParameterValue], attributes: [QueryAttribute], withCursor: Bool = false,
        into writer: ResultWriter
    ) {
        let isOutermost = thread.enter()
        defer { thread.leave(isOutermost) }
        context.queryAttributes = attributes
        guard let prepared = preparedStatements[id] else {
            return fail(Self.unknownStatement(id), into: writer)
        }
        handle.update {
            $0.command = "Execute"
            $0.since = .now()
        }
        defer { handle.update { $0.command = "Sleep" } }
        server.status.countExecute()
        do {
            prepared.cursor = nil
            if withCursor { try checkCursor(prepared.parsed.statement) }
            beginClientStatement(prepared.text)
            frame.wantsCursor = withCursor
            try run(prepared, parameters.map(parameter), into: writer)
            prepared.cursor = frame.cursor
            frame.cursor = nil
        } catch {
            fail(sqlError(error), into: writer)
        }
    }

    /// A parameter that a client sent, in the carrier of its type.
    private func parameter(_ value: ParameterValue) -> StatementParameter {
        switch value {
        case .null: return .value(.null, MySQLType(.null))
        case .integer(let integer): return .value(.integer(integer), MySQLType(.bigInt, length: 20))
        case .unsigned(let unsigned):
            let type = MySQLType(.bigInt, length: 20, isUnsigned: true)
            if unsigned <= UInt64(Int64.max) { return .value(.integer(Int64(unsigned)), type) }
            return .value(.blob((0..<8).map { UInt8(truncatingIfNeeded: unsigned >> UInt64(56 - 8 * $0)) }), type)
        case .float(let float):
            return .value(.real(Double(float)), MySQLType(.float, length: 12, decimals: MySQLType.notFixedDecimals))
        case .double(let double):
            return .value(.real(double), MySQLType(.double, length: 23, decimals: MySQLType.notFixedDecimals))
        case .decimal(let text):
            let digits = text.filter { $0 >= 48 && $0 <= 57 }.count
            let scale = text.firstIndex(of: 46).map { text.count - $0 - 1 } ?? 0
            return .value(.text(text), MySQLType(.decimal, length: max(1, digits), decimals: scale))
        case .text(let sent):
            let bytes = decoded(sent)
            return .value(
                .text(bytes), MySQLType(.varChar, length: max(1, bytes.count), collation: .utf8mb4_0900_ai_ci))
        case .blob(let bytes): return .value(.blob(bytes), MySQLType(.varBinary, length: max(1, bytes.count)))
        case .date(let text): return .value(.text(Array(text.utf8)), MySQLType(.date))
        case .dateTime(let text):
            let decimals = text.utf8.firstIndex(of: 46).map { text.utf8.distance(from: $0, to: text.utf8.endIndex) - 1 } ?? 0
            return .value(.text(Array(text.utf8)), MySQLType(.dateTime, decimals: decimals))
        case .time(let microseconds):
            return .value(.integer(microseconds), MySQLType(.time, decimals: microseconds % 1_000_000 == 0 ? 0 : 6))
        }
    }

    private func run(
        _ prepared: PreparedStatement, _ parameters: [StatementParameter], into writer: ResultWriter
    ) throws {
        guard parameters.count == prepared.parsed.parameterCount else { throw SQLError(.wrongArguments, "EXECUTE") }
        server.status.count(place: prepared.counterPlace, isClients: frame.depth == 0)
        if let plan = prepared.plan, try run(plan, parameters, into: writer) { return }
        prepared.plan = nil
        try run(prepared.parsed.statement, prepared.traits, parameters, into: writer) { prepared.plan = $0 }
    }

    /// COM_STMT_CLOSE.
    public func closePrepared(_ id: UInt32) {
        if preparedStatements.removeValue(forKey: id) != nil { server.status.countClose() }
    }

    // MARK: PREPARE, EXECUTE, DEALLOCATE

    func runPreparedStatement(_ statement: MySQLParser.Statement, into writer: ResultWriter) throws {
        switch statement {
        case .prepare(let name, let source):
            namedStatements[name.lowercased()] = nil
            var text: [UInt8]
            switch source {
            case .text(let bytes): text = bytes
            case .userVariable(let variable):
                guard let value = context.userVariables[variable.lowercased()] else {
                    text = Array("NULL".utf8)
                    break
                }
                text = Array(StoredValue(value.value).display(value.type).utf8)
            }
            if text.isEmpty { throw SQLError(.emptyQuery) }
            server.status.countPrepare()
            namedStatements[name.lowercased()] = try makePrepared(text)
            trackState()
            ok(writer, info: "Statement prepared")
        case .execute(let name, let variables):
            guard let prepared = namedStatements[name.lowercased()] else {
                throw SQLError(.unknownStmtHandler, name.utf8.count, name, "EXECUTE")
            }
            let parameters = variables.map { variable -> StatementParameter in
                guard let value = context.userVariables[variable.lowercased()] else {
                    return .value(.null, MySQLType(.null))
                }
                return .value(value.value, value.type)
            }
            try nested(prepared.text) { try run(prepared, parameters, into: writer) }
        case .deallocate(let name):
            guard namedStatements.removeValue(forKey: name.lowercased()) != nil else {
                throw SQLError(.unknownStmtHandler, name.utf8.count, name, "DEALLOCATE PREPARE")
            }
            trackState()
            ok(writer)
        default: break
        }
    }
}
