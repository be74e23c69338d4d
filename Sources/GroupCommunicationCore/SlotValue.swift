import Consensus
import Primitives

/// A message within a batch: what one member submitted.
package struct Submission: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A payload of the upper layer.
        case payload
        /// A member's state for the view that configuration `number` leads to.
        case contribution(number: UInt64)
        /// Piece `part` of `count` of a large payload.
        case fragment(message: UInt64, part: UInt32, count: UInt32)
    }

    var kind: Kind
    var bytes: [UInt8]
}

/// Consecutive submissions of one run ("life") of one member. Members deliver the submissions of a life strictly in the
/// order of their numbers, each once; what comes out of turn is dropped by everyone and sent again by its origin.
package struct SubmissionGroup: Hashable, Sendable {
    var origin: MemberIdentity
    var life: UInt32
    var firstNumber: UInt64
    var submissions: [Submission]
}

/// What a slot decides. A no-op is no bytes at all.
enum SlotValue: Hashable, Sendable {
    case batch([SubmissionGroup])
    case change(ConfigurationChange)

    private static let batchCode: UInt8 = 1
    private static let changeCode: UInt8 = 2

    /// The value that carries these groups, encoded before.
    static func batchBytes(groups: [[UInt8]]) -> [UInt8] {
        var writer = ByteWriter(capacity: groups.reduce(3) { $0 + $1.count })
        writer.write(batchCode)
        writer.write(UInt16(groups.count))
        for group in groups { writer.write(group) }
        return writer.take()
    }

    static func changeBytes(_ change: ConfigurationChange) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(changeCode)
        writer.write(change)
        return writer.take()
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        switch try reader.readUInt8() {
        case Self.batchCode:
            let count = Int(try reader.readUInt16())
            var groups: [SubmissionGroup] = []
            for _ in 0..<count { groups.append(try reader.readSubmissionGroup()) }
            self = .batch(groups)
        case Self.changeCode:
            self = .change(try reader.readConfigurationChange())
        case let code:
            throw MalformedBytes("a slot value of kind \(code)")
        }
    }
}

extension ByteWriter {
    package mutating func writeGroupHeader(origin: MemberIdentity, life: UInt32, firstNumber: UInt64, count: Int) {
        write(origin)
        write(life)
        write(firstNumber)
        write(UInt16(count))
    }

    package mutating func write(_ submission: Submission) {
        switch submission.kind {
        case .payload:
            write(UInt8(0))
        case .contribution(let number):
            write(UInt8(1))
            write(number)
        case .fragment(let message, let part, let count):
            write(UInt8(2))
            write(message)
            write(part)
            write(count)
        }
        write(block: submission.bytes)
    }
}

extension ByteReader {
    package mutating func readSubmissionGroup() throws(MalformedBytes) -> SubmissionGroup {
        let origin = try readMemberIdentity()
        let life = try readLife()
        let firstNumber = try readUInt64()
        guard firstNumber > 0 && firstNumber < 1 << 56 else { throw MalformedBytes("a submission number") }
        let count = Int(try readUInt16())
        var submissions: [Submission] = []
        submissions.reserveCapacity(min(count, 256))
        for _ in 0..<count {
            let kind: Submission.Kind
            switch try readUInt8() {
            case 0:
                kind = .payload
            case 1:
                kind = .contribution(number: try readConfigurationNumber())
            case 2:
                let message = try readUInt64()
                let part = try readUInt32()
                let total = try readUInt32()
                guard part < total && total <= Reassembly.maximumParts else { throw MalformedBytes("a fragment") }
                kind = .fragment(message: message, part: part, count: total)
            case let code:
                throw MalformedBytes("a submission of kind \(code)")
            }
            submissions.append(Submission(kind: kind, bytes: try readBlock()))
        }
        return SubmissionGroup(origin: origin, life: life, firstNumber: firstNumber, submissions: submissions)
    }
}
