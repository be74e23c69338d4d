import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

extension Binder {
    /// The forms of expressions that are calls of some kind.
    package func bindCall(_ kind: ExpressionKind, in scope: Scope) throws(SQLError) -> TypedSQL {
        switch kind {
        case .cast(let x, let type, let isArray):
            if isArray { throw SQLError(.notSupportedYet, "CAST-ing data to array of non-scalar types") }
            return try builder.cast(bindScalar(x, in: scope), to: castTarget(type))
        case .castAtTimeZone: throw SQLError(.notSupportedYet, "AT TIME ZONE")
        case .convertUsing(let x, let charset):
            return try builder.convert(bindScalar(x, in: scope), using: charset)
        case .collate(let x, let collation):
            return try builder.collate(bindScalar(x, in: scope), collation)
        case .dateArithmetic(let x, let interval, let isSubtraction):
            return try builder.addInterval(
                bindScalar(x, in: scope), bindScalar(interval.amount, in: scope), unit(interval.unit),
                isSubtracted: isSubtraction)
        case .function(let call): return try bindFunction(call, in: scope)
        case .aggregate(let call): return try bindAggregate(call, in: scope)
        case .window(let call): return try bindWindow(call, in: scope)
        case .extract(let timeUnit, let x): return try builder.extract(unit(timeUnit), bindScalar(x, in: scope))
        case .timestampAdd(let timeUnit, let amount, let x):
            return try builder.function(
                "TIMESTAMPADD", unit: unit(timeUnit), [bindScalar(amount, in: scope), bindScalar(x, in: scope)])
        case .timestampDiff(let timeUnit, let from, let to):
            return try builder.function(
                "TIMESTAMPDIFF", unit: unit(timeUnit), [bindScalar(from, in: scope), bindScalar(to, in: scope)])
        case .getFormat(let kind, let x):
            let name =
                switch kind {
                case .date: "DATE"
                case .time: "TIME"
                case .dateTime: "DATETIME"
                }
            return try builder.function(
                "GET_FORMAT", [builder.string(Array(name.utf8)), bindScalar(x, in: scope)])
        case .trim(let mode, let remove, let x):
            var removed: TypedSQL?
            if let remove { removed = try bindScalar(remove, in: scope) }
            let side: TrimSide =
                switch mode {
                case .both: .both
                case .leading: .leading
                case .trailing: .trailing
                }
            return try builder.trim(side, removed, from: bindScalar(x, in: scope))
        case .char(let arguments, let charset):
            let call = try builder.function("CHAR", bind(arguments, in: scope))
            return try charset.map { (name) throws(SQLError) in try builder.convert(call, using: name) } ?? call
        case .weightString(let x, let asBinary, let length):
            let bound = try bindScalar(x, in: scope)
            let target: CastTarget? = length.map {
                asBinary ? .binary(length: $0) : .char(length: $0, collation: nil)
            }
            let argument = try target.map { (target) throws(SQLError) in try builder.cast(bound, to: target) } ?? bound
            return try builder.function("WEIGHT_STRING", [argument])
        case .match: throw SQLError(.notSupportedYet, "MATCH ... AGAINST")
        case .jsonValue(let document, let path, let returning, let onEmpty, let onError):
            var target: CastTarget?
            if let returning { target = try castTarget(returning) }
            return try builder.jsonValue(
                bindScalar(document, in: scope), bindScalar(path, in: scope), returning: target,
                onEmpty: fallback(onEmpty, in: scope), onError: fallback(onError, in: scope))
        case .row: throw SQLError(.operandColumns, 1)
        case .subquery(let query): return try bindScalarSubquery(query, in: scope)
        case .exists(let query):
            let bound = try bindSubquery(query, in: scope, isExists: true)
            return truth("EXISTS (\(bound.sql))", isNullable: false)
        case .defaultValue(let name):
            guard let name else { throw SQLError(.parseError, "DEFAULT", 1) }
            if let defaultValue { return try defaultValue(name) }
            return try self.defaultValue(of: resolve(name, in: scope))
        case .insertedValue(let name):
            guard let insertedValue else {
                // Outside ON DUPLICATE KEY UPDATE it is NULL.
                _ = try resolve(name, in: scope)
                builder.context.warn(SQLError(.warnDeprecatedSyntaxNoReplacement, "VALUES function"))
                return builder.null()
            }
            builder.context.warn(
                SQLError(
                    .warnDeprecatedSyntax, message:
                        "'VALUES function' is deprecated and will be removed in a future release. Please use an alias "
                        + "(INSERT INTO ... VALUES (...) AS alias) and replace VALUES(col) in the ON DUPLICATE KEY UPDATE "
                        + "clause with alias.col instead"))
            return try insertedValue(name)
        default: throw SQLError(.notSupportedYet, "this expression")
        }
    }

