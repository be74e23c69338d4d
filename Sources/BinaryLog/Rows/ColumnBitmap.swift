import Platform

/// One bit per column, column 0 in the lowest bit of the first byte: which columns a row image has.
public struct ColumnBitmap: Hashable, Sendable {
    /// Number of columns.
    public let count: Int
    public private(set) var bytes: [UInt8]

    /// All columns set, or none.
    public init(count: Int, all: Bool) {
        self.count = count
        bytes = Array(repeating: all ? 0xFF : 0, count: (count + 7) / 8)
        if all, count % 8 != 0 { bytes[bytes.count - 1] = UInt8(1 << (count % 8) - 1) }
    }

    init(decoding reader: inout ByteReader, count: Int) throws(MalformedBytes) {
        self.count = count
        bytes = Array(try reader.readBytes((count + 7) / 8))
    }

    public subscript(column: Int) -> Bool {
        get { bytes[column >> 3] & (1 << UInt8(column & 7)) != 0 }
        set {
            if newValue {
                bytes[column >> 3] |= 1 << UInt8(column & 7)
            } else {
                bytes[column >> 3] &= ~(1 << UInt8(column & 7))
            }
        }
    }

    /// How many columns are set.
    public var setCount: Int {
        var total = 0
        for column in 0..<count where self[column] { total += 1 }
        return total
    }
}
