import BinaryLog
import MySQLTypes
import Platform
import Testing
@testable import SQLEngine
@testable import SQLExpressions
@testable import SystemCatalog

/// A setting, and a statement whose answer or stored definition it changes: each must see the present setting, whatever was
/// bound, cached or prepared before it, and every member must make the same of it.
struct SettingCase: Sendable, CustomTestStringConvertible {
    var set: String
    var statement: String
    /// What is asked after a statement that answers OK.
    var then: String?

    init(_ set: String, _ statement: String, then: String? = nil) {
        self.set = set
        self.statement = statement
        self.then = then
    }

    var testDescription: String { "\(set); \(statement)" }

    static let queries = [
        SettingCase("SET sql_mode = 'NO_UNSIGNED_SUBTRACTION'", "SELECT CAST(1 AS UNSIGNED) - 2"),
        SettingCase("SET sql_mode = 'PIPES_AS_CONCAT'", "SELECT 'a' || 'b'"),
        SettingCase("SET sql_mode = 'ANSI_QUOTES'", "SELECT \"a\""),
        SettingCase("SET sql_mode = ''", "SELECT b, a FROM d.k GROUP BY b"),
        SettingCase("SET collation_connection = utf8mb4_bin", "SELECT 'a' = 'A'"),
        SettingCase("SET character_set_results = latin1", "SELECT 'a'"),
        SettingCase("USE e", "SELECT DATABASE()"),
        SettingCase("USE e", "SELECT * FROM k"),
        SettingCase("SET time_zone = '+05:30'", "SELECT FROM_UNIXTIME(0)"),
        SettingCase("SET time_zone = '+05:30'", "SELECT t FROM d.k"),
        SettingCase("SET lc_time_names = 'de_DE'", "SELECT DATE_FORMAT('2024-03-01', '%M')"),
        SettingCase("SET lc_time_names = 'de_DE'", "SELECT MONTHNAME('2024-03-01')"),
        SettingCase("SET div_precision_increment = 9", "SELECT 1 / 3"),
        SettingCase("SET div_precision_increment = 9", "SELECT AVG(a) / 7 FROM d.k"),
        SettingCase("SET group_concat_max_len = 4", "SELECT GROUP_CONCAT(s ORDER BY a) FROM d.k"),
        SettingCase("SET default_week_format = 3", "SELECT WEEK('2024-01-06')"),
        SettingCase(
            "SET cte_max_recursion_depth = 3",
            "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 9) SELECT COUNT(*) FROM c"),
        SettingCase("SET block_encryption_mode = 'aes-256-ecb'", "SELECT HEX(AES_ENCRYPT('a', REPEAT('k', 32)))"),
    ]

    /// Statements that store something.
    static let definitions = [
        SettingCase(
            "SET time_zone = '+05:30'", "ALTER TABLE d.k ADD COLUMN x DATETIME DEFAULT (FROM_UNIXTIME(0))",
            then: "SELECT x FROM d.k"),
        SettingCase(
            "SET time_zone = '+05:30'", "ALTER TABLE d.k ADD COLUMN x TIMESTAMP DEFAULT '2024-01-01 00:00:00'",
            then: "SELECT UNIX_TIMESTAMP(x) FROM d.k"),
        SettingCase(
            "SET lc_time_names = 'de_DE'",
            "ALTER TABLE d.k ADD COLUMN x VARCHAR(20) DEFAULT (DATE_FORMAT('2024-03-01', '%M'))", then: "SELECT x FROM d.k"),
        SettingCase(
            "SET div_precision_increment = 9", "ALTER TABLE d.k ADD COLUMN x VARCHAR(30) DEFAULT (1 / 3)",
            then: "SELECT x FROM d.k"),
        SettingCase(
            "SET default_week_format = 3", "ALTER TABLE d.k ADD COLUMN x INT DEFAULT (WEEK('2024-01-06'))",
            then: "SELECT x FROM d.k"),
        SettingCase(
            "SET sql_mode = 'NO_UNSIGNED_SUBTRACTION'", "ALTER TABLE d.k ADD COLUMN x INT DEFAULT (CAST(1 AS UNSIGNED) - 2)",
            then: "SELECT x FROM d.k"),
        SettingCase("SET collation_server = latin1_bin", "CREATE DATABASE f", then: "SHOW CREATE DATABASE f"),
        SettingCase("SET foreign_key_checks = 0", "CREATE TABLE d.c (p INT, FOREIGN KEY (p) REFERENCES d.missing (id))"),
        SettingCase("SET sql_require_primary_key = 1", "CREATE TABLE d.c (p INT)"),
        SettingCase("USE e", "CREATE VIEW d.v AS SELECT * FROM k", then: "SELECT * FROM d.v"),
        SettingCase("SET character_set_client = latin1", "CREATE VIEW d.v AS SELECT 1", then: "SHOW CREATE VIEW d.v"),
        SettingCase(
            "SET collation_connection = utf8mb4_bin", "CREATE VIEW d.v AS SELECT 1", then: "SHOW CREATE VIEW d.v"),
    ]
}

