import Platform

/// Intvar (5): LAST_INSERT_ID() or the next AUTO_INCREMENT value for the statement after it.
public struct IntvarEvent: EventBody, Hashable {
    public enum Kind: UInt8, Sendable {
        case lastInsertID = 1
        case insertID = 2
    }

    public var kind: Kind
    public var value: UInt64

    public init(kind: Kind, value: UInt64) {
        self.kind = kind
        self.value = value
    }

    public var type: EventType { .intvar }

    public func encode(into writer: inout ByteWriter) {
        writer.write(kind.rawValue)
        writer.write(value)
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let code = try reader.readUInt8()
        guard let kind = Kind(rawValue: code) else {
            throw MalformedBytes("an Intvar event of kind \(code)")
        }
        self.kind = kind
        value = try reader.readUInt64()
    }
}
