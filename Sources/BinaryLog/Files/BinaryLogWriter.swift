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
    /// What waits while the disk is full; nil: writes fail then.
    public var space: SpaceWait?

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
///
/// Safe: each field is guarded by the lock above it: `writing`, `indexing` or `lock`.
public final class BinaryLogWriter: @unchecked Sendable {
    let index: BinaryLogIndex

    // Whoever holds `writing` alone changes files' ends and begins new ones. Taken before `indexing`, that before `lock`.
    let writing = Lock()
    var configuration: BinaryLogConfiguration
    var buffer = ByteWriter()
    var groupsInFile: Int64 = 0
    var writtenBack: UInt64 = 0
    // Whoever holds `indexing` changes the index file and `names`.
    let indexing = Lock()
    // Guards what follows; held for moments only, never during a system call.
    let lock = Lock()
    let changed = Condition()
    var waiters = 0
    var wakeUps: UInt64 = 0
    var names: [String]
    var file: FileHandle
    var end: UInt64
    var executed: GTIDSet
    var purged: GTIDSet
    var previousByName: [String: GTIDSet] = [:]
    var pins: [Int: String] = [:]
    var nextPin = 0
    var state = State.open

    enum State {
        case open
        case failed
        case closed
    }

    /// Dirty pages are handed to the disk in such pieces, so that no later sync has a whole file to write.
    static let writebackSize: UInt64 = 8 << 20
    /// A batch is written when it has grown to this.
    static let bufferSize = 4 << 20

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
        let index = index
        file = try BinaryLogWriter.create(index.path(of: name), head: head, space: configuration.space)
        try BinaryLogWriter.waiting(configuration.space) { () throws(BinaryLogError) in try index.store(known + [name]) }
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

    /// Ends the present file and begins the next. The old file is durable before the new one is in the index.
    func rotateFile(timestamp: UInt32) throws(BinaryLogError) {
        let old = position.fileName
        let name = index.name(number: (index.number(of: old) ?? 0) + 1)
        var tail = ByteWriter()
        tail.write(
            RotateEvent(fileName: name), timestamp: timestamp, serverID: configuration.serverID,
            checksum: configuration.checksum, position: end)
        let head = BinaryLogWriter.head(
            configuration, previous: executed, created: 0, timestamp: timestamp)
        let next = try BinaryLogWriter.create(index.path(of: name), head: head, space: configuration.space)
        do throws(BinaryLogError) {
            try finishFile(with: tail.bytes)
            // Not while the index is held: PURGE BINARY LOGS may be what makes space.
            try BinaryLogWriter.waiting(configuration.space) { () throws(BinaryLogError) in
                try indexing.withLock { () throws(BinaryLogError) in
                    try index.store(names + [name])
                    lock.withLock {
                        names.append(name)
                        previousByName[name] = executed
                        (file, end) = (next, UInt64(head.count))
                        changed.broadcast()
                    }
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

    /// Ends a log that holds no transactions and takes its files away: a data directory that was just made has none.
    public func remove(timestamp: UInt32) throws(BinaryLogError) {
        try close(timestamp: timestamp)
        guard executedGTIDs.isEmpty else { return }
        // The index first: where there is none, the files that there are count.
        let paths = [index.path, index.spare] + fileNames.map(index.path(of:))
        try BinaryLogError.wrap { () throws(FileError) in
            for path in paths { try File.remove(path) }
            try File.syncDirectory(index.directory)
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
}
