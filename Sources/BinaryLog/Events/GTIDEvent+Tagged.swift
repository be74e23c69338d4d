import Platform

extension GTIDEvent {
    /// Reads the body of a Gtid_tagged event (42, MySQL 8.3 and later). A GTID whose tag is not empty is refused: tags
    /// are not supported.
    public init(decodingTagged reader: inout ByteReader) throws(MalformedBytes) {
        _ = try reader.readVariableLength()  // format version
        _ = try reader.readVariableLength()  // total size
        _ = try reader.readVariableLength()  // last field that must not be ignored
        var source = UUID(high: 0, low: 0)
        var number: Int64 = 0
        var original: UInt64?
        var originalVersion: UInt32?
        self.init(
            gtid: nil, mayHaveStatements: false, lastCommitted: 0, sequenceNumber: 0,
            immediateCommitTimestamp: 0,
            originalCommitTimestamp: 0, immediateServerVersion: 0, originalServerVersion: 0)
        fields: while !reader.isAtEnd {
            switch try reader.readVariableLength() {
            case 0: mayHaveStatements = try reader.readUInt8() & 1 != 0
            case 1:
                var bytes: [UInt8] = []
                for _ in 0..<16 { bytes.append(UInt8(truncatingIfNeeded: try reader.readVariableLength())) }
                if let uuid = UUID(bytes: bytes) { source = uuid }
            case 2: number = try reader.readSignedVariableLength()
            case 3:
                guard try reader.readVariableLength() == 0 else {
                    throw MalformedBytes("a tagged GTID, which is not supported")
                }
            case 4: lastCommitted = try reader.readSignedVariableLength()
            case 5: sequenceNumber = try reader.readSignedVariableLength()
            case 6: immediateCommitTimestamp = try reader.readVariableLength()
            case 7: original = try reader.readVariableLength()
            case 8: transactionLength = try reader.readVariableLength()
            case 9: immediateServerVersion = UInt32(truncatingIfNeeded: try reader.readVariableLength())
            case 10: originalVersion = UInt32(truncatingIfNeeded: try reader.readVariableLength())
            case 11: _ = try reader.readVariableLength()
            default: break fields  // a later field, which a reader of this version may ignore
            }
        }
        guard number >= 1 && number <= GTID.maximumNumber else {
            throw MalformedBytes("the GTID number \(number)")
        }
        gtid = GTID(source: source, number: number)
        originalCommitTimestamp = original ?? immediateCommitTimestamp
        originalServerVersion = originalVersion ?? immediateServerVersion
    }
}

extension ByteReader {
    /// MySQL's self-describing integer: the first byte's trailing one-bits say how many bytes follow it.
    mutating func readVariableLength() throws(MalformedBytes) -> UInt64 {
        let first = try readUInt8()
        let extra = (~first).trailingZeroBitCount  // 0 to 8
        if extra == 0 { return UInt64(first >> 1) }
        let rest = try readUInt(width: extra)
        guard extra < 7 else { return rest }
        return UInt64(first >> UInt8(extra + 1)) | rest << UInt64(7 - extra)
    }

    /// The signed form: the lowest bit is the sign.
    mutating func readSignedVariableLength() throws(MalformedBytes) -> Int64 {
        let value = try readVariableLength()
        let magnitude = Int64(value >> 1)
        return value & 1 == 0 ? magnitude : -1 - magnitude
    }
}
