import MySQLParser
import MySQLProtocol
import SQLBinder
import SQLExpressions
import Storage

/// The one way of a statement, however it came in (text, a cached plan, COM_STMT_EXECUTE, EXECUTE, nested): its beginning
/// (diagnostics, what functions see, the deadline), ``admit(_:isPrivate:account:)`` (held begin, what its kind may not do
/// now, privileges), then its plan or action, then what an error leaves behind. Locks and the snapshot are taken by the
/// plan, which alone knows the tables.
extension Session {
    /// Runs a plan that was bound before; false when it does not fit, and nothing of it was done.
    func run(_ plan: CachedPlan, _ parameters: [StatementParameter], into writer: ResultWriter) throws -> Bool {
        storage.refreshDictionary()
        guard plan.fits(self, parameters), let values = literalValues(parameters) else { return false }
        beginStatement(keepsDiagnostics: false)
        do {
            try admit(plan.traits, isPrivate: plan.isPrivate)
            // It may have waited, and there may be a newer dictionary than a moment ago.
            guard plan.dictionaryVersion == storage.dictionary.version else { return false }
            try carryOut(plan, parameters, values, into: writer)
        } catch StorageError.definitionChanged {
            // Bound anew, it may run.
            if !transaction.isOpen { storage.endTransaction() }
            return false
        } catch {
            afterError(error)
            throw sqlError(error, reading: plan.required)
        }
        return true
    }

    /// Runs a statement by a plan that it is bound to now and that `keep` may put away for the next time, or as an action.
    /// Errors are answered by the caller.
    func run(
        _ statement: MySQLParser.Statement, _ traits: StatementTraits, _ parameters: [StatementParameter],
        into writer: ResultWriter, keep: (CachedPlan) -> Void
    ) throws {
        beginStatement(keepsDiagnostics: traits.keepsDiagnostics)
        var required: RequiredPrivileges?
        do {
            try withPresentDefinitions {
                try admit(statement, traits)
                if let plan = try makePlan(statement, traits, parameters) {
                    required = plan.required
                    if plan.isReusable { keep(plan) }
                    if let values = literalValues(parameters) {
                        return try carryOut(plan, parameters, values, into: writer)
                    }
                }
                try perform(statement, traits, parameters: parameters, into: writer)
            }
        } catch {
            afterError(error)
            throw sqlError(error, reading: required)
        }
    }

    private func carryOut(
        _ plan: CachedPlan, _ parameters: [StatementParameter], _ values: [LiteralValue?], into writer: ResultWriter
    ) throws {
        switch plan.kind {
        case .select(let select):
            try holdBegin(select)
            try run(select, values: values, into: writer)
        case .insert(let insert, let queryValues, let updateValues):
            ok(
                writer,
                try runInsert(insert, parameters: parameters, queryValues: queryValues, updateValues: updateValues))
        case .change(let change): try runChange(change, values: values, into: writer)
        }
    }

    /// Runs the text as one of a shape: false when it is none, and the general way must be taken.
    func runByShape(_ text: [UInt8], into writer: ResultWriter) throws -> Bool {
        guard shape.scan(text, mode: settings.parserMode) else { return false }
        let parameters = liftedParameters(text)
        var isCounted = false
        if let plan = plans[shape.key] {
            server.status.count(place: plan.counterPlace)
            isCounted = true
            if try run(plan, parameters, into: writer) { return true }
            plans[shape.key] = nil
        }
        let key = shape.key
        let parsed = try StatementParsing.statement(
            text, from: 0, mode: settings.parserMode, allowsMultiple: false, lifted: shape.liftedOffsets)
        guard parsed.liftedCount == parameters.count, parsed.parameterCount == parameters.count else { return false }
        let traits = StatementTraits(parsed.statement)
        if !isCounted { server.status.count(traits.kind) }
        try run(parsed.statement, traits, parameters, into: writer) { plans[key] = $0 }
        return true
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
}
