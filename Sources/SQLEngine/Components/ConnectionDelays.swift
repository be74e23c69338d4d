import Accounts
import Platform

/// `component_connection_control`: after some failed logins in a row an account's next answers take longer and longer.
/// Any thread.
/// Safe: what changes is guarded by `lock`.
public final class ConnectionDelays: @unchecked Sendable {
    private static let prefix = Component.connectionControl.variablePrefix
    /// A flood of made-up names does not use up the memory.
    private static let maximumEntries = 100_000

    private let globals: GlobalVariables
    private let lock = Lock()
    private var failures: [String: UInt64] = [:]
    private var delayCount: UInt64 = 0
    private var exemptedCount: UInt64 = 0

    init(globals: GlobalVariables) {
        self.globals = globals
    }

    /// Counts a login and says how long its answer shall wait. `account` is nil for a user that does not exist.
    func record(account: AuthorizationID?, user: String, host: String, succeeded: Bool) -> Duration {
        if account == nil, globals.isOn(Self.prefix + "exempt_unknown_users") {
            lock.withLock { exemptedCount += 1 }
            return .zero
        }
        let threshold = globals.number(Self.prefix + "failed_connections_threshold")
        guard threshold > 0 else { return .zero }
        let key = account?.quoted ?? "'\(user)'@'\(host)'"
        let (least, most) = (
            globals.number(Self.prefix + "min_connection_delay"), globals.number(Self.prefix + "max_connection_delay")
        )
        return lock.withLock {
            let count = failures[key] ?? 0
            if succeeded {
                failures[key] = nil
            } else if failures[key] != nil || failures.count < Self.maximumEntries {
                failures[key] = count + 1
            }
            guard count >= threshold else { return .zero }
            delayCount += 1
            let milliseconds = min(max((count + 1 - threshold) * 1000, least), most)
            return .milliseconds(Int64(clamping: milliseconds))
        }
    }

    /// `Component_connection_control_delay_generated` and `..._exempted_unknown_users`.
    var counts: (delays: UInt64, exempted: UInt64) { lock.withLock { (delayCount, exemptedCount) } }

    /// The rows of `performance_schema.connection_control_failed_login_attempts`.
    var all: [(userHost: String, count: UInt64)] {
        lock.withLock { failures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    /// The component was uninstalled, or its threshold set.
    func reset() {
        lock.withLock { failures.removeAll() }
    }
}
