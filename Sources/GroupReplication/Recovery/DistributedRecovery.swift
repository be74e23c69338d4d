import BinaryLog
import Glibc
import GroupCommunication
import MySQLProtocol
import Network
import Platform

/// Brings a member that joined up to where it joined: streams what it lacks from a donor's binary log and applies it, on a
/// thread of its own, while the applier holds what the group orders meanwhile.
///
/// Safe: what others ask for is guarded by `lock`; `context` belongs to the recovery's thread.
final class DistributedRecovery: @unchecked Sendable {
    /// How it ended.
    enum Outcome: Sendable {
        case done
        case cancelled
        case failed(String)
    }

    /// A member that can give what is missing.
    struct Donor: Sendable {
        var uuid: UUID
        var endpoints: [String]
    }

    /// What it needs of its surroundings.
    struct Context: Sendable {
        var store: any TransactionStore
        var log: any TransactionLog
        var lineage: UInt64
        /// What must be executed before the applier may go on.
        var needed: GTIDSet
        /// What the store holds, and what the binary log holds. After a crash either may be ahead of the other: what only the
        /// log has is applied, what only the store has is logged.
        var executed: GTIDSet
        var logged: GTIDSet
        var retryCount: Int
        var reconnectInterval: Duration
        /// The ONLINE members at this moment.
        var donors: @Sendable () -> [Donor]
        var settings: @Sendable () throws(SQLError) -> DonorConnection.Settings
        var status: @Sendable (ChannelStatus) -> Void
    }

    static let maximumBatchTransactions = 1_000
    static let maximumBatchBytes = 16 << 20
    /// How long a donor may stand still before it is given up for another.
    static let donorPatience: Duration = .seconds(8)
    private static let diskFullNumber = SQLError(.diskFull, "", 0, "").code
    /// Until donors whose disks were full are asked again.
    private static let fullDonorPause: Duration = .seconds(1)

    private var context: Context
    private let lock = Lock()
    private let changed = Condition()
    private var isCancelled = false
    private var connection: DonorConnection?
    private var thread: Thread?
    private var status = ChannelStatus(name: "group_replication_recovery")
    /// Donors that do not have what is missing, and do not get it.
    private var lackingDonors: Set<UUID> = []
    /// The donor that was last told of as waiting for space on its disk.
    private var fullDonor: UUID?
    /// No donor has the beginning of what the binary log lacks any more: only the data are made whole.
    private var leavesLogGap = false

    init(_ context: Context) {
        self.context = context
    }

    /// Starts the thread; `finished` is called on it at the end.
    func start(_ finished: @escaping @Sendable (Outcome) -> Void) {
        thread = Thread.start(name: "gr-recovery") { [self] in finished(run()) }
        if thread == nil { finished(.failed("The system has no thread left.")) }
    }

    /// Ends it as soon as it can. Any thread but its own.
    func cancel() {
        lock.withLock {
            isCancelled = true
            connection?.interrupt()
            changed.broadcast()
        }
        thread?.join()
    }

    private var wasCancelled: Bool { lock.withLock { isCancelled } }

    private func pause(_ duration: Duration) {
        let deadline = MonotonicTime.now() + duration
        lock.withLock {
            while !isCancelled && MonotonicTime.now() < deadline { _ = changed.wait(lock, until: deadline) }
        }
    }

    private func report(_ change: (inout ChannelStatus) -> Void) {
        change(&status)
        context.status(status)
    }

    private func run() -> Outcome {
        defer {
            report {
                $0.isReceiving = false
                $0.isApplying = false
            }
        }
        var attempts = 0
        var lastProblem = "no donor was found"
        while !isComplete {
            let donors = context.donors().shuffled()
            if donors.isEmpty {
                pause(.milliseconds(100))
                if wasCancelled { return .cancelled }
                continue
            }
            var isAnyFull = false
            for donor in donors {
                if wasCancelled { return .cancelled }
                attempts += 1
                if attempts > max(1, context.retryCount) {
                    return .failed(
                        "Maximum number of retries when trying to connect to a donor reached. Aborting group "
                            + "replication incremental recovery. The last problem was: \(lastProblem)")
                }
                do throws(SQLError) {
                    try stream(from: donor)
                } catch {
                    if wasCancelled { return .cancelled }
                    if error.code == DistributedRecovery.diskFullNumber {
                        // It has what is missing, or will: this member waits as the donor does.
                        isAnyFull = true
                        attempts -= 1
                        noteFull(error, donor)
                        continue
                    }
                    lastProblem = error.message
                    note(error, donor)
                    if DistributedRecovery.tellsPurged(error) {
                        leavesLogGap = true
                        lackingDonors.insert(donor.uuid)
                    }
                }
                if isComplete { return .done }
            }
            if !isAnyFull, donors.allSatisfy({ lackingDonors.contains($0.uuid) }) {
                return .failed(
                    "No valid or ONLINE members exist to get the missing data from the group. For cloning check if donors of the "
                        + "same version and with clone plugin installed exist. For incremental recovery check if you have donors "
                        + "where the required data was not purged from the binary logs. The last problem was: \(lastProblem)")
            }
            pause(isAnyFull ? min(context.reconnectInterval, DistributedRecovery.fullDonorPause) : context.reconnectInterval)
            if wasCancelled { return .cancelled }
        }
        return .done
    }

