import Glibc
import Platform

/// Opening and repairing the files.
extension BinaryLogWriter {
    /// Offset of the flags in the first event's header.
    static let flagsOffset: UInt64 = 4 + 17

    func requireOpen() throws(BinaryLogError) {
        switch lock.withLock({ state }) {
        case .open: return
        case .failed: throw .failed
        case .closed: throw .closed
        }
    }

    /// Makes index and directory agree, repairs the last file, and returns the files with all GTIDs up to their end (nil
    /// when there are none).
    static func recover(_ index: BinaryLogIndex) throws(BinaryLogError) -> (
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

    static func isEmptyFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size == 0
    }

    /// Cuts a file of an earlier run and marks it as finished.
    static func finishRecovered(path: String, at end: UInt64) throws(BinaryLogError) {
        let handle = try FileHandle(path: path, .updating)
        if try handle.size() > end { try handle.truncate(to: end) }
        try handle.sync()
        try handle.write([0, 0], at: flagsOffset)
        try handle.sync()
    }

    /// Magic, Format_desc and Previous_gtids of a new file.
    static func head(
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
    static func create(_ path: String, head: [UInt8], space: SpaceWait?) throws(BinaryLogError) -> FileHandle {
        let handle = try FileHandle(path: path, .making(.data), space: space)
        try handle.write(head, at: 0)
        try handle.sync()
        return handle
    }

    /// Does something again as long as the disk is full.
    static func waiting<Result>(
        _ space: SpaceWait?, _ body: () throws(BinaryLogError) -> Result
    ) throws(BinaryLogError) -> Result {
        var episode: SpaceWait.Episode?
        while true {
            do throws(BinaryLogError) {
                let result = try body()
                episode?.end(isWritten: true)
                return result
            } catch {
                guard case .file(let problem) = error, problem.isDiskFull, let space else { throw error }
                let waiting = episode ?? space.begin(problem)
                episode = waiting
                guard waiting.pause() else { throw error }
            }
        }
    }
}
