/// The name of a table, view, routine, ...: `name` or `schema.name`.
public struct ObjectName: Hashable, Sendable {
    public var schema: String?
    public var name: String

    public init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }
}

/// The name of a column: `name`, `table.name` or `schema.table.name`.
public struct ColumnName: Hashable, Sendable {
    public var schema: String?
    public var table: String?
    public var name: String

    public init(schema: String? = nil, table: String? = nil, name: String) {
        self.schema = schema
        self.table = table
        self.name = name
    }
}

/// Which value of a system variable is meant.
public enum VariableScope: Hashable, Sendable {
    case global
    /// SESSION or LOCAL.
    case session
    case persist
    case persistOnly
}

/// `@@[scope.][prefix.]name`.
public struct SystemVariableName: Hashable, Sendable {
    /// nil where the text names none (the session's value if there is one, else the global one).
    public var scope: VariableScope?
    /// A component's name or a key cache's: `@@prefix.name`.
    public var prefix: String?
    public var name: String

    public init(scope: VariableScope? = nil, prefix: String? = nil, name: String) {
        self.scope = scope
        self.prefix = prefix
        self.name = name
    }
}

/// An account as written: `'user'@'host'`, or CURRENT_USER.
public struct AccountName: Hashable, Sendable {
    public var user: String
    /// nil where the statement gives none (MySQL takes `%`).
    public var host: String?
    /// CURRENT_USER or CURRENT_USER(): ``user`` and ``host`` are empty.
    public var isCurrentUser: Bool

    public init(user: String, host: String?, isCurrentUser: Bool = false) {
        self.user = user
        self.host = host
        self.isCurrentUser = isCurrentUser
    }

    public static let current = AccountName(user: "", host: nil, isCurrentUser: true)
}
