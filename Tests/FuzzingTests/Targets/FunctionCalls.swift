import MySQLProtocol
import MySQLTypes

@testable import SQLEngine
@testable import SQLExpressions

/// Calls of every function and operator with values that lie at the ends of their types, as text and with binary parameters.
/// An input chooses the call, its number of arguments and each of them: two bytes each.
let functionTargets: [FuzzTarget] = [
    FuzzTarget("function-calls", maximumLength: 32) { bytes in
        var input = FuzzInput(bytes)
        if let problem = FuzzServer.shared?.run(FunctionCall(&input)) { check(false, problem) }
    }
]

/// A call to be made, `#` standing for each argument.
struct CallForm: Sendable {
    var name: String
    var arity: ClosedRange<Int>
    /// nil: `name(#, #)`.
    var template: String?

    func text(_ arguments: [String]) -> String {
        guard let template else { return name + "(" + arguments.joined(separator: ", ") + ")" }
        var rest = arguments[...]
        return template.map { $0 == "#" ? rest.popFirst() ?? "NULL" : String($0) }.joined()
    }

    private static func special(_ template: String) -> CallForm {
        let count = template.filter { $0 == "#" }.count
        return CallForm(name: template, arity: count...count, template: template)
    }

    /// What a function with no bound is tried with: few, and more than SQLite takes.
    static let longArity = 130

    static let all: [CallForm] = native + aggregates + operators

    private static let native = FunctionCatalog.shared.entries.keys.sorted().map { name in
        CallForm(name: name, arity: FunctionCatalog.shared.entries[name]?.arity ?? 0...0, template: nil)
    }

    private static let aggregates = [
        "COUNT(#)", "COUNT(DISTINCT #)", "COUNT(DISTINCT #, #)", "SUM(#)", "SUM(DISTINCT #)", "AVG(#)", "AVG(DISTINCT #)", "MIN(#)",
        "MAX(#)", "BIT_AND(#)", "BIT_OR(#)", "BIT_XOR(#)", "STD(#)", "STDDEV_SAMP(#)", "VARIANCE(#)", "VAR_SAMP(#)",
        "GROUP_CONCAT(#)", "GROUP_CONCAT(DISTINCT #, # ORDER BY # DESC SEPARATOR '')", "JSON_ARRAYAGG(#)", "JSON_OBJECTAGG(#, #)",
        "SUM(#) OVER (ORDER BY #)", "AVG(#) OVER ()", "LAG(#, 1, #) OVER ()", "NTILE(3) OVER (ORDER BY #)", "FIRST_VALUE(#) OVER ()",
        "NTH_VALUE(#, 2) OVER ()",
    ].map(special)

