import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// The ``GroupCore`` behind its lock. The communication thread changes it; sessions ask it about rows, the control thread
/// and monitoring about the group. The lock is held for well under a microsecond a row, never while anything waits.
final class OrderedState: @unchecked Sendable {
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

    func newerWriter(of hash: UInt64, than snapshot: LogPosition) -> LogPosition? {
        withCore { $0.certifier.newerWriter(of: hash, than: snapshot) }
    }

    func newestWriter(of hashes: [UInt64], than snapshot: LogPosition) -> LogPosition? {
        withCore { core in
            var newest: LogPosition?
            for hash in hashes {
                guard let position = core.certifier.newerWriter(of: hash, than: snapshot) else { continue }
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
