import MySQLConnection
import MySQLProtocol
import Network
import Platform
import Testing

@Suite struct PacketChannelTests {
    private func pair() throws -> (PacketChannel, PacketChannel) {
        let (left, right) = try Socket.pair()
        left.startBuffering()
        right.startBuffering()
        return (PacketChannel(socket: left), PacketChannel(socket: right))
    }

    @Test func packetsArriveAndTheirNumbersGoOn() throws {
        let (left, right) = try pair()
        try left.send([1, 2, 3])
        try left.send([])
        #expect(try right.read(maximum: 10) == [1, 2, 3])
        #expect(try right.read(maximum: 10) == [])
        #expect(right.packets.sequence == 2)
        left.socket.shutdown()
        #expect(try right.read(maximum: 10) == nil)
    }

    @Test func aPacketOverSixteenMegabytesArrivesWhole() throws {
        let (left, right) = try pair()
        let big = [UInt8](repeating: 7, count: 40_000_000)
        let box = Unchecked(left)
        let thread = Thread.start(name: "sender") { try? box.value.send(big) }
        #expect(try right.read(maximum: 1 << 30) == big)
        thread?.join()
        #expect(right.packets.sequence == 3)
    }

    @Test func onePastTheMaximumIsSkippedAndTheNextIsRead() throws {
        let (left, right) = try pair()
        try left.send([UInt8](repeating: 1, count: 1001))
        try left.send([UInt8](repeating: 2, count: 1000))
        #expect(throws: PacketChannel.ReadFailure.tooLarge) { try right.read(maximum: 1000) }
        #expect(try right.read(maximum: 1000)?.count == 1000)
    }

    @Test func wrongNumbersAndEndsInsideAreFailures() throws {
        let (left, right) = try pair()
        left.packets.sequence = 5
        try left.send([1])
        #expect(throws: PacketChannel.ReadFailure.outOfOrder) { try right.read(maximum: 10) }
        let (one, other) = try pair()
        try one.socket.write([10, 0, 0, 0, 1, 2])
        one.socket.shutdown()
        #expect(throws: PacketChannel.ReadFailure.network(.closed)) { try other.read(maximum: 10) }
    }

    @Test func anIdlePeerTimesOut() throws {
        let (left, right) = try pair()
        right.idleTimeout = .milliseconds(10)
        #expect(throws: PacketChannel.ReadFailure.network(.timedOut)) { try right.read(maximum: 10) }
        withExtendedLifetime(left) {}
    }
}

/// Hands a value to another thread where the test knows that it is used by one at a time.
struct Unchecked<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
