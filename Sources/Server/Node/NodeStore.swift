import Accounts
import BinaryLog
import Glibc
import GroupCommunication
import GroupReplication
import MySQLProtocol
import MySQLTypes
import Platform
import SQLDefinitions
import SQLEngine
import Storage

/// The node's data as group replication sees it: certified transactions in, applied in one SQLite transaction with the
/// position and the GTIDs that they lead to.
///
/// Safe: the applier's connection and what belongs to it are used under `applierLock`.
final class NodeStore: TransactionStore, @unchecked Sendable {
    private let database: Database
    // The applier's thread, or who starts, stops or recovers while that one rests; under `applierLock`.
    private let applier: ApplierConnection
    private let definitions: DefinitionExecutor
    private var gtids: GTIDSet
    private var refused: [LogPosition]
    private var logMark: GroupLogMark?
    private var transactions: TransactionHistory
    /// Of the lineage that the position counts in.
    private var lastView: (position: LogPosition, history: UInt64)
    private var lineage: UInt64
    /// Refused statements are remembered until what they left in the log is certainly synchronised.
    private static let rememberedRefusals = 4096

    private let applierLock = Lock()
    private let space: SpaceWait
    /// Why the last try failed; the applier's thread.
    private var isDiskFull = false

    /// The accounts to take over once the copy that is being made has come to where the damaged one was.
    private var carried: RebuildRecord?

    /// `space`: what waits while the disk is full.
    init(
        database: Database, tableNameCase: TableNameCase, rebuild: RebuildRecord?, space: SpaceWait
    ) throws(StorageError) {
        carried = rebuild
        self.database = database
        self.space = space
        applier = try ApplierConnection(database)
        definitions = DefinitionExecutor(applier, tableNameCase: tableNameCase)
        let state = try NodeStore.state(try applier.storedPosition())
        gtids = state.gtidExecuted
        refused = state.refusedPositions
        logMark = state.logMark
        transactions = TransactionHistory(value: state.history)
        lastView = (state.lastView, state.lastViewHistory)
        lineage = state.lineage
    }

    private static func state(_ stored: StoredPosition) throws(StorageError) -> StoreState {
        var state = StoreState(lineage: stored.lineage, position: LogPosition(rawValue: stored.position))
        do throws(MalformedBytes) {
            if !stored.gtidExecuted.isEmpty { state.gtidExecuted = try GTIDSet(encoded: stored.gtidExecuted[...]) }
            var reader = ByteReader(stored.extra)
            if !reader.isAtEnd {
                state.hash = try reader.readUInt64()
                state.history = try reader.readUInt64()
                state.lastView = LogPosition(rawValue: try reader.readUInt64())
                state.lastViewHistory = try reader.readUInt64()
                let mark = try reader.readGroupLogMark()
                if mark.generation != 0 { state.logMark = mark }
            }
            while !reader.isAtEnd { state.refusedPositions.append(LogPosition(rawValue: try reader.readUInt64())) }
        } catch {
            throw .malformed("the stored position: \(error.description)")
        }
        return state
    }

    // MARK: TransactionStore

    var history: UInt64 { applierLock.withLock { transactions.value } }

    func loadState() throws(SQLError) -> StoreState {
        do throws(StorageError) {
            return try applierLock.withLock { () throws(StorageError) in try NodeStore.state(try applier.storedPosition()) }
        } catch {
            throw NodeStore.failure(error)
        }
    }

    func apply(
        _ batch: ApplyBatch, beforeCommit: ([TransactionOutcome]) throws(SQLError) -> Void
    ) throws(ApplyFailure) -> [TransactionOutcome] {
        var logged: [TransactionOutcome]?
        var episode: SpaceWait.Episode?
        defer { episode?.end(isWritten: false) }
        while true {
            do throws(ApplyFailure) {
                let outcomes = try applyOnce(batch) { outcomes throws(SQLError) in
                    // The binary log has it from the try before.
                    if let logged { return try NodeStore.requireEqual(logged, outcomes) }
                    try beforeCommit(outcomes)
                    logged = outcomes
                }
                episode?.end(isWritten: true)
                return outcomes
            } catch {
                // The batch was rolled back, so that nobody who begins or ends a transaction waits with it.
                guard isDiskFull else { throw error }
                let waiting = episode ?? space.begin(FileError(.write, database.configuration.path, ENOSPC))
                episode = waiting
                guard waiting.pause() else { throw error }
            }
        }
    }

    /// What is done again must come to the same.
    private static func requireEqual(_ first: [TransactionOutcome], _ second: [TransactionOutcome]) throws(SQLError) {
        let isEqual = first.count == second.count && zip(first, second).allSatisfy {
            switch ($0, $1) {
            case (.applied, .applied), (.refused, .refused): true
            case (.applied, .refused), (.refused, .applied): false
            }
        }
        guard isEqual else { throw SQLError(.getErrno, 1, "a statement ended otherwise when it was done again") }
    }

