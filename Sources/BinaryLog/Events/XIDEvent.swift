import Platform

/// Xid (16): commits the transaction; ends its group.
public struct XIDEvent: EventBody, Hashable {
    /// A number of no meaning outside the server that wrote it.
    public var xid: UInt64

    public init(xid: UInt64) {
        self.xid = xid
    }

    public var type: EventType { .xid }

    public func encode(into writer: inout ByteWriter) {
        writer.write(xid)
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        xid = try reader.readUInt64()
    }
}
