/// A column's value as the row decoder gives it out and as tables carry it (`MySQLTypes.Carrier`): integers and doubles
/// without a heap allocation, strings as slices of the event's bytes.
public enum RowValue: Hashable, Sendable {
    /// The image does not have this column.
    case absent
    case null
    /// Integers up to Int64.max, YEAR, ENUM's index, SET's mask, BIT, TIME in microseconds.
    case integer(Int64)
    /// BIGINT UNSIGNED, BIT and SET above Int64.max; never a smaller number.
    case unsigned(UInt64)
    /// FLOAT and DOUBLE.
    case double(Double)
    /// Text that the decoder made: DECIMAL with exactly its scale, DATE, DATETIME and TIMESTAMP (in UTC) with exactly
    /// their fractional digits, JSON.
    case text(ArraySlice<UInt8>)
    /// The bytes of CHAR, VARCHAR, BINARY, VARBINARY, TEXT, BLOB, GEOMETRY as they are in the event. A BINARY from a MySQL
    /// server comes without its trailing zero bytes.
    case bytes(ArraySlice<UInt8>)

    /// A number as ``integer(_:)`` where it fits, else as ``unsigned(_:)``.
    @inlinable
    public static func number(_ value: UInt64) -> RowValue {
        value <= UInt64(Int64.max) ? .integer(Int64(value)) : .unsigned(value)
    }
}
