import Accounts
import BinaryLog
import GroupCommunication
import GroupReplication
import MySQLProtocol
import MySQLTypes
import Platform
import SQLExpressions
import Storage
import Synchronization

/// The way of every change: ordered, certified, written to the binary log, applied on this member.
///
/// GroupReplication's transaction manager in a server; a direct way to the applier in tests.
public protocol TransactionCommitting: AnyObject, Sendable {
    /// Blocks until the transaction is applied here. The session's row locks are held meanwhile. `isLocal`: this server
    /// alone is changed, nothing is logged (`sql_log_bin = 0`).
    func commit(
        _ message: TransactionMessage, waiter: CommitWaiter, isLocal: Bool
    ) throws(SQLError) -> CommittedTransaction

    /// Whether a transaction at this consistency level may have to wait before it begins. Cheap.
    func mayHoldBegin(at level: ConsistencyLevel) -> Bool

    /// Waits as `group_replication_consistency` demands before a transaction begins. Errors 3781 to 3783, 3796 to 3798.
    func waitBeforeBegin(_ level: ConsistencyLevel, timeout: Duration, waiter: CommitWaiter) throws(SQLError)

    /// Whether an answer may have to wait until all members have what it shows. Cheap.
    var awaitsOthersForAnswers: Bool { get }

    /// Waits until all have what was written at AFTER in these tables (nil: any) up to that position (nil: the newest). Error 3798.
    func waitForOthers(
        reading tables: [TouchedTable]?, at position: LogPosition?, timeout: Duration, waiter: CommitWaiter
    ) throws(SQLError)
}

extension TransactionCommitting {
    public func mayHoldBegin(at level: ConsistencyLevel) -> Bool { false }
    public var awaitsOthersForAnswers: Bool { false }
    public func waitForOthers(
        reading tables: [TouchedTable]?, at position: LogPosition?, timeout: Duration, waiter: CommitWaiter
    ) throws(SQLError) {}
    public func waitBeforeBegin(
        _ level: ConsistencyLevel, timeout: Duration, waiter: CommitWaiter
    ) throws(SQLError) {}
}

/// What the sessions of one server share.
///
/// Safe: the variables without a lock are set while the server is put together, before the first session; the rest is
/// atomic or safe on its own.
public final class ServerContext: @unchecked Sendable {
    public let database: Database
    public let committer: any TransactionCommitting
    public let uuid: UUID
    public let serverID: UInt32
    public let version: String
    public let sessions = SessionRegistry()
    public let preparedStatements = PreparedStatementCount()
    /// `read_only` and `super_read_only`, `offline_mode`.
    public let isReadOnly = Atomic<Bool>(false)
    public let isSuperReadOnly = Atomic<Bool>(false)
    public let isOffline = Atomic<Bool>(false)
    /// The member takes part in a group: tables need a key (error 3098).
    public let isInGroup = Atomic<Bool>(false)
    /// `group_replication_enforce_update_everywhere_checks`: in a group, SERIALIZABLE transactions may not write, and
    /// tables with cascading foreign keys not be written (error 3098).
    public let enforcesUpdateEverywhereChecks = Atomic<Bool>(false)
    /// This primary is about to hand over: transactions that have not written may not begin to.
    public let refusesNewWriters = Atomic<Bool>(false)
    /// Functions of other parts (GTID waits, `group_replication_*`), given to each new session.
    public var functionHooks = UserLocks().hooks
    /// The global values of all system variables, with which sessions begin.
    public let globals: GlobalVariables
    /// START GROUP_REPLICATION, PURGE BINARY LOGS, SHUTDOWN, ...
    public var replication: (any ReplicationStatementHandling)?
    /// ALTER INSTANCE.
    public var instance: InstanceStatements?
    /// Virtual tables by lower-case schema.
    public var systemTables: (any SystemTableCatalog)?
    /// `@@name`, SET.
    public var variables: (any SystemVariableAccess)?
    /// SHOW STATUS: counters that anybody may raise.
    public let status = StatusVariables()

