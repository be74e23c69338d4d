import Foundation
import MySQLProtocol
import MySQLTypes
import Testing

@testable import SQLEngine

/// Compares queries without tables with a real MySQL's recorded answers: `GROUPLITE_EXPRESSION_CASES=dir GROUPLITE_REPORT=file`.
@Suite struct ConformanceReport {
    static let cases = ProcessInfo.processInfo.environment["GROUPLITE_EXPRESSION_CASES"]

    private static func code(_ type: MySQLType) -> Int {
        switch type.kind {
        case .null: 6
        case .tinyInt: 1
        case .smallInt: 2
        case .mediumInt: 9
        case .int: 3
        case .bigInt: 8
        case .decimal: 246
        case .float: 4
        case .double: 5
        case .bit: 16
        case .year: 13
        case .date: 10
        case .time: 11
        case .dateTime: 12
        case .timestamp: 7
        case .char, .binary, .enumeration, .set: 254
        case .varChar, .varBinary: 253
        case .tinyText, .text, .tinyBlob, .blob: 252
        case .mediumText, .mediumBlob: 250
        case .longText, .longBlob: 251
        case .json: 245
        case .geometry: 255
        }
    }

    @Test(.enabled(if: cases != nil)) func report() throws {
        guard let directory = Self.cases else { return }
        var output = ""
        var agree = 0
        var total = 0
        var flagsAgree = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        where file.hasSuffix(".expected.json") {
            let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + file))
            guard let cases = try JSONSerialization.jsonObject(with: data) as? [[Any]] else { continue }
            let evaluator = ExpressionEvaluator()
            for item in cases {
                guard item.count == 3, let sql = item[1] as? String, let expected = item[2] as? [String: Any] else {
                    continue
                }
                let upper = sql.uppercased()
                guard upper.hasPrefix("SELECT") || upper.hasPrefix("VALUES") else {
                    if upper.hasPrefix("USE ") { evaluator.context.currentDatabase = String(sql.dropFirst(4)) }
                    continue
                }
                if upper.contains("@@") || upper.contains(" T ") && upper.contains("FROM") { continue }
                var problem: String?
                do {
                    let answer = try evaluator.run(sql)
                    if expected["k"] as? String != "rs" {
                        problem =
                            "expected \(expected["e"] ?? expected["k"] ?? "") \(expected["m"] ?? ""), got \(answer.rows.first ?? [])"
                    } else {
                        let columns = expected["c"] as? [[Any]] ?? []
                        let codes = columns.map { $0[1] as? Int ?? -1 }
                        let ours = answer.columns.map { Self.code($0.type) }
                        let rows = (expected["r"] as? [[Any]] ?? []).map { $0.map { $0 as? String } }
                        if rows != answer.rows {
                            problem = "rows"
                            for (row, our) in zip(rows, answer.rows) {
                                for (a, b) in zip(row, our) where a != b {
                                    if let a, let b, let x = Double(a), let y = Double(b),
                                        abs(x - y) <= 1e-9 * max(abs(x), abs(y))
                                    {
                                        continue
                                    }
                                    problem? += "\n      want \(a ?? "NULL") got \(b ?? "NULL")"
                                }
                            }
                            if rows.count == answer.rows.count, problem == "rows" { problem = nil }
                        }
                        if problem == nil && codes != ours {
                            problem = "types"
                            for (index, pair) in zip(codes, ours).enumerated() where pair.0 != pair.1 {
                                problem? += "\n      column \(index): want \(pair.0) got \(pair.1)"
                            }
                        }
                        if problem == nil {
                            let want = (expected["wc"] as? [Int] ?? []).sorted()
                            let got = answer.warnings.map { Int($0.code) }.sorted()
                            if want != got {
                                output +=
                                    "\(file) WARNINGS \(sql)\n      want \(want) got \(got) \(answer.warnings.map(\.message))\n"
                            } else {
                                flagsAgree += 1
                            }
                            let decimals = columns.map { $0[3] as? Int ?? -1 }
                            let ourDecimals = answer.columns.map {
                                $0.type.isString || $0.type.kind == .json ? 31 : $0.type.decimals
                            }
                            if decimals != ourDecimals {
                                output += "\(file) DECIMALS \(sql)\n      want \(decimals)\n      got  \(ourDecimals)\n"
                            }
                            let sets = columns.map { $0[4] as? Int ?? -1 }
                            let ourSets = answer.columns.map {
                                $0.type.isNonBinaryString || $0.type.kind == .json ? 255 : 63
                            }
                            if sets != ourSets {
                                output += "\(file) CHARSETS \(sql)\n      want \(sets)\n      got  \(ourSets)\n"
                            }
                        }
                    }
                } catch {
                    if error.code == 1146 { continue }
                    if expected["k"] as? String == "err" {
                        if expected["e"] as? Int != Int(error.code) {
                            problem = "want \(expected["e"] ?? "") \(expected["m"] ?? ""), got \(error)"
                        } else if expected["m"] as? String != error.message {
                            output +=
                                "\(file) MESSAGE \(sql)\n      want \(expected["m"] ?? "")\n      got  \(error.message)\n"
                        }
                    } else {
                        problem = "got \(error)"
                    }
                }
                total += 1
                if let problem { output += "\(file) \(sql)\n    \(problem)\n" } else { agree += 1 }
            }
        }
        output += "agree \(agree)/\(total), warnings too \(flagsAgree)\n"
        try output.write(
            toFile: ProcessInfo.processInfo.environment["GROUPLITE_REPORT"] ?? "/tmp/report.txt", atomically: true,
            encoding: .utf8)
    }
}
