import CSQLite
import Glibc

/// A value in place: in a ``RowBuffer``, or in a row of SQLite's. Valid as long as what it points into.
public enum ValueView {
    case null
    case integer(Int64)
    case real(Double)
    case text(UnsafeRawBufferPointer)
    case blob(UnsafeRawBufferPointer)

    init(_ value: OpaquePointer) {
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: self = .real(sqlite3_value_double(value))
        // As a BLOB: asking for text would append a zero byte, and copy the value for it.
        case SQLITE_TEXT: self = .text(Self.bytes(value))
        case SQLITE_BLOB: self = .blob(Self.bytes(value))
        default: self = .null
        }
    }

    private static func bytes(_ value: OpaquePointer) -> UnsafeRawBufferPointer {
        let base = sqlite3_value_blob(value)
        return UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : Int(sqlite3_value_bytes(value)))
    }

    /// A column of a statement's current row.
    public init(_ statement: Statement, _ column: Int) {
        switch statement.columnType(column) {
        case SQLITE_INTEGER: self = .integer(statement.integer(column))
        case SQLITE_FLOAT: self = .real(statement.real(column))
        case SQLITE_TEXT: self = .text(statement.bytes(column))
        case SQLITE_BLOB: self = .blob(statement.bytes(column))
        default: self = .null
        }
    }

    /// A copy that owns its bytes.
    public var stored: StoredValue {
        switch self {
        case .null: .null
        case .integer(let integer): .integer(integer)
        case .real(let real): .real(real)
        case .text(let bytes): .text(Array(bytes))
        case .blob(let bytes): .blob(Array(bytes))
        }
    }
}

/// Row images one after the other in one growing block of memory, without an allocation per row or value. An image is
/// each column's value in order: a tag, then its 8 bytes, or its 4 bytes of length and its bytes.
final class RowBuffer {
    private var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    private(set) var count = 0

    private static let initialCapacityBytes = 4096

    private enum Tag {
        static let null: UInt8 = 0
        static let integer: UInt8 = 1
        static let real: UInt8 = 2
        static let text: UInt8 = 3
        static let blob: UInt8 = 4
    }

    init() {
        capacity = Self.initialCapacityBytes
        base = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit {
        base.deallocate()
    }

    /// Stands for one that was used up.
    // Safe: nobody writes into it.
    nonisolated(unsafe) static let empty = RowBuffer()

    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Replaces the content by bytes that this class gave out.
    func fill(_ bytes: [UInt8]) {
        count = 0
        reserve(bytes.count)
        bytes.withUnsafeBytes { base.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count) }
        count = bytes.count
    }

    func truncate(to count: Int) {
        self.count = min(self.count, count)
    }

    /// Empties the buffer and gives back what a large transaction made it grow to.
    func removeAll() {
        count = 0
        if capacity > 64 * Self.initialCapacityBytes {
            base.deallocate()
            capacity = Self.initialCapacityBytes
            base = .allocate(byteCount: capacity, alignment: 8)
        }
    }

    func append(_ value: ValueView) {
        switch value {
        case .null:
            reserve(1)
            put(Tag.null)
        case .integer(let integer):
            reserve(9)
            put(Tag.integer)
            put(word: UInt64(bitPattern: integer))
        case .real(let real):
            reserve(9)
            put(Tag.real)
            put(word: real.bitPattern)
        case .text(let bytes): append(Tag.text, bytes)
        case .blob(let bytes): append(Tag.blob, bytes)
        }
    }

    func append(_ value: StoredValue) {
        switch value {
        case .null: append(ValueView.null)
        case .integer(let integer): append(ValueView.integer(integer))
        case .real(let real): append(ValueView.real(real))
        case .text(let bytes): bytes.withUnsafeBytes { append(Tag.text, $0) }
        case .blob(let bytes): bytes.withUnsafeBytes { append(Tag.blob, $0) }
        }
    }

    private func append(_ tag: UInt8, _ bytes: UnsafeRawBufferPointer) {
        // SQLite's limit of a value's length is below 2^31.
        reserve(5 + bytes.count)
        put(tag)
        (base + count).storeBytes(of: UInt32(truncatingIfNeeded: bytes.count), as: UInt32.self)
        count += 4
        if let source = bytes.baseAddress { (base + count).copyMemory(from: source, byteCount: bytes.count) }
        count += bytes.count
    }

    /// The value at `offset`; moves it to the next one.
    func read(_ offset: inout Int) -> ValueView {
        let tag = base.load(fromByteOffset: offset, as: UInt8.self)
        offset += 1
        switch tag {
        case Tag.integer:
            defer { offset += 8 }
            return .integer(Int64(bitPattern: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        case Tag.real:
            defer { offset += 8 }
            return .real(Double(bitPattern: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        case Tag.text: return .text(bytes(&offset))
        case Tag.blob: return .blob(bytes(&offset))
        default: return .null
        }
    }

    private func bytes(_ offset: inout Int) -> UnsafeRawBufferPointer {
        let length = Int(base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        defer { offset += 4 + length }
        return UnsafeRawBufferPointer(start: base + offset + 4, count: length)
    }

    /// The value of one column of the image that starts at `image`.
    func value(_ image: Int, _ column: Int) -> ValueView {
        var offset = image
        for _ in 0..<column { skip(&offset) }
        return read(&offset)
    }

    private func skip(_ offset: inout Int) {
        switch base.load(fromByteOffset: offset, as: UInt8.self) {
        case Tag.null: offset += 1
        case Tag.integer, Tag.real: offset += 9
        default: offset += 5 + Int(base.loadUnaligned(fromByteOffset: offset + 1, as: UInt32.self))
        }
    }

    /// Whether two stretches hold the same bytes.
    func areEqual(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
        UnsafeRawBufferPointer(start: base + first.lowerBound, count: first.count)
            .elementsEqual(UnsafeRawBufferPointer(start: base + second.lowerBound, count: second.count))
    }

    @inline(__always)
    private func put(_ tag: UInt8) {
        base.storeBytes(of: tag, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    @inline(__always)
    private func put(word: UInt64) {
        base.storeBytes(of: word, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    private func reserve(_ bytes: Int) {
        guard count + bytes > capacity else { return }
        capacity = max(capacity * 2, count + bytes)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
    }
}
