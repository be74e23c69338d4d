import Glibc
import GroupReplication
import Platform

@testable import BinaryLog

/// What a donor's dump, a group's transaction or a file of the binary log holds.
let binaryLogTargets: [FuzzTarget] = [
    FuzzTarget("binlog-events", seeds: eventSeeds) { bytes in
        var input = FuzzInput(bytes)
        let choice = input.byte()
        let checksum: ChecksumAlgorithm = choice & 1 != 0 ? .crc32 : .none
        var reader = ByteReader(input.remaining())
        var columns: [RowColumn] = []
        var before: [RowValue] = []
        var after: [RowValue] = []
        while !reader.isAtEnd, let raw = try? RawEvent(decoding: &reader, checksum: checksum, verifies: false) {
            _ = raw.info
            guard let event = try? raw.decode() else { continue }
            switch event {
            case .tableMap(let map): columns = map.columns
            case .rows(let rows):
                guard var images = try? RowImageReader(rows, columns: columns) else { continue }
                while (try? images.next(before: &before, after: &after)) == true {
                    check(before.count <= columns.count && after.count <= columns.count, "as many values as columns")
                }
            default: break
            }
        }
    },
    FuzzTarget("binlog-event-body", seeds: bodySeeds) { bytes in
        var input = FuzzInput(bytes)
        let type = EventType(rawValue: input.byte())
        let body = input.remaining()
        guard let event = try? BinaryLogEvent(type: type, body: body[...]) else { return }
        if case .gtid(let gtid) = event { _ = gtid.gtid?.description }
        if case .previousGTIDs(let previous) = event {
            var writer = ByteWriter()
            previous.gtids.encode(into: &writer)
            check((try? GTIDSet(encoded: writer.bytes[...])) == previous.gtids, "a GTID set survives its encoding")
        }
    },
    FuzzTarget("binlog-file", maximumLength: 8192, seeds: fileSeeds) { bytes in
        let path = "/dev/shm/grouplite-fuzz-\(getpid())-binlog.000001"
        Corpus.write(withChecksums(bytes), to: path)
        defer { unlink(path) }
        for verifies in [true, false] {
            _ = try? BinaryLogFileContents.read(path: path, verifies: verifies)
            guard var reader = try? BinaryLogFileReader(path: path, verifiesChecksums: verifies) else { continue }
            while case .some(.some(let event)) = try? reader.next(limit: UInt64(bytes.count)) { _ = event.info }
        }
        _ = try? BinaryLogFileContents.previousGTIDs(path: path)
    },
    FuzzTarget("gtid-set", seeds: gtidSeeds) { bytes in
        var input = FuzzInput(bytes)
        let left = GTIDSet(String(decoding: input.block(), as: UTF8.self))
        let right = try? GTIDSet(encoded: input.remaining()[...])
        for set in [left, right].compactMap({ $0 }) {
            check(GTIDSet(set.description) == set, "a GTID set survives its text: \(set)")
            var writer = ByteWriter()
            set.encode(into: &writer)
            check((try? GTIDSet(encoded: writer.bytes[...])) == set, "a GTID set survives its encoding: \(set)")
            check(set.subtracting(set).isEmpty && set.isSubset(of: set), "a set less itself is empty: \(set)")
        }
        guard let left, let right else { return }
        let union = left.union(right)
        check(left.isSubset(of: union) && right.isSubset(of: union), "a union holds both")
        check(union.subtracting(right).union(left.intersection(right)) == left, "difference and intersection make the whole")
        check(left.intersects(right) == !left.intersection(right).isEmpty, "sets intersect when their intersection is not empty")
    },
    FuzzTarget("json-binary", seeds: jsonSeeds) { bytes in
        guard let text = try? JSONEncoding.text(of: bytes[...]) else { return }
        checkJSON(text)
    },
    FuzzTarget("json-text", seeds: jsonTextSeeds) { checkJSON($0) },
    FuzzTarget("row-values", seeds: rowValueSeeds) { bytes in
        var input = FuzzInput(bytes)
        var parameters = ByteReader(input.block())
        let isUnsigned = input.byte() & 1 != 0
        guard var column = try? RowColumn(wireType: input.byte(), parameters: &parameters) else { return }
        column.isUnsigned = isUnsigned
        var reader = ByteReader(input.remaining())
        while !reader.isAtEnd, let value = try? column.decode(&reader) {
            if case .double(let number) = value, number.isNaN { continue }
            // What was read can be written, and reads as the same again.
            var writer = ByteWriter()
            guard (try? encode(value, column, into: &writer)) != nil else { continue }
            var again = ByteReader(writer.bytes)
            check((try? column.decode(&again)) == value, "a value of \(column) survives its encoding: \(value)")
        }
    },
]

private func encode(_ value: RowValue, _ column: RowColumn, into writer: inout ByteWriter) throws(MalformedBytes) {
    switch value {
    case .integer(let integer): try column.encode(integer: integer, into: &writer)
    case .unsigned(let number):
        var bigEndian = ByteWriter()
        bigEndian.writeBigEndian(number, width: 8)
        try column.encode(bytes: bigEndian.bytes[...], into: &writer)
    case .double(let double): try column.encode(double: double, into: &writer)
    case .text(let bytes), .bytes(let bytes): try column.encode(bytes: bytes, into: &writer)
    case .absent, .null: throw MalformedBytes("no value")
    }
}

