import MySQLTypes
import Platform

/// How a table's definition is stored in the dictionary.
extension TableDefinition {
    private static let layoutVersion: UInt8 = 3
    /// More elements than MySQL allows of anything in a table; bounds what is allocated for stored bytes.
    static let maximumElements = 65_536

    /// The definition's stored form.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.write(Self.layoutVersion)
        writer.write(id)
        writer.write(string: schema)
        writer.write(string: name)
        writer.write(lengthEncoded: UInt64(lastColumnID))
        writer.write(lengthEncoded: UInt64(lastIndexID))
        writer.write(lengthEncoded: UInt64(storedColumns.count))
        for id in storedColumns { writer.write(lengthEncoded: UInt64(id)) }
        writer.write(lengthEncoded: UInt64(columns.count))
        for column in columns { column.encode(into: &writer) }
        writer.write(lengthEncoded: UInt64(indexes.count))
        for index in indexes { index.encode(into: &writer) }
        writer.write(lengthEncoded: UInt64(foreignKeys.count))
        for key in foreignKeys { key.encode(into: &writer) }
        writer.write(lengthEncoded: UInt64(checks.count))
        for check in checks {
            writer.write(string: check.name)
            writer.write(string: check.expression)
            writer.write(bool: check.isEnforced)
        }
        writer.write(string: engine)
        writer.write(collation.rawValue)
        writer.write(string: comment)
        writer.write(autoIncrementStart)
        writer.write(strings: options)
        writer.write(version)
        writer.write(createTime)
        return writer.bytes
    }

    /// Reads what ``encoded()`` wrote.
    public init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.readUInt8() == Self.layoutVersion else { throw MalformedBytes("a table of an unknown layout") }
        let id = try reader.readUInt64()
        let schema = try reader.readString()
        let name = try reader.readString()
        let lastColumnID = try reader.readID()
        let lastIndexID = try reader.readID()
        var storedColumns: [UInt32] = []
        for _ in 0..<(try reader.readCount()) { storedColumns.append(try reader.readID()) }
        var columns: [ColumnDefinition] = []
        for _ in 0..<(try reader.readCount()) { columns.append(try ColumnDefinition(decoding: &reader)) }
        self.init(id: id, schema: schema, name: name, columns: columns)
        self.lastColumnID = lastColumnID
        self.lastIndexID = lastIndexID
        self.storedColumns = storedColumns
        guard !storedPlaces.contains(-1) else { throw MalformedBytes("a column that SQLite does not have") }
        for _ in 0..<(try reader.readCount()) {
            indexes.append(try IndexDefinition(decoding: &reader, columnCount: columns.count))
        }
        for _ in 0..<(try reader.readCount()) {
            foreignKeys.append(try ForeignKeyDefinition(decoding: &reader, columnCount: columns.count))
        }
        for _ in 0..<(try reader.readCount()) {
            checks.append(
                CheckDefinition(
                    name: try reader.readString(), expression: try reader.readString(),
                    isEnforced: try reader.readBool()))
        }
        engine = try reader.readString()
        collation = CollationID(rawValue: try reader.readUInt16())
        comment = try reader.readString()
        autoIncrementStart = try reader.readUInt64()
        options = try reader.readStrings()
        version = try reader.readUInt64()
        createTime = try reader.readInt64()
    }
}

