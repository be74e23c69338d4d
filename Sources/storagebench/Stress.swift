import Glibc
import MySQLTypes
import Platform
import Storage
import Synchronization

/// Many sessions doing everything at once. Invariants: the values of `t` and `w` sum up to 0 in every snapshot; what was
/// acknowledged is there; SQLite finds nothing wrong; the replica is equal.
final class Stress: Sendable {
    private let group: GroupOfOne
    private let rows: Int
    private let isStopping = Atomic<Bool>(false)
    let commits = Atomic<Int>(0)
    let conflicts = Atomic<Int>(0)
    let deadlocks = Atomic<Int>(0)
    let duplicates = Atomic<Int>(0)
    let redefinitions = Atomic<Int>(0)
    /// Told of each acknowledged insert into `x`.
    private let acknowledged: @Sendable (Int64) -> Void

    init(_ group: GroupOfOne, rows: Int, acknowledged: @escaping @Sendable (Int64) -> Void = { _ in }) {
        self.group = group
        self.rows = rows
        self.acknowledged = acknowledged
    }

    func run(threads: Int, seconds: Int, seed: UInt64) {
        var all: [Thread] = []
        for number in 0..<threads {
            let state = (seed &+ UInt64(number) &+ 1) &* 0x9E37_79B9_7F4A_7C15
            if let thread = Thread.start(name: "session", { [self] in work(number, Random(state: state | 1)) }) {
                all.append(thread)
            }
        }
        let ddl = Thread.start(name: "ddl") { [self] in changeSchema(Random(state: seed | 1)) }
        Thread.sleep(.seconds(seconds))
        isStopping.store(true, ordering: .relaxed)
        for thread in all { thread.join() }
        ddl?.join()
    }

    private func work(_ number: Int, _ random: Random) {
        var random = random
        do {
            var session = try SessionConnection(group.database, id: UInt64(number) + 10)
            while !isStopping.load(ordering: .relaxed) {
                do {
                    if random.next(500) == 0 {
                        session = try SessionConnection(group.database, id: UInt64(number) + 10)
                    }
                    session.refreshDictionary()
                    switch random.next(100) {
                    case 0..<60: try transfer(session, &random)
                    case 60..<75: try insert(session, &random)
                    case 75..<85: try check(session, &random)
                    case 85..<88: try large(session, &random)
                    case 88..<92: try abandoned(session, &random)
                    default: try single(session, &random)
                    }
                } catch is GroupOfOne.Conflict {
                    conflicts.add(1, ordering: .relaxed)
                } catch StorageError.deadlock, StorageError.doomed {
                    deadlocks.add(1, ordering: .relaxed)
                } catch StorageError.duplicateKey {
                    duplicates.add(1, ordering: .relaxed)
                } catch StorageError.definitionChanged {
                    // A DDL came between the dictionary's refreshing and the transaction's snapshot.
                    redefinitions.add(1, ordering: .relaxed)
                }
                session.endTransaction()
            }
        } catch {
            fail("session \(number): \(error)")
        }
    }

    private func row(_ random: inout Random) -> Int64 {
        // One in three goes for one of ten hot rows.
        Int64(1 + (random.next(3) == 0 ? random.next(10) : random.next(rows)))
    }

