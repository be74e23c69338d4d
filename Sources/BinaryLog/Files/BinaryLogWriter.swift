import CPlatform
import Glibc
import Platform

/// A place in the binary log.
public struct BinaryLogPosition: Hashable, Sendable {
    public var fileName: String
    public var offset: UInt64

    public init(fileName: String, offset: UInt64) {
        self.fileName = fileName
        self.offset = offset
    }
}

/// What the binary log is given at start.
public struct BinaryLogConfiguration: Sendable {
    /// An existing directory (the data directory).
    public var directory: String
    /// `log_bin`'s base name.
    public var baseName = "binlog"
    public var serverID: UInt32
    /// As in `@@version`, and as a number (90704 for 9.7.4).
    public var serverVersion: String
    public var serverVersionNumber: UInt32
    /// `max_binlog_size`: a file that has reached it takes no further group.
    public var maximumFileSize: UInt64 = 1 << 30
    public var checksum = ChecksumAlgorithm.crc32

    public init(
        directory: String, serverID: UInt32, serverVersion: String, serverVersionNumber: UInt32
    ) {
        self.directory = directory
        self.serverID = serverID
        self.serverVersion = serverVersion
        self.serverVersionNumber = serverVersionNumber
    }
}

/// The server's binary log: `binlog.000001` onwards and the index.
///
/// It follows the group log, which is the durable truth, so a commit never waits for a sync of these files: ``sync()`` is
/// for checkpoints. After a crash ``init(configuration:timestamp:)`` cuts the last file behind its last whole group;
/// ``executedGTIDs`` then says what is there, and the caller appends again, in order, what the group log has beyond it.
/// What is appended depends only on the arguments, so the result is what would have been there without the crash (but
/// for a new file beginning at the restart, as in MySQL). What precedes the last file was synced when that began.
///
/// Any thread may call any method. Appends and rotations are one at a time; readers never wait for them.
public final class BinaryLogWriter: @unchecked Sendable {
    let index: BinaryLogIndex

    // Whoever holds `writing` alone changes files' ends and begins new ones. Taken before `indexing`, that before `lock`.
    private let writing = Lock()
    private var configuration: BinaryLogConfiguration
    private var buffer = ByteWriter()
    private var groupsInFile: Int64 = 0
    private var writtenBack: UInt64 = 0
    // Whoever holds `indexing` changes the index file and `names`.
    private let indexing = Lock()
    // Guards what follows; held for moments only, never during a system call.
    let lock = Lock()
    private let changed = Condition()
    private var waiters = 0
    private var wakeUps: UInt64 = 0
    private var names: [String]
    private var file: FileHandle
    private var end: UInt64
    private var executed: GTIDSet
    private var purged: GTIDSet
    private var previousByName: [String: GTIDSet] = [:]
    private var pins: [Int: String] = [:]
    private var nextPin = 0
    private var state = State.open

    private enum State {
        case open
        case failed
        case closed
    }

    /// Dirty pages are handed to the disk in such pieces, so that no later sync has a whole file to write.
    private static let writebackSize: UInt64 = 8 << 20
    /// A batch is written when it has grown to this.
    private static let bufferSize = 4 << 20

    /// Opens the binary log, repairs it after a crash, and begins a new file. `timestamp`: seconds since 1970 for the new
    /// file's head. When there is no binary log yet, `executed` (what a data directory without one has, such as a
    /// clone's) becomes the first file's Previous_gtids.
    public init(
        configuration: BinaryLogConfiguration, timestamp: UInt32, executed initial: GTIDSet = GTIDSet()
    ) throws(BinaryLogError) {
        self.configuration = configuration
        index = BinaryLogIndex(directory: configuration.directory, baseName: configuration.baseName)
        let (known, recovered) = try BinaryLogWriter.recover(index)
        let executed = recovered ?? initial
        names = known
        let name = index.name(number: (known.last.flatMap(index.number(of:)) ?? 0) + 1)
        let head = BinaryLogWriter.head(
            configuration, previous: executed, created: timestamp, timestamp: timestamp)
        file = try BinaryLogWriter.create(index.path(of: name), head: head)
        try index.store(known + [name])
        names = known + [name]
        end = UInt64(head.count)
        self.executed = executed
        purged = try BinaryLogFileContents.previousGTIDs(path: index.path(of: names[0]))
        previousByName[name] = executed
    }

