import Glibc
import Platform
import Testing

@testable import BinaryLog

@Suite struct BinaryLogDumpTests {
    private func names(_ dump: inout BinaryLogDump) throws -> [String] {
        var result: [String] = []
        while let item = try dump.next(until: nil) {
            var reader = ByteReader(item.bytes)
            let event =
                item.header.type == .formatDescription
                ? try RawEvent(decodingFormatDescription: &reader)
                : try RawEvent(decoding: &reader, checksum: .crc32)
            #expect(!event.header.flags.contains(.inUse))
            result.append(
                event.header.type == .gtid ? String(event.info.suffix(3)) : event.header.type.name)
        }
        return result
    }

    @Test func aDumpSkipsTheGroupsThatTheReceiverHas() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        try log.append([insertGroup(1), insertGroup(2)])
        try log.rotate(timestamp: 1)
        try log.append([insertGroup(3)])
        var all = try BinaryLogDump(log, excluding: GTIDSet(), checksum: .crc32, serverID: 1)
        let rows = ["Query", "Table_map", "Write_rows", "Xid"]
        #expect(
            try names(&all) == ["Rotate", "Format_desc", "Previous_gtids", ":1'"] + rows + [":2'"] + rows
                + [
                    "Rotate", "Rotate", "Format_desc", "Previous_gtids", ":3'",
                ] + rows)
        var some = try BinaryLogDump(log, excluding: gtids("1:3"), checksum: .crc32, serverID: 1)
        #expect(
            try names(&some) == ["Rotate", "Format_desc", "Previous_gtids", ":2'"] + rows + [
                "Rotate", "Rotate", "Format_desc", "Previous_gtids",
            ])
        var last = try BinaryLogDump(log, excluding: gtids("1-2"), checksum: .crc32, serverID: 1)
        #expect(try names(&last) == ["Rotate", "Format_desc", "Previous_gtids", ":3'"] + rows)
        #expect(last.position == log.position)
        // A file that a dump is in stays.
        #expect(try log.purge(to: "binlog.000002") == ["binlog.000001"])
        #expect(throws: BinaryLogError.purged(gtids("1-2"))) {
            _ = try BinaryLogDump(log, excluding: GTIDSet(), checksum: .crc32, serverID: 1)
        }
    }

    @Test("A flipped bit in any file ends the dump where it is, whatever checksum the receiver wants")
    func damagedFiles() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        try log.append([insertGroup(1), insertGroup(2)])
        let end = Int(log.position.offset)
        try log.rotate(timestamp: 1)
        try log.append([insertGroup(3)])
        let path = directory.path + "/binlog.000001"
        for place in stride(from: 4, to: end, by: 3) {
            let file = try FileHandle(path: path, .updating)
            let byte = try file.read(1, at: UInt64(place))
            try file.write([byte[0] ^ 0x10], at: UInt64(place))
            for checksum in [ChecksumAlgorithm.crc32, .none] {
                var groups = 0
                let error = #expect(throws: BinaryLogError.self, "byte \(place)") {
                    var dump = try BinaryLogDump(log, excluding: GTIDSet(), checksum: checksum, serverID: 1)
                    while let item = try dump.next(until: nil) { if item.header.type == .xid { groups += 1 } }
                }
                #expect(groups < 3)
                guard case .malformed(let name, let position, _) = error else {
                    Issue.record("byte \(place): \(String(describing: error))")
                    continue
                }
                // A description whose length is wrong is noticed at what follows it.
                #expect(name == "binlog.000001" && (position <= UInt64(place) || place < 23), "byte \(place): \(position)")
            }
            try file.write(byte, at: UInt64(place))
        }
        var whole = try BinaryLogDump(log, excluding: GTIDSet(), checksum: .none, serverID: 1)
        var count = 0
        while try whole.next(until: nil) != nil { count += 1 }
        #expect(count > 10)
    }

    @Test func eventsAreSentWithoutChecksumsToAReceiverThatWantsNone() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        try log.append([insertGroup(1)])
        var dump = try BinaryLogDump(log, excluding: GTIDSet(), checksum: .none, serverID: 1)
        var types: [String] = []
        while let item = try dump.next(until: nil) {
            #expect(Int(item.header.length) == item.bytes.count)
            var reader = ByteReader(item.bytes)
            if item.header.type == .formatDescription {
                var body = ByteReader(try RawEvent(decodingFormatDescription: &reader).body)
                #expect(try FormatDescriptionEvent(decoding: &body).checksum == .none)
            } else {
                _ = try RawEvent(decoding: &reader, checksum: .none).decode()
            }
            types.append(item.header.type.name)
        }
        #expect(types.last == "Xid")
    }

    @Test func aWaitingDumpGetsWhatIsAppendedMeanwhile() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(
            configuration: configuration(directory, maximumFileSize: 1500), timestamp: 1)
        let writer = Thread.start(name: "appender") {
            for number in 1...200 as ClosedRange<Int64> { try? log.append([insertGroup(number)]) }
        }
        var dump = try BinaryLogDump(log, excluding: GTIDSet(), checksum: .crc32, serverID: 1)
        var seen = GTIDSet()
        let deadline = MonotonicTime.now() + .seconds(20)
        while seen != gtids("1-200"), let item = try dump.next(until: deadline) {
            guard item.header.type == .gtid else { continue }
            var reader = ByteReader(item.bytes)
            if case .gtid(let body) = try RawEvent(decoding: &reader, checksum: .crc32).decode(),
                let gtid = body.gtid
            {
                seen.insert(gtid)
            }
        }
        writer?.join()
        #expect(seen == gtids("1-200"))
        #expect(dump.heartbeat().header.type == .heartbeat)
        #expect(
            try dump.next(until: MonotonicTime.now() + .milliseconds(1)) == nil || log.fileNames.count > 1
        )
    }
}

extension BinaryLogDump.Item: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }
}
