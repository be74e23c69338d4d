import MySQLProtocol
import Platform

/// MAX_QUERIES_PER_HOUR, MAX_UPDATES_PER_HOUR and MAX_CONNECTIONS_PER_HOUR: what an account used on this server in the
/// present hour, which begins with its first use. All sessions of an account share one. Any thread.
/// Safe: what changes is guarded by `lock`.
public final class AccountUsage: @unchecked Sendable {
    private let user: String
    private let lock = Lock()
    private var limits: AccountLimits
    private var hourBegan: MonotonicTime
    private var queries: UInt32 = 0
    private var updates: UInt32 = 0
    private var connections: UInt32 = 0

    fileprivate init(user: String, limits: AccountLimits) {
        self.user = user
        self.limits = limits
        hourBegan = .now()
    }

    fileprivate func adopt(_ limits: AccountLimits) {
        lock.withLock { self.limits = limits }
    }

    /// Error 1226 instead of one connection too many.
    fileprivate func countConnection() throws(SQLError) {
        try count("max_connections_per_hour", \.connections, \.connectionsPerHour)
    }

    /// Error 1226 instead of one statement too many.
    package func countStatement(isUpdate: Bool) throws(SQLError) {
        try count("max_questions", \.queries, \.queriesPerHour)
        if isUpdate { try count("max_updates", \.updates, \.updatesPerHour) }
    }

    private func count(
        _ resource: String, _ used: ReferenceWritableKeyPath<AccountUsage, UInt32>, _ limit: KeyPath<AccountLimits, UInt32>
    ) throws(SQLError) {
        let exceeded: UInt32? = lock.withLock {
            if MonotonicTime.now() - hourBegan >= .seconds(3600) { begin() }
            let maximum = limits[keyPath: limit]
            guard maximum > 0 else { return nil }
            if self[keyPath: used] >= maximum { return maximum }
            self[keyPath: used] += 1
            return nil
        }
        if let exceeded { throw SQLError(.userLimitReached, user, resource, exceeded) }
    }

    private func begin() {
        hourBegan = .now()
        queries = 0
        updates = 0
        connections = 0
    }

    fileprivate func reset() {
        lock.withLock { begin() }
    }
}

/// The accounts with hourly limits that were used. Any thread.
/// Safe: what changes is guarded by `lock`.
public final class AccountUsageTable: @unchecked Sendable {
    private let lock = Lock()
    private var entries: [AuthorizationID: AccountUsage] = [:]

    public init() {}

    /// Counts a connection of an account with limits; nil for one without. Error 1226.
    package func connect(_ account: Account) throws(SQLError) -> AccountUsage? {
        let limits = account.limits
        guard limits.limitsStatements || limits.connectionsPerHour > 0 else { return nil }
        let usage = lock.withLock { () -> AccountUsage in
            if let present = entries[account.name] { return present }
            let usage = AccountUsage(user: account.name.user, limits: limits)
            entries[account.name] = usage
            return usage
        }
        usage.adopt(limits)
        try usage.countConnection()
        return limits.limitsStatements ? usage : nil
    }

    /// FLUSH USER_RESOURCES, FLUSH PRIVILEGES.
    public func reset() {
        for usage in lock.withLock({ Array(entries.values) }) { usage.reset() }
    }
}