    /// DEFAULT(column) in a query: the column's default; of a derived table's column the type's zero.
    private func defaultValue(of column: ResolvedColumn) throws(SQLError) -> TypedSQL {
        if let table = column.source.table {
            return try ColumnDefault.call(column.index, of: table, builder: builder, environment: environment)
        }
        var typed = column.typed
        typed.sql = typed.isNullable ? "NULL" : LiteralValue(TableDefinition.implicitDefault(typed.type)).sql
        typed.isColumn = false
        return typed
    }

    private func fallback(_ response: JSONResponse?, in scope: Scope) throws(SQLError) -> JSONValueFallback {
        switch response {
        case nil, .null?: .null
        case .error?: .error
        case .value(let x)?: .default(try bindScalar(x, in: scope))
        }
    }

    package func unit(_ unit: TimeUnit) -> IntervalUnit {
        IntervalUnit(rawValue: unit.rawValue) ?? .second
    }

    package func castTarget(_ type: CastType) throws(SQLError) -> CastTarget {
        switch type {
        case .binary(let length): return .binary(length: length.map { Int(clamping: $0) })
        case .char(let length, let charset, let isBinaryCollation):
            var collation: CollationID?
            if let charset {
                guard let known = CharacterSet.named(charset) else { throw SQLError(.unknownCharacterSet, charset) }
                collation =
                    isBinaryCollation
                    ? Collation.named(known.name + "_bin")?.id ?? known.defaultCollation : known.defaultCollation
            }
            return .char(length: length.map { Int(clamping: $0) }, collation: collation)
        case .signed: return .signed
        case .unsigned: return .unsigned
        case .date: return .date
        case .year: return .year
        case .time(let decimals):
            guard decimals <= 6 else { throw SQLError(.tooBigPrecision, decimals, "CAST", 6) }
            return .time(decimals: decimals)
        case .dateTime(let decimals):
            guard decimals <= 6 else { throw SQLError(.tooBigPrecision, decimals, "CAST", 6) }
            return .dateTime(decimals: decimals)
        case .decimal(let precision, let scale):
            let digits = precision ?? 10
            let fraction = scale ?? 0
            guard fraction <= 30 else { throw SQLError(.tooBigScale, Int(clamping: fraction), "CAST", 30) }
            guard digits <= 65 else { throw SQLError(.tooBigPrecision, Int(clamping: digits), "CAST", 65) }
            guard fraction <= digits else { throw SQLError(.mBiggerThanD, "CAST") }
            return .decimal(precision: digits == 0 ? 10 : Int(digits), scale: Int(fraction))
        case .json: return .json
        case .float(let precision):
            guard precision ?? 0 <= 53 else { throw SQLError(.tooBigPrecision, Int(clamping: precision ?? 0), "CAST", 53) }
            return (precision ?? 0) > 24 ? .double : .float
        case .double, .real: return .double
        case .geometry, .vector: throw SQLError(.notSupportedYet, "CAST to this type")
        }
    }

