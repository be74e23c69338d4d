import MySQLProtocol
import MySQLTypes
import Testing

@testable import SQLEngine

/// Values of every kind into columns of every type, strictly and leniently: answered, never trapped.
@Suite(.serialized) struct HostileValueTests {
    static let types = [
        "TINYINT", "SMALLINT UNSIGNED", "MEDIUMINT", "INT UNSIGNED", "BIGINT", "BIGINT UNSIGNED", "DECIMAL(65,30)",
        "DECIMAL(5,2) UNSIGNED", "FLOAT", "DOUBLE(10,2)", "BIT(1)", "BIT(64)", "YEAR", "DATE", "TIME(6)", "DATETIME(3)",
        "TIMESTAMP NULL", "CHAR(2)", "VARCHAR(3)", "TINYTEXT", "VARCHAR(3) CHARACTER SET latin1", "BINARY(3)",
        "VARBINARY(2)", "TINYBLOB", "ENUM('a','b')", "SET('a','b')", "JSON",
    ]
    static let values = [
        "NULL", "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
        "99999999999999999999999999999999999999999999", "1e308", "-1e308", "1e-308", "0.000000000000000000000000000001",
        "''", "'x'", "' 12 '",
        "'1e400'", "'-9223372036854775809'", "'2024-02-30'", "'99:99:99'", "'839:00:00.9999999'",
        "'9999-12-31 23:59:59.9999999'", "DATE'9999-12-31'", "TIME'838:59:59'", "TIMESTAMP'9999-12-31 23:59:59.999999'",
        "x'FF'", "x'FFFFFFFFFFFFFFFFFF'",
        "b'1'", "'日本語😀'", "'{\"a\": [1, 2]}'", "CAST('[1]' AS JSON)", "TRUE", "REPEAT('é', 300)", "NOW(6)",
        "20240229123456.999999", "-20240229", "-0.9", "CAST(-1 AS DECIMAL(1,1))",
    ]

    @Test func everyValueIsAnswered() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        func run(_ text: String) -> TestClient.Answer { client.run(Array(text.utf8)) }
        _ = run("CREATE DATABASE hostile")
        _ = run("USE hostile")
        for (index, type) in Self.types.enumerated() {
            guard case .ok = run("CREATE TABLE t\(index) (id INT AUTO_INCREMENT PRIMARY KEY, c \(type))") else {
                Issue.record("\(type) was refused")
                continue
            }
            for mode in ["STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE", "", "ALLOW_INVALID_DATES"] {
                _ = run("SET sql_mode = '\(mode)'")
                for value in Self.values {
                    _ = run("INSERT INTO t\(index) (c) VALUES (\(value))")
                    _ = run("INSERT INTO t\(index) (c) SELECT \(value)")
                    _ = run("SELECT COUNT(*) FROM t\(index) WHERE c = \(value) OR c < \(value) OR c IN (\(value), 1)")
                }
            }
            guard case .rows(_, let rows) = run("SELECT c, c + 0, CONCAT(c), c = c FROM t\(index)") else {
                Issue.record("\(type) cannot be read")
                continue
            }
            #expect(!rows.isEmpty, "\(type) took no value")
        }
    }
}
