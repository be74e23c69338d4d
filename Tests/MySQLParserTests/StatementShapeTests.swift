import MySQLParser
import Testing

/// Lifting literals: what becomes a parameter, what must not, and that parser and scanner agree.
@Suite struct StatementShapeTests {
    private func shape(_ sql: String, mode: ParserMode = []) -> StatementShape? {
        var shape = StatementShape()
        return shape.scan(Array(sql.utf8), mode: mode) ? shape : nil
    }

    @Test(arguments: [
        ("SELECT c FROM sbtest1 WHERE id=42", ["42"]),
        ("SELECT c, 'x' FROM t WHERE a = 'it''s' AND b IN (1, -2, 3.50) LIMIT 10", ["it's", "1", "2", "3.50", "10"]),
        ("SELECT a FROM t WHERE a > 1 GROUP BY 1 HAVING a > 5 ORDER BY 2", ["1"]),
        ("INSERT INTO t (a, b) VALUES (1, 'x'), (2, 1e3)", ["1", "x", "2", "1e3"]),
        ("UPDATE t SET a = a + 1, b = 'q' WHERE id = 7", ["1", "q", "7"]),
        ("DELETE FROM t WHERE id BETWEEN 1 AND 5", ["1", "5"]),
        ("SELECT a FROM t WHERE CAST(b AS CHAR(10)) = 'x'", ["x"]),
        ("SELECT a FROM t WHERE d > NOW(6) AND d < DATE '2024-01-01' AND n = N'y'", []),
        ("SELECT a FROM t WHERE j->'$.a' = 1", ["1"]),
        ("SELECT a FROM t JOIN u ON t.a = u.b AND u.c = 3 WHERE u.d IN (SELECT 5 FROM v WHERE e = 6)", ["3", "6"]),
        ("SELECT a FROM t WHERE a = 0x41 AND t1.`1a` = 2 AND b = _latin1'x'", ["2"]),
    ])
    func literalsAreLiftedWhereTheyAreValues(sql: String, expected: [String]) throws {
        let text = Array(sql.utf8)
        let shape = try #require(self.shape(sql))
        let values = shape.literals.map { String(decoding: $0.value(in: text, mode: []), as: UTF8.self) }
        #expect(values == expected)
        let parsed = try SQLParser.parse(text, options: ParserOptions(liftedLiterals: shape.liftedOffsets))
        #expect(parsed.liftedCount == expected.count)
        #expect(parsed.parameterCount == expected.count)
    }

    @Test func statementsThatDifferInLiteralsOnlyShareAKey() throws {
        #expect(shape("SELECT a FROM t WHERE b = 1")?.key == shape("SELECT a FROM t WHERE b = 22")?.key)
        #expect(shape("SELECT a FROM t WHERE b = 1")?.key != shape("SELECT a FROM t WHERE b = '1'")?.key)
        #expect(shape("SELECT 1 FROM t")?.key != shape("SELECT 2 FROM t")?.key)
    }

    @Test(arguments: [
        "CREATE TABLE t (a INT)", "SELECT a FROM t WHERE b = ?", "SELECT 1; SELECT 2", "SELECT /*+ x */ 1", "SELECT 'a",
        "SELECT a FROM t WHERE b = 'x' 'y'", "SELECT (1", "", "SHOW TABLES",
    ])
    func otherStatementsHaveNoShape(sql: String) {
        #expect(shape(sql) == nil)
    }
}
