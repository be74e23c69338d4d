/// What a peer sent was shorter than it announced, or malformed.
public struct MalformedBytes: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// A cursor over bytes from outside: each read checks its bounds and throws, none traps.
public struct ByteReader: Sendable {
    @usableFromInline let bytes: ArraySlice<UInt8>
    /// The index, in the array that the slice came from, of the next byte to read.
    public private(set) var position: Int

    @inlinable
    public init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    public var remaining: Int { bytes.endIndex - position }
    public var isAtEnd: Bool { position == bytes.endIndex }

    @inline(__always)
    private mutating func advance(_ count: Int) throws(MalformedBytes) -> Int {
        guard count >= 0 && count <= bytes.endIndex - position else {
            throw MalformedBytes("\(count) bytes announced, \(remaining) left")
        }
        defer { position += count }
        return position
    }

    @inline(__always)
    private mutating func readInteger<T: FixedWidthInteger>() throws(MalformedBytes) -> T {
        let start = try advance(MemoryLayout<T>.size)
        return bytes.withUnsafeBytes { buffer in
            T(littleEndian: buffer.loadUnaligned(fromByteOffset: start - bytes.startIndex, as: T.self))
        }
    }

    public mutating func readUInt8() throws(MalformedBytes) -> UInt8 {
        bytes[try advance(1)]
    }

    public mutating func readUInt16() throws(MalformedBytes) -> UInt16 { try readInteger() }
    public mutating func readUInt32() throws(MalformedBytes) -> UInt32 { try readInteger() }
    public mutating func readUInt64() throws(MalformedBytes) -> UInt64 { try readInteger() }
    public mutating func readInt64() throws(MalformedBytes) -> Int64 { try readInteger() }

    /// Reads `width` (1 to 8) bytes, low byte first.
    public mutating func readUInt(width: Int) throws(MalformedBytes) -> UInt64 {
        precondition(width >= 1 && width <= 8)
        let start = try advance(width)
        var result: UInt64 = 0
        for index in 0..<width {
            result |= UInt64(bytes[start + index]) << UInt64(8 * index)
        }
        return result
    }

    /// Reads `width` (1 to 8) bytes, high byte first.
    public mutating func readBigEndianUInt(width: Int) throws(MalformedBytes) -> UInt64 {
        precondition(width >= 1 && width <= 8)
        let start = try advance(width)
        var result: UInt64 = 0
        for index in 0..<width {
            result = result << 8 | UInt64(bytes[start + index])
        }
        return result
    }

    public mutating func readBytes(_ count: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
        let start = try advance(count)
        return bytes[start..<start + count]
    }

    public mutating func skip(_ count: Int) throws(MalformedBytes) {
        _ = try advance(count)
    }

    /// Everything that is left.
    public mutating func readRest() -> ArraySlice<UInt8> {
        defer { position = bytes.endIndex }
        return bytes[position...]
    }

    /// Bytes up to a NUL, which is read too.
    public mutating func readNulTerminated() throws(MalformedBytes) -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 0) else {
            throw MalformedBytes("a text without its closing NUL")
        }
        defer { position = end + 1 }
        return bytes[position..<end]
    }

    /// MySQL's length-encoded integer. 0xFB (NULL) and 0xFF are malformed here.
    public mutating func readLengthEncodedInteger() throws(MalformedBytes) -> UInt64 {
        switch try readUInt8() {
        case let first where first < 251: return UInt64(first)
        case 0xFC: return try readUInt(width: 2)
        case 0xFD: return try readUInt(width: 3)
        case 0xFE: return try readUInt(width: 8)
        case let first: throw MalformedBytes("a length-encoded integer that begins with \(first)")
        }
    }

    /// A length-encoded length and that many bytes.
    public mutating func readLengthEncodedBytes() throws(MalformedBytes) -> ArraySlice<UInt8> {
        let length = try readLengthEncodedInteger()
        guard length <= UInt64(remaining) else {
            throw MalformedBytes("\(length) bytes announced, \(remaining) left")
        }
        return try readBytes(Int(length))
    }
}
