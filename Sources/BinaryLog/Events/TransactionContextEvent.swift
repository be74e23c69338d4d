import Platform

/// Transaction_context (36): what MySQL's members broadcast before a transaction's events. Read only: our own group
/// messages are laid out otherwise.
public struct TransactionContextEvent: Hashable, Sendable {
    public var serverUUID: String
    public var threadID: UInt32
    public var isGTIDSpecified: Bool
    public var snapshot: GTIDSet
    public var writeSet: [[UInt8]]
    public var readSet: [[UInt8]]

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let uuidLength = Int(try reader.readUInt8())
        threadID = try reader.readUInt32()
        isGTIDSpecified = try reader.readUInt8() != 0
        let snapshotLength = try reader.readUInt32()
        let writeCount = try reader.readUInt32()
        let readCount = try reader.readUInt32()
        serverUUID = String(decoding: try reader.readBytes(uuidLength), as: UTF8.self)
        snapshot = try GTIDSet(encoded: try reader.readBytes(Int(snapshotLength)))
        writeSet = try TransactionContextEvent.readItems(writeCount, from: &reader)
        readSet = try TransactionContextEvent.readItems(readCount, from: &reader)
    }

    private static func readItems(_ count: UInt32, from reader: inout ByteReader)
        throws(MalformedBytes) -> [[UInt8]]
    {
        guard Int(count) <= reader.remaining / 2 else {
            throw MalformedBytes("\(count) write-set items in \(reader.remaining) bytes")
        }
        var items: [[UInt8]] = []
        for _ in 0..<count {
            items.append(Array(try reader.readBytes(Int(try reader.readUInt16()))))
        }
        return items
    }
}
