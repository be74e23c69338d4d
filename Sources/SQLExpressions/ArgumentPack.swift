import CSQLite
import MySQLProtocol

/// Arguments of a call that has more of them than SQLite takes (127): `m_spread('m_concat', m_pack(...), m_pack(...))`. A pack is
/// passed on as a pointer, which SQLite hides from everything but the function that it is an argument of; packs may hold packs.
package final class ArgumentPack {
    /// With more arguments a call is spread. Some calls put one or two of their own before these.
    package static let directArguments = 100
    private static let kind: StaticString = "grouplite-pack"

    private var values: [OpaquePointer?] = []

    private init(_ call: SQLiteCall) {
        values = Self.flattened(call, from: 0) { sqlite3_value_dup($0) }
    }

    deinit {
        for value in values { sqlite3_value_free(value) }
    }

    private static func pack(_ value: OpaquePointer?) -> ArgumentPack? {
        let pointer = kind.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { sqlite3_value_pointer(value, $0.baseAddress) }
        }
        return pointer.map { Unmanaged<ArgumentPack>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func flattened(
        _ call: SQLiteCall, from first: Int, copy: (OpaquePointer?) -> OpaquePointer?
    ) -> [OpaquePointer?] {
        var result: [OpaquePointer?] = []
        for index in first..<max(first, call.count) {
            let value = call.values[index]
            if let pack = pack(value) { result += pack.values.map(copy) } else { result.append(copy(value)) }
        }
        return result
    }

    /// `m_pack(...)`
    package static func gather(_ call: SQLiteCall) {
        let pack = Unmanaged.passRetained(ArgumentPack(call)).toOpaque()
        kind.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { name in
                sqlite3_result_pointer(call.sqlite, pack, name.baseAddress) {
                    if let data = $0 { Unmanaged<ArgumentPack>.fromOpaque(data).release() }
                }
            }
        }
    }

    /// `m_spread(name, ...)`: calls what is registered under the name with all arguments.
    package static func spread(_ call: SQLiteCall) throws(SQLError) {
        guard call.count > 0, let body = call.context.functionBodies[call.string(0)] else {
            throw SQLError(.notSupportedYet, "a call with so many arguments")
        }
        var values = flattened(call, from: 1) { $0 }
        let count = values.count
        var failure: SQLError?
        values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(SQLError) {
                try body(SQLiteCall(sqlite: call.sqlite, values: base, count: count, context: call.context))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