    private static let operators = [
        "# + #", "# - #", "# * #", "# / #", "# DIV #", "# % #", "-(#)", "~(#)", "!(#)", "# & #", "# | #", "# ^ #", "# << #", "# >> #",
        "# = #", "# <=> #", "# <> #", "# < #", "# >= #", "# BETWEEN # AND #", "# IN (#, #, #)", "# IS NULL", "# IS TRUE", "# AND #",
        "# OR #", "# XOR #", "# LIKE #", "# LIKE # ESCAPE #", "# REGEXP #", "# SOUNDS LIKE #", "# MEMBER OF (#)",
        "CASE # WHEN # THEN # ELSE # END", "CASE WHEN # THEN # END", "BINARY #", "# COLLATE utf8mb4_bin", "(#, #) = (#, #)",
        "(#, #) < (#, #)", "CAST(# AS SIGNED)", "CAST(# AS UNSIGNED)", "CAST(# AS CHAR)", "CAST(# AS CHAR(3))",
        "CAST(# AS CHAR CHARACTER SET latin1)", "CAST(# AS BINARY)", "CAST(# AS BINARY(5))", "CAST(# AS DECIMAL(65,30))",
        "CAST(# AS DECIMAL(5,2))", "CAST(# AS FLOAT)", "CAST(# AS DOUBLE)", "CAST(# AS DATE)", "CAST(# AS TIME(6))",
        "CAST(# AS DATETIME(6))", "CAST(# AS YEAR)", "CAST(# AS JSON)", "CONVERT(# USING latin1)", "CONVERT(# USING binary)",
        "CONVERT(# USING utf16)", "TRIM(LEADING # FROM #)", "TRIM(BOTH # FROM #)", "POSITION(# IN #)", "SUBSTRING(# FROM # FOR #)",
        "WEIGHT_STRING(# AS CHAR(3))", "CHAR(# USING utf8mb4)", "GET_FORMAT(DATE, #)", "JSON_VALUE(#, '$.a')",
        "JSON_VALUE(#, '$.a' RETURNING SIGNED DEFAULT 1 ON EMPTY ERROR ON ERROR)", "JSON_VALUE(#, '$' RETURNING DATETIME)",
    ].map(special)
        + IntervalUnit.allCases.flatMap { unit in
            [
                "# + INTERVAL # \(unit.rawValue)", "# - INTERVAL # \(unit.rawValue)", "EXTRACT(\(unit.rawValue) FROM #)",
                "TIMESTAMPADD(\(unit.rawValue), #, #)", "TIMESTAMPDIFF(\(unit.rawValue), #, #)",
            ].map(special)
        }
}

/// A value at the end of a type: as a literal, and as what a client binds.
struct HostileValue: Sendable {
    var text: String
    var parameter: ParameterValue

