import MySQLProtocol
import MySQLTypes
import Platform
import Testing

@testable import SQLEngine

/// What a real MySQL 9.7 answered to constant expressions.
@Suite struct ExpressionTests {
    private func values(_ expressions: String) throws -> [String?] {
        try ExpressionEvaluator().run("SELECT " + expressions).rows.first ?? []
    }

    @Test(
        arguments: [
            (
                "1 + 1, 1 + 1.0, 1 + 1e0, '1' + 1, 1 + NULL, 1.10 + 2.200, 5 - 10, 2 - 2.5",
                ["2", "2.0", "2", "2", nil, "3.300", "-5", "-0.5"]
            ),
            (
                "3 / 5, 5 / 2, 1.0 / 3, 102 / (1 - 1), 7 / -2, 0 / 5",
                ["0.6000", "2.5000", "0.33333", nil, "-3.5000", "0.0000"]
            ),
            ("1 / 3 * 3, ROUND(2 / 3, 4), 10.000 / 3", ["0.9999", "0.6667", "3.3333333"]),
            ("5 DIV 2, -5 DIV 2, 5.5 DIV 2, 7 DIV 0, MOD(-10, 3), 10 % 4.5", ["2", "-2", "2", nil, "-1", "1.0"]),
            (
                "5 & 6, 5 | 6, 5 ^ 6, ~1, 1 << 2, 1 << 65, ~0 >> 63",
                ["4", "7", "3", "18446744073709551614", "4", "0", "1"]
            ),
            (
                "9223372036854775807 + 1.0, 18446744073709551615 - 1, 18446744073709551615 DIV 2",
                ["9223372036854775808.0", "18446744073709551614", "9223372036854775807"]
            ),
            (
                "ROUND(2.5), ROUND(2.5e0), ROUND(23.298, -1), TRUNCATE(-1.999, 1), CEIL(-1.2), FLOOR(-1.2)",
                ["3", "2", "20", "-1.9", "-1", "-2"]
            ),
        ] as [(String, [String?])])
    func arithmeticIsMySQLs(expressions: String, result: [String?]) throws {
        #expect(try values(expressions) == result)
    }

    @Test(
        arguments: [
            (
                "'10' = 10, '10abc' = 10, 'abc' = 0, 0.1 + 0.2 = 0.3, NULL <=> NULL, 'a' = 'A', 'abc' = 'abc '",
                ["1", "1", "1", "1", "1", "1", "0"]
            ),
            ("BINARY 'abc' = 'ABC', 'abc' COLLATE utf8mb4_bin = 'ABC', 2 > '10', '2' > '10'", ["0", "0", "0", "1"]),
            (
                "DATE'2024-01-01' = '2024-01-01', DATE'2024-01-01' = 20240101, '2024-02-29' = DATE'2024-02-29'",
                ["1", "1", "1"]
            ),
            ("5 BETWEEN 1 AND 10, 4 NOT IN (1,2), 4 IN (1,NULL), 'a' IN ('A','b')", ["1", "1", nil, "1"]),
            (
                "'abc' LIKE 'A_C', 'a_b' LIKE 'a$_b' ESCAPE '$', 'abc' NOT LIKE 'x%', NULL LIKE 'a'",
                ["1", "1", "1", nil]
            ),
        ] as [(String, [String?])])
    func comparisonsConvertAsMySQLDoes(expressions: String, result: [String?]) throws {
        #expect(try values(expressions) == result)
    }

    @Test(
        arguments: [
            (
                "CONCAT('a', 'b', 1, 2.5), CONCAT('a', NULL), CONCAT_WS(',', 'a', NULL, 'b', '')",
                ["ab12.5", nil, "a,b,"]
            ),
            (
                "SUBSTRING('hello', -3, 2), SUBSTRING('hello', 0), LEFT('hello', -1), RIGHT('naïve', 3)",
                ["ll", "", "", "ïve"]
            ),
            (
                "LPAD('5', 3, '0'), RPAD('a', 5, 'xyz'), TRIM(BOTH 'ab' FROM 'ababcab'), REVERSE('héé')",
                ["005", "axyzx", "c", "ééh"]
            ),
            (
                "FORMAT(12332.123456, 4), FORMAT(-1234.5, 1), QUOTE('Don''t!'), SOUNDEX('Quadratically')",
                ["12,332.1235", "-1,234.5", "'Don\\'t!'", "Q36324"]
            ),
            (
                "CONV('ff', 16, 10), CONV(-1, 10, 16), BIN(5), HEX('é'), CRC32('MySQL')",
                ["255", "FFFFFFFFFFFFFFFF", "101", "C3A9", "3259397556"]
            ),
            (
                "REGEXP_REPLACE('a1b22', '([0-9]+)', '<$1>'), REGEXP_SUBSTR('abc def ghi', '[a-z]+', 1, 3), REGEXP_LIKE('abc', 'ABC', 'c')",
                ["a<1>b<22>", "ghi", "0"]
            ),
        ] as [(String, [String?])])
    func stringFunctionsAreMySQLs(expressions: String, result: [String?]) throws {
        #expect(try values(expressions) == result)
    }

