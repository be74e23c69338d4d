import BinaryLog
import Cryptography
import MySQLConnection
import MySQLProtocol
import Network
import Platform

/// A connection to a donor's SQL port, used as a MySQL replica's receiver thread uses it: log in, say who we are, ask for
/// the binary log by GTID, read events. One thread; ``interrupt()`` from any.
///
/// Safe: one thread uses the client; `interrupt` only shuts its socket down, which any thread may.
final class DonorConnection: @unchecked Sendable {
    /// How the channel connects.
    struct Settings: Sendable {
        var credentials: RecoveryCredentials
        var serverID: UInt32
        var serverUUID: UUID
        var reportHost: String
        var reportPort: UInt16
        /// Nil: without TLS.
        var tls: TLSConfiguration?
        var mayAskForKey: Bool
        /// Where the donors' RSA key is, for passwords without TLS; empty: unknown.
        var publicKeyPath = ""
    }

    /// The donor sends heartbeats this often when it has nothing else.
    private static let heartbeatPeriod: Duration = .seconds(5)
    private static let readTimeout: Duration = .seconds(30)

    private let client: MySQLClient

    /// Connects and logs in. Blocks.
    init(host: String, port: UInt16, settings: Settings) throws(SQLError) {
        var connection = ConnectionSettings(
            endpoint: .tcp(host: host, port: port), user: settings.credentials.user,
            password: Array(settings.credentials.password.utf8))
        connection.readTimeout = DonorConnection.readTimeout
        connection.mayAskForPublicKey = settings.mayAskForKey
        if !settings.publicKeyPath.isEmpty {
            // As MySQL's client: one that cannot be read is as none.
            connection.serverPublicKey = try? RSAKey.publicKey(pem: ServerKeyFiles.read(settings.publicKeyPath))
        }
        if let tls = settings.tls {
            connection.tlsMode = .required
            connection.tls = tls
        } else {
            // caching_sha2_password accounts get in with the donor's RSA key, which it is asked for where none is given: the
            // tutorial's account works so, and waits for no certificates.
            connection.tlsMode = .disabled
            connection.mayAskForPublicKey = true
        }
        client = try MySQLClient.connect(connection)
    }

    /// Ends whatever the connection's thread waits for.
    func interrupt() {
        client.shutdown()
    }

    /// Which of these transactions the donor has not executed; empty: it has them all.
    func transactionsLacking(of gtids: GTIDSet) throws(SQLError) -> String {
        if gtids.isEmpty { return "" }
        return try client.query("SELECT GTID_SUBTRACT('\(gtids)', @@GLOBAL.GTID_EXECUTED)").firstValue ?? ""
    }

    /// Whether some part of the donor waits for space on its disk.
    func waitsForSpace() throws(SQLError) -> Bool {
        let row = try client.query("SHOW GLOBAL STATUS LIKE 'Grouplite_disk_full_waiting'").rows.first
        guard let row, row.count > 1, let value = row[1] else { return false }
        return value != Array("0".utf8)
    }

    /// Whether an event only says that the donor is there.
    static func isHeartbeat(_ event: ArraySlice<UInt8>) -> Bool {
        guard event.count > 4 else { return false }
        let type = event[event.startIndex + 4]
        return type == EventType.heartbeat.rawValue || type == EventType.heartbeatV2.rawValue
    }

    /// Introduces this server and asks for every transaction that is not in `executed`.
    func startDump(executed: GTIDSet, settings: Settings) throws(SQLError) {
        try client.query("SELECT UNIX_TIMESTAMP()")
        try client.query("SELECT @@GLOBAL.SERVER_ID")
        let period = DonorConnection.heartbeatPeriod.inNanoseconds
        try client.query("SET @master_heartbeat_period = \(period), @source_heartbeat_period = \(period)")
        try client.query("SET @master_binlog_checksum = 'CRC32', @source_binlog_checksum = 'CRC32'")
        try client.query("SELECT @source_binlog_checksum")
        guard try client.query("SELECT @@GLOBAL.GTID_MODE").firstValue == "ON" else {
            throw SQLError(code: 1236, sqlState: "HY000", message: "The donor's GTID_MODE is not ON")
        }
        try client.query("SELECT @@GLOBAL.SERVER_UUID")
        try client.query("SET @slave_uuid = '\(settings.serverUUID)', @replica_uuid = '\(settings.serverUUID)'")
        try client.register(
            RegisterReplicaRequest(
                serverID: settings.serverID, host: settings.reportHost, port: settings.reportPort))
        try client.requestBinlog(
            BinlogDumpRequest(
                flags: 0, serverID: settings.serverID, file: "", position: 4, gtidSet: executed.encoded))
    }

    /// The next event of the stream; nil at its end. Throws what the donor says against us.
    func nextEvent() throws(SQLError) -> ArraySlice<UInt8>? {
        try client.nextBinlogEvent()
    }

    /// Whether more has arrived already: then a batch may go on gathering.
    var hasMore: Bool { client.hasBufferedBytes }
}
