import Glibc
import MySQLTypes
import Platform
import Storage
import Synchronization

/// Orders, certifies and applies what sessions commit: what a group of one does, without log and network. What it applies
/// it applies to a second database too, which must come out equal.
final class GroupOfOne: Sendable {
    struct Conflict: Error {}

    private struct Ticket: Sendable {
        var position: UInt64
        var body: [UInt8]
        var ddl: (@Sendable (ApplierConnection) throws -> Void)?
    }

    let database: Database
    private let replica: Database?
    private let checkpointer: Checkpointer
    private let lock = Lock()
    private let condition = Condition()
    // Safe: guarded by `lock`, but for `thread`, which `init` sets and `stop` joins.
    nonisolated(unsafe) private var newest: [UInt64: UInt64] = [:]
    nonisolated(unsafe) private var ordered: UInt64
    nonisolated(unsafe) private var queue: [Ticket] = []
    nonisolated(unsafe) private var isStopping = false
    nonisolated(unsafe) private var thread: Thread?
    let batches = Atomic<Int>(0)
    let transactions = Atomic<Int>(0)

    static func configuration(_ path: String) -> Database.Configuration {
        var configuration = Database.Configuration(path: path)
        configuration.prepare = { connection throws(StorageError) in registerDecimal(connection) }
        return configuration
    }

    init(directory: String, withReplica: Bool) throws {
        database = try Database.open(Self.configuration(directory + "/rows.db"))
        replica = withReplica ? try Database.open(Self.configuration(directory + "/replica.db")) : nil
        ordered = database.appliedPosition
        checkpointer = Checkpointer(database)
        try checkpointer.start()
        database.setNewerVersionLookup { [self] hash, snapshot in
            lock.withLock {
                guard let position = newest[hash], position > snapshot else { return nil }
                return position
            }
        }
        // Safe: handed over to the applier's thread, which alone uses them.
        nonisolated(unsafe) let applier = try ApplierConnection(database)
        nonisolated(unsafe) let second = try replica.map { replica throws in try ApplierConnection(replica) }
        thread = Thread.start(name: "applier") { [self] in apply(applier, second) }
    }

    func stop() {
        lock.withLock {
            isStopping = true
            condition.broadcast()
        }
        thread?.join()
        checkpointer.stop()
        database.setNewerVersionLookup { _, _ in nil }
    }

    private func apply(_ applier: ApplierConnection, _ replica: ApplierConnection?) {
        while true {
            let batch = lock.withLock { () -> [Ticket] in
                while queue.isEmpty && !isStopping { condition.wait(lock) }
                defer { queue.removeAll(keepingCapacity: true) }
                return queue
            }
            guard let last = batch.last else { return }
            do {
                for target in [replica, applier] {
                    guard let target else { continue }
                    try target.begin()
                    for ticket in batch {
                        if let ddl = ticket.ddl {
                            try target.inSavepoint { try ddl(target) }
                        } else {
                            try target.apply(ticket.body[...])
                        }
                    }
                    try target.commit(StoredPosition(lineage: 1, position: last.position))
                }
            } catch {
                fail("the applier: \(error)")
            }
            batches.add(1, ordering: .relaxed)
            transactions.add(batch.count, ordering: .relaxed)
        }
    }

    private func order(
        snapshot: UInt64, writeSet: [UInt64], readSet: [UInt64], body: [UInt8],
        ddl: (@Sendable (ApplierConnection) throws -> Void)? = nil
    ) throws -> UInt64 {
        try lock.withLock { () throws in
            for hash in writeSet where (newest[hash] ?? 0) > snapshot { throw Conflict() }
            for hash in readSet where (newest[hash] ?? 0) > snapshot { throw Conflict() }
            ordered += 1
            for hash in writeSet { newest[hash] = ordered }
            queue.append(Ticket(position: ordered, body: body, ddl: ddl))
            condition.signal()
            return ordered
        }
    }

    private func awaitApplied(_ position: UInt64) {
        if !database.waitUntilApplied(position, until: MonotonicTime.now() + .seconds(60), for: nil) {
            fail("position \(position) was not applied within a minute")
        }
    }

    @discardableResult
    func commit(_ session: SessionConnection) throws -> UInt64 {
        defer { session.endTransaction() }
        let captured = try session.prepareCommit()
        if captured.isEmpty { return 0 }
        let body = try captured.events(serverID: 1, timestamp: 0)
        let position = try order(
            snapshot: session.snapshot, writeSet: captured.writeSet(), readSet: captured.readSet(), body: body)
        awaitApplied(position)
        return position
    }

    func ddl(_ objects: [UInt64], _ body: @escaping @Sendable (ApplierConnection) throws -> Void) throws {
        let position = try order(snapshot: .max, writeSet: objects, readSet: [], body: [], ddl: body)
        database.doomMetadataLockHolders(of: objects)
        awaitApplied(position)
    }
}

func fail(_ message: String) -> Never {
    report("FAILED: \(message)")
    exit(1)
}

func report(_ message: String) {
    let bytes = Array((message + "\n").utf8)
    _ = write(2, bytes, bytes.count)
}
