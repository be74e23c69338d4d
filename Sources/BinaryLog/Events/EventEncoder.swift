import Platform

extension ByteWriter {
    /// Appends one event with its header.
    ///
    /// `position` is the offset that the event's first byte has in its file; nil for events that are in no file (in a
    /// transaction's body, or artificial), whose next position is 0. Returns the event's length.
    @discardableResult
    public mutating func write(
        _ event: some EventBody, timestamp: UInt32, serverID: UInt32, flags: EventHeader.Flags = [],
        checksum: ChecksumAlgorithm = .none, position: UInt64? = nil
    ) -> Int {
        let start = count
        EventHeader(
            timestamp: timestamp, type: event.type, serverID: serverID,
            flags: event.defaultFlags.union(flags)
        ).encode(into: &self)
        event.encode(into: &self)
        finishEvent(from: start, checksum: checksum, position: position)
        return count - start
    }

    /// Completes the event whose header begins at `start` and whose body ends here: fills in its length and next
    /// position and appends the checksum.
    mutating func finishEvent(from start: Int, checksum: ChecksumAlgorithm, position: UInt64?) {
        let length = count - start + checksum.size
        patch(UInt64(length), width: 4, at: start + 9)
        if let position { patch(position + UInt64(length), width: 4, at: start + 13) }
        if checksum == .crc32 {
            let sum = bytes.withUnsafeBytes { crc32(of: UnsafeRawBufferPointer(rebasing: $0[start...])) }
            write(sum)
        }
    }
}
