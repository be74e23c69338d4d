import Platform

/// A Table_map event's optional metadata. Signedness stands in the columns themselves (``RowColumn/isUnsigned``); the
/// rest is for readers that know no dictionary of ours. MINIMAL (`binlog_row_metadata`) is signedness and
/// ``collations``; FULL is everything.
public struct TableMetadata: Hashable, Sendable {
    /// One part of a primary key.
    public struct KeyPart: Hashable, Sendable {
        public var column: Int
        /// In characters; 0 for the whole column.
        public var prefixLength: Int

        public init(column: Int, prefixLength: Int = 0) {
            self.column = column
            self.prefixLength = prefixLength
        }
    }

    /// Collation numbers of the character columns (63 of binary ones), in column order; empty: not written.
    public var collations: [UInt16] = []
    public var columnNames: [[UInt8]] = []
    /// Members of each SET column, in column order.
    public var setMembers: [[[UInt8]]] = []
    /// Members of each ENUM column, in column order.
    public var enumerationMembers: [[[UInt8]]] = []
    public var geometryTypes: [UInt64] = []
    public var primaryKey: [KeyPart] = []
    /// Collation numbers of the ENUM and SET columns.
    public var memberCollations: [UInt16] = []
    /// One flag per column; empty: not written.
    public var visibility: [Bool] = []

    private enum Field: UInt8 {
        case signedness = 1
        case defaultCharset, columnCharset, columnNames, setMembers, enumerationMembers, geometryTypes
        case simplePrimaryKey, primaryKeyWithPrefix, memberDefaultCharset, memberColumnCharset,
            visibility
    }

    public init() {}

    func encode(columns: [RowColumn], into writer: inout ByteWriter) {
        var value = ByteWriter()
        func emit(_ field: Field) {
            if value.count > 0 {
                writer.write(field.rawValue)
                writer.write(lengthEncoded: value.bytes)
                value.removeAll()
            }
        }
        value.write(TableMetadata.packBits(columns.lazy.filter(\.isNumeric).map(\.isUnsigned)))
        emit(.signedness)
        if !collations.isEmpty {
            let field = TableMetadata.encode(
                collations: collations, asDefault: .defaultCharset, asColumns: .columnCharset, into: &value)
            emit(field)
        }
        for type in geometryTypes { value.write(lengthEncoded: type) }
        emit(.geometryTypes)
        for name in columnNames { value.write(lengthEncoded: name) }
        emit(.columnNames)
        if !memberCollations.isEmpty {
            let field = TableMetadata.encode(
                collations: memberCollations, asDefault: .memberDefaultCharset,
                asColumns: .memberColumnCharset,
                into: &value)
            emit(field)
        }
        TableMetadata.encode(members: setMembers, into: &value)
        emit(.setMembers)
        TableMetadata.encode(members: enumerationMembers, into: &value)
        emit(.enumerationMembers)
        if primaryKey.allSatisfy({ $0.prefixLength == 0 }) {
            for part in primaryKey { value.write(lengthEncoded: UInt64(part.column)) }
            emit(.simplePrimaryKey)
        } else {
            for part in primaryKey {
                value.write(lengthEncoded: UInt64(part.column))
                value.write(lengthEncoded: UInt64(part.prefixLength))
            }
            emit(.primaryKeyWithPrefix)
        }
        value.write(TableMetadata.packBits(visibility))
        emit(.visibility)
    }

    /// Highest bit first.
    private static func packBits(_ bits: some Sequence<Bool>) -> [UInt8] {
        var packed: [UInt8] = []
        for (index, bit) in bits.enumerated() {
            if index % 8 == 0 { packed.append(0) }
            if bit { packed[index / 8] |= 0x80 >> UInt8(index % 8) }
        }
        return packed
    }

    private static func encode(members: [[[UInt8]]], into writer: inout ByteWriter) {
        for column in members {
            writer.write(lengthEncoded: UInt64(column.count))
            for member in column { writer.write(lengthEncoded: member) }
        }
    }