    // MARK: State

    /// Everything in the log or purged from it.
    public var executedGTIDs: GTIDSet { lock.withLock { executed } }

    /// What was executed but is in no file any more (`gtid_purged`).
    public var purgedGTIDs: GTIDSet { lock.withLock { purged } }

    /// Where the next group will begin.
    public var position: BinaryLogPosition {
        lock.withLock { BinaryLogPosition(fileName: names[names.count - 1], offset: end) }
    }

    /// The files, oldest first, the last one being written.
    public var fileNames: [String] { lock.withLock { names } }

    /// The files with their sizes, for SHOW BINARY LOGS.
    public func files() throws(BinaryLogError) -> [(name: String, size: UInt64)] {
        let (names, end) = lock.withLock { (self.names, self.end) }
        var result: [(name: String, size: UInt64)] = []
        for name in names.dropLast() {
            var status = stat()
            // One that was purged meanwhile is not shown.
            if stat(index.path(of: name), &status) == 0 { result.append((name, UInt64(status.st_size))) }
        }
        if let last = names.last { result.append((last, end)) }
        return result
    }

    /// Changes `max_binlog_size` for the groups to come.
    public func setMaximumFileSize(_ size: UInt64) {
        writing.withLock { configuration.maximumFileSize = size }
    }

    // MARK: Appending

    /// Appends groups in this order, in one write (and one more for each file that gets full on the way). On return
    /// readers see them. Throws without having changed anything when a group is malformed; after a failed write the
    /// groups before the failure may have been appended, which ``executedGTIDs`` tells.
    public func append(_ groups: [EventGroup]) throws(BinaryLogError) {
        try writing.withLock { () throws(BinaryLogError) in
            try requireOpen()
            let encoder = EventGroupEncoder(
                checksum: configuration.checksum, serverVersion: configuration.serverVersionNumber)
            var start = end
            var pending: [GTID] = []
            buffer.removeAll()
            for group in groups {
                let mark = buffer.count
                do throws(MalformedBytes) {
                    try encoder.encode(
                        group, position: start + UInt64(mark), sequenceNumber: groupsInFile + 1, into: &buffer)
                } catch {
                    // What came before it in the batch is good and stays: its position in the order is fixed.
                    buffer.truncate(to: mark)
                    try flush(pending)
                    throw .malformedGroup(reason: "\(group.gtid): \(error.description)")
                }
                groupsInFile += 1
                pending.append(group.gtid)
                let isFull = start + UInt64(buffer.count) >= configuration.maximumFileSize
                if isFull || buffer.count >= BinaryLogWriter.bufferSize {
                    try flush(pending)
                    pending.removeAll(keepingCapacity: true)
                    if isFull { try rotateFile(timestamp: group.timestamp) }
                    start = end
                }
            }
            try flush(pending)
        }
    }

    /// Writes the buffer behind the end and publishes it. On failure the file is as before.
    private func flush(_ gtids: [GTID]) throws(BinaryLogError) {
        guard buffer.count > 0 else { return }
        let start = end
        do throws(BinaryLogError) {
            try file.write(buffer.bytes, at: start)
        } catch {
            groupsInFile -= Int64(gtids.count)
            buffer.removeAll()
            do throws(BinaryLogError) {
                try file.truncate(to: start)
            } catch {
                lock.withLock { state = .failed }
            }
            throw error
        }
        let newEnd = start + UInt64(buffer.count)
        buffer.removeAll()
        lock.withLock {
            end = newEnd
            for gtid in gtids { executed.insert(gtid) }
            if waiters > 0 { changed.broadcast() }
        }
        if newEnd - writtenBack >= BinaryLogWriter.writebackSize {
            _ = grouplite_start_writeback(file.descriptor, Int(writtenBack), Int(newEnd - writtenBack))
            writtenBack = newEnd
        }
    }

    /// Waits until everything appended before the call is on disk. Returns the place up to which that holds.
    @discardableResult
    public func sync() throws(BinaryLogError) -> BinaryLogPosition {
        let (handle, place) = lock.withLock {
            (file, BinaryLogPosition(fileName: names[names.count - 1], offset: end))
        }
        try handle.sync()
        return place
    }

