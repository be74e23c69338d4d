import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes
import Synchronization

/// One call of a SQLite function: its arguments and where its result goes.
package struct SQLiteCall {
    package let sqlite: OpaquePointer
    package let values: UnsafeMutablePointer<OpaquePointer?>
    package let count: Int
    // Safe: the function's box holds the context, and SQLite holds the box as long as it may call the function.
    package unowned(unsafe) let context: ExpressionContext

    // MARK: Arguments

    @inline(__always)
    package func isNull(_ index: Int) -> Bool { sqlite3_value_type(values[index]) == SQLITE_NULL }

    /// Whether one of the arguments is NULL.
    @inline(__always)
    package var hasNull: Bool {
        for index in 0..<count where isNull(index) { return true }
        return false
    }

    @inline(__always)
    package func int64(_ index: Int) -> Int64 { sqlite3_value_int64(values[index]) }

    /// For small constants: lengths, flags.
    @inline(__always)
    package func int(_ index: Int) -> Int { Int(sqlite3_value_int64(values[index])) }

    @inline(__always)
    package func real(_ index: Int) -> Double { sqlite3_value_double(values[index]) }

    @inline(__always)
    package func isBlob(_ index: Int) -> Bool { sqlite3_value_type(values[index]) == SQLITE_BLOB }

    @inline(__always)
    package func isText(_ index: Int) -> Bool { sqlite3_value_type(values[index]) == SQLITE_TEXT }

    /// An integer carrier: INTEGER, or 8 bytes of BLOB.
    package func wide(_ index: Int) -> Int128 {
        if sqlite3_value_type(values[index]) == SQLITE_BLOB {
            return Int128(unsignedBlob(index))
        }
        return Int128(sqlite3_value_int64(values[index]))
    }

    /// The 64 bits of an integer carrier.
    package func bits(_ index: Int) -> UInt64 {
        if sqlite3_value_type(values[index]) == SQLITE_BLOB { return unsignedBlob(index) }
        return UInt64(bitPattern: sqlite3_value_int64(values[index]))
    }

    private func unsignedBlob(_ index: Int) -> UInt64 {
        var value: UInt64 = 0
        for byte in bytes(index).suffix(8) { value = value << 8 | UInt64(byte) }
        return value
    }

    /// TEXT or BLOB bytes; of a number its text. Valid until the function returns.
    package func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let value = values[index]
        if sqlite3_value_type(value) == SQLITE_BLOB {
            guard let pointer = sqlite3_value_blob(value) else { return UnsafeBufferPointer(start: nil, count: 0) }
            return UnsafeBufferPointer(
                start: pointer.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_value_bytes(value)))
        }
        guard let pointer = sqlite3_value_text(value) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: pointer, count: Int(sqlite3_value_bytes(value)))
    }

    package func string(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

    package func decimal(_ index: Int) -> Decimal {
        switch sqlite3_value_type(values[index]) {
        case SQLITE_INTEGER: Decimal(sqlite3_value_int64(values[index]))
        case SQLITE_BLOB: Decimal(unsignedBlob(index))
        case SQLITE_FLOAT: Decimal(sqlite3_value_double(values[index]))
        default: Decimal.parse(bytes(index)).value
        }
    }

    /// Any value, copied.
    package func literal(_ index: Int) -> LiteralValue {
        switch sqlite3_value_type(values[index]) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(int64(index))
        case SQLITE_FLOAT: .real(real(index))
        case SQLITE_TEXT: .text(Array(bytes(index)))
        default: .blob(Array(bytes(index)))
        }
    }

    /// A DATE or DATETIME carrier.
    package func dateTime(_ index: Int) -> DateTime? { DateTime(carrier: bytes(index)) }

    /// Handles a long text piece by piece, at most 64 KiB of whole characters each, and counts that work: false when the
    /// statement must end.
    package func inPieces(
        of bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) -> Bool {
        var start = 0
        while start < bytes.count {
            var end = min(start + ExpressionContext.workBetweenLooks, bytes.count)
            // Not within a character, unless there is no beginning of one near.
            var back = 0
            while end < bytes.count, back < 4, bytes[end] & 0xC0 == 0x80 {
                end -= 1
                back += 1
            }
            if end <= start { end = min(start + ExpressionContext.workBetweenLooks, bytes.count) }
            body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
            if context.tick(end - start) { return false }
            start = end
        }
        return true
    }

    // MARK: Results

    @inline(__always)
    package func returnNull() { sqlite3_result_null(sqlite) }

    @inline(__always)
    package func `return`(_ value: Int64) { sqlite3_result_int64(sqlite, value) }

    @inline(__always)
    package func `return`(_ value: Int) { sqlite3_result_int64(sqlite, Int64(value)) }

    @inline(__always)
    package func `return`(_ value: Bool) { sqlite3_result_int64(sqlite, value ? 1 : 0) }

    @inline(__always)
    package func `return`(_ value: Double) { sqlite3_result_double(sqlite, value) }

    package func `return`(unsigned value: UInt64) {
        if value <= UInt64(Int64.max) {
            sqlite3_result_int64(sqlite, Int64(value))
        } else {
            withUnsafeBytes(of: value.bigEndian) {
                sqlite3_result_blob(sqlite, $0.baseAddress, 8, grouplite_sqlite_transient())
            }
        }
    }

    /// NULL when the value is no BIGINT or BIGINT UNSIGNED.
    package func `return`(wide value: Int128) {
        if let signed = Int64(exactly: value) {
            `return`(signed)
        } else if let unsigned = UInt64(exactly: value) {
            `return`(unsigned: unsigned)
        } else {
            returnNull()
        }
    }

    package func `return`(text: UnsafeBufferPointer<UInt8>) {
        guard let base = text.baseAddress, text.count > 0 else {
            sqlite3_result_text(sqlite, "", 0, grouplite_sqlite_transient())
            return
        }
        context.checkMemory(for: text.count)
        base.withMemoryRebound(to: CChar.self, capacity: text.count) {
            sqlite3_result_text64(sqlite, $0, UInt64(text.count), grouplite_sqlite_transient(), UInt8(SQLITE_UTF8))
        }
    }

    package func `return`(text: [UInt8]) { text.withUnsafeBufferPointer { `return`(text: $0) } }

    package func `return`(text: String) {
        var text = text
        text.withUTF8 { `return`(text: $0) }
    }

    package func `return`(blob: UnsafeBufferPointer<UInt8>) {
        if blob.isEmpty {
            sqlite3_result_zeroblob(sqlite, 0)
        } else {
            context.checkMemory(for: blob.count)
            sqlite3_result_blob64(sqlite, blob.baseAddress, UInt64(blob.count), grouplite_sqlite_transient())
        }
    }

    package func `return`(blob: [UInt8]) { blob.withUnsafeBufferPointer { `return`(blob: $0) } }

    /// TEXT, or BLOB when `isBinary`.
    package func `return`(_ bytes: UnsafeBufferPointer<UInt8>, isBinary: Bool) {
        if isBinary { `return`(blob: bytes) } else { `return`(text: bytes) }
    }

    package func `return`(_ bytes: [UInt8], isBinary: Bool) {
        bytes.withUnsafeBufferPointer { `return`($0, isBinary: isBinary) }
    }

    package func `return`(_ value: Decimal) { value.withText { `return`(text: $0) } }

    /// One of the arguments, unchanged.
    package func `return`(argument index: Int) { sqlite3_result_value(sqlite, values[index]) }

    /// Whether a result of this size exceeds `max_allowed_packet`: NULL with warning 1301. Asked before it is built.
    package func isTooLong(_ bytes: Int, _ function: String) -> Bool { exceeds(context.maxAllowedPacket, bytes, function) }

    /// The same for functions that MySQL does not bound (HEX, JSON_QUOTE, ...): nested, each would double the last one's
    /// result. What one call makes of an allowed value is allowed.
    package func isFarTooLong(_ bytes: Int, _ function: String) -> Bool {
        exceeds(2 * context.maxAllowedPacket + 64, bytes, function)
    }

    /// A document's text; NULL with warning 1301 where it would exceed `max_allowed_packet`.
    package func `return`(json value: JSONValue, _ function: String) {
        guard let text = value.text(limit: context.maxAllowedPacket) else {
            _ = isTooLong(.max, function)
            return returnNull()
        }
        `return`(text: text)
    }

    private func exceeds(_ limit: Int, _ bytes: Int, _ function: String) -> Bool {
        guard bytes > limit else { return false }
        context.warn(SQLError(.warnAllowedPacketOverflowed, function, String(context.maxAllowedPacket)))
        return true
    }

    package init(
        sqlite: OpaquePointer, values: UnsafeMutablePointer<OpaquePointer?>, count: Int, context: ExpressionContext
    ) {
        self.sqlite = sqlite
        self.values = values
        self.count = count
        self.context = context
    }
}

