import GroupCommunicationCore
import Primitives

/// Judges transactions in the group's order. A pure core: the same transactions in the same order give the same verdicts
/// on every member.
///
/// It knows for each row written lately (by its hash) the position of its last writer. A transaction passes when nobody
/// wrote, after its snapshot, what it wrote or relied on. Members say through the order how far they have applied;
/// what all of them have applied is forgotten. The agreed **floor** is the highest forgotten position: a snapshot below it
/// fails whatever its items say. Forgetting itself is done a few items at a time and may lag behind the floor, which is
/// why an origin can often tell that a transaction failed only for the floor (``recheck(snapshot:writeSet:readSet:)``).
package struct Certifier: Sendable {
    /// What certification says of a transaction.
    enum Verdict: Equatable, Sendable {
        case positive
        /// A newer writer of one of its items is known.
        case conflict
        /// Its snapshot is older than what is still known.
        case belowFloor
    }

    /// Write-set items to remember before the floor is raised whoever lags: 16 bytes each, twice that in a sparse table.
    static let maximumItems: UInt64 = 8_000_000
    /// Items between two entries of the history that tells which floor makes room.
    static let historyStep: UInt64 = 65_536
    private static let sweepPerItem = 4
    private static let sweepMinimum = 32

    private var index = WriteSetIndex()
    /// Agreed: snapshots below fail.
    private(set) var floor: LogPosition
    /// Local: every item with a newer writer than this is in the index. Never above the floor.
    private(set) var retainedFrom: LogPosition
    /// The sweep under way drops items up to here.
    private var sweepTarget: LogPosition?
    /// Items certified since the log began, and at which position that count was passed: to raise the floor by size.
    private var itemsCertified: UInt64 = 0
    private var history: [HistoryEntry] = []

    private struct HistoryEntry: Sendable {
        var items: UInt64
        var position: LogPosition
    }

    private let maximumItems: UInt64

    init(floor: LogPosition, maximumItems: UInt64 = Certifier.maximumItems) {
        self.floor = floor
        retainedFrom = floor
        self.maximumItems = maximumItems
    }

    /// Rows whose last writer is known.
    package var itemCount: Int { index.count }
    /// Memory that the items take.
    package var byteCount: Int { index.byteCount }

    /// Judges a transaction and, when it passes, records it as the last writer of its rows. Costs a few tens of
    /// nanoseconds an item, forgetting included.
    mutating func certify(
        position: LogPosition, snapshot: LogPosition, writeSet: [UInt64], readSet: [UInt64]
    ) -> Verdict {
        defer { sweep(places: writeSet.count * Certifier.sweepPerItem + Certifier.sweepMinimum) }
        if snapshot < floor { return .belowFloor }
        guard passes(snapshot: snapshot, writeSet: writeSet, readSet: readSet) else { return .conflict }
        for hash in writeSet { index.set(hash, position: position.rawValue) }
        record(items: writeSet.count, at: position)
        return .positive
    }

    /// The newest writer known of any of the items, whatever their snapshot; zero for none.
    func newestWriter(of writeSet: [UInt64], _ readSet: [UInt64]) -> LogPosition {
        var newest: UInt64 = 0
        for hash in writeSet { newest = max(newest, index.position(of: hash)) }
        for hash in readSet { newest = max(newest, index.position(of: hash)) }
        return LogPosition(rawValue: newest)
    }

    private func passes(snapshot: LogPosition, writeSet: [UInt64], readSet: [UInt64]) -> Bool {
        for hash in writeSet where index.position(of: hash) > snapshot.rawValue { return false }
        for hash in readSet where index.position(of: hash) > snapshot.rawValue { return false }
        return true
    }

    /// For the origin of a transaction that failed with `belowFloor`: whether what is still known here proves that
    /// nothing newer touched its items. Then it may be ordered again with a new snapshot.
    package func recheck(snapshot: LogPosition, writeSet: [UInt64], readSet: [UInt64]) -> Bool {
        snapshot >= retainedFrom && passes(snapshot: snapshot, writeSet: writeSet, readSet: readSet)
    }

    /// The last writer of a row after `snapshot`, as far as it may matter: nil when there is none. A snapshot too old to
    /// tell gets the floor.
    package func newerWriter(of hash: UInt64, than snapshot: LogPosition) -> LogPosition? {
        let position = index.position(of: hash)
        if position > snapshot.rawValue { return LogPosition(rawValue: position) }
        return snapshot < retainedFrom ? retainedFrom : nil
    }

    private mutating func record(items: Int, at position: LogPosition) {
        itemsCertified += UInt64(items)
        if itemsCertified - (history.last?.items ?? 0) >= Certifier.historyStep {
            history.append(HistoryEntry(items: itemsCertified, position: position))
        }
        // However far a member lags, the others do not remember more than this.
        while let oldest = history.first, itemsCertified - oldest.items > maximumItems {
            if oldest.position > floor { floor = oldest.position }
            history.removeFirst()
        }
    }

    /// Raises the agreed floor. Must be called at the same place of the order on every member. Lower values change nothing.
    mutating func raiseFloor(to position: LogPosition) {
        guard position > floor else { return }
        floor = position
        history.removeAll { $0.position <= position }
    }

    /// Makes this certifier equal to that of a member that knows nothing before `position`: on a view change with a
    /// joiner. The items stay for local questions; verdicts no longer depend on them.
    mutating func restart(at position: LogPosition) {
        if position > floor { floor = position }
        itemsCertified = 0
        history.removeAll()
    }

    /// Tells how far items may be forgotten for local needs: running transactions may still ask about newer writers than
    /// their snapshot, so the oldest snapshot holds forgetting back, as long as the index is not overfull.
    package mutating func allowForgetting(upTo oldestSnapshot: LogPosition) {
        guard sweepTarget == nil else { return }
        var target = min(floor, oldestSnapshot)
        if UInt64(index.count) > maximumItems { target = floor }
        guard target > retainedFrom else { return }
        retainedFrom = target
        sweepTarget = target
    }

    /// Forgets a bounded number of items.
    package mutating func sweep(places: Int) {
        guard let target = sweepTarget else { return }
        if index.sweep(limit: places, dropping: target.rawValue) { sweepTarget = nil }
    }

    /// True while a round of forgetting is under way.
    package var isSweeping: Bool { sweepTarget != nil }
}

