import Platform

/// Previous_gtids (35): the second event of each file, every GTID of the files before it and every purged one.
public struct PreviousGTIDsEvent: EventBody, Hashable {
    public var gtids: GTIDSet

    public init(gtids: GTIDSet) {
        self.gtids = gtids
    }

    public var type: EventType { .previousGTIDs }
    public var defaultFlags: EventHeader.Flags { .ignorable }

    public func encode(into writer: inout ByteWriter) {
        gtids.encode(into: &writer)
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        gtids = try GTIDSet(decoding: &reader)
    }
}