/// What is registered: the session's context and the Swift code of one function.
package final class FunctionBox {
    package typealias Body = (SQLiteCall) throws(SQLError) -> Void
    // Safe: `owned` is the same object. Calls read this one, which counts no references.
    package unowned(unsafe) let context: ExpressionContext
    private let owned: ExpressionContext
    package let body: Body

    package init(_ context: ExpressionContext, _ body: @escaping Body) {
        self.context = context
        owned = context
        self.body = body
    }
}

/// Puts functions on a connection.
package final class FunctionRegistrar {
    package let connection: OpaquePointer
    package let context: ExpressionContext

    /// Code of no function of MySQL's whose value is another at each call: user variables, the count of rows, and what gathers
    /// arguments, which SQLite must not keep for later.
    private static let unrepeatableSupport: Set<String> = ["m_uservar", "m_setvar", "m_next_row", "m_pack", "m_spread"]

    /// Whether SQLite may take one value for equal arguments: the function's entry says so.
    package static func isRepeatable(_ code: String) -> Bool {
        !unrepeatableSupport.contains(code) && !FunctionCatalog.shared.unrepeatableCode.contains(code)
    }

    /// What the entries say of a code. Every connection registers the same codes in the same order: they are looked up once.
    private struct Properties {
        let code: String
        let isUnbounded: Bool
        let isRepeatable: Bool
    }

    private static let remembered = Mutex<[Properties]>([])
    private let known: [Properties]
    private var learned: [Properties] = []
    private var place = 0

    package init(connection: OpaquePointer, context: ExpressionContext) {
        self.connection = connection
        self.context = context
        known = Self.remembered.withLock { $0 }
    }

    private func properties(of code: String) -> Properties {
        defer { place += 1 }
        if place < known.count, known[place].code == code { return known[place] }
        let properties = Properties(
            code: code, isUnbounded: FunctionCatalog.shared.unboundedCode.contains(code) || code == "m_key",
            isRepeatable: Self.isRepeatable(code))
        learned.append(properties)
        return properties
    }

    /// All functions are registered: what was looked up is kept for the next connection.
    package func finish() {
        guard known.isEmpty else { return }
        Self.remembered.withLock { $0 = learned }
    }

    /// A scalar function of any number of arguments.
    package func add(_ name: String, _ body: @escaping FunctionBox.Body) {
        let known = properties(of: name)
        if known.isUnbounded { context.functionBodies[name] = body }
        let box = Unmanaged.passRetained(FunctionBox(context, body))
        let flags = SQLITE_UTF8 | (known.isRepeatable ? SQLITE_DETERMINISTIC : 0)
        sqlite3_create_function_v2(
            connection, name, -1, flags, box.toOpaque(),
            { sqlite, count, values in
                guard let sqlite, let data = sqlite3_user_data(sqlite) else { return }
                let box = Unmanaged<FunctionBox>.fromOpaque(data).takeUnretainedValue()
                guard let values = values ?? FunctionRegistrar.noValues else { return }
                let call = SQLiteCall(sqlite: sqlite, values: values, count: Int(count), context: box.context)
                box.context.countCall(values, Int(count))
                do throws(SQLError) {
                    try box.body(call)
                    if box.context.isStopping { sqlite3_result_error(sqlite, "interrupted", -1) }
                } catch {
                    if box.context.pendingError == nil { box.context.pendingError = error }
                    sqlite3_result_error(sqlite, error.message, -1)
                }
            }, nil, nil, { if let data = $0 { Unmanaged<FunctionBox>.fromOpaque(data).release() } })
    }

    // Safe: a place of no values, never written to.
    nonisolated(unsafe) private static let noValues: UnsafeMutablePointer<OpaquePointer?>? = {
        let pointer = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)
        pointer.initialize(to: nil)
        return pointer
    }()

    /// A function that is NULL when an argument is.
    package func strict(_ name: String, _ body: @escaping FunctionBox.Body) {
        add(name) { call throws(SQLError) in
            if call.hasNull { call.returnNull() } else { try body(call) }
        }
    }
}