    /// The commonest collation and the exceptions, or one after the other, whichever is shorter.
    private static func encode(
        collations: [UInt16], asDefault: Field, asColumns: Field, into writer: inout ByteWriter
    ) -> Field {
        var counts: [UInt16: Int] = [:]
        for collation in collations { counts[collation, default: 0] += 1 }
        let commonest = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        if (collations.count - (counts[commonest] ?? 0)) * 2 >= collations.count {
            for collation in collations { writer.write(lengthEncoded: UInt64(collation)) }
            return asColumns
        }
        writer.write(lengthEncoded: UInt64(commonest))
        for (index, collation) in collations.enumerated() where collation != commonest {
            writer.write(lengthEncoded: UInt64(index))
            writer.write(lengthEncoded: UInt64(collation))
        }
        return asDefault
    }

    init(decoding reader: inout ByteReader, columns: inout [RowColumn]) throws(MalformedBytes) {
        while !reader.isAtEnd {
            let code = try reader.readUInt8()
            var value = ByteReader(try reader.readLengthEncodedBytes())
            guard let field = Field(rawValue: code) else { continue }
            switch field {
            case .signedness:
                let bits = value.readRest()
                var place = 0
                for index in columns.indices where columns[index].isNumeric {
                    guard place / 8 < bits.count else { throw MalformedBytes("too few signedness bits") }
                    columns[index].isUnsigned =
                        bits[bits.startIndex + place / 8] & (0x80 >> UInt8(place % 8)) != 0
                    place += 1
                }
            case .defaultCharset:
                let count = columns.count { $0.isCharacter }
                collations = try TableMetadata.decodeDefaultCollations(&value, count: count)
            case .columnCharset: collations = try TableMetadata.decodeCollations(&value)
            case .columnNames:
                columnNames = []
                while !value.isAtEnd { columnNames.append(Array(try value.readLengthEncodedBytes())) }
            case .setMembers: setMembers = try TableMetadata.decodeMembers(&value)
            case .enumerationMembers: enumerationMembers = try TableMetadata.decodeMembers(&value)
            case .geometryTypes:
                geometryTypes = []
                while !value.isAtEnd { geometryTypes.append(try value.readLengthEncodedInteger()) }
            case .simplePrimaryKey, .primaryKeyWithPrefix:
                primaryKey = []
                while !value.isAtEnd {
                    let column = Int(clamping: try value.readLengthEncodedInteger())
                    let prefix =
                        field == .primaryKeyWithPrefix ? Int(clamping: try value.readLengthEncodedInteger()) : 0
                    guard column < columns.count else {
                        throw MalformedBytes("a primary key on column \(column)")
                    }
                    primaryKey.append(KeyPart(column: column, prefixLength: prefix))
                }
            case .memberDefaultCharset:
                let count = columns.count { $0.isEnumerationOrSet }
                memberCollations = try TableMetadata.decodeDefaultCollations(&value, count: count)
            case .memberColumnCharset: memberCollations = try TableMetadata.decodeCollations(&value)
            case .visibility:
                let bits = value.readRest()
                guard bits.count >= (columns.count + 7) / 8 else {
                    throw MalformedBytes("too few visibility bits")
                }
                visibility = columns.indices.map {
                    bits[bits.startIndex + $0 / 8] & (0x80 >> UInt8($0 % 8)) != 0
                }
            }
        }
    }

    private static func decodeCollations(_ reader: inout ByteReader) throws(MalformedBytes)
        -> [UInt16]
    {
        var result: [UInt16] = []
        while !reader.isAtEnd { result.append(UInt16(clamping: try reader.readLengthEncodedInteger())) }
        return result
    }

    private static func decodeDefaultCollations(
        _ reader: inout ByteReader, count: Int
    ) throws(MalformedBytes) -> [UInt16] {
        let common = UInt16(clamping: try reader.readLengthEncodedInteger())
        var result = Array(repeating: common, count: count)
        while !reader.isAtEnd {
            let index = try reader.readLengthEncodedInteger()
            let collation = UInt16(clamping: try reader.readLengthEncodedInteger())
            guard index < UInt64(count) else {
                throw MalformedBytes("a collation for character column \(index)")
            }
            result[Int(index)] = collation
        }
        return result
    }

    private static func decodeMembers(_ reader: inout ByteReader) throws(MalformedBytes)
        -> [[[UInt8]]]
    {
        var result: [[[UInt8]]] = []
        while !reader.isAtEnd {
            let count = try reader.readLengthEncodedInteger()
            guard count <= UInt64(reader.remaining) else { throw MalformedBytes("\(count) members") }
            var members: [[UInt8]] = []
            for _ in 0..<count { members.append(Array(try reader.readLengthEncodedBytes())) }
            result.append(members)
        }
        return result
    }
}
