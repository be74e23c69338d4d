import MySQLProtocol
import MySQLTypes

/// MySQL's functions by name: how many arguments, what each has to be converted to, what type comes out, and which
/// SQLite function computes it.
struct FunctionCatalog: Sendable {
    typealias Build = @Sendable (ExpressionBuilder, [TypedSQL]) throws(SQLError) -> TypedSQL

    struct Entry: Sendable {
        var arity: ClosedRange<Int>
        var isDeterministic: Bool
        var build: Build
    }

    /// When the result may be NULL.
    enum Nullability: Sendable {
        case never, always, ifAnArgumentIs
    }

    static let many = Int.max - 1

    static let shared: FunctionCatalog = {
        var catalog = FunctionCatalog()
        catalog.addStringFunctions()
        catalog.addEncodingFunctions()
        catalog.addNumericFunctions()
        catalog.addTemporalFunctions()
        catalog.addControlFunctions()
        catalog.addJSONFunctions()
        catalog.addSessionFunctions()
        return catalog
    }()

    private(set) var entries: [String: Entry] = [:]

    /// A function computed by the SQLite function `sql` (its name in small letters after `m_` when nil). The last of
    /// `kinds` goes for all further arguments.
    mutating func add(
        _ name: String, _ arity: ClosedRange<Int>, _ kinds: [ValueKind], sql: String? = nil,
        nullable: Nullability = .ifAnArgumentIs, deterministic: Bool = true,
        _ type: @escaping @Sendable (ExpressionBuilder, [TypedSQL]) throws(SQLError) -> MySQLType
    ) {
        let sqlName = sql ?? "m_" + name.lowercased()
        entries[name] = Entry(arity: arity, isDeterministic: deterministic) { builder, arguments throws(SQLError) in
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
                isConstant: deterministic && arguments.allSatisfy(\.isConstant))
        }
    }

    /// A function that makes its SQL itself.
    mutating func custom(
        _ name: String, _ arity: ClosedRange<Int>, deterministic: Bool = true, _ build: @escaping Build
    ) {
        entries[name] = Entry(arity: arity, isDeterministic: deterministic, build: build)
    }

    mutating func alias(_ alias: String, _ name: String) {
        entries[alias] = entries[name]
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
        if !entry.isDeterministic { isNondeterministic = true }
        return try entry.build(self, arguments)
    }

    /// Whether there is a native function of this name.
    public static func isFunction(_ name: String) -> Bool {
        FunctionCatalog.shared.entries[name.uppercased()] != nil
    }

    /// The coercibility of a function's result: that of its strongest string argument.
    func coercibility(_ arguments: [TypedSQL]) -> Coercibility {
        var result = Coercibility.coercible
        var sawString = false
        for argument in arguments where argument.type.isString {
            result = sawString ? min(result, argument.coercibility) : argument.coercibility
            sawString = true
        }
        return result
    }

    /// A string type with the merged collation of `arguments`; the connection's when there is no string among them.
    func stringType(_ length: Int, _ arguments: [TypedSQL], _ operation: String) throws(SQLError) -> MySQLType {
        let (collation, coercibility) = try mergedCollation(arguments, operation)
        return .string(length: length, collation: coercibility == .ignorable ? .binary : collation)
    }

    /// The value of a literal integer argument that the result's type depends on.
    func consult(_ x: TypedSQL) -> Int? {
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
