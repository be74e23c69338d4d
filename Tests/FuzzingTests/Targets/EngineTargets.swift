/// Whole statements, executed: what is parsed is also bound, planned and run against a few tables.
let engineTargets: [FuzzTarget] = [
    FuzzTarget("sql-execution", maximumLength: 1024, seeds: executionSeeds) { bytes in
        FuzzServer.shared?.execute(bytes)
    }
]

@Sendable private func executionSeeds() -> [[UInt8]] {
    (fuzzStatements + [
        "SELECT a, CONCAT(b, c), SUM(a) OVER (ORDER BY d) FROM k WHERE b LIKE 'a%' GROUP BY a, b, c, d HAVING COUNT(*) < 5",
        "INSERT INTO k (a, b, c, d, e, f, g) VALUES (NULL, 'x', '1.25', '2024-01-01', 'b', 'x,y', '{\"a\": 1}')",
        "UPDATE k SET c = c * 1.5, d = d + INTERVAL 1 DAY, g = JSON_SET(g, '$.b', a) WHERE a BETWEEN 1 AND 3 ORDER BY a DESC LIMIT 2",
        "DELETE FROM k WHERE a IN (SELECT a FROM p)", "SELECT * FROM information_schema.columns WHERE table_name = 'k' LIMIT 3",
        "SELECT CAST(a AS CHAR(2)), SUBSTRING_INDEX(b, ',', -1), LPAD(b, 5, 'xy'), FORMAT(c, 2), DATE_FORMAT(d, '%Y %M') FROM k",
        "SELECT POW(a, 400), EXP(a), CONV('zz', 36, 10), REPEAT(b, 3), INET6_ATON('::1'), STR_TO_DATE('1', '%d'), a DIV 0 FROM k",
        "SHOW CREATE TABLE k", "EXPLAIN SELECT * FROM k JOIN p USING (a)", "SELECT @@version, @@sql_mode, USER(), LAST_INSERT_ID()",
    ]).map { Array($0.utf8) }
}
