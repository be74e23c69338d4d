import Cryptography
import Platform

/// How a link begins. The connecting member greets, the accepting one answers; where the group has a secret both then prove
/// that they hold it, who connects first, so that strangers get nothing to try secrets against:
///
///     connecting -> LinkGreeting: versions, group, server uuid, address, nonce, whether it holds a secret
///     accepting  -> LinkGreetingAnswer: code, version, server uuid, nonce
///     connecting -> LinkProof                       (with a secret)
///     accepting  -> LinkVerdict: code, LinkProof    (with a secret)
///
/// A proof is an HMAC over everything that was said (``LinkStatement``): both nonces, both identities, the group's name, the
/// version, and, with TLS, what is unique to that TLS connection (RFC 9266), so that nobody in the middle can pass proofs on
/// between two TLS connections of his own. Without TLS the frames carry codes under a key that comes of the same exchange
/// (``FrameSeal``).
///
/// All of it is bounded: 2 KiB, and `TransportSettings.greetingTimeout` for the whole.
enum LinkHandshake {
    static let nonceSize = 32
    static let proofSize = HMAC.byteCount

    /// Never the same twice, and not to be guessed.
    static func nonce() -> [UInt8] { SecureRandom.bytes(nonceSize) }
}

/// What a connecting member says first.
///
///     magic 4, body length 2, CRC-32C of the body 4,
///     body: version from 2, version to 2, group 16, server uuid 16, address length 2 and text, holds a secret 1, nonce 32
struct LinkGreeting: Hashable {
    static let magic: [UInt8] = Array("GLGC".utf8)
    static let headSize = 10
    static let maximumBodyBytes = 2048
    /// A host name has at most 253 bytes.
    static let maximumAddressBytes = 512

    /// The versions of the link's protocol that the sender speaks.
    var versions: ClosedRange<UInt16>
    var group: UUID
    var serverUUID: UUID
    /// The sender's group address, under which the group knows it.
    var address: String
    var holdsSecret = false
    var nonce = [UInt8](repeating: 0, count: LinkHandshake.nonceSize)

    var encoded: [UInt8] {
        var body = ByteWriter()
        body.write(versions.lowerBound)
        body.write(versions.upperBound)
        body.write(group.high)
        body.write(group.low)
        body.write(serverUUID.high)
        body.write(serverUUID.low)
        let text = Array(address.utf8.prefix(LinkGreeting.maximumAddressBytes))
        body.write(UInt16(text.count))
        body.write(text)
        body.write(UInt8(holdsSecret ? 1 : 0))
        body.write(nonce)
        var writer = ByteWriter()
        writer.write(LinkGreeting.magic)
        writer.write(UInt16(body.count))
        writer.write(CRC32C.checksum(body.bytes))
        writer.write(body.bytes)
        return writer.take()
    }

    init(
        versions: ClosedRange<UInt16>, group: UUID, serverUUID: UUID, address: String, holdsSecret: Bool = false,
        nonce: [UInt8] = [UInt8](repeating: 0, count: LinkHandshake.nonceSize)
    ) {
        self.versions = versions
        self.group = group
        self.serverUUID = serverUUID
        self.address = address
        self.holdsSecret = holdsSecret
        self.nonce = nonce
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
        let length = Int(try reader.readUInt16())
        guard length <= LinkGreeting.maximumAddressBytes else { throw MalformedBytes("an address of \(length) bytes") }
        address = String(decoding: try reader.readBytes(length), as: UTF8.self)
        // What is no UTF-8 grows by being repaired.
        guard address.utf8.count <= LinkGreeting.maximumAddressBytes else { throw MalformedBytes("an address") }
        // What follows is of this version; the answer to others says so.
        guard versions.contains(TransportSettings.version) else { return }
        holdsSecret = try reader.readUInt8() != 0
        nonce = Array(try reader.readBytes(LinkHandshake.nonceSize))
    }
}

