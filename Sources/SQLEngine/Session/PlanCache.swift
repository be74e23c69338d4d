import MySQLParser
import MySQLProtocol
import MySQLTypes
import Storage

/// A bound statement that may run again with other parameters of the same types.
final class CachedPlan {
    enum Kind {
        case select(SelectPlan)
        case insert(InsertPlan, queryValues: [LiteralValue?], updateValues: [LiteralValue?])
        case change(ChangePlan)
    }

    let kind: Kind
    /// The dictionary that it was bound against.
    let dictionaryVersion: UInt64
    /// Which settings of the session it was bound under.
    let settingsNumber: UInt64
    /// Zero without LOCK TABLES.
    let lockedTablesVersion: UInt64
    let locksReads: Bool
    let temporaryTablesVersion: UInt64
    let parameterTypes: [ParameterSignature]
    let isReusable: Bool

    init(kind: Kind, session: Session, parameters: [StatementParameter], isReusable: Bool) {
        self.kind = kind
        dictionaryVersion = session.storage.dictionary.version
        settingsNumber = session.settingsNumber
        locksReads = session.locksReads
        temporaryTablesVersion = session.temporaryTablesVersion
        lockedTablesVersion = session.lockedTables == nil ? UInt64(0) : session.lockedTablesVersion
        parameterTypes = parameters.map(ParameterSignature.init)
        self.isReusable = isReusable
    }

    func fits(_ session: Session, _ parameters: [StatementParameter]) -> Bool {
        guard dictionaryVersion == session.storage.dictionary.version, settingsNumber == session.settingsNumber,
            locksReads == session.locksReads,
            temporaryTablesVersion == session.temporaryTablesVersion,
            lockedTablesVersion == (session.lockedTables == nil ? UInt64(0) : session.lockedTablesVersion),
            parameters.count == parameterTypes.count
        else { return false }
        for (index, parameter) in parameters.enumerated()
        where parameterTypes[index] != ParameterSignature(parameter) {
            return false
        }
        return true
    }
}

/// What of a parameter's type a plan depends on.
struct ParameterSignature: Equatable {
    var kind: MySQLType.Kind
    var isUnsigned: Bool
    var decimals: Int
    var isNull: Bool
    var isBig: Bool

    init(_ parameter: StatementParameter) {
        (isUnsigned, decimals, isNull, isBig) = (false, 0, false, false)
        switch parameter {
        case .unknown:
            kind = .null
            isNull = true
        case .value(let value, let type):
            kind = type.kind
            isUnsigned = type.isUnsigned
            decimals = type.decimals
            isNull = value == .null
            if case .blob = value { isBig = type.kind == .bigInt }
        case .literal(let literal):
            switch literal {
            case .null: (kind, isNull) = (.null, true)
            case .boolean: kind = .tinyInt
            case .integer(let value): (kind, isBig) = (.bigInt, value > UInt64(Int64.max))
            case .decimal(let text):
                kind = .decimal
                decimals = text.utf8.firstIndex(of: 46).map { text.utf8.distance(from: $0, to: text.utf8.endIndex) } ?? 0
            case .float: kind = .double
            case .string(_, let introducer): (kind, isBig) = (.varChar, introducer != nil)
            case .hex, .bits: kind = .varBinary
            case .temporal(let temporal, let text):
                decimals = text.count
                switch temporal {
                case .date: kind = .date
                case .time: kind = .time
                case .timestamp: kind = .dateTime
                }
            }
        }
    }
}

/// Plans of text statements by their shape.
struct PlanCache {
    private var plans: [[UInt8]: CachedPlan] = [:]

    static let maximumPlans = 200

    subscript(shape: [UInt8]) -> CachedPlan? {
        get { plans[shape] }
        set {
            if plans.count >= Self.maximumPlans { plans.removeAll() }
            plans[shape] = newValue
        }
    }

    mutating func removeAll() {
        plans.removeAll()
    }
}

extension Session {
    /// Binds a statement for repeated use; nil for statements that have no plan.
    func makePlan(_ statement: MySQLParser.Statement, _ parameters: [StatementParameter]) throws -> CachedPlan? {
        storage.refreshDictionary()
        switch statement {
        case .query(let query) where query.into == nil:
            let plan = try bindClientQuery(query, parameters)
            return CachedPlan(
                kind: .select(plan), session: self, parameters: parameters,
                isReusable: plan.isReusable && !plan.readsSystemTables)
        case .insert(let insert):
            // Bound with warnings of its own, or too various to be kept.
            guard insert.onDuplicateKeyUpdate.isEmpty, insert.priority != .delayed, try mergedView(insert.table) == nil else {
                return nil
            }
            context.isDataChange = true
            defer { context.isDataChange = false }
            let table = try baseTable(insert.table, for: "INSERT")
            try check(.insert, on: table.definition, columns: insertColumns(insert, table))
            if insert.isReplace, !table.definition.isTemporary { try check(.delete, schema: table.schema, table: table.name) }
            let binder = InsertBinder(environment: self, builder: builder, parameters: parameters)
            let plan = try binder.bind(insert, into: table)
            let isSimple = plan.query == nil && plan.duplicateUpdate == nil
            return CachedPlan(
                kind: .insert(
                    plan, queryValues: binder.queryValues.values, updateValues: binder.updateValues.values),
                session: self, parameters: parameters, isReusable: isSimple)
        case .update(let update):
            defer { context.isDataChange = false }
            let plan = try bindChange(update, parameters)
            return CachedPlan(kind: .change(plan), session: self, parameters: parameters, isReusable: plan.isReusable)
        case .delete(let delete):
            defer { context.isDataChange = false }
            let plan = try bindChange(delete, parameters)
            return CachedPlan(kind: .change(plan), session: self, parameters: parameters, isReusable: plan.isReusable)
        default: return nil
        }
    }

