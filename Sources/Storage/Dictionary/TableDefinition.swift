import MySQLTypes

/// A base table as MySQL sees it, immutable once published in the dictionary; and how SQLite keeps it
/// (`TableDefinition+Stored`).
public struct TableDefinition: Sendable {
    /// Unique in the node, never given twice, and equal on all members (the dictionary counts, and all members make the same
    /// tables in the same order). SQLite's table is named by it.
    public var id: UInt64
    public var schema: String
    public var name: String
    public var columns: [ColumnDefinition]
    /// The numbers of SQLite's columns, in SQLite's order: dropped columns stay until the table is made anew, new ones are
    /// behind the others.
    public var storedColumns: [UInt32]
    /// The greatest number that a column of this table ever had.
    public var lastColumnID: UInt32
    /// The greatest number that an index of this table ever had.
    public var lastIndexID: UInt32
    /// The primary key, where there is one, comes first.
    public var indexes: [IndexDefinition]
    public var foreignKeys: [ForeignKeyDefinition]
    public var checks: [CheckDefinition]
    public var engine: String
    public var collation: CollationID
    public var comment: String
    /// The next value that AUTO_INCREMENT gives out is kept apart, in ``Dictionary``; this is the table option's value.
    public var autoIncrementStart: UInt64
    /// Options that have no effect but are shown again (ROW_FORMAT, ...), as they are printed.
    public var options: [String]
    /// The position in the group's order of the last DDL on this table: a row event made against an older one fails
    /// certification.
    public var version: UInt64
    /// Seconds since 1970.
    public var createTime: Int64
    /// Not zero for a session's temporary table: its number in the session. Not stored.
    public var temporaryNumber: UInt64

    public init(id: UInt64, schema: String, name: String, columns: [ColumnDefinition]) {
        self.id = id
        self.schema = schema
        self.name = name
        self.columns = columns
        storedColumns = []
        lastColumnID = 0
        lastIndexID = 0
        indexes = []
        foreignKeys = []
        checks = []
        engine = "InnoDB"
        collation = .utf8mb4_0900_ai_ci
        comment = ""
        autoIncrementStart = 1
        options = []
        version = 0
        createTime = 0
        temporaryNumber = 0
    }

    public var isTemporary: Bool { temporaryNumber > 0 }

    public var primaryKey: IndexDefinition? {
        indexes.first { $0.kind == .primary }
    }

    /// The index that identifies a row in the group: the primary key, else the first unique key without a nullable
    /// column; nil means that a group refuses writes (error 3098).
    public var identifyingIndex: IndexDefinition? {
        primaryKey
            ?? indexes.first { index in
                index.kind == .unique
                    && index.parts.allSatisfy { part in part.column.map { !columns[$0].isNullable } ?? false }
            }
    }

    /// The column that SQLite's rowid stands for: a primary key of one integer column (not BIGINT UNSIGNED, whose upper
    /// half does not fit). Every other primary key makes a WITHOUT ROWID table.
    public var rowIDColumn: Int? {
        guard let key = primaryKey, key.parts.count == 1, let column = key.parts[0].column,
            key.parts[0].prefixLength == nil, !key.parts[0].isDescending
        else { return nil }
        switch columns[column].type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int: return column
        case .bigInt: return columns[column].type.isUnsigned ? nil : column
        default: return nil
        }
    }

    public var autoIncrementColumn: Int? {
        columns.firstIndex { $0.isAutoIncrement }
    }
}

/// One column of a table.
public struct ColumnDefinition: Sendable {
    /// What a row gets when the statement names no value.
    public enum Default: Sendable, Equatable {
        /// None: an INSERT without a value fails in strict mode (error 1364).
        case none
        case null
        /// A literal, as the carrier's text form that SHOW CREATE TABLE prints.
        case literal(String)
        /// `b'..'` or `x'..'`.
        case bits(String)
        /// CURRENT_TIMESTAMP with these fractional digits.
        case currentTimestamp(Int)
        /// `DEFAULT (expression)`, as MySQL source text.
        case expression(String)
    }

