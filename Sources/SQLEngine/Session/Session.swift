import Accounts
import BinaryLog
import CSQLite
import GroupReplication
import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLExpressions
import Storage

/// One client's session: its variables, its transaction, its prepared statements, its connection to the database.
///
/// Owned by the thread of its connection; other threads see only its ``handle``. No call traps on what a client sends;
/// each statement ends with exactly one answer in the ``MySQLProtocol/ResultWriter``.
public final class Session {
    public let server: ServerContext
    public let connectionID: UInt64
    public let handle: SessionHandle
    /// What functions see of the session.
    public let context: ExpressionContext
    public var settings: SessionSettings
    public let storage: SessionConnection
    /// One thread at a time runs the session; others have its ``handle``.
    let thread = ThreadBound()

    /// The account's name and host pattern, `root@localhost`.
    public internal(set) var account: AuthorizationID
    /// The client's name and address as it came.
    public internal(set) var userName: String
    public internal(set) var clientHost: String
    public internal(set) var currentDatabase: String? {
        didSet {
            settings.binding.database = currentDatabase
            adoptSettings()
        }
    }
    /// Which ``BindingSettings`` the session has now: plans bound under another number are not for it.
    private(set) var settingsNumber: UInt64 = 0
    private var settingsNumbers = BindingSettingsNumbers()
    /// Set by the Accounts folder's login; checked at each statement.
    public internal(set) var activeRoles: [AuthorizationID] = []
    /// The password has expired: only a new one may be set (error 1820).
    public internal(set) var mustChangePassword = false
    /// Where statements are counted, of an account with hourly limits.
    var usage: AccountUsage?
    /// The account that logged in as a proxy, as `@@proxy_user` prints it.
    public internal(set) var proxyUser: String?
    /// The dictionary that ``cachedPrivileges`` were made from.
    private(set) var privilegesVersion = UInt64.max
    private var cachedPrivileges: EffectivePrivileges?
    /// See ``privilegeVersion``.
    private(set) var privilegeGeneration: UInt64 = 0
    /// What definers of views may do, at ``definersVersion``.
    var definers: [AuthorizationID: EffectivePrivileges] = [:]
    var definersVersion = UInt64.max

    var diagnostics = Diagnostics()
    /// Warnings of the statement before, for SHOW WARNINGS.
    var previousDiagnostics = Diagnostics()
    var transaction = TransactionState.none
    var tracker = SessionStateTracker()
    /// The client can do without column definitions (`resultset_metadata`).
    public var canOmitMetadata = false
    var plans = PlanCache()
    var shape = StatementShape()
    var preparedStatements: [UInt32: PreparedStatement] = [:]
    var namedStatements: [String: PreparedStatement] = [:]
    var nextStatementID: UInt32 = 1
    /// The running statement.
    var frame = StatementFrame()
    /// The text of the running statement, where the parser's ranges point to.
    public var statementText: [UInt8] { frame.text }
    var lastInsertID: UInt64 = 0
    private var enforcesForeignKeys = true
    public internal(set) var foundRows: UInt64 = 0
    public internal(set) var rowCount: Int64 = -1
    /// Status variables that are this session's own, by their names as SHOW STATUS prints them (`Ssl_version`, ...).
    public var statusValues: [String: String] = [:]
    /// Grows when temporary tables come or go.
    var temporaryTablesVersion: UInt64 = 0
    /// LOCK TABLES is in force.
    var lockedTables: LockedTables?
    /// Grows whenever ``lockedTables`` are others: plans bound before are not theirs.
    var lockedTablesVersion: UInt64 = 0
    /// CLIENT_FOUND_ROWS: updates count matched rows.
    public var countsFoundRows = false
    public var allowsMultipleStatements = false
    /// Set by SHUTDOWN and by COMMIT RELEASE: the server closes the connection after the answer.
    public internal(set) var wantsToDisconnect = false
    /// The last committed transaction's GTID.
    public internal(set) var lastGTID: String?
    /// All system variables; what the engine reads often stands decoded in ``settings``.
    public internal(set) var variables: SessionVariables

    /// Opens the session's connection to the database. `account` is what authentication matched.
    public init(
        server: ServerContext, connectionID: UInt64, account: AuthorizationID, userName: String, clientHost: String
    ) throws(SQLError) {
        self.server = server
        self.connectionID = connectionID
        self.account = account
        self.userName = userName
        self.clientHost = clientHost
        variables = SessionVariables(globals: server.globals)
        settings = SessionSettings(variables)
        context = ExpressionContext()
        do {
            storage = try SessionConnection(server.database, id: connectionID)
        } catch {
            throw SQLError(.outOfResources)
        }
        registerFunctions(on: storage.connection.pointer, context: context)
        registerEngineFunctions(on: storage.connection.pointer, context: context)
        context.memory = storage.memory
        handle = SessionHandle(id: connectionID, owner: storage.owner, context: context)
        context.connectionID = connectionID
        context.version = server.version
        context.serverUUID = server.uuid
        context.serverID = server.serverID
        context.hooks = server.functionHooks
        context.hasPrivilege = { [unowned self] name in privileges.hasDynamic(name) }
        context.loadFile = { [unowned self] name throws(SQLError) in try loadFile(name) }
        applyIdentity()
        applySettings()
        server.systemTables?.register(on: storage.connection.pointer, for: self)
        server.sessions.add(handle)
    }

