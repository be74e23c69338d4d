import MySQLProtocol
import MySQLTypes

/// MySQL's functions by name: how many arguments, what each has to be converted to, what type comes out, and which
/// SQLite function computes it.
package struct FunctionCatalog: Sendable {
    /// When the result may be NULL.
    package enum Nullability: Sendable {
        case never, always, ifAnArgumentIs
    }

    package static let many = Int.max - 1

    package static let shared: FunctionCatalog = {
        var catalog = FunctionCatalog()
        catalog.addStringFunctions()
        catalog.addEncodingFunctions()
        catalog.addNumericFunctions()
        catalog.addTemporalFunctions()
        catalog.addControlFunctions()
        catalog.addJSONFunctions()
        catalog.addSessionFunctions()
        catalog.addPlaces()
        return catalog
    }()

    /// By name in capital letters, aliases too.
    package private(set) var entries: [String: FunctionEntry] = [:]

    /// SQLite functions that may give another value in each row, and those that take any number of arguments.
    package private(set) var unrepeatableCode: Set<String> = []
    package private(set) var unboundedCode: Set<String> = []

    package static func entry(_ name: String) -> FunctionEntry? { shared.entries[name.uppercased()] }

    /// A function computed by the SQLite function `sql` (its name in small letters after `m_` when nil). The last of
    /// `kinds` goes for all further arguments.
    package mutating func add(
        _ name: String, _ arity: ClosedRange<Int>, _ kinds: [ValueKind], sql: String? = nil,
        nullable: Nullability = .ifAnArgumentIs, determinism: Determinism = .constant, places: ExpressionPlaces? = nil,
        _ type: @escaping @Sendable (ExpressionBuilder, [TypedSQL]) throws(SQLError) -> MySQLType
    ) {
        let sqlName = sql ?? "m_" + name.lowercased()
        custom(name, arity, determinism, places: places, code: [sqlName]) { builder, arguments throws(SQLError) in
            var converted: [String] = []
            for (index, argument) in arguments.enumerated() {
                converted.append(
                    builder.convert(argument, to: kinds.isEmpty ? .any : kinds[min(index, kinds.count - 1)]))
            }
            let type = try type(builder, arguments)
            let isNullable: Bool
            switch nullable {
            case .never: isNullable = false
            case .always: isNullable = true
            case .ifAnArgumentIs: isNullable = arguments.contains { $0.isNullable }
            }
            return TypedSQL(
                sql: ExpressionBuilder.call(sqlName, list: converted), type: type, isNullable: isNullable,
                coercibility: type.isString ? builder.coercibility(arguments) : nil,
                isConstant: arguments.allSatisfy(\.isConstant))
        }
    }

    /// A function that makes its SQL itself, of the SQLite functions `code` (its name in small letters after `m_` when nil).
    package mutating func custom(
        _ name: String, _ arity: ClosedRange<Int>, _ determinism: Determinism = .constant, places: ExpressionPlaces? = nil,
        code: [String]? = nil, _ build: @escaping FunctionEntry.Build
    ) {
        let entry = FunctionEntry(
            printedName: name.lowercased(), arity: arity, determinism: determinism, places: places ?? determinism.places,
            code: code ?? ["m_" + name.lowercased()], build: build)
        entries[name] = entry
        if !determinism.isRepeatable { unrepeatableCode.formUnion(entry.code) }
        if arity.upperBound == Self.many { unboundedCode.formUnion(entry.code) }
    }

    package mutating func alias(_ alias: String, _ name: String) {
        entries[alias] = entries[name]
    }

    /// What the entries' own lines do not say: names that MySQL prints otherwise, truth values, partitioning functions.
    private mutating func addPlaces() {
        for (name, printed) in [
            ("VERSION", "version()"), ("ICU_VERSION", "icu_version()"), ("JSON_MERGE", "json_merge_preserve"), ("SCHEMA", "database"),
            ("SESSION_USER", "user"), ("SYSTEM_USER", "user"), ("CURRENT_TIMESTAMP", "now"), ("LOCALTIME", "now"),
            ("LOCALTIMESTAMP", "now"), ("CURRENT_DATE", "curdate"), ("CURRENT_TIME", "curtime"),
        ] { entries[name]?.printedName = printed }
        for name in [
            "ISNULL", "JSON_VALID", "REGEXP_LIKE", "IS_IPV4", "IS_IPV6", "IS_IPV4_COMPAT", "IS_IPV4_MAPPED", "JSON_CONTAINS", "IS_UUID",
            "GTID_SUBSET", "JSON_OVERLAPS", "JSON_SCHEMA_VALID", "JSON_CONTAINS_PATH", "STRCMP",
        ] { entries[name]?.isPredicate = true }
        for name in [
            "ABS", "CEIL", "CEILING", "DATEDIFF", "DAY", "DAYOFMONTH", "DAYOFWEEK", "DAYOFYEAR", "FLOOR", "HOUR", "MICROSECOND", "MINUTE",
            "MOD", "MONTH", "QUARTER", "SECOND", "TIME_TO_SEC", "TO_DAYS", "TO_SECONDS", "WEEKDAY", "YEAR", "YEARWEEK",
        ] { entries[name]?.places.insert(.partition) }
        entries["NAME_CONST"]?.countsAsSubquery = true
    }

    package init(
        entries: [String: FunctionEntry] = [:], unrepeatableCode: Set<String> = [], unboundedCode: Set<String> = []
    ) {
        self.entries = entries
        self.unrepeatableCode = unrepeatableCode
        self.unboundedCode = unboundedCode
    }
}

