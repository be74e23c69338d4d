/// How a value of a MySQL type is carried inside SQLite: one representation per type, in columns and between functions.
///
/// | MySQL type | SQLite value |
/// |---|---|
/// | TINYINT to BIGINT, signed | INTEGER |
/// | BIGINT UNSIGNED | INTEGER up to 2^63 - 1; above it an 8-byte big-endian BLOB (SQLite sorts BLOB after INTEGER, so the order is right) |
/// | BIT | as BIGINT UNSIGNED |
/// | YEAR | INTEGER |
/// | ENUM | INTEGER: the member's index from 1, 0 for the error value |
/// | SET | INTEGER bit mask (as BIGINT UNSIGNED) |
/// | FLOAT, DOUBLE | REAL (FLOAT rounded to single precision) |
/// | DECIMAL | TEXT: plain decimal notation with exactly its scale, e.g. `-12.50`; compared with the SQLite collation `decimal` |
/// | DATE | TEXT `YYYY-MM-DD` |
/// | DATETIME | TEXT `YYYY-MM-DD hh:mm:ss[.f]` with exactly its fractional digits |
/// | TIMESTAMP | in a column: TEXT like DATETIME, in UTC; the binder converts to the session's time zone when it is not UTC |
/// | TIME | INTEGER: signed microseconds |
/// | CHAR, VARCHAR, TEXT | TEXT (UTF-8), compared with the SQLite collation of the MySQL collation's name; CHAR without trailing spaces |
/// | BINARY, VARBINARY, BLOB, GEOMETRY | BLOB |
/// | JSON | TEXT in MySQL's normalised form |
public enum Carrier: Hashable, Sendable {
    case integer
    case unsignedInteger
    case real
    case decimalText
    case dateText
    case dateTimeText
    case timeMicroseconds
    case text
    case blob
    case enumerationIndex
    case setMask
    case json
    case null
}

extension MySQLType {
    /// The carrier of values of this type.
    public var carrier: Carrier {
        switch kind {
        case .null: .null
        case .tinyInt, .smallInt, .mediumInt, .int, .year: .integer
        case .bigInt: isUnsigned ? .unsignedInteger : .integer
        case .bit: .unsignedInteger
        case .decimal: .decimalText
        case .float, .double: .real
        case .date: .dateText
        case .time: .timeMicroseconds
        case .dateTime, .timestamp: .dateTimeText
        case .char, .varChar, .tinyText, .text, .mediumText, .longText: .text
        case .binary, .varBinary, .tinyBlob, .blob, .mediumBlob, .longBlob, .geometry: .blob
        case .enumeration: .enumerationIndex
        case .set: .setMask
        case .json: .json
        }
    }
}