    /// Logins that failed, and what accounts with hourly limits used: this server's own knowledge.
    public let failedLogins = FailedLogins()
    public let usage = AccountUsageTable()
    public let hostErrors = HostErrors()

    /// INSTALL COMPONENT.
    public let components: ComponentRegistry
    public let connectionDelays: ConnectionDelays
    let passwordDictionary = PasswordDictionary()

    private let accountCache = AccountCatalogCache()

    /// The accounts of a dictionary; those of a fresh data directory while none were stored.
    public func accounts(of dictionary: DataDictionary) -> AccountCatalog {
        let catalog = accountCache.catalog(of: dictionary)
        return catalog.accounts.isEmpty ? .initial() : catalog
    }

    /// Whether a session has SYSTEM_USER, itself or through its active roles: then others may end it only who have it too.
    func isSystemUser(_ session: SessionHandle.State, in dictionary: DataDictionary) -> Bool {
        effectivePrivileges(of: session.account, activeRoles: session.activeRoles, in: dictionary)
            .hasDynamic("SYSTEM_USER")
    }

    /// What an account may do that has chosen these roles: one that was taken away since gives nothing.
    func effectivePrivileges(
        of account: AuthorizationID, activeRoles: [AuthorizationID], in dictionary: DataDictionary
    ) -> EffectivePrivileges {
        let catalog = accounts(of: dictionary)
        // Most sessions have none active, and need not look for mandatory ones.
        let granted = activeRoles.isEmpty ? [] : catalog[account].map { grantedRoles(of: $0, in: catalog) } ?? []
        return EffectivePrivileges(
            catalog: catalog, account: account, activeRoles: activeRoles.filter { granted.contains($0) })
    }

    /// The server entered a group or left it.
    public func setInGroup(_ isIn: Bool) {
        isInGroup.store(isIn, ordering: .relaxed)
        limitTransactions()
    }

    /// `group_replication_transaction_size_limit` (0: none) applies in a group only; what no message can hold is refused
    /// everywhere. Called when either changes.
    public func limitTransactions() {
        let most = TransactionMessage.maximumEncodedBytes
        let limit = Int(clamping: globals.number("group_replication_transaction_size_limit"))
        let applies = isInGroup.load(ordering: .relaxed) && limit > 0
        database.setTransactionLimit(applies ? min(limit, most) : most)
    }

    /// `binlog_cache_size` and `max_binlog_cache_size`: for the sessions to come. Called when either changes.
    public func limitCapture() {
        let most = globals.number("max_binlog_cache_size")
        // As in MySQL: what is kept in memory is not more than what is kept.
        if globals.number("binlog_cache_size") > most { globals.store("binlog_cache_size", .number(most)) }
        database.setCaptureLimits(inMemory: Int(clamping: globals.number("binlog_cache_size")), most: Int(clamping: most))
    }

    /// `offline_mode` was turned on: sessions without CONNECTION_ADMIN end.
    public func disconnectOrdinarySessions() {
        let catalog = accounts(of: database.dictionary)
        for session in sessions.all {
            let account = session.snapshot.account
            let effective = EffectivePrivileges(
                catalog: catalog, account: account, activeRoles: catalog[account]?.defaultRoles ?? [])
            if !effective.hasDynamic("CONNECTION_ADMIN") { session.killConnection() }
        }
    }

    public init(
        database: Database, committer: any TransactionCommitting, uuid: UUID, serverID: UInt32,
        version: String = MySQLVersion.server, globals: GlobalVariables = GlobalVariables()
    ) {
        self.database = database
        self.committer = committer
        self.uuid = uuid
        self.serverID = serverID
        self.version = version
        self.globals = globals
        components = ComponentRegistry(globals: globals, status: status)
        connectionDelays = ConnectionDelays(globals: globals)
    }

