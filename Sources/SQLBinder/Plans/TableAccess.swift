import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// How rows of a table are reached and named in SQLite, worked out once per plan.
package struct TableAccess {
    package let table: TableDefinition
    /// SQLite's names of the columns that find a row: the primary key's, or the rowid.
    package let keyColumns: [String]
    /// The same as places in the table; nil for the rowid.
    package let keyIndexes: [Int]?

    package init(_ table: TableDefinition) {
        self.table = table
        if let key = table.primaryKey, key.parts.allSatisfy({ $0.column != nil }) {
            let indexes = key.parts.compactMap(\.column)
            keyIndexes = indexes
            keyColumns = indexes.map { table.columns[$0].sqliteName }
        } else {
            keyIndexes = nil
            keyColumns = ["_rowid_"]
        }
    }

    package var name: String { table.sqliteName }

    /// `c1 = ?3 AND c2 = ?4`.
    package func keyCondition(from first: Int) -> String {
        keyColumns.enumerated().map { "\($1) = ?\(first + $0)" }.joined(separator: " AND ")
    }

    package var insertSQL: String {
        let names = table.columns.map(\.sqliteName).joined(separator: ", ")
        let values = table.columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        return "INSERT INTO \(name) (\(names)) VALUES (\(values))"
    }

    package var deleteSQL: String { "DELETE FROM \(name) WHERE \(keyCondition(from: 1))" }

    /// Sets the given columns; the key's values follow the columns' among the parameters.
    package func updateSQL(_ columns: [Int]) -> String {
        let sets = columns.enumerated().map { "\(table.columns[$1].sqliteName) = ?\($0 + 1)" }
        return "UPDATE \(name) SET \(sets.joined(separator: ", ")) WHERE \(keyCondition(from: columns.count + 1))"
    }

    /// All columns of the row with a given key.
    package func rowSQL(of columns: [Int], where condition: String) -> String {
        let names = columns.map { table.columns[$0].sqliteName } + (keyIndexes == nil ? ["_rowid_"] : [])
        return "SELECT \(names.joined(separator: ", ")) FROM \(name) WHERE \(condition)"
    }
}

extension TableDefinition {
    /// What MySQL stores where a NOT NULL column without default gets no value and the mode is not strict.
    package static func implicitDefault(_ type: MySQLType) -> StoredValue {
        switch type.kind {
        case .null: return .null
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt, .bit, .year, .set, .time: return .integer(0)
        case .enumeration: return .integer(1)
        case .decimal:
            return .text(Array((type.decimals > 0 ? "0." + String(repeating: "0", count: type.decimals) : "0").utf8))
        case .float, .double: return .real(0)
        case .date: return .text(Array("0000-00-00".utf8))
        case .dateTime, .timestamp:
            let fraction = type.decimals > 0 ? "." + String(repeating: "0", count: type.decimals) : ""
            return .text(Array(("0000-00-00 00:00:00" + fraction).utf8))
        case .char, .varChar, .tinyText, .text, .mediumText, .longText: return .text([])
        case .binary: return .blob(Array(repeating: 0, count: type.length))
        case .varBinary, .tinyBlob, .blob, .mediumBlob, .longBlob, .geometry: return .blob([])
        case .json: return .text(Array("null".utf8))
        }
    }
}

extension StoredValue {
    package init(_ value: LiteralValue) {
        switch value {
        case .null: self = .null
        case .integer(let integer): self = .integer(integer)
        case .real(let real): self = .real(real)
        case .text(let bytes): self = .text(bytes)
        case .blob(let bytes): self = .blob(bytes)
        }
    }

    /// The value as a message shows it: `Duplicate entry '...'`.
    package func display(_ type: MySQLType) -> String {
        switch self {
        case .null: return "NULL"
        case .integer(let value):
            switch type.kind {
            case .enumeration:
                let index = Int(clamping: value)
                return index >= 1 && index <= type.members.count ? type.members[index - 1] : ""
            case .set:
                return type.members.enumerated().filter { value >> Int64($0.offset) & 1 == 1 }.map(\.element)
                    .joined(separator: ",")
            case .time:
                let seconds = Int64(clamping: value.magnitude) / 1_000_000
                func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }
                return (value < 0 ? "-" : "") + "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
            default: return String(value)
            }
        case .real(let value): return value.rounded() == value && abs(value) < 1e15 ? String(Int64(saturating: value)) : "\(value)"
        case .text(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes):
            if type.carrier == .unsignedInteger, bytes.count == 8 {
                return String(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