    // MARK: Files

    /// FLUSH BINARY LOGS: goes on in a new file.
    public func rotate(timestamp: UInt32) throws(BinaryLogError) {
        try writing.withLock { () throws(BinaryLogError) in
            try requireOpen()
            try rotateFile(timestamp: timestamp)
        }
    }

    /// Adds `gtids` to those that are executed but in no file (SET GLOBAL gtid_purged, or after a clone). All files so far
    /// are purged, so that what readers are told they lack is exact.
    public func addPurged(_ gtids: GTIDSet, timestamp: UInt32) throws(BinaryLogError) {
        try writing.withLock { () throws(BinaryLogError) in
            try requireOpen()
            lock.withLock { executed.formUnion(gtids) }
            try rotateFile(timestamp: timestamp)
        }
        try purge(to: position.fileName)
    }

    /// RESET BINARY LOGS AND GTIDS: deletes all files and begins again with number 1 and these GTIDs as purged.
    public func reset(executed new: GTIDSet = GTIDSet(), timestamp: UInt32) throws(BinaryLogError) {
        try writing.withLock { () throws(BinaryLogError) in
            try requireOpen()
            try indexing.withLock { () throws(BinaryLogError) in
                let old = lock.withLock { () -> [String] in
                    // Until the new file is there, a failure leaves the log unusable rather than wrong.
                    state = .failed
                    return names
                }
                // An empty index says that all files are leftovers.
                try index.store([])
                for name in old { try index.remove(name) }
                let name = index.name(number: 1)
                let head = BinaryLogWriter.head(
                    configuration, previous: new, created: 0, timestamp: timestamp)
                let handle = try BinaryLogWriter.create(index.path(of: name), head: head)
                try index.store([name])
                lock.withLock {
                    (file, end, names) = (handle, UInt64(head.count), [name])
                    (executed, purged, previousByName) = (new, new, [name: new])
                    state = .open
                    changed.broadcast()
                }
                groupsInFile = 0
                writtenBack = 0
            }
        }
    }

    /// Ends the present file and begins the next. The old file is durable before the new one is in the index.
    private func rotateFile(timestamp: UInt32) throws(BinaryLogError) {
        let old = position.fileName
        let name = index.name(number: (index.number(of: old) ?? 0) + 1)
        var tail = ByteWriter()
        tail.write(
            RotateEvent(fileName: name), timestamp: timestamp, serverID: configuration.serverID,
            checksum: configuration.checksum, position: end)
        let head = BinaryLogWriter.head(
            configuration, previous: executed, created: 0, timestamp: timestamp)
        let next = try BinaryLogWriter.create(index.path(of: name), head: head)
        do throws(BinaryLogError) {
            try finishFile(with: tail.bytes)
            try indexing.withLock { () throws(BinaryLogError) in
                try index.store(names + [name])
                lock.withLock {
                    names.append(name)
                    previousByName[name] = executed
                    (file, end) = (next, UInt64(head.count))
                    changed.broadcast()
                }
            }
        } catch {
            // The old file may bear its Rotate event already: nothing may follow it.
            lock.withLock { state = .failed }
            throw error
        }
        groupsInFile = 0
        writtenBack = 0
    }

    /// Writes the present file's last event, clears its in-use flag and makes it durable.
    private func finishFile(with tail: [UInt8]) throws(BinaryLogError) {
        try file.write(tail, at: end)
        try file.sync()
        // After the sync, so that a file without the flag is whole.
        try file.write([0, 0], at: BinaryLogWriter.flagsOffset)
        try file.sync()
        lock.withLock {
            end += UInt64(tail.count)
            changed.broadcast()
        }
    }

    /// Ends the log for good: a Stop event, everything on disk, readers woken.
    public func close(timestamp: UInt32) throws(BinaryLogError) {
        try writing.withLock { () throws(BinaryLogError) in
            try requireOpen()
            var tail = ByteWriter()
            tail.write(
                StopEvent(), timestamp: timestamp, serverID: configuration.serverID,
                checksum: configuration.checksum,
                position: end)
            defer {
                lock.withLock {
                    state = .closed
                    changed.broadcast()
                }
            }
            try finishFile(with: tail.bytes)
        }
    }

