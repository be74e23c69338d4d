import CSQLite
import Glibc
import MySQLParser
import MySQLProtocol
import Testing

@testable import SQLBinder
@testable import SQLEngine
@testable import Storage

/// MySQL's text in; SQLite's text and the way that SQLite goes, out: what `binder-golden.txt` says of each statement.
///
/// The file's statements that end in `;` on a line of their own begin a case; `=` lines are SQLite's text, `|` lines its plan,
/// `!` an error. `GROUPLITE_WRITE_GOLDEN=1 swift test --filter BinderGolden` writes the answers anew, to be read as a diff.
@Suite struct BinderGoldenTests {
    private static let path = #filePath.replacing("BinderGoldenTests.swift", with: "binder-golden.txt")

    @Test func everyStatementIsBoundAsWritten() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let session = try node.client().session
        let client = TestClient(session)
        let written = try Self.read(Self.path)
        var answered = ""
        var isSetUp = false
        for line in written.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("=") || line.hasPrefix("|") || line.hasPrefix("!") { continue }
            answered += line + "\n"
            guard !line.hasPrefix("#"), line.hasSuffix(";") else { continue }
            let statement = String(line.dropLast())
            if !isSetUp {
                _ = client.run("CREATE DATABASE golden")
                _ = client.run("USE golden")
                isSetUp = true
            }
            if statement.hasPrefix("CREATE ") || statement.hasPrefix("SET ") {
                if case .error(let code, _, let message) = client.run(statement) { answered += "! \(code) \(message)\n" }
                continue
            }
            answered += Self.answer(statement, session)
        }
        if answered.hasSuffix("\n\n") { answered.removeLast() }
        answered = answered.replacing(/# SQLite [0-9.]+\n/, with: Self.version + "\n")
        if getenv("GROUPLITE_WRITE_GOLDEN") != nil { return try Self.write(Self.path, answered) }
        // Another release of SQLite may go another way, with the same rows.
        let isSameLibrary = written.contains(Self.version)
        let (was, now) = (Self.lines(written, withPlans: isSameLibrary), Self.lines(answered, withPlans: isSameLibrary))
        #expect(was.count == now.count)
        for (old, new) in zip(was, now) { #expect(new == old) }
    }

    private static let version = "# SQLite \(String(cString: sqlite3_libversion()))"

    private static func lines(_ text: String, withPlans: Bool) -> [Substring] {
        text.split(separator: "\n").filter { !$0.hasPrefix("# SQLite ") && (withPlans || !$0.hasPrefix("|")) }
    }

    private static func answer(_ text: String, _ session: Session) -> String {
        do {
            let parsed = try StatementParsing.statement(
                Array(text.utf8), from: 0, mode: session.settings.parserMode, allowsMultiple: false)
            session.beginStatement(keepsDiagnostics: false)
            let traits = StatementTraits(parsed.statement)
            let parameters = [StatementParameter](
                repeating: .value(.integer(1), .init(.bigInt)), count: parsed.parameterCount)
            guard let plan = try session.makePlan(parsed.statement, traits, parameters) else { return "! no plan\n" }
            let sql: String
            switch plan.kind {
            case .select(let select): sql = select.sql
            case .change(let change): sql = change.sql
            case .insert(let insert, _, _): sql = insert.query ?? "no query"
            }
            return "= \(sql)\n" + (try way(sql, session))
        } catch {
            let refusal = session.sqlError(error)
            return "! \(refusal.code) \(refusal.message)\n"
        }
    }

    /// SQLite's plan, indented as it is nested.
    private static func way(_ sql: String, _ session: Session) throws -> String {
        guard sql != "no query" else { return "" }
        let statement = try session.storage.prepare("EXPLAIN QUERY PLAN " + sql)
        defer { session.storage.release(statement) }
        var depths: [Int64: Int] = [:]
        var text = ""
        while try session.storage.step(statement) {
            let depth = (depths[statement.integer(1)] ?? -1) + 1
            depths[statement.integer(0)] = depth
            text += "| " + String(repeating: "  ", count: depth) + statement.text(3) + "\n"
        }
        return text
    }

    private static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw SQLError(.fileNotFound, path, 2, "") }
        defer { fclose(file) }
        var text: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF { text.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func write(_ path: String, _ text: String) throws {
        guard let file = fopen(path, "w") else { throw SQLError(.fileNotFound, path, 2, "") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
