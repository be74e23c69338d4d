/// hash -> position of its last writer, in open addressing with linear probing: 16 bytes an item, nothing on the heap per
/// item. One of the many small tables of a ``WriteSetIndex``, so that growing one is never a long pause.
///
/// Key 0 marks an empty place; a hash of 0 is stored as 1 (two rows that share a hash can only conflict needlessly).
struct WriteSetTable: Sendable {
    private static let minimumCapacity = 64

    /// Key, position, key, position, ...
    private var words: [UInt64]
    private var mask: Int
    private(set) var count = 0

    init() {
        words = Array(repeating: 0, count: WriteSetTable.minimumCapacity * 2)
        mask = WriteSetTable.minimumCapacity - 1
    }

    var capacity: Int { mask + 1 }

    @inline(__always)
    private func home(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 24) & mask
    }

    /// The position of the last writer; 0 for none known.
    @inline(__always)
    func position(of hash: UInt64) -> UInt64 {
        let key = hash == 0 ? 1 : hash
        return words.withUnsafeBufferPointer { words in
            var place = home(key)
            while true {
                let found = words[place &* 2]
                if found == key { return words[place &* 2 &+ 1] }
                if found == 0 { return 0 }
                place = (place &+ 1) & mask
            }
        }
    }

    /// Sets the position of the last writer. Returns true when the hash is new.
    @discardableResult
    mutating func set(_ hash: UInt64, position: UInt64) -> Bool {
        if (count + 1) * 4 > capacity * 3 { resize(to: capacity * 2) }
        let key = hash == 0 ? 1 : hash
        let start = home(key)
        let mask = mask
        let isNew = words.withUnsafeMutableBufferPointer { words in
            var place = start
            while true {
                let found = words[place &* 2]
                if found == key {
                    words[place &* 2 &+ 1] = position
                    return false
                }
                if found == 0 {
                    words[place &* 2] = key
                    words[place &* 2 &+ 1] = position
                    return true
                }
                place = (place &+ 1) & mask
            }
        }
        if isNew { count += 1 }
        return isNew
    }

    /// Looks at up to `limit` places from `hand` on and drops the items whose last writer is at or below `position`. Returns
    /// where to go on, or nil when the end of the table was reached (it shrinks then if it has become sparse).
    mutating func sweep(from hand: Int, limit: Int, dropping position: UInt64) -> Int? {
        var place = hand
        let end = min(capacity, hand + limit)
        while place < end {
            let key = words[place * 2]
            if key != 0 && words[place * 2 + 1] <= position {
                // What moves into this place is looked at next, without going on.
                remove(at: place)
            } else {
                place += 1
            }
        }
        if place < capacity { return place }
        if capacity > WriteSetTable.minimumCapacity && count * 8 < capacity {
            resize(to: max(WriteSetTable.minimumCapacity, capacity / 4))
        }
        return nil
    }

    /// Closes the gap by moving back what was pushed past it: no tombstones.
    private mutating func remove(at place: Int) {
        let mask = mask
        var gap = place
        var next = (gap + 1) & mask
        while words[next * 2] != 0 {
            let start = home(words[next * 2])
            // The item may move into the gap unless its home lies (cyclically) after the gap.
            if (next - start) & mask >= (next - gap) & mask {
                words[gap * 2] = words[next * 2]
                words[gap * 2 + 1] = words[next * 2 + 1]
                gap = next
            }
            next = (next + 1) & mask
        }
        words[gap * 2] = 0
        words[gap * 2 + 1] = 0
        count -= 1
    }

    private mutating func resize(to newCapacity: Int) {
        let old = words
        words = Array(repeating: 0, count: newCapacity * 2)
        mask = newCapacity - 1
        count = 0
        for place in stride(from: 0, to: old.count, by: 2) where old[place] != 0 {
            set(old[place], position: old[place + 1])
        }
    }

    /// Every item, in no order.
    func forEach(_ body: (_ hash: UInt64, _ position: UInt64) -> Void) {
        for place in stride(from: 0, to: words.count, by: 2) where words[place] != 0 {
            body(words[place], words[place + 1])
        }
    }
}

/// A ``WriteSetTable`` cut into parts by hash: growing or sweeping touches one part at a time.
struct WriteSetIndex: Sendable {
    static let partCount = 256

    private var parts: [WriteSetTable]
    private(set) var count = 0
    private var sweepPart = 0
    private var sweepHand = 0

    init() {
        parts = Array(repeating: WriteSetTable(), count: WriteSetIndex.partCount)
    }

    /// Bytes held.
    var byteCount: Int { parts.reduce(0) { $0 + $1.capacity * 16 } }

    @inline(__always)
    func position(of hash: UInt64) -> UInt64 {
        parts[Int(truncatingIfNeeded: hash >> 56)].position(of: hash)
    }

    @inline(__always)
    mutating func set(_ hash: UInt64, position: UInt64) {
        if parts[Int(truncatingIfNeeded: hash >> 56)].set(hash, position: position) { count += 1 }
    }

    /// Looks at up to `limit` places and drops items at or below `position`. True when a whole round was completed.
    mutating func sweep(limit: Int, dropping position: UInt64) -> Bool {
        let before = parts[sweepPart].count
        let next = parts[sweepPart].sweep(from: sweepHand, limit: limit, dropping: position)
        count -= before - parts[sweepPart].count
        if let next {
            sweepHand = next
            return false
        }
        sweepHand = 0
        sweepPart = (sweepPart + 1) % WriteSetIndex.partCount
        return sweepPart == 0
    }

    func forEach(_ body: (_ hash: UInt64, _ position: UInt64) -> Void) {
        for part in parts { part.forEach(body) }
    }
}
