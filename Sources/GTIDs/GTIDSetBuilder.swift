import Primitives

/// Collects runs in any order and makes a set of them at once, in n log n: text and bytes from outside may list a
/// million runs backwards, for which inserting one by one would take hours.
struct GTIDSetBuilder {
    private var runs: [(source: UUID, interval: GTIDInterval)] = []
    private var isSorted = true

    mutating func add(_ interval: GTIDInterval, of source: UUID) {
        if let last = runs.last {
            isSorted = isSorted && (last.source, last.interval.first) <= (source, interval.first)
        }
        runs.append((source, interval))
    }

    consuming func build() -> GTIDSet {
        var sorted = runs
        if !isSorted {
            sorted.sort { ($0.source, $0.interval.first) < ($1.source, $1.interval.first) }
        }
        var result = GTIDSet()
        for (source, interval) in sorted {
            if result.entries.last?.source != source {
                result.entries.append(GTIDSet.Entry(source: source, intervals: GTIDIntervals()))
            }
            result.entries[result.entries.count - 1].intervals.insert(interval)
        }
        return result
    }
}
