import Consensus
import Glibc
import Platform
import Testing

@testable import GroupCommunication
@testable import GroupCommunicationCore

private let group = UUID(high: 1, low: 2)

private func record(_ slot: Slot, _ text: String = "value") -> LogRecord {
    LogRecord(slot: slot, bytes: Array("\(text) \(slot)".utf8))
}

private func open(
    _ directory: TemporaryDirectory, group: UUID = group, segmentBytes: UInt64 = 4096,
    space: SpaceWait = SpaceWait()
) throws -> (GroupLog, [LogRecord]) {
    var settings = GroupLog.Settings()
    settings.segmentBytes = segmentBytes
    settings.space = space
    var replayed: [LogRecord] = []
    let log = try GroupLog(directory: directory.path, group: group, settings: settings) { replayed.append($0) }
    return (log, replayed)
}

@Suite struct GroupLogTests {
    @Test func theChecksumIsCastagnolis() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for split in [0, 1, 7, 8, 9, 500, 1000] {
            #expect(
                CRC32C.checksum(Array(bytes[split...]), continuing: CRC32C.checksum(Array(bytes[..<split])))
                    == CRC32C.checksum(bytes))
        }
    }

    @Test func recordsComeBackInTheOrderInWhichTheyWereWritten() throws {
        let directory = TemporaryDirectory()
        let records = (1...500).map { record(Slot($0 * 7 % 50 + $0 / 10)) }
        do {
            let (log, replayed) = try open(directory)
            #expect(replayed.isEmpty)
            for start in stride(from: 0, to: 500, by: 9) {
                try log.append(Array(records[start..<min(500, start + 9)]))
                try log.sync()
            }
            #expect(directory.names.count >= 4)
        }
        let (log, replayed) = try open(directory)
        #expect(replayed == records)
        #expect(try log.load(20...22, maximumBytes: .max) == records.filter { (20...22).contains($0.slot) })
        let first = try log.load(1...100, maximumBytes: 1)
        #expect(Set(first.map(\.slot)).count == 1)
        #expect(first == records.filter { $0.slot == first[0].slot })
        try log.append([record(21, "new")])
        #expect(try log.load(21...21, maximumBytes: .max).last == record(21, "new"))
    }

    /// A restarted member reads all that it wrote since its last snapshot: tens of thousands of small records.
    @Test func readingBackCostsAboutWhatWasWritten() throws {
        let directory = TemporaryDirectory()
        let faults = FileFaults(directory: directory.path)
        defer { faults.remove() }
        let (log, _) = try open(directory, segmentBytes: 4 << 20)
        for start in stride(from: Slot(1), to: 10_000, by: 100) { try log.append((start..<start + 100).map { record($0) }) }
        _ = try log.load(1...1, maximumBytes: .max)
        let before = faults.count(of: .read)
        for start in stride(from: Slot(1), to: 10_000, by: 256) {
            _ = try log.load(start...start + 255, maximumBytes: .max)
        }
        // 40 windows of 64 KiB; one for each record would be hundreds of MiB.
        #expect(faults.count(of: .read) - before < 100)
    }

    @Test func aRecordLargerThanASegmentGetsOneOfItsOwn() throws {
        let directory = TemporaryDirectory()
        let large = LogRecord(slot: 2, bytes: [UInt8](repeating: 7, count: 100_000))
        do {
            let (log, _) = try open(directory)
            try log.append([record(1), large, record(3)])
            try log.sync()
        }
        #expect(try open(directory).1 == [record(1), large, record(3)])
    }

    /// Every length at which a crash may leave the last segment, with zeros or rubbish behind it.
    @Test func aTornTailIsCut() throws {
        let directory = TemporaryDirectory()
        var ends: [Int] = [GroupLogSegment.headerSize]
        do {
            let (log, _) = try open(directory)
            try log.append([record(1)])
            try log.sync()
            // Never synced, so none of them may be missed.
            try log.append([record(2), record(3)])
        }
        for slot in 1...3 { ends.append(ends[slot - 1] + GroupLogSegment.size(of: record(Slot(slot)))) }
        let name = directory.names[0]
        let whole = directory.read(name)
        let mark = directory.read(GroupLogMarkFile.name)
        for length in ends[1]...ends[3] {
            for filler in [0, 0xA5] as [UInt8] {
                let crashed = TemporaryDirectory()
                let tail = [UInt8](repeating: filler, count: 300)
                crashed.write(
                    name, Array(whole[..<length]) + tail + [UInt8](repeating: 0, count: whole.count - length - tail.count))
                crashed.write(GroupLogMarkFile.name, mark)
                let (log, replayed) = try open(crashed)
                let complete = ends.dropFirst().filter { $0 <= length }.count
                #expect(replayed == (1...complete).map { record(Slot($0)) })
                try log.append([record(9)])
                try log.sync()
                #expect(try open(crashed).1 == replayed + [record(9)])
            }
        }
    }

    @Test func aDamagedRecordThatWasOnDiskIsNoTornTail() throws {
        let directory = TemporaryDirectory()
        do {
            let (log, _) = try open(directory)
            for slot in 1...5 as ClosedRange<Slot> {
                try log.append([record(slot)])
                try log.sync()
            }
        }
        let name = directory.names[0]
        var bytes = directory.read(name)
        bytes[GroupLogSegment.headerSize + GroupLogSegment.size(of: record(1)) + 22] ^= 1
        directory.write(name, bytes)
        #expect(throws: GroupLogError.self) { _ = try open(directory) }
        // It can be erased, and the member may then join anew.
        try GroupLog.erase(directory: directory.path)
        #expect(try open(directory).1.isEmpty)
    }

    @Test func aMissingOrShortenedOlderSegmentIsAnError() throws {
        let directory = TemporaryDirectory()
        do {
            let (log, _) = try open(directory)
            try log.append((1...500).map { record($0) })
            try log.sync()
        }
        let names = directory.names
        let second = directory.read(names[1])
        directory.remove(names[1])
        #expect(throws: GroupLogError.self) { _ = try open(directory) }
        directory.write(names[1], Array(second[..<1000]))
        #expect(throws: GroupLogError.self) { _ = try open(directory) }
        directory.write(names[1], second)
        #expect(try open(directory).1.count == 500)
    }

    /// A directory with five records in it, each on disk, and the last segment's name.
    private func synced(inTwoSegments: Bool = false) throws -> (TemporaryDirectory, String) {
        let directory = TemporaryDirectory()
        let (log, _) = try open(directory)
        if inTwoSegments {
            try log.append((1...100).map { record($0) })
            try log.sync()
        }
        for slot in 101...105 as ClosedRange<Slot> {
            try log.append([record(slot)])
            try log.sync()
        }
        return (directory, directory.names.filter { $0 != GroupLogMarkFile.name }.last ?? "")
    }

    /// What a damaged file system, a bad copy or a slip of the hand may take: the end of what was on disk.
    @Test func theLogsEndCannotBeLostUnseen() throws {
        let last = GroupLogSegment.size(of: record(105))
        let (pristine, name) = try synced()
        let bytes = pristine.read(name)
        let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        let damages: [(String, ([UInt8]) -> [UInt8])] = [
            ("the last record gone", { Array($0[..<(used - last)]) + [UInt8](repeating: 0, count: $0.count - used + last) }),
            ("the last two gone", { Array($0[..<(used - 2 * last)]) + [UInt8](repeating: 0, count: $0.count - used + 2 * last) }),
            ("a bit of the last record", { $0[..<(used - 1)] + [$0[used - 1] ^ 1] + $0[used...] }),
            ("a bit of its length", { $0[..<(used - last + 4)] + [$0[used - last + 4] ^ 4] + $0[(used - last + 5)...] }),
            ("cut off behind the records", { Array($0[..<used]) }),
            ("cut off in the records", { Array($0[..<(used - 5)]) }),
            ("cut off in the header", { Array($0[..<20]) }),
            ("a bit of the header", { [$0[0] ^ 1] + $0[1...] }),
            ("empty", { _ in [] }),
        ]
        for (what, damage) in damages {
            let (directory, name) = try synced()
            directory.write(name, damage(directory.read(name)))
            #expect(throws: GroupLogError.self, "\(what)") { _ = try open(directory) }
            #expect(throws: GroupLogError.self, "\(what), again") { _ = try open(directory) }
            try GroupLog.erase(directory: directory.path)
            #expect(try open(directory).1.isEmpty)
        }
    }

    @Test func theLastSegmentsOrTheMarksLossIsFound() throws {
        let (directory, name) = try synced(inTwoSegments: true)
        let segment = directory.read(name)
        let mark = directory.read(GroupLogMarkFile.name)
        directory.remove(name)
        #expect(throws: GroupLogError.self) { _ = try open(directory) }
        directory.write(name, segment)
        directory.remove(GroupLogMarkFile.name)
        #expect(throws: GroupLogError.self) { _ = try open(directory) }
        directory.write(GroupLogMarkFile.name, [UInt8](repeating: 0, count: 600))
        #expect(throws: GroupLogError.self) { _ = try open(directory) }
        // A loss of power may bring any of the marks written before back: it tells of less.
        directory.write(GroupLogMarkFile.name, mark)
        let later: [LogRecord]
        do {
            let (log, replayed) = try open(directory)
            try log.append([record(106)])
            try log.sync()
            later = replayed + [record(106)]
        }
        directory.write(GroupLogMarkFile.name, mark)
        #expect(try open(directory).1 == later)
    }

    @Test func aLogIsBehindAMarkThatWasMadeOfMore() throws {
        let (directory, _) = try synced()
        let mark = try #require(try open(directory).0.mark)
        #expect(mark.covers(mark))
        #expect(!mark.covers(GroupLogMark(generation: mark.generation, segment: mark.segment, end: mark.end + 1)))
        #expect(!mark.covers(GroupLogMark(generation: mark.generation, segment: mark.segment + 1, end: 60)))
        #expect(!mark.covers(GroupLogMark(generation: mark.generation + 1, segment: 0, end: 0)))
        // A log that was begun anew is not compared with the one before.
        try GroupLog.erase(directory: directory.path)
        let (log, _) = try open(directory)
        try log.append([record(1)])
        try log.sync()
        #expect(try #require(log.mark).covers(mark))
    }

    @Test func aSegmentWhoseCreationWasInterruptedIsTakenAway() throws {
        let directory = TemporaryDirectory()
        do {
            let (log, _) = try open(directory)
            try log.append([record(1)])
            try log.sync()
        }
        directory.write("group-log.00000002", [UInt8](repeating: 0, count: 100))
        let (log, replayed) = try open(directory)
        #expect(replayed == [record(1)])
        try log.append((2...400).map { record($0) })
        try log.sync()
        #expect(try open(directory).1.count == 400)
    }

    @Test func trimmingDeletesWholeSegmentsBelow() throws {
        let directory = TemporaryDirectory()
        let (log, _) = try open(directory)
        try log.append((1...1000).map { record($0) })
        try log.sync()
        let before = directory.names.count
        try log.trim(belowSlot: 501)
        #expect(directory.names.count < before)
        let (_, replayed) = try open(directory)
        #expect(replayed.first.map { $0.slot <= 501 } == true)
        #expect(replayed.last == record(1000))
        #expect(replayed == (replayed[0].slot...1000).map { record($0) })
        try log.trim(belowSlot: .max)
        #expect(directory.names.count == 2)
    }

    @Test func anInterruptedEraseIsCompletedAtTheNextStart() throws {
        let directory = TemporaryDirectory()
        do {
            let (log, _) = try open(directory)
            try log.append((1...1000).map { record($0) })
            try log.sync()
        }
        directory.write("group-log-is-being-erased", [])
        directory.remove(directory.names[1])
        #expect(try open(directory).1.isEmpty)
        #expect(directory.names == [GroupLogMarkFile.name])
    }

    @Test func recordsOfAnotherGroupAreNotReplayed() throws {
        let directory = TemporaryDirectory()
        do {
            let (log, _) = try open(directory)
            try log.append([record(1)])
            try log.sync()
        }
        let other = UUID(high: 3, low: 4)
        let (log, replayed) = try open(directory, group: other)
        #expect(replayed.isEmpty)
        try log.append([record(2)])
        try log.sync()
        #expect(try open(directory, group: other).1 == [record(2)])
        #expect(try log.load(1...9, maximumBytes: .max) == [record(2)])
        try log.erase()
        #expect(try open(directory).1.isEmpty)
    }

    @Test(arguments: [(FileOperation.write, EIO), (.sync, EIO), (.sync, ENOSPC), (.open, EIO), (.allocate, EIO), (.syncDirectory, EIO)])
    func anyFailureIsFinal(_ operation: FileOperation, _ code: Int32) throws {
        let directory = TemporaryDirectory()
        let faults = FileFaults(directory: directory.path)
        defer { faults.remove() }
        let (log, _) = try open(directory)
        try log.append([record(1)])
        try log.sync()
        // The first records that find no place make a new segment.
        faults.fail(operation, code)
        #expect(throws: GroupLogError.self) {
            for number in 2...200 as ClosedRange<Slot> {
                try log.append([record(number)])
                try log.sync()
            }
        }
        #expect(throws: GroupLogError.failed) { try log.append([record(3)]) }
        #expect(throws: GroupLogError.failed) { try log.sync() }
        if operation == .sync {
            // The kernel may have dropped what it could not write, and shows it all the same.
            #expect(throws: GroupLogError.self) { _ = try open(directory) }
        } else {
            #expect(try open(directory).1.first == record(1))
        }
    }

    /// Every write, sync and change of the directory of a log's life fails in turn, for good or because the disk is full: what
    /// was acknowledged is there afterwards, and after a failed sync nobody goes on as if it were.
    @Test(arguments: [FileOperation.write, .sync, .open, .allocate, .rename, .unlink, .syncDirectory, .truncate])
    func theNthOperationFails(_ operation: FileOperation) throws {
        for nth in 1...60 {
            let directory = TemporaryDirectory()
            let faults = FileFaults(directory: directory.path)
            defer { faults.remove() }
            faults.fail(operation, nth: nth, EIO)
            var acknowledged: Slot = 0
            var trimmed: Slot = 0
            var hasFailed = false
            do {
                let (log, _) = try open(directory)
                for number in 1...120 as ClosedRange<Slot> {
                    try log.append([record(number)])
                    try log.sync()
                    acknowledged = number
                    if number % 50 == 0 {
                        try log.trim(belowSlot: number - 20)
                        trimmed = number - 20
                    }
                }
            } catch {
                hasFailed = true
            }
            faults.mend()
            guard !(hasFailed && operation == .sync) else { continue }
            let (_, replayed) = try open(directory)
            let found = Set(replayed.map(\.slot))
            for slot in stride(from: trimmed + 1, through: acknowledged, by: 1) { #expect(found.contains(slot), "\(nth)") }
            if !hasFailed { break }
        }
    }

    @Test func aFullDiskIsWaitedFor() throws {
        let directory = TemporaryDirectory()
        let faults = FileFaults(directory: directory.path)
        defer { faults.remove() }
        let disk = DiskSpace(retryInterval: .milliseconds(5))
        let (log, _) = try open(directory, segmentBytes: 16384, space: SpaceWait(disk: disk))
        // A segment of the usual size does not fit: smaller ones do, until nothing does.
        faults.setBytesLeft(6000)
        let filler = Thread.start(name: "frees") {
            while !disk.isFull { Thread.sleep(.milliseconds(1)) }
            while (disk.waiters.first?.retries ?? 0) < 3 { Thread.sleep(.milliseconds(1)) }
            faults.setBytesLeft(1 << 20)
        }
        for number in 1...400 as ClosedRange<Slot> {
            try log.append([record(number)])
            try log.sync()
        }
        filler?.join()
        #expect(disk.waitCount >= 1)
        #expect(!disk.isFull)
        #expect(try open(directory).1 == (1...400).map { record($0) })
    }

    @Test func whoIsStoppedWhileTheDiskIsFullHasNotFailedAndAcknowledgesNothing() throws {
        final class Seen: @unchecked Sendable {
            let lock = Lock()
            var answers: [String] = []
        }
        let directory = TemporaryDirectory()
        let faults = FileFaults(directory: directory.path)
        defer { faults.remove() }
        let disk = DiskSpace(retryInterval: .seconds(100))
        let (log, _) = try open(directory, space: SpaceWait(disk: disk))
        faults.setBytesLeft(0)
        let seen = Seen()
        let writer = try #require(
            GroupLogWriter(log: log) { answers in seen.lock.withLock { seen.answers += answers.map { "\($0)" } } })
        writer.enqueue(.persist(records: [record(1)], token: 1, sync: true))
        while !disk.isFull { Thread.sleep(.milliseconds(1)) }
        writer.stop()
        #expect(seen.answers.isEmpty)
        #expect(!disk.isFull)
    }

    @Test func theWriterAnswersABatchWithOneSyncAndThenStops() throws {
        final class Seen: @unchecked Sendable {
            let lock = Lock()
            let changed = Condition()
            var last: UInt64 = 0
            var loaded: [LogRecord] = []
        }
        let directory = TemporaryDirectory()
        let seen = Seen()
        let faults = FileFaults(directory: directory.path)
        defer { faults.remove() }
        let (log, _) = try open(directory)
        let writer = try #require(
            GroupLogWriter(log: log) { answers in
                seen.lock.withLock {
                    for answer in answers {
                        switch answer {
                        case .persisted(let token): seen.last = token
                        case .loaded(_, let records): seen.loaded = records
                        case .failed: break
                        }
                    }
                    seen.changed.broadcast()
                }
            })
        for number in 1...1000 as ClosedRange<UInt64> {
            writer.enqueue(.persist(records: [record(number)], token: number, sync: number % 2 == 0))
        }
        writer.enqueue(.load(slots: 5...6, maximumBytes: 1000, token: 1))
        writer.stop()
        #expect(seen.last == 1000)
        #expect(seen.loaded == [record(5), record(6)])
        #expect(faults.count(of: .sync) < 500)
        #expect(try open(directory).1.count == 1000)
    }
}
