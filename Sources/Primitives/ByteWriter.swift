/// A growing buffer of bytes with little-endian, MySQL-style writers. Keep one per session or thread and `removeAll()`
/// it between uses: its storage stays.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    @inlinable
    public init() {}

    public init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    @inlinable
    public var count: Int { bytes.count }

    /// What one large transaction needed does not stay with the writer.
    private static let keptCapacity = 4 << 20

    /// Empties the buffer and keeps its storage, up to 4 MiB.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= ByteWriter.keptCapacity)
    }

    /// Hands the bytes over and leaves the buffer empty, without storage.
    public mutating func take() -> [UInt8] {
        let result = bytes
        bytes = []
        return result
    }

    public mutating func truncate(to count: Int) {
        precondition(count <= bytes.count)
        bytes.removeLast(bytes.count - count)
    }

    public mutating func write(_ value: UInt8) {
        bytes.append(value)
    }

    @inline(__always)
    private mutating func writeInteger<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func write(_ value: UInt16) { writeInteger(value) }
    public mutating func write(_ value: UInt32) { writeInteger(value) }
    public mutating func write(_ value: UInt64) { writeInteger(value) }
    public mutating func write(_ value: Int64) { writeInteger(value) }

    /// Writes the low `width` bytes (1 to 8) of `value`, low byte first.
    public mutating func write(_ value: UInt64, width: Int) {
        precondition(width >= 1 && width <= 8)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0[0..<width]) }
    }

    /// Writes the low `width` bytes (1 to 8) of `value`, high byte first.
    public mutating func writeBigEndian(_ value: UInt64, width: Int) {
        precondition(width >= 1 && width <= 8)
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0[(8 - width)...]) }
    }

    public mutating func write(_ value: some Sequence<UInt8>) {
        bytes.append(contentsOf: value)
    }

    public mutating func write(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
    }

    public mutating func write(_ value: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: value)
    }

    public mutating func write(utf8 text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// The bytes of `text` and a NUL.
    public mutating func write(nulTerminated text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    public mutating func write(zeros count: Int) {
        bytes.append(contentsOf: repeatElement(0, count: count))
    }

    /// MySQL's length-encoded integer: 1, 3, 4 or 9 bytes.
    public mutating func write(lengthEncoded value: UInt64) {
        switch value {
        case ..<251:
            bytes.append(UInt8(value))
        case ..<0x1_0000:
            bytes.append(0xFC)
            write(value, width: 2)
        case ..<0x100_0000:
            bytes.append(0xFD)
            write(value, width: 3)
        default:
            bytes.append(0xFE)
            write(value, width: 8)
        }
    }

    /// A length-encoded length and the bytes.
    public mutating func write(lengthEncoded value: some Collection<UInt8>) {
        write(lengthEncoded: UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Overwrites `width` bytes at `offset`, low byte first: for lengths known only afterwards.
    public mutating func patch(_ value: UInt64, width: Int, at offset: Int) {
        precondition(width >= 1 && width <= 8 && offset >= 0 && offset + width <= bytes.count)
        for index in 0..<width {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }
}
