import GroupCommunicationCore

/// A server's group log with what a crash may take from it.
struct SimulatedDisk {
    /// Records that survive anything.
    private(set) var synced: [LogRecord] = []
    /// Written, not yet synced: a crash of the process keeps them, a loss of power keeps any prefix.
    private var unsynced: [LogRecord] = []
    /// Records deleted from the front since the log was made.
    private var deleted = 0

    /// What the mark beside the log says was synced. A loss of power may leave an older one, never a newer.
    private var mark = 0
    private static let segmentRecords = 32

    var isEmpty: Bool { synced.isEmpty && unsynced.isEmpty }
    var records: [LogRecord] { synced + unsynced }

    mutating func append(_ records: [LogRecord]) {
        unsynced += records
    }

    /// How many records there are; a sync that begins now covers as many.
    var count: Int { deleted + synced.count + unsynced.count }

    mutating func sync(through count: Int) {
        let newly = max(0, min(count - deleted - synced.count, unsynced.count))
        synced += unsynced.prefix(newly)
        unsynced.removeFirst(newly)
        mark = max(mark, deleted + synced.count)
    }

    mutating func crash(keepingUnsynced kept: Int) {
        synced += unsynced.prefix(kept)
        unsynced = []
    }

    /// What a start finds: the log's records, or that it has lost some that were on disk.
    var hasLostEnd: Bool { deleted + synced.count + unsynced.count < mark }

    /// The mark's own file had not been written back when the power went.
    mutating func loseMark(of records: Int) {
        mark -= min(mark, records)
    }

    /// A damaged file system, a slip of the hand: the last of what was synced cannot be read any more.
    mutating func loseEnd(_ records: Int) {
        unsynced = []
        synced.removeLast(min(records, synced.count))
    }

    var unsyncedCount: Int { unsynced.count }

    mutating func erase() {
        synced = []
        unsynced = []
        deleted = 0
        mark = 0
    }

    func read(slots: ClosedRange<UInt64>) -> [LogRecord] {
        records.filter { slots.contains($0.slot) }
    }

    /// Deletes whole segments from the front, as the real log does. Returns how many records went.
    mutating func trim(below slot: UInt64) -> Int {
        var removed = 0
        while synced.count > Self.segmentRecords, synced.prefix(Self.segmentRecords).allSatisfy({ $0.slot < slot }) {
            synced.removeFirst(Self.segmentRecords)
            removed += Self.segmentRecords
            deleted += Self.segmentRecords
        }
        return removed
    }
}
