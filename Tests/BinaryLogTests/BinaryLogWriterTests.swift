import Glibc
import Platform
import Testing

@testable import BinaryLog

private let groupName = UUID(high: 0xAAAA_AAAA_AAAA_4AAA, low: 0x8AAA_AAAA_AAAA_AAAA)

/// A group of one inserted row.
func insertGroup(_ number: Int64, text: String = "Luis") -> EventGroup {
    let table = RowEventsTable(
        TableMapEvent(
            tableID: 115, schema: Array("test".utf8), table: Array("t1".utf8),
            columns: [RowColumn(.long, isNullable: false), .blob(lengthBytes: 2, isNullable: false)]))
    var builder = RowEventsBuilder(serverID: 1)
    builder.timestamp = 1_790_000_000
    builder.beginRow(.write, of: table)
    try? builder.write(integer: number)
    try? builder.write(bytes(text))
    builder.endRow()
    return group(number, .rows(builder.finish()[...]))
}

func group(_ number: Int64, _ content: EventGroup.Content) -> EventGroup {
    EventGroup(
        gtid: GTID(source: groupName, number: number), content: content, serverID: 1,
        timestamp: 1_790_000_000,
        immediateCommitTimestamp: 1_790_000_000_000_001, originalCommitTimestamp: 1_790_000_000_000_000,
        threadID: 9,
        xid: UInt64(50 + number))
}

func ddlGroup(_ number: Int64, _ statement: String) -> EventGroup {
    let query = QueryEvent(query: Array(statement.utf8), database: Array("test".utf8), threadID: 9)
    var writer = ByteWriter()
    writer.write(query, timestamp: 1_790_000_000, serverID: 1, flags: .suppressUse)
    return group(number, .statement(writer.take()[...]))
}

/// A row with a column of each type and full metadata, updated.
func allTypesGroup(_ number: Int64, isFull: Bool) -> EventGroup {
    let values: [(RowColumn, RowValue)] = RowValueTests.cases.map { ($0.0, $0.1) }
        .filter { isFull || $0.0.kind != .json }  // MariaDB's mariadb-binlog knows no binary JSON
    var event = TableMapEvent(
        tableID: 116, schema: Array("test".utf8), table: Array("all_types".utf8),
        columns: values.map(\.0))
    event.metadata.collations = event.columns.filter(\.isCharacter).map {
        $0.kind == .blob ? 63 : 255
    }
    if isFull {
        event.metadata.columnNames = values.indices.map { Array("c\($0)".utf8) }
        event.metadata.enumerationMembers = [
            ["x", "y", "z"].map { Array($0.utf8) }, (0..<300).map { Array("e\($0)".utf8) },
        ]
        event.metadata.setMembers = [
            (0..<64).map { Array("s\($0)".utf8) }, (0..<20).map { Array("t\($0)".utf8) },
        ]
        event.metadata.memberCollations = [255, 255, 255, 255]
        event.metadata.primaryKey = [.init(column: 0)]
        event.metadata.visibility = event.columns.map { _ in true }
    }
    let table = RowEventsTable(event)
    var builder = RowEventsBuilder(serverID: 1)
    builder.timestamp = 1_790_000_000
    builder.write(rowsQuery: Array("UPDATE all_types".utf8))
    builder.beginRow(.update, of: table)
    for (_, value) in values { try? builder.write(value) }
    builder.beginAfterImage()
    for (index, (_, value)) in values.enumerated() {
        if index % 3 == 2 { builder.writeNull() } else { try? builder.write(value) }
    }
    builder.endRow()
    return group(number, .rows(builder.finish()[...]))
}

func configuration(_ directory: TemporaryDirectory, maximumFileSize: UInt64 = 1 << 30)
    -> BinaryLogConfiguration
{
    var result = BinaryLogConfiguration(
        directory: directory.path, serverID: 1, serverVersion: "9.7.4-grouplite",
        serverVersionNumber: 90704)
    result.maximumFileSize = maximumFileSize
    return result
}

func gtids(_ text: String) -> GTIDSet { GTIDSet("\(groupName):" + text) ?? GTIDSet() }

