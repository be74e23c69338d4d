import MySQLParser
import Testing

@testable import SQLEngine
@testable import SQLBinder

/// What the binder notes of a statement's needs: `SELECT t`, `SELECT t.a`, in a view `as definer: ...`.
@Suite(.serialized) struct RequiredPrivilegesTests {
    private static let ground = [
        "CREATE USER x@h", "CREATE DATABASE d", "GRANT SELECT ON d.* TO x@h",
        "CREATE TABLE d.t (id INT PRIMARY KEY, a INT, b INT)", "CREATE TABLE d.u (id INT PRIMARY KEY, c INT)",
        "CREATE DEFINER = x@h VIEW d.v AS SELECT id, a FROM d.t WHERE b > 0",
        "CREATE SQL SECURITY INVOKER VIEW d.i AS SELECT id FROM d.v",
    ]

    private func needs(_ required: RequiredPrivileges) -> [String] {
        func who(_ table: Int) -> String {
            let context = required.contexts[required.tables[table].context]
            return context.definer.map { "as \($0.user): " } ?? ""
        }
        let tables = required.tables.enumerated().map { place, table in
            let suffices = table.access.suffices.isEmpty ? "" : " or " + table.access.suffices.names.joined(separator: "/")
            let lock = table.isLocked ? ", locked" : ""
            return who(place) + table.access.needed.names.joined(separator: "+") + suffices + " " + table.name + lock
        }
        let columns = required.columns.map { column in
            let star = column.isWildcard ? " (*)" : ""
            return who(column.table) + column.privilege.names.joined(separator: "/") + " \(required.tables[column.table].name).\(column.name)\(star)"
        }
        return tables + columns
    }

    private func check(_ statement: String, _ wanted: [String], at location: SourceLocation = #_sourceLocation) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for line in Self.ground { _ = client.run(Array(line.utf8)) }
        let parsed = try StatementParsing.statement(Array(statement.utf8), from: 0, mode: [], allowsMultiple: false)
        let required: RequiredPrivileges
        switch parsed.statement {
        case .query(let query): required = try client.session.bindQuery(query, []).required
        case .insert(let insert): required = try client.session.bindInsert(insert, []).0.required
        case .update(let update): required = try client.session.bindChange(update, []).required
        case .delete(let delete): required = try client.session.bindChange(delete, []).required
        default: throw SQLErrorInTest()
        }
        #expect(needs(required) == wanted, sourceLocation: location)
    }

    private struct SQLErrorInTest: Error {}

    @Test func aQueryNeedsItsTablesAndTheColumnsThatItNames() throws {
        try check("SELECT COUNT(*) FROM d.t", ["SELECT t"])
        try check("SELECT a FROM d.t WHERE b = 1 ORDER BY id", ["SELECT t", "SELECT t.a", "SELECT t.b", "SELECT t.id"])
        try check("SELECT * FROM d.u", ["SELECT u", "SELECT u.id (*)", "SELECT u.c (*)"])
        try check("SELECT 1 FROM d.t JOIN d.u USING (id)", ["SELECT t", "SELECT u", "SELECT t.id", "SELECT u.id"])
        try check("SELECT (SELECT c FROM d.u LIMIT 1)", ["SELECT u", "SELECT u.c"])
        try check("SELECT EXISTS (SELECT * FROM d.u)", ["SELECT u"])
        try check("SELECT a FROM d.t FOR UPDATE", ["SELECT t, locked", "SELECT t.a"])
    }

    @Test func ofADerivedTableThatIsMergedOnlyTheColumnsThatAreUsed() throws {
        try check("SELECT a FROM (SELECT a, b FROM d.t) x", ["SELECT t", "SELECT t.a"])
        try check("WITH x AS (SELECT a, b FROM d.t) SELECT 1 FROM x", ["SELECT t"])
        try check("SELECT a FROM (SELECT DISTINCT a, b FROM d.t) x", ["SELECT t", "SELECT t.a", "SELECT t.b"])
    }

    @Test func aViewIsReadAsItsDefiner() throws {
        try check(
            "SELECT id FROM d.v",
            ["SELECT v", "as x: SELECT t", "as x: SELECT t.b", "SELECT v.id", "as x: SELECT t.id"])
        try check(
            "SELECT id FROM d.i",
            ["SELECT i", "SELECT v", "as x: SELECT t", "as x: SELECT t.b", "SELECT i.id", "SELECT v.id", "as x: SELECT t.id"])
    }

    @Test func aChangeNeedsWhatItWritesAndWhatItReads() throws {
        try check("UPDATE d.t SET a = 1", ["UPDATE t", "UPDATE t.a"])
        try check("UPDATE d.t SET a = b WHERE id = 1", ["UPDATE t", "SELECT t.id", "UPDATE t.a", "SELECT t.b"])
        try check("DELETE FROM d.t WHERE a = 1", ["DELETE t", "SELECT t.a"])
        try check(
            "UPDATE d.v SET a = 1",
            ["UPDATE v", "as x: UPDATE t", "as x: SELECT t.b", "UPDATE v.a", "as x: UPDATE t.a"])
        try check("INSERT INTO d.u (id) VALUES (1)", ["INSERT u", "INSERT u.id"])
        try check("REPLACE INTO d.u VALUES (1, 2)", ["INSERT+DELETE u", "INSERT u.id (*)", "INSERT u.c (*)"])
        try check(
            "INSERT INTO d.u (id) VALUES (1) ON DUPLICATE KEY UPDATE c = VALUES(id)",
            ["INSERT+UPDATE u", "INSERT u.id", "UPDATE u.c", "SELECT u.id"])
        try check("INSERT INTO d.u (id, c) VALUES (1, id)", ["INSERT u", "INSERT u.id", "INSERT u.c", "SELECT u.id"])
    }
}
