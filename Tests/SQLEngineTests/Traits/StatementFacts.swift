import Glibc
import MySQLParser
import Testing

@testable import SQLEngine
@testable import SQLBinder

/// What MySQL 9.7 answered to a statement of each kind (`statement-facts.tsv`, one line each).
struct StatementFact: Sendable, CustomTestStringConvertible {
    var sql: String
    /// The `Com_` counter that it raised; `-` for none.
    var counter: String
    /// The answer to an account with USAGE alone.
    var withoutPrivileges: String
    /// Of PREPARE by root.
    var prepare: String
    /// An open transaction was ended.
    var endsTransaction: Bool
    /// With `transaction_read_only`, and with `super_read_only`, as that account.
    var readOnlySession: String
    var readOnlyServer: String
    /// As root after FLUSH TABLES WITH READ LOCK, and under LOCK TABLES.
    var globalReadLock: String
    var tableLocks: String
    /// Of CREATE PROCEDURE and CREATE FUNCTION with it as body.
    var procedure: String
    var function: String
    /// What the binary log had of it: rows, text, none; `-` when root failed too.
    var binaryLog: String

    var testDescription: String { sql }

    static let all: [StatementFact] = {
        let directory = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard let file = fopen(directory + "/statement-facts.tsv", "r") else { return [] }
        defer { fclose(file) }
        var facts: [StatementFact] = []
        var buffer = [CChar](repeating: 0, count: 4096)
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 12 else { continue }
            facts.append(
                StatementFact(
                    sql: cells[0], counter: cells[1], withoutPrivileges: cells[2], prepare: cells[3],
                    endsTransaction: cells[4] == "ended", readOnlySession: cells[5], readOnlyServer: cells[6],
                    globalReadLock: cells[7], tableLocks: cells[8], procedure: cells[9], function: cells[10],
                    binaryLog: cells[11]))
        }
        return facts
    }()

    var statement: MySQLParser.Statement {
        get throws {
            try StatementParsing.statement(Array(sql.utf8), from: 0, mode: [], allowsMultiple: false).statement
        }
    }
}