private func checkJSON(_ text: [UInt8]) {
    var writer = ByteWriter()
    guard (try? text.withUnsafeBytes({ try JSONEncoding.encode(text: $0, into: &writer) })) != nil else { return }
    guard let again = try? JSONEncoding.text(of: writer.bytes[...]) else {
        check(false, "a document that was written can be read: \(String(decoding: text, as: UTF8.self))")
        return
    }
    var second = ByteWriter()
    let isWritten = (try? again.withUnsafeBytes { try JSONEncoding.encode(text: $0, into: &second) }) != nil
    check(isWritten && second.bytes == writer.bytes, "a document survives its encoding: \(String(decoding: text, as: UTF8.self))")
}

/// Gives each event of a file its right checksum, so that mutations get past it.
private func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var place = 4
    while place + EventHeader.size + 4 <= bytes.count {
        let length = Int(bytes[place + 9]) | Int(bytes[place + 10]) << 8 | Int(bytes[place + 11]) << 16
        guard length >= EventHeader.size + 4, place + length <= bytes.count, bytes[place + 12] == 0 else { break }
        var covered = Array(bytes[place..<place + length - 4])
        if covered[4] == EventType.formatDescription.rawValue { covered[17] &= 0xFE }
        let checksum = covered.withUnsafeBytes { crc32(of: $0) }
        for index in 0..<4 { bytes[place + length - 4 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index)) }
        place += length
    }
    return bytes
}

/// A file that a real server wrote.
private let realFile: [UInt8] = {
    let folder = Corpus.directory
    return Corpus.read(folder + "/../../BinaryLogTests/Fixtures/mysql-9.7-binlog.000004")
}()

private let realEvents: [RawEvent] = {
    var events: [RawEvent] = []
    var reader = ByteReader(realFile.dropFirst(4))
    while !reader.isAtEnd, let event = try? RawEvent(decoding: &reader, checksum: .crc32, verifies: false) { events.append(event) }
    return events
}()

/// Table maps with the rows after them, and each other kind of event once.
@Sendable func eventSeeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    var seen: Set<UInt8> = []
    for (index, event) in realEvents.enumerated() {
        if event.header.type == .tableMap, index + 1 < realEvents.count {
            seeds.append([1] + event.bytes + realEvents[index + 1].bytes)
        } else if seen.insert(event.header.type.rawValue).inserted {
            seeds.append([1] + event.bytes)
        }
    }
    return Array(seeds.filter { $0.count <= 4096 }.prefix(24))
}

@Sendable private func bodySeeds() -> [[UInt8]] {
    var seen: [UInt8: Int] = [:]
    var seeds: [[UInt8]] = []
    for event in realEvents {
        seen[event.header.type.rawValue, default: 0] += 1
        if seen[event.header.type.rawValue] ?? 0 <= 2 { seeds.append([event.header.type.rawValue] + event.body) }
    }
    return seeds
}

@Sendable private func fileSeeds() -> [[UInt8]] { [Array(realFile.prefix(2048)), Array(realFile.prefix(8192))] }

@Sendable private func gtidSeeds() -> [[UInt8]] {
    ["", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa:1-5:7", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa:1-9223372036854775806,\n"
        + "bbbbbbbb-aaaa-4aaa-8aaa-aaaaaaaaaaaa:3:tag:1-2"
    ].map { text in
        var writer = ByteWriter()
        GTIDSet("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa:1-5:9-10")?.encode(into: &writer)
        return FuzzInput.block(Array(text.utf8)) + writer.bytes
    }
}

@Sendable private func jsonTextSeeds() -> [[UInt8]] {
    [
        "{\"a\": [1, -2, 3.5e10, true, null, \"x\\u00e9\\n\"], \"b\": {}}", "[[[[1]]]]", "\"\\ud83d\\ude00\"", "12345678901234567890",
        "-0.0", "1e308", "{\"k\": 18446744073709551615, \"k2\": 9223372036854775808}",
    ].map { Array($0.utf8) }
}

@Sendable private func jsonSeeds() -> [[UInt8]] {
    jsonTextSeeds().compactMap { text in
        var writer = ByteWriter()
        return (try? text.withUnsafeBytes { try JSONEncoding.encode(text: $0, into: &writer) }) == nil ? nil : writer.bytes
    }
}

@Sendable private func rowValueSeeds() -> [[UInt8]] {
    let types: [(UInt8, [UInt8])] = [
        (1, []), (8, []), (4, [4]), (5, [8]), (246, [10, 2]), (10, []), (18, [6]), (17, [3]), (19, [6]), (15, [20, 0]), (16, [3, 1]),
        (254, [247, 1]), (254, [248, 8]), (252, [2]), (245, [4]), (13, []),
    ]
    return types.map { FuzzInput.block($0.1) + [0, $0.0] + Array(repeating: 0x81, count: 24) }
}
