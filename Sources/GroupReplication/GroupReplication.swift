import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// Group replication on one server: its life in and out of groups, what sessions commit through, the functions and tables
/// that operators use. One object per server, from ``open(startsGroup:)`` to ``close()``.
///
/// Threads: the communication thread certifies (``GroupReplication`` is its delegate); the applier writes; "gr-control"
/// ticks (reports, flow control, timeouts); "gr-roles" does what may wait (switching read-only, group actions, rejoining);
/// "gr-keeper" writes snapshots; a short-lived thread recovers from a donor.
///
/// Safe: `local` and the tables beside it are guarded by `lock`; `startOutcome` is set while the communication stands
/// still, the last part is its thread's own, `control` is set once by `open`.
public final class GroupReplication: @unchecked Sendable {
    /// Where this server stands.
    enum Phase: Sendable, Equatable {
        /// Not open.
        case closed
        /// In no group, its own order.
        case standalone
        /// Was a member, has not been asked to go back; its group log is kept until it is, or until it writes on its own.
        case dormant
        /// On its way into a group.
        case starting
        /// In a group: RECOVERING or ONLINE.
        case member
        /// On its way out.
        case stopping
        /// Thrown out, or stopped by an error.
        case error
    }

    /// What is known of the other members beyond the order; guarded by ``lock``.
    struct Local: Sendable {
        var phase = Phase.closed
        var configuration: GroupReplicationConfiguration
        var credentials: RecoveryCredentials?
        var unreachable: Set<MemberIdentity> = []
        var hasMajority = true
        /// When `group_replication_unreachable_majority_timeout`, as it was when the majority was lost, is over.
        var majorityDeadline: MonotonicTime?
        var majorityTimeout: Duration = .zero
        var statistics: [UUID: MemberStatistics] = [:]
        var writeConcurrency: UInt32 = 10
        var leaders: [UUID] = []
        /// Delivered at a restart: nothing is answered and no role taken up until the mark of the restart is reached.
        var isCatchingUp = false
        /// Whoever waits for this member to have caught up is told as soon as it is known that a majority is not there.
        var acceptsMinority = false
        /// The attempt of `autorejoin_tries` under way, from 1; `Int.max` when it was stopped.
        var rejoinAttempt = 0
        /// The view change that this server logged when it began a group, and the same once that group gave way to another: it
        /// is no transaction that the other could lack.
        var foundingView: GTID?
        var givenUpView: GTID?
        /// The group log tells of a join that is not finished.
        var isJoining = false
        /// STOP GROUP_REPLICATION or the server's end came: whoever waits for a group gives up.
        var givesUp = false
        /// The server's end came: nothing starts any more.
        var isClosing = false
        /// The group's mode while this server was last a member of it, or what its variables said when it started anew as one; nil: it is
        /// no member, and goes by its variables alone.
        var knownMode: GroupMode?
        var doneActionPhase: (action: UInt64, phase: UInt8)?
        var isReadOnly: Bool?
        /// The election after which this primary stayed read-only, as the member actions said then.
        var readOnlyElection: LogPosition?
        var committedByAll = GTIDSet()
        var committedHistory: [(position: LogPosition, gtids: GTIDSet)] = []
        /// An attempt of `autorejoin_tries` is under way, or the pause after it.
        var isRejoining: Bool { rejoinAttempt > 0 && rejoinAttempt != Int.max }
        var recoveryChannel = ChannelStatus(name: "group_replication_recovery")
        var applierError: SQLError?
        /// What is wrong with this member's data: it takes part in no group with them.
        var damage: String?
        var reportedItems: UInt64 = 0
        var provisional: MemberTable?
        var control = ControlCounters()
        var histories = HistoryComparison()
        var historyVerdict = HistoryComparison.Verdict.alike
    }

    /// Counters of what is not transactions, for status variables.
    struct ControlCounters: Sendable {
        var messagesSent: UInt64 = 0
        var bytesSent: UInt64 = 0
        var roundtripMicroseconds: UInt64 = 0
        /// When this member's reports that have not come back were sent, oldest first.
        var sent: [MonotonicTime] = []
        var collections: UInt64 = 0
        var collectionMicroseconds: UInt64 = 0
    }

    let communication: any GroupCommunicating
    let store: any TransactionStore
    let log: any TransactionLog
    let server: any ServerControl
    let order: SharedGroupCore
    let applier: Applier
    /// What this server's own state waits with for space on the disk, until it ends.
    let space = SpaceWait()
    let stateFile: StateFile
    /// Held while the state file is written: the keeper must not put a former membership over a join.
    let stateFileLock = Lock()
    let roles = WorkQueue(name: "gr-roles")
    let keeper = WorkQueue(name: "gr-keeper")
    let actions = WorkQueue(name: "gr-actions")
    /// Set once, by ``open(startsGroup:)``.
    var control: WorkQueue?

    /// Progress of group actions and of rejoining.
    let stages = StageRecorder()
    /// What sessions commit through.
    public let transactions: TransactionManager

    let lock = Lock()
    let changed = Condition()
    var local: Local
    /// Serialises START and STOP.
    let lifecycle = Lock()
    var startOutcome: Promise<StartOutcome>?
    var leaveOutcome: Promise<LeaveReason>?
    var resumeOutcome: Promise<ResumeOutcome>?
    var forceOutcome: Promise<String>?
    var askOutcome: Promise<[Standing]>?
    var actionWaiters: [UInt64: Promise<Result<String, GroupCore.ActionFailure>>] = [:]
    var marks: [UInt64: @Sendable () -> Void] = [:]
    /// What the applier has asked the group about.
    var differences: [LogPosition: Promise<Bool>] = [:]
    /// Unlike those of an earlier run, whose marks may be delivered again.
    var nextMark = 1 << 63 | UInt64(WallClock.microseconds()) << 8
    var recovery: DistributedRecovery?