extension ColumnDefinition {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(lengthEncoded: UInt64(id))
        writer.write(string: name)
        writer.write(type.kind.rawValue)
        writer.write(lengthEncoded: UInt64(max(0, type.length)))
        writer.write(lengthEncoded: UInt64(max(0, type.decimals)))
        writer.write(bool: type.isUnsigned)
        writer.write(bool: type.isZeroFill)
        writer.write(type.collation.rawValue)
        writer.write(strings: type.members)
        writer.write(bool: isNullable)
        switch defaultValue {
        case .none: writer.write(UInt8(0))
        case .null: writer.write(UInt8(1))
        case .literal(let text):
            writer.write(UInt8(2))
            writer.write(string: text)
        case .bits(let text):
            writer.write(UInt8(3))
            writer.write(string: text)
        case .currentTimestamp(let digits):
            writer.write(UInt8(4))
            writer.write(UInt8(clamping: digits))
        case .expression(let text):
            writer.write(UInt8(5))
            writer.write(string: text)
        }
        writer.write(UInt8(onUpdateCurrentTimestamp.map { UInt8(clamping: $0) } ?? .max))
        writer.write(bool: isAutoIncrement)
        writer.write(bool: isInvisible)
        writer.write(bool: generated != nil)
        if let generated {
            writer.write(string: generated.expression)
            writer.write(bool: generated.isStored)
        }
        writer.write(string: comment)
        writer.write(bool: olderRowsValue != nil)
        olderRowsValue?.encode(into: &writer)
    }

    fileprivate init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let id = try reader.readID()
        let name = try reader.readString()
        guard let kind = MySQLType.Kind(rawValue: try reader.readUInt8()) else {
            throw MalformedBytes("a column of an unknown type")
        }
        let length = Int(clamping: try reader.readLengthEncodedInteger())
        let decimals = Int(clamping: try reader.readLengthEncodedInteger())
        let isUnsigned = try reader.readBool()
        let isZeroFill = try reader.readBool()
        let collation = CollationID(rawValue: try reader.readUInt16())
        let type = MySQLType(
            kind, length: length, decimals: decimals, isUnsigned: isUnsigned, isZeroFill: isZeroFill,
            collation: collation, members: try reader.readStrings())
        self.init(name: name, type: type, isNullable: try reader.readBool())
        self.id = id
        switch try reader.readUInt8() {
        case 0: defaultValue = .none
        case 1: defaultValue = .null
        case 2: defaultValue = .literal(try reader.readString())
        case 3: defaultValue = .bits(try reader.readString())
        case 4: defaultValue = .currentTimestamp(Int(try reader.readUInt8()))
        case 5: defaultValue = .expression(try reader.readString())
        default: throw MalformedBytes("a column default of an unknown kind")
        }
        let digits = try reader.readUInt8()
        onUpdateCurrentTimestamp = digits == .max ? nil : Int(digits)
        isAutoIncrement = try reader.readBool()
        isInvisible = try reader.readBool()
        if try reader.readBool() {
            generated = Generated(expression: try reader.readString(), isStored: try reader.readBool())
        }
        comment = try reader.readString()
        if try reader.readBool() { olderRowsValue = try StoredValue(decoding: &reader) }
    }
}

extension StoredValue {
    fileprivate func encode(into writer: inout ByteWriter) {
        switch self {
        case .null: writer.write(UInt8(0))
        case .integer(let value):
            writer.write(UInt8(1))
            writer.write(value)
        case .real(let value):
            writer.write(UInt8(2))
            writer.write(value.bitPattern)
        case .text(let bytes):
            writer.write(UInt8(3))
            writer.write(lengthEncoded: bytes)
        case .blob(let bytes):
            writer.write(UInt8(4))
            writer.write(lengthEncoded: bytes)
        }
    }

    fileprivate init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        switch try reader.readUInt8() {
        case 0: self = .null
        case 1: self = .integer(try reader.readInt64())
        case 2: self = .real(Double(bitPattern: try reader.readUInt64()))
        case 3: self = .text(Array(try reader.readLengthEncodedBytes()))
        case 4: self = .blob(Array(try reader.readLengthEncodedBytes()))
        default: throw MalformedBytes("a stored value of an unknown kind")
        }
    }
}

