import Testing

@testable import SQLEngine

/// SHOW where it is no list: against what a real MySQL printed.
@Suite(.serialized) struct ShowTests {
    private func text(_ answer: TestClient.Answer) -> String {
        switch answer {
        case .ok: "ok"
        case .rows(let columns, let rows):
            columns.map(\.name).joined(separator: "|") + "\n"
                + rows.map { $0.map { $0 ?? "NULL" }.joined(separator: "|") }.joined(separator: "\n")
        case .error(let code, let state, let message): "\(code) \(state) \(message)"
        }
    }

    private func withClient(_ body: (TestClient) throws -> Void) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        #expect(text(client.run("CREATE DATABASE d")) == "ok")
        #expect(text(client.run("USE d")) == "ok")
        try body(client)
    }

    @Test func databasesTablesAndViewsAreShownAsStatements() throws {
        try withClient { client in
            #expect(
                text(client.run("SHOW CREATE DATABASE d"))
                    == "Database|Create Database\nd|CREATE DATABASE `d` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE "
                    + "utf8mb4_0900_ai_ci */ /*!80016 DEFAULT ENCRYPTION='N' */")
            #expect(text(client.run("SHOW CREATE DATABASE nope")) == "1049 42000 Unknown database 'nope'")
            #expect(text(client.run("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(5))")) == "ok")
            #expect(text(client.run("INSERT INTO t (v) VALUES ('x')")) == "ok")
            #expect(
                text(client.run("SHOW CREATE TABLE t"))
                    == "Table|Create Table\nt|CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n"
                    + "  `v` varchar(5) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB AUTO_INCREMENT=2 "
                    + "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci")
            #expect(text(client.run("SHOW CREATE TABLE nope")) == "1146 42S02 Table 'd.nope' doesn't exist")
            #expect(text(client.run("SHOW CREATE VIEW t")) == "1347 HY000 'd.t' is not VIEW")
        }
    }

    @Test func accountsAreShown() throws {
        try withClient { client in
            #expect(
                text(client.run("SHOW CREATE USER root@localhost"))
                    == "CREATE USER for root@localhost\nCREATE USER `root`@`localhost` IDENTIFIED WITH "
                    + "'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT "
                    + "PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT")
            #expect(
                text(client.run("SHOW CREATE USER nope"))
                    == "1396 HY000 Operation SHOW CREATE USER failed for 'nope'@'%' (User account does not exist)")
            #expect(
                text(client.run("SHOW GRANTS FOR nope"))
                    == "1141 42000 There is no such grant defined for user 'nope' on host '%'")
            #expect(text(client.run("SHOW GRANTS")).hasPrefix("Grants for root@localhost\nGRANT SELECT, INSERT, "))
        }
    }

    @Test func theServerIsShown() throws {
        try withClient { client in
            #expect(
                text(client.run("SHOW PROCESSLIST"))
                    == "Id|User|Host|db|Command|Time|State|Info\n1|root|localhost|d|Query|0|init|SHOW PROCESSLIST")
            #expect(text(client.run("SHOW PRIVILEGES")).contains("Alter|Tables|To alter the table\n"))
            #expect(text(client.run("SHOW ENGINE nope STATUS")) == "1286 42000 Unknown storage engine 'nope'")
            #expect(text(client.run("SHOW ENGINE InnoDB STATUS")).hasPrefix("Type|Name|Status\nInnoDB||\n====="))
            #expect(text(client.run("SHOW CREATE PROCEDURE nope")) == "1305 42000 PROCEDURE nope does not exist")
            #expect(text(client.run("SHOW TABLES FROM nope")) == "1049 42000 Unknown database 'nope'")
            #expect(text(client.run("SHOW COLUMNS FROM nope")) == "1146 42S02 Table 'd.nope' doesn't exist")
        }
    }
}
