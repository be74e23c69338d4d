import Platform

/// Goes through the row images of one rows event.
public struct RowImageReader: Sendable {
    private var reader: ByteReader
    private let event: RowsEvent
    private let columns: [RowColumn]

    /// Reads `event` by the columns of the Table_map event that gave its table the number.
    public init(_ event: RowsEvent, columns: [RowColumn]) throws(MalformedBytes) {
        guard event.columns.count == columns.count else {
            throw MalformedBytes("rows of \(event.columns.count) columns for a table of \(columns.count)")
        }
        // Rows without a single column would never come to an end.
        guard event.columns.setCount > 0 || event.columnsAfter.setCount > 0 || event.rows.isEmpty else {
            throw MalformedBytes("rows without columns")
        }
        self.event = event
        self.columns = columns
        reader = ByteReader(event.rows)
    }

    /// Reads the next row. `before` gets the image of a delete and the first one of an update, `after` that of a write and
    /// the second one of an update; both keep their storage from row to row. False when there is no further row.
    public mutating func next(before: inout [RowValue], after: inout [RowValue])
        throws(MalformedBytes) -> Bool
    {
        guard !reader.isAtEnd else { return false }
        if event.kind.hasBefore { try readImage(event.columns, into: &before) }
        if event.kind.hasAfter { try readImage(event.columnsAfter, into: &after) }
        return true
    }

    private mutating func readImage(_ present: ColumnBitmap, into values: inout [RowValue])
        throws(MalformedBytes)
    {
        values.removeAll(keepingCapacity: true)
        let nulls = try reader.readBytes((present.setCount + 7) / 8)
        var place = 0
        for (index, column) in columns.enumerated() {
            guard present[index] else {
                values.append(.absent)
                continue
            }
            if nulls[nulls.startIndex + place >> 3] & (1 << UInt8(place & 7)) != 0 {
                values.append(.null)
            } else {
                values.append(try column.decode(&reader))
            }
            place += 1
        }
    }
}
