import Testing

@testable import MySQLProtocol

@Suite struct CommandTests {
    private let modern: Capabilities = [.protocol41, .queryAttributes, .secureConnection, .pluginAuth]

    @Test func aQueryHasItsTextWithAndWithoutAttributes() throws {
        guard case .query(let text, _) = try Command.decode(hex("0353454c4543542031"), capabilities: [.protocol41]) else {
            Issue.record("not a query")
            return
        }
        #expect(text.elementsEqual("SELECT 1".utf8))
        // "traceparent" = "x", of type VARCHAR.
        let withAttribute = hex("03 01 01 00 01 fe00 0b 7472616365706172656e74 01 78 53454c4543542031")
        guard case .query(let text, let attributes) = try Command.decode(withAttribute, capabilities: modern) else {
            Issue.record("not a query")
            return
        }
        #expect(text.elementsEqual("SELECT 1".utf8))
        #expect(attributes == [QueryAttribute(name: "traceparent", value: .text([0x78]))])
    }

    @Test func parametersAreReadByTheirTypes() throws {
        // Statement 1, no cursor, one iteration; three parameters, the second NULL: LONGLONG UNSIGNED, NULL, DATETIME.
        let packet = hex("17 01000000 00 01000000 02 01 0880 0600 0c00 ffffffffffffffff 07 ea070b15043025")
        guard case .statementExecute(let request) = try Command.decode(packet, capabilities: [.protocol41]) else {
            Issue.record("not an execute")
            return
        }
        let values = try request.values(parameterCount: 3, boundTypes: [])
        #expect(values.parameters == [.unsigned(.max), .null, .dateTime("2026-11-21 04:48:37")])
        // The next execution sends no types.
        let again = hex("17 01000000 00 01000000 06 00 0100000000000000")
        guard case .statementExecute(let next) = try Command.decode(again, capabilities: [.protocol41]) else {
            Issue.record("not an execute")
            return
        }
        #expect(try next.values(parameterCount: 3, boundTypes: values.types).parameters == [.unsigned(1), .null, .null])
        #expect(throws: SQLError(.malformedPacket)) { try next.values(parameterCount: 3, boundTypes: []) }
    }

    @Test func longDataReplacesTheValueInThePacket() throws {
        let packet = hex("17 01000000 00 01000000 00 01 fc00 0300 05000000")
        guard case .statementExecute(let request) = try Command.decode(packet, capabilities: [.protocol41]) else {
            Issue.record("not an execute")
            return
        }
        let values = try request.values(parameterCount: 2, boundTypes: [], longData: [0: [1, 2, 3]])
        #expect(values.parameters == [.blob([1, 2, 3]), .integer(5)])
    }

    @Test func aReplicasRequestIsReadAndWrittenBack() throws {
        let byGTID = BinlogDumpRequest(flags: 4, serverID: 7, file: "binlog.000001", position: 4, gtidSet: [1, 2, 3])
        guard case .binlogDump(let request) = try Command.decode(byGTID.encode(), capabilities: modern) else {
            Issue.record("not a dump")
            return
        }
        #expect(request == byGTID)
        let byPosition = BinlogDumpRequest(flags: 1, serverID: 7, file: "binlog.000002", position: 157, gtidSet: nil)
        guard case .binlogDump(let other) = try Command.decode(byPosition.encode(), capabilities: modern) else {
            Issue.record("not a dump")
            return
        }
        #expect(other == byPosition)
        let register = RegisterReplicaRequest(serverID: 7, host: "s2", user: "u", password: "p", port: 3306)
        guard case .registerReplica(let replica) = try Command.decode(register.encode(), capabilities: modern) else {
            Issue.record("not a registration")
            return
        }
        #expect(replica == register)
    }

    @Test func unknownAndEmptyCommandsAreError1047() {
        for packet in [[], [0], [5], [0x20], [200], [UInt8(27), 9, 9]] {
            #expect(throws: SQLError(.unknownComError)) { try Command.decode(packet, capabilities: modern) }
        }
    }

    @Test("random and truncated packets never trap a decoder")
    func fuzz() {
        var generator = SplitMix(seed: 20_261_121)
        let seeds: [[UInt8]] = [
            hex("17 01000000 00 01000000 02 01 0880 0600 0c00 ffffffffffffffff 07 ea070b15043025"),
            hex("03 01 01 00 01 fe00 0b 7472616365706172656e74 01 78 53454c4543542031"),
            HandshakeTests.response, HandshakeTests.greeting, hex("00000002400000000701050474696e79"),
            BinlogDumpRequest(flags: 4, serverID: 7, file: "b", position: 4, gtidSet: [1, 2, 3]).encode(),
            hex("0364656600000003 6f6e65000c3f00020000000881000000 00"),
        ]
        for round in 0..<60_000 {
            var packet = seeds[round % seeds.count]
            packet.removeLast(Int(generator.next() % UInt64(packet.count + 1)))
            for _ in 0..<Int(generator.next() % 8) where !packet.isEmpty {
                packet[Int(generator.next() % UInt64(packet.count))] = UInt8(truncatingIfNeeded: generator.next())
            }
            if round % 3 == 0 && !packet.isEmpty { packet[0] = UInt8(truncatingIfNeeded: generator.next() % 34) }
            let capabilities = Capabilities(rawValue: UInt32(truncatingIfNeeded: generator.next()))
            if let command = try? Command.decode(packet, capabilities: capabilities),
                case .statementExecute(let request) = command
            {
                _ = try? request.values(
                    parameterCount: Int(generator.next() % 20), boundTypes: [ParameterType(type: .time)], longData: [1: [1]])
            }
            _ = try? HandshakeResponse.decode(packet, offered: capabilities)
            _ = try? HandshakeGreeting.decode(packet)
            _ = try? AuthenticationSwitch.decode(packet)
            _ = try? OKPacket.decode(packet, capabilities: capabilities)
            _ = ErrorPacket.decode(packet)
            _ = try? ColumnMetadata(decoding: packet)
            _ = try? TextRow.decode(packet, columnCount: round % 5)
        }
    }
}

/// A small generator, so that a failing round can be repeated.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
