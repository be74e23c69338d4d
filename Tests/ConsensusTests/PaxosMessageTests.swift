import Primitives
import Testing

@testable import Consensus

@Suite struct PaxosMessageTests {
    private static let messages: [PaxosMessage] = [
        .accept(slot: 3, ballot: 0, value: [1, 2]), .accepted(slot: 3, ballot: 257),
        .learn(slot: 3, count: 4, ballot: 0), .prepare(slot: 9, ballot: 513),
        .promise(slot: 9, ballot: 513, accepted: .max, value: []),
        .promise(slot: 9, ballot: 513, accepted: 0, value: [5]), .reject(slot: 9, ballot: 513, promised: 770),
        .decided(slot: 1, value: []), .skip(from: 1, to: 9, configuration: 2), .fetch(from: 1, through: 5),
        .fetched(through: 5), .unavailable(first: 77, isDispensable: true),
    ]

    @Test(arguments: messages)
    func messagesSurviveTheWire(message: PaxosMessage) throws {
        var writer = ByteWriter()
        writer.write(message)
        var reader = ByteReader(writer.bytes)
        let code = try reader.readUInt8()
        #expect(PaxosMessage.codes.contains(code))
        #expect(try reader.readPaxosMessage(code: code) == message)
        #expect(reader.isAtEnd)
    }

    @Test(arguments: messages)
    func truncatedMessagesThrow(message: PaxosMessage) {
        var writer = ByteWriter()
        writer.write(message)
        for length in 1..<writer.bytes.count {
            var reader = ByteReader(Array(writer.bytes[..<length]))
            #expect(throws: MalformedBytes.self) {
                let code = try reader.readUInt8()
                _ = try reader.readPaxosMessage(code: code)
            }
        }
    }

    @Test func slotsAndBallotsBeyondTheirBoundsThrow() {
        var writer = ByteWriter()
        writer.write(UInt64.max)
        writer.write(UInt64.max)
        for code: UInt8 in [1, 2, 4, 5, 7, 9] {
            var reader = ByteReader(writer.bytes)
            #expect(throws: MalformedBytes.self) { _ = try reader.readPaxosMessage(code: code) }
        }
    }

    @Test func recordsSurviveTheLog() throws {
        let records: [PaxosRecord] = [
            .promised(slot: 1, ballot: 257), .accepted(slot: 2, ballot: 0, value: [1]), .decided(slot: 3, value: []),
            .delivered(through: 4), .reserved(through: 5),
        ]
        for record in records {
            #expect(try PaxosRecord(record.bytes) == record)
            #expect(PaxosLogEntry.engineCodes.contains(record.bytes[0]))
        }
        #expect(try PaxosRecord([200]) == nil)
    }
}