    deinit {
        server.sessions.remove(connectionID)
    }

    /// Ends the transaction; the connection is about to close.
    public func close() {
        let isOutermost = thread.enter()
        defer { thread.leave(isOutermost) }
        _ = context.hooks.releaseAllLocks?(context)
        endStorageTransaction()
        releaseAllTableLocks()
        transaction = .none
        preparedStatements.removeAll()
        namedStatements.removeAll()
        plans.removeAll()
        server.sessions.remove(connectionID)
        storage.leaveThread()
    }

    func applyIdentity() {
        context.user = "\(userName)@\(clientHost)"
        context.currentUser = "\(account.user)@\(account.host)"
        handle.update {
            $0.user = userName
            $0.host = clientHost
            $0.account = account
            $0.database = currentDatabase
        }
    }

    /// COM_RESET_CONNECTION: the session as after login.
    public func reset() {
        let isOutermost = thread.enter()
        defer { thread.leave(isOutermost) }
        rollbackTransaction()
        releaseAllTableLocks()
        storage.dropAllTemporaryTables()
        temporaryTablesVersion += 1
        variables = SessionVariables(globals: server.globals)
        settings = SessionSettings(variables)
        context.removeUserVariables()
        preparedStatements.removeAll()
        namedStatements.removeAll()
        plans.removeAll()
        lastInsertID = 0
        diagnostics.clear()
        tracker = SessionStateTracker()
        tracker.toldGTID = lastGTID
        rowCount = -1
        foundRows = 0
        _ = context.hooks.releaseAllLocks?(context)
        activateRolesOfLogin()
        applySettings()
    }

    /// COM_CHANGE_USER, after authentication.
    public func changeUser(account: AuthorizationID, userName: String) {
        reset()
        self.account = account
        self.userName = userName
        currentDatabase = nil
        activeRoles = []
        forgetPrivileges()
        applyIdentity()
    }

    /// See ``setTextEncoder(of:)``.
    var resultsOfTextEncoder = CollationID.utf8mb4_0900_ai_ci
    var textEncoder: ResultWriter.TextEncoder?

    /// Copies what functions need from the settings; after each change of a variable.
    public func applySettings() {
        settings.tableNameCase = server.tableNameCase
        settings.binding.database = currentDatabase
        adoptSettings()
        diagnostics.limit = settings.maxErrorCount
        context.maxWarnings = settings.maxErrorCount
        // Prepared statements have the checks compiled in: SQLite prepares them anew.
        if settings.foreignKeyChecks != enforcesForeignKeys {
            enforcesForeignKeys = settings.foreignKeyChecks
            _ = grouplite_sqlite_db_config_flag(
                storage.connection.pointer, SQLITE_DBCONFIG_ENABLE_FKEY, settings.foreignKeyChecks ? 1 : 0)
        }
        storage.lockWaitTimeout = .seconds(settings.innodbLockWaitTimeoutSeconds)
        storage.metadataLockWaitTimeout = .seconds(settings.lockWaitTimeoutSeconds)
        applyMemoryLimits()
    }

    /// What is bound and evaluated from now on depends on the present settings.
    private func adoptSettings() {
        // SET has refused time zones that do not exist.
        _ = context.adopt(settings.binding)
        settingsNumber = settingsNumbers.number(of: settings.binding)
    }

    /// Stores a variable's session value and what is decoded from it.
    func store(_ name: String, _ value: VariableValue) {
        variables.store(name, value)
        settings.take(name, value)
    }

    /// SET ROLE, and the default roles at login.
    func activate(roles: [AuthorizationID]) {
        activeRoles = roles
        handle.update { $0.activeRoles = roles }
        forgetPrivileges()
        context.currentRole = roles.isEmpty ? "NONE" : roles.map(\.backquoted).joined(separator: ",")
    }

    private func forgetPrivileges() {
        cachedPrivileges = nil
        privilegesVersion = .max
    }

    /// What the session's account may do now.
    public var privileges: EffectivePrivileges {
        let dictionary = storage.dictionary
        if let cachedPrivileges, privilegesVersion == dictionary.version { return cachedPrivileges }
        let privileges = server.effectivePrivileges(of: account, activeRoles: activeRoles, in: dictionary)
        privilegesVersion = dictionary.version
        privilegeGeneration += 1
        cachedPrivileges = privileges
        return privileges
    }

    /// `SERVER_STATUS_...` flags for the answer.
    public var status: ServerStatus {
        var status: ServerStatus = []
        if settings.autocommit { status.insert(.autocommit) }
        if transaction.isOpen { status.insert(.inTransaction) }
        if settings.sqlMode.contains(.noBackslashEscapes) { status.insert(.noBackslashEscapes) }
        if transaction.isReadOnly { status.insert(.inReadOnlyTransaction) }
        return status
    }
}
