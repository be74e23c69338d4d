import MySQLProtocol
import MySQLTypes

/// A cell of a small result that a statement makes itself.
enum ResultCell {
    case null
    case text(String)
    case number(UInt64)
}

/// A column of such a result.
struct AnswerColumn {
    var name: String
    var isNumber = false
    /// INT rather than BIGINT.
    var isInt = false
    var isNullable = true
    var length = 255

    init(_ name: String, isNumber: Bool = false, isInt: Bool = false, isNullable: Bool = true, length: Int = 255) {
        self.name = name
        self.isNumber = isNumber || isInt
        self.isInt = isInt
        self.isNullable = isNullable
        self.length = length
    }
}

extension Session {
    /// Answers with rows made by the server itself.
    func answer(_ writer: ResultWriter, _ columns: [AnswerColumn], _ rows: [[ResultCell]]) {
        let collation = settings.resultCollation.rawValue
        writer.columns(
            columns.map { column in
                column.isNumber
                    ? ColumnMetadata(
                        name: column.name, type: column.isInt ? .long : .longLong, length: column.isInt ? 10 : 20,
                        flags: [.notNull, .unsigned, .binary])
                    : ColumnMetadata(
                        name: column.name, type: .varString, length: UInt32(column.length * 4),
                        flags: column.isNullable ? [] : [.notNull], decimals: 31,
                        collation: collation)
            })
        for row in rows {
            writer.beginRow()
            for cell in row {
                switch cell {
                case .null: writer.writeNull()
                case .text(let text): writer.writeString(text)
                case .number(let number): writer.writeUnsigned(number)
                }
            }
            // The client is gone: the connection's own loop ends it.
            do { try writer.endRow() } catch { return }
        }
        rowCount = -1
        writer.endOfRows(warnings: diagnostics.wireCount, status: status)
    }
}
