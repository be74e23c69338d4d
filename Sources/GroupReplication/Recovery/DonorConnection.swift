import BinaryLog
import MySQLProtocol
import Network
import Platform

/// A connection to a donor's SQL port, as a MySQL replica's receiver thread uses it: log in, say who we are, ask for the
/// binary log by GTID, read events. One thread; ``interrupt()`` from any.
final class DonorConnection: @unchecked Sendable {
    /// How the channel connects.
    struct Settings: Sendable {
        var credentials: RecoveryCredentials
        var serverID: UInt32
        var serverUUID: UUID
        var reportHost: String
        var reportPort: UInt16
        /// Nil: without TLS.
        var tls: TLSContext?
        var mayAskForKey: Bool
    }

    private static let connectTimeout: Duration = .seconds(10)
    /// The donor sends heartbeats this often when it has nothing else.
    private static let heartbeatPeriod: Duration = .seconds(5)
    private static let readTimeout: Duration = .seconds(30)
    /// The longest event and its status byte.
    private static let maximumPacket = EventHeader.maximumEventSize + 1

    private let socket: Socket
    private var sequence: UInt8 = 0
    private var capabilities: Capabilities = []

    /// Connects and logs in. Blocks.
    init(host: String, port: UInt16, settings: Settings) throws(SQLError) {
        do {
            socket = try Socket.connect(host: host, port: port, deadline: .now() + DonorConnection.connectTimeout)
        } catch {
            throw SQLError(
                code: 2003, sqlState: "HY000", message: "Can't connect to MySQL server on '\(host):\(port)' (\(error))")
        }
        socket.setReadTimeout(DonorConnection.readTimeout)
        socket.setWriteTimeout(DonorConnection.readTimeout)
        do throws(SQLError) {
            try logIn(settings, host: host)
        } catch {
            socket.close()
            throw error
        }
    }

    deinit {
        socket.close()
    }

    /// Ends whatever the connection's thread waits for.
    func interrupt() {
        socket.shutdown()
    }

    // MARK: Login

    private func logIn(_ settings: Settings, host: String) throws(SQLError) {
        let first = try readPacket()
        if first.first == ErrorPacket.header { throw ErrorPacket.decode(first) }
        let greeting = try HandshakeGreeting.decode(first)
        var wanted: Capabilities = [
            .longPassword, .longFlag, .protocol41, .transactions, .secureConnection, .pluginAuth,
            .pluginAuthLengthEncodedData, .deprecateEOF,
        ]
        if settings.tls != nil { wanted.insert(.tls) }
        capabilities = wanted.intersection(greeting.capabilities)
        var authentication = ClientAuthentication(
            password: Array(settings.credentials.password.utf8), greeting: greeting,
            isSecureTransport: settings.tls != nil, mayAskForKey: settings.mayAskForKey)
        let response = HandshakeResponse(
            capabilities: capabilities, user: settings.credentials.user,
            authenticationData: authentication.firstResponse, plugin: authentication.pluginName)
        if let tls = settings.tls {
            guard greeting.capabilities.contains(.tls) else {
                throw SQLError(code: 2026, sqlState: "HY000", message: "SSL is required but the server doesn't support it")
            }
            try writePacket(response.encodeTLSRequest())
            do {
                try socket.connectTLS(tls, host: host)
            } catch {
                throw SQLError(code: 2026, sqlState: "HY000", message: "SSL connection error: \(error)")
            }
        }
        try writePacket(response.encode())
        while true {
            switch try authentication.receive(try readPacket(), capabilities: capabilities) {
            case .send(let payload): try writePacket(payload)
            case .wait: break
            case .accepted:
                socket.startBuffering()
                return
            }
        }
    }

    // MARK: What a replica says before it asks for the log

    /// Introduces this server and asks for every transaction that is not in `executed`.
    func startDump(executed: GTIDSet, settings: Settings) throws(SQLError) {
        _ = try query("SELECT UNIX_TIMESTAMP()")
        _ = try query("SELECT @@GLOBAL.SERVER_ID")
        let period = DonorConnection.heartbeatPeriod.inNanoseconds
        _ = try query("SET @master_heartbeat_period = \(period), @source_heartbeat_period = \(period)")
        _ = try query("SET @master_binlog_checksum = 'NONE', @source_binlog_checksum = 'NONE'")
        _ = try query("SELECT @source_binlog_checksum")
        let mode = try query("SELECT @@GLOBAL.GTID_MODE")
        guard mode.first?.first.flatMap({ $0 }) == Array("ON".utf8) else {
            throw SQLError(code: 1236, sqlState: "HY000", message: "The donor's GTID_MODE is not ON")
        }
        _ = try query("SELECT @@GLOBAL.SERVER_UUID")
        _ = try query("SET @slave_uuid = '\(settings.serverUUID)', @replica_uuid = '\(settings.serverUUID)'")
        let register = RegisterReplicaRequest(
            serverID: settings.serverID, host: settings.reportHost, port: settings.reportPort)
        try command(register.encode())
        let answer = try readPacket()
        if answer.first == ErrorPacket.header { throw ErrorPacket.decode(answer) }
        let dump = BinlogDumpRequest(
            flags: 0, serverID: settings.serverID, file: "", position: 4, gtidSet: executed.encoded)
        try command(dump.encode())
    }

