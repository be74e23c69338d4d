import Platform

/// Gtid (33), Anonymous_gtid (34) and, decode only, Gtid_tagged (42): begins a transaction's group of events.
public struct GTIDEvent: EventBody, Hashable {
    /// Nil in an anonymous one.
    public var gtid: GTID?
    /// Whether the group may hold statements (a Query event other than BEGIN), as DDL does.
    public var mayHaveStatements: Bool
    /// The group may be applied once all groups of this file up to this sequence number are.
    public var lastCommitted: Int64
    /// The group's place in its file, from 1.
    public var sequenceNumber: Int64
    /// Microseconds since 1970 when this server committed the transaction.
    public var immediateCommitTimestamp: UInt64
    /// The same on the server where it came into being.
    public var originalCommitTimestamp: UInt64
    /// Bytes of the whole group, this event included.
    public var transactionLength: UInt64
    /// 90704 for 9.7.4; of the server that wrote this file. 0 means unknown.
    public var immediateServerVersion: UInt32
    public var originalServerVersion: UInt32

    private static let timestampFlag: UInt64 = 1 << 55
    private static let versionFlag: UInt32 = 1 << 31
    private static let unknownServerVersion: UInt32 = 999_999
    private static let logicalTimestampCode: UInt8 = 2

    public init(
        gtid: GTID?, mayHaveStatements: Bool, lastCommitted: Int64, sequenceNumber: Int64,
        immediateCommitTimestamp: UInt64, originalCommitTimestamp: UInt64,
        transactionLength: UInt64 = 0,
        immediateServerVersion: UInt32, originalServerVersion: UInt32
    ) {
        self.gtid = gtid
        self.mayHaveStatements = mayHaveStatements
        self.lastCommitted = lastCommitted
        self.sequenceNumber = sequenceNumber
        self.immediateCommitTimestamp = immediateCommitTimestamp
        self.originalCommitTimestamp = originalCommitTimestamp
        self.transactionLength = transactionLength
        self.immediateServerVersion = immediateServerVersion
        self.originalServerVersion = originalServerVersion
    }

    public var type: EventType { gtid == nil ? .anonymousGTID : .gtid }

    /// Bytes of the whole event, header and checksum included, once ``transactionLength`` has been set.
    func encodedSize(checksum: ChecksumAlgorithm) -> Int {
        sizeWithoutTransactionLength(checksum: checksum)
            + GTIDEvent.lengthEncodedSize(transactionLength)
    }

    /// Sets ``transactionLength`` to this event's own bytes plus `bodyLength`. Its own size depends on the value's width,
    /// so the narrowest width that holds the sum is looked for.
    mutating func setTransactionLength(bodyLength: UInt64, checksum: ChecksumAlgorithm) {
        let base = UInt64(sizeWithoutTransactionLength(checksum: checksum)) + bodyLength
        for width in [1, 3, 4, 9] as [UInt64] where GTIDEvent.lengthEncodedSize(base + width) <= width {
            transactionLength = base + width
            return
        }
    }

    private func sizeWithoutTransactionLength(checksum: ChecksumAlgorithm) -> Int {
        EventHeader.size + 42 + (immediateCommitTimestamp == originalCommitTimestamp ? 7 : 14)
            + (immediateServerVersion == originalServerVersion ? 4 : 8) + checksum.size
    }

    private static func lengthEncodedSize(_ value: UInt64) -> Int {
        switch value {
        case ..<251: 1
        case ..<0x1_0000: 3
        case ..<0x100_0000: 4
        default: 9
        }
    }

    public func encode(into writer: inout ByteWriter) {
        writer.write(UInt8(mayHaveStatements ? 1 : 0))
        writer.writeBigEndian(gtid?.source.high ?? 0, width: 8)
        writer.writeBigEndian(gtid?.source.low ?? 0, width: 8)
        writer.write(gtid?.number ?? 0)
        writer.write(GTIDEvent.logicalTimestampCode)
        writer.write(lastCommitted)
        writer.write(sequenceNumber)
        let mask = GTIDEvent.timestampFlag - 1
        let hasOriginal = immediateCommitTimestamp != originalCommitTimestamp
        writer.write(
            immediateCommitTimestamp & mask | (hasOriginal ? GTIDEvent.timestampFlag : 0), width: 7)
        if hasOriginal { writer.write(originalCommitTimestamp & mask, width: 7) }
        writer.write(lengthEncoded: transactionLength)
        let immediate = immediateServerVersion & ~GTIDEvent.versionFlag
        if immediateServerVersion == originalServerVersion {
            writer.write(immediate)
        } else {
            writer.write(immediate | GTIDEvent.versionFlag)
            writer.write(originalServerVersion & ~GTIDEvent.versionFlag)
        }
    }

    public init(decoding reader: inout ByteReader, type: EventType) throws(MalformedBytes) {
        mayHaveStatements = try reader.readUInt8() & 1 != 0
        let source = UUID(
            high: try reader.readBigEndianUInt(width: 8), low: try reader.readBigEndianUInt(width: 8))
        let number = try reader.readInt64()
        if type == .gtid {
            guard number >= 1 && number <= GTID.maximumNumber else {
                throw MalformedBytes("the GTID number \(number)")
            }
            gtid = GTID(source: source, number: number)
        } else {
            gtid = nil
        }
        lastCommitted = 0
        sequenceNumber = 0
        immediateCommitTimestamp = 0
        originalCommitTimestamp = 0
        transactionLength = 0
        immediateServerVersion = GTIDEvent.unknownServerVersion
        originalServerVersion = GTIDEvent.unknownServerVersion
        // MySQL 5.6 ends here, 5.7 after the logical timestamps, 8.0 adds the rest.
        guard !reader.isAtEnd, try reader.readUInt8() == GTIDEvent.logicalTimestampCode else { return }
        lastCommitted = try reader.readInt64()
        sequenceNumber = try reader.readInt64()
        guard reader.remaining >= 7 else { return }
        let immediate = try reader.readUInt(width: 7)
        immediateCommitTimestamp = immediate & (GTIDEvent.timestampFlag - 1)
        originalCommitTimestamp =
            immediate & GTIDEvent.timestampFlag != 0
            ? try reader.readUInt(width: 7) : immediateCommitTimestamp
        guard !reader.isAtEnd else { return }
        transactionLength = try reader.readLengthEncodedInteger()
        guard reader.remaining >= 4 else { return }
        let version = try reader.readUInt32()
        immediateServerVersion = version & ~GTIDEvent.versionFlag
        originalServerVersion =
            version & GTIDEvent.versionFlag != 0 ? try reader.readUInt32() : immediateServerVersion
    }
}