    private func applyOnce(
        _ batch: ApplyBatch, beforeCommit: ([TransactionOutcome]) throws(SQLError) -> Void
    ) throws(ApplyFailure) -> [TransactionOutcome] {
        applierLock.lock()
        defer { applierLock.unlock() }
        isDiskFull = false
        var outcomes: [TransactionOutcome] = []
        outcomes.reserveCapacity(batch.transactions.count)
        let (gtidsBefore, refusedBefore, carriedBefore, historyBefore) = (gtids, refused, carried, transactions)
        let viewBefore = lastView
        var current = LogPosition.zero
        do {
            try applier.begin()
            for transaction in batch.transactions {
                current = transaction.position
                outcomes.append(try apply(transaction))
                if let gtid = transaction.gtid { gtids.insert(gtid) }
                if let outcome = outcomes.last { transactions.add(transaction, outcome) }
            }
            for gtid in batch.additionalGTIDs {
                gtids.insert(gtid)
                transactions.add(gtid)
            }
            if carried != nil { try takeAccountsOver() }
            if let mark = batch.logMark { logMark = mark }
            var extra = ByteWriter(capacity: 32 + GroupLogMark.encodedSize + 8 * refused.count)
            extra.write(batch.hash)
            extra.write(transactions.value)
            if batch.endsWithView {
                lastView = (batch.endPosition, transactions.value)
            } else if batch.lineage != lineage {
                lastView = (.zero, 0)
            }
            extra.write(lastView.position.rawValue)
            extra.write(lastView.history)
            extra.write(logMark ?? GroupLogMark(generation: 0, segment: 0, end: 0))
            for position in refused { extra.write(position.rawValue) }
            let position = StoredPosition(
                lineage: batch.lineage, position: batch.endPosition.rawValue, gtidExecuted: gtids.encoded,
                extra: extra.bytes)
            try applier.commit(position) { try beforeCommit(outcomes) }
            lineage = batch.lineage
            return outcomes
        } catch {
            applier.rollback()
            (gtids, refused, carried, transactions) = (gtidsBefore, refusedBefore, carriedBefore, historyBefore)
            lastView = viewBefore
            if let error = error as? SQLError { throw ApplyFailure(error, database.damage.isClear ? .trouble : .damage) }
            isDiskFull = (error as? StorageError)?.isDiskFull ?? false
            guard let error = error as? StorageError else { throw ApplyFailure(SQLError(.unknownError, "\(error)")) }
            throw ApplyFailure(NodeStore.failure(error), NodeStore.cause(error, at: current))
        }
    }

    /// In the transaction with which the copy comes to the damaged one's place: statements on accounts are batches of their own, so
    /// that those above it find the accounts as they were there.
    private func takeAccountsOver() throws(StorageError) {
        guard let carried, carried.executed.isSubset(of: gtids) else { return }
        if !CarriedAccounts.areTakenOver(applier) { try CarriedAccounts.takeOver(carried.accounts, applier) }
        self.carried = nil
    }

    private func apply(_ transaction: CertifiedTransaction) throws -> TransactionOutcome {
        if transaction.isTurnedDown {
            note(refusedAt: transaction.position)
            return .refused(SQLError(.runHookError, "before_commit"))
        }
        switch transaction.message.kind {
        case .rows:
            try applier.apply(transaction.message.body)
            return .applied
        case .empty: return .applied
        case .statement:
            do throws(SQLError) {
                try definitions.execute(transaction.message.body, position: transaction.position.rawValue)
                return .applied
            } catch {
                note(refusedAt: transaction.position)
                return .refused(error)
            }
        }
    }

    private func note(refusedAt position: LogPosition) {
        refused.append(position)
        if refused.count > NodeStore.rememberedRefusals { refused.removeFirst() }
    }

    func interruptStatement() {
        definitions.interrupt()
        space.cancel()
    }

    func synchronize() throws(SQLError) -> LogPosition {
        do throws(StorageError) {
            return LogPosition(rawValue: try database.synchronize())
        } catch {
            throw NodeStore.failure(error)
        }
    }

    func oldestSnapshot() -> LogPosition? {
        database.oldestSnapshot().map { LogPosition(rawValue: $0) }
    }

    func certified(remoteWriteSet: [UInt64], kind: TransactionMessage.Kind) {
        switch kind {
        case .rows, .empty: database.doomLockHolders(of: remoteWriteSet)
        case .statement: database.doomMetadataLockHolders(of: remoteWriteSet)
        }
    }

    private static func cause(_ error: StorageError, at position: LogPosition) -> ApplyFailure.Cause {
        switch error {
        case .damaged: .damage
        case .diverged: .differs(at: position)
        default: .trouble
        }
    }

    private static func failure(_ error: StorageError) -> SQLError {
        switch error {
        case .diverged(let what): SQLError(.getErrno, 1, "this member's data differs from the group's: \(what)")
        case .sqlite(let code, let message): SQLError(.getErrno, Int(code), message)
        case .damaged(let damage): SQLError(.getErrno, 126, "damage in \(damage)")
        case .malformed(let what), .unusable(let what): SQLError(.getErrno, 1, what)
        default: SQLError(.getErrno, 1, "\(error)")
        }
    }
}