    private func bindFunction(_ call: FunctionCall, in scope: Scope) throws(SQLError) -> TypedSQL {
        if let schema = call.schema { throw environment.missingRoutine("FUNCTION", schema, call.spelling) }
        let name = call.name.uppercased()
        if name == "GROUPING" { return try bindGrouping(call, in: scope) }
        if name == "ANY_VALUE", call.arguments.count == 1, let argument = call.arguments.first {
            return try builder.function(name, [try bindScalar(argument, in: scope)])
        }
        if name == FunctionCatalog.queryAttribute {
            // What was bound while its component was installed is not kept.
            usesVariables = true
            guard environment.hasQueryAttributes else {
                guard let schema = environment.currentDatabase else { throw SQLError(.noDbError) }
                throw environment.missingRoutine("FUNCTION", schema, call.spelling)
            }
        }
        var arguments: [TypedSQL] = []
        arguments.reserveCapacity(call.arguments.count)
        for argument in call.arguments { arguments.append(try bindScalar(argument, in: scope)) }
        let typed = try builder.function(call.spelling, arguments)
        guard securityContext != 0, let definer = required.contexts[securityContext].definer else { return typed }
        // In a view the account is the view's.
        switch name {
        case "CURRENT_USER": return Self.constant(typed, definer.user + "@" + definer.host)
        case "CURRENT_ROLE": return Self.constant(typed, environment.currentRole(of: definer))
        default: return typed
        }
    }

    private static func constant(_ typed: TypedSQL, _ text: String) -> TypedSQL {
        var typed = typed
        typed.sql = LiteralValue.text(Array(text.utf8)).sql
        return typed
    }

    // MARK: Aggregates

    private func bindAggregate(_ call: AggregateCall, in scope: Scope) throws(SQLError) -> TypedSQL {
        let isWindow = call.over != nil
        if isWindow {
            guard allowsWindows else { throw SQLError(.windowInvalidWindowFuncUse, call.function.rawValue) }
            if call.isDistinct { throw SQLError(.notSupportedYet, "<window function>(DISTINCT ..)") }
            if call.function == .groupConcat { throw SQLError(.notSupportedYet, "GROUP_CONCAT as window function") }
        } else {
            guard allowsAggregates, aggregateDepth == 0 else { throw SQLError(.invalidGroupFuncUse) }
        }
        let savedWindows = allowsWindows
        let savedAggregates = allowsAggregates
        let savedAliases = scope.aliases
        if isWindow { allowsWindows = false } else { aggregateDepth += 1 }
        defer {
            allowsWindows = savedWindows
            allowsAggregates = savedAggregates
            scope.aliases = savedAliases
            if !isWindow { aggregateDepth -= 1 }
        }
        if !isWindow { allowsWindows = false }
        let savedRollup = rollup
        if !isWindow { rollup = nil }
        defer { rollup = savedRollup }
        var arguments: [TypedSQL] = []
        for argument in call.arguments { arguments.append(try bindScalar(argument, in: scope)) }
        var order: [AggregateOrder] = []
        for item in call.orderBy {
            var expression: TypedSQL
            if case .literal(.integer(let position)) = item.expression.kind {
                guard position >= 1, position <= UInt64(arguments.count) else {
                    throw SQLError(.badFieldError, String(position), "order clause")
                }
                expression = arguments[Int(position) - 1]
            } else {
                expression = try bindScalar(item.expression, in: scope)
            }
            expression.literal = nil
            order.append(AggregateOrder(expression: expression, isDescending: item.direction == .descending))
        }
        var bound = try builder.aggregate(
            call.function.rawValue.uppercased(), arguments, isDistinct: call.isDistinct, order: order,
            separator: call.separator)
        if let over = call.over {
            bound.sql = "(" + bound.sql + " OVER " + (try windowText(over, in: scope)) + ")"
            if call.function != .count { bound.isNullable = true }
            if call.function == .min || call.function == .max { bound.type = Self.windowed(bound.type) }
        }
        return bound
    }

