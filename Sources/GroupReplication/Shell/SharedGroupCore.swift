import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// The ``GroupCore`` behind its lock. The communication thread changes it; sessions ask it about rows, the control thread
/// and monitoring about the group. The lock is held for well under a microsecond a row, never while anything waits.
///
/// Safe: everything that changes is guarded by `lock`.
final class SharedGroupCore: @unchecked Sendable {
    let lock = Lock()
    /// Only with the lock held.
    var core: GroupCore
    /// This server in its present incarnation; random incarnation while standalone.
    private var identity: MemberIdentity

    init(core: GroupCore) {
        self.core = core
        identity = MemberIdentity(serverUUID: core.ownUUID, incarnation: 1)
    }

    /// This member as the group's messages name it.
    var ownIdentity: MemberIdentity { lock.withLock { identity } }

    func setIdentity(_ identity: MemberIdentity) {
        lock.withLock { self.identity = identity }
    }

    /// Runs `body` with the core.
    @inline(__always)
    func withCore<Result, Failure: Error>(_ body: (inout GroupCore) throws(Failure) -> Result) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&core)
    }

    /// Rows that changes of this server alone wrote (`SET SQL_LOG_BIN = 0`), and at which place of the order: the other
    /// members know nothing of them, so they count for this server's sessions only. Guarded by ``lock``.
    private var localWriters: [UInt64: LogPosition] = [:]

    func newerWriter(of hash: UInt64, than snapshot: LogPosition) -> LogPosition? {
        lock.withLock { newestKnown(of: hash, than: snapshot) }
    }

    /// With the lock held.
    private func newestKnown(of hash: UInt64, than snapshot: LogPosition) -> LogPosition? {
        let ordered = core.certifier.newerWriter(of: hash, than: snapshot)
        guard !localWriters.isEmpty, let local = localWriters[hash], local > snapshot else { return ordered }
        return max(local, ordered ?? .zero)
    }

    /// Judges a change of this server alone at its place in the order, as certification judges the group's: false when
    /// somebody wrote, after its snapshot, what it wrote or relied on.
    func admitLocal(_ message: TransactionMessage, at position: LogPosition) -> Bool {
        lock.withLock {
            for hash in message.writeSet + message.readSet
            where newestKnown(of: hash, than: message.snapshot) != nil { return false }
            for hash in message.writeSet { localWriters[hash] = position }
            return true
        }
    }

    /// Forgets local writers that every running transaction sees.
    func forgetLocalWriters(upTo oldestSnapshot: LogPosition) {
        lock.withLock {
            if !localWriters.isEmpty { localWriters = localWriters.filter { $0.value > oldestSnapshot } }
        }
    }

    func newestWriter(of hashes: [UInt64], than snapshot: LogPosition) -> LogPosition? {
        lock.withLock {
            var newest: LogPosition?
            for hash in hashes {
                guard let position = newestKnown(of: hash, than: snapshot) else { continue }
                if position > newest ?? .zero { newest = position }
            }
            return newest
        }
    }

    /// A new snapshot for a transaction that failed for the floor alone: nil when something newer may have touched it.
    func renewedSnapshot(for message: TransactionMessage) -> LogPosition? {
        withCore { core in
            core.certifier.recheck(
                snapshot: message.snapshot, writeSet: message.writeSet, readSet: message.readSet)
                ? core.position : nil
        }
    }
}
