public struct CreateTableStatement: Sendable {
    public enum Duplicates: Hashable, Sendable {
        case error, ignore, replace
    }

    public var isTemporary: Bool
    public var isExternal: Bool
    public var ifNotExists: Bool
    public var name: ObjectName
    /// Where the name ends in the statement's text, and where the first of the elements begins, if there are any.
    public var nameEnd = 0
    public var elementsStart: Int?
    /// CREATE TABLE ... LIKE.
    public var like: ObjectName?
    public var elements: [TableElement]
    public var options: TableOptions
    public var partitioning: PartitionClause?
    public var duplicates: Duplicates
    /// [AS] SELECT.
    public var query: QueryExpression?

    public init(name: ObjectName) {
        isTemporary = false
        isExternal = false
        ifNotExists = false
        self.name = name
        like = nil
        elements = []
        options = TableOptions()
        partitioning = nil
        duplicates = .error
        query = nil
    }
}

public enum TableElement: Sendable {
    case column(ColumnSyntax)
    case index(IndexSyntax)
    case foreignKey(ForeignKeySyntax)
    case check(CheckSyntax)
}

public struct ColumnSyntax: Sendable {
    public enum Default: Sendable {
        /// A literal, with its sign applied by ``ExpressionKind/unary(_:_:)``.
        case literal(Expression)
        /// CURRENT_TIMESTAMP(n) and its synonyms.
        case now(fractionalDigits: Int)
        /// DEFAULT (expression).
        case expression(Expression)
    }

    public struct Generated: Sendable {
        public var expression: Expression
        public var isStored: Bool

        public init(expression: Expression, isStored: Bool) {
            self.expression = expression
            self.isStored = isStored
        }
    }

    public enum KeyAttribute: Hashable, Sendable {
        case primary, unique
    }

    public var name: String
    public var type: DataTypeSyntax
    /// nil where neither NULL nor NOT NULL is written.
    public var isNullable: Bool?
    public var defaultValue: Default?
    /// ON UPDATE CURRENT_TIMESTAMP(n).
    public var onUpdateFractionalDigits: Int?
    public var isAutoIncrement: Bool
    public var keys: [KeyAttribute]
    public var comment: [UInt8]?
    public var generated: Generated?
    public var isInvisible: Bool?
    public var collation: String?
    public var checks: [CheckSyntax]
    /// REFERENCES ... written at the column.
    public var references: ForeignKeySyntax?
    /// COLUMN_FORMAT, STORAGE, SRID, ENGINE_ATTRIBUTE, SECONDARY_ENGINE_ATTRIBUTE, NOT SECONDARY: name and value.
    public var otherAttributes: [OptionSyntax]

    public init(name: String, type: DataTypeSyntax) {
        self.name = name
        self.type = type
        isNullable = nil
        defaultValue = nil
        onUpdateFractionalDigits = nil
        isAutoIncrement = false
        keys = []
        comment = nil
        generated = nil
        isInvisible = nil
        collation = nil
        checks = []
        references = nil
        otherAttributes = []
    }
}

/// An option that is kept to be shown again.
public struct OptionSyntax: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case number(UInt64)
        case string([UInt8])
        case word(String)
        case names([ObjectName])
    }

    /// MySQL's spelling, upper case, e.g. `ROW_FORMAT`.
    public var name: String
    public var value: Value

    public init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}

public struct IndexSyntax: Sendable {
    public enum Kind: Hashable, Sendable {
        case primary, unique, secondary, fullText, spatial
    }

    public enum Method: Hashable, Sendable {
        case btree, hash, rtree
    }

    public struct Part: Sendable {
        public enum Key: Sendable {
            case column(String, prefixLength: UInt64?)
            case expression(Expression)
        }

        public var key: Key
        public var direction: OrderItem.Direction

        public init(key: Key, direction: OrderItem.Direction) {
            self.key = key
            self.direction = direction
        }
    }

    public var kind: Kind
    /// CONSTRAINT name, where written.
    public var constraintName: String?
    public var name: String?
    public var parts: [Part]
    public var method: Method?
    public var isInvisible: Bool?
    public var comment: [UInt8]?
    public var keyBlockSize: UInt64?
    public var parser: String?
    public var otherOptions: [OptionSyntax]

    public init(kind: Kind, name: String?, parts: [Part]) {
        self.kind = kind
        constraintName = nil
        self.name = name
        self.parts = parts
        method = nil
        isInvisible = nil
        comment = nil
        keyBlockSize = nil
        parser = nil
        otherOptions = []
    }
}

public struct ForeignKeySyntax: Sendable {
    public enum Action: String, Hashable, Sendable {
        case noAction = "NO ACTION"
        case restrict = "RESTRICT"
        case cascade = "CASCADE"
        case setNull = "SET NULL"
        case setDefault = "SET DEFAULT"
    }

    public enum Match: Hashable, Sendable {
        case full, partial, simple
    }

    /// CONSTRAINT name.
    public var name: String?
    /// FOREIGN KEY name: of the index that is made where there is none, unless the constraint has a name.
    public var indexName: String?
    public var columns: [String]
    public var referencedTable: ObjectName
    public var referencedColumns: [String]
    public var match: Match?
    public var onDelete: Action?
    public var onUpdate: Action?

    public init(name: String?, columns: [String], referencedTable: ObjectName, referencedColumns: [String]) {
        self.name = name
        indexName = nil
        self.columns = columns
        self.referencedTable = referencedTable
        self.referencedColumns = referencedColumns
        match = nil
        onDelete = nil
        onUpdate = nil
    }
}

