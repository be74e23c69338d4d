import CZlib
import CZstd
import MySQLProtocol

/// How a client wants its packets: chosen in the handshake, in force after the login.
public enum CompressionAlgorithm: Hashable, Sendable {
    case zlib
    case zstd(level: Int32)

    /// As `protocol_compression_algorithms` and `Compression_algorithm` name it.
    public var name: String {
        switch self {
        case .zlib: "zlib"
        case .zstd: "zstd"
        }
    }

    public static let zstdLevels: ClosedRange<Int32> = 1...22
    public static let defaultZlibLevel: Int32 = 6

    public var level: Int32 {
        switch self {
        case .zlib: Self.defaultZlibLevel
        case .zstd(let level): level
        }
    }
}

/// The layer below packets: seven bytes of header (length, number, length before compression) and a zlib or zstd stream, or
/// bytes as they are (length before: 0) where compressing does not pay. Owned by the connection's thread.
struct PacketCompression {
    enum Failure: Error {
        case malformed
        case outOfOrder
    }

    static let headerByteCount = 7
    /// Fewer bytes are sent as they are.
    private static let leastBytes = 50
    /// What goes into one compressed packet at most: so much is held twice while it is sent.
    static let pieceBytesMax = 1 << 20

    let algorithm: CompressionAlgorithm
    /// The number of the next compressed packet.
    private var sequence: UInt8 = 0

    init(_ algorithm: CompressionAlgorithm) {
        self.algorithm = algorithm
    }

    // MARK: Receiving

    /// What a header announces: bytes that follow, and how many they become (0: they are as they are).
    struct Header {
        let length: Int
        let plainLength: Int
    }

    /// Takes a header. `isFirst`: a command begins, and with it the numbers.
    mutating func header(_ bytes: [UInt8], isFirst: Bool) throws(Failure) -> Header {
        if isFirst { sequence = 0 }
        guard bytes.count == Self.headerByteCount, bytes[3] == sequence else { throw .outOfOrder }
        sequence &+= 1
        func number(_ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]) << 16 }
        return Header(length: number(0), plainLength: number(4))
    }

    /// The bytes that a compressed packet holds.
    func expand(_ bytes: [UInt8], _ header: Header) throws(Failure) -> [UInt8] {
        guard header.plainLength > 0 else { return bytes }
        var isWhole = false
        let plain = [UInt8](unsafeUninitializedCapacity: header.plainLength) { target, count in
            switch algorithm {
            case .zlib:
                var length = UInt(header.plainLength)
                isWhole = uncompress(target.baseAddress, &length, bytes, UInt(bytes.count)) == Z_OK
                isWhole = isWhole && length == UInt(header.plainLength)
            case .zstd:
                isWhole = ZSTD_decompress(target.baseAddress, target.count, bytes, bytes.count) == header.plainLength
            }
            count = isWhole ? header.plainLength : 0
        }
        guard isWhole else { throw .malformed }
        return plain
    }

    // MARK: Sending

    /// The compressed packets for bytes that are to be sent.
    mutating func packets(for bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(min(bytes.count, Self.pieceBytesMax) + Self.headerByteCount)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Self.pieceBytesMax)
            append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), to: &output)
            start = end
        }
        return output
    }

    private mutating func append(_ piece: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        let compressed = piece.count < Self.leastBytes ? nil : compress(piece)
        let length = compressed?.count ?? piece.count
        let plainLength = compressed == nil ? 0 : piece.count
        func append(number: Int) {
            for byte in 0..<3 { output.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
        }
        append(number: length)
        output.append(sequence)
        append(number: plainLength)
        sequence &+= 1
        if let compressed { output += compressed } else { output.append(contentsOf: piece) }
    }

    /// Nil when it would not become less.
    private func compress(_ piece: UnsafeRawBufferPointer) -> [UInt8]? {
        let bound: Int
        switch algorithm {
        case .zlib: bound = Int(compressBound(UInt(piece.count)))
        case .zstd: bound = ZSTD_compressBound(piece.count)
        }
        var isDone = false
        let compressed = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            switch algorithm {
            case .zlib:
                var length = UInt(bound)
                let source = piece.assumingMemoryBound(to: UInt8.self).baseAddress
                isDone = compress2(target.baseAddress, &length, source, UInt(piece.count), algorithm.level) == Z_OK
                count = isDone ? Int(length) : 0
            case .zstd(let level):
                let length = ZSTD_compress(target.baseAddress, bound, piece.baseAddress, piece.count, level)
                isDone = ZSTD_isError(length) == 0
                count = isDone ? length : 0
            }
        }
        return isDone && compressed.count < piece.count ? compressed : nil
    }
}
