import Platform

/// View_change (37): the members' list changed here. Stands in a group of its own between BEGIN and COMMIT.
public struct ViewChangeEvent: EventBody, Hashable {
    /// `random:counter`, at most 39 bytes.
    public var viewID: String
    public var sequenceNumber: UInt64
    /// Certification information for a joining member, by item; empty in ours (a joiner needs none).
    public var certificationInfo: [CertificationEntry]

    /// One entry: a write-set item and the encoded GTID set of its last writer's snapshot.
    public struct CertificationEntry: Hashable, Sendable {
        public var item: [UInt8]
        public var snapshot: [UInt8]

        public init(item: [UInt8], snapshot: [UInt8]) {
            self.item = item
            self.snapshot = snapshot
        }
    }

    private static let viewIDSize = 40

    public init(
        viewID: String, sequenceNumber: UInt64 = 0, certificationInfo: [CertificationEntry] = []
    ) {
        self.viewID = viewID
        self.sequenceNumber = sequenceNumber
        self.certificationInfo = certificationInfo
    }

    public var type: EventType { .viewChange }
    public var defaultFlags: EventHeader.Flags { .ignorable }

    public func encode(into writer: inout ByteWriter) {
        let id = viewID.utf8.prefix(ViewChangeEvent.viewIDSize - 1)
        writer.write(id)
        writer.write(zeros: ViewChangeEvent.viewIDSize - id.count)
        writer.write(sequenceNumber)
        writer.write(UInt32(certificationInfo.count))
        for entry in certificationInfo {
            writer.write(UInt16(entry.item.count))
            writer.write(entry.item)
            writer.write(UInt32(entry.snapshot.count))
            writer.write(entry.snapshot)
        }
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        viewID = String(
            decoding: try reader.readBytes(ViewChangeEvent.viewIDSize).prefix { $0 != 0 }, as: UTF8.self)
        sequenceNumber = try reader.readUInt64()
        let count = try reader.readUInt32()
        guard Int(count) <= reader.remaining / 6 else {
            throw MalformedBytes("\(count) certification entries in \(reader.remaining) bytes")
        }
        certificationInfo = []
        for _ in 0..<count {
            let item = try reader.readBytes(Int(try reader.readUInt16()))
            let snapshot = try reader.readBytes(Int(try reader.readUInt32()))
            certificationInfo.append(CertificationEntry(item: Array(item), snapshot: Array(snapshot)))
        }
    }
}
