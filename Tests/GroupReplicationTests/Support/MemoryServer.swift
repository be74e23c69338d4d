import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

@testable import GroupReplication
@testable import GroupReplicationCore

/// A transaction's body as the tests write it: a binlog event around a text, `key=value;key=value` or `create name`.
enum TestBody {
    static func encode(_ text: String, isStatement: Bool = false) -> [UInt8] {
        var writer = ByteWriter()
        if isStatement {
            writer.write(QueryEvent(query: Array(text.utf8)), timestamp: 1, serverID: 1)
        } else {
            writer.write(RowsQueryEvent(query: Array(text.utf8)), timestamp: 1, serverID: 1)
        }
        return writer.bytes
    }

    static func decode(_ body: ArraySlice<UInt8>) -> String {
        var reader = ByteReader(body)
        guard let event = try? RawEvent(decoding: &reader, checksum: .none), let decoded = try? event.decode() else { return "" }
        switch decoded {
        case .query(let query): return String(decoding: query.query, as: UTF8.self)
        case .rowsQuery(let query): return String(decoding: query.query, as: UTF8.self)
        default: return ""
        }
    }
}

/// Rows in memory, by ``TestBody``.
final class MemoryStore: TransactionStore, @unchecked Sendable {
    private let lock = Lock()
    private var state = StoreState()
    private var values: [String: String] = [:]
    private var onDisk = GTIDSet()
    private var doomed: [[UInt64]] = []
    private var isPaused = false
    private let resumed = Condition()
    private var isHeldUp = false
    private(set) var failure: SQLError?
    private var applyCount = 0
    private var misfits: [String] = []

    func loadState() throws(SQLError) -> StoreState { lock.withLock { state } }
    var history: UInt64 { lock.withLock { state.history } }

    func apply(
        _ batch: ApplyBatch, beforeCommit: ([TransactionOutcome]) throws(SQLError) -> Void
    ) throws(ApplyFailure) -> [TransactionOutcome] {
        lock.lock()
        defer { lock.unlock() }
        isHeldUp = isPaused
        while isPaused { resumed.wait(lock) }
        isHeldUp = false
        if let failure { throw ApplyFailure(failure) }
        var next = values
        var outcomes: [TransactionOutcome] = []
        var turnedDown: [LogPosition] = []
        for transaction in batch.transactions {
            if transaction.isTurnedDown {
                turnedDown.append(transaction.position)
                outcomes.append(.refused(SQLError(.runHookError, "before_commit")))
                continue
            }
            let text = TestBody.decode(transaction.message.body)
            if misfits.contains(where: text.contains) {
                let error = SQLError(.getErrno, 1, "this member's data differs")
                throw ApplyFailure(error, .differs(at: transaction.position))
            }
            if transaction.message.kind == .statement {
                let name = String(text.dropFirst("create ".count))
                if next[name] != nil {
                    outcomes.append(
                        .refused(SQLError(code: 1050, sqlState: "42S01", message: "Table '\(name)' already exists")))
                    continue
                }
                next[name] = "table"
            } else {
                for assignment in text.split(separator: ";") {
                    let parts = assignment.split(separator: "=")
                    if parts.count == 2 { next[String(parts[0])] = String(parts[1]) }
                }
            }
            outcomes.append(.applied)
        }
        do throws(SQLError) {
            try beforeCommit(outcomes)
        } catch {
            throw ApplyFailure(error)
        }
        values = next
        let formerLineage = state.lineage
        state.lineage = batch.lineage
        state.position = batch.endPosition
        state.refusedPositions += turnedDown
        state.hash = batch.hash
        if let mark = batch.logMark { state.logMark = mark }
        for transaction in batch.transactions { if let gtid = transaction.gtid { state.gtidExecuted.insert(gtid) } }
        for gtid in batch.additionalGTIDs { state.gtidExecuted.insert(gtid) }
        var history = TransactionHistory(value: state.history)
        for (transaction, outcome) in zip(batch.transactions, outcomes) { history.add(transaction, outcome) }
        for gtid in batch.additionalGTIDs { history.add(gtid) }
        state.history = history.value
        if batch.endsWithView {
            (state.lastView, state.lastViewHistory) = (batch.endPosition, history.value)
        } else if batch.lineage != formerLineage {
            (state.lastView, state.lastViewHistory) = (.zero, 0)
        }
        applyCount += batch.transactions.count
        return outcomes
    }

    func synchronize() throws(SQLError) -> LogPosition {
        lock.withLock {
            onDisk = state.gtidExecuted
            return state.position
        }
    }

    /// What a loss of power would leave.
    var synced: GTIDSet { lock.withLock { onDisk } }
    func oldestSnapshot() -> LogPosition? { nil }
    func certified(remoteWriteSet: [UInt64], kind: TransactionMessage.Kind) { lock.withLock { doomed.append(remoteWriteSet) } }

    /// A batch is in the store's hands and waits there.
    var holdsBatch: Bool { lock.withLock { isHeldUp } }

    func pause(_ paused: Bool) {
        lock.withLock {
            isPaused = paused
            resumed.broadcast()
        }
    }

    /// Rows whose text has this do not fit the data here.
    func refuse(_ text: String) { lock.withLock { misfits.append(text) } }

    func fail(_ error: SQLError?) { lock.withLock { failure = error } }

    /// Everything as it is now, to go back to: what a disk holds that lost the power later.
    var saved: (StoreState, [String: String]) { lock.withLock { (state, values) } }

