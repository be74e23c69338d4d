import Foundation
import MySQLParser
import Testing

/// A real server's recorded answers, where the working papers hold them: what it accepted must parse, what it refused with
/// error 1064 must fail with the same text, and result columns must get the same names.
@Suite struct ConformanceTests {
    static let folder = "/work/shared/conformance/cases"

    /// Accepted although MySQL 9.7 refuses them: MySQL 8 has them, and so do we.
    static let accepted: Set<String> = ["SHOW MASTER STATUS"]
    /// Refused by MySQL for what a variable holds.
    static let dynamic: Set<String> = ["PREPARE p4 FROM @undefined"]

    struct Case {
        var file: String
        var sql: String
        var errorCode: Int?
        var message: String
        var columns: [String]?
    }

    static func cases() throws -> [Case] {
        let manager = FileManager.default
        guard let files = try? manager.contentsOfDirectory(atPath: folder) else { return [] }
        var cases: [Case] = []
        for file in files.sorted() where file.hasSuffix(".expected.json") {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
            guard let list = try JSONSerialization.jsonObject(with: data) as? [[Any]] else { continue }
            for entry in list {
                // Lines of the runner itself are not SQL.
                if let sql = entry[1] as? String, sql.hasPrefix("-- ") { continue }
                guard entry.count >= 3, let sql = entry[1] as? String, let answer = entry[2] as? [String: Any] else { continue }
                let columns = (answer["c"] as? [[Any]])?.compactMap { $0.first as? String }
                cases.append(
                    Case(
                        file: file, sql: sql, errorCode: answer["e"] as? Int, message: answer["m"] as? String ?? "",
                        columns: columns))
            }
        }
        return cases
    }

    @Test func statementsAreAcceptedAndRefusedAsRecorded() throws {
        let cases = try Self.cases()
        guard !cases.isEmpty else { return }
        var agreeing = 0
        var differences: [String] = []
        var mode: ParserMode = []
        for item in cases {
            if item.sql.contains("sql_mode") {
                mode = item.sql.contains("ANSI_QUOTES") ? [.ansiQuotes] : []
                if item.sql.contains("PIPES_AS_CONCAT") { mode.insert(.pipesAsConcat) }
                if item.sql.contains("NO_BACKSLASH") { mode.insert(.noBackslashEscapes) }
            }
            if Self.accepted.contains(item.sql) || Self.dynamic.contains(item.sql) {
                agreeing += 1
                continue
            }
            var failure: ParseError?
            do throws(ParseError) {
                let parsed = try SQLParser.parse(item.sql, options: ParserOptions(mode: mode))
                if case .prepare(_, .text(let text)) = parsed.statement { _ = try SQLParser.parse(text) }
            } catch {
                failure = error
            }
            let isSyntaxError = item.errorCode == 1064
            if isSyntaxError, failure?.message == item.message {
                agreeing += 1
            } else if !isSyntaxError, failure == nil || Int(failure?.code ?? 0) == item.errorCode {
                agreeing += 1
            } else {
                differences.append("\(item.file): \(item.sql)\n   expected \(item.errorCode ?? 0) \(item.message)\n   got \(failure?.message ?? "ok")")
            }
        }
        print("conformance: \(agreeing) of \(cases.count) statements (\(agreeing * 1000 / cases.count)‰)")
        for difference in differences { print(difference) }
        #expect(differences.isEmpty)
    }

    @Test func resultColumnsAreNamedAsRecorded() throws {
        var count = 0
        var differences: [String] = []
        for item in try Self.cases() {
            guard let columns = item.columns, let parsed = try? SQLParser.parse(item.sql),
                case .query(let query) = parsed.statement, case .select(let block) = query.body
            else { continue }
            var names: [String] = []
            for selected in block.items {
                guard case .expression(_, _, let name) = selected else { break }
                names.append(name)
            }
            guard names.count == block.items.count else { continue }
            count += 1
            // Masked values, and names that information_schema's dictionary gives, are not the parser's.
            let isForeign = columns.contains { $0.contains("<masked>") } || item.sql.contains("information_schema")
            if names != columns, !isForeign { differences.append("\(item.sql)\n   expected \(columns)\n   got      \(names)") }
        }
        print("column names: \(count - differences.count) of \(count) queries")
        for difference in differences { print(difference) }
        #expect(differences.isEmpty)
    }
}
