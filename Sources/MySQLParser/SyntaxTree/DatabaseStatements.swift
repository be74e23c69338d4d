public struct CreateDatabaseStatement: Sendable {
    public var name: String
    public var ifNotExists: Bool
    public var options: DatabaseOptions

    public init(name: String, ifNotExists: Bool, options: DatabaseOptions) {
        self.name = name
        self.ifNotExists = ifNotExists
        self.options = options
    }
}

public struct DatabaseOptions: Sendable {
    /// As written; `DEFAULT` is nil with ``usesDefaultCharset``.
    public var charset: String?
    public var usesDefaultCharset = false
    public var collation: String?
    public var encryption: Bool?
    /// READ ONLY = 0 | 1 | DEFAULT (false).
    public var isReadOnly: Bool?

    public init() {}
}

public struct CreateViewStatement: Sendable {
    public enum Algorithm: Hashable, Sendable {
        case undefined, merge, tempTable
    }

    public enum CheckOption: Hashable, Sendable {
        case none, cascaded, local
    }

    public var orReplace: Bool
    /// ALTER VIEW.
    public var isAlter: Bool
    public var ifNotExists: Bool
    public var algorithm: Algorithm
    public var definer: AccountName?
    /// SQL SECURITY INVOKER or DEFINER; nil where neither is said.
    public var isInvoker: Bool?
    public var name: ObjectName
    public var columns: [String]
    public var query: QueryExpression
    public var checkOption: CheckOption

    public init(name: ObjectName, query: QueryExpression) {
        orReplace = false
        isAlter = false
        ifNotExists = false
        algorithm = .undefined
        definer = nil
        isInvoker = nil
        self.name = name
        columns = []
        self.query = query
        checkOption = .none
    }
}
