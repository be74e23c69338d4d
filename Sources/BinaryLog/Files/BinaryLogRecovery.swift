import Platform

/// What a binlog file holds: read at start to know the executed GTIDs, and after a crash to find the torn tail.
struct BinaryLogFileContents {
    /// The file's Previous_gtids event.
    var previous = GTIDSet()
    /// GTIDs of the groups that are whole.
    var own = GTIDSet()
    /// The end of the last whole group, or of the last event outside a group.
    var validEnd: UInt64 = 4
    /// Whether the head (Format_desc and Previous_gtids) is whole.
    var hasHead = false
    /// Why reading ended before the file did; nil when it did not.
    var damage: String?

    /// Everything up to the file's end.
    var executed: GTIDSet { previous.union(own) }

    /// Reads a file. With `verifies` each byte is read and each checksum tested, and the first event that fails ends the
    /// valid part; without, groups are stepped over by the length in their Gtid event.
    static func read(path: String, verifies: Bool) throws(BinaryLogError) -> BinaryLogFileContents {
        var contents = BinaryLogFileContents()
        var reader = try BinaryLogFileReader(path: path, verifiesChecksums: verifies)
        let end = try reader.size()
        do throws(BinaryLogError) {
            // The end of the group that is being read: only there is the file valid again.
            var groupEnd: UInt64?
            var group: GTID?
            while let event = try reader.next(limit: end) {
                switch try decode(event, at: reader) {
                case .previousGTIDs(let body):
                    contents.previous = body.gtids
                    contents.hasHead = true
                case .gtid(let body):
                    guard groupEnd == nil, body.transactionLength >= UInt64(event.header.length) else {
                        contents.damage = "a group that begins within another, or has no length"
                        return contents
                    }
                    let begin = reader.position - UInt64(event.header.length)
                    let (sum, overflow) = begin.addingReportingOverflow(body.transactionLength)
                    guard !overflow, sum <= end else {
                        contents.damage = "the last group is not complete"
                        return contents
                    }
                    group = body.gtid
                    groupEnd = sum
                    if !verifies { reader.seek(to: sum) }
                default: break
                }
                if let awaited = groupEnd {
                    if reader.position > awaited {
                        contents.damage = "a group that is longer than its Gtid event says"
                        return contents
                    }
                    guard reader.position == awaited else { continue }
                    if let group { contents.own.insert(group) }
                    groupEnd = nil
                }
                contents.validEnd = reader.position
            }
            if contents.validEnd < end { contents.damage = "the last event is not complete" }
        } catch .malformed(_, let position, let reason) {
            contents.damage = "position \(position): \(reason)"
        }
        return contents
    }

    private static func decode(
        _ event: RawEvent, at reader: borrowing BinaryLogFileReader
    ) throws(BinaryLogError) -> BinaryLogEvent? {
        switch event.header.type {
        case .previousGTIDs, .gtid, .anonymousGTID, .gtidTagged:
            do throws(MalformedBytes) {
                return try event.decode()
            } catch {
                throw .malformed(
                    file: reader.name, position: reader.position - UInt64(event.header.length),
                    reason: error.description)
            }
        default: return nil
        }
    }

    /// Only the Previous_gtids event of a file.
    static func previousGTIDs(path: String) throws(BinaryLogError) -> GTIDSet {
        var reader = try BinaryLogFileReader(path: path)
        let end = try reader.size()
        while let event = try reader.next(limit: end) {
            if case .previousGTIDs(let body) = try decode(event, at: reader) { return body.gtids }
            guard event.header.type == .formatDescription else { break }
        }
        throw .malformed(
            file: reader.name, position: reader.position, reason: "no Previous_gtids event")
    }
}
