import Platform

/// What one type of event holds after the common header. Decoders throw on malformed bytes and never trap.
public protocol EventBody: Sendable {
    /// The code written into the header.
    var type: EventType { get }
    /// Flags that every event of this type bears.
    var defaultFlags: EventHeader.Flags { get }
    /// Writes everything after the header except the checksum.
    func encode(into writer: inout ByteWriter)
}

extension EventBody {
    public var defaultFlags: EventHeader.Flags { [] }
}

/// An event as it stands in a file or on the wire: header, body and checksum, undecoded.
public struct RawEvent: Sendable {
    public var header: EventHeader
    /// The whole event, header and checksum included.
    public var bytes: ArraySlice<UInt8>
    /// Bytes of the checksum at the end, 0 or 4.
    public var checksumSize: Int

    /// Everything between the header and the checksum.
    public var body: ArraySlice<UInt8> { bytes.dropFirst(EventHeader.size).dropLast(checksumSize) }

    /// Splits one event off `reader`, verifying length and (unless told not to) checksum.
    public init(
        decoding reader: inout ByteReader, checksum: ChecksumAlgorithm, verifies: Bool = true
    ) throws(MalformedBytes) {
        var peek = reader
        header = try EventHeader(decoding: &peek)
        guard Int(header.length) >= EventHeader.size + checksum.size else {
            throw MalformedBytes("a binlog event of \(header.length) bytes, too short for its checksum")
        }
        bytes = try reader.readBytes(Int(header.length))
        checksumSize = checksum.size
        if verifies && checksum == .crc32 { try verifyChecksum() }
    }

    /// An event whose parts are known to be good.
    init(header: EventHeader, bytes: ArraySlice<UInt8>, checksumSize: Int) {
        self.header = header
        self.bytes = bytes
        self.checksumSize = checksumSize
    }

    func verifyChecksum() throws(MalformedBytes) {
        let matches = bytes.withUnsafeBytes { buffer in
            let split = buffer.count - 4
            let stored = UInt32(
                littleEndian: buffer.loadUnaligned(fromByteOffset: split, as: UInt32.self))
            return crc32(of: UnsafeRawBufferPointer(rebasing: buffer[..<split])) == stored
        }
        guard matches else {
            throw MalformedBytes("a binlog event (\(header.type.name)) with a wrong checksum")
        }
    }

    /// Reads the body according to the type.
    public func decode() throws(MalformedBytes) -> BinaryLogEvent {
        try BinaryLogEvent(type: header.type, body: body)
    }
}

/// An event's decoded body: the closed set of types that this server reads.
public enum BinaryLogEvent: Sendable {
    case query(QueryEvent)
    case stop
    case rotate(RotateEvent)
    case intvar(IntvarEvent)
    case formatDescription(FormatDescriptionEvent)
    case xid(XIDEvent)
    case tableMap(TableMapEvent)
    case heartbeat(HeartbeatEvent)
    case rowsQuery(RowsQueryEvent)
    case rows(RowsEvent)
    case gtid(GTIDEvent)
    case previousGTIDs(PreviousGTIDsEvent)
    case transactionContext(TransactionContextEvent)
    case viewChange(ViewChangeEvent)
    /// A type that this server does not read; its body as it is.
    case other(EventType, ArraySlice<UInt8>)

    /// Reads a body (without header and checksum) of the given type.
    public init(type: EventType, body: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = ByteReader(body)
        switch type {
        case .query: self = .query(try QueryEvent(decoding: &reader))
        case .stop: self = .stop
        case .rotate: self = .rotate(try RotateEvent(decoding: &reader))
        case .intvar: self = .intvar(try IntvarEvent(decoding: &reader))
        case .formatDescription:
            self = .formatDescription(try FormatDescriptionEvent(decoding: &reader))
        case .xid: self = .xid(try XIDEvent(decoding: &reader))
        case .tableMap: self = .tableMap(try TableMapEvent(decoding: &reader))
        case .heartbeat, .heartbeatV2:
            self = .heartbeat(try HeartbeatEvent(decoding: &reader, type: type))
        case .rowsQuery: self = .rowsQuery(try RowsQueryEvent(decoding: &reader))
        case .writeRows, .updateRows, .deleteRows:
            self = .rows(try RowsEvent(decoding: &reader, type: type))
        case .gtid, .anonymousGTID: self = .gtid(try GTIDEvent(decoding: &reader, type: type))
        case .gtidTagged: self = .gtid(try GTIDEvent(decodingTagged: &reader))
        case .previousGTIDs: self = .previousGTIDs(try PreviousGTIDsEvent(decoding: &reader))
        case .transactionContext:
            self = .transactionContext(try TransactionContextEvent(decoding: &reader))
        case .viewChange: self = .viewChange(try ViewChangeEvent(decoding: &reader))
        default: self = .other(type, body)
        }
    }
}
