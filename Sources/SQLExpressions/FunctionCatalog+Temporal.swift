import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    package mutating func addTemporalFunctions() {
        // The present moment. Arguments of the SQLite functions: fractional digits, 1 for UTC.
        func moment(
            _ names: [String], _ sql: String, _ kind: MySQLType.Kind, utc: Bool, _ determinism: Determinism = .statement,
            places: ExpressionPlaces? = nil
        ) {
            for name in names {
                custom(name, 0...(kind == .date ? 0 : 1), determinism, places: places, code: [sql]) { builder, x throws(SQLError) in
                    let decimals = x.first.flatMap { builder.consult($0) } ?? 0
                    guard decimals >= 0 && decimals <= 6 else {
                        throw SQLError(.tooBigPrecision, String(decimals), name.lowercased(), "6")
                    }
                    return TypedSQL(
                        sql: ExpressionBuilder.call(sql, String(decimals), utc ? "1" : "0"),
                        type: MySQLType(kind, decimals: decimals), isNullable: false, isConstant: true)
                }
            }
        }
        moment(["NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"], "m_now", .dateTime, utc: false)
        moment(["UTC_TIMESTAMP"], "m_now", .dateTime, utc: true)
        moment(["SYSDATE"], "m_sysdate", .dateTime, utc: false, .volatile, places: [.defaultValue, .check, .view])
        moment(["CURDATE", "CURRENT_DATE"], "m_curdate", .date, utc: false)
        moment(["UTC_DATE"], "m_curdate", .date, utc: true)
        moment(["CURTIME", "CURRENT_TIME"], "m_curtime", .time, utc: false)
        moment(["UTC_TIME"], "m_curtime", .time, utc: true)

        // Parts of a date.
        for name in [
            "YEAR", "MONTH", "DAYOFMONTH", "DAYOFWEEK", "WEEKDAY", "DAYOFYEAR", "QUARTER", "TO_DAYS", "TO_SECONDS",
            "WEEKOFYEAR",
        ] {
            let widths = ["YEAR": 5, "MONTH": 3, "DAYOFMONTH": 3, "DAYOFYEAR": 4, "TO_DAYS": 7, "TO_SECONDS": 21]
            let kind: ValueKind = ["YEAR", "MONTH", "DAYOFMONTH", "QUARTER"].contains(name) ? .datePart : .realDatePart
            add(name, 1...1, [kind], nullable: .always) { _, _ in
                name == "YEAR" ? MySQLType(.year, isUnsigned: true) : .integer(width: widths[name] ?? 2)
            }
        }
        alias("DAY", "DAYOFMONTH")
        for name in ["HOUR", "MINUTE", "SECOND", "MICROSECOND"] {
            add(name, 1...1, [.time], nullable: .always) { _, _ in .integer(width: name == "MICROSECOND" ? 6 : 3) }
        }
        add("WEEK", 1...2, [.realDatePart, .integer], nullable: .always) { _, _ in .integer(width: 3) }
        add("YEARWEEK", 1...2, [.realDatePart, .integer], nullable: .always) { _, _ in .integer(width: 7) }
        let text: @Sendable (ExpressionBuilder, Int) -> MySQLType = { builder, length in
            .string(length: length, collation: builder.context.connectionCollation)
        }
        add("DAYNAME", 1...1, [.realDatePart], nullable: .always) { builder, _ in text(builder, 9) }
        add("MONTHNAME", 1...1, [.datePart], nullable: .always) { builder, _ in text(builder, 9) }
        add("LAST_DAY", 1...1, [.temporal], nullable: .always) { _, _ in MySQLType(.date) }
        custom("DATE", 1...1, code: []) { builder, x throws(SQLError) in
            TypedSQL(
                sql: builder.convert(x[0], to: .date), type: MySQLType(.date), isNullable: true,
                isConstant: x[0].isConstant)
        }
        custom("TIME", 1...1, code: []) { builder, x throws(SQLError) in
            TypedSQL(
                sql: builder.timeValue(x[0]), type: MySQLType(.time, decimals: builder.fraction(x[0])),
                isNullable: true,
                isConstant: x[0].isConstant)
        }
        custom("TIMESTAMP", 1...2, code: ["m_dtscale", "m_timestamp2"]) { builder, x throws(SQLError) in
            let decimals = x.map { builder.fraction($0) }.max() ?? 0
            let sql =
                x.count == 1
                ? ExpressionBuilder.call("m_dtscale", builder.dateTimeValue(x[0], isFuzzy: false), String(decimals))
                : ExpressionBuilder.call(
                    "m_timestamp2", builder.dateTimeValue(x[0], isFuzzy: false), builder.timeValue(x[1]),
                    String(decimals))
            return TypedSQL(
                sql: sql, type: MySQLType(.dateTime, decimals: decimals), isNullable: true,
                isConstant: x.allSatisfy(\.isConstant))
        }

        // Arithmetic.
        add("DATEDIFF", 2...2, [.temporal], nullable: .always) { _, _ in .integer(width: 7) }
        custom("TIMEDIFF", 2...2) { builder, x throws(SQLError) in
            let decimals = x.map { builder.fraction($0) }.max() ?? 0
            // A string may be either: what it is decides at run time.
            let items = x.map {
                $0.type.isString
                    ? builder.stringArgument($0)
                    : ($0.type.kind == .time || $0.type.hasDate ? $0.sql : builder.convert($0, to: .time))
            }
            return TypedSQL(
                sql: ExpressionBuilder.call("m_timediff", items[0], items[1]),
                type: MySQLType(.time, decimals: decimals),
                isNullable: true, isConstant: x.allSatisfy(\.isConstant))
        }
        for (name, sign) in [("ADDTIME", "1"), ("SUBTIME", "-1")] {
            custom(name, 2...2, code: ["m_addtimet", "m_addtimedt", "m_addtimes"]) { builder, x throws(SQLError) in
                let decimals = x.map { builder.fraction($0) }.max() ?? 0
                let isConstant = x.allSatisfy(\.isConstant)
                let amount = builder.timeValue(x[1])
                switch x[0].type.kind {
                case .time:
                    return TypedSQL(
                        sql: ExpressionBuilder.call("m_addtimet", x[0].sql, amount, sign),
                        type: MySQLType(.time, decimals: decimals), isNullable: true, isConstant: isConstant)
                case .date, .dateTime, .timestamp:
                    return TypedSQL(
                        sql: ExpressionBuilder.call("m_addtimedt", x[0].sql, amount, sign, String(decimals)),
                        type: MySQLType(.dateTime, decimals: decimals), isNullable: true, isConstant: isConstant)
                default:
                    return TypedSQL(
                        sql: ExpressionBuilder.call("m_addtimes", builder.stringValue(x[0]), amount, sign),
                        type: MySQLType(.char, length: 29, collation: builder.context.connectionCollation),
                        isNullable: true, coercibility: .coercible, isConstant: isConstant)
                }
            }
        }
        for (name, isSubtracted) in [("ADDDATE", false), ("SUBDATE", true)] {
            // With a number of days; the INTERVAL form comes through addInterval.
            custom(name, 2...2, code: ["m_dateadd", "m_dateadds", "m_timeadd"]) { builder, x throws(SQLError) in
                try builder.addInterval(x[0], x[1], .day, isSubtracted: isSubtracted)
            }
        }
        custom("PERIOD_ADD", 2...2) { builder, x throws(SQLError) in
            TypedSQL(
                sql: ExpressionBuilder.call("m_period_add", builder.integerValue(x[0]), builder.integerValue(x[1])),
                type: .integer(width: 6), isNullable: x.contains { $0.isNullable },
                isConstant: x.allSatisfy(\.isConstant))
        }
        add("PERIOD_DIFF", 2...2, [.integer]) { _, _ in .integer(width: 6) }

        // Text.
        add("DATE_FORMAT", 2...2, [.temporal, .string], nullable: .always) { builder, x in
            text(builder, builder.formatLength(x[1]))
        }
        add("TIME_FORMAT", 2...2, [.time, .string], nullable: .always) { builder, x in
            text(builder, builder.formatLength(x[1]))
        }
        add("GET_FORMAT", 2...2, [.string], nullable: .always) { builder, _ in text(builder, 17) }
        custom("STR_TO_DATE", 2...2) { builder, x throws(SQLError) in builder.strToDate(x[0], x[1]) }

        // Unix time and other counts.
        custom("UNIX_TIMESTAMP", 0...1, .statement, code: ["m_unix_timestamp", "m_unix_now"]) { builder, x throws(SQLError) in
            guard let argument = x.first else {
                return TypedSQL(sql: "m_unix_now()", type: .integer(width: 12), isNullable: false, isConstant: true)
            }
            let decimals = builder.fraction(argument)
            let value =
                argument.type.isString
                ? ExpressionBuilder.call("m_s2dt", builder.stringValue(argument), "2")
                : (argument.type.isTemporal || argument.type.isNull
                    ? builder.dateTimeValue(argument, isFuzzy: true)
                    : "ifnull(" + builder.dateTimeValue(argument, isFuzzy: true) + ",CASE WHEN " + argument.sql
                        + " IS NOT NULL THEN '0000-00-00' END)")
            return TypedSQL(
                sql: ExpressionBuilder.call("m_unix_timestamp", value, String(decimals)),
                type: decimals == 0 ? .integer(width: 12) : .decimal(precision: 11 + decimals, scale: decimals),
                isNullable: argument.isNullable, isConstant: argument.isConstant)
        }
        custom("FROM_UNIXTIME", 1...2) { builder, x throws(SQLError) in
            let decimals = min(
                6, x[0].type.isDecimal || x[0].type.isTemporal ? x[0].type.decimals : (x[0].type.isIntegral || x[0].type.isNull ? 0 : 6))
            let value = x[0].type.isInteger ? x[0].sql : builder.decimalValue(x[0])
            let sql = ExpressionBuilder.call("m_from_unixtime", value, String(decimals))
            let moment = TypedSQL(
                sql: sql, type: MySQLType(.dateTime, decimals: decimals), isNullable: true, isConstant: x[0].isConstant)
            return x.count == 1 ? moment : try builder.function("DATE_FORMAT", [moment, x[1]])
        }
        add("FROM_DAYS", 1...1, [.integer], nullable: .always) { _, _ in MySQLType(.date) }
        custom("SEC_TO_TIME", 1...1) { builder, x throws(SQLError) in
            let decimals = min(
                6, x[0].type.isDecimal || x[0].type.isTemporal ? x[0].type.decimals : (x[0].type.isIntegral || x[0].type.isNull ? 0 : 6))
            return TypedSQL(
                sql: ExpressionBuilder.call(
                    "m_sec_to_time", x[0].type.isInteger ? x[0].sql : builder.decimalValue(x[0]), String(decimals)),
                type: MySQLType(.time, decimals: decimals), isNullable: true, isConstant: x[0].isConstant)
        }
        add("TIME_TO_SEC", 1...1, [.time], nullable: .always) { _, _ in .integer(width: 10) }
        custom("MAKETIME", 3...3) { builder, x throws(SQLError) in
            let decimals = min(
                6, x[2].type.isDecimal || x[2].type.isTemporal ? x[2].type.decimals : (x[2].type.isIntegral || x[2].type.isNull ? 0 : 6))
            return TypedSQL(
                sql: ExpressionBuilder.call(
                    "m_maketime", builder.integerValue(x[0]), builder.integerValue(x[1]), builder.decimalValue(x[2]),
                    String(decimals)),
                type: MySQLType(.time, decimals: decimals), isNullable: true, isConstant: x.allSatisfy(\.isConstant))
        }
        add("MAKEDATE", 2...2, [.integer], nullable: .always) { _, _ in MySQLType(.date) }
        custom("CONVERT_TZ", 3...3) { builder, x throws(SQLError) in
            let decimals = builder.fraction(x[0])
            return TypedSQL(
                sql: ExpressionBuilder.call(
                    "m_convert_tz", builder.dateTimeValue(x[0], isFuzzy: true), builder.stringArgument(x[1]),
                    builder.stringArgument(x[2]), String(decimals)),
                type: MySQLType(.dateTime, decimals: decimals), isNullable: true, isConstant: x.allSatisfy(\.isConstant)
            )
        }
        // A TIMESTAMP column's UTC text in the session's time zone, and back.
        add("GROUPLITE_FROM_UTC", 1...1, [.any], sql: "m_fromutc", nullable: .ifAnArgumentIs) { _, x in x[0].type }
        add("GROUPLITE_TO_UTC", 1...1, [.any], sql: "m_toutc", nullable: .ifAnArgumentIs) { _, x in x[0].type }
    }
}