    /// A generated column.
    public struct Generated: Sendable {
        /// MySQL source text.
        public var expression: String
        public var isStored: Bool

        public init(expression: String, isStored: Bool) {
            self.expression = expression
            self.isStored = isStored
        }
    }

    /// Unique in the table, never given twice; 0 before it is given (``TableDefinition/numberParts()``).
    public var id: UInt32
    public var name: String
    public var type: MySQLType
    public var isNullable: Bool
    public var defaultValue: Default
    /// What the column holds in rows that were stored before it was added; nil when there are none, or it is NULL.
    public var olderRowsValue: StoredValue?
    /// ON UPDATE CURRENT_TIMESTAMP with these fractional digits.
    public var onUpdateCurrentTimestamp: Int?
    public var isAutoIncrement: Bool
    public var isInvisible: Bool
    public var generated: Generated?
    public var comment: String

    public init(name: String, type: MySQLType, isNullable: Bool = true) {
        id = 0
        self.name = name
        self.type = type
        self.isNullable = isNullable
        defaultValue = isNullable ? .null : .none
        onUpdateCurrentTimestamp = nil
        isAutoIncrement = false
        isInvisible = false
        generated = nil
        comment = ""
    }
}

/// An index of a table.
public struct IndexDefinition: Sendable {
    public enum Kind: Sendable, Equatable {
        case primary, unique, secondary, fullText, spatial
    }

    public struct Part: Sendable {
        /// The column's place in the table; nil for an expression.
        public var column: Int?
        /// MySQL source text of a functional key part.
        public var expression: String?
        /// Characters (bytes of a binary string) of a prefix key part.
        public var prefixLength: Int?
        public var isDescending: Bool

        public init(column: Int?, expression: String? = nil, prefixLength: Int? = nil, isDescending: Bool = false) {
            self.column = column
            self.expression = expression
            self.prefixLength = prefixLength
            self.isDescending = isDescending
        }
    }

    /// Unique in the table, never given twice; 0 before it is given.
    public var id: UInt32
    /// `PRIMARY` for the primary key.
    public var name: String
    public var kind: Kind
    public var parts: [Part]
    public var isInvisible: Bool
    /// Made for a foreign key, not by a user: it goes when another index serves the key.
    public var isImplicit = false
    public var comment: String

    public init(name: String, kind: Kind, parts: [Part]) {
        id = 0
        self.name = name
        self.kind = kind
        self.parts = parts
        isInvisible = false
        comment = ""
    }
}

/// A foreign key of a (child) table.
public struct ForeignKeyDefinition: Sendable {
    public enum Action: String, Sendable {
        case noAction = "NO ACTION"
        case restrict = "RESTRICT"
        case cascade = "CASCADE"
        case setNull = "SET NULL"
        case setDefault = "SET DEFAULT"
    }

    public var name: String
    /// The child's columns, by their place in the table.
    public var columns: [Int]
    public var referencedSchema: String
    public var referencedTable: String
    public var referencedColumns: [String]
    public var onDelete: Action
    public var onUpdate: Action

    public init(
        name: String, columns: [Int], referencedSchema: String, referencedTable: String, referencedColumns: [String],
        onDelete: Action = .noAction, onUpdate: Action = .noAction
    ) {
        self.name = name
        self.columns = columns
        self.referencedSchema = referencedSchema
        self.referencedTable = referencedTable
        self.referencedColumns = referencedColumns
        self.onDelete = onDelete
        self.onUpdate = onUpdate
    }

    public func refers(to schema: String, _ table: String) -> Bool {
        Identifier.isSame(referencedSchema, schema) && Identifier.isSame(referencedTable, table)
    }
}

/// A CHECK constraint.
public struct CheckDefinition: Sendable {
    public var name: String
    /// MySQL source text.
    public var expression: String
    public var isEnforced: Bool

    public init(name: String, expression: String, isEnforced: Bool) {
        self.name = name
        self.expression = expression
        self.isEnforced = isEnforced
    }
}