    // Communication thread only.
    var gathered: [Applier.Item] = []
    var joinBuffer: JoinBuffer?

    /// How an attempt to enter a group ended.
    enum StartOutcome: Sendable {
        case entered
        case refused(JoinRefusal)
        case left(LeaveReason)
        case failed(String)
    }

    /// Makes the object; nothing runs before ``open(startsGroup:)``. Throws when the store or the state file cannot be
    /// read.
    public init(
        configuration: GroupReplicationConfiguration, communication: any GroupCommunicating,
        store: any TransactionStore, log: any TransactionLog, server: any ServerControl
    ) throws(SQLError) {
        self.communication = communication
        self.store = store
        self.log = log
        self.server = server
        stateFile = StateFile(directory: configuration.stateDirectory, space: space)
        local = Local(configuration: configuration)
        let state = try store.loadState()
        let gtids = state.gtidExecuted.union(log.gtidExecuted)
        order = SharedGroupCore(
            core: GroupCore(
                lineage: state.lineage, ownUUID: configuration.serverUUID, isGroup: false, position: state.position,
                source: configuration.serverUUID, blockSize: 1, certified: gtids, isSinglePrimary: true,
                viewChangeSource: configuration.serverUUID))
        transactions = TransactionManager(order: order, communication: communication)
        let relay = HookRelay()
        applier = Applier(
            store: store, log: log, lineage: state.lineage, applied: state.position,
            hooks: Applier.Hooks(
                appliedWaitingForAll: { relay.owner?.appliedWaitingForAll($0) },
                appliedView: { relay.owner?.appliedView(at: $0, history: $1) },
                logMark: { communication.logMark },
                failed: { relay.owner?.applierFailed($0) },
                differs: { relay.owner?.settleDifference(at: $0, $1) ?? false }),
            spillDirectory: configuration.stateDirectory, memoryLimit: configuration.applierMemoryLimit)
        transactions.applier = applier
        relay.owner = self
    }

    /// The applier's hooks reach the owner through this, since the owner is made after the applier.
    ///
    /// Safe: `owner` is set once, before the applier's thread starts; weak references are read atomically.
    private final class HookRelay: @unchecked Sendable {
        weak var owner: GroupReplication?
    }

    /// Runs `body` with the local state.
    func withLocal<Result, Failure: Error>(_ body: (inout Local) throws(Failure) -> Result) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&local)
    }

    var configuration: GroupReplicationConfiguration { withLocal { $0.configuration } }
    var phase: Phase { withLocal { $0.phase } }

    func setPhase(_ phase: Phase) {
        withLocal {
            $0.phase = phase
            changed.broadcast()
        }
    }

    /// Whether this server is in a group, or on its way in or out (`plugin is running`).
    public var isRunning: Bool {
        switch phase {
        case .starting, .member, .stopping, .error: true
        case .closed, .standalone, .dormant: false
        }
    }

    /// Takes changed variables over. What a running member may not change, the variables' table refuses.
    public func reconfigure(_ configuration: GroupReplicationConfiguration) {
        withLocal { $0.configuration = configuration }
        let isGroup = order.withCore { $0.isGroup }
        transactions.configure(
            isGroup: isGroup, sizeLimit: configuration.transactionSizeLimit, flowControl: configuration.flowControl)
    }

    /// `group_replication_member_expel_timeout`; acts on existing suspicions.
    public func setExpelTimeout(_ timeout: Duration) {
        communication.command(.setExpelTimeout(timeout))
    }

    /// What this member says of itself.
    func ownState(status: MemberStatus) -> MemberState {
        let configuration = self.configuration
        let (gtids, inAction, lineage) = order.withCore { ($0.allocator.certified, $0.action != nil, $0.dataLineage) }
        var told = gtids
        if let view = withLocal({ $0.givenUpView }) { told.remove(view) }
        return MemberState(
            host: configuration.reportHost, port: configuration.reportPort, uuid: configuration.serverUUID,
            version: configuration.serverVersion, weight: UInt8(clamping: configuration.memberWeight), status: status,
            gtids: told, settings: SharedSettings(configuration), recoveryEndpoints: recoveryEndpoints(configuration),
            isInAction: inAction,
            followsMode: withLocal { $0.knownMode == configuration.mode }, dataLineage: lineage)
    }

    private func recoveryEndpoints(_ configuration: GroupReplicationConfiguration) -> [String] {
        if configuration.advertiseRecoveryEndpoints == RecoveryEndpoints.byDefault {
            return ["\(configuration.reportHost):\(configuration.reportPort)"]
        }
        return configuration.advertiseRecoveryEndpoints.split(separator: ",").map {
            String($0.drop { $0 == " " })
        }
    }

    /// A mark in the order: `body` runs on the communication thread when it is delivered.
    func placeMark(_ body: @escaping @Sendable () -> Void) {
        let ticket = withLocal { _ in
            nextMark += 1
            marks[nextMark] = body
            return nextMark
        }
        sendControl(GroupMessage.mark(origin: order.ownIdentity, ticket: ticket))
    }
}