@Suite struct BinaryLogWriterTests {
    @Test func aFileHasTheShapeOfTheManualsTutorial() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1_790_000_000)
        try log.append([
            ddlGroup(1, "CREATE DATABASE test"), insertGroup(2),
            group(3, .viewChange(ViewChangeEvent(viewID: "17110274562891937:4"))), group(4, .empty),
        ])
        let lines = try log.eventLines()
        #expect(
            lines.map { "\($0.eventType) \($0.info)" } == [
                "Format_desc Server ver: 9.7.4-grouplite, Binlog ver: 4", "Previous_gtids ",
                "Gtid SET @@SESSION.GTID_NEXT= '\(groupName):1'", "Query CREATE DATABASE test /* xid=51 */",
                "Gtid SET @@SESSION.GTID_NEXT= '\(groupName):2'", "Query BEGIN",
                "Table_map table_id: 115 (test.t1)",
                "Write_rows table_id: 115 flags: STMT_END_F USE_SQL_FOREIGN_KEY_F",
                "Xid COMMIT /* xid=52 */",
                "Gtid SET @@SESSION.GTID_NEXT= '\(groupName):3'", "Query BEGIN",
                "View_change view_id=17110274562891937:4", "Query COMMIT",
                "Gtid SET @@SESSION.GTID_NEXT= '\(groupName):4'", "Query BEGIN", "Query COMMIT",
            ])
        // The sizes of the real server's file: 4, 127, 158, Gtid 84, Table_map 55, Write_rows 46, Xid 31.
        #expect(Array(lines.map(\.position).prefix(3)) == [4, 127, 158])
        #expect(lines[2].endPosition - lines[2].position == 84)
        #expect(lines[7].endPosition - lines[7].position == 46)
        #expect(lines[8].endPosition - lines[8].position == 31)
        for (line, next) in zip(lines, lines.dropFirst()) { #expect(line.endPosition == next.position) }
        #expect(log.executedGTIDs == gtids("1-4"))
        #expect(
            log.position == BinaryLogPosition(fileName: "binlog.000001", offset: lines[15].endPosition))
        #expect(try log.eventLines(from: 158, skipping: 1, limit: 1).map(\.eventType) == ["Query"])
        #expect(throws: BinaryLogError.self) { try log.eventLines(from: 159) }
        #expect(throws: BinaryLogError.unknownFile("binlog.000009")) {
            try log.eventLines(in: "binlog.000009")
        }
    }

    /// Kept for a look with other programs: `GROUPLITE_KEEP_BINLOG=/tmp/x swift test`.
    @Test(.enabled(if: getenv("GROUPLITE_KEEP_BINLOG") != nil))
    func aFileForOtherReadersIsWritten() throws {
        guard let path = getenv("GROUPLITE_KEEP_BINLOG") else { return }
        var settings = BinaryLogConfiguration(
            directory: String(cString: path), serverID: 1, serverVersion: "9.7.4-grouplite",
            serverVersionNumber: 90704)
        settings.maximumFileSize = 20_000
        let log = try BinaryLogWriter(configuration: settings, timestamp: 1_790_000_000)
        try log.append([
            ddlGroup(1, "CREATE DATABASE test"),
            ddlGroup(2, "CREATE TABLE test.t1 (c1 INT PRIMARY KEY, c2 TEXT NOT NULL)"),
            insertGroup(3), group(4, .viewChange(ViewChangeEvent(viewID: "17110274562891937:4"))),
            group(5, .empty),
            insertGroup(6, text: String(repeating: "x", count: 30_000)), insertGroup(7),
            allTypesGroup(8, isFull: false),
        ])
        try log.rotate(timestamp: 1_790_000_001)
        try log.append([allTypesGroup(9, isFull: true)])
        try log.close(timestamp: 1_790_000_001)
    }

    @Test func filesRotateAtTheirSizeAndArePurged() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(
            configuration: configuration(directory, maximumFileSize: 2000), timestamp: 1)
        try log.append((1...30).map { insertGroup($0) })
        let names = log.fileNames
        #expect(names.count > 3)
        #expect(names.last == log.position.fileName)
        let second = try log.eventLines(in: names[1])
        #expect(second.last?.info == "\(names[2]);pos=4")
        let firstGTID = try #require(second.first { $0.eventType == "Gtid" })
        #expect(
            second[1].info
                == gtids("1-\((Int(firstGTID.info.split(separator: ":")[1].dropLast()) ?? 0) - 1)")
                .description)
        #expect(
            try log.files().map(\.size) == names.dropLast().map { UInt64(directory.read($0).count) } + [
                log.position.offset
            ])

        let removed = try log.purge(to: names[2])
        #expect(removed == Array(names[..<2]))
        #expect(log.fileNames == Array(names[2...]))
        #expect(directory.read(names[0]).isEmpty)
        #expect(!log.purgedGTIDs.isEmpty)
        #expect(throws: BinaryLogError.self) { try log.purge(to: names[0]) }
        #expect(log.executedGTIDs == gtids("1-30"))
        try log.close(timestamp: 2)
        #expect(throws: BinaryLogError.closed) { try log.append([insertGroup(31)]) }

        let again = try BinaryLogWriter(configuration: configuration(directory), timestamp: 3)
        #expect(again.executedGTIDs == gtids("1-30"))
        #expect(again.purgedGTIDs == log.purgedGTIDs)
        #expect(again.fileNames.count == names.count - 2 + 1)
        #expect(try again.purge(before: Int64.max).count == names.count - 2)
        #expect(again.purgedGTIDs == gtids("1-30"))
        try again.addPurged(gtids("31-40"), timestamp: 5)
        #expect(again.executedGTIDs == gtids("1-40"))
        #expect(again.purgedGTIDs == gtids("1-40"))
        #expect(again.fileNames.count == 1)
    }

    @Test func sequenceNumbersCountWithinTheFile() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        var third = insertGroup(3)
        third.dependencyDistance = 2
        var fourth = insertGroup(4)
        fourth.dependencyDistance = 9
        try log.append([insertGroup(1), insertGroup(2), third, fourth])
        try log.rotate(timestamp: 2)
        try log.append([insertGroup(5)])
        var found: [[Int64]] = []
        for name in log.fileNames {
            var reader = try BinaryLogFileReader(path: "\(directory.path)/\(name)")
            while let event = try reader.next(limit: .max) {
                if case .gtid(let body) = try event.decode() {
                    found.append([body.lastCommitted, body.sequenceNumber])
                }
            }
        }
        #expect(found == [[0, 1], [1, 2], [1, 3], [0, 4], [0, 1]])
    }

    /// Every length at which a crash may leave the last file.
    @Test func aTornTailIsCutAtTheLastWholeGroupAndTheMissingGroupsMakeTheSameBytes() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        try log.append([insertGroup(1)])
        let first = Int(log.position.offset)
        try log.append([insertGroup(2), ddlGroup(3, "CREATE TABLE x (a INT)")])
        let whole = directory.read("binlog.000001")
        let ends = try log.eventLines().filter { $0.eventType == "Xid" || $0.info.hasPrefix("CREATE") }
            .map(\.endPosition)
        for length in stride(from: first, through: whole.count, by: 7) {
            let crashed = TemporaryDirectory()
            // A file that grew before its bytes were written reads as zeros.
            let zeros = [UInt8](repeating: 0, count: length % 2 == 0 ? 50 : 0)
            crashed.write("binlog.000001", Array(whole[..<length]) + zeros)
            crashed.write("binlog.index", Array("./binlog.000001\n".utf8))
            crashed.write("binlog.000002", [1, 2, 3])  // its creation was under way
            let again = try BinaryLogWriter(configuration: configuration(crashed), timestamp: 1)
            let wholeGroups = ends.filter { $0 <= length }.count
            #expect(again.executedGTIDs == gtids("1-\(wholeGroups)"))
            #expect(crashed.read("binlog.000001").count == Int(ends[wholeGroups - 1]))
            let missing = [insertGroup(2), ddlGroup(3, "CREATE TABLE x (a INT)")].filter {
                !again.executedGTIDs.contains($0.gtid)
            }
            try again.append(missing)
            #expect(again.executedGTIDs == gtids("1-3"))
            let text = try again.fileNames.flatMap { try again.eventLines(in: $0) }.map(\.info)
            #expect(text.filter { $0.hasPrefix("SET") }.count == 3)
        }
    }

    @Test func damageInTheMiddleOfAnUnfinishedFileEndsItThere() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        try log.append((1...5).map { insertGroup($0) })
        var bytes = directory.read("binlog.000001")
        let third = try #require(try log.eventLines().first { $0.info.hasSuffix(":3'") })
        bytes[Int(third.position) + 100] ^= 1
        let crashed = TemporaryDirectory()
        crashed.write("binlog.000001", bytes)
        let again = try BinaryLogWriter(configuration: configuration(crashed), timestamp: 1)
        #expect(again.executedGTIDs == gtids("1-2"))
    }

    @Test func aMalformedBodyIsRefusedAndTheGroupsBeforeItStay() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        #expect(throws: BinaryLogError.self) {
            try log.append([insertGroup(1), group(2, .rows([1, 2, 3][...]))])
        }
        #expect(log.executedGTIDs == gtids("1"))
        try log.append([insertGroup(2)])
        #expect(log.executedGTIDs == gtids("1-2"))
        #expect(try log.eventLines().filter { $0.eventType == "Xid" }.count == 2)
    }

    @Test func aSyncCoversWhatWasAppended() throws {
        let directory = TemporaryDirectory()
        let log = try BinaryLogWriter(configuration: configuration(directory), timestamp: 1)
        try log.append([insertGroup(1)])
        #expect(try log.sync() == log.position)
        #expect(directory.read("binlog.000001").count == Int(log.position.offset))
    }
}