    static let all: [HostileValue] = [
        HostileValue(text: "NULL", parameter: .null), HostileValue(text: "0", parameter: .integer(0)),
        HostileValue(text: "1", parameter: .integer(1)), HostileValue(text: "-1", parameter: .integer(-1)),
        HostileValue(text: "9223372036854775807", parameter: .integer(.max)),
        HostileValue(text: "-9223372036854775808", parameter: .integer(.min)),
        HostileValue(text: "18446744073709551615", parameter: .unsigned(.max)),
        HostileValue(text: "9223372036854775808", parameter: .unsigned(1 << 63)),
        HostileValue(text: "4294967296", parameter: .integer(1 << 32)), HostileValue(text: "-64", parameter: .integer(-64)),
        HostileValue(text: "64", parameter: .unsigned(64)), HostileValue(text: "TRUE", parameter: .integer(1)),
        HostileValue(text: "-0e0", parameter: .double(-0.0)), HostileValue(text: "5e-324", parameter: .double(.leastNonzeroMagnitude)),
        HostileValue(text: "1.7976931348623157e308", parameter: .double(1.7976931348623157e308)),
        HostileValue(text: "ROUND(1.7976931348623157e308, -308)", parameter: .double(.infinity)),
        HostileValue(text: "-ROUND(1.7976931348623157e308, -308)", parameter: .double(-.infinity)),
        HostileValue(text: "-1.7976931348623157e308", parameter: .double(.nan)),
        HostileValue(text: "0.5", parameter: .double(0.5)), HostileValue(text: "-2.5e0", parameter: .float(-2.5)),
        HostileValue(text: "9223372036854775807e0", parameter: .double(9_223_372_036_854_775_808)),
        HostileValue(text: "1.8446744073709552e19", parameter: .double(1.8446744073709552e19)),
        HostileValue(text: "3.4e38", parameter: .float(.infinity)), HostileValue(text: "1e-45", parameter: .float(.nan)),
        HostileValue(text: nines(65), parameter: .decimal(Array(nines(65).utf8))),
        HostileValue(text: "-" + nines(35) + "." + nines(30), parameter: .decimal(Array(("-" + nines(35) + "." + nines(30)).utf8))),
        HostileValue(text: "0." + zeros(29) + "1", parameter: .decimal(Array(("0." + zeros(29) + "1").utf8))),
        HostileValue(text: nines(200), parameter: .decimal(Array(nines(200).utf8))),
        HostileValue(text: "-0.0", parameter: .decimal(Array("abc".utf8))), HostileValue(text: "1.5", parameter: .decimal([])),
        HostileValue(text: "''", parameter: .text([])), HostileValue(text: "'a'", parameter: .text([97])),
        HostileValue(text: "' 12abc'", parameter: .text(Array(" 12abc".utf8))),
        HostileValue(text: "'日本語😀é'", parameter: .text(Array("日本語😀é".utf8))),
        HostileValue(text: "'\\0%_\\\\'", parameter: .text([0, 37, 95, 92])),
        HostileValue(text: "'1e400'", parameter: .text([0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0xF4])),
        HostileValue(text: "_utf8mb4 'x' COLLATE utf8mb4_bin", parameter: .text([0xF0, 0x9F])),
        HostileValue(text: "_latin1 'é'", parameter: .text(Array("ABC".utf8))),
        HostileValue(text: "REPEAT('ab', 60000)", parameter: .text([UInt8](repeating: 97, count: 1 << 20))),
        HostileValue(text: "x''", parameter: .blob([])), HostileValue(text: "x'FF'", parameter: .blob([0xFF])),
        HostileValue(text: "x'FFFFFFFFFFFFFFFFFF'", parameter: .blob([UInt8](repeating: 0xFF, count: 9))),
        HostileValue(text: "_binary 'abc'", parameter: .blob(Array("0123456789abcdef".utf8))),
        HostileValue(text: "b'1'", parameter: .blob([0])),
        HostileValue(text: "'0000-00-00'", parameter: .date("0000-00-00")),
        HostileValue(text: "'2024-00-31'", parameter: .date("2024-00-31")),
        HostileValue(text: "DATE'9999-12-31'", parameter: .date("9999-12-31")),
        HostileValue(text: "DATE'0001-01-01'", parameter: .date("65535-255-255")),
        HostileValue(text: "'2024-02-30'", parameter: .date("2024-99-99")),
        HostileValue(text: "TIMESTAMP'9999-12-31 23:59:59.999999'", parameter: .dateTime("9999-12-31 23:59:59.999999")),
        HostileValue(text: "'9999-12-31 23:59:59.9999999+14:00'", parameter: .dateTime("9999-99-99 99:99:99.999999")),
        HostileValue(text: "TIMESTAMP'2024-02-29 12:34:56.789'", parameter: .dateTime("0000-00-00 00:00:00")),
        HostileValue(text: "TIME'838:59:59'", parameter: .time(3_020_399_000_000)),
        HostileValue(text: "TIME'-838:59:59'", parameter: .time(-3_020_399_999_999)),
        HostileValue(text: "'99999999:99:99.9999999'", parameter: .time(1)),
        HostileValue(text: "NOW(6)", parameter: .text(Array("2024-01-01 00:00:00+00:00".utf8))),
        HostileValue(text: "CURTIME(6)", parameter: .text(Array("-1 1:1:1.1".utf8))),
        HostileValue(text: "20240229123456.999999", parameter: .decimal(Array("20240229123456.999999".utf8))),
        HostileValue(text: "'{\"a\": [1, {\"b\": null}, -1e308], \"é\": \"\\\\u0000\"}'", parameter: .text(Array("{\"a\": 1}".utf8))),
        HostileValue(text: "CAST('[]' AS JSON)", parameter: .text(Array("[]".utf8))),
        HostileValue(text: "CAST('18446744073709551615' AS JSON)", parameter: .text(Array("null".utf8))),
        HostileValue(text: "JSON_ARRAY(1, 1.5, 'x', NULL, TRUE, x'FF')", parameter: .text(Array("\"x\"".utf8))),
        HostileValue(text: "'$**.a[last-1 to 4294967295]'", parameter: .text(Array("$[4294967296]".utf8))),
        HostileValue(text: "'$'", parameter: .text(Array("$".utf8))), HostileValue(text: "'one'", parameter: .text(Array("all".utf8))),
        HostileValue(text: "(SELECT a FROM k WHERE a = 1)", parameter: .integer(127)),
        HostileValue(text: "(SELECT c FROM k WHERE a = 1)", parameter: .text(Array("%Y-%m-%d %H:%i:%s.%f %j %U %X".utf8))),
        HostileValue(text: "(SELECT d FROM k WHERE a = 1)", parameter: .text(Array("+14:00".utf8))),
        HostileValue(text: "(SELECT e FROM k WHERE a = 1)", parameter: .text(Array("(a|b)*c{0,9999}".utf8))),
        HostileValue(text: "(SELECT f FROM k WHERE a = 1)", parameter: .text(Array("DATETIME".utf8))),
        HostileValue(text: "(SELECT g FROM k WHERE a = 1)", parameter: .text(Array("SELECT 1".utf8))),
        HostileValue(text: "(SELECT i FROM k WHERE a = 1)", parameter: .text(Array("::ffff:1.2.3.4".utf8))),
        HostileValue(text: "(SELECT t FROM q)", parameter: .text(Array("6ccd780c-baba-1026-9564-5b8c656024db".utf8))),
        HostileValue(text: "(SELECT u FROM q)", parameter: .text(Array("de_DE".utf8))),
        HostileValue(text: "(SELECT y FROM q)", parameter: .text(Array("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-18446744073709551615".utf8))),
        HostileValue(text: "(SELECT NULL FROM k WHERE FALSE)", parameter: .unsigned(0)),
    ]

