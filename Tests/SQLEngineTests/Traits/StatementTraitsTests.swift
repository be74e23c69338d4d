import MySQLParser
import MySQLProtocol
import Testing

@testable import SQLEngine
@testable import SQLBinder

/// The table of statement kinds says what MySQL does.
@Suite struct StatementTraitsTests {
    @Test func theFactsAreThere() {
        #expect(StatementFact.all.count > 200)
    }

    @Test(arguments: StatementFact.all) func traitsAreMySQLs(fact: StatementFact) throws {
        let traits = try StatementTraits(fact.statement)
        #expect(traits.kind?.rawValue ?? "-" == fact.counter)
        #expect(traits.isPreparable == (fact.prepare != "1295"))
        switch traits.transaction {
        case .commits: #expect(fact.endsTransaction)
        // COMMIT and ROLLBACK end it as what they are.
        case .keeps, .refusedInside: #expect(!fact.endsTransaction || ["commit", "rollback"].contains(fact.counter))
        }
        // A change of rows is refused once its tables are known: after the privileges, so not in what was recorded.
        if traits.change != .rows { #expect(traits.isRefusedInReadOnlyTransaction == (fact.readOnlySession == "1792")) }
        if fact.readOnlyServer == "1290" {
            if case .refused = traits.readOnlyServer {} else { Issue.record("1290 without privileges") }
        }
        if fact.globalReadLock == "1223" {
            #expect(traits.isRefusedUnderGlobalReadLock)
        } else if fact.globalReadLock == "ok" {
            #expect(!traits.isRefusedUnderGlobalReadLock)
        }
        switch traits.tableLocks {
        case .refused, .needsSystemTable: #expect(fact.tableLocks != "ok")
        case .allowed, .byTables: #expect(fact.tableLocks != "1192")
        }
        #expect(code(traits.programs, inFunction: false) == fact.procedure || fact.procedure == "1064")
        #expect(code(traits.programs, inFunction: true) == fact.function || fact.function == "1064")
        switch traits.binaryLog {
        case .rows: #expect(["rows", "-"].contains(fact.binaryLog))
        // CREATE TABLE ... SELECT is logged as both.
        case .text: #expect(["text", "-"].contains(fact.binaryLog) || fact.sql.contains("SELECT"))
        case .nothing: #expect(["none", "-"].contains(fact.binaryLog))
        }
    }

    private func code(_ rule: StatementTraits.ProgramRule, inFunction: Bool) -> String {
        switch rule {
        case .everywhere: "ok"
        case .notInFunctions(let refusal): inFunction ? code(refusal) : "ok"
        case .nowhere(let refusal): code(refusal)
        }
    }

    private func code(_ refusal: StatementTraits.ProgramRefusal) -> String {
        switch refusal {
        case .returnsRows: "1415"
        case .commits: "1422"
        case .setsAutocommit: "1445"
        case .statement: "1336"
        case .badStatement: "1314"
        case .creates: "1303"
        case .alters: "1357"
        case .createsEvent: "1576"
        case .unsupported: "1235"
        }
    }
}

/// An account with USAGE alone, whatever it says.
@Suite(.serialized) struct WithoutPrivilegesTests {
    private func text(_ answer: TestClient.Answer) -> String {
        switch answer {
        case .ok, .rows: "ok"
        case .error(let code, _, let message): "\(code) \(message)"
        }
    }

    /// A fresh session for each statement.
    private func answers() throws -> [(StatementFact, StatementTraits, String)] {
        let node = try EngineNode()
        defer { node.remove() }
        let root = try node.client()
        for sql in [
            "CREATE DATABASE pipe_db", "CREATE TABLE pipe_db.t (a INT PRIMARY KEY, b INT)",
            "CREATE VIEW pipe_db.v0 AS SELECT 1 AS x", "CREATE USER pipe_u IDENTIFIED BY 'x'", "CREATE USER pipe_o", "CREATE ROLE pipe_r",
        ] { #expect(text(root.run(sql)) == "ok", "\(sql)") }
        return try StatementFact.all.map { fact in
            (fact, try StatementTraits(fact.statement), text(try node.client("pipe_u", "%").run(fact.sql)))
        }
    }

    /// No kind that steers the server or changes accounts or definitions gets by (C2: UNINSTALL PLUGIN did), and each
    /// that needs a privilege of its own says so in MySQL's words.
    @Test func nothingIsSteeredOrChangedAndTheErrorsAreMySQLs() throws {
        for (fact, traits, answer) in try answers() {
            if !traits.privileges.isEmpty, fact.withoutPrivileges != "ok", !Self.otherwise.contains(fact.sql) {
                #expect(answer == fact.withoutPrivileges, "\(fact.sql)")
            }
            // What EXPLAIN, CHECK TABLE and its kin need of tables is their plan's.
            if case .tableMaintenance = try fact.statement { continue }
            if fact.withoutPrivileges != "ok", !fact.sql.hasPrefix("EXPLAIN") { #expect(answer != "ok", "\(fact.sql)") }
        }
    }

    /// MySQL looks for the object first, or for another error.
    private static let otherwise: Set<String> = [
        "START REPLICA FOR CHANNEL 'pipe'", "STOP REPLICA FOR CHANNEL 'pipe'",
    ]
}
