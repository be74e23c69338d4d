/// One assignment of SET.
public enum SetAssignment: Sendable {
    case userVariable(String, Expression)
    /// A value of nil is DEFAULT. A bare word (`ON`, `utf8mb4`, `READ_COMMITTED`) comes as a column expression of that name,
    /// which is what it is while a stored program's variable may have that name.
    case systemVariable(SystemVariableName, Expression?)
    /// A name without scope or `@@` inside a stored program: a local variable, `NEW.column`, or a system variable.
    case newColumn(row: String, column: String, Expression)
    /// SET NAMES charset [COLLATE collation]; nil charset is DEFAULT.
    case names(charset: String?, collation: String?)
    /// SET CHARACTER SET; nil is DEFAULT.
    case characterSet(String?)
    /// SET TRANSACTION within a list: `SET autocommit = 1, SESSION TRANSACTION READ ONLY` is not allowed by MySQL, so this
    /// never occurs together with others.
    case transaction(scope: VariableScope?, isolation: IsolationLevel?, access: TransactionAccess?)
}

public struct SetPasswordStatement: Sendable {
    /// nil: the current account.
    public var account: AccountName?
    /// nil: TO RANDOM.
    public var password: [UInt8]?
    /// REPLACE 'current'.
    public var currentPassword: [UInt8]?
    public var retainsCurrent: Bool

    public init(account: AccountName?, password: [UInt8]?) {
        self.account = account
        self.password = password
        currentPassword = nil
        retainsCurrent = false
    }
}

/// What SET ROLE, SET DEFAULT ROLE and ALTER USER ... DEFAULT ROLE name.
public enum RoleChoice: Sendable {
    case none, `default`, all
    case allExcept([AccountName])
    case roles([AccountName])
}

public enum PrepareSource: Sendable {
    case text([UInt8])
    case userVariable(String)
}
