import Glibc
import Testing

@testable import SQLEngine

/// Runs case files of statements against a session and writes what was answered, for comparison by a script:
/// `GROUPLITE_CASES=dir GROUPLITE_CASES_OUT=dir swift test --filter caseFiles`.
@Suite(.serialized) struct CaseRunner {
    @Test(.enabled(if: getenv("GROUPLITE_CASES") != nil)) func caseFiles() throws {
        guard let list = getenv("GROUPLITE_CASES"), let out = getenv("GROUPLITE_CASES_OUT") else { return }
        let node = try EngineNode()
        defer { node.remove() }
        for path in String(cString: list).split(separator: ",").map(String.init) {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            try run(path, to: String(cString: out) + "/" + name + ".out", node)
        }
    }

    private func run(_ path: String, to outPath: String, _ node: EngineNode) throws {
        guard let file = fopen(path, "r"), let out = fopen(outPath, "w") else { return }
        defer {
            fclose(file)
            fclose(out)
        }
        var client = try node.client()
        var buffer = [CChar](repeating: 0, count: 1 << 20)
        // Lines: tab-separated index, hex of the statement.
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let line = text.split(separator: "\n").first.map(String.init) ?? ""
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            var bytes: [UInt8] = []
            var digits = Array(parts[1].utf8)[...]
            while digits.count >= 2 {
                bytes.append(UInt8(String(decoding: digits.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                digits = digits.dropFirst(2)
            }
            let answer = client.run(bytes)
            fputs("\(parts[0])\t\(json(answer))\n", out)
            fflush(out)
            if client.session.wantsToDisconnect { client = try node.client() }
        }
    }

    private func quote(_ text: String?) -> String {
        guard let text else { return "null" }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case let scalar where scalar.value < 32 || scalar.value == 127:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private func json(_ answer: TestClient.Answer) -> String {
        switch answer {
        case .ok(let affected, let insertID, let warnings, _):
            return "{\"k\":\"ok\",\"a\":\(affected),\"i\":\(insertID),\"w\":\(warnings)}"
        case .error(let code, let state, let message):
            return "{\"k\":\"err\",\"e\":\(code),\"s\":\(quote(state)),\"m\":\(quote(message))}"
        case .rows(let columns, let rows):
            let heads = columns.map {
                "[\(quote($0.name)),\($0.type),\($0.flags),\($0.decimals),\($0.collation)]"
            }
            let body = rows.map { "[" + $0.map(quote).joined(separator: ",") + "]" }
            return "{\"k\":\"rs\",\"c\":[\(heads.joined(separator: ","))],\"r\":[\(body.joined(separator: ","))]}"
        }
    }
}