/// What the accepting member answers: magic 4, code 1, version 2, server uuid 16, nonce 32.
struct LinkGreetingAnswer: Hashable {
    enum Code: UInt8 {
        /// Frames follow, or, where the group has a secret, the proofs.
        case welcome = 0
        case otherGroup = 1
        case noCommonVersion = 2
        /// The member has connected to itself, by another name.
        case sameMember = 3
        /// This member holds a secret of the group and who connects does not.
        case secretNeeded = 4
        /// Who connects holds a secret of the group and this member does not.
        case secretUnknown = 5
        /// The proof is not one of this member's secret.
        case secretDiffers = 6
    }

    /// What a member says that does not get as far as an answer: a TLS alert, which both a plain and a TLS client understand.
    enum Alert: UInt8 {
        /// `unexpected_message`: who connects speaks TLS and this member does not.
        case speaksNoTLS = 10
        /// `access_denied`: not in the allowlist.
        case notAllowed = 49
        /// `insufficient_security`: this member wants TLS.
        case wantsTLS = 71

        static let size = 7
        private static let head: [UInt8] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02]
        var encoded: [UInt8] { Alert.head + [rawValue] }

        /// Nil for other bytes, and for alerts of OpenSSL's own.
        init?(_ bytes: [UInt8]) {
            guard bytes.count >= Alert.size, Array(bytes.prefix(Alert.head.count)) == Alert.head else { return nil }
            self.init(rawValue: bytes[Alert.head.count])
        }
    }

    static let size = 7 + 16 + LinkHandshake.nonceSize
    var code: Code
    /// The version that both speak; frames follow it.
    var version: UInt16
    var serverUUID: UUID
    var nonce: [UInt8]

    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: LinkGreetingAnswer.size)
        writer.write(LinkGreeting.magic)
        writer.write(code.rawValue)
        writer.write(version)
        writer.write(serverUUID.high)
        writer.write(serverUUID.low)
        writer.write(nonce)
        return writer.take()
    }

    init(code: Code, version: UInt16, serverUUID: UUID, nonce: [UInt8]) {
        self.code = code
        self.version = version
        self.serverUUID = serverUUID
        self.nonce = nonce
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.readBytes(LinkGreeting.magic.count) == LinkGreeting.magic[...] else {
            throw MalformedBytes("no member's answer")
        }
        code = try reader.readAnswerCode()
        version = try reader.readUInt16()
        serverUUID = UUID(high: try reader.readUInt64(), low: try reader.readUInt64())
        nonce = Array(try reader.readBytes(LinkHandshake.nonceSize))
    }
}

/// What the accepting member says to a proof: code 1, its own proof 32 (nothing of worth unless it is a welcome).
struct LinkVerdict: Hashable {
    static let size = 1 + LinkHandshake.proofSize
    var code: LinkGreetingAnswer.Code
    var proof: [UInt8]

    var encoded: [UInt8] { [code.rawValue] + proof }

    init(code: LinkGreetingAnswer.Code, proof: [UInt8]) {
        self.code = code
        self.proof = proof
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        code = try reader.readAnswerCode()
        proof = Array(try reader.readBytes(LinkHandshake.proofSize))
    }
}

extension ByteReader {
    fileprivate mutating func readAnswerCode() throws(MalformedBytes) -> LinkGreetingAnswer.Code {
        let number = try readUInt8()
        guard let code = LinkGreetingAnswer.Code(rawValue: number) else {
            throw MalformedBytes("the greeting's answer \(number)")
        }
        return code
    }
}

/// What both sides of a link have said to each other, which their proofs are about.
struct LinkStatement {
    let bytes: [UInt8]

    /// `channelBinding`: what is unique to the TLS connection; nothing on a plain one.
    init(_ greeting: LinkGreeting, _ answer: LinkGreetingAnswer, channelBinding: [UInt8]) {
        var writer = ByteWriter()
        writer.write(greeting.group.high)
        writer.write(greeting.group.low)
        writer.write(answer.version)
        writer.write(greeting.serverUUID.high)
        writer.write(greeting.serverUUID.low)
        writer.write(shortText: greeting.address)
        writer.write(answer.serverUUID.high)
        writer.write(answer.serverUUID.low)
        writer.write(greeting.nonce)
        writer.write(answer.nonce)
        writer.write(UInt16(channelBinding.count))
        writer.write(channelBinding)
        bytes = writer.take()
    }
}
