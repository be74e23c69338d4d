import Platform

/// What a connecting member says first. The answer is ``LinkGreetingAnswer``; then frames flow, from it to us only.
///
///     magic 4, body length 2, CRC-32C of the body 4,
///     body: version from 2, version to 2, group 16, server uuid 16, address length 2 and text
struct LinkGreeting: Hashable {
    static let magic: [UInt8] = Array("GLGC".utf8)
    static let headSize = 10
    static let maximumBodyBytes = 2048

    /// The versions of the link's protocol that the sender speaks.
    var versions: ClosedRange<UInt16>
    var group: UUID
    var serverUUID: UUID
    /// The sender's group address, under which the group knows it.
    var address: String

    var encoded: [UInt8] {
        var body = ByteWriter()
        body.write(versions.lowerBound)
        body.write(versions.upperBound)
        body.write(group.high)
        body.write(group.low)
        body.write(serverUUID.high)
        body.write(serverUUID.low)
        let text = Array(address.utf8.prefix(LinkGreeting.maximumBodyBytes / 2))
        body.write(UInt16(text.count))
        body.write(text)
        var writer = ByteWriter()
        writer.write(LinkGreeting.magic)
        writer.write(UInt16(body.count))
        writer.write(CRC32C.checksum(body.bytes))
        writer.write(body.bytes)
        return writer.take()
    }

    init(versions: ClosedRange<UInt16>, group: UUID, serverUUID: UUID, address: String) {
        self.versions = versions
        self.group = group
        self.serverUUID = serverUUID
        self.address = address
    }

    /// Reads the first ``headSize`` bytes: how many follow, and their checksum.
    static func parse(head: [UInt8]) throws(MalformedBytes) -> (length: Int, checksum: UInt32) {
        var reader = ByteReader(head)
        guard try reader.readBytes(magic.count) == magic[...] else { throw MalformedBytes("not a member's greeting") }
        let length = Int(try reader.readUInt16())
        guard length <= maximumBodyBytes else { throw MalformedBytes("a greeting of \(length) bytes") }
        return (length, try reader.readUInt32())
    }

    init(body: [UInt8], checksum: UInt32) throws(MalformedBytes) {
        guard CRC32C.checksum(body) == checksum else { throw MalformedBytes("a greeting with a wrong checksum") }
        var reader = ByteReader(body)
        let lowest = try reader.readUInt16()
        let highest = try reader.readUInt16()
        guard lowest <= highest else { throw MalformedBytes("a greeting with versions \(lowest) to \(highest)") }
        versions = lowest...highest
        group = UUID(high: try reader.readUInt64(), low: try reader.readUInt64())
        serverUUID = UUID(high: try reader.readUInt64(), low: try reader.readUInt64())
        address = String(decoding: try reader.readBytes(Int(try reader.readUInt16())), as: UTF8.self)
    }
}

/// What the accepting member answers: magic 4, code 1, version 2.
struct LinkGreetingAnswer: Hashable {
    enum Code: UInt8 {
        case welcome = 0
        case otherGroup = 1
        case noCommonVersion = 2
        /// The member has connected to itself, by another name.
        case sameMember = 3
    }

    static let size = 7
    var code: Code
    /// The version that both speak; frames follow it.
    var version: UInt16

    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: LinkGreetingAnswer.size)
        writer.write(LinkGreeting.magic)
        writer.write(code.rawValue)
        writer.write(version)
        return writer.take()
    }

    init(code: Code, version: UInt16) {
        self.code = code
        self.version = version
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.readBytes(LinkGreeting.magic.count) == LinkGreeting.magic[...] else {
            throw MalformedBytes("no member's answer")
        }
        let number = try reader.readUInt8()
        guard let code = Code(rawValue: number) else { throw MalformedBytes("the greeting's answer \(number)") }
        self.code = code
        version = try reader.readUInt16()
    }
}