public struct CheckSyntax: Sendable {
    public var name: String?
    public var expression: Expression
    public var isEnforced: Bool

    public init(name: String?, expression: Expression, isEnforced: Bool) {
        self.name = name
        self.expression = expression
        self.isEnforced = isEnforced
    }
}

public struct TableOptions: Sendable {
    public var engine: String?
    /// CHARACTER SET; `DEFAULT` is nil with ``usesDefaultCharset``.
    public var charset: String?
    public var usesDefaultCharset = false
    public var collation: String?
    public var comment: [UInt8]?
    public var autoIncrement: UInt64?
    /// All others in order: ROW_FORMAT, KEY_BLOCK_SIZE, STATS_PERSISTENT, MAX_ROWS, ...
    public var others: [OptionSyntax] = []

    public init() {}
}

/// PARTITION BY ...
public struct PartitionClause: Sendable {
    public enum Method: Sendable {
        case hash(Expression, isLinear: Bool)
        case key([String], isLinear: Bool, algorithm: UInt64?)
        case range(Expression)
        case rangeColumns([String])
        case list(Expression)
        case listColumns([String])
    }

    public struct Definition: Sendable {
        public enum Values: Sendable {
            case none
            /// An empty list is MAXVALUE without parentheses; nil elements are MAXVALUE.
            case lessThan([Expression?])
            case `in`([[Expression]])
        }

        public var name: String
        public var values: Values
        public var options: [OptionSyntax]
        public var subpartitions: [Definition]

        public init(name: String, values: Values, options: [OptionSyntax], subpartitions: [Definition]) {
            self.name = name
            self.values = values
            self.options = options
            self.subpartitions = subpartitions
        }
    }

    public var method: Method
    public var count: UInt64?
    public var subpartitionMethod: Method?
    public var subpartitionCount: UInt64?
    public var definitions: [Definition]

    public init(method: Method) {
        self.method = method
        count = nil
        subpartitionMethod = nil
        subpartitionCount = nil
        definitions = []
    }
}

public struct AlterTableStatement: Sendable {
    public var name: ObjectName
    public var actions: [AlterTableAction]

    public init(name: ObjectName, actions: [AlterTableAction]) {
        self.name = name
        self.actions = actions
    }
}

public enum AlterTableAction: Sendable {
    public enum Position: Sendable {
        case first
        case after(String)
    }

    public enum PartitionTarget: Sendable {
        case all
        case names([String])
    }

    case addColumn(ColumnSyntax, Position?)
    case addIndex(IndexSyntax)
    case addForeignKey(ForeignKeySyntax)
    case addCheck(CheckSyntax)
    case dropColumn(String)
    case dropIndex(String)
    case dropPrimaryKey
    case dropForeignKey(String)
    case dropCheck(String)
    /// DROP CONSTRAINT: an index, a foreign key or a check.
    case dropConstraint(String)
    case changeColumn(old: String, ColumnSyntax, Position?)
    case modifyColumn(ColumnSyntax, Position?)
    case renameColumn(from: String, to: String)
    case setColumnDefault(String, ColumnSyntax.Default)
    case dropColumnDefault(String)
    case setColumnVisible(String, Bool)
    case setIndexVisible(String, Bool)
    /// ALTER CHECK or ALTER CONSTRAINT name [NOT] ENFORCED.
    case setCheckEnforced(String, Bool)
    case renameIndex(from: String, to: String)
    case renameTable(ObjectName)
    case orderBy([OrderItem])
    /// CONVERT TO CHARACTER SET; nil is DEFAULT.
    case convertCharset(String?, collation: String?)
    case options(TableOptions)
    case enableKeys, disableKeys
    case force
    /// ALGORITHM = x.
    case algorithm(String)
    /// LOCK = x.
    case lock(String)
    case validation(Bool)
    case partitionBy(PartitionClause)
    case removePartitioning
    case addPartitions([PartitionClause.Definition], count: UInt64?)
    case dropPartitions([String])
    case truncatePartitions(PartitionTarget)
    case coalescePartitions(UInt64)
    case reorganizePartitions([String], into: [PartitionClause.Definition])
    case exchangePartition(String, with: ObjectName, validation: Bool)
    /// ANALYZE, CHECK, OPTIMIZE, REBUILD, REPAIR, DISCARD or IMPORT of partitions.
    case maintainPartitions(String, PartitionTarget)
    /// DISCARD or IMPORT TABLESPACE, SECONDARY_LOAD, ...
    case tablespace(String)
}

public struct DropTableStatement: Sendable {
    public var isTemporary: Bool
    public var ifExists: Bool
    public var names: [ObjectName]

    public init(isTemporary: Bool, ifExists: Bool, names: [ObjectName]) {
        self.isTemporary = isTemporary
        self.ifExists = ifExists
        self.names = names
    }
}

public struct TableRename: Sendable {
    public var from: ObjectName
    public var to: ObjectName

    public init(from: ObjectName, to: ObjectName) {
        self.from = from
        self.to = to
    }
}

public struct CreateIndexStatement: Sendable {
    public var table: ObjectName
    public var index: IndexSyntax
    /// ALGORITHM = x, LOCK = x.
    public var algorithm: String?
    public var lock: String?

    public init(table: ObjectName, index: IndexSyntax) {
        self.table = table
        self.index = index
        algorithm = nil
        lock = nil
    }
}

public struct DropIndexStatement: Sendable {
    public var table: ObjectName
    public var name: String
    public var algorithm: String?
    public var lock: String?

    public init(table: ObjectName, name: String) {
        self.table = table
        self.name = name
        algorithm = nil
        lock = nil
    }
}
