import BinaryLog
import Glibc
import GroupCommunication
@testable import GroupReplication
@testable import GroupReplicationCore
import MySQLProtocol
import MySQLTypes
import Platform
import Storage

@testable import SQLEngine
@testable import Accounts
@testable import SQLDefinitions

/// One server without a group, for tests: what sessions commit is applied at once, in one order.
final class EngineNode: TransactionCommitting, @unchecked Sendable {
    let directory: String
    let database: Database
    private(set) var server: ServerContext!
    private let lock = Lock()
    private let applier: ApplierConnection
    let executor: DefinitionExecutor
    private var position: UInt64 = 0
    private var newest: [UInt64: UInt64] = [:]
    private var lastConnectionID: UInt64 = 0

    init() throws {
        var template = Array("/tmp/engine-test-XXXXXX".utf8CString)
        directory = String(cString: mkdtemp(&template))
        var configuration = Database.Configuration(path: directory + "/rows.db")
        EngineDatabase.configure(&configuration)
        database = try Database.open(configuration)
        applier = try ApplierConnection(database)
        executor = DefinitionExecutor(applier)
        server = ServerContext(
            database: database, committer: self, uuid: UUID(high: 1, low: 2), serverID: 1)
        if let persisted = try? PersistedVariables(directory: directory) {
            let variables = VariableStatements(globals: server.globals, persisted: persisted)
            server.variables = variables
            server.registerAccountVariables()
        }
        database.setNewerVersionLookup { [unowned self] hash, snapshot in
            lock.withLock {
                guard let position = newest[hash], position > snapshot else { return nil }
                return position
            }
        }
    }

    func remove() {
        for suffix in ["", "-wal", "-shm"] { unlink(directory + "/rows.db" + suffix) }
        rmdir(directory)
    }

    func commit(
        _ message: TransactionMessage, waiter: CommitWaiter, isLocal: Bool
    ) throws(SQLError) -> CommittedTransaction {
        lock.lock()
        defer { lock.unlock() }
        for hash in message.writeSet + message.readSet {
            if let newer = newest[hash], newer > message.snapshot.rawValue {
                throw SQLError(.transactionRollbackDuringCommit)
            }
        }
        position += 1
        do {
            try applier.begin()
            if message.kind == .statement {
                try executor.execute(message.body, position: position)
            } else {
                try applier.apply(message.body)
            }
            try applier.commit(StoredPosition(position: position))
        } catch {
            applier.rollback()
            throw (error as? SQLError) ?? SQLError(.unknownError, "\(error)")
        }
        for hash in message.writeSet { newest[hash] = position }
        return CommittedTransaction(gtid: nil, position: LogPosition(rawValue: position))
    }

    /// A client's session with its answers decoded.
    func client(_ user: String = "root", _ host: String = "localhost") throws -> TestClient {
        let id = lock.withLock { () -> UInt64 in
            lastConnectionID += 1
            return lastConnectionID
        }
        let session = try Session(
            server: server, connectionID: id,
            account: AuthorizationID(user: user, host: host), userName: user, clientHost: "localhost")
        return TestClient(session)
    }
}

/// Runs statements and decodes what the session answers in the text protocol.
final class TestClient {
    struct Column {
        var name: String
        var type: UInt8
        var flags: UInt16
        var decimals: UInt8
        var collation: UInt16
    }

    enum Answer {
        case ok(affected: UInt64, insertID: UInt64, warnings: UInt16, info: String)
        case rows([Column], [[String?]])
        case error(UInt16, String, String)
    }

    let session: Session
    private var output: [UInt8] = []
    private var writer: ResultWriter!

    init(_ session: Session) {
        self.session = session
        let packets = PacketWriter { [unowned self] bytes throws(SQLError) in output.append(contentsOf: bytes) }
        writer = ResultWriter(
            packets: packets, capabilities: [.protocol41, .deprecateEOF, .transactions, .multiStatements])
        session.allowsMultipleStatements = false
    }

    func run(_ sql: String) -> Answer {
        run(Array(sql.utf8))
    }

    func run(_ sql: [UInt8]) -> Answer {
        output.removeAll()
        writer.beginCommand(sequence: 0)
        session.execute(sql, into: writer)
        writer.packets.flush()
        return decode()
    }

    private func decode() -> Answer {
        var reader = ByteReader(output)
        do {
            var packet = try nextPacket(&reader)
            switch packet.first {
            case 0xFF:
                var error = ByteReader(packet)
                _ = try error.readUInt8()
                let code = try error.readUInt16()
                _ = try error.readUInt8()
                let state = String(decoding: try error.readBytes(5), as: UTF8.self)
                return .error(code, state, String(decoding: error.readRest(), as: UTF8.self))
            case 0x00:
                var ok = ByteReader(packet)
                _ = try ok.readUInt8()
                let affected = try ok.readLengthEncodedInteger()
                let insertID = try ok.readLengthEncodedInteger()
                _ = try ok.readUInt16()
                let warnings = try ok.readUInt16()
                let info = ok.isAtEnd ? "" : String(decoding: try ok.readLengthEncodedBytes(), as: UTF8.self)
                return .ok(affected: affected, insertID: insertID, warnings: warnings, info: info)
            default: break
            }
            var head = ByteReader(packet)
            let count = try head.readLengthEncodedInteger()
            var columns: [Column] = []
            for _ in 0..<count {
                var definition = ByteReader(try nextPacket(&reader))
                for _ in 0..<4 { _ = try definition.readLengthEncodedBytes() }
                let name = String(decoding: try definition.readLengthEncodedBytes(), as: UTF8.self)
                _ = try definition.readLengthEncodedBytes()
                _ = try definition.readUInt8()
                let collation = try definition.readUInt16()
                _ = try definition.readUInt32()
                let type = try definition.readUInt8()
                let flags = try definition.readUInt16()
                let decimals = try definition.readUInt8()
                columns.append(
                    Column(name: name, type: type, flags: flags, decimals: decimals, collation: collation))
            }
            var rows: [[String?]] = []
            while true {
                packet = try nextPacket(&reader)
                if packet.first == 0xFE && packet.count < 0xFF_FFFF { return .rows(columns, rows) }
                if packet.first == 0xFF {
                    var error = ByteReader(packet)
                    _ = try error.readUInt8()
                    let code = try error.readUInt16()
                    _ = try error.readUInt8()
                    let state = String(decoding: try error.readBytes(5), as: UTF8.self)
                    return .error(code, state, String(decoding: error.readRest(), as: UTF8.self))
                }
                var row = ByteReader(packet)
                var cells: [String?] = []
                for column in columns {
                    if packet[row.position] == 0xFB {
                        try row.skip(1)
                        cells.append(nil)
                        continue
                    }
                    let bytes = Array(try row.readLengthEncodedBytes())
                    let isBinary = column.collation == 63 && [16, 249, 250, 251, 252, 253, 254].contains(column.type)
                    cells.append(
                        isBinary
                            ? "0x" + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                            : String(decoding: bytes, as: UTF8.self))
                }
                rows.append(cells)
            }
        } catch {
            return .error(0, "00000", "malformed answer: \(error)")
        }
    }

    private func nextPacket(_ reader: inout ByteReader) throws -> [UInt8] {
        let length = Int(try reader.readUInt(width: 3))
        _ = try reader.readUInt8()
        return Array(try reader.readBytes(length))
    }
}
