import Testing

import MySQLProtocol

@Suite struct PacketAssemblyTests {
    private func header(_ length: Int, _ sequence: UInt8) -> UInt32 { UInt32(length) | UInt32(sequence) << 24 }

    @Test func aShortPacketIsOnePart() throws {
        var assembly = PacketAssembly(sequence: 0, maximumPayload: 100)
        #expect(try assembly.header(header(100, 0)) == .read(100))
        #expect(assembly.isComplete)
        #expect(assembly.sequence == 1)
    }

    @Test func fullPartsGoOnUntilAShorterOne() throws {
        var assembly = PacketAssembly(sequence: 255, maximumPayload: 1 << 30)
        #expect(try assembly.header(header(0xFF_FFFF, 255)) == .read(0xFF_FFFF))
        #expect(!assembly.isComplete)
        #expect(try assembly.header(header(0, 0)) == .read(0))
        #expect(assembly.isComplete)
    }

    @Test func whatPassesTheMaximumIsSkippedToItsEnd() throws {
        var assembly = PacketAssembly(sequence: 0, maximumPayload: 0xFF_FFFF)
        #expect(try assembly.header(header(0xFF_FFFF, 0)) == .read(0xFF_FFFF))
        #expect(try assembly.header(header(1, 1)) == .skip(1))
        #expect(assembly.isTooLarge && assembly.isComplete)
    }

    @Test func aWrongNumberIsRefused() {
        var assembly = PacketAssembly(sequence: 0, maximumPayload: 100)
        #expect(throws: PacketAssembly.Failure.outOfOrder) { try assembly.header(header(1, 1)) }
    }
}
