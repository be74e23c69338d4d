import BinaryLog
import Glibc
import GroupCommunication
@testable import GroupReplication
@testable import GroupReplicationCore
import MySQLProtocol
import Platform
import Storage

@testable import SQLEngine
@testable import Accounts
@testable import SQLDefinitions

/// A database with a few tables and a session on it. A transaction is never committed, so that each input meets the same rows.
final class FuzzServer: TransactionCommitting, @unchecked Sendable {
    static let shared = try? FuzzServer()
    private static let directory = "/dev/shm/grouplite-fuzz-\(getpid())-db"
    /// What waits, or does something outside of the database.
    private static let forbidden = ["sleep", "benchmark", "wait", "lock", "load", "outfile", "dumpfile", "recursive"]

    /// Bodies of transactions that fit the tables.
    private(set) var bodies: [[UInt8]] = []
    private(set) var definitions: [TableDefinition] = []
    private let database: Database
    private let applier: ApplierConnection
    private let executor: DefinitionExecutor
    private var server: ServerContext?
    private var session: Session?
    private let writer: ResultWriter
    private let answer: Answer
    private var caller: Session?
    private var callsOfCaller = 0
    private var position: UInt64 = 0
    private var isPrepared = false

    private init() throws {
        mkdir(Self.directory, 0o700)
        atexit {
            for suffix in ["", "-wal", "-shm"] { unlink(FuzzServer.directory + "/rows.db" + suffix) }
            rmdir(FuzzServer.directory)
        }
        var configuration = Database.Configuration(path: Self.directory + "/rows.db")
        EngineDatabase.configure(&configuration)
        database = try Database.open(configuration)
        applier = try ApplierConnection(database)
        executor = DefinitionExecutor(applier)
        let answer = Answer()
        self.answer = answer
        let packets = PacketWriter { (bytes: UnsafeRawBufferPointer) throws(SQLError) in answer.keep(bytes) }
        writer = ResultWriter(packets: packets, capabilities: [.protocol41, .deprecateEOF, .transactions])
        let server = ServerContext(database: database, committer: self, uuid: UUID(high: 1, low: 2), serverID: 1)
        self.server = server
        for statement in [
            "CREATE DATABASE d", "USE d",
            "CREATE TABLE k (a INT PRIMARY KEY AUTO_INCREMENT, b VARCHAR(20), c DECIMAL(10,2), d DATETIME(6), e ENUM('a','b'), "
                + "f SET('x','y'), g JSON, h DOUBLE, i BIT(8), KEY kb (b), UNIQUE KEY kc (c))",
            "CREATE TABLE p (a INT, b VARBINARY(10), PRIMARY KEY (a, b))",
            "CREATE TABLE q (x VARCHAR(10) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, y BLOB, z TIMESTAMP(3) NULL, t TIME(2), u BIGINT UNSIGNED)",
            "INSERT INTO k VALUES (1, 'one', 1.5, '2024-01-02 03:04:05.6', 'a', 'x', '{\"a\": 1}', 1.5, b'101'), (2, 'two', NULL, NULL, "
                + "NULL, NULL, NULL, NULL, NULL)",
            "UPDATE k SET b = 'uno', h = 2 WHERE a = 1", "DELETE FROM k WHERE a = 2", "INSERT INTO p VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO q VALUES ('ä', 0x0102, '2024-01-01 00:00:00.5', '-1:2:3.5', 18446744073709551615)",
        ] { execute(Array(statement.utf8)) }
        isPrepared = true
        definitions = ["k", "p", "q"].compactMap { database.dictionary.table("d", $0)?.definition }
    }

    func commit(_ message: TransactionMessage, waiter: CommitWaiter, isLocal: Bool) throws(SQLError) -> CommittedTransaction {
        if isPrepared { throw SQLError(.runHookError, "before_commit") }
        position += 1
        do {
            try applier.begin()
            if message.kind == .statement {
                try executor.execute(message.body, position: position)
            } else {
                bodies.append(Array(message.body))
                try applier.apply(message.body)
            }
            try applier.commit(StoredPosition(position: position))
        } catch {
            applier.rollback()
            throw (error as? SQLError) ?? SQLError(.unknownError, "\(error)")
        }
        return CommittedTransaction(gtid: nil, position: LogPosition(rawValue: position))
    }

