import Consensus
import Glibc
import Platform

/// The acceptor's durable memory: what this member promised and accepted, in segments of one directory. One thread
/// owns it (the log writer).
///
/// Append, then sync, then answer: a record counts only once ``sync()`` has returned after it. A segment is begun only
/// when the one before it is wholly on disk, so at most the last one can have a torn tail, which opening cuts off. Any
/// failure of a write or a sync is final, but for a full disk, which is waited for. What was on disk and cannot be read back is
/// found at the next start (``GroupLogMarkFile``), and is an error: who has forgotten what it promised must not vote.
final class GroupLog {
    struct Settings: Sendable {
        /// Bytes allocated for a segment; a larger record gets a segment of its own size.
        var segmentBytes: UInt64 = 32 << 20
        /// A record holds at most one message, which holds at most a gibibyte.
        var maximumRecordBytes = 1 << 30 + 1 << 20
        /// What waits while the disk is full: the log's owner.
        var space = SpaceWait()
    }

    /// Segments of which the index stays in memory, for members that catch up.
    private static let maximumIndexes = 3

    let directory: String
    let group: UUID
    let settings: Settings
    private var segments: [GroupLogSegment] = []
    private var markFile: GroupLogMarkFile?
    private var isFailed = false

    /// Opens the log in `directory` (made if need be) and hands every record to `replay`, in the order in which they were
    /// written. Records of another group than `group` are not handed over; ``erase()`` removes them.
    init(
        directory: String, group: UUID, settings: Settings = Settings(),
        replay: (LogRecord) throws(GroupLogError) -> Void
    ) throws(GroupLogError) {
        self.directory = directory
        self.group = group
        self.settings = settings
        if FileAccess.makeDirectory(directory) == 0 {
            try GroupLogError.wrap { () throws(FileError) in try File.syncDirectory("\(directory)/..") }
        } else if errno != EEXIST {
            throw .file(FileError(.open, directory, errno))
        }
        try openSegments()
        try checkAndReplay(replay)
    }

    /// How far this log is certainly on disk.
    var mark: GroupLogMark? { markFile?.mark }

    /// Bytes of all segments on disk.
    var bytesOnDisk: UInt64 { segments.reduce(0) { $0 + max($1.allocated, $1.end) } }

    // MARK: Opening

    private static let namePrefix = "group-log."

    private func path(_ number: UInt64) -> String { GroupLog.path(directory, number) }

    private static func path(_ directory: String, _ number: UInt64) -> String {
        let digits = String(number)
        return "\(directory)/\(GroupLog.namePrefix)\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)"
    }

