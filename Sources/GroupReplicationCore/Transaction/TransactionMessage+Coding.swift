import GTIDs
import GroupCommunicationCore
import Primitives

/// Layout: body, read set, write set, specified GTID (24 bytes or none), fixed trailer. All integers little-endian. The body
/// comes first and the lengths last, so that the receiver uses the body in place.
extension TransactionMessage {
    /// Timestamp, snapshot, ticket 8 each; origin 16; server id, thread id, write and read set counts 4 each; flags,
    /// format version, message kind 1 each.
    private static let trailerSize = 59
    private static let formatVersion: UInt8 = 1
    private static let gtidSize = 24

    /// No message may be larger: a payload of the communication layer has at most a gibibyte, its envelope included.
    public static let maximumEncodedBytes = 1 << 30 - 1 << 10

    /// Bytes that travel.
    package var encodedSize: Int {
        var size = body.count + (writeSet.count + readSet.count) * 8 + TransactionMessage.trailerSize
        if case .specified = gtid { size += TransactionMessage.gtidSize }
        return size
    }

    /// The payload to submit: one allocation, one copy of the body.
    package func encoded(ticket: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: encodedSize)
        body.withUnsafeBytes { writer.write($0) }
        readSet.withUnsafeBytes { writer.write($0) }
        writeSet.withUnsafeBytes { writer.write($0) }
        var flags = kind.rawValue | consistency.rawValue << 2
        if case .specified(let gtid) = gtid {
            flags |= 0x20
            writer.write(gtid.source)
            writer.write(gtid.number)
        }
        writer.write(originalCommitTimestamp)
        writer.write(snapshot.rawValue)
        writer.write(ticket)
        writer.write(origin)
        writer.write(serverID)
        writer.write(threadID)
        writer.write(UInt32(writeSet.count))
        writer.write(UInt32(readSet.count))
        writer.write(flags)
        writer.write(TransactionMessage.formatVersion)
        writer.write(GroupMessage.Kind.transaction.rawValue)
        return writer.take()
    }

    /// Reads a payload whose last byte says that it is a transaction. Every count is checked against the bytes there.
    package init(decoding payload: [UInt8]) throws(MalformedBytes) {
        guard payload.count >= TransactionMessage.trailerSize else { throw MalformedBytes("a short transaction") }
        var end = payload.count - TransactionMessage.trailerSize
        var trailer = ByteReader(payload[end...])
        let timestamp = try trailer.readUInt64()
        let snapshot = LogPosition(rawValue: try trailer.readUInt64())
        let ticket = try trailer.readUInt64()
        let origin = try trailer.readUUID()
        let serverID = try trailer.readUInt32()
        let threadID = try trailer.readUInt32()
        let writeCount = Int(try trailer.readUInt32())
        let readCount = Int(try trailer.readUInt32())
        let flags = try trailer.readUInt8()
        guard try trailer.readUInt8() == TransactionMessage.formatVersion, let kind = Kind(rawValue: flags & 3),
            let consistency = ConsistencyLevel(rawValue: flags >> 2 & 7), flags & 0xC0 == 0
        else { throw MalformedBytes("a transaction in an unknown format") }
        var gtid = GTIDRequest.automatic
        if flags & 0x20 != 0 {
            end -= TransactionMessage.gtidSize
            guard end >= 0 else { throw MalformedBytes("a short transaction") }
            var reader = ByteReader(payload[end..<end + TransactionMessage.gtidSize])
            let source = try reader.readUUID()
            let number = try reader.readInt64()
            guard number >= 1 && number <= GTID.maximumNumber else { throw MalformedBytes("GTID number \(number)") }
            gtid = .specified(GTID(source: source, number: number))
        }
        guard writeCount <= end / 8 else { throw MalformedBytes("\(writeCount) write-set items") }
        end -= writeCount * 8
        let writeSet = try TransactionMessage.hashes(payload[end..<end + writeCount * 8])
        guard readCount <= end / 8 else { throw MalformedBytes("\(readCount) read-set items") }
        end -= readCount * 8
        let readSet = try TransactionMessage.hashes(payload[end..<end + readCount * 8])
        self.init(
            kind: kind, consistency: consistency, origin: origin, serverID: serverID, threadID: threadID,
            snapshot: snapshot, gtid: gtid, originalCommitTimestamp: timestamp, writeSet: writeSet, readSet: readSet,
            body: [])
        self.ticket = ticket
        body = payload[..<end]
    }

    private static func hashes(_ bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> [UInt64] {
        let count = bytes.count / 8
        return [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withUnsafeBytes { source in
                for index in 0..<count {
                    buffer[index] = UInt64(
                        littleEndian: source.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
                }
            }
            initialized = count
        }
    }
}
