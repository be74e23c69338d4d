@testable import GroupReplication
@testable import GroupReplicationCore
import MySQLProtocol
import Testing

@testable import SQLEngine

/// information_schema, performance_schema, mysql and sys through real sessions.
@Suite(.serialized) struct SystemTableTests {
    private func text(_ answer: TestClient.Answer) -> String {
        switch answer {
        case .ok: "ok"
        case .rows(_, let rows): rows.map { $0.map { $0 ?? "NULL" }.joined(separator: "|") }.joined(separator: "\n")
        case .error(let code, let state, let message): "\(code) \(state) \(message)"
        }
    }

    private func withClient(_ body: (EngineNode, TestClient) throws -> Void) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let variables = VariableStatements(globals: node.server.globals, persisted: try PersistedVariables(directory: node.directory))
        node.server.variables = variables
        var sources = SystemTableSources(globals: node.server.globals)
        sources.monitoring = {
            var snapshot = MonitoringSnapshot()
            snapshot.statistics = [GroupMemberStatisticsRow()]
            return snapshot
        }
        node.server.systemTables = SystemTables(sources: sources)
        let client = try node.client()
        #expect(text(client.run("CREATE DATABASE d")) == "ok")
        #expect(text(client.run("USE d")) == "ok")
        try body(node, client)
    }

    @Test func everySystemTableCanBeRead() throws {
        try withClient { node, client in
            let tables = try #require(node.server.systemTables as? SystemTables)
            for definition in tables.definitions {
                let answer = client.run("SELECT * FROM \(definition.schema).\(definition.name)")
                guard case .rows(let columns, let rows) = answer else {
                    Issue.record("\(definition.sqliteName): \(text(answer))")
                    continue
                }
                #expect(columns.map(\.name) == definition.columns.map(\.name), "\(definition.sqliteName)")
                for row in rows { #expect(row.count == definition.columns.count, "\(definition.sqliteName)") }
            }
        }
    }

    @Test func providersFillEveryColumn() throws {
        try withClient { node, client in
            _ = client.run("CREATE TABLE p (id INT PRIMARY KEY)")
            _ = client.run("CREATE TABLE t (id INT PRIMARY KEY, p INT, v INT CHECK (v > 0), UNIQUE (v), FOREIGN KEY (p) REFERENCES p (id))")
            let tables = try #require(node.server.systemTables as? SystemTables)
            let context = SystemTableContext(session: client.session, catalog: tables)
            for provider in SystemTables.providers {
                let definition = try #require(tables.definition(schema: provider.schema, name: provider.name))
                for row in try provider.rows(context) {
                    #expect(row.count == definition.columns.count, "\(definition.sqliteName)")
                }
            }
        }
    }

    @Test func tablesColumnsAndKeysAreDescribed() throws {
        try withClient { _, client in
            let create = "CREATE TABLE author (id INT UNSIGNED NOT NULL AUTO_INCREMENT, name VARCHAR(50) NOT NULL DEFAULT 'anon' "
                + "COMMENT 'pen name', born DATE, rating DECIMAL(3,1), bio TEXT, PRIMARY KEY (id), UNIQUE KEY uq_name (name), "
                + "KEY k_born (born, rating DESC)) COMMENT='writers'"
            #expect(text(client.run(create)) == "ok")
            #expect(
                text(client.run("SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'd'"))
                    == "author|BASE TABLE|InnoDB|writers")
            #expect(
                text(
                    client.run(
                        "SELECT COLUMN_NAME, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, "
                            + "COLUMN_TYPE, COLUMN_KEY, EXTRA FROM information_schema.columns WHERE table_name = 'author' ORDER BY ordinal_position"))
                    == """
                    id|NULL|NO|int|NULL|10|int unsigned|PRI|auto_increment
                    name|anon|NO|varchar|200|NULL|varchar(50)|UNI|
                    born|NULL|YES|date|NULL|NULL|date|MUL|
                    rating|NULL|YES|decimal|NULL|3|decimal(3,1)||
                    bio|NULL|YES|text|65535|NULL|text||
                    """)
            #expect(
                text(client.run("SELECT INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, COLLATION FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'd' ORDER BY INDEX_NAME, SEQ_IN_INDEX"))
                    == "k_born|1|born|A\nk_born|2|rating|D\nPRIMARY|1|id|A\nuq_name|1|name|A")
            #expect(text(client.run("SHOW TABLES")) == "author")
            #expect(text(client.run("DESCRIBE author name")) == "name|varchar(50)|NO|UNI|anon|")
            #expect(text(client.run("SHOW DATABASES LIKE 'd%'")) == "d")
            #expect(text(client.run("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'AUTHOR'")) == "0")
            #expect(text(client.run("SELECT * FROM information_schema.nosuch")) == "1109 42S02 Unknown table 'NOSUCH' in information_schema")
        }
    }

    @Test func variablesAndStatusAreShown() throws {
        try withClient { _, client in
            #expect(text(client.run("SHOW VARIABLES LIKE 'autocommit'")) == "autocommit|ON")
            #expect(text(client.run("SELECT VARIABLE_VALUE FROM performance_schema.global_variables WHERE VARIABLE_NAME = 'port'")) == "3306")
            #expect(text(client.run("SHOW GLOBAL STATUS LIKE 'Com_create_db'")) == "Com_create_db|1")
            #expect(text(client.run("SHOW STATUS LIKE 'nosuch'")) == "")
            #expect(text(client.run("SELECT DB, COMMAND FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()")) == "d|Query")
            #expect(text(client.run("SELECT COUNT(*) FROM performance_schema.replication_group_member_stats")) == "1")
            #expect(text(client.run("SELECT User, Select_priv FROM mysql.user WHERE User = 'root'")) == "root|Y")
            #expect(text(client.run("SHOW COLLATION LIKE 'utf8mb4_bin'")) == "utf8mb4_bin|utf8mb4|46||Yes|1|PAD SPACE")
        }
    }
}
