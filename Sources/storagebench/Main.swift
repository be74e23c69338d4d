import Glibc
import MySQLTypes
import Platform
import Storage
import Synchronization

/// Development's tool for storage:
///
///     storagebench stress DIR THREADS SECONDS SEED    everything at once, then all invariants
///     storagebench crash DIR THREADS ROUNDS SEED      a child under stress is killed again and again
///     storagebench memory DIR SESSIONS 0              resident memory with so many idle sessions
///     storagebench bench DIR THREADS SECONDS          commits and point selects per second
@main
enum Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 5 else {
            report("usage: storagebench stress|crash|bench DIR THREADS SECONDS|ROUNDS [SEED]")
            exit(2)
        }
        let directory = arguments[2]
        let threads = Int(arguments[3]) ?? 8
        let amount = Int(arguments[4]) ?? 5
        let seed = arguments.count > 5 ? UInt64(arguments[5]) ?? 1 : 1
        switch arguments[1] {
        case "stress": try stress(directory, threads, amount, seed)
        case "child": try child(directory, threads, seed)
        case "crash": try crash(directory, threads, amount, seed)
        case "memory": try memory(directory, threads)
        case "bench": try bench(directory, threads, amount)
        default: fail("no such mode")
        }
    }

    private static let rows = 2000

    private static func clear(_ directory: String) {
        _ = FileAccess.makeDirectory(directory)
        for name in ["rows.db", "replica.db"] {
            for suffix in ["", "-wal", "-shm"] { unlink("\(directory)/\(name)\(suffix)") }
        }
    }

    private static func stress(_ directory: String, _ threads: Int, _ seconds: Int, _ seed: UInt64) throws {
        clear(directory)
        let group = try GroupOfOne(directory: directory, withReplica: true)
        try createTables(group, rows: rows)
        let stress = Stress(group, rows: rows)
        stress.run(threads: threads, seconds: seconds, seed: seed)
        group.stop()
        report(
            "seed \(seed): \(stress.commits.load(ordering: .relaxed)) commits, "
                + "\(group.batches.load(ordering: .relaxed)) batches, "
                + "\(stress.conflicts.load(ordering: .relaxed)) conflicts, "
                + "\(stress.deadlocks.load(ordering: .relaxed)) deadlocks, "
                + "\(stress.duplicates.load(ordering: .relaxed)) duplicates, "
                + "\(stress.redefinitions.load(ordering: .relaxed)) redefinitions, "
                + "\(group.database.rowLocks.count) locks left")
        if group.database.rowLocks.count != 0 { fail("locks are left") }
        try verify(directory + "/rows.db")
        try verify(directory + "/replica.db")
        try compare(directory + "/rows.db", directory + "/replica.db")
        report("all invariants hold")
    }

    /// Runs until killed; writes each acknowledged key to standard output.
    private static func child(_ directory: String, _ threads: Int, _ seed: UInt64) throws {
        let group = try GroupOfOne(directory: directory, withReplica: false)
        if group.database.dictionary.table("test", "t") == nil { try createTables(group, rows: rows) }
        let stress = Stress(group, rows: rows) { id in
            var value = id
            _ = withUnsafeBytes(of: &value) { write(1, $0.baseAddress, 8) }
        }
        stress.run(threads: threads, seconds: 3600, seed: seed)
    }

    private static func crash(_ directory: String, _ threads: Int, _ rounds: Int, _ seed: UInt64) throws {
        clear(directory)
        var random = Random(state: seed | 1)
        var acknowledged: [Int64] = []
        for round in 1...rounds {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { fail("no pipe") }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
            posix_spawn_file_actions_addclose(&actions, ends[0])
            var process = pid_t()
            let words = [CommandLine.arguments[0], "child", directory, "\(threads)", "0", "\(seed &+ UInt64(round))"]
            var argv = words.map { strdup($0) }
            argv.append(nil)
            let status = posix_spawn(&process, CommandLine.arguments[0], &actions, nil, argv, environ)
            for word in argv { free(word) }
            posix_spawn_file_actions_destroy(&actions)
            guard status == 0 else { fail("no child: \(status)") }
            close(ends[1])
            let patience = Duration.milliseconds(300 + random.next(1500))
            let victim = process
            let killer = Thread.start(name: "killer") {
                Thread.sleep(patience)
                kill(victim, SIGKILL)
            }
            var key: Int64 = 0
            while withUnsafeMutableBytes(of: &key, { read(ends[0], $0.baseAddress, 8) }) == 8 {
                acknowledged.append(key)
            }
            killer?.join()
            close(ends[0])
            var exitStatus: Int32 = 0
            waitpid(process, &exitStatus, 0)
            if exitStatus & 0x7F != SIGKILL { fail("the child ended by itself: \(exitStatus)") }
            if round > 1 || !acknowledged.isEmpty { try verify(directory + "/rows.db", acknowledged: acknowledged) }
        }
        report("\(rounds) kills, \(acknowledged.count) acknowledged rows, all there")
    }

    private static func bench(_ directory: String, _ threads: Int, _ seconds: Int) throws {
        clear(directory)
        let group = try GroupOfOne(directory: directory, withReplica: false)
        let rows = 10_000
        try createTables(group, rows: rows)
        func measure(_ name: String, _ body: @escaping @Sendable (SessionConnection, inout Random) throws -> Void) {
            let batches = group.batches.load(ordering: .relaxed)
            let start = MonotonicTime.now()
            let shared = Counters()
            var all: [Thread] = []
            for number in 0..<threads {
                let thread = Thread.start(name: "session") {
                    do {
                        let session = try SessionConnection(group.database, id: UInt64(number) + 10)
                        var random = Random(state: UInt64(number &* 7919) | 1)
                        while !shared.stop.load(ordering: .relaxed) {
                            do {
                                try body(session, &random)
                                shared.count.add(1, ordering: .relaxed)
                            } catch StorageError.deadlock {
                                session.endTransaction()
                            }
                        }
                    } catch {
                        fail("\(error)")
                    }
                }
                if let thread { all.append(thread) }
            }
            Thread.sleep(.seconds(seconds))
            shared.stop.store(true, ordering: .relaxed)
            for thread in all { thread.join() }
            let elapsed = Double((MonotonicTime.now() - start).inNanoseconds) / 1e9
            let done = shared.count.load(ordering: .relaxed)
            let made = group.batches.load(ordering: .relaxed) - batches
            report(
                "\(name), \(threads) threads: \(Int(Double(done) / elapsed))/s"
                    + (made > 0 ? ", \(done / max(1, made)) per batch" : ""))
        }
        measure("point select") { session, random in
            _ = try session.integer(#"SELECT c2 FROM t1 WHERE c1 = ?1"#, Int64(1 + random.next(rows)))
        }
        measure("update of one row") { session, random in
            let id = Int64(1 + random.next(rows))
            try session.atomically { try session.execute(#"UPDATE t1 SET c2 = c2 + 1 WHERE c1 = ?1"#, id) }
            try group.commit(session)
        }
        measure("update without index") { session, random in
            let id = Int64(1 + random.next(rows))
            try session.atomically {
                try session.execute(
                    #"UPDATE t1 SET c3 = printf('%0100d', ?2) WHERE c1 = ?1"#, id, Int64(random.next(1_000_000)))
            }
            try group.commit(session)
        }
        measure("insert") { session, random in
            guard let table = session.refreshDictionary().table("test", "x"),
                let id = table.autoIncrement.reserve(count: 1, increment: 1, offset: 1)
            else { return }
            try session.atomically {
                try session.execute(#"INSERT INTO t3 VALUES (?1, ?1, printf('%0100d', ?1))"#, Int64(id))
            }
            try group.commit(session)
        }
        group.stop()
        try benchApplier(directory)
    }

    private static func resident() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        guard fgets(&text, 128, file) != nil else { return 0 }
        let words = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
        return words.count > 2 ? ((Int(words[1]) ?? 0) - (Int(words[2]) ?? 0)) * 4 : 0
    }

    private static func memory(_ directory: String, _ sessions: Int) throws {
        clear(directory)
        report("start: \(resident()) KiB private")
        let group = try GroupOfOne(directory: directory, withReplica: false)
        try createTables(group, rows: 10_000)
        report("open: \(resident()) KiB private")
        var open: [SessionConnection] = []
        for number in 0..<sessions {
            let session = try SessionConnection(group.database, id: UInt64(number) + 100)
            for id in 1...20 {
                try session.atomically {
                    try session.execute(#"UPDATE t1 SET c2 = c2 + 1 WHERE c1 = ?1"#, Int64(id * 400 + number))
                }
                try group.commit(session)
                _ = try session.integer(#"SELECT count(*) FROM t2 WHERE c2 > ?1"#, Int64(id))
            }
            open.append(session)
        }
        let before = resident()
        for session in open { session.becomeIdle() }
        report("\(sessions) sessions: \(before) KiB private, idle \(resident()) KiB")
        open.removeAll()
        group.stop()
        report("none: \(resident()) KiB")
    }

    /// The applier alone: rows of transactions that were captured before, in batches.
    private static func benchApplier(_ directory: String) throws {
        let database = try Database.open(GroupOfOne.configuration(directory + "/rows.db"))
        let session = try SessionConnection(database, id: 1)
        let applier = try ApplierConnection(database)
        var random = Random(state: 99)
        for rowsPerTransaction in [1, 10] {
            var bodies: [[UInt8]] = []
            var captureTime = Duration.zero
            for number in 0..<10_000 / rowsPerTransaction {
                let start = MonotonicTime.now()
                try session.begin(singleStatement: true)
                for row in 0..<rowsPerTransaction {
                    // Each row once, so that every body fits whatever was applied before it.
                    let id = Int64(1 + number * rowsPerTransaction + row)
                    try session.execute(
                        #"UPDATE t1 SET c3 = printf('%0100d', ?2) WHERE c1 = ?1"#, id,
                        Int64(random.next(1 << 40)))
                }
                bodies.append(try session.prepareCommit().events(serverID: 1, timestamp: 0))
                session.endTransaction()
                captureTime += MonotonicTime.now() - start
            }
            let position = database.appliedPosition
            let start = MonotonicTime.now()
            for batch in stride(from: 0, to: bodies.count, by: 20) {
                try applier.begin()
                for body in bodies[batch..<min(bodies.count, batch + 20)] { try applier.apply(body[...]) }
                try applier.commit(StoredPosition(lineage: 1, position: position))
            }
            let elapsed = Double((MonotonicTime.now() - start).inNanoseconds)
            report(
                "\(rowsPerTransaction) rows a transaction: captured in "
                    + "\(captureTime.inNanoseconds / 10_000) ns a row, applied in \(Int(elapsed) / 10_000) ns a row")
        }
    }
}

final class Counters: Sendable {
    let count = Atomic<Int>(0)
    let stop = Atomic<Bool>(false)
}