    /// What no call waits for, if it is a time; by text and by parameter.
    static let brief = all.indices.filter { ["NULL", "0", "-1", "-9223372036854775808", "-64", "-0e0", "-2.5e0", "''"].contains(all[$0].text) }
    /// Makes long results: one in a call.
    static let longest = all.firstIndex { $0.text.hasPrefix("REPEAT") } ?? 0

    private static func nines(_ count: Int) -> String { String(repeating: "9", count: count) }
    private static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
}

/// One call: as a query's text, or prepared with parameters.
struct FunctionCall: Sendable, CustomStringConvertible {
    var text: String
    /// nil: the values are in the text.
    var parameters: [ParameterValue]?

    init(_ input: inout FuzzInput) {
        let form = CallForm.all[Int(input.word()) % CallForm.all.count]
        self.init(form, isBinary: input.byte() & 1 == 1, count: Int(input.byte())) { Int(input.word()) % $0 }
    }

    init(_ form: CallForm, isBinary: Bool, count: Int, choose: (Int) -> Int) {
        let isUnbounded = form.arity.upperBound == FunctionCatalog.many
        let most = isUnbounded ? form.arity.lowerBound + 4 : form.arity.upperBound
        var arguments = form.arity.lowerBound + count % (most - form.arity.lowerBound + 1)
        if isUnbounded, count % 16 == 15 { arguments = CallForm.longArity }
        var hasLongest = false
        var values: [HostileValue] = []
        for _ in 0..<arguments {
            var index = choose(HostileValue.all.count)
            if form.name == "SLEEP" { index = HostileValue.brief[index % HostileValue.brief.count] }
            if index == HostileValue.longest {
                if hasLongest || arguments > 8 { index = 0 }
                hasLongest = true
            }
            values.append(HostileValue.all[index])
        }
        if isBinary {
            text = "SELECT " + form.text(values.map { _ in "?" })
            parameters = values.map(\.parameter)
        } else {
            text = "SELECT " + form.text(values.map(\.text))
        }
    }

    var description: String {
        let shown = parameters.map { " with " + $0.map { String("\($0)".prefix(100)) }.joined(separator: " | ") } ?? ""
        return text + shown
    }
}