    // MARK: Purging

    /// PURGE BINARY LOGS TO: deletes the files before `name`, but none from the first on that a reader is in. Returns the
    /// deleted ones.
    @discardableResult
    public func purge(to name: String) throws(BinaryLogError) -> [String] {
        try purge { names throws(BinaryLogError) in
            guard let count = names.firstIndex(of: name) else { throw .unknownFile(name) }
            return count
        }
    }

    /// PURGE BINARY LOGS BEFORE, and expiry: deletes the files that were last written before `seconds` since 1970.
    @discardableResult
    public func purge(before seconds: Int64) throws(BinaryLogError) -> [String] {
        let index = self.index
        return try purge { names throws(BinaryLogError) in
            names.firstIndex { name in
                var status = stat()
                return stat(index.path(of: name), &status) != 0 || Int64(status.st_mtim.tv_sec) >= seconds
            } ?? names.count
        }
    }

    private func purge(_ choose: ([String]) throws(BinaryLogError) -> Int) throws(BinaryLogError)
        -> [String]
    {
        try indexing.withLock { () throws(BinaryLogError) in
            let (names, pinned) = lock.withLock { (self.names, Set(pins.values)) }
            // The last file is being written.
            var count = min(try choose(names), names.count - 1)
            if let first = names.firstIndex(where: pinned.contains) { count = min(count, first) }
            guard count > 0 else { return [] }
            let kept = Array(names[count...])
            let newPurged = try BinaryLogFileContents.previousGTIDs(path: index.path(of: kept[0]))
            try index.store(kept)
            let removed = Array(names[..<count])
            lock.withLock {
                self.names = kept
                purged = newPurged
                for name in removed { previousByName[name] = nil }
            }
            for name in removed { try index.remove(name) }
            return removed
        }
    }

    // MARK: Readers

    /// Where a reader may read to in `name`, and which file comes after it: nil for the last one, which grows.
    func readable(_ name: String) throws(BinaryLogError) -> (end: UInt64?, next: String?) {
        try lock.withLock { () throws(BinaryLogError) in
            guard let place = names.lastIndex(of: name) else { throw .unknownFile(name) }
            return place == names.count - 1 ? (end, nil) : (nil, names[place + 1])
        }
    }

    /// Waits until there is something behind `offset` of `name`. False when `deadline` or ``wakeReaders()`` came first.
    func wait(behind offset: UInt64, of name: String, until deadline: MonotonicTime)
        throws(BinaryLogError) -> Bool
    {
        try lock.withLock { () throws(BinaryLogError) in
            waiters += 1
            defer { waiters -= 1 }
            let seen = wakeUps
            while names.last == name && end <= offset {
                if state == .closed { throw .closed }
                if wakeUps != seen { return false }
                if !changed.wait(lock, until: deadline) { return names.last != name || end > offset }
            }
            return true
        }
    }

    /// Ends all waits of readers, so that they look at their own stop flags (KILL of a dump thread).
    public func wakeReaders() {
        lock.withLock {
            wakeUps += 1
            changed.broadcast()
        }
    }

    /// The first file whose groups a reader that has `gtids` may need. Throws ``BinaryLogError/purged(_:)`` when it needs
    /// some that are gone. The file cannot be purged until the pin is moved or dropped.
    func pinStart(excluding gtids: GTIDSet) throws(BinaryLogError) -> (pin: Int, name: String) {
        try indexing.withLock { () throws(BinaryLogError) in
            let (names, purged) = lock.withLock { (self.names, self.purged) }
            guard purged.isSubset(of: gtids) else { throw .purged(purged.subtracting(gtids)) }
            for name in names.reversed() {
                if try previousGTIDs(of: name).isSubset(of: gtids) {
                    return lock.withLock { () -> (pin: Int, name: String) in
                        nextPin += 1
                        pins[nextPin] = name
                        return (nextPin, name)
                    }
                }
            }
            throw .purged(purged.subtracting(gtids))
        }
    }

    func movePin(_ pin: Int, to name: String?) {
        lock.withLock { pins[pin] = name }
    }

