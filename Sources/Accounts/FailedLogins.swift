import Platform

/// FAILED_LOGIN_ATTEMPTS and PASSWORD_LOCK_TIME: consecutive failed logins of each account, in this server's memory as in
/// MySQL's. A restart forgets them, and so do ALTER USER ... ACCOUNT UNLOCK and FLUSH PRIVILEGES. Any thread.
/// Safe: what changes is guarded by `lock`.
public final class FailedLogins: @unchecked Sendable {
    /// Why a login is refused.
    public struct Block: Equatable, Sendable {
        /// Days as error 3955 prints them.
        public var days: String
        public var remaining: String
        public var attempts: UInt32

        package init(days: String, remaining: String, attempts: UInt32) {
            self.days = days
            self.remaining = remaining
            self.attempts = attempts
        }
    }

    private struct Entry {
        var forgivenLogins: UInt64
        var failures: UInt32 = 0
        /// The day since 1970 on which the account was blocked.
        var blockedOn: UInt64?
    }

    private let lock = Lock()
    private var entries: [AuthorizationID: Entry] = [:]

    public init() {}

    /// Counts a login of an account that locks itself; what it is refused with, even with the right password.
    public func record(_ account: Account, succeeded: Bool, now seconds: UInt64) -> Block? {
        let rules = account.passwordRules
        guard rules.locksAfterFailures else { return nil }
        let today = seconds / 86_400
        return lock.withLock {
            var entry = entries[account.name] ?? Entry(forgivenLogins: account.forgivenLogins)
            if entry.forgivenLogins != account.forgivenLogins { entry = Entry(forgivenLogins: account.forgivenLogins) }
            defer { entries[account.name] = entry.failures == 0 ? nil : entry }
            if let day = entry.blockedOn {
                if let block = Self.block(rules, since: day, today) { return block }
                entry.failures = 0
                entry.blockedOn = nil
            }
            guard !succeeded else {
                entry.failures = 0
                return nil
            }
            entry.failures += 1
            guard entry.failures >= rules.failedLoginAttempts else { return nil }
            entry.blockedOn = today
            return Self.block(rules, since: today, today)
        }
    }

    private static func block(_ rules: PasswordRules, since day: UInt64, _ today: UInt64) -> Block? {
        switch rules.lockTime {
        case .unbounded:
            return Block(days: "unlimited", remaining: "unlimited", attempts: rules.failedLoginAttempts)
        case .days(let days):
            let passed = today > day ? today - day : 0
            guard passed < UInt64(days) else { return nil }
            return Block(days: String(days), remaining: String(UInt64(days) - passed), attempts: rules.failedLoginAttempts)
        }
    }

    /// FLUSH PRIVILEGES.
    public func removeAll() {
        lock.withLock { entries.removeAll() }
    }
}