    /// The next event of the stream; nil at its end. Throws what the donor says against us.
    func nextEvent() throws(SQLError) -> ArraySlice<UInt8>? {
        let packet = try readPacket()
        switch packet.first {
        case 0x00: return packet[1...]
        case 0xFE: return nil
        case ErrorPacket.header: throw ErrorPacket.decode(packet)
        default: throw SQLError(.clientMalformedPacket)
        }
    }

    /// Whether more has arrived already: then a batch may go on gathering.
    var hasMore: Bool { socket.hasBufferedBytes }

    /// Sends a statement and reads its rows.
    private func query(_ text: String) throws(SQLError) -> [[[UInt8]?]] {
        try command([CommandCode.query.rawValue] + Array(text.utf8))
        let first = try readPacket()
        switch first.first {
        case 0x00: return []
        case ErrorPacket.header: throw ErrorPacket.decode(first)
        default: break
        }
        var reader = ByteReader(first)
        guard let columns = try? reader.readLengthEncodedInteger(), columns >= 1, columns <= 64 else {
            throw SQLError(.clientMalformedPacket)
        }
        for _ in 0..<columns { _ = try readPacket() }
        if !capabilities.contains(.deprecateEOF) { _ = try readPacket() }
        var rows: [[[UInt8]?]] = []
        while rows.count < 64 {
            let packet = try readPacket()
            if packet.first == ErrorPacket.header { throw ErrorPacket.decode(packet) }
            if packet.first == 0xFE && packet.count < 0xFF_FFFF { return rows }
            rows.append(try TextRow.decode(packet, columnCount: Int(columns)))
        }
        throw SQLError(.clientMalformedPacket)
    }

    // MARK: Packets

    private func command(_ payload: [UInt8]) throws(SQLError) {
        sequence = 0
        try writePacket(payload)
    }

    private func writePacket(_ payload: [UInt8]) throws(SQLError) {
        var offset = 0
        repeat {
            let length = min(PacketWriter.maximumPayload, payload.count - offset)
            var writer = ByteWriter(capacity: length + PacketAssembly.headerByteCount)
            writer.write(UInt64(length), width: 3)
            writer.write(sequence)
            writer.write(payload[offset..<offset + length])
            sequence &+= 1
            offset += length
            do {
                try socket.write(writer.bytes)
            } catch {
                throw DonorConnection.lost(error)
            }
            if length < PacketWriter.maximumPayload { return }
        } while true
    }

    private func readPacket() throws(SQLError) -> [UInt8] {
        var assembly = PacketAssembly(sequence: sequence, maximumPayload: DonorConnection.maximumPacket)
        var payload: [UInt8] = []
        while !assembly.isComplete {
            let header = try read(PacketAssembly.headerByteCount)
            var reader = ByteReader(header)
            guard let word = try? reader.readUInt32(), case .read(let length) = try? assembly.header(word) else {
                throw SQLError(.clientMalformedPacket)
            }
            let part = try read(length)
            if payload.isEmpty { payload = part } else { payload += part }
        }
        sequence = assembly.sequence
        guard !payload.isEmpty else { throw SQLError(.clientMalformedPacket) }
        return payload
    }

    /// Large packets grow as their bytes arrive, so that a wrong length costs nothing.
    private func read(_ count: Int) throws(SQLError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let length = min(count - bytes.count, 1 << 20)
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: length))
            var failure: NetworkError?
            let isWhole = bytes.withUnsafeMutableBytes { buffer in
                do throws(NetworkError) {
                    return try socket.readExactly(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
                } catch {
                    failure = error
                    return false
                }
            }
            if let failure { throw DonorConnection.lost(failure) }
            guard isWhole else { throw DonorConnection.lost(.closed) }
        }
        return bytes
    }

    private static func lost(_ error: NetworkError) -> SQLError {
        SQLError(code: 2013, sqlState: "HY000", message: "Lost connection to MySQL server during query (\(error))")
    }
}