    @Test(
        arguments: [
            (
                "DATE_ADD('2024-01-31', INTERVAL 1 MONTH), DATE'2024-01-31' + INTERVAL 1 MONTH, DATE_ADD('9999-12-31', INTERVAL 1 DAY)",
                ["2024-02-29", "2024-02-29", nil]
            ),
            (
                "DATE_FORMAT('2024-12-30', '%j %U %u %V %v %X %x %w'), DATE_FORMAT('2024-02-09', '%a %b %c %d %D')",
                ["365 52 53 52 01 2024 2025 1", "Fri Feb 2 09 9th"]
            ),
            (
                "STR_TO_DATE('May 1, 2013', '%M %d,%Y'), STR_TO_DATE('10:11 PM', '%h:%i %p'), STR_TO_DATE('abc', '%Y-%m-%d')",
                ["2013-05-01", "22:11:00", nil]
            ),
            (
                "TIMESTAMPDIFF(MONTH, '2024-01-31', '2024-02-29'), DATEDIFF('2024-03-01', '2024-02-28'), SEC_TO_TIME(-3661)",
                ["0", "2", "-01:01:01"]
            ),
            (
                "NOW(), NOW(3), CURDATE(), UNIX_TIMESTAMP()",
                ["2024-02-29 12:31:12", "2024-02-29 12:31:12.345", "2024-02-29", "1709209872"]
            ),
            (
                "CAST('10:11:12.5' AS TIME(1)), CAST('2024-01-01 10:11:12.7' AS DATETIME), CAST(20240102 AS DATE)",
                ["10:11:12.5", "2024-01-01 10:11:13", "2024-01-02"]
            ),
        ] as [(String, [String?])])
    func dateFunctionsAreMySQLs(expressions: String, result: [String?]) throws {
        #expect(try values(expressions) == result)
    }

    @Test(arguments: [
        (
            "JSON_OBJECT('b', NULL, 'a', 1.5, 'c', TRUE, 'f', JSON_ARRAY(1, '2'))",
            "{\"a\": 1.5, \"b\": null, \"c\": true, \"f\": [1, \"2\"]}"
        ),
        ("JSON_SET('{\"a\":1}', '$.a', 2, '$.b', 'x')", "{\"a\": 2, \"b\": \"x\"}"),
        ("JSON_MERGE_PATCH('{\"a\":1,\"b\":2}', '{\"a\":null,\"c\":3}')", "{\"b\": 2, \"c\": 3}"),
        ("JSON_EXTRACT('{\"a\": [1, {\"b\": 2}]}', '$.a[1].b')", "2"),
        ("JSON_SEARCH('{\"x\": [\"a\", \"b\"]}', 'one', 'b')", "\"$.x[1]\""),
    ])
    func jsonFunctionsAreMySQLs(expression: String, result: String) throws {
        #expect(try values(expression) == [result])
    }

    @Test(arguments: [
        ("9223372036854775807 + 1", 1690), ("CAST(1 AS UNSIGNED) - 2", 1690), ("EXP(1000)", 1690), ("NOSUCH(1)", 1305),
        ("MD5('a')", 1305),
        ("UPPER('a', 'b')", 1582), ("DATE '2024-02-30'", 1525), ("REGEXP_LIKE('a', '(')", 3691),
        ("JSON_EXTRACT('{bad', '$.a')", 3141),
        ("JSON_EXTRACT('{}', 'a')", 3143), ("'a' COLLATE latin1_bin", 1253), ("'a' COLLATE no_such", 1273),
        ("1e309", 1367), ("NOW(7)", 1426),
    ])
    func errorsHaveMySQLsNumbers(expression: String, code: Int) {
        #expect { try ExpressionEvaluator().run("SELECT " + expression) } throws: { error in
            (error as? SQLError).map { Int($0.code) } == code
        }
    }

    @Test func warningsAreCollected() throws {
        let answer = try ExpressionEvaluator().run("SELECT 1 + 'a', 1 / 0, CAST('12.9' AS SIGNED)")
        #expect(answer.rows == [["1", nil, "12"]])
        #expect(answer.warnings.map(\.code) == [1292, 1365, 1292])
        #expect(answer.warnings.first?.message == "Truncated incorrect DOUBLE value: 'a'")
    }

    @Test func typesAreMySQLs() throws {
        let types = try ExpressionEvaluator().run("SELECT 1, 1.50, 1e0, 'ab', NOW(3), 1 = 1, NULL, JSON_ARRAY(), 1 / 3")
            .columns.map(\.type)
        #expect(
            types.map(\.kind) == [.bigInt, .decimal, .double, .varChar, .dateTime, .bigInt, .null, .json, .decimal])
        #expect(types[1].decimals == 2)
        #expect(types[4].decimals == 3)
        #expect((types[8].length, types[8].decimals) == (5, 4))
    }
}

