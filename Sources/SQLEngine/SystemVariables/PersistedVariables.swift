import Glibc
import MySQLProtocol
import Platform

/// `mysqld-auto.cnf`: what SET PERSIST and SET PERSIST_ONLY keep for the next start, as JSON in the data directory.
///
/// Safe: `entries` is guarded by `lock`.
public final class PersistedVariables: @unchecked Sendable {
    private static let maximumFileBytes = 16 << 20

    public let path: String
    private let lock = Lock()
    private var entries: [(name: String, value: String)] = []

    /// Reads the file where there is one. Throws ``MalformedBytes`` for a file that is no such JSON.
    public init(directory: String) throws(MalformedBytes) {
        path = directory + "/mysqld-auto.cnf"
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try File.contents(of: path, maximumBytes: PersistedVariables.maximumFileBytes)
        } catch {
            throw MalformedBytes(error.description)
        }
        guard let bytes else { return }
        entries = try PersistedVariables.parse(bytes)
    }

    /// In the order in which they were persisted.
    public var all: [(name: String, value: String)] { lock.withLock { entries } }

    /// Adds or replaces one, and writes the file safely: a new file, synchronised, renamed over the old.
    public func set(_ name: String, _ value: String) throws(SQLError) {
        try change { entries in
            entries.removeAll { $0.name == name }
            entries.append((name, value))
        }
    }

    /// Removes one; false when it was not there.
    public func remove(_ name: String) throws(SQLError) -> Bool {
        var found = false
        try change { entries in
            found = entries.contains { $0.name == name }
            entries.removeAll { $0.name == name }
        }
        return found
    }

    public func removeAll() throws(SQLError) {
        try change { $0 = [] }
    }

    private func change(_ body: (inout [(name: String, value: String)]) -> Void) throws(SQLError) {
        try lock.withLock { () throws(SQLError) in
            var changed = entries
            body(&changed)
            let text = "{\"Version\": 2, \"mysql_dynamic_variables\": {"
                + changed.map { "\(PersistedVariables.quote($0.name)): {\"Value\": \(PersistedVariables.quote($0.value))}" }
                .joined(separator: ", ") + "}}\n"
            do throws(FileError) {
                try File.replace(path, with: Array(text.utf8), .data)
            } catch {
                throw SQLError(.errorOnWrite, path, Int(error.errno), error.reason)
            }
            entries = changed
        }
    }

    private static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Reads the two levels of objects with string values that ``change(_:)`` writes.
    private static func parse(_ bytes: [UInt8]) throws(MalformedBytes) -> [(name: String, value: String)] {
        var strings: [String] = []
        var depth = 0
        var keyByDepth: [Int: String] = [:]
        var result: [(name: String, value: String)] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ":"): keyByDepth[depth] = strings.popLast()
            case UInt8(ascii: "\""):
                var text: [UInt8] = []
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
                        index += 1
                        switch bytes[index] {
                        case UInt8(ascii: "n"): text.append(10)
                        case UInt8(ascii: "t"): text.append(9)
                        case UInt8(ascii: "r"): text.append(13)
                        default: text.append(bytes[index])
                        }
                    } else {
                        text.append(bytes[index])
                    }
                    index += 1
                }
                guard index < bytes.count else { throw MalformedBytes("mysqld-auto.cnf: a text without its end") }
                let string = String(decoding: text, as: UTF8.self)
                if depth == 3, keyByDepth[3] == "Value", let name = keyByDepth[2] {
                    result.append((name, string))
                    keyByDepth[3] = nil
                } else {
                    strings.append(string)
                }
            default: break
            }
            index += 1
        }
        guard depth == 0 else { throw MalformedBytes("mysqld-auto.cnf: braces do not match") }
        return result
    }
}
