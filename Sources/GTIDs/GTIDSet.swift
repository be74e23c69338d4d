import Primitives

/// A set of GTIDs, such as `gtid_executed`: per source (in ascending order) its runs of numbers.
public struct GTIDSet: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var source: UUID
        /// Never empty.
        var intervals: GTIDIntervals
    }

    var entries: [Entry] = []

    /// The empty set.
    public init() {}

    /// The set of these GTIDs.
    public init(_ gtids: some Sequence<GTID>) {
        for gtid in gtids { insert(gtid) }
    }

    /// Whether the set has no GTID.
    public var isEmpty: Bool { entries.isEmpty }

    /// The sources that have a number in the set, ascending.
    public var sources: [UUID] { entries.map(\.source) }

    /// How many GTIDs the set has, saturating.
    public var count: UInt64 {
        var total: UInt64 = 0
        for entry in entries {
            for run in entry.intervals.runs {
                let (sum, overflow) = total.addingReportingOverflow(run.count)
                total = overflow ? .max : sum
            }
        }
        return total
    }

    /// The runs of one source, ascending and neither overlapping nor adjacent.
    public func intervals(of source: UUID) -> [GTIDInterval] {
        let index = place(of: source)
        return index < entries.count && entries[index].source == source
            ? entries[index].intervals.runs : []
    }

    /// The number of runs of all sources: what the set costs in memory.
    public var intervalCount: Int { entries.reduce(0) { $0 + $1.intervals.runs.count } }

    func place(of source: UUID) -> Int {
        // A set rarely has more than a handful of sources.
        entries.firstIndex { $0.source >= source } ?? entries.count
    }

    /// Whether `gtid` is in the set.
    public func contains(_ gtid: GTID) -> Bool {
        let index = place(of: gtid.source)
        return index < entries.count && entries[index].source == gtid.source
            && entries[index].intervals.contains(gtid.number)
    }

    /// Adds one GTID; no effect when it is there already.
    public mutating func insert(_ gtid: GTID) {
        insert(GTIDInterval(first: gtid.number, last: gtid.number), of: gtid.source)
    }

    /// Adds a run of numbers of one source.
    public mutating func insert(_ interval: GTIDInterval, of source: UUID) {
        let index = place(of: source)
        if index == entries.count || entries[index].source != source {
            entries.insert(Entry(source: source, intervals: GTIDIntervals()), at: index)
        }
        entries[index].intervals.insert(interval)
    }

    /// Removes one GTID; no effect when it is not there.
    public mutating func remove(_ gtid: GTID) {
        remove(GTIDInterval(first: gtid.number, last: gtid.number), of: gtid.source)
    }

    /// Removes a run of numbers of one source.
    public mutating func remove(_ interval: GTIDInterval, of source: UUID) {
        let index = place(of: source)
        guard index < entries.count, entries[index].source == source else { return }
        entries[index].intervals.remove(interval)
        if entries[index].intervals.isEmpty { entries.remove(at: index) }
    }

    /// Adds all of `other`.
    public mutating func formUnion(_ other: GTIDSet) {
        for entry in other.entries {
            for run in entry.intervals.runs { insert(run, of: entry.source) }
        }
    }

    /// Everything in either set.
    public func union(_ other: GTIDSet) -> GTIDSet {
        var result = self
        result.formUnion(other)
        return result
    }

    /// Removes all of `other`.
    public mutating func subtract(_ other: GTIDSet) {
        for entry in other.entries {
            for run in entry.intervals.runs { remove(run, of: entry.source) }
        }
    }

    /// Everything here that is not in `other`.
    public func subtracting(_ other: GTIDSet) -> GTIDSet {
        var result = self
        result.subtract(other)
        return result
    }

    /// Everything in both sets.
    public func intersection(_ other: GTIDSet) -> GTIDSet {
        var result = GTIDSet()
        for entry in entries {
            let index = other.place(of: entry.source)
            guard index < other.entries.count, other.entries[index].source == entry.source else {
                continue
            }
            let common = entry.intervals.intersection(other.entries[index].intervals)
            if !common.isEmpty { result.entries.append(Entry(source: entry.source, intervals: common)) }
        }
        return result
    }

    /// Whether every GTID here is in `other` too.
    public func isSubset(of other: GTIDSet) -> Bool {
        entries.allSatisfy { entry in
            let index = other.place(of: entry.source)
            guard index < other.entries.count, other.entries[index].source == entry.source else {
                return false
            }
            let theirs = other.entries[index].intervals
            return entry.intervals.runs.allSatisfy { theirs.contains($0) }
        }
    }

    /// Whether the two sets have a GTID in common.
    public func intersects(_ other: GTIDSet) -> Bool {
        !intersection(other).isEmpty
    }

    /// The highest number of `source` in the set, 0 when there is none.
    public func lastNumber(of source: UUID) -> Int64 {
        let index = place(of: source)
        guard index < entries.count, entries[index].source == source else { return 0 }
        return entries[index].intervals.runs.last?.last ?? 0
    }

    /// The runs of `source` that are not in the set, ascending: where new numbers may be taken from. The last one runs
    /// to ``GTID/maximumNumber`` unless that number is taken.
    public func freeIntervals(of source: UUID) -> [GTIDInterval] {
        var free: [GTIDInterval] = []
        var next: Int64 = 1
        for run in intervals(of: source) {
            if run.first > next { free.append(GTIDInterval(first: next, last: run.first - 1)) }
            next = run.last + 1
        }
        if next <= GTID.maximumNumber {
            free.append(GTIDInterval(first: next, last: GTID.maximumNumber))
        }
        return free
    }
}
