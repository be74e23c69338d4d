import Glibc

/// PURGE BINARY LOGS and expiry.
extension BinaryLogWriter {
    /// PURGE BINARY LOGS TO: deletes the files before `name`, but none from the first on that a reader is in. Returns the
    /// deleted ones.
    @discardableResult
    public func purge(to name: String) throws(BinaryLogError) -> [String] {
        try purge { names throws(BinaryLogError) in
            guard let count = names.firstIndex(of: name) else { throw .unknownFile(name) }
            return count
        }
    }

    /// PURGE BINARY LOGS BEFORE, and expiry: deletes the files that were last written before `seconds` since 1970.
    @discardableResult
    public func purge(before seconds: Int64) throws(BinaryLogError) -> [String] {
        let index = self.index
        return try purge { names throws(BinaryLogError) in
            names.firstIndex { name in
                var status = stat()
                return stat(index.path(of: name), &status) != 0 || Int64(status.st_mtim.tv_sec) >= seconds
            } ?? names.count
        }
    }

    private func purge(_ choose: ([String]) throws(BinaryLogError) -> Int) throws(BinaryLogError)
        -> [String]
    {
        try indexing.withLock { () throws(BinaryLogError) in
            let (names, pinned) = lock.withLock { (self.names, Set(pins.values)) }
            // The last file is being written.
            var count = min(try choose(names), names.count - 1)
            if let first = names.firstIndex(where: pinned.contains) { count = min(count, first) }
            guard count > 0 else { return [] }
            let kept = Array(names[count...])
            let newPurged = try BinaryLogFileContents.previousGTIDs(path: index.path(of: kept[0]))
            try index.store(kept)
            let removed = Array(names[..<count])
            lock.withLock {
                self.names = kept
                purged = newPurged
                for name in removed { previousByName[name] = nil }
            }
            for name in removed { try index.remove(name) }
            return removed
        }
    }
}