    /// `lower_case_table_names`.
    public var tableNameCase: TableNameCase { globals.tableNameCase }
}

/// Sessions by connection id: for KILL and SHOW PROCESSLIST. Any thread.
///
/// Safe: `handles` is guarded by `lock`.
public final class SessionRegistry: @unchecked Sendable {
    private let lock = Lock()
    private var handles: [UInt64: SessionHandle] = [:]

    public init() {}

    func add(_ handle: SessionHandle) {
        lock.withLock { handles[handle.id] = handle }
    }

    func remove(_ id: UInt64) {
        lock.withLock { handles[id] = nil }
    }

    public func handle(_ id: UInt64) -> SessionHandle? {
        lock.withLock { handles[id] }
    }

    public var all: [SessionHandle] {
        lock.withLock { Array(handles.values) }.sorted { $0.id < $1.id }
    }
}

/// What a statement is doing, as far as it may take long: the process list's State, with MySQL's texts.
enum SessionStage: UInt8, AtomicRepresentable, Sendable {
    case executing
    /// Its commit is on its way through the group, or waits for a majority.
    case waitingForCommit

    var text: String {
        switch self {
        case .executing: "executing"
        case .waitingForCommit: DiskSpace.shared.isFull ? "Waiting for disk space" : "waiting for handler commit"
        }
    }
}

/// What other threads see of a session and how they stop it.
///
/// Safe: what changes is guarded by `lock` or atomic; of `context` only the atomic `isKilled` is touched.
public final class SessionHandle: @unchecked Sendable {
    public let id: UInt64
    private let lock = Lock()
    private var state = State()
    let owner: LockOwner
    private let context: ExpressionContext
    private let connectionKilled = Atomic<Bool>(false)
    /// Closes the client's socket; set by the server.
    private var disconnect: (@Sendable () -> Void)?

    /// A line of the process list.
    public struct State: Sendable {
        public var user = ""
        public var host = ""
        /// The account that the user was matched with.
        public var account = AuthorizationID(user: "", host: "")
        public var activeRoles: [AuthorizationID] = []
        public var database: String?
        public var command = "Sleep"
        public var statement: String?
        public var since: MonotonicTime = .now()
        public var hasWritten = false
        /// Counts transactions.
        public var transactionNumber: UInt64 = 0
        /// What the statement waits for, in MySQL's words; nil for the usual.
        public var stage: String?
        /// What the client told of itself: session_connect_attrs.
        public var attributes: [(name: String, value: String)] = []
    }

    /// Where the session waits for its commits.
    let waiter = CommitWaiter()
    /// What it is doing just now, for the process list's State.
    let stage = Atomic<SessionStage>(.executing)

    init(id: UInt64, owner: LockOwner, context: ExpressionContext) {
        self.id = id
        self.owner = owner
        self.context = context
    }

    /// Passwords in the statement's text are not for others to see.
    public var snapshot: State {
        var copy = lock.withLock { state }
        if let statement = copy.statement {
            copy.statement = SecretText.redacted(statement, currentAccount: copy.account)
        }
        return copy
    }

    func update(_ change: (inout State) -> Void) {
        lock.withLock { change(&state) }
    }

    public func setDisconnect(_ body: @escaping @Sendable () -> Void) {
        lock.withLock { disconnect = body }
    }

    public var isConnectionKilled: Bool { connectionKilled.load(ordering: .relaxed) }

    /// KILL QUERY.
    public func killQuery() {
        context.isKilled = true
        owner.kill()
        waiter.interrupt()
    }

    /// KILL CONNECTION.
    public func killConnection() {
        connectionKilled.store(true, ordering: .relaxed)
        killQuery()
        waiter.abandon()
        let close = lock.withLock { disconnect }
        close?()
    }

    /// The member lost its right to write: the running transaction ends with error 1213.
    public func doomTransaction() {
        owner.doom()
    }
}
