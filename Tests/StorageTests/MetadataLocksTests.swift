import Platform
import Testing

@testable import Storage

/// Metadata locks and the global read lock, without a database.
@Suite struct MetadataLocksTests {
    private let modes: [MetadataLockMode] = [.read, .write, .readOnly, .noReadWrite, .exclusive]

    @Test func modesExcludeEachOtherAsInMySQL() {
        let admitted: Set<[MetadataLockMode]> = [
            [.read, .read], [.read, .write], [.read, .readOnly], [.write, .read], [.write, .write], [.readOnly, .read],
            [.readOnly, .readOnly],
        ]
        for held in modes {
            for wanted in modes {
                let locks = MetadataLocks(graph: WaitGraph())
                let (first, second) = (LockOwner(id: 1), LockOwner(id: 2))
                #expect(locks.acquire(7, held, for: first, wait: .never) == .granted)
                let expected: LockOutcome = admitted.contains([held, wanted]) ? .granted : .busy
                #expect(locks.acquire(7, wanted, for: second, wait: .never) == expected, "\(held), then \(wanted)")
                locks.release(7, of: first)
                locks.release(7, of: second)
                #expect(locks.count == 0)
            }
        }
    }

    @Test func explicitLocksOutliveTransactionsAndTellReaders() {
        let locks = MetadataLocks(graph: WaitGraph())
        let owner = LockOwner(id: 1)
        #expect(!locks.mayExcludeReaders)
        #expect(locks.acquire(7, .noReadWrite, .explicit, for: owner, wait: .never) == .granted)
        #expect(locks.mayExcludeReaders)
        #expect(locks.acquire(7, .write, for: owner, wait: .never) == .alreadyHeld)
        #expect(locks.acquire(7, .exclusive, for: owner, wait: .never) == .granted)
        locks.release(7, .transaction, of: owner)
        #expect(locks.mayExcludeReaders)
        locks.release(7, .explicit, of: owner)
        #expect(!locks.mayExcludeReaders && locks.count == 0)
    }

    @Test func aWaitEndsWithTheTimeoutAndLeavesNothing() {
        let locks = MetadataLocks(graph: WaitGraph())
        let (first, second) = (LockOwner(id: 1), LockOwner(id: 2))
        #expect(locks.acquire(7, .write, for: first, wait: .never) == .granted)
        #expect(locks.acquire(7, .noReadWrite, for: second, wait: .atMost(.milliseconds(20))) == .timedOut)
        #expect(!locks.mayExcludeReaders && !locks.hasWaiters)
        #expect(locks.acquire(7, .write, for: second, wait: .never) == .granted)
    }

    @Test func theGlobalReadLockStopsWritersAndWaitsForCommits() {
        let lock = GlobalReadLock(graph: WaitGraph())
        let (holder, writer) = (LockOwner(id: 1), LockOwner(id: 2))
        let soon = { MonotonicTime.now() + .milliseconds(20) }
        #expect(lock.beginCommit(writer, until: soon()) == .granted)
        #expect(lock.acquire(holder, until: soon()) == .timedOut)
        lock.endCommit()
        #expect(lock.acquire(holder, until: soon()) == .granted)
        #expect(lock.isHeld(by: holder))
        #expect(lock.waitToWrite(writer, until: soon()) == .timedOut)
        #expect(lock.beginCommit(writer, until: soon()) == .timedOut)
        lock.release(holder)
        #expect(lock.waitToWrite(writer, until: soon()) == .granted)
    }
}