    private func transfer(_ session: SessionConnection, _ random: inout Random) throws {
        try session.begin(singleStatement: false)
        for _ in 0...random.next(5) {
            let amount = Int64(1 + random.next(100))
            let (from, to) = (row(&random), row(&random))
            try session.atomically {
                try session.execute(#"UPDATE t1 SET c2 = c2 + ?2 WHERE c1 = ?1"#, from, amount)
            }
            if random.next(10) == 0 { Thread.sleep(.microseconds(random.next(1000))) }
            try session.setSavepoint("s")
            try session.atomically {
                try session.execute(#"UPDATE t2 SET c2 = c2 - ?2 WHERE c1 = ?1"#, to, amount + 1)
            }
            try session.rollback(toSavepoint: "s")
            try session.atomically { try session.execute(#"UPDATE t2 SET c2 = c2 - ?2 WHERE c1 = ?1"#, to, amount) }
        }
        try group.commit(session)
        commits.add(1, ordering: .relaxed)
    }

    private func insert(_ session: SessionConnection, _ random: inout Random) throws {
        guard let table = session.refreshDictionary().table("test", "x"),
            let value = table.autoIncrement.reserve(count: 1, increment: 1, offset: 1)
        else { return }
        let id = Int64(value)
        let unique = Int64(random.next(1_000_000))
        try session.atomically { try session.execute(#"INSERT INTO t3 VALUES (?1, ?2, 'new')"#, id, unique) }
        try group.commit(session)
        acknowledged(id)
        commits.add(1, ordering: .relaxed)
        if random.next(4) == 0 {
            try session.atomically { try session.execute(#"UPDATE t3 SET c3 = c3 || 'er' WHERE c1 = ?1"#, id) }
            try group.commit(session)
        }
    }

    private func check(_ session: SessionConnection, _ random: inout Random) throws {
        let sum = #"SELECT (SELECT sum(c2) FROM t1) + (SELECT sum(c2) FROM t2)"#
        if random.next(2) == 0 { try session.begin(singleStatement: false) } else { try session.beginReading() }
        let first = try session.integer(sum)
        let from = row(&random)
        if session.isSpeculative {
            try session.atomically { try session.execute(#"UPDATE t1 SET c2 = c2 + 5 WHERE c1 = ?1"#, from) }
            try session.atomically { try session.execute(#"UPDATE t2 SET c2 = c2 - 5 WHERE c1 = ?1"#, from) }
        }
        let second = try session.integer(sum)
        if first != 0 || second != 0 { fail("sums \(first) and \(second) in a snapshot") }
        session.endTransaction()
    }

    private func large(_ session: SessionConnection, _ random: inout Random) throws {
        let start = Int64(random.next(rows))
        try session.begin(singleStatement: true)
        try session.atomically {
            try session.execute(
                #"UPDATE t1 SET c3 = printf('%0150d', c1 + ?3) WHERE c1 BETWEEN ?1 AND ?2"#, start, start + 300,
                Int64(random.next(1000)))
        }
        try group.commit(session)
        commits.add(1, ordering: .relaxed)
    }

    /// Changes that are given up.
    private func abandoned(_ session: SessionConnection, _ random: inout Random) throws {
        try session.begin(singleStatement: false)
        let start = Int64(random.next(rows))
        try session.atomically {
            try session.execute(#"UPDATE t2 SET c2 = 99 WHERE c1 BETWEEN ?1 AND ?1 + 20"#, start)
        }
        try session.atomically { try session.execute(#"DELETE FROM t1 WHERE c1 = ?1"#, start) }
        session.endTransaction()
    }

    private func single(_ session: SessionConnection, _ random: inout Random) throws {
        let (target, text) = (row(&random), Int64(random.next(1000)))
        try session.atomically {
            try session.execute(#"UPDATE t1 SET c3 = printf('%0100d', ?2) WHERE c1 = ?1"#, target, text)
        }
        try group.commit(session)
        commits.add(1, ordering: .relaxed)
    }

    private func changeSchema(_ random: Random) {
        var random = random
        var hasIndex =
            group.database.dictionary.table("test", "t")?.definition.indexes.contains { $0.name == "i" } ?? false
        var round: UInt64 = 100
        // A crash may have come between its creation and its end.
        if let left = group.database.dictionary.table("test", "extra")?.definition {
            do {
                try group.ddl([SchemaObject.hash(schema: "test", table: "extra")]) { try $0.dropTable(left) }
            } catch {
                fail("DDL: \(error)")
            }
        }
        while !isStopping.load(ordering: .relaxed) {
            Thread.sleep(.milliseconds(20 + random.next(60)))
            round += 1
            guard let table = group.database.dictionary.table("test", "t")?.definition,
                let other = group.database.dictionary.table("test", "w")?.definition
            else { fail("a table is missing") }
            let id = round
            do {
                switch random.next(3) {
                case 0:
                    var changed = table
                    let index = IndexDefinition(
                        name: "i", kind: .secondary, parts: [.init(column: 1), .init(column: 2, prefixLength: 10)])
                    changed.version = id
                    if hasIndex { changed.indexes.removeAll { $0.name == "i" } } else { changed.indexes.append(index) }
                    let new = changed
                    try group.ddl([SchemaObject.hash(schema: "test", table: "t")]) { applier in
                        try applier.redefineTable(table, as: new)
                    }
                    hasIndex.toggle()
                case 1:
                    var new = other
                    new.version = id
                    let rebuilt = new
                    try group.ddl([SchemaObject.hash(schema: "test", table: "w")]) { applier in
                        try applier.rebuildTable(other, as: rebuilt, values: ["c1", "c2", "c3"])
                    }
                default:
                    let extra = numbers("extra", id: id + 5000, key: MySQLType(.int))
                    try group.ddl([SchemaObject.hash(schema: "test", table: "extra")]) { applier in
                        try applier.createTable(extra)
                    }
                    try group.ddl([SchemaObject.hash(schema: "test", table: "extra")]) { applier in
                        try applier.dropTable(extra)
                    }
                }
            } catch {
                fail("DDL: \(error)")
            }
        }
    }
}

/// Looks at a database that nobody uses.
func verify(_ path: String, acknowledged: [Int64] = []) throws {
    let database = try Database.open(GroupOfOne.configuration(path))
    let session = try SessionConnection(database, id: 1)
    let statement = try session.prepare("PRAGMA integrity_check")
    guard try session.step(statement), statement.text(0) == "ok" else { fail("integrity: \(statement.text(0))") }
    session.release(statement)
    let sum = try session.integer(#"SELECT (SELECT sum(c2) FROM t1) + (SELECT sum(c2) FROM t2)"#)
    if sum != 0 { fail("the final sum is \(sum)") }
    for id in acknowledged where try session.integer(#"SELECT count(*) FROM t3 WHERE c1 = ?1"#, id) != 1 {
        fail("the acknowledged row \(id) is missing")
    }
}

/// Row by row.
func compare(_ first: String, _ second: String) throws {
    let one = try SessionConnection(try Database.open(GroupOfOne.configuration(first)), id: 1)
    let two = try SessionConnection(try Database.open(GroupOfOne.configuration(second)), id: 1)
    for table in ["t1", "t2", "t3"] {
        let sql = "SELECT * FROM \(table) ORDER BY c1"
        let (left, right) = (try one.prepare(sql), try two.prepare(sql))
        while true {
            let (hasLeft, hasRight) = (try one.step(left), try two.step(right))
            if hasLeft != hasRight { fail("\(table): one database has more rows") }
            if !hasLeft { break }
            for column in 0..<left.columnCount where left.value(column) != right.value(column) {
                fail("\(table): row \(left.value(0)) differs in column \(column)")
            }
        }
    }
}