    /// Runs a plan that fits; false when it does not.
    func run(_ plan: CachedPlan, _ parameters: [StatementParameter], into writer: ResultWriter) throws -> Bool {
        storage.refreshDictionary()
        guard plan.fits(self, parameters) else { return false }
        guard let values = literalValues(parameters) else { return false }
        beginStatement(keepsDiagnostics: false)
        // It took the newest dictionary, which may be newer than a moment ago.
        guard plan.dictionaryVersion == storage.dictionary.version else { return false }
        do {
            switch plan.kind {
            case .select(let select):
                try holdBegin(select)
                try run(select, values: values, into: writer)
            case .insert(let insert, let queryValues, let updateValues):
                try holdBeginOfChange()
                if !insert.definition.isTemporary { try checkAllowedChange() }
                try runInsert(
                    insert, parameters: parameters, queryValues: queryValues, updateValues: updateValues, into: writer)
            case .change(let change):
                try holdBeginOfChange()
                if !change.targets.allSatisfy(\.table.definition.isTemporary) { try checkAllowedChange() }
                try runChange(change, values: values, into: writer)
            }
        } catch StorageError.definitionChanged {
            // Bound anew, it may run.
            if !transaction.isOpen { storage.endTransaction() }
            return false
        } catch {
            afterError(error)
            throw sqlError(error)
        }
        return true
    }

    func checkAllowedChange() throws(SQLError) {
        try checkReadOnlyTransaction()
        try checkWritable()
    }

    /// The carriers to bind; nil where a literal needs the builder to know its own.
    private func literalValues(_ parameters: [StatementParameter]) -> [LiteralValue?]? {
        var values: [LiteralValue?] = []
        values.reserveCapacity(parameters.count)
        for parameter in parameters {
            switch parameter {
            case .value(let value, _): values.append(value)
            case .literal(let literal):
                if let (value, _) = Self.direct(literal) {
                    values.append(value)
                } else {
                    let binder = Binder(environment: self, builder: builder)
                    guard let typed = try? binder.bind(literal, sql: "?") else { return nil }
                    values.append(typed.literal)
                }
            case .unknown: return nil
            }
        }
        return values
    }

    /// Runs the text through the cache of shapes; the end of the text, or nil when the general way must be taken.
    func runPlanned(_ text: [UInt8], into writer: ResultWriter, at offset: Int) throws -> Int? {
        guard offset == 0, shape.scan(text, mode: settings.parserMode) else { return nil }
        beginClientStatement()
        let parameters = liftedParameters(text)
        if let plan = plans[shape.key] {
            statementText = text
            server.status.countDataStatement(text)
            if try run(plan, parameters, into: writer) { return text.count }
            plans[shape.key] = nil
        }
        let key = shape.key
        let parsed = try StatementParsing.statement(
            text, from: 0, mode: settings.parserMode, allowsMultiple: false, lifted: shape.liftedOffsets)
        guard parsed.liftedCount == parameters.count, parsed.parameterCount == parameters.count else { return nil }
        statementText = text
        beginStatement(keepsDiagnostics: false)
        server.status.countDataStatement(text)
        do {
            try admit(parsed.statement, StatementTraits(parsed.statement))
            if let plan = try makePlan(parsed.statement, parameters) {
                if plan.isReusable { plans[key] = plan }
                if try run(plan, parameters, into: writer) { return text.count }
            }
        } catch {
            afterError(error)
            throw sqlError(error)
        }
        try run(parsed.statement, parameters: parameters, into: writer)
        return text.count
    }

    private func liftedParameters(_ text: [UInt8]) -> [StatementParameter] {
        let mode = settings.parserMode
        return shape.literals.map { literal in
            switch literal.kind {
            case .integer: .literal(.integer(UInt64(bitPattern: literal.integer)))
            case .unsigned: .literal(.integer(UInt64(bitPattern: literal.integer)))
            case .decimal: .literal(.decimal(String(decoding: literal.value(in: text, mode: mode), as: UTF8.self)))
            case .float: .literal(.float(String(decoding: literal.value(in: text, mode: mode), as: UTF8.self)))
            case .string: .literal(.string(literal.value(in: text, mode: mode), introducer: nil))
            }
        }
    }
}