extension Certifier {
    /// What a restarted member needs to go on judging like the others: floor, counters and all items above the floor.
    package func encode(into writer: inout ByteWriter) {
        writer.write(floor.rawValue)
        writer.write(itemsCertified)
        writer.write(UInt32(history.count))
        for entry in history {
            writer.write(entry.items)
            writer.write(entry.position.rawValue)
        }
        var count: UInt64 = 0
        index.forEach { _, position in if position > floor.rawValue { count += 1 } }
        writer.write(count)
        index.forEach { hash, position in
            if position > floor.rawValue {
                writer.write(hash)
                writer.write(position)
            }
        }
    }

    /// Reads what ``encode(into:)`` wrote.
    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        self.init(floor: LogPosition(rawValue: try reader.readUInt64()))
        itemsCertified = try reader.readUInt64()
        let historyCount = Int(try reader.readUInt32())
        guard historyCount <= reader.remaining / 16 else { throw MalformedBytes("\(historyCount) history entries") }
        for _ in 0..<historyCount {
            let items = try reader.readUInt64()
            history.append(HistoryEntry(items: items, position: LogPosition(rawValue: try reader.readUInt64())))
        }
        let count = try reader.readUInt64()
        guard count <= UInt64(reader.remaining / 16) else { throw MalformedBytes("\(count) write-set items") }
        for _ in 0..<count {
            let hash = try reader.readUInt64()
            index.set(hash, position: try reader.readUInt64())
        }
    }
}