    /// Runs one statement, and gives back whatever it holds.
    func execute(_ sql: [UInt8]) {
        if session == nil, let server {
            session = try? Session(
                server: server, connectionID: 1, account: AuthorizationID(user: "root", host: "localhost"), userName: "root",
                clientHost: "localhost")
        }
        let text = String(decoding: sql, as: UTF8.self).lowercased()
        if isPrepared && Self.forbidden.contains(where: { text.contains($0) }) { return }
        writer.beginCommand(sequence: 0)
        session?.execute(sql, into: writer)
        writer.packets.flush()
        guard isPrepared else { return }
        session?.close()
        session = nil
        guard let server else { return }
        session = try? Session(
            server: server, connectionID: 1, account: AuthorizationID(user: "root", host: "localhost"), userName: "root",
            clientHost: "localhost")
        try? session?.use("d")
    }

    /// Makes one call; says what is wrong with its answer: one of SQLite's errors, or a packet that is none.
    func run(_ call: FunctionCall) -> String? {
        callsOfCaller += 1
        if caller == nil || callsOfCaller > 2000, let server {
            caller?.close()
            caller = try? Session(
                server: server, connectionID: 2, account: AuthorizationID(user: "root", host: "localhost"), userName: "root",
                clientHost: "localhost")
            try? caller?.use("d")
            callsOfCaller = 0
        }
        guard let caller else { return "no session" }
        // Long results are cut here, so that the bytes of results are not what the time goes into.
        caller.context.maxAllowedPacket = 1 << 21
        answer.bytes = []
        writer.beginCommand(sequence: 0)
        guard let parameters = call.parameters else {
            caller.execute(Array(call.text.utf8), into: writer)
            writer.packets.flush()
            return answer.problem
        }
        caller.prepare(Array(call.text.utf8), into: writer)
        writer.packets.flush()
        guard answer.bytes.count > 8, answer.bytes[4] == 0 else { return answer.problem }
        let id = UInt32(answer.bytes[5]) | UInt32(answer.bytes[6]) << 8 | UInt32(answer.bytes[7]) << 16
        answer.bytes = []
        writer.beginCommand(sequence: 0)
        caller.executePrepared(id, parameters: parameters, attributes: [], into: writer)
        writer.packets.flush()
        caller.closePrepared(id)
        return answer.problem
    }

    /// Applies a transaction's body as the applier would, then undoes it.
    func apply(_ body: [UInt8]) {
        guard (try? applier.begin()) != nil else { return }
        try? applier.apply(body[...])
        applier.rollback()
    }
}

/// The beginning of what a session answered.
private final class Answer {
    static let kept = 1 << 16
    var bytes: [UInt8] = []

    func keep(_ more: UnsafeRawBufferPointer) {
        if bytes.count < Self.kept { bytes.append(contentsOf: more.prefix(Self.kept - bytes.count)) }
    }

    /// An error that no client may see: storage's own, or words of SQLite's.
    var problem: String? {
        var start = 0
        while start + 4 < bytes.count {
            let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2]) << 16
            let packet = bytes[(start + 4)..<min(start + 4 + length, bytes.count)]
            start += 4 + length
            guard packet.count > 9, packet.first == 0xFF, packet[packet.startIndex + 3] == UInt8(ascii: "#") else { continue }
            let code = Int(packet[packet.startIndex + 1]) | Int(packet[packet.startIndex + 2]) << 8
            let message = String(decoding: packet.dropFirst(9), as: UTF8.self)
            if code == 1030 || code == 1105 && !message.hasPrefix("Cast to") { return "error \(code): \(message)" }
        }
        return nil
    }
}
