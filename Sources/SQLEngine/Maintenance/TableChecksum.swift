import CSQLite
import CZlib
import Storage

/// The number that CHECKSUM TABLE gives: the sum of the rows' CRC-32 over their values, so that it depends on the rows
/// alone, not on their order. Members with the same rows give the same number; it is not the one that InnoDB would give.
struct TableChecksum {
    private var sum: UInt32 = 0

    /// What a value is, before its bytes: 1 and "1" are different rows.
    private enum Tag: UInt8 {
        case null, integer, real, text, blob
    }

    var value: UInt32 { sum }

    /// Adds the row that `statement` stands on.
    mutating func add(_ statement: Storage.Statement) {
        var crc: UInt = 0
        for column in 0..<statement.columnCount {
            switch statement.columnType(column) {
            case SQLITE_INTEGER:
                Self.add(&crc, .integer, statement.integer(column))
            case SQLITE_FLOAT:
                Self.add(&crc, .real, Int64(bitPattern: statement.real(column).bitPattern))
            case SQLITE_TEXT:
                Self.add(&crc, .text, statement.bytes(column))
            case SQLITE_BLOB:
                Self.add(&crc, .blob, statement.bytes(column))
            default:
                Self.add(&crc, .null, 0)
            }
        }
        sum &+= UInt32(truncatingIfNeeded: crc)
    }

    private static func add(_ crc: inout UInt, _ tag: Tag, _ word: Int64) {
        var head: (UInt8, Int64) = (tag.rawValue, word.littleEndian)
        withUnsafeBytes(of: &head.0) { add(&crc, $0) }
        withUnsafeBytes(of: &head.1) { add(&crc, $0) }
    }

    private static func add(_ crc: inout UInt, _ tag: Tag, _ bytes: UnsafeRawBufferPointer) {
        add(&crc, tag, Int64(bytes.count))
        add(&crc, bytes)
    }

    private static func add(_ crc: inout UInt, _ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        crc = CZlib.crc32(crc, base.assumingMemoryBound(to: UInt8.self), UInt32(truncatingIfNeeded: bytes.count))
    }
}