    func restore(_ saved: (StoreState, [String: String])) {
        lock.withLock { (state, values) = saved }
    }

    /// A copy of another member's data, as a backup gives it.
    func adopt(_ other: MemoryStore) {
        let (contents, gtids, history) = (other.contents, other.executed, other.history)
        lock.withLock {
            values = contents
            state.history = history
            state.gtidExecuted = gtids
        }
    }

    subscript(key: String) -> String? { lock.withLock { values[key] } }
    var contents: [String: String] { lock.withLock { values } }
    var executed: GTIDSet { lock.withLock { state.gtidExecuted } }
    var doomedCount: Int { lock.withLock { doomed.count } }
    var appliedCount: Int { lock.withLock { applyCount } }
}

/// Event groups in memory.
final class MemoryLog: TransactionLog, @unchecked Sendable {
    private let lock = Lock()
    private var groups: [LoggedGroup] = []
    private var executed = GTIDSet()
    private var onDisk = GTIDSet()

    var gtidExecuted: GTIDSet { lock.withLock { executed } }
    func synchronize() throws(SQLError) { lock.withLock { onDisk = executed } }

    /// What a loss of power would leave.
    var synced: GTIDSet { lock.withLock { onDisk } }

    func append(_ new: [LoggedGroup]) throws(SQLError) {
        lock.withLock {
            for group in new {
                switch group {
                case .transaction(_, let gtid, _), .viewChange(let gtid, _, _):
                    precondition(!executed.contains(gtid), "\(gtid) logged twice")
                    executed.insert(gtid)
                }
                groups.append(group)
            }
        }
    }

    /// One line per group, `view counter`, `rows gtid-number` and so on.
    var lines: [String] {
        lock.withLock {
            groups.map { group in
                switch group {
                case .transaction(let transaction, let gtid, let isRefused):
                    "\(isRefused ? "refused" : "\(transaction.message.kind)") \(gtid.number)"
                case .viewChange(let gtid, let view, _): "view:\(view.counter) \(gtid.number)"
                }
            }
        }
    }

    /// Forgets the last groups, as a loss of power does.
    func loseLast(_ count: Int) {
        lock.withLock {
            for group in groups.suffix(count) {
                switch group {
                case .transaction(_, let gtid, _), .viewChange(let gtid, _, _): executed.remove(gtid)
                }
            }
            groups.removeLast(count)
        }
    }

    /// A copy of another member's log.
    func adopt(_ other: MemoryLog) {
        let (taken, gtids) = (other.all, other.gtidExecuted)
        lock.withLock {
            groups = taken
            executed = gtids
        }
    }

    var all: [LoggedGroup] { lock.withLock { groups } }
}

/// Remembers what the group asked of its server.
final class MemoryServer: ServerControl, @unchecked Sendable {
    private let lock = Lock()
    private var readOnly = false
    private var inGroup = false
    private var refusesWriters = false
    private var running: Set<RunningTransaction> = []
    private var rollbacks = 0
    private var aborted: String?
    private var offline = false
    private var isSinglePrimary: Bool?
    private var rebuilds = false
    private var rebuilt: String?
    private var onlineCount = 0

    func setInGroup(_ isIn: Bool) { lock.withLock { inGroup = isIn } }
    func setSuperReadOnly(_ isOn: Bool) { lock.withLock { readOnly = isOn } }
    var isSuperReadOnly: Bool { isReadOnly }
    var readOnlyState: ReadOnlyState { ReadOnlyState(isReadOnly: isReadOnly, isSuperReadOnly: isReadOnly) }
    func restore(_ state: ReadOnlyState) { setSuperReadOnly(state.isSuperReadOnly) }
    func setOfflineMode(_ isOn: Bool) { lock.withLock { offline = isOn } }
    func abortServer(reason: String) { lock.withLock { aborted = reason } }
    func groupModeChanged(singlePrimary: Bool, enforcesChecks: Bool) { lock.withLock { isSinglePrimary = singlePrimary } }
    func groupAutoIncrement(isOn: Bool) {}
    func recoveryCredentials() -> RecoveryCredentials? { RecoveryCredentials(user: "rpl_user", password: "password") }
    func rollbackRunningTransactions(reason: String) { lock.withLock { rollbacks += 1 } }
    func runningTransactions() -> Set<RunningTransaction> { lock.withLock { running } }
    func setRefusesNewWriters(_ refuses: Bool) { lock.withLock { refusesWriters = refuses } }
    func rebuildMember(reason: String) -> Bool {
        lock.withLock {
            if rebuilds { rebuilt = reason }
            return rebuilds
        }
    }
    var isRebuilding: Bool { false }
    func memberIsOnline() { lock.withLock { onlineCount += 1 } }
    /// Whether a damaged member is to be made anew, and why it was.
    func setRebuilds(_ isOn: Bool) { lock.withLock { rebuilds = isOn } }
    var rebuildReason: String? { lock.withLock { rebuilt } }

    var abortReason: String? { lock.withLock { aborted } }
    var isReadOnly: Bool { lock.withLock { readOnly } }
    var mode: Bool? { lock.withLock { isSinglePrimary } }
    var isOffline: Bool { lock.withLock { offline } }
    func setRunning(_ count: Int) {
        lock.withLock { running = Set((0..<UInt64(count)).map { RunningTransaction(session: $0, number: 1) }) }
    }
}