    /// The donor's answer that its log does not reach back far enough (ER_SOURCE_FATAL_ERROR_READING_BINLOG). The same number
    /// tells of a damaged log: that is this donor's alone.
    private static func tellsPurged(_ error: SQLError) -> Bool {
        error.code == 1236 && error.message.contains("purged required binary logs")
    }

    private var isComplete: Bool {
        context.needed.isSubset(of: context.executed)
            && (leavesLogGap || context.needed.isSubset(of: context.logged))
    }

    /// What no donor has to send.
    private var settled: GTIDSet {
        leavesLogGap ? context.executed : context.executed.intersection(context.logged)
    }

    /// The donor waits for space on its disk, and this member with it.
    private func noteFull(_ error: SQLError, _ donor: Donor) {
        reportProblem(error)
        guard fullDonor != donor.uuid else { return }
        fullDonor = donor.uuid
        PluginLog.report(
            .warning, code: .own,
            "The donor server \(donor.endpoints.first ?? "?") waits for space on its disk and lacks transactions that this member needs. "
                + "Recovery goes on when it, or another donor, has them.")
    }

    private func reportProblem(_ error: SQLError) {
        report {
            $0.lastErrorNumber = error.code
            $0.lastErrorMessage = error.message
            $0.lastErrorTimestamp = UInt64(WallClock.microseconds())
        }
    }

    private func note(_ error: SQLError, _ donor: Donor) {
        reportProblem(error)
        let address = donor.endpoints.first ?? "?"
        PluginLog.report(
            .error, code: .donorServerConnection,
            "There was an error when connecting to the donor server \(address), or while receiving from it: "
                + "\(error.code) \(error.message). Please check that group_replication_recovery channel credentials "
                + "and all MEMBER_HOST column values of performance_schema.replication_group_members table are "
                + "correct and DNS resolvable.")
    }

    private func stream(from donor: Donor) throws(SQLError) {
        let settings = try context.settings()
        let connection = try connect(donor, settings)
        lock.withLock {
            self.connection = connection
            if isCancelled { connection.interrupt() }
        }
        defer { lock.withLock { self.connection = nil } }
        PluginLog.report(
            .note, code: .establishRecoveryWithDonor,
            "Establishing group recovery connection with a possible donor. Connected to \(donor.endpoints.joined(separator: ", ")).")
        report {
            $0.sourceUUID = donor.uuid.description
            $0.sourceUser = settings.credentials.user
            $0.isReceiving = true
            $0.isApplying = true
        }
        try awaitMissing(connection, donor)
        try connection.startDump(executed: settled, settings: settings)
        var movedAt = MonotonicTime.now()
        var assembler = EventGroupAssembler(origin: donor.uuid)
        var batch: [RecoveredGroup] = []
        var bytes = 0
        while true {
            guard let event = try connection.nextEvent() else {
                try apply(&batch)
                throw SQLError(code: 1236, sqlState: "HY000", message: "The donor ended its stream too early")
            }
            if DonorConnection.isHeartbeat(event) {
                guard MonotonicTime.now() - movedAt < DistributedRecovery.donorPatience else {
                    try apply(&batch)
                    try giveWayToFullDisk(with: donor, settings)
                    lackingDonors.insert(donor.uuid)
                    throw SQLError(
                        code: 1236, sqlState: "HY000",
                        message: "The donor has sent all that its binary log has, and this member still lacks "
                            + "\(context.needed.subtracting(settled))")
                }
            } else {
                movedAt = .now()
            }
            let group: RecoveredGroup?
            do throws(MalformedBytes) {
                group = try assembler.take(event)
            } catch {
                throw SQLError(
                    code: 1594, sqlState: "HY000",
                    message: "Relay log read failure: the donor sent \(error.description)")
            }
            guard let group else { continue }
            // What was ordered after this member joined reaches it by the group itself.
            if context.needed.contains(group.gtid)
                && !(context.executed.contains(group.gtid) && context.logged.contains(group.gtid))
            {
                if isStatement(group) {
                    try apply(&batch)
                    batch.append(group)
                    try apply(&batch)
                    bytes = 0
                } else {
                    batch.append(group)
                    bytes += group.byteCount
                }
            }
            let isLast = batch.isEmpty || !connection.hasMore
            if isLast || batch.count >= DistributedRecovery.maximumBatchTransactions
                || bytes >= DistributedRecovery.maximumBatchBytes
            {
                try apply(&batch)
                bytes = 0
                // This member's own disk may have been full meanwhile.
                movedAt = .now()
                if isComplete { return }
                if wasCancelled { return }
            }
        }
    }