/// Arguments at and beyond every limit: nothing may trap.
@Suite(.serialized) struct HostileArgumentTests {
    static let integers = [
        "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e308", "-1e308",
        "99999999999999999999999999999999999999", "NULL", "''", "'x'",
    ]

    @Test(arguments: [
        "LEFT('abc', @)", "RIGHT('abc', @)", "SUBSTRING('abc', @)", "SUBSTRING('abc', 1, @)", "SUBSTRING('abc', @, @)",
        "LPAD('a', @, 'b')", "REPEAT('a', @)",
        "SPACE(@)", "INSERT('abc', @, @, 'x')", "SUBSTRING_INDEX('a.b', '.', @)", "LOCATE('a', 'abc', @)",
        "ELT(@, 'a')", "MAKE_SET(@, 'a')",
        "EXPORT_SET(@, '1', '0', ',', @)", "CHAR(@)", "FORMAT(@, @)", "CONV(@, @, @)", "HEX(@)", "BIN(@)",
        "ROUND(@, @)", "TRUNCATE(1.5, @)", "ABS(@)", "-@", "~@", "@ << @",
        "@ DIV @", "@ % @", "@ * @", "@ + @", "POW(@, @)", "MAKEDATE(@, @)", "MAKETIME(@, @, @)", "SEC_TO_TIME(@)",
        "FROM_DAYS(@)", "FROM_UNIXTIME(@)",
        "PERIOD_ADD(@, @)", "PERIOD_ADD(202401, @)", "PERIOD_DIFF(@, @)", "DATE_ADD('2024-01-01', INTERVAL @ DAY)",
        "DATE_ADD('2024-01-01', INTERVAL @ YEAR)", "DATE_ADD('2024-01-01', INTERVAL @ HOUR)",
        "DATE_ADD('2024-01-01', INTERVAL @ WEEK)", "DATE_ADD('2024-01-01', INTERVAL @ MICROSECOND)",
        "TIME'10:00:00' + INTERVAL @ DAY", "DATE_SUB('2024-01-01', INTERVAL @ DAY_SECOND)",
        "DATE_ADD(@, INTERVAL 1 DAY)",
        "CAST(@ AS SIGNED)", "CAST(@ AS UNSIGNED)", "CAST(@ AS DECIMAL(65,30))", "CAST(@ AS DATE)",
        "CAST(@ AS DATETIME(6))", "CAST(@ AS TIME)", "CAST(@ AS YEAR)", "CAST(@ AS CHAR(3))", "CAST(@ AS BINARY(3))",
        "YEAR(@)", "WEEK('2024-01-01', @)", "YEARWEEK('0000-01-01', @)", "TO_DAYS(@)", "INET_NTOA(@)", "RAND(@)",
        "FORMAT_BYTES(@)", "FORMAT_PICO_TIME(@)", "BIT_COUNT(@)", "INTERVAL(@, @)",
        "REGEXP_INSTR('abc', 'b', @)", "REGEXP_SUBSTR('abc', 'b', 1, @)", "REGEXP_REPLACE('abc', 'b', 'c', 1, @)",
        "JSON_ARRAY(@)", "JSON_EXTRACT('[1]', CONCAT('$[', @, ']'))", "TIMESTAMPADD(MONTH, @, '2024-01-01')",
        "SHA2('a', @)", "RANDOM_BYTES(@)", "GREATEST(@, 1)", "LOG(@, @)", "UNIX_TIMESTAMP(@)",
        "DATE_FORMAT(@, '%W %M %j %U %V %X')", "ADDTIME(@, @)", "TIMEDIFF(@, @)",
    ])
    func nothingTraps(template: String) {
        let evaluator = ExpressionEvaluator()
        for integer in Self.integers {
            let text = String(template.map { $0 == "@" ? integer : String($0) }.joined())
            _ = try? evaluator.run("SELECT " + text)
        }
    }

    @Test func deepRegularExpressionsFitASessionsStack() async {
        await withCheckedContinuation { continuation in
            _ = Thread.start(name: "regex", stackSize: 4 << 20) {
                let evaluator = ExpressionEvaluator()
                _ = try? evaluator.run("SELECT REGEXP_LIKE(REPEAT('ab', 5000), '^(ab|a)*$')")
                _ = try? evaluator.run("SELECT REGEXP_LIKE(REPEAT('a', 5000), '^((a?)(a?))*b$')")
                continuation.resume()
            }
        }
    }
}
