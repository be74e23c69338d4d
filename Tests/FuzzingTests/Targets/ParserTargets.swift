@testable import MySQLParser

/// The text of statements: lexer, parser, shapes and the printer's round trip.
let parserTargets: [FuzzTarget] = [
    FuzzTarget("sql-statement", seeds: statementSeeds) { bytes in
        var input = FuzzInput(bytes)
        let mode = ParserMode(rawValue: .init(truncatingIfNeeded: input.byte()))
        let text = input.remaining()
        let options = ParserOptions(mode: mode, allowsMultipleStatements: true)
        var start = 0
        while let parsed = try? SQLParser.parse(text, from: start, options: options) {
            check(parsed.range.start <= parsed.range.end && parsed.range.end <= text.count, "a range within the text")
            guard let next = parsed.next else { break }
            check(next > start, "each statement is behind the one before it")
            start = next
        }
    },
    FuzzTarget("sql-shape", seeds: statementSeeds) { bytes in
        var input = FuzzInput(bytes)
        let mode = ParserMode(rawValue: .init(truncatingIfNeeded: input.byte()))
        let text = input.remaining()
        var shape = StatementShape()
        guard shape.scan(text, mode: mode) else { return }
        let lifted = shape.liftedOffsets
        let plain = try? SQLParser.parse(text, options: ParserOptions(mode: mode))
        let parsed = try? SQLParser.parse(text, options: ParserOptions(mode: mode, liftedLiterals: lifted))
        check((parsed == nil) == (plain == nil), "lifting literals does not decide whether a statement can be read")
        check(parsed.map { $0.liftedCount <= lifted.count } ?? true, "no more literals than were lifted")
    },
    FuzzTarget("sql-expression", seeds: expressionSeeds) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let expression = try? SQLParser.parseExpression(text) else { return }
        let printed = SyntaxPrinter.print(expression)
        if isDeep(printed) { return }
        guard let again = try? SQLParser.parseExpression(printed) else {
            check(false, "what is printed can be read: \(printed)")
            return
        }
        let second = SyntaxPrinter.print(again)
        check(second == printed, "what is printed says the same when read: \(printed) became \(second)")
    },
    FuzzTarget("sql-query", seeds: querySeeds) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let query = try? SQLParser.parseQuery(text) else { return }
        let printed = SyntaxPrinter.print(query)
        if isDeep(printed) { return }
        guard let again = try? SQLParser.parseQuery(printed) else {
            check(false, "what is printed can be read: \(printed)")
            return
        }
        let second = SyntaxPrinter.print(again)
        check(second == printed, "what is printed says the same when read: \(printed) became \(second)")
    },
    FuzzTarget("sql-fragment", seeds: fragmentSeeds) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? SQLParser.parseDataType(text)
        _ = try? SQLParser.parseProgramBody(text)
    },
]

/// What is printed has more parentheses than what was read, and may go beyond the parser's limit of depth.
private func isDeep(_ text: String) -> Bool {
    text.utf8.count { $0 == UInt8(ascii: "(") } > 60
}

private func texts(_ texts: [String], first: [UInt8] = []) -> [[UInt8]] {
    texts.map { first + Array($0.utf8) }
}

