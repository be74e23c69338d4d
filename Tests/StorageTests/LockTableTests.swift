import Platform
import Synchronization
import Testing

@testable import Storage

@Suite struct LockTableTests {
    private let table = LockTable(graph: WaitGraph())
    private let long = LockWait.atMost(.seconds(30))

    @Test("Shared locks go together, an exclusive one alone")
    func modes() {
        let (a, b) = (LockOwner(id: 1), LockOwner(id: 2))
        #expect(table.acquire(5, .shared, for: a, wait: .never) == .granted)
        #expect(table.acquire(5, .shared, for: b, wait: .never) == .granted)
        #expect(table.acquire(5, .shared, for: b, wait: .never) == .alreadyHeld)
        #expect(table.acquire(5, .exclusive, for: b, wait: .never) == .busy)
        table.release(5, of: a)
        #expect(table.acquire(5, .exclusive, for: b, wait: .never) == .alreadyHeld)
        #expect(table.acquire(5, .shared, for: a, wait: .never) == .busy)
        #expect(table.acquire(6, .exclusive, for: a, wait: .atMost(.zero)) == .granted)
        table.release(5, of: b)
        table.release(6, of: a)
        #expect(table.count == 0)
    }

    @Test("A wait ends at its timeout, and leaves nothing behind")
    func timeout() {
        let (a, b) = (LockOwner(id: 1), LockOwner(id: 2))
        #expect(table.acquire(5, .exclusive, for: a, wait: .never) == .granted)
        #expect(table.acquire(5, .exclusive, for: b, wait: .atMost(.milliseconds(10))) == .timedOut)
        #expect(!table.hasWaiters)
        table.release(5, of: a)
        #expect(table.count == 0)
    }

    @Test("Two owners that both raise a shared lock: one is the victim")
    func upgradeDeadlock() {
        let (a, b) = (LockOwner(id: 1), LockOwner(id: 2))
        _ = table.acquire(5, .shared, for: a, wait: .never)
        _ = table.acquire(5, .shared, for: b, wait: .never)
        let (table, long) = (table, long)
        let outcome = Mailbox<LockOutcome>()
        let thread = Thread.start(name: "a") { outcome.put(table.acquire(5, .exclusive, for: a, wait: long)) }
        while !table.hasWaiters { Thread.sleep(.milliseconds(1)) }
        #expect(table.acquire(5, .exclusive, for: b, wait: long) == .stopped)
        #expect(b.verdict == .deadlock)
        table.release(5, of: b)
        #expect(outcome.take() == .alreadyHeld)
        thread?.join()
    }

    @Test("The victim of a cycle is the owner with the least to lose, wherever it waits")
    func victimElsewhere() {
        let (a, b) = (LockOwner(id: 1), LockOwner(id: 2))
        a.weight.store(1, ordering: .relaxed)
        b.weight.store(100, ordering: .relaxed)
        // Keys of two shards.
        let (first, second) = (UInt64(1), UInt64.max)
        _ = table.acquire(first, .exclusive, for: a, wait: .never)
        _ = table.acquire(second, .exclusive, for: b, wait: .never)
        let (table, long) = (table, long)
        let outcome = Mailbox<LockOutcome>()
        let thread = Thread.start(name: "a") {
            outcome.put(table.acquire(second, .exclusive, for: a, wait: long))
            table.release(first, of: a)
        }
        while !table.hasWaiters { Thread.sleep(.milliseconds(1)) }
        #expect(table.acquire(first, .exclusive, for: b, wait: long) == .granted)
        #expect(outcome.take() == .stopped)
        #expect(a.verdict == .deadlock)
        thread?.join()
    }

    @Test("Doom and kill wake a waiter")
    func wakes() {
        for doom in [true, false] {
            let (a, b) = (LockOwner(id: 1), LockOwner(id: 2))
            _ = table.acquire(5, .exclusive, for: a, wait: .never)
            let (table, long) = (table, long)
            let outcome = Mailbox<LockOutcome>()
            let thread = Thread.start(name: "b") { outcome.put(table.acquire(5, .exclusive, for: b, wait: long)) }
            while !table.hasWaiters { Thread.sleep(.milliseconds(1)) }
            if doom { b.doom() } else { b.kill() }
            #expect(outcome.take() == .stopped)
            thread?.join()
            table.release(5, of: a)
        }
        #expect(table.count == 0)
    }

    @Test("Many owners on few keys: each holds alone, nobody is forgotten")
    func contention() {
        let table = table
        final class Shared: Sendable {
            let total = Atomic<Int>(0)
            let inside = Atomic<Int>(0)
            let errors = Atomic<Int>(0)
        }
        let shared = Shared()
        let threads = (0..<8).compactMap { number in
            Thread.start(name: "owner") {
                let owner = LockOwner(id: UInt64(number))
                for _ in 0..<2000 {
                    if table.acquire(77, .exclusive, for: owner, wait: .atMost(.seconds(30))) != .granted {
                        shared.errors.add(1, ordering: .relaxed)
                    }
                    if shared.inside.add(1, ordering: .relaxed).newValue != 1 {
                        shared.errors.add(1, ordering: .relaxed)
                    }
                    shared.inside.subtract(1, ordering: .relaxed)
                    shared.total.add(1, ordering: .relaxed)
                    table.release(77, of: owner)
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(shared.errors.load(ordering: .relaxed) == 0)
        #expect(shared.total.load(ordering: .relaxed) == 16_000)
        #expect(table.count == 0)
    }
}

/// One value from one thread to another.
final class Mailbox<Value: Sendable>: Sendable {
    private let lock = Lock()
    private let condition = Condition()
    nonisolated(unsafe) private var value: Value?

    func put(_ value: Value) {
        lock.withLock {
            self.value = value
            condition.signal()
        }
    }

    func take() -> Value {
        lock.withLock {
            while true {
                if let value { return value }
                condition.wait(lock)
            }
        }
    }
}
