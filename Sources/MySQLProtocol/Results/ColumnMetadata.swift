/// What a result set tells about one of its columns.
public struct ColumnMetadata: Hashable, Sendable {
    public var schema: String
    /// The table's alias.
    public var table: String
    public var originalTable: String
    /// The column's alias: what clients show.
    public var name: String
    public var originalName: String
    /// The collation's number: 63 for everything that is not a character string.
    public var collation: UInt16
    /// The longest value: in bytes for strings, in display characters for others.
    public var length: UInt32
    public var type: ColumnType
    public var flags: ColumnFlags
    public var decimals: UInt8
    /// For COM_FIELD_LIST only: the default value.
    public var defaultValue: [UInt8]?

    /// `decimals` of a floating-point column without a fixed scale.
    public static let notFixedDecimals: UInt8 = 31

    public init(
        name: String, type: ColumnType, length: UInt32, flags: ColumnFlags = [], decimals: UInt8 = 0,
        collation: UInt16 = 63, schema: String = "", table: String = "", originalTable: String = "",
        originalName: String = ""
    ) {
        self.schema = schema
        self.table = table
        self.originalTable = originalTable
        self.name = name
        self.originalName = originalName
        self.collation = collation
        self.length = length
        self.type = type
        self.flags = flags
        self.decimals = decimals
    }
}