let fuzzStatements = [
    "CREATE TABLE t (a INT PRIMARY KEY AUTO_INCREMENT, b VARCHAR(20) CHARACTER SET utf8mb4 DEFAULT 'x', c DECIMAL(10,2), "
        + "d DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6), e ENUM('a','b'), f SET('x','y'), g JSON, h BIT(8), "
        + "KEY k (b(4) DESC), UNIQUE u (c), CHECK (a > 0), FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)",
    "INSERT INTO t (a, b) VALUES (1, 'a'), (2, _utf8mb4'b') ON DUPLICATE KEY UPDATE b = VALUES(b), c = c + 1",
    "SELECT DISTINCT a.x, COUNT(*) AS n FROM t a LEFT JOIN u AS b USING (id) WHERE a.x BETWEEN 1 AND 2 OR b.y LIKE '%z' "
        + "ESCAPE '|' GROUP BY a.x WITH ROLLUP HAVING n > 1 ORDER BY 2 DESC LIMIT 3 OFFSET 1 FOR UPDATE SKIP LOCKED",
    "UPDATE t SET a = a + 1, b = DEFAULT WHERE c IN (SELECT c FROM u) ORDER BY a LIMIT 1",
    "DELETE FROM t USING t JOIN u ON t.a = u.a WHERE u.b IS NOT NULL", "REPLACE INTO t SET a = 1, b = 0x41",
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT * FROM c",
    "ALTER TABLE t ADD COLUMN z INT NOT NULL AFTER a, DROP KEY k, MODIFY b TEXT, RENAME TO s, ALGORITHM=INPLACE",
    "/*!80000 SELECT */ 1 -- c\n; # d\nSET @a = 1, SESSION sql_mode = 'ANSI', GLOBAL x = DEFAULT",
    "GRANT SELECT (a), INSERT ON d.t TO 'u'@'%' WITH GRANT OPTION; CREATE USER u IDENTIFIED BY 'p' REQUIRE SSL",
    "CHANGE REPLICATION SOURCE TO SOURCE_USER='u', SOURCE_PASSWORD='p' FOR CHANNEL 'group_replication_recovery'",
    "SELECT CASE a WHEN 1 THEN 'x' ELSE NULL END, CAST(b AS DECIMAL(10,2)), j->>'$.a[0]', INTERVAL 1 DAY + NOW(), "
        + "ROW_NUMBER() OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
    "PREPARE s FROM 'SELECT ?'; EXECUTE s USING @a; DEALLOCATE PREPARE s; KILL QUERY 5; SHOW TABLES LIKE 'a%'",
    "CREATE PROCEDURE p () BEGIN DECLARE i INT DEFAULT 0; WHILE i < 3 DO SET i = i + 1; END WHILE; END",
    "SELECT 1e5, .5, 1., 0b101, x'4142', N'n', DATE'2020-01-01', TIMESTAMP '2020-01-01 00:00:00', 'a''b\\n', \"q\", `c`",
]

private let expressions = [
    "a + b * -c DIV 2 % 3 ^ 4 | 5 & ~6 << 1", "NOT a AND (b OR c) XOR d", "a BETWEEN 1 AND 2 AND b NOT IN (1, 2, NULL)",
    "CASE WHEN a THEN 1 ELSE 2 END", "CAST('a' AS CHAR(3) CHARACTER SET latin1) COLLATE latin1_bin", "a IS NOT TRUE <=> NULL",
    "EXISTS (SELECT 1 FROM t WHERE t.a = 1)", "(a, b) = ANY (SELECT 1, 2)", "JSON_EXTRACT(j, '$.a') -> '$.b'",
    "GROUP_CONCAT(DISTINCT a ORDER BY b DESC SEPARATOR ',')", "DATE_ADD(NOW(), INTERVAL '1:2' HOUR_MINUTE)",
    "SUM(a) OVER (w ORDER BY b RANGE UNBOUNDED PRECEDING)", "x LIKE 'a%' ESCAPE '!' REGEXP 'b'", "TRIM(LEADING 'x' FROM y)",
    "@a := @@session.x", "CONVERT(a USING utf8mb4)", "a MEMBER OF ('[1]')", "EXTRACT(YEAR FROM d)", "POSITION('a' IN b)", "-(-1)",
]

@Sendable private func statementSeeds() -> [[UInt8]] { texts(fuzzStatements, first: [0]) }
@Sendable private func expressionSeeds() -> [[UInt8]] { texts(expressions) }
@Sendable private func querySeeds() -> [[UInt8]] {
    texts(
        fuzzStatements.filter { $0.hasPrefix("SELECT") || $0.hasPrefix("WITH") } + [
            "(SELECT 1) UNION ALL (SELECT 2 ORDER BY 1 LIMIT 1) EXCEPT SELECT 3", "VALUES ROW(1, 2), ROW(3, 4)", "TABLE t LIMIT 1",
            "SELECT * FROM (a CROSS JOIN b) NATURAL JOIN c, (SELECT 1) AS d (x) USE INDEX (i)",
        ])
}
@Sendable private func fragmentSeeds() -> [[UInt8]] {
    texts([
        "DECIMAL(10,2) UNSIGNED ZEROFILL", "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "ENUM('a','b')", "DATETIME(6)",
        "BEGIN DECLARE x CURSOR FOR SELECT 1; IF a THEN LEAVE l; ELSEIF b THEN SIGNAL SQLSTATE '45000'; END IF; END",
    ])
}
