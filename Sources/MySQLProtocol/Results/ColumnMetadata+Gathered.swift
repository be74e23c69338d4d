extension ColumnMetadata {
    /// The column as a client is told of it when the rows were gathered before they are sent (a server-side cursor): MySQL
    /// does that in a temporary table, whose columns have no keys, narrower integers and names of their own.
    public var gathered: ColumnMetadata {
        var column = self
        column.flags.remove([.primaryKey, .uniqueKey, .multipleKey, .autoIncrement, .partOfKey, .noDefaultValue, .onUpdateNow])
        guard originalName.isEmpty else { return column }
        column.originalName = name
        switch type {
        case .longLong, .long, .int24, .short, .tiny:
            column.flags.remove(.binary)
            column.type = length < Self.longLongDigits ? .long : .longLong
        case .newDecimal, .double, .float: column.flags.remove(.binary)
        case .null: column.type = .varString
        case .varString, .string:
            column.decimals = 0
            guard length > Self.varcharBytes else { break }
            column.type = .blob
            column.flags.insert(.blob)
            let (bytes, overflow) = length.multipliedReportingOverflow(by: 4)
            column.length = overflow ? .max : bytes
        default: break
        }
        return column
    }

    /// Integers of so many characters may not fit into 32 bits.
    private static let longLongDigits = 10
    /// 512 characters: longer texts are kept as TEXT.
    private static let varcharBytes = 512 * 4
}
