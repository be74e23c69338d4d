import MySQLProtocol
import Network
import Platform

/// A client of a MySQL server: distributed recovery reads its donor through one, and the sandbox speaks to its members.
///
/// Blocking, owned by one thread; ``shutdown()`` may come from any and ends what is being waited for.
public final class MySQLClient {
    /// A statement's whole answer; values are texts, nil is NULL.
    public struct Result: Sendable {
        public var columns: [ColumnMetadata] = []
        public var rows: [[[UInt8]?]] = []
        public var ok: OKPacket

        /// The first row's first value as text.
        public var firstValue: String? {
            rows.first?.first.flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The most bytes that ``query(_:)`` gathers.
    private static let resultBytesMax = 256 << 20

    private let channel: PacketChannel
    private let capabilities: Capabilities
    public let greeting: HandshakeGreeting

    /// Connects and logs in; throws what the network (2003, 2026, ...) or the server says.
    public static func connect(_ settings: ConnectionSettings) throws(SQLError) -> MySQLClient {
        let deadline = MonotonicTime.now() + settings.connectTimeout
        let socket = try open(settings.endpoint, deadline)
        do throws(SQLError) {
            return try MySQLClient(socket, settings, deadline)
        } catch {
            socket.close()
            throw error
        }
    }

    private static func open(
        _ endpoint: ConnectionSettings.Endpoint, _ deadline: MonotonicTime
    ) throws(SQLError) -> Socket {
        do throws(NetworkError) {
            switch endpoint {
            case .tcp(let host, let port): return try Socket.connect(host: host, port: port, deadline: deadline)
            case .unix(let path): return try Socket.connect(path: path, deadline: deadline)
            }
        } catch {
            switch (endpoint, error) {
            case (.tcp(let host, _), .unknownHost): throw SQLError(.clientUnknownHost, host, error.errorNumber)
            case (.tcp(let host, let port), _): throw SQLError(.clientConnHostError, host, port, error.errorNumber)
            case (.unix(let path), _): throw SQLError(.clientConnectionError, path, error.errorNumber)
            }
        }
    }

    private init(_ socket: Socket, _ settings: ConnectionSettings, _ deadline: MonotonicTime) throws(SQLError) {
        channel = PacketChannel(socket: socket)
        channel.idleTimeout = settings.readTimeout
        channel.readTimeout = settings.readTimeout
        socket.setReadDeadline(deadline)
        socket.setWriteTimeout(settings.connectTimeout)

        let first = try Self.read(channel)
        if first.first == ErrorPacket.header { throw ErrorPacket.decode(first) }
        let greeting = try HandshakeGreeting.decode(first)
        self.greeting = greeting
        guard greeting.capabilities.isSuperset(of: [.protocol41, .secureConnection, .pluginAuth]) else {
            throw SQLError(.clientVersionError, 9, 10)
        }
        var wanted: Capabilities = [
            .longPassword, .longFlag, .protocol41, .transactions, .secureConnection, .multiResults, .pluginAuth,
            .connectAttributes, .pluginAuthLengthEncodedData, .sessionTrack, .deprecateEOF,
        ]
        if settings.schema != nil { wanted.insert(.connectWithDatabase) }
        let useTLS = try Self.decideTLS(settings, greeting, isUnix: socket.peer.isUnix)
        if useTLS { wanted.insert(.tls) }
        let agreed = wanted.intersection(greeting.capabilities)
        capabilities = agreed

        var response = HandshakeResponse(
            capabilities: agreed, maximumPacket: 1 << 30, user: settings.user, authenticationData: [],
            schema: settings.schema, plugin: "", attributes: settings.attributes)
        if useTLS {
            try channel.send(response.encodeTLSRequest())
            do throws(NetworkError) {
                var host = ""
                if case .tcp(let name, _) = settings.endpoint { host = name }
                try socket.connectTLS(try TLSContext.client(settings.tls), host: host)
            } catch {
                throw SQLError(.clientSslConnectionError, error)
            }
        }
        socket.startBuffering()
        var authentication = ClientAuthentication(
            password: settings.password, greeting: greeting, isSecureTransport: useTLS || socket.peer.isUnix,
            serverKey: settings.serverPublicKey, mayAskForKey: settings.mayAskForPublicKey)
        response.plugin = authentication.pluginName
        response.authenticationData = authentication.firstResponse
        try channel.send(response.encode())
        login: while true {
            let step = try authentication.receive(try Self.read(channel), capabilities: agreed)
            switch step {
            case .send(let payload): try channel.send(payload)
            case .wait: break
            case .accepted: break login
            }
        }
        socket.setReadDeadline(nil)
        socket.setWriteTimeout(settings.readTimeout)
    }

    private static func decideTLS(
        _ settings: ConnectionSettings, _ greeting: HandshakeGreeting, isUnix: Bool
    ) throws(SQLError) -> Bool {
        let offered = greeting.capabilities.contains(.tls)
        switch settings.tlsMode {
        case .disabled: return false
        case .preferred: return offered && !isUnix
        case .required:
            guard offered else {
                throw SQLError(.clientSslConnectionError, "SSL is required but the server doesn't support it")
            }
            return true
        }
    }

    deinit {
        channel.socket.close()
    }

    private static func read(_ channel: PacketChannel) throws(SQLError) -> [UInt8] {
        do throws(PacketChannel.ReadFailure) {
            guard let payload = try channel.read(maximum: PacketWriter.maximumLogicalPayload), !payload.isEmpty else {
                throw .network(.closed)
            }
            return payload
        } catch {
            switch error {
            case .network: throw SQLError(.clientServerLost)
            case .outOfOrder: throw SQLError(.clientMalformedPacket)
            case .tooLarge: throw SQLError(.clientNetPacketTooLarge)
            }
        }
    }

    /// Whether the connection is encrypted.
    public var isTLS: Bool { channel.socket.isTLS }
    /// What TLS agreed on; nil without it.
    public var tlsInfo: TLSInfo? { channel.socket.tlsInfo }

    /// Whether bytes that were read ahead wait: the next event may be there without waiting.
    public var hasBufferedBytes: Bool { channel.socket.bufferedByteCount > 0 }

    /// Ends the connection from any thread: whatever waits for the server fails with error 2013.
    public func shutdown() {
        channel.socket.shutdown()
    }

    /// Says goodbye and closes.
    public func close() {
        channel.packets.sequence = 0
        try? channel.send([CommandCode.quit.rawValue])
        channel.socket.close()
    }

    // MARK: Commands

    /// Sends a command; its answer is read by the caller.
    private func send(command payload: [UInt8]) throws(SQLError) {
        channel.packets.sequence = 0
        try channel.send(payload)
    }

    public func ping() throws(SQLError) {
        try send(command: [CommandCode.ping.rawValue])
        _ = try readOK()
    }

    /// Runs one statement and gathers its answer; throws the server's error.
    @discardableResult
    public func query(_ text: String) throws(SQLError) -> Result {
        try send(command: [CommandCode.query.rawValue] + Array(text.utf8))
        var result = try readResult()
        // Further results of a call: the last one counts.
        while result.ok.status.contains(.moreResultsExist) { result = try readResult() }
        return result
    }

    private func readOK() throws(SQLError) -> OKPacket {
        let payload = try Self.read(channel)
        if payload[0] == ErrorPacket.header { throw ErrorPacket.decode(payload) }
        return try OKPacket.decode(payload, capabilities: capabilities)
    }

    private func readResult() throws(SQLError) -> Result {
        let first = try Self.read(channel)
        switch first[0] {
        case ErrorPacket.header: throw ErrorPacket.decode(first)
        case 0: return Result(ok: try OKPacket.decode(first, capabilities: capabilities))
        default: break
        }
        var reader = ByteReader(first)
        guard let count = try? reader.readLengthEncodedInteger(), count <= UInt64(ProtocolLimits.columnsMax) else {
            throw SQLError(.clientMalformedPacket)
        }
        var columns: [ColumnMetadata] = []
        for _ in 0..<count { columns.append(try ColumnMetadata.decode(try Self.read(channel))) }
        if !capabilities.contains(.deprecateEOF) { _ = try Self.read(channel) }
        var rows: [[[UInt8]?]] = []
        var gathered = 0
        while true {
            let payload = try Self.read(channel)
            if payload[0] == ErrorPacket.header { throw ErrorPacket.decode(payload) }
            if payload[0] == 0xFE && payload.count < PacketWriter.maximumPayload {
                return Result(columns: columns, rows: rows, ok: try decodeEnd(payload))
            }
            gathered += payload.count
            guard gathered <= Self.resultBytesMax else { throw SQLError(.clientNetPacketTooLarge) }
            rows.append(try TextRow.decode(payload, columnCount: columns.count))
        }
    }

    private func decodeEnd(_ payload: [UInt8]) throws(SQLError) -> OKPacket {
        if capabilities.contains(.deprecateEOF) { return try OKPacket.decode(payload, capabilities: capabilities) }
        var reader = ByteReader(payload)
        guard (try? reader.skip(1)) != nil, let warnings = try? reader.readUInt16(), let status = try? reader.readUInt16()
        else { throw SQLError(.clientMalformedPacket) }
        return OKPacket(status: ServerStatus(rawValue: status), warnings: warnings)
    }

    // MARK: Replication

    /// Tells the source who we are (COM_REGISTER_REPLICA).
    public func register(_ request: RegisterReplicaRequest) throws(SQLError) {
        try send(command: request.encode())
        _ = try readOK()
    }

    /// Asks for binlog events; ``nextBinlogEvent()`` gives them. The connection serves nothing else afterwards.
    public func requestBinlog(_ request: BinlogDumpRequest) throws(SQLError) {
        try send(command: request.encode())
    }

    /// The next event's bytes; nil when the source has no more (only with ``BinlogDumpRequest/nonBlock``). Blocks.
    public func nextBinlogEvent() throws(SQLError) -> ArraySlice<UInt8>? {
        let payload = try Self.read(channel)
        switch payload[0] {
        case 0: return payload[1...]
        case ErrorPacket.header: throw ErrorPacket.decode(payload)
        case 0xFE where payload.count < 9: return nil
        default: throw SQLError(.clientMalformedPacket)
        }
    }
}
