/// INSERT and REPLACE.
public struct InsertStatement: Sendable {
    public enum Source: Sendable {
        /// VALUES (...), (...); VALUES ROW(...), ROW(...); an item DEFAULT is ``ExpressionKind/defaultValue(_:)`` with nil.
        case values([[Expression]])
        /// SET column = value, ...
        case set([ColumnAssignment])
        case query(QueryExpression)
    }

    /// `AS new (a, b)`.
    public struct RowAlias: Sendable {
        public var name: String
        public var columns: [String]

        public init(name: String, columns: [String]) {
            self.name = name
            self.columns = columns
        }
    }

    public enum Priority: Hashable, Sendable {
        case normal, low, high, delayed
    }

    public var isReplace: Bool
    public var priority: Priority
    public var isIgnore: Bool
    public var hints: String?
    public var table: ObjectName
    public var partitions: [String]
    /// nil without a list; `()` is empty. Names may be qualified.
    public var columns: [ColumnName]?
    public var source: Source
    public var rowAlias: RowAlias?
    public var onDuplicateKeyUpdate: [ColumnAssignment]

    public init(isReplace: Bool, table: ObjectName, source: Source) {
        self.isReplace = isReplace
        priority = .normal
        isIgnore = false
        hints = nil
        self.table = table
        partitions = []
        columns = nil
        self.source = source
        rowAlias = nil
        onDuplicateKeyUpdate = []
    }
}

/// `column = value`.
public struct ColumnAssignment: Sendable {
    public var column: ColumnName
    public var value: Expression

    public init(column: ColumnName, value: Expression) {
        self.column = column
        self.value = value
    }
}

public struct UpdateStatement: Sendable {
    public var with: WithClause?
    public var isLowPriority: Bool
    public var isIgnore: Bool
    public var hints: String?
    /// One plain table, or any joins.
    public var tables: [TableReference]
    public var assignments: [ColumnAssignment]
    public var `where`: Expression?
    public var orderBy: [OrderItem]
    public var limit: LimitClause?

    public init(tables: [TableReference], assignments: [ColumnAssignment]) {
        with = nil
        isLowPriority = false
        isIgnore = false
        hints = nil
        self.tables = tables
        self.assignments = assignments
        self.where = nil
        orderBy = []
        limit = nil
    }
}

public struct DeleteStatement: Sendable {
    public enum Target: Sendable {
        /// DELETE FROM table [AS alias] ...
        case single(TableFactor)
        /// DELETE t1, t2.* FROM joins, or DELETE FROM t1, t2 USING joins.
        case multiple([ObjectName], from: [TableReference])
    }

    public var with: WithClause?
    public var isLowPriority: Bool
    public var isQuick: Bool
    public var isIgnore: Bool
    public var hints: String?
    public var target: Target
    public var `where`: Expression?
    public var orderBy: [OrderItem]
    public var limit: LimitClause?

    public init(target: Target) {
        with = nil
        isLowPriority = false
        isQuick = false
        isIgnore = false
        hints = nil
        self.target = target
        self.where = nil
        orderBy = []
        limit = nil
    }
}

/// LOAD DATA and LOAD XML.
public struct LoadStatement: Sendable {
    public enum Target: Sendable {
        case column(ColumnName)
        case userVariable(String)
    }

    public enum Duplicates: Hashable, Sendable {
        case error, ignore, replace
    }

    public var isXML: Bool
    public var isLocal: Bool
    public var path: [UInt8]
    public var duplicates: Duplicates
    public var table: ObjectName
    public var partitions: [String]
    public var charset: String?
    public var format: FileFormat
    public var rowsIdentifiedBy: [UInt8]?
    public var ignoredLines: UInt64
    public var targets: [Target]
    public var assignments: [ColumnAssignment]

    public init(isXML: Bool, path: [UInt8], table: ObjectName) {
        self.isXML = isXML
        isLocal = false
        self.path = path
        duplicates = .error
        self.table = table
        partitions = []
        charset = nil
        format = FileFormat()
        rowsIdentifiedBy = nil
        ignoredLines = 0
        targets = []
        assignments = []
    }
}

/// HANDLER.
public struct HandlerStatement: Sendable {
    public enum Action: Sendable {
        case open(alias: String?)
        case close
        /// `index` is nil for natural row order; `direction` is FIRST, NEXT, PREV, LAST or a comparison.
        case read(index: String?, Direction, where: Expression?, limit: LimitClause?)
    }

    public enum Direction: Sendable {
        case first, next, previous, last
        case compare(BinaryOperator, [Expression])
    }

    public var table: ObjectName
    public var action: Action

    public init(table: ObjectName, action: Action) {
        self.table = table
        self.action = action
    }
}