    private func previousGTIDs(of name: String) throws(BinaryLogError) -> GTIDSet {
        if let known = lock.withLock({ previousByName[name] }) { return known }
        let read = try BinaryLogFileContents.previousGTIDs(path: index.path(of: name))
        lock.withLock { previousByName[name] = read }
        return read
    }

    // MARK: Start

    /// Offset of the flags in the first event's header.
    private static let flagsOffset: UInt64 = 4 + 17

    private func requireOpen() throws(BinaryLogError) {
        switch lock.withLock({ state }) {
        case .open: return
        case .failed: throw .failed
        case .closed: throw .closed
        }
    }

    /// Makes index and directory agree, repairs the last file, and returns the files with all GTIDs up to their end (nil
    /// when there are none).
    private static func recover(_ index: BinaryLogIndex) throws(BinaryLogError) -> (
        [String], GTIDSet?
    ) {
        let present = try index.filesPresent()
        // Without any index the files themselves are what is known; with one, others are leftovers of a crash.
        var names = try index.load() ?? present
        for name in present where !names.contains(name) { try index.remove(name) }
        let files = Set(present)
        if let missing = names.first(where: { !files.contains($0) }) { throw .missingFile(missing) }
        while let name = names.last {
            let path = index.path(of: name)
            let contents: BinaryLogFileContents
            do throws(BinaryLogError) {
                let isInUse = try BinaryLogFileReader(path: path).isInUse
                contents = try BinaryLogFileContents.read(path: path, verifies: isInUse)
                guard isInUse || contents.damage == nil else {
                    throw BinaryLogError.malformed(
                        file: name, position: contents.validEnd, reason: contents.damage ?? "")
                }
            } catch .malformed where names.count > 1 && isEmptyFile(path) {
                // Only its creation was under way.
                names.removeLast()
                try index.store(names)
                try index.remove(name)
                continue
            }
            if contents.damage != nil || !contents.hasHead {
                guard contents.hasHead else {
                    throw .malformed(
                        file: name, position: contents.validEnd, reason: "no Previous_gtids event")
                }
                ErrorLog.shared.log(
                    .note, subsystem: "Repl",
                    "Recovering binary log '\(name)' after a crash: \(contents.damage ?? ""). It is cut at position "
                        + "\(contents.validEnd); what follows is taken from the group log again.")
            }
            try finishRecovered(path: path, at: contents.validEnd)
            return (names, contents.executed)
        }
        return ([], nil)
    }

    private static func isEmptyFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size == 0
    }

    /// Cuts a file of an earlier run and marks it as finished.
    private static func finishRecovered(path: String, at end: UInt64) throws(BinaryLogError) {
        let handle = try FileHandle(path: path, flags: O_RDWR)
        if try handle.size() > end { try handle.truncate(to: end) }
        try handle.sync()
        try handle.write([0, 0], at: flagsOffset)
        try handle.sync()
    }

    /// Magic, Format_desc and Previous_gtids of a new file.
    private static func head(
        _ configuration: BinaryLogConfiguration, previous: GTIDSet, created: UInt32, timestamp: UInt32
    ) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(BinaryLogFileReader.magic)
        let start = writer.count
        // Its checksum is there always, and is computed without the in-use flag.
        writer.write(
            FormatDescriptionEvent(
                serverVersion: configuration.serverVersion, created: created,
                checksum: configuration.checksum),
            timestamp: timestamp, serverID: configuration.serverID, checksum: .crc32,
            position: UInt64(start))
        writer.patch(UInt64(EventHeader.Flags.inUse.rawValue), width: 2, at: Int(flagsOffset))
        writer.write(
            PreviousGTIDsEvent(gtids: previous), timestamp: timestamp, serverID: configuration.serverID,
            checksum: configuration.checksum, position: UInt64(writer.count))
        return writer.take()
    }

    /// Makes a new file, durable with its head before anything names it.
    private static func create(_ path: String, head: [UInt8]) throws(BinaryLogError) -> FileHandle {
        let handle = try FileHandle(path: path, flags: O_RDWR | O_CREAT | O_TRUNC)
        try handle.write(head, at: 0)
        try handle.sync()
        return handle
    }
}
