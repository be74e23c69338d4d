import GroupReplication
import MySQLProtocol
import Platform
import SQLEngine
import SQLExpressions
import Synchronization

/// What group replication may do to the server around it.
///
/// Safe: `incrementBefore` is guarded by `lock`, the rest is immutable.
final class NodeServerControl: ServerControl, @unchecked Sendable {
    private let context: ServerContext
    private let variables: GlobalVariables
    private let persisted: PersistedVariables
    private let channel: RecoveryChannelAccount
    private let requestStop: @Sendable (ServerEnding) -> Void
    /// What is done when the new copy of the data is whole; nil while none is being made.
    private let rebuilt: (@Sendable () -> Void)?
    /// Whether a damaged member may be made anew.
    private let mayRebuild: @Sendable () -> Bool
    private let isOnline = Atomic<Bool>(false)
    private let lock = Lock()
    /// The increment and offset before the member took part; nil while it does not.
    private var incrementBefore: (increment: VariableValue, offset: VariableValue)?

    init(
        context: ServerContext, variables: GlobalVariables, persisted: PersistedVariables,
        channel: RecoveryChannelAccount, mayRebuild: @escaping @Sendable () -> Bool, rebuilt: (@Sendable () -> Void)?,
        requestStop: @escaping @Sendable (ServerEnding) -> Void
    ) {
        self.context = context
        self.variables = variables
        self.persisted = persisted
        self.channel = channel
        self.requestStop = requestStop
        self.mayRebuild = mayRebuild
        self.rebuilt = rebuilt
    }

    func setSuperReadOnly(_ isOn: Bool) {
        variables.store("super_read_only", .boolean(isOn))
        variables.store("read_only", .boolean(isOn))
    }

    var isSuperReadOnly: Bool { variables.isOn("super_read_only") }

    var readOnlyState: ReadOnlyState {
        ReadOnlyState(isReadOnly: variables.isOn("read_only"), isSuperReadOnly: isSuperReadOnly)
    }

    func restore(_ state: ReadOnlyState) {
        variables.store("super_read_only", .boolean(state.isSuperReadOnly))
        variables.store("read_only", .boolean(state.isReadOnly))
    }

    func setOfflineMode(_ isOn: Bool) {
        variables.store("offline_mode", .boolean(isOn))
    }

    func abortServer(reason: String) {
        requestStop(.failed(reason))
    }

    /// Persisted as MySQL does: the member must come back with the group's mode.
    func groupModeChanged(singlePrimary: Bool, enforcesChecks: Bool) {
        for (name, isOn) in [
            ("group_replication_single_primary_mode", singlePrimary),
            ("group_replication_enforce_update_everywhere_checks", enforcesChecks),
        ] {
            variables.store(name, .boolean(isOn))
            do throws(SQLError) {
                try persisted.set(name, isOn ? "ON" : "OFF")
            } catch {
                ErrorLog.shared.log(.warning, "\(name) could not be persisted: \(error.message)")
            }
        }
    }

    /// Only where both still have their defaults: an operator's choice stands (manual, section 18.8).
    func groupAutoIncrement(isOn: Bool) {
        lock.withLock {
            if isOn {
                guard incrementBefore == nil else { return }
                let present = (variables["auto_increment_increment"], variables["auto_increment_offset"])
                guard present.0 == .integer(1), present.1 == .integer(1) else { return }
                incrementBefore = present
                variables.store(
                    "auto_increment_increment", variables["group_replication_auto_increment_increment"])
                variables.store("auto_increment_offset", .integer(Int64(min(65535, variables.number("server_id")))))
            } else if let before = incrementBefore {
                incrementBefore = nil
                variables.store("auto_increment_increment", before.increment)
                variables.store("auto_increment_offset", before.offset)
            }
        }
    }

    func rebuildMember(reason: String) -> Bool {
        // Once is enough: what is damaged again needs somebody to look at the disk.
        guard rebuilt == nil || isOnline.load(ordering: .relaxed), mayRebuild() else { return false }
        requestStop(.startAnew(reason))
        return true
    }

    var isRebuilding: Bool { rebuilt != nil && !isOnline.load(ordering: .relaxed) }

    func memberIsOnline() {
        guard let rebuilt, !isOnline.exchange(true, ordering: .relaxed) else { return }
        if Thread.start(name: "rebuilt", rebuilt) == nil { rebuilt() }
    }

    func setInGroup(_ isIn: Bool) {
        context.setInGroup(isIn)
    }

    func recoveryCredentials() -> RecoveryCredentials? { channel.credentials }

    func rollbackRunningTransactions(reason: String) {
        for session in context.sessions.all where session.snapshot.hasWritten { session.doomTransaction() }
    }

    func runningTransactions() -> Set<RunningTransaction> {
        Set(
            context.sessions.all.compactMap { session in
                let state = session.snapshot
                return state.hasWritten ? RunningTransaction(session: session.id, number: state.transactionNumber) : nil
            })
    }

    func setRefusesNewWriters(_ refuses: Bool) {
        context.refusesNewWriters.store(refuses, ordering: .relaxed)
    }
}
