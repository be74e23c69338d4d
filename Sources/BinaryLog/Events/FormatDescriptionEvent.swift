import Platform

/// Format_description (15): the first event of each file and of each dump; says how the others are laid out.
public struct FormatDescriptionEvent: EventBody, Hashable {
    /// The binlog format's version, 4 since MySQL 5.0.
    public var binaryLogVersion: UInt16
    /// The version of the server that wrote the file; at most 49 bytes are kept.
    public var serverVersion: String
    /// Seconds since 1970 in the first file that a server opens after its start, otherwise 0.
    public var created: UInt32
    /// Bytes of the fixed part of each type's body, from type 1 on.
    public var postHeaderLengths: [UInt8]
    public var checksum: ChecksumAlgorithm

    private static let serverVersionSize = 50
    /// What MySQL 9 announces for its 42 types.
    public static let standardPostHeaderLengths: [UInt8] = [
        0, 13, 0, 8, 0, 0, 0, 0, 4, 0, 4, 0, 0, 0, 98, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2, 0, 0, 0, 10,
        10, 10, 42, 42, 0,
        18, 52, 0, 10, 40, 0, 0,
    ]

    public init(serverVersion: String, created: UInt32 = 0, checksum: ChecksumAlgorithm = .crc32) {
        binaryLogVersion = 4
        self.serverVersion = serverVersion
        self.created = created
        postHeaderLengths = FormatDescriptionEvent.standardPostHeaderLengths
        self.checksum = checksum
    }

    public var type: EventType { .formatDescription }

    public func encode(into writer: inout ByteWriter) {
        writer.write(binaryLogVersion)
        let version = serverVersion.utf8.prefix(FormatDescriptionEvent.serverVersionSize - 1)
        writer.write(version)
        writer.write(zeros: FormatDescriptionEvent.serverVersionSize - version.count)
        writer.write(created)
        writer.write(UInt8(EventHeader.size))
        writer.write(postHeaderLengths)
        writer.write(checksum.rawValue)
    }

    /// Reads the body. The event's own 4-byte checksum, which is there whatever the algorithm, must have been taken off.
    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        binaryLogVersion = try reader.readUInt16()
        guard binaryLogVersion == 4 else {
            throw MalformedBytes("a binlog of version \(binaryLogVersion)")
        }
        let version = try reader.readBytes(FormatDescriptionEvent.serverVersionSize)
        serverVersion = String(decoding: version.prefix { $0 != 0 }, as: UTF8.self)
        created = try reader.readUInt32()
        let headerSize = try reader.readUInt8()
        guard headerSize == EventHeader.size else {
            throw MalformedBytes("binlog event headers of \(headerSize) bytes")
        }
        guard reader.remaining >= 1 else {
            throw MalformedBytes("a Format_description event without its checksum code")
        }
        postHeaderLengths = Array(try reader.readBytes(reader.remaining - 1))
        let code = try reader.readUInt8()
        guard let algorithm = ChecksumAlgorithm(rawValue: code) else {
            throw MalformedBytes("the checksum algorithm \(code)")
        }
        checksum = algorithm
    }
}