    /// A donor may be about to apply what is missing here. One that lacks it and does not move is given up for another.
    private func awaitMissing(_ connection: DonorConnection, _ donor: Donor) throws(SQLError) {
        let missing = context.needed.subtracting(settled)
        var lacking: String?
        var movedAt = MonotonicTime.now()
        while true {
            let now = try connection.transactionsLacking(of: missing)
            if now.isEmpty || wasCancelled { return }
            if now != lacking { (lacking, movedAt) = (now, .now()) }
            if try connection.waitsForSpace() { throw DistributedRecovery.fullError(donor) }
            guard MonotonicTime.now() - movedAt < DistributedRecovery.donorPatience else {
                lackingDonors.insert(donor.uuid)
                throw SQLError(
                    code: 1236, sqlState: "HY000", message: "The donor lacks transactions that the group has: \(now)")
            }
            pause(.milliseconds(200))
        }
    }

    private static func fullError(_ donor: Donor) -> SQLError {
        SQLError(.diskFull, "the donor \(donor.endpoints.first ?? "?")", Int(ENOSPC), "No space left on device")
    }

    /// Its stream stands still; a donor without space on its disk says so on another connection.
    private func giveWayToFullDisk(with donor: Donor, _ settings: DonorConnection.Settings) throws(SQLError) {
        let isFull: Bool
        do throws(SQLError) {
            isFull = try connect(donor, settings).waitsForSpace()
        } catch {
            return
        }
        if isFull { throw DistributedRecovery.fullError(donor) }
    }

    private func connect(
        _ donor: Donor, _ settings: DonorConnection.Settings
    ) throws(SQLError) -> DonorConnection {
        var problem = SQLError(code: 2003, sqlState: "HY000", message: "The donor names no recovery endpoint")
        for endpoint in donor.endpoints {
            guard let (host, port) = SocketAddress.parse(endpoint) else { continue }
            report {
                $0.sourceHost = host
                $0.sourcePort = port
            }
            do throws(SQLError) {
                return try DonorConnection(host: host, port: port, settings: settings)
            } catch {
                problem = error
            }
        }
        throw problem
    }

    private func isStatement(_ group: RecoveredGroup) -> Bool {
        if case .transaction(let message) = group.content { return message.kind == .statement }
        return false
    }

    /// Applies what the store lacks and logs what the log lacks.
    private func apply(_ groups: inout [RecoveredGroup]) throws(SQLError) {
        guard !groups.isEmpty else { return }
        var batch = ApplyBatch(
            lineage: context.lineage, transactions: [], endPosition: .zero, additionalGTIDs: [], isRecovery: true)
        for group in groups where !context.executed.contains(group.gtid) {
            switch group.content {
            case .transaction(let message): batch.transactions.append(certified(group, message))
            case .viewChange: batch.additionalGTIDs.append(group.gtid)
            }
        }
        let now = UInt64(WallClock.microseconds())
        if batch.transactions.isEmpty && batch.additionalGTIDs.isEmpty {
            try context.log.append(loggable(groups, outcomes: [], now: now))
        } else {
            let taken = groups
            do throws(ApplyFailure) {
                _ = try context.store.apply(batch) { (outcomes) throws(SQLError) in
                    try context.log.append(loggable(taken, outcomes: outcomes, now: now))
                }
            } catch {
                throw error.error
            }
        }
        for group in groups {
            context.executed.insert(group.gtid)
            context.logged.insert(group.gtid)
        }
        if let last = groups.last {
            report {
                $0.lastApplied.gtid = last.gtid.description
                $0.lastApplied.end = now
                $0.lastQueued.gtid = last.gtid.description
                $0.lastQueued.end = now
            }
        }
        groups.removeAll()
    }

    private func certified(_ group: RecoveredGroup, _ message: TransactionMessage) -> CertifiedTransaction {
        CertifiedTransaction(
            position: .zero, gtid: group.gtid, message: message, isLocal: false, lastCommitted: 0, sequenceNumber: 0,
            contentHash: HistoryHash.content(of: message.body))
    }

    /// The groups that the log lacks. `outcomes`: of those that were applied just now, in order.
    private func loggable(_ groups: [RecoveredGroup], outcomes: [TransactionOutcome], now: UInt64) -> [LoggedGroup] {
        var result: [LoggedGroup] = []
        var index = 0
        for group in groups {
            let isLogged = context.logged.contains(group.gtid)
            switch group.content {
            case .transaction(let message):
                var isRefused = false
                if !context.executed.contains(group.gtid) {
                    if case .refused = outcomes[index] { isRefused = true }
                    index += 1
                }
                if !isLogged {
                    result.append(
                        .transaction(certified(group, message), gtid: group.gtid, isRefused: isRefused))
                }
            case .viewChange(let view):
                if !isLogged { result.append(.viewChange(group.gtid, view: view, timestamp: now)) }
            }
        }
        return result
    }
}
