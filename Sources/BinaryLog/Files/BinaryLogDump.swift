import Platform

/// The events that a replica or a joining member is sent: every group that it does not have, from the first file with
/// one on, following the log as it grows. One thread owns it; the file that it is in is not purged.
///
/// Each event is compared with its checksum before it goes out: a file that was damaged since it was written ends the dump, with
/// its name and the position.
///
/// What it gives out are finished events for the wire: the server puts a zero byte before each.
public struct BinaryLogDump: ~Copyable {
    /// One event to send.
    public struct Item: Sendable {
        public var header: EventHeader
        /// The whole event, with a checksum as the receiver asked for.
        public var bytes: ArraySlice<UInt8>
        /// The file that it is from, or that it names.
        public var fileName: String
    }

    private let log: BinaryLogWriter
    private let excluded: GTIDSet
    private let checksum: ChecksumAlgorithm
    private let serverID: UInt32
    private let pin: Int
    private var reader: BinaryLogFileReader
    /// How far the file may be read, as far as is known.
    private var limit: UInt64 = 0
    /// Artificial events that go out before the file is read on.
    private var pending: [Item] = []

    /// Begins at the first group that is not in `excluded`. `checksum` is what the receiver set with
    /// @source_binlog_checksum. Throws ``BinaryLogError/purged(_:)`` when groups that it needs are gone.
    public init(
        _ log: BinaryLogWriter, excluding excluded: GTIDSet, checksum: ChecksumAlgorithm,
        serverID: UInt32
    ) throws(BinaryLogError) {
        let (pin, name) = try log.pinStart(excluding: excluded)
        do throws(BinaryLogError) {
            reader = try BinaryLogFileReader(path: log.index.path(of: name))
        } catch {
            log.movePin(pin, to: nil)
            throw error
        }
        self.log = log
        self.excluded = excluded
        self.checksum = checksum
        self.serverID = serverID
        self.pin = pin
        addRotate(to: name)
    }

    deinit {
        log.movePin(pin, to: nil)
    }

    /// Where the dump is.
    public var position: BinaryLogPosition {
        BinaryLogPosition(fileName: reader.name, offset: reader.position)
    }

    /// The next event. At the end of the log waits for more until `deadline` (or does not wait at all when that is nil),
    /// then returns nil: time for a ``heartbeat()``, or the end of a dump that does not block.
    public mutating func next(until deadline: MonotonicTime?) throws(BinaryLogError) -> Item? {
        while true {
            if !pending.isEmpty { return pending.removeFirst() }
            if let event = try reader.next(limit: limit) {
                if try skips(event) { continue }
                return outgoing(event)
            }
            // Only now, not for each event, is the log asked how far it goes.
            let (published, following) = try log.readable(reader.name)
            let end: UInt64
            if let published { end = published } else { end = try reader.size() }
            if end > limit {
                limit = end
                continue
            }
            guard published != nil else {
                guard reader.position == end else {
                    throw .malformed(file: reader.name, position: reader.position, reason: "an incomplete event")
                }
                guard let following else { return nil }
                log.movePin(pin, to: following)
                reader = try BinaryLogFileReader(path: log.index.path(of: following))
                limit = 0
                addRotate(to: following)
                continue
            }
            guard let deadline, MonotonicTime.now() < deadline else { return nil }
            guard try log.wait(behind: limit, of: reader.name, until: deadline) else { return nil }
        }
    }

    /// A heartbeat for the present place.
    public func heartbeat() -> Item {
        artificial(
            HeartbeatEvent(fileName: reader.name), name: reader.name,
            nextPosition: UInt32(truncatingIfNeeded: reader.position))
    }

    /// Steps over a group that the receiver has.
    private mutating func skips(_ event: RawEvent) throws(BinaryLogError) -> Bool {
        guard event.header.type == .gtid else { return false }
        let begin = reader.position - UInt64(event.header.length)
        do throws(MalformedBytes) {
            var body = ByteReader(event.body)
            let decoded = try GTIDEvent(decoding: &body, type: .gtid)
            guard let gtid = decoded.gtid, excluded.contains(gtid) else { return false }
            guard decoded.transactionLength >= UInt64(event.header.length),
                decoded.transactionLength < UInt64(Int64.max)
            else { throw MalformedBytes("a group without a length") }
            reader.seek(to: begin + decoded.transactionLength)
            return true
        } catch {
            throw .malformed(file: reader.name, position: begin, reason: error.description)
        }
    }

    private mutating func addRotate(to name: String) {
        pending.append(artificial(RotateEvent(fileName: name), name: name, nextPosition: 0))
    }

    private func artificial(_ event: some EventBody, name: String, nextPosition: UInt32) -> Item {
        var writer = ByteWriter()
        writer.write(event, timestamp: 0, serverID: serverID, flags: .artificial)
        if nextPosition != 0 { writer.patch(UInt64(nextPosition), width: 4, at: 13) }
        if checksum == .crc32 {
            writer.finishEvent(from: 0, checksum: .crc32, position: nil)
        }
        let header = EventHeader(
            timestamp: 0, type: event.type, serverID: serverID, length: UInt32(writer.count),
            nextPosition: nextPosition, flags: event.defaultFlags.union(.artificial))
        return Item(header: header, bytes: writer.take()[...], fileName: name)
    }

    /// The event with the checksum that the receiver asked for, a Format_desc event without the in-use flag.
    private func outgoing(_ event: RawEvent) -> Item {
        let isDescription = event.header.type == .formatDescription
        let present: ChecksumAlgorithm = reader.formatDescription.checksum
        if present == checksum && !isDescription {
            return Item(header: event.header, bytes: event.bytes, fileName: reader.name)
        }
        var writer = ByteWriter(capacity: event.bytes.count + 4)
        var header = event.header
        header.flags.remove(.inUse)
        header.encode(into: &writer)
        writer.write(event.body)
        if isDescription {
            writer.patch(UInt64(checksum.rawValue), width: 1, at: writer.count - 1)
            // Always with a checksum, as in files.
            writer.finishEvent(from: 0, checksum: .crc32, position: nil)
        } else {
            writer.finishEvent(from: 0, checksum: checksum, position: nil)
        }
        header.length = UInt32(writer.count)
        return Item(header: header, bytes: writer.take()[...], fileName: reader.name)
    }
}
