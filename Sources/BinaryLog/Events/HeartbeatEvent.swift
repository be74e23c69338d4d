import Platform

/// Heartbeat (27, or 41 with a 64-bit position): sent by a dump thread that has nothing else to send; in no file.
public struct HeartbeatEvent: EventBody, Hashable {
    public var fileName: String
    /// In version 2 only; version 1 has it in the header's next position.
    public var position: UInt64?

    /// Version 1. The caller puts the position into the header.
    public init(fileName: String) {
        self.fileName = fileName
        position = nil
    }

    /// Version 2.
    public init(fileName: String, position: UInt64) {
        self.fileName = fileName
        self.position = position
    }

    public var type: EventType { position == nil ? .heartbeat : .heartbeatV2 }
    public var defaultFlags: EventHeader.Flags { .artificial }

    public func encode(into writer: inout ByteWriter) {
        guard let position else {
            writer.write(utf8: fileName)
            return
        }
        writer.write(lengthEncoded: 1)
        writer.write(lengthEncoded: Array(fileName.utf8))
        writer.write(lengthEncoded: 2)
        var number = ByteWriter()
        number.write(lengthEncoded: position)
        writer.write(lengthEncoded: number.bytes)
        writer.write(lengthEncoded: 0)
    }

    public init(decoding reader: inout ByteReader, type: EventType) throws(MalformedBytes) {
        if type == .heartbeat {
            self.init(fileName: String(decoding: reader.readRest(), as: UTF8.self))
            return
        }
        var name = ""
        var position: UInt64 = 0
        while !reader.isAtEnd {
            let field = try reader.readLengthEncodedInteger()
            if field == 0 { break }
            let value = try reader.readLengthEncodedBytes()
            switch field {
            case 1: name = String(decoding: value, as: UTF8.self)
            case 2:
                var number = ByteReader(value)
                position = try number.readLengthEncodedInteger()
            default: break
            }
        }
        self.init(fileName: name, position: position)
    }
}
