import Platform

/// What readers that follow the log ask of it.
extension BinaryLogWriter {
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

    func previousGTIDs(of name: String) throws(BinaryLogError) -> GTIDSet {
        if let known = lock.withLock({ previousByName[name] }) { return known }
        let read = try BinaryLogFileContents.previousGTIDs(path: index.path(of: name))
        lock.withLock { previousByName[name] = read }
        return read
    }
}
