import Primitives

extension GTIDSet {
    /// Bytes of an encoded source (uuid and number of intervals) and of an interval.
    private static let encodedSourceSize = 24
    private static let encodedIntervalSize = 16

    /// Writes MySQL's binary form: in Previous_gtids events and in COM_BINLOG_DUMP_GTID.
    public func encode(into writer: inout ByteWriter) {
        writer.write(UInt64(entries.count))
        for entry in entries {
            writer.writeBigEndian(entry.source.high, width: 8)
            writer.writeBigEndian(entry.source.low, width: 8)
            writer.write(UInt64(entry.intervals.runs.count))
            for run in entry.intervals.runs {
                writer.write(run.first)
                writer.write(run.last + 1)
            }
        }
    }

    /// The binary form on its own.
    public var encoded: [UInt8] {
        var writer = ByteWriter(capacity: encodedSize)
        encode(into: &writer)
        return writer.bytes
    }

    /// Bytes of the binary form.
    public var encodedSize: Int {
        8
            + entries.reduce(0) {
                $0 + GTIDSet.encodedSourceSize + $1.intervals.runs.count * GTIDSet.encodedIntervalSize
            }
    }

    /// Reads the binary form, also the tagged form of MySQL 8.3 as long as every tag is empty. The counts are checked
    /// against the bytes that are there before anything is allocated.
    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        var builder = GTIDSetBuilder()
        let header = try reader.readUInt64()
        let isTagged = header >> 56 == 1
        guard isTagged || header >> 56 == 0 else {
            throw MalformedBytes("a GTID set in an unknown format (\(header >> 56))")
        }
        let sourceCount = isTagged ? (header >> 8) & 0xFFFF_FFFF_FFFF : header
        guard sourceCount <= UInt64(reader.remaining / GTIDSet.encodedSourceSize) else {
            throw MalformedBytes("a GTID set of \(sourceCount) sources in \(reader.remaining) bytes")
        }
        for _ in 0..<sourceCount {
            let high = try reader.readBigEndianUInt(width: 8)
            let low = try reader.readBigEndianUInt(width: 8)
            if isTagged, try reader.readUInt8() != 0 {
                throw MalformedBytes("a tagged GTID, which is not supported")
            }
            let intervalCount = try reader.readUInt64()
            guard intervalCount <= UInt64(reader.remaining / GTIDSet.encodedIntervalSize) else {
                throw MalformedBytes("\(intervalCount) GTID intervals in \(reader.remaining) bytes")
            }
            for _ in 0..<intervalCount {
                let first = try reader.readInt64()
                let end = try reader.readInt64()
                guard first >= 1 && end > first else {
                    throw MalformedBytes("the GTID interval \(first) to \(end)")
                }
                builder.add(GTIDInterval(first: first, last: end - 1), of: UUID(high: high, low: low))
            }
        }
        self = builder.build()
    }

    /// Reads the binary form from bytes that hold nothing else.
    public init(encoded bytes: ArraySlice<UInt8>) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        try self.init(decoding: &reader)
        guard reader.isAtEnd else { throw MalformedBytes("\(reader.remaining) bytes after a GTID set") }
    }
}