extension ExpressionBuilder {
    /// A function by name. Error 1305 when there is none, 1582 for the wrong number of arguments.
    public func function(_ name: String, _ arguments: [TypedSQL]) throws(SQLError) -> TypedSQL {
        let upper = name.uppercased()
        guard let entry = FunctionCatalog.shared.entries[upper] else {
            throw SQLError(.spDoesNotExist, "FUNCTION", currentDatabase + "." + name)
        }
        guard entry.arity.contains(arguments.count) else { throw SQLError(.wrongParamcountToNativeFct, name) }
        var result = try entry.build(self, arguments)
        switch entry.determinism {
        case .constant, .statement, .session: break
        case .volatile, .sideEffect: result.isConstant = false
        }
        return result
    }

    /// Whether there is a native function of this name.
    public static func isFunction(_ name: String) -> Bool {
        FunctionCatalog.shared.entries[name.uppercased()] != nil
    }

    /// The coercibility of a function's result: that of its strongest string argument.
    package func coercibility(_ arguments: [TypedSQL]) -> Coercibility {
        let strings = arguments.filter { $0.type.isString }
        guard !strings.isEmpty, let merged = try? mergedCollation(strings, "") else { return .coercible }
        return merged.1
    }

    /// A string type with the merged collation of `arguments`; the connection's when there is no string among them.
    package func stringType(_ length: Int, _ arguments: [TypedSQL], _ operation: String) throws(SQLError) -> MySQLType {
        let (collation, coercibility) = try mergedCollation(arguments, operation)
        return .string(length: length, collation: coercibility == .ignorable ? .binary : collation)
    }

    /// The value of a literal integer argument that the result's type depends on.
    package func consult(_ x: TypedSQL) -> Int? {
        // Limited, so that sums and negations of it are safe.
        literalInteger(x).map { max(-(1 << 40), min($0, 1 << 40)) }
    }

    private func literalInteger(_ x: TypedSQL) -> Int? {
        switch x.literal {
        case .integer(let value)?:
            consultedLiterals.insert(x.sql)
            return Int(value)
        case .text(let bytes)?:
            consultedLiterals.insert(x.sql)
            return bytes.withUnsafeBufferPointer { Decimal.parse($0).value.roundedInt64 }.map { Int($0) }
        case .real(let value)?:
            consultedLiterals.insert(x.sql)
            return Int(exactly: value.rounded())
        default: return nil
        }
    }
}
