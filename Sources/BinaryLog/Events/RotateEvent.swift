import Platform

/// Rotate (4): the next file's name. Ends a file; a dump begins with an artificial one.
public struct RotateEvent: EventBody, Hashable {
    /// Where to go on in the next file.
    public var position: UInt64
    public var fileName: String

    public init(fileName: String, position: UInt64 = 4) {
        self.fileName = fileName
        self.position = position
    }

    public var type: EventType { .rotate }

    public func encode(into writer: inout ByteWriter) {
        writer.write(position)
        writer.write(utf8: fileName)
    }

    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        position = try reader.readUInt64()
        fileName = String(decoding: reader.readRest(), as: UTF8.self)
    }
}