extension ExpressionBuilder {
    /// The fractional digits that a value has in temporal context.
    package func fraction(_ x: TypedSQL) -> Int {
        if x.type.isTemporal { return x.type.decimals }
        if x.type.isInteger || x.type.isNull || x.type.kind == .year { return 0 }
        if x.type.isDecimal { return min(x.type.decimals, 6) }
        if case .text(let bytes)? = x.literal {
            consultedLiterals.insert(x.sql)
            if bytes.withUnsafeBufferPointer({
                TemporalParsing.dateTime($0, []) == nil && TemporalParsing.time($0) == nil
            }) {
                return 6
            }
            if let point = bytes.lastIndex(of: UInt8(ascii: ".")), bytes.contains(UInt8(ascii: ":")) {
                return min(6, bytes[(point + 1)...].prefix { $0 >= 48 && $0 <= 57 }.count)
            }
            return 0
        }
        return 6
    }

    package func formatLength(_ format: TypedSQL) -> Int {
        if case .text(let bytes)? = format.literal {
            consultedLiterals.insert(format.sql)
            var length = 0
            var index = 0
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: "%"), index + 1 < bytes.count {
                    switch bytes[index + 1] {
                    case UInt8(ascii: "M"), UInt8(ascii: "W"): length += 64
                    case UInt8(ascii: "a"), UInt8(ascii: "b"): length += 32
                    case UInt8(ascii: "D"), UInt8(ascii: "Y"), UInt8(ascii: "x"), UInt8(ascii: "X"): length += 4
                    case UInt8(ascii: "j"): length += 3
                    case UInt8(ascii: "r"): length += 11
                    case UInt8(ascii: "T"): length += 8
                    case UInt8(ascii: "f"): length += 6
                    case UInt8(ascii: "H"), UInt8(ascii: "k"): length += 7
                    default: length += 2
                    }
                    index += 2
                } else {
                    length += 1
                    index += 1
                }
            }
            return length
        }
        return format.type.displayLength * 10
    }

    package func strToDate(_ x: TypedSQL, _ format: TypedSQL) -> TypedSQL {
        var hasDate = true
        var hasTime = true
        var hasFraction = true
        if case .text(let bytes)? = format.literal {
            consultedLiterals.insert(format.sql)
            hasDate = false
            hasTime = false
            hasFraction = false
            var index = 0
            while index + 1 < bytes.count {
                if bytes[index] == UInt8(ascii: "%") {
                    let letter = bytes[index + 1]
                    if letter == UInt8(ascii: "f") {
                        hasFraction = true
                        hasTime = true
                    } else if "HISThiklprs".utf8.contains(letter) {
                        hasTime = true
                    } else if "MVUXYWabcjmvuxyweDd".utf8.contains(letter) {
                        hasDate = true
                    }
                    index += 1
                }
                index += 1
            }
        }
        let decimals = hasFraction ? 6 : 0
        let type: MySQLType =
            hasDate && hasTime
            ? MySQLType(.dateTime, decimals: decimals)
            : (hasTime ? MySQLType(.time, decimals: decimals) : MySQLType(.date))
        let mode = type.kind == .dateTime ? "2" : (type.kind == .time ? "1" : "0")
        return TypedSQL(
            sql: Self.call("m_str_to_date", stringArgument(x), stringArgument(format), mode, String(decimals)),
            type: type, isNullable: true,
            isConstant: x.isConstant && format.isConstant)
    }

    /// `x + INTERVAL amount unit`.
    public func addInterval(
        _ x: TypedSQL, _ amount: TypedSQL, _ unit: IntervalUnit, isSubtracted: Bool
    ) throws(SQLError) -> TypedSQL {
        let isDateUnit: Bool
        switch unit {
        case .day, .week, .month, .quarter, .year, .yearMonth: isDateUnit = true
        default: isDateUnit = false
        }
        var decimals = 0
        switch unit {
        case .microsecond, .secondMicrosecond, .minuteMicrosecond, .hourMicrosecond, .dayMicrosecond: decimals = 6
        case .second:
            decimals =
                amount.type.isDecimal
                ? min(6, amount.type.decimals)
                : (amount.type.isInteger || amount.type.isNull ? 0 : (amount.literal != nil ? fraction(amount) : 6))
        default: decimals = 0
        }
        let value: String
        switch unit {
        // One whole number.
        case .microsecond, .minute, .hour, .day, .week, .month, .quarter, .year: value = integerValue(amount)
        default: value = amount.type.isInteger ? amount.sql : stringArgument(amount)
        }
        let isConstant = x.isConstant && amount.isConstant
        let unitSQL = "'" + unit.rawValue + "'"
        let sign = isSubtracted ? "-1" : "1"
        switch x.type.kind {
        case .date where isDateUnit:
            return TypedSQL(
                sql: Self.call("m_dateadd", x.sql, value, unitSQL, sign, "-1"), type: MySQLType(.date),
                isNullable: true, isConstant: isConstant)
        case .date, .dateTime, .timestamp:
            let scale = max(x.type.decimals, decimals)
            return TypedSQL(
                sql: Self.call("m_dateadd", x.sql, value, unitSQL, sign, String(scale)),
                type: MySQLType(.dateTime, decimals: scale), isNullable: true, isConstant: isConstant)
        case .time where !isDateUnit || unit == .day:
            let scale = max(x.type.decimals, decimals)
            return TypedSQL(
                sql: Self.call("m_timeadd", x.sql, value, unitSQL, sign), type: MySQLType(.time, decimals: scale),
                isNullable: true, isConstant: isConstant)
        case .time:
            let scale = max(x.type.decimals, decimals)
            return TypedSQL(
                sql: Self.call("m_dateadd", dateTimeValue(x, isFuzzy: false), value, unitSQL, sign, String(scale)),
                type: MySQLType(.dateTime, decimals: scale), isNullable: true, isConstant: isConstant)
        default:
            let operand = x.type.isString ? stringArgument(x) : Self.call("m_n2dt", convert(x, to: .numeric), "0")
            return TypedSQL(
                sql: Self.call("m_dateadds", operand, value, unitSQL, sign),
                type: MySQLType(.char, length: 29, collation: context.connectionCollation), isNullable: true,
                coercibility: .coercible,
                isConstant: isConstant)
        }
    }

    public func extract(_ unit: IntervalUnit, _ x: TypedSQL) throws(SQLError) -> TypedSQL {
        let isTimeUnit: Bool
        switch unit {
        case .year, .yearMonth, .quarter, .month, .week, .day, .dayHour, .dayMinute, .daySecond, .dayMicrosecond:
            isTimeUnit = false
        default: isTimeUnit = true
        }
        let value: String
        if isTimeUnit && !x.type.hasDate {
            value = timeValue(x)
        } else if x.type.kind == .time && !isTimeUnit && unit != .year && unit != .yearMonth && unit != .month
            && unit != .quarter && unit != .week
        {
            value = x.sql
        } else if x.type.isString
            && (unit == .dayHour || unit == .dayMinute || unit == .daySecond || unit == .dayMicrosecond)
        {
            value = Self.call("m_s2dtort", stringArgument(x))
        } else {
            value = dateTimeValue(x, isFuzzy: true)
        }
        let widths: [IntervalUnit: Int] = [.year: 4, .yearMonth: 6, .microsecond: 7, .second: 3, .dayMicrosecond: 20]
        return TypedSQL(
            sql: Self.call("m_extract", value, "'" + unit.rawValue + "'"), type: .integer(width: widths[unit] ?? 3),
            isNullable: true,
            isConstant: x.isConstant)
    }

    /// TIMESTAMPADD, TIMESTAMPDIFF.
    public func function(_ name: String, unit: IntervalUnit, _ arguments: [TypedSQL]) throws(SQLError) -> TypedSQL {
        guard arguments.count == 2 else { throw SQLError(.wrongParamcountToNativeFct, name) }
        switch name.uppercased() {
        case "TIMESTAMPADD": return try addInterval(arguments[1], arguments[0], unit, isSubtracted: false)
        case "TIMESTAMPDIFF":
            return TypedSQL(
                sql: Self.call(
                    "m_timestampdiff", dateTimeValue(arguments[0], isFuzzy: false),
                    dateTimeValue(arguments[1], isFuzzy: false), "'" + unit.rawValue + "'"),
                type: .integer(width: 20), isNullable: true, isConstant: arguments.allSatisfy(\.isConstant))
        default: throw SQLError(.spDoesNotExist, "FUNCTION", currentDatabase + "." + name)
        }
    }
}
