import Platform

/// A row of a text result set as a client receives it.
public enum TextRow {
    /// The values of `columnCount` columns; nil is NULL.
    public static func decode(_ payload: [UInt8], columnCount: Int) throws(SQLError) -> [[UInt8]?] {
        do throws(MalformedBytes) {
            var reader = ByteReader(payload)
            var values: [[UInt8]?] = []
            for _ in 0..<columnCount {
                if reader.remaining > 0 && payload[reader.position] == 0xFB {
                    try reader.skip(1)
                    values.append(nil)
                } else {
                    values.append(Array(try reader.readLengthEncodedBytes()))
                }
            }
            guard reader.isAtEnd else { throw MalformedBytes("a row with surplus bytes") }
            return values
        } catch {
            throw SQLError(.clientMalformedPacket)
        }
    }
}