@Suite(.serialized) struct BindingSettingsTests {
    private func text(_ answer: TestClient.Answer) -> String {
        switch answer {
        case .ok(let affected, _, let warnings, _): return "ok \(affected) \(warnings)"
        case .rows(let columns, let rows):
            let heads = columns.map { "\($0.name):\($0.type):\($0.decimals):\($0.collation)" }.joined(separator: ",")
            return heads + ";" + rows.map { $0.map { $0 ?? "NULL" }.joined(separator: ",") }.joined(separator: ";")
        case .error(let code, _, let message): return "\(code) \(message)"
        }
    }

    private func prepared(_ body: (EngineNode) throws -> Void) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let root = try node.client()
        for sql in [
            "SET time_zone = '+00:00'", "CREATE DATABASE d", "CREATE DATABASE e",
            "CREATE TABLE d.k (a INT PRIMARY KEY, b INT, s VARCHAR(9), t TIMESTAMP NULL)", "CREATE TABLE e.k (a INT PRIMARY KEY)",
            "INSERT INTO d.k VALUES (1, 1, 'one', '2024-01-01 00:00:00'), (2, 2, 'two', '2024-01-01 00:00:00')",
            "INSERT INTO e.k VALUES (7)",
        ] {
            if case .error(_, _, let message) = root.run(sql) { Issue.record("\(sql): \(message)") }
        }
        try body(node)
    }

    private func client(_ node: EngineNode) throws -> TestClient {
        let client = try node.client()
        _ = client.run("SET time_zone = '+00:00'")
        _ = client.run("USE d")
        return client
    }

    @Test(arguments: SettingCase.queries) func aCachedPlanIsNotUsedUnderAnotherSetting(pair: SettingCase) throws {
        try prepared { node in
            let cached = try client(node)
            let before = text(cached.run(pair.statement))
            #expect(text(cached.run(pair.statement)) == before)
            #expect(!text(cached.run(pair.set)).contains("rror"))
            let fresh = try client(node)
            _ = fresh.run(pair.set)
            let expected = text(fresh.run(pair.statement))
            #expect(expected != before, "the setting changes the answer")
            #expect(text(cached.run(pair.statement)) == expected)
            #expect(text(cached.run(pair.statement)) == expected)
        }
    }

    @Test(arguments: SettingCase.queries) func aPreparedStatementFollowsTheSetting(pair: SettingCase) throws {
        // What the parser made of the text stays, as in MySQL.
        if pair.set.contains("ANSI_QUOTES") || pair.set.contains("PIPES") || pair.set.contains("''") { return }
        try prepared { node in
            let cached = try client(node)
            let quoted = pair.statement.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            #expect(text(cached.run("PREPARE p FROM '\(quoted)'")) == "ok 0 0")
            let before = text(cached.run("EXECUTE p"))
            _ = cached.run(pair.set)
            let fresh = try client(node)
            _ = fresh.run(pair.set)
            let expected = text(fresh.run(pair.statement))
            #expect(expected != before)
            #expect(text(cached.run("EXECUTE p")) == expected)
        }
    }

    /// The applier has settings of its own, which are not the session's: what is stored must come of the session's.
    @Test(arguments: SettingCase.definitions) func whatIsStoredIsMadeUnderTheSessionsSettings(pair: SettingCase) throws {
        func outcome(_ set: String?) throws -> String {
            var result = ""
            try prepared { node in
                let session = try client(node)
                if let set { #expect(!text(session.run(set)).contains("rror"), "\(set)") }
                result = text(session.run(pair.statement))
                // Asked under the same settings both times.
                if let then = pair.then { result += " " + text(try client(node).run(then)) }
            }
            return result
        }
        let plain = try outcome(nil)
        let set = try outcome(pair.set)
        #expect(plain != set)
    }

    @Test func aSettingPutBackFindsItsPlansAgain() {
        var numbers = BindingSettingsNumbers()
        var settings = BindingSettings()
        let first = numbers.number(of: settings)
        settings.timeZone = "+01:00"
        #expect(numbers.number(of: settings) != first)
        settings.timeZone = "SYSTEM"
        #expect(numbers.number(of: settings) == first)
    }

    /// Numbers are never given twice, even when the memory of them is cleared.
    @Test func numbersAreNeverReused() {
        var numbers = BindingSettingsNumbers()
        var seen: Set<UInt64> = []
        for increment in 0..<200 {
            var settings = BindingSettings()
            settings.groupConcatMaxLength = increment
            #expect(seen.insert(numbers.number(of: settings)).inserted)
        }
    }

    @Test func allSettingsTravelInAQueryEvent() throws {
        var settings = BindingSettings()
        settings.database = "d"
        settings.sqlMode = [.ansiQuotes, .noZeroDate]
        settings.clientCharset = .latin1
        settings.resultCollation = CollationID(rawValue: 8)
        settings.connectionCollation = CollationID(rawValue: 46)
        settings.serverCollation = CollationID(rawValue: 47)
        settings.defaultCollationForUTF8MB4 = CollationID(rawValue: 45)
        settings.timeZone = "+05:30"
        settings.timeLocale = "de_DE"
        settings.divPrecisionIncrement = 7
        settings.groupConcatMaxLength = .max
        settings.maxAllowedPacket = 1024
        settings.defaultWeekFormat = 3
        settings.cteMaxRecursionDepth = 12
        settings.blockEncryptionMode = "aes-256-cfb128"
        settings.foreignKeyChecks = false
        settings.explicitDefaultsForTimestamp = false
        settings.requiresPrimaryKey = true
        // A new setting is set above, or this fails: nothing may be as it is by default.
        let defaults = Mirror(reflecting: BindingSettings()).children.map { "\($0.value)" }
        for (child, value) in zip(Mirror(reflecting: settings).children, defaults) {
            #expect("\(child.value)" != value, "\(child.label ?? "")")
        }
        let event = QueryEvent(
            query: Array("CREATE TABLE t (a INT)".utf8), database: Array("d".utf8), threadID: 1,
            statusVariables: settings.statusVariables(at: 0))
        var writer = ByteWriter()
        writer.write(event, timestamp: 1, serverID: 1)
        var reader = ByteReader(writer.bytes[...])
        guard case .query(let read) = try RawEvent(decoding: &reader, checksum: .none).decode() else {
            Issue.record("no Query event")
            return
        }
        #expect(try BindingSettings(read) == settings)
    }

    @Test func everySystemVariableOfTheSettingsExists() {
        for name in BindingSettings.variableNames { #expect(SystemVariable.place(of: name) != nil, "\(name)") }
    }
}
