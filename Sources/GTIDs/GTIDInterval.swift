/// A run of GTID numbers of one source, `first` to `last`, both included.
public struct GTIDInterval: Hashable, Sendable {
    /// The first number, at least 1.
    public var first: Int64
    /// The last number, at least ``first``.
    public var last: Int64

    /// A run of known good bounds. Traps when they are not, which only a bug can cause.
    public init(first: Int64, last: Int64) {
        precondition(
            first >= 1 && last >= first && last <= GTID.maximumNumber, "GTID interval \(first)-\(last)")
        self.first = first
        self.last = last
    }

    /// How many numbers the run has.
    public var count: UInt64 { UInt64(last - first) + 1 }

    /// MySQL's text: `first-last`, or the one number.
    var text: String { first == last ? String(first) : "\(first)-\(last)" }
}

/// The sorted, disjoint, non-adjacent intervals of one source.
struct GTIDIntervals: Hashable, Sendable {
    private(set) var runs: [GTIDInterval] = []

    var isEmpty: Bool { runs.isEmpty }

    /// The place of the first run that ends at or after `number`.
    func indexOfFirstRun(endingFrom number: Int64) -> Int {
        // Appending at the end is by far the most frequent case.
        if let final = runs.last, final.last < number { return runs.count }
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func contains(_ number: Int64) -> Bool {
        let index = indexOfFirstRun(endingFrom: number)
        return index < runs.count && runs[index].first <= number
    }

    func contains(_ interval: GTIDInterval) -> Bool {
        let index = indexOfFirstRun(endingFrom: interval.first)
        return index < runs.count && runs[index].first <= interval.first
            && runs[index].last >= interval.last
    }

    mutating func insert(_ interval: GTIDInterval) {
        // The run that ends just before the new one is adjacent, so it merges too.
        let start = indexOfFirstRun(endingFrom: interval.first == 1 ? 1 : interval.first - 1)
        var merged = interval
        var end = start
        while end < runs.count, runs[end].first <= interval.last + 1 {
            merged.first = min(merged.first, runs[end].first)
            merged.last = max(merged.last, runs[end].last)
            end += 1
        }
        if end == start {
            runs.insert(merged, at: start)
        } else {
            runs[start] = merged
            if end > start + 1 { runs.removeSubrange(start + 1..<end) }
        }
    }

    mutating func remove(_ interval: GTIDInterval) {
        let start = indexOfFirstRun(endingFrom: interval.first)
        var end = start
        var kept: [GTIDInterval] = []
        while end < runs.count, runs[end].first <= interval.last {
            let run = runs[end]
            if run.first < interval.first {
                kept.append(GTIDInterval(first: run.first, last: interval.first - 1))
            }
            if run.last > interval.last {
                kept.append(GTIDInterval(first: interval.last + 1, last: run.last))
            }
            end += 1
        }
        if end > start { runs.replaceSubrange(start..<end, with: kept) }
    }

    func intersection(_ other: GTIDIntervals) -> GTIDIntervals {
        var result = GTIDIntervals()
        var mine = 0
        var theirs = 0
        while mine < runs.count, theirs < other.runs.count {
            let left = runs[mine]
            let right = other.runs[theirs]
            let first = max(left.first, right.first)
            let last = min(left.last, right.last)
            if first <= last { result.runs.append(GTIDInterval(first: first, last: last)) }
            if left.last < right.last { mine += 1 } else { theirs += 1 }
        }
        return result
    }
}