extension IndexDefinition {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(lengthEncoded: UInt64(id))
        writer.write(string: name)
        switch kind {
        case .primary: writer.write(UInt8(0))
        case .unique: writer.write(UInt8(1))
        case .secondary: writer.write(UInt8(isImplicit ? 5 : 2))
        case .fullText: writer.write(UInt8(3))
        case .spatial: writer.write(UInt8(4))
        }
        writer.write(lengthEncoded: UInt64(parts.count))
        for part in parts {
            writer.write(lengthEncoded: UInt64((part.column ?? -1) + 1))
            writer.write(string: part.expression ?? "")
            writer.write(lengthEncoded: UInt64((part.prefixLength ?? -1) + 1))
            writer.write(bool: part.isDescending)
        }
        writer.write(bool: isInvisible)
        writer.write(string: comment)
    }

    fileprivate init(decoding reader: inout ByteReader, columnCount: Int) throws(MalformedBytes) {
        let id = try reader.readID()
        let name = try reader.readString()
        let kind: Kind
        let code = try reader.readUInt8()
        switch code {
        case 0: kind = .primary
        case 1: kind = .unique
        case 2, 5: kind = .secondary
        case 3: kind = .fullText
        case 4: kind = .spatial
        default: throw MalformedBytes("an index of an unknown kind")
        }
        var parts: [Part] = []
        for _ in 0..<(try reader.readCount()) {
            let column = Int(clamping: try reader.readLengthEncodedInteger()) - 1
            guard column < columnCount else { throw MalformedBytes("an index on column \(column)") }
            let expression = try reader.readString()
            let prefix = Int(clamping: try reader.readLengthEncodedInteger()) - 1
            parts.append(
                Part(
                    column: column < 0 ? nil : column, expression: expression.isEmpty ? nil : expression,
                    prefixLength: prefix < 0 ? nil : prefix, isDescending: try reader.readBool()))
        }
        self.init(name: name, kind: kind, parts: parts)
        self.id = id
        isImplicit = code == 5
        isInvisible = try reader.readBool()
        comment = try reader.readString()
    }
}

extension ForeignKeyDefinition {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(string: name)
        writer.write(lengthEncoded: UInt64(columns.count))
        for column in columns { writer.write(lengthEncoded: UInt64(column)) }
        writer.write(string: referencedSchema)
        writer.write(string: referencedTable)
        writer.write(strings: referencedColumns)
        writer.write(string: onDelete.rawValue)
        writer.write(string: onUpdate.rawValue)
    }

    fileprivate init(decoding reader: inout ByteReader, columnCount: Int) throws(MalformedBytes) {
        let name = try reader.readString()
        var columns: [Int] = []
        for _ in 0..<(try reader.readCount()) {
            let column = Int(clamping: try reader.readLengthEncodedInteger())
            guard column < columnCount else { throw MalformedBytes("a foreign key on column \(column)") }
            columns.append(column)
        }
        let schema = try reader.readString()
        let table = try reader.readString()
        let referencedColumns = try reader.readStrings()
        guard let onDelete = Action(rawValue: try reader.readString()),
            let onUpdate = Action(rawValue: try reader.readString())
        else { throw MalformedBytes("an unknown foreign key action") }
        self.init(
            name: name, columns: columns, referencedSchema: schema, referencedTable: table,
            referencedColumns: referencedColumns, onDelete: onDelete, onUpdate: onUpdate)
    }
}

extension ByteWriter {
    mutating func write(string: String) {
        write(lengthEncoded: string.utf8)
    }

    mutating func write(strings: [String]) {
        write(lengthEncoded: UInt64(strings.count))
        for string in strings { write(string: string) }
    }

    mutating func write(bool: Bool) {
        write(UInt8(bool ? 1 : 0))
    }
}

extension ByteReader {
    mutating func readString() throws(MalformedBytes) -> String {
        String(decoding: try readLengthEncodedBytes(), as: UTF8.self)
    }

    /// A number of elements, each of at least one byte.
    mutating func readCount() throws(MalformedBytes) -> Int {
        let count = try readLengthEncodedInteger()
        guard count <= UInt64(min(remaining, TableDefinition.maximumElements)) else {
            throw MalformedBytes("\(count) elements announced, \(remaining) bytes left")
        }
        return Int(count)
    }

    /// A column's or an index's number.
    fileprivate mutating func readID() throws(MalformedBytes) -> UInt32 {
        guard let id = UInt32(exactly: try readLengthEncodedInteger()) else { throw MalformedBytes("a number beyond 32 bits") }
        return id
    }

    mutating func readStrings() throws(MalformedBytes) -> [String] {
        var strings: [String] = []
        for _ in 0..<(try readCount()) { strings.append(try readString()) }
        return strings
    }

    mutating func readBool() throws(MalformedBytes) -> Bool {
        try readUInt8() != 0
    }
}
