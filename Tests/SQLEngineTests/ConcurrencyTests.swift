import Glibc
import Platform
import Synchronization
import Testing

@testable import SQLEngine

/// Several sessions at the same rows: waiting, restarts on a renewed snapshot, deadlocks, no lost update.
@Suite(.serialized) struct ConcurrencyTests {
    private func code(_ answer: TestClient.Answer) -> UInt16 {
        if case .error(let code, _, _) = answer { return code }
        return 0
    }

    private func cell(_ answer: TestClient.Answer) -> String? {
        if case .rows(_, let rows) = answer { return rows.first?.first ?? nil }
        return nil
    }

    private func accounts(_ node: EngineNode) throws -> TestClient {
        let client = try node.client()
        for sql in [
            "CREATE DATABASE d", "USE d", "CREATE TABLE acc (id INT PRIMARY KEY, bal INT NOT NULL)",
            "INSERT INTO acc VALUES (1, 100), (2, 100), (3, 100)",
        ] {
            #expect(code(client.run(sql)) == 0)
        }
        return client
    }

    @Test func noUpdateIsLost() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try accounts(node)
        let failures = Atomic<Int>(0)
        let threads = (0..<4).map { number in
            Thread.start(name: "session\(number)") {
                guard let other = try? node.client() else { return }
                _ = other.run("USE d")
                for _ in 0..<50 {
                    if case .error = other.run("UPDATE acc SET bal = bal + 1 WHERE id = 1") {
                        failures.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        for thread in threads { thread?.join() }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(cell(client.run("SELECT bal FROM acc WHERE id = 1")) == "300")
    }

    @Test func readsStayInTheirSnapshotAndWritesSeeTheNewestRow() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let first = try accounts(node)
        let second = try node.client()
        _ = second.run("USE d")
        _ = first.run("START TRANSACTION")
        #expect(cell(first.run("SELECT bal FROM acc WHERE id = 1")) == "100")
        #expect(code(second.run("UPDATE acc SET bal = 150 WHERE id = 1")) == 0)
        #expect(cell(first.run("SELECT bal FROM acc WHERE id = 1")) == "100")
        #expect(code(first.run("UPDATE acc SET bal = bal + 1 WHERE id = 1")) == 0)
        #expect(cell(first.run("SELECT bal FROM acc WHERE id = 1")) == "151")
        _ = first.run("COMMIT")
        #expect(cell(second.run("SELECT bal FROM acc WHERE id = 1")) == "151")
    }

    @Test func lockedRowsAreWaitedForSkippedOrRefused() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let first = try accounts(node)
        let second = try node.client()
        _ = second.run("USE d")
        _ = second.run("SET innodb_lock_wait_timeout = 1")
        _ = first.run("START TRANSACTION")
        _ = first.run("UPDATE acc SET bal = 0 WHERE id = 3")
        #expect(code(second.run("UPDATE acc SET bal = 5 WHERE id = 3")) == 1205)
        #expect(code(second.run("SELECT bal FROM acc WHERE id = 3 FOR UPDATE NOWAIT")) == 3572)
        if case .rows(_, let rows) = second.run("SELECT id FROM acc ORDER BY id FOR UPDATE SKIP LOCKED") {
            #expect(rows.map { $0[0] } == ["1", "2"])
        } else {
            Issue.record("SKIP LOCKED failed")
        }
        _ = first.run("ROLLBACK")
        #expect(cell(second.run("SELECT bal FROM acc WHERE id = 3 FOR UPDATE")) == "100")
    }

    @Test func aDeadlockHasOneVictim() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let first = try accounts(node)
        _ = first.run("START TRANSACTION")
        _ = first.run("UPDATE acc SET bal = 1 WHERE id = 1")
        let outcome = Atomic<Int>(-1)
        let isReady = Atomic<Bool>(false)
        let thread = Thread.start(name: "other") {
            guard let second = try? node.client() else { return }
            _ = second.run("USE d")
            _ = second.run("START TRANSACTION")
            _ = second.run("UPDATE acc SET bal = 2 WHERE id = 2")
            isReady.store(true, ordering: .sequentiallyConsistent)
            if case .error(let code, _, _) = second.run("UPDATE acc SET bal = 2 WHERE id = 1") {
                outcome.store(Int(code), ordering: .sequentiallyConsistent)
            } else {
                outcome.store(0, ordering: .sequentiallyConsistent)
            }
            _ = second.run("ROLLBACK")
        }
        while !isReady.load(ordering: .sequentiallyConsistent) { sched_yield() }
        let mine = code(first.run("UPDATE acc SET bal = 1 WHERE id = 2"))
        _ = first.run("COMMIT")
        thread?.join()
        let theirs = outcome.load(ordering: .sequentiallyConsistent)
        #expect((mine == 1213 && theirs == 0) || (mine == 0 && theirs == 1213))
    }
}
