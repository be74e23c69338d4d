import BinaryLog
import MySQLTypes

extension RowColumn {
    /// The column as the row format lays it out.
    init(_ column: ColumnDefinition) {
        let type = column.type
        switch type.kind {
        case .null: self.init(.null)
        case .tinyInt: self.init(.tiny)
        case .smallInt: self.init(.short)
        case .mediumInt: self.init(.int24)
        case .int: self.init(.long)
        case .bigInt: self.init(.longLong)
        case .decimal: self = .decimal(precision: type.length, scale: type.decimals)
        case .float: self.init(.float)
        case .double: self.init(.double)
        case .bit: self = .bit(max(1, type.length))
        case .year: self.init(.year)
        case .date: self.init(.date)
        case .time: self.init(.time2, parameter: UInt16(clamping: type.decimals))
        case .dateTime: self.init(.dateTime2, parameter: UInt16(clamping: type.decimals))
        case .timestamp: self.init(.timestamp2, parameter: UInt16(clamping: type.decimals))
        case .char: self = .char(maximumBytes: type.length * type.collation.storedBytesPerCharacter)
        case .varChar: self = .varchar(maximumBytes: type.length * type.collation.storedBytesPerCharacter)
        case .binary: self = .char(maximumBytes: type.length)
        case .varBinary: self = .varchar(maximumBytes: type.length)
        case .tinyText, .tinyBlob: self = .blob(lengthBytes: 1)
        case .text, .blob: self = .blob(lengthBytes: 2)
        case .mediumText, .mediumBlob: self = .blob(lengthBytes: 3)
        case .longText, .longBlob: self = .blob(lengthBytes: 4)
        case .enumeration: self = .enumeration(members: type.members.count)
        case .set: self = .set(members: type.members.count)
        case .json: self = .json()
        case .geometry: self.init(.geometry, parameter: 4)
        }
        isUnsigned = type.isUnsigned
        isNullable = column.isNullable
    }
}

extension CollationID {
    /// Texts are stored in UTF-8 whatever their charset is called: up to 4 bytes a character, 3 of utf8mb3.
    fileprivate var storedBytesPerCharacter: Int {
        isUTF8MB3 ? 3 : 4
    }

    private var isUTF8MB3: Bool {
        switch rawValue {
        case 33, 76, 83, 192...215, 223: true
        default: false
        }
    }

    private var isUTF8MB4: Bool {
        switch rawValue {
        case 45, 46, 224...247, 255...323: true
        default: false
        }
    }

    /// The collation that a Table_map event announces: one whose charset the bytes really have.
    fileprivate var announced: UInt16 {
        isUTF8MB3 || isUTF8MB4 || self == .binary ? rawValue : CollationID.utf8mb4_general_ci.rawValue
    }
}

extension RowEventsTable {
    /// The table as rows events name it, with the full metadata, so that readers need no dictionary of ours.
    ///
    /// `number` ties rows to it; it is this node's own and no other's.
    init(_ definition: TableDefinition, number: UInt64) {
        var metadata = TableMetadata()
        metadata.columnNames = definition.columns.map { Array($0.name.utf8) }
        for column in definition.columns {
            let members = column.type.members.map { Array($0.utf8) }
            switch column.type.kind {
            case .char, .varChar, .tinyText, .text, .mediumText, .longText:
                metadata.collations.append(column.type.collation.announced)
            case .binary, .varBinary, .tinyBlob, .blob, .mediumBlob, .longBlob:
                metadata.collations.append(CollationID.binary.rawValue)
            case .enumeration:
                metadata.enumerationMembers.append(members)
                metadata.memberCollations.append(column.type.collation.announced)
            case .set:
                metadata.setMembers.append(members)
                metadata.memberCollations.append(column.type.collation.announced)
            case .geometry: metadata.geometryTypes.append(0)
            default: break
            }
        }
        metadata.primaryKey =
            definition.primaryKey?.parts.compactMap { part in
                part.column.map { TableMetadata.KeyPart(column: $0, prefixLength: part.prefixLength ?? 0) }
            } ?? []
        metadata.visibility = definition.columns.map { !$0.isInvisible }
        self.init(
            TableMapEvent(
                tableID: number & 0xFFFF_FFFF_FFFF, schema: Array(definition.schema.utf8),
                table: Array(definition.name.utf8), columns: definition.columns.map { RowColumn($0) },
                metadata: metadata))
    }
}
