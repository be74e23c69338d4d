import MySQLTypes

/// Appends the bytes by which a text sorts under its collation: texts that are equal under it get equal bytes.
/// `maximumCharacters` is a prefix key part's length, else nil. Provided by the collations' owner at ``Database`` opening.
public typealias SortKeyFunction =
    @Sendable (
        _ text: UnsafeRawBufferPointer, _ collation: CollationID, _ maximumCharacters: Int?, _ key: inout [UInt8]
    ) -> Void

/// How the rows of one unique key become write-set items: the item is the XXH64 hash of the key's name, the table's name
/// and the normalised values (gr-internals 2.1).
struct KeyLayout: Sendable {
    struct Part: Sendable {
        /// The place in the row.
        var column: Int
        var normalization: Normalization
        /// Characters, or bytes of a binary string.
        var prefixLength: Int?
    }

    /// Equal values of the column get equal bytes.
    enum Normalization: Sendable {
        /// Big-endian of so many bytes, the sign bit flipped if signed.
        case integer(width: Int, isSigned: Bool)
        case real
        case bytes
        case text(CollationID)
    }

    let name: String
    let isPrimary: Bool
    /// Empty for a key over expressions: its one item stands for all its rows.
    let parts: [Part]
    /// `PRIMARY½test½4t1½2`.
    let prefix: [UInt8]

    static let separator: [UInt8] = [0xC2, 0xBD]

    init?(_ index: IndexDefinition, of table: TableDefinition) {
        let parts = index.parts.compactMap { part in part.column.map { (column: $0, prefix: part.prefixLength) } }
        self.init(
            index: index, schema: table.schema, table: table.name,
            parts: parts.count < index.parts.count
                ? []
                : parts.map {
                    Part(
                        column: $0.column, normalization: Normalization(table.columns[$0.column].type),
                        prefixLength: $0.prefix)
                })
    }

    init(index: IndexDefinition, schema: String, table: String, parts: [Part]) {
        name = index.name
        isPrimary = index.kind == .primary
        self.parts = parts
        var prefix = Array(index.name.utf8) + Self.separator
        for text in [schema, table] {
            prefix += Array(text.utf8) + Self.separator + Array(String(text.utf8.count).utf8)
        }
        self.prefix = prefix
    }

    /// The item of the row whose values `value` gives by column; nil when a value is NULL, which equals nothing.
    @inline(__always)
    func hash(scratch: inout [UInt8], sortKey: SortKeyFunction, _ value: (Int) -> ValueView) -> UInt64? {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: prefix)
        for part in parts {
            let start = scratch.count
            guard part.append(value(part.column), to: &scratch, sortKey: sortKey) else { return nil }
            let length = scratch.count - start
            scratch.append(contentsOf: Self.separator)
            Self.append(decimal: length, to: &scratch)
        }
        return scratch.withUnsafeBytes { XXH64.hash($0) }
    }

    private static func append(decimal value: Int, to bytes: inout [UInt8]) {
        if value >= 10 { append(decimal: value / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}

extension KeyLayout.Part {
    /// Appends the normalised value; false for NULL.
    func append(_ value: ValueView, to bytes: inout [UInt8], sortKey: SortKeyFunction) -> Bool {
        switch value {
        case .null: return false
        case .integer(let integer):
            var bits = UInt64(bitPattern: integer)
            var width = 8
            if case .integer(let declared, let isSigned) = normalization {
                width = declared
                if isSigned { bits ^= 1 << UInt64(width * 8 - 1) }
            }
            for shift in stride(from: (width - 1) * 8, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
            }
        case .real(let real):
            // Both zeros are equal.
            let bits = real == 0 ? 0 : real.bitPattern
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
            }
        case .text(let text):
            if case .text(let collation) = normalization {
                sortKey(text, collation, prefixLength, &bytes)
            } else {
                bytes.append(contentsOf: text)
            }
        case .blob(let blob):
            bytes.append(contentsOf: prefixLength.map { UnsafeRawBufferPointer(rebasing: blob.prefix($0)) } ?? blob)
        }
        return true
    }
}

extension KeyLayout.Normalization {
    init(_ type: MySQLType) {
        switch type.kind {
        case .tinyInt: self = .integer(width: 1, isSigned: !type.isUnsigned)
        case .smallInt: self = .integer(width: 2, isSigned: !type.isUnsigned)
        case .mediumInt: self = .integer(width: 3, isSigned: !type.isUnsigned)
        case .int: self = .integer(width: 4, isSigned: !type.isUnsigned)
        case .bigInt: self = .integer(width: 8, isSigned: !type.isUnsigned)
        case .time: self = .integer(width: 8, isSigned: true)
        case .bit, .year, .enumeration, .set: self = .integer(width: 8, isSigned: false)
        case .float, .double: self = .real
        case .char, .varChar, .tinyText, .text, .mediumText, .longText: self = .text(type.collation)
        case .null, .decimal, .date, .dateTime, .timestamp, .json, .geometry, .binary, .varBinary, .tinyBlob, .blob,
            .mediumBlob, .longBlob:
            self = .bytes
        }
    }
}

/// The key of another table that a foreign key points at: its item is made from the child's values, so that a change of
/// the child collides with a change of its parent's key.
struct ParentKeyLayout: Sendable {
    /// The child's columns.
    let columns: [Int]
    let key: KeyLayout

    /// nil when the foreign key does not point at a unique key.
    init?(_ foreignKey: ForeignKeyDefinition, child: TableDefinition, parent: TableDefinition) {
        let places = foreignKey.referencedColumns.map { name in parent.columns.firstIndex { Identifier.equal($0.name, name) } }
        let index = parent.indexes.first { index in
            (index.kind == .primary || index.kind == .unique) && index.parts.count == places.count
                && index.parts.allSatisfy { part in part.column != nil && places.contains(part.column) }
        }
        guard let index, foreignKey.columns.count == places.count else { return nil }
        var parts: [KeyLayout.Part] = []
        for part in index.parts {
            guard let column = part.column, let place = places.firstIndex(of: column) else { return nil }
            parts.append(
                KeyLayout.Part(
                    column: foreignKey.columns[place],
                    normalization: KeyLayout.Normalization(parent.columns[column].type), prefixLength: part.prefixLength
                ))
        }
        columns = foreignKey.columns
        key = KeyLayout(index: index, schema: parent.schema, table: parent.name, parts: parts)
    }
}
