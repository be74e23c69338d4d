import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// A bound statement that may run again with other parameters of the same types.
final class CachedPlan {
    enum Kind {
        case select(SelectPlan)
        case insert(InsertPlan, queryValues: [LiteralValue?], updateValues: [LiteralValue?])
        case change(ChangePlan)
    }

    let kind: Kind
    let traits: StatementTraits
    /// The place of its `Com_` counter.
    let counterPlace: Int?
    /// It changes temporary tables alone.
    let isPrivate: Bool
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

    init(
        kind: Kind, traits: StatementTraits, session: Session, parameters: [StatementParameter], isReusable: Bool
    ) {
        self.kind = kind
        self.traits = traits
        counterPlace = traits.kind?.place
        isPrivate =
            switch kind {
            case .select: false
            case .insert(let insert, _, _): insert.definition.isTemporary
            case .change(let change): change.targets.allSatisfy(\.table.definition.isTemporary)
            }
        dictionaryVersion = session.storage.dictionary.version
        settingsNumber = session.settingsNumber
        locksReads = session.locksReads
        temporaryTablesVersion = session.temporaryTablesVersion
        lockedTablesVersion = session.lockedTables == nil ? UInt64(0) : session.lockedTablesVersion
        parameterTypes = parameters.map(ParameterSignature.init)
        self.isReusable = isReusable
    }

    /// What it reads and writes.
    var required: RequiredPrivileges {
        switch kind {
        case .select(let select): select.required
        case .insert(let insert, _, _): insert.required
        case .change(let change): change.required
        }
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
    func makePlan(
        _ statement: MySQLParser.Statement, _ traits: StatementTraits, _ parameters: [StatementParameter]
    ) throws -> CachedPlan? {
        storage.refreshDictionary()
        switch statement {
        case .query(let query) where query.into == nil:
            let plan = try bindClientQuery(query, parameters)
            return CachedPlan(
                kind: .select(plan), traits: traits, session: self, parameters: parameters,
                isReusable: plan.isReusable && !plan.readsSystemTables)
        case .insert(let insert):
            // Bound with warnings of its own, or too various to be kept.
            guard insert.onDuplicateKeyUpdate.isEmpty, insert.priority != .delayed, try mergedView(insert.table) == nil else {
                return nil
            }
            context.isDataChange = true
            defer { context.isDataChange = false }
            let (plan, binder) = try bindInsert(insert, parameters)
            let isSimple = plan.query == nil && plan.duplicateUpdate == nil
            return CachedPlan(
                kind: .insert(
                    plan, queryValues: binder.queryValues.values, updateValues: binder.updateValues.values),
                traits: traits, session: self, parameters: parameters, isReusable: isSimple)
        case .update(let update):
            defer { context.isDataChange = false }
            let plan = try bindChange(update, parameters)
            return CachedPlan(
                kind: .change(plan), traits: traits, session: self, parameters: parameters, isReusable: plan.isReusable)
        case .delete(let delete):
            defer { context.isDataChange = false }
            let plan = try bindChange(delete, parameters)
            return CachedPlan(
                kind: .change(plan), traits: traits, session: self, parameters: parameters, isReusable: plan.isReusable)
        default: return nil
        }
    }
}