    private func bindGrouping(_ call: FunctionCall, in scope: Scope) throws(SQLError) -> TypedSQL {
        guard let rollup else {
            guard scope.isAggregated else { throw SQLError(.invalidGroupFuncUse) }
            return TypedSQL(sql: "0", type: MySQLType(.bigInt, length: 20), isNullable: false)
        }
        var value = 0
        for argument in call.arguments {
            guard let place = rollup.expressions.firstIndex(of: argument) else {
                throw SQLError(.fieldInGroupingNotGroupBy, 1)
            }
            value = value * 2 + (place >= rollup.kept ? 1 : 0)
        }
        return TypedSQL(sql: String(value), type: MySQLType(.bigInt, length: 20), isNullable: false)
    }

    // MARK: Windows

    private func bindWindow(_ call: WindowCall, in scope: Scope) throws(SQLError) -> TypedSQL {
        guard allowsWindows else { throw SQLError(.windowInvalidWindowFuncUse, call.function.rawValue) }
        if call.ignoresNulls { throw SQLError(.notSupportedYet, "IGNORE NULLS") }
        if call.isFromLast { throw SQLError(.notSupportedYet, "FROM LAST") }
        allowsWindows = false
        defer { allowsWindows = true }
        var arguments: [TypedSQL] = []
        for argument in call.arguments { arguments.append(try bindScalar(argument, in: scope)) }
        let over = " OVER " + (try windowText(call.over, in: scope))
        let name = call.function.rawValue
        func result(_ sql: String, _ type: MySQLType, isNullable: Bool) -> TypedSQL {
            TypedSQL(sql: "(" + sql + over + ")", type: type, isNullable: isNullable)
        }
        let unsigned = MySQLType(.bigInt, length: 21, isUnsigned: true)
        switch call.function {
        case .rowNumber, .rank, .denseRank:
            return result(name + "()", unsigned, isNullable: false)
        case .cumeDist, .percentRank:
            return result(name + "()", MySQLType(.double, length: 23, decimals: MySQLType.notFixedDecimals), isNullable: false)
        case .ntile:
            guard let count = arguments.first else { throw SQLError(.wrongArguments, name) }
            if case .integer(let value)? = count.literal, value <= 0 { throw SQLError(.wrongArguments, name) }
            return result("ntile(\(count.sql))", unsigned, isNullable: true)
        case .lead, .lag:
            guard let value = arguments.first else { throw SQLError(.wrongArguments, name) }
            var text = value.sql
            var type = value.type
            if arguments.count > 1 {
                if case .integer(let offset)? = arguments[1].literal, offset < 0 {
                    throw SQLError(.wrongArguments, name)
                }
                if case .real? = arguments[1].literal { throw SQLError(.wrongArguments, name) }
                guard arguments[1].type.carrier == .integer || arguments[1].type.carrier == .unsignedInteger else {
                    throw SQLError(.wrongArguments, name)
                }
                text += ", " + arguments[1].sql
            }
            if arguments.count > 2 {
                type = try builder.mergedType(of: [value, arguments[2]], for: name)
                text = try builder.convert(value, to: type).sql + ", " + arguments[1].sql + ", "
                    + builder.convert(arguments[2], to: type).sql
            }
            return result("\(name)(\(text))", Self.windowed(type), isNullable: true)
        case .firstValue, .lastValue:
            guard let value = arguments.first else { throw SQLError(.wrongArguments, name) }
            return result("\(name)(\(value.sql))", Self.windowed(value.type), isNullable: true)
        case .nthValue:
            guard arguments.count == 2 else { throw SQLError(.wrongArguments, name) }
            if case .integer(let offset)? = arguments[1].literal, offset <= 0 { throw SQLError(.wrongArguments, name) }
            return result("nth_value(\(arguments[0].sql), \(arguments[1].sql))", Self.windowed(arguments[0].type), isNullable: true)
        }
    }

    /// The value functions give integers as BIGINT.
    private static func windowed(_ type: MySQLType) -> MySQLType {
        switch type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int: MySQLType(.bigInt, length: 20, isUnsigned: type.isUnsigned)
        default: type
        }
    }
}