    private static func segmentNumbers(_ directory: String) throws(GroupLogError) -> [UInt64] {
        guard let handle = opendir(directory) else {
            throw .file(FileError(.open, directory, errno))
        }
        defer { closedir(handle) }
        var numbers: [UInt64] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(GroupLog.namePrefix), let number = UInt64(name.dropFirst(GroupLog.namePrefix.count)) {
                numbers.append(number)
            }
        }
        return numbers.sorted()
    }

    private func openSegments() throws(GroupLogError) {
        if access(GroupLog.eraseMarker(directory), F_OK) == 0 { try GroupLog.completeErase(directory) }
        let numbers = try GroupLog.segmentNumbers(directory)
        do throws(GroupLogError) {
            markFile = try GroupLogMarkFile.open(directory, space: settings.space)
        } catch {
            // Its making was interrupted: the first segment comes after it.
            guard case .corrupt = error, numbers.isEmpty else { throw error }
        }
        guard markFile != nil || numbers.isEmpty else {
            throw .corrupt(
                path: "\(directory)/\(GroupLogMarkFile.name)", offset: 0, reason: "how far the log was synced is not known")
        }
        if let mark, mark.segment > numbers.last ?? 0 {
            throw .corrupt(path: path(mark.segment), offset: 0, reason: "it is missing: \(mark.end) bytes of it were on disk")
        }
        for (place, number) in numbers.enumerated() {
            if let last = segments.last, last.number + 1 != number {
                throw .corrupt(path: path(number), offset: 0, reason: "the segment before it is missing")
            }
            if let segment = try GroupLogSegment.open(path: path(number), space: settings.space) {
                guard segment.number == number else {
                    throw .corrupt(path: path(number), offset: 16, reason: "it is segment \(segment.number)")
                }
                segments.append(segment)
                continue
            }
            // Only the newest can have been in the making; nothing was in it.
            let wasUsed = try GroupLogSegment.holdsRecords(path: path(number))
            guard place == numbers.count - 1, mark?.segment ?? 0 < number, !wasUsed else {
                throw .corrupt(path: path(number), offset: 0, reason: "its header is damaged")
            }
            try GroupLog.remove(path(number))
        }
    }

    private func checkAndReplay(_ replay: (LogRecord) throws(GroupLogError) -> Void) throws(GroupLogError) {
        for (place, segment) in segments.enumerated() {
            let isOurs = segment.group == group
            let hasTail = try segment.scan(maximumRecordBytes: settings.maximumRecordBytes) {
                record throws(GroupLogError) in
                if isOurs { try replay(record) }
            }
            if place + 1 < segments.count {
                let used = segments[place + 1].previousEnd
                guard segment.end == used else {
                    throw .corrupt(path: segment.path, offset: segment.end, reason: "\(used) bytes were written")
                }
            } else {
                if hasTail, try segment.provesLoss(maximumRecordBytes: settings.maximumRecordBytes) {
                    throw .corrupt(
                        path: segment.path, offset: segment.end, reason: "a record that was on disk cannot be read")
                }
                if let mark, mark.segment == segment.number, segment.end < mark.end {
                    throw .corrupt(
                        path: segment.path, offset: segment.end,
                        reason: "\(mark.end) bytes were on disk, the records end before that")
                }
                try segment.cutTail(isDirty: hasTail)
                try noteSynced()
            }
        }
        // Entries of the directory too may never have been synced.
        try syncDirectory()
    }

    // MARK: Writing

    /// Appends records in this order; they count only after the next ``sync()``.
    func append(_ records: [LogRecord]) throws(GroupLogError) {
        try guarded { () throws(GroupLogError) in
            var rest = records[...]
            while let first = rest.first {
                guard first.bytes.count <= settings.maximumRecordBytes, !first.bytes.isEmpty else {
                    throw .recordTooLarge(bytes: first.bytes.count)
                }
                let segment = try segment(for: GroupLogSegment.size(of: first))
                var count = 1
                var size = GroupLogSegment.size(of: first)
                while count < rest.count {
                    let next = GroupLogSegment.size(of: rest[rest.startIndex + count])
                    guard segment.fits(size + next), size + next <= GroupLog.writeBytes else { break }
                    size += next
                    count += 1
                }
                try segment.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Bytes that one write takes at most, unless a single record is larger.
    private static let writeBytes = 8 << 20

    /// Waits until everything appended is on disk.
    func sync() throws(GroupLogError) {
        try guarded { () throws(GroupLogError) in try syncLast() }
    }

    private func syncLast() throws(GroupLogError) {
        guard let last = segments.last, last.syncedEnd < last.end else { return }
        try last.sync()
        try noteSynced()
    }

    /// One write of 40 bytes for each sync, into a file that is not synced.
    private func noteSynced() throws(GroupLogError) {
        guard let markFile, let last = segments.last else { return }
        try markFile.write(GroupLogMark(generation: markFile.mark.generation, segment: last.number, end: last.syncedEnd))
    }

    private func segment(for size: Int) throws(GroupLogError) -> GroupLogSegment {
        if let last = segments.last {
            if last.group == group && last.fits(size) { return last }
            try syncLast()
            try markFile?.sync()
        }
        if markFile == nil {
            markFile = try GroupLogMarkFile.create(directory, space: settings.space)
            try syncDirectory()
        }
        let number = (segments.last?.number ?? 0) + 1
        let segment = try GroupLogSegment.create(
            path: path(number), number: number, group: group, previousEnd: segments.last?.end ?? 0,
            size: max(settings.segmentBytes, UInt64(GroupLogSegment.headerSize + size)),
            leastSize: UInt64(GroupLogSegment.headerSize + size), space: settings.space)
        try syncDirectory()
        segments.append(segment)
        return segment
    }

    private func guarded(_ body: () throws(GroupLogError) -> Void) throws(GroupLogError) {
        guard !isFailed else { throw .failed }
        do throws(GroupLogError) {
            try body()
        } catch {
            isFailed = true
            throw error
        }
    }

    // MARK: Trimming

    /// Deletes the oldest segments, as long as each of their records has a slot below.
    func trim(belowSlot slot: Slot) throws(GroupLogError) {
        try guarded { () throws(GroupLogError) in
            var count = 0
            while count + 1 < segments.count, segments[count].highestSlot < slot { count += 1 }
            guard count > 0 else { return }
            // Oldest first, so that after a crash what is left is still without a gap.
            for segment in segments[..<count] { try GroupLog.remove(segment.path) }
            segments.removeFirst(count)
            try syncDirectory()
        }
    }

    /// Deletes everything, at once or (after a crash) not at all: a part of a log must never be taken for a log, since
    /// the member would have forgotten promises. The marker's creation is the moment; opening completes what it began.
    func erase() throws(GroupLogError) {
        try guarded { () throws(GroupLogError) in
            segments = []
            markFile = nil
            try GroupLog.erase(directory: directory)
            markFile = try GroupLogMarkFile.open(directory, space: settings.space)
        }
    }

    /// The same without reading the log first. A log that is damaged can be erased too.
    static func erase(directory: String) throws(GroupLogError) {
        guard access(directory, F_OK) == 0 else { return }
        let isUsed = access("\(directory)/\(GroupLogMarkFile.name)", F_OK) == 0
        let hasSegments = try !segmentNumbers(directory).isEmpty
        guard isUsed || hasSegments else { return }
        let marker = eraseMarker(directory)
        // Nothing is in it, so that hardly ever a disk is too full for it.
        _ = try GroupLogError.wrap { () throws(FileError) in try File(marker, .making(.data)) }
        try syncDirectory(directory)
        try completeErase(directory)
    }

    private static func eraseMarker(_ directory: String) -> String { directory + "/group-log-is-being-erased" }

    private static func completeErase(_ directory: String) throws(GroupLogError) {
        for number in try segmentNumbers(directory) { try remove(path(directory, number)) }
        _ = try GroupLogMarkFile.create(directory)
        try syncDirectory(directory)
        try remove(eraseMarker(directory))
        try syncDirectory(directory)
    }

    /// Whether there is no log in that directory.
    static func isEmpty(directory: String) -> Bool {
        (try? segmentNumbers(directory))?.isEmpty ?? true
    }

    // MARK: Reading back

    /// The records of these slots in the order in which they were written; stops with the slot at which about
    /// `maximumBytes` are reached.
    func load(_ slots: ClosedRange<Slot>, maximumBytes: Int) throws(GroupLogError) -> [LogRecord] {
        var found: [(segment: Int, entry: GroupLogSegment.Entry)] = []
        for (place, segment) in segments.enumerated() where segment.group == group {
            for entry in try segment.entries(of: slots, maximumRecordBytes: settings.maximumRecordBytes) {
                found.append((place, entry))
            }
        }
        found.sort { ($0.entry.slot, $0.segment, $0.entry.offset) < ($1.entry.slot, $1.segment, $1.entry.offset) }
        var bytes = 0
        var count = 0
        while count < found.count, bytes < maximumBytes || found[count].entry.slot == found[count - 1].entry.slot {
            bytes += found[count].entry.length
            count += 1
        }
        found.removeLast(found.count - count)
        found.sort { ($0.segment, $0.entry.offset) < ($1.segment, $1.entry.offset) }
        var records: [LogRecord] = []
        records.reserveCapacity(count)
        var rest = found[...]
        while let first = rest.first {
            let ofSegment = rest.prefix { $0.segment == first.segment }
            records += try segments[first.segment].records(ofSegment.lazy.map(\.entry))
            rest = rest.dropFirst(ofSegment.count)
        }
        let indexed = segments.filter(\.isIndexed)
        for segment in indexed.dropLast(GroupLog.maximumIndexes) where segment.highestSlot < slots.lowerBound {
            segment.dropIndex()
        }
        return records
    }

    private static func remove(_ path: String) throws(GroupLogError) {
        try GroupLogError.wrap { () throws(FileError) in try File.remove(path) }
    }

    private func syncDirectory() throws(GroupLogError) { try GroupLog.syncDirectory(directory) }

    private static func syncDirectory(_ directory: String) throws(GroupLogError) {
        try GroupLogError.wrap { () throws(FileError) in try File.syncDirectory(directory) }
    }
}
