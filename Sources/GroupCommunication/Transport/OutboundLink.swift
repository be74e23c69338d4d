import Network
import Platform

/// The connection on which this member sends to one peer; reconnects on its own until it is stopped.
///
/// Three threads meet here: the group communication thread sends, straight into the socket while that takes everything;
/// the link's own thread connects, greets and watches for the peer's end; a sender thread, started when first needed,
/// writes what the socket did not take at once.
///
/// Safe: what changes is guarded by `lock`, but for what belongs to the link's own thread.
final class OutboundLink: @unchecked Sendable {
    let peer: String
    private let settings: TransportSettings
    private let emit: @Sendable (TransportEvent) -> Void
    private let lock = Lock()
    private let changed = Condition()
    // Guarded by `lock`.
    private var socket: Socket?
    private var seal = FrameSeal(key: nil)
    private var queue: [[UInt8]] = []
    private var queuedBytes = 0
    private var headOffset = 0
    private var isSenderBusy = false
    private var isStopped = false
    private var writeFailure: NetworkError?
    private var droppedFrames: UInt64 = 0
    private var threads: [Thread] = []
    private var hasSender = false
    private var isDone = false
    // Only on the link's own thread.
    private var lastLogged = ""

    init(peer: String, settings: TransportSettings, emit: @escaping @Sendable (TransportEvent) -> Void) {
        self.peer = peer
        self.settings = settings
        self.emit = emit
        if let thread = Thread.start(name: "gr-link", stackSize: 256 << 10, { [self] in run() }) {
            lock.withLock { threads.append(thread) }
        } else {
            emit(.linkDown(peer, .silent))
        }
    }

    // MARK: Sending

    /// Sends a frame, or queues what the socket does not take at once. Without a connection, and above the queue's limit,
    /// the frame is lost, as on a network. Group communication thread only; never blocks.
    func send(_ frame: [UInt8]) {
        lock.withLock {
            guard let socket, writeFailure == nil else { return }
            let headerSize = seal.headerSize
            let size = headerSize + frame.count
            guard queue.isEmpty && !isSenderBusy else {
                guard queuedBytes + size <= settings.maximumQueuedBytes else {
                    droppedFrames += 1
                    return
                }
                queue += [seal.header(of: frame), frame]
                queuedBytes += size
                changed.broadcast()
                return
            }
            let pieces = [seal.header(of: frame), frame]
            do throws(NetworkError) {
                let sent = try socket.tryWrite(gathering: pieces)
                guard sent < size else { return }
                let inHeader = sent < headerSize
                queue = inHeader ? pieces : [frame]
                headOffset = inHeader ? sent : sent - headerSize
                queuedBytes = size - sent
                startSender()
                changed.broadcast()
            } catch {
                // The link's thread sees the hang-up and tells.
                writeFailure = error
                socket.shutdown()
            }
        }
    }

    /// Frames lost because the peer took none.
    var dropped: UInt64 { lock.withLock { droppedFrames } }

    private func startSender() {
        guard !hasSender else { return }
        if let thread = Thread.start(name: "gr-sender", stackSize: 256 << 10, { [self] in runSender() }) {
            hasSender = true
            threads.append(thread)
        } else {
            writeFailure = .system(action: "thread", errno: 11)
            socket?.shutdown()
        }
    }

    private func runSender() {
        while let (socket, pieces, offset) = nextToSend() {
            var failure: NetworkError?
            do throws(NetworkError) {
                guard let first = pieces.first else { continue }
                if offset > 0 {
                    try socket.write(Array(first[offset...]))
                    try socket.write(gathering: Array(pieces.dropFirst()))
                } else {
                    try socket.write(gathering: pieces)
                }
            } catch {
                failure = error
            }
            lock.withLock {
                isSenderBusy = false
                changed.broadcast()
                if let failure, self.socket === socket {
                    writeFailure = failure
                    socket.shutdown()
                }
            }
        }
    }

    private func nextToSend() -> (Socket, [[UInt8]], Int)? {
        lock.withLock {
            while true {
                if isStopped { return nil }
                if let socket, !queue.isEmpty, writeFailure == nil {
                    defer {
                        queue = []
                        queuedBytes = 0
                        headOffset = 0
                    }
                    isSenderBusy = true
                    return (socket, queue, headOffset)
                }
                changed.wait(lock)
            }
        }
    }

    // MARK: Connecting

    /// Why there is no connection.
    private enum LinkFailure: Error {
        case network(NetworkError)
        /// One of the two does not let the other in.
        case rejected(LinkRejection)

        var evidence: LinkEvidence {
            switch self {
            case .network(let error): error.evidence
            case .rejected(let rejection): .rejected(rejection)
            }
        }
    }

    /// A connection on which frames may flow.
    private struct Established {
        var socket: Socket
        var server: UUID
        var seal: FrameSeal
    }

    private func run() {
        var backoff = Duration.zero
        while !lock.withLock({ isStopped }) {
            var failure: LinkFailure
            do throws(LinkFailure) {
                let connection = try connect()
                guard adopt(connection) else {
                    connection.socket.close()
                    return
                }
                emit(.linkUp(peer, server: connection.server))
                lastLogged = ""
                backoff = .zero
                let hangUp = connection.socket.waitForHangUp()
                failure = .network(release(connection.socket) ?? hangUp)
            } catch {
                failure = error
                backoff = backoff == .zero ? settings.shortestBackoff : min(backoff * 2, settings.longestBackoff)
            }
            if lock.withLock({ isStopped }) { return }
            report(failure)
            emit(.linkDown(peer, failure.evidence))
            pause(backoff)
        }
    }

    private func connect() throws(LinkFailure) -> Established {
        let connection: Socket
        do throws(NetworkError) {
            guard let (host, port) = SocketAddress.parse(peer) else {
                throw .unknownHost(peer, reason: "not host:port")
            }
            connection = try Socket.connect(
                host: host, port: port, deadline: MonotonicTime.now() + settings.connectTimeout)
            do throws(NetworkError) {
                connection.setReadDeadline(MonotonicTime.now() + settings.greetingTimeout)
                connection.setWriteTimeout(settings.stallTimeout)
                connection.setAcknowledgeTimeout(settings.stallTimeout)
                if let tls = settings.tls { try connection.connectTLS(tls.client, host: host) }
            } catch {
                connection.close()
                throw error
            }
        } catch {
            throw OutboundLink.failure(error)
        }
        do throws(LinkFailure) {
            let (server, seal) = try greet(connection)
            connection.setReadDeadline(nil)
            return Established(socket: connection, server: server, seal: seal)
        } catch {
            connection.close()
            throw error
        }
    }

    private func greet(_ connection: Socket) throws(LinkFailure) -> (server: UUID, FrameSeal) {
        let greeting = LinkGreeting(
            versions: settings.versions, group: settings.group, serverUUID: settings.serverUUID,
            address: settings.address, holdsSecret: settings.secret != nil, nonce: LinkHandshake.nonce())
        let answer = try exchange(connection, greeting.encoded, LinkGreetingAnswer.size) {
            bytes throws(MalformedBytes) in try LinkGreetingAnswer(bytes)
        }
        try judge(answer.code)
        guard let secret = settings.secret else { return (answer.serverUUID, FrameSeal(key: nil)) }
        let statement = LinkStatement(greeting, answer, channelBinding: connection.channelBinding ?? []).bytes
        let verdict = try exchange(connection, secret.proof(.connecting, of: statement), LinkVerdict.size) {
            bytes throws(MalformedBytes) in try LinkVerdict(bytes)
        }
        try judge(verdict.code)
        guard secret.confirms(verdict.proof, .accepting, of: statement) else {
            throw .rejected(
                LinkRejection(.secret, "it does not hold this member's secret of the group (group_replication_group_secret_file)"))
        }
        let key = connection.isTLS ? nil : secret.proof(.frames, of: statement)
        return (answer.serverUUID, FrameSeal(key: key))
    }

    /// Says something and reads what comes back.
    private func exchange<Answer>(
        _ connection: Socket, _ bytes: [UInt8], _ size: Int, _ decode: ([UInt8]) throws(MalformedBytes) -> Answer
    ) throws(LinkFailure) -> Answer {
        var answer: [UInt8]
        do throws(NetworkError) {
            try connection.write(bytes)
            // An alert is shorter than any answer.
            answer = try connection.readArray(LinkGreetingAnswer.Alert.size)
            if LinkGreetingAnswer.Alert(answer) == nil {
                answer += try connection.readArray(size - LinkGreetingAnswer.Alert.size)
            }
        } catch {
            throw OutboundLink.failure(error)
        }
        if let alert = LinkGreetingAnswer.Alert(answer) { throw .rejected(OutboundLink.rejection(alert)) }
        do throws(MalformedBytes) {
            return try decode(answer)
        } catch {
            throw .network(.system(action: "greeting of \(peer): \(error)", errno: 71))  // EPROTO
        }
    }

    private func judge(_ code: LinkGreetingAnswer.Code) throws(LinkFailure) {
        let rejection: LinkRejection
        switch code {
        case .welcome: return
        // Another process has the address: the member that we look for is not there.
        case .otherGroup:
            rejection = LinkRejection(.otherGroup, "it belongs to a group of another name than \(settings.group)")
        case .sameMember:
            rejection = LinkRejection(
                .sameServer, "There is already a member with server_uuid \(settings.serverUUID)")
        case .noCommonVersion:
            rejection = LinkRejection(.version, "it and this server speak no common version of the group's protocol")
        case .secretNeeded:
            rejection = LinkRejection(
                .secret, "it wants proof of the group's secret, and this server holds none (group_replication_group_secret_file)")
        case .secretUnknown:
            rejection = LinkRejection(
                .secret, "it holds no secret of the group, and this server does (group_replication_group_secret_file)")
        case .secretDiffers:
            rejection = LinkRejection(
                .secret, "it holds another secret of the group than this server (group_replication_group_secret_file)")
        }
        throw .rejected(rejection)
    }

    private static func rejection(_ alert: LinkGreetingAnswer.Alert) -> LinkRejection {
        switch alert {
        case .notAllowed:
            LinkRejection(.allowlist, "this host's address is not in its allowlist (group_replication_ip_allowlist)")
        case .wantsTLS:
            LinkRejection(.tls, "it wants TLS, and this server has none for the group (group_replication_ssl_mode)")
        case .speaksNoTLS:
            LinkRejection(.tls, "it has no TLS for the group, and this server wants it (group_replication_ssl_mode)")
        }
    }

    /// What a failure says where TLS is spoken: OpenSSL has read the alert.
    private static func failure(_ error: NetworkError) -> LinkFailure {
        guard case .tls(let text) = error else { return .network(error) }
        if text.contains("access denied") { return .rejected(rejection(.notAllowed)) }
        if text.contains("unexpected message") { return .rejected(rejection(.speaksNoTLS)) }
        return .rejected(LinkRejection(.tls, "TLS: \(text) (group_replication_ssl_mode and the certificates of both)"))
    }

    private func adopt(_ connection: Established) -> Bool {
        lock.withLock {
            guard !isStopped else { return false }
            socket = connection.socket
            seal = connection.seal
            writeFailure = nil
            return true
        }
    }

    /// Takes the connection away from the senders, waits until none is in it, and closes it. Returns the failure of a
    /// write, which says more than the hang-up that followed.
    private func release(_ connection: Socket) -> NetworkError? {
        connection.shutdown()
        let failure = lock.withLock { () -> NetworkError? in
            socket = nil
            queue = []
            queuedBytes = 0
            headOffset = 0
            while isSenderBusy { changed.wait(lock) }
            return writeFailure
        }
        connection.close()
        return failure
    }

    private func report(_ failure: LinkFailure) {
        let (level, text): (ErrorLog.Level, String) =
            switch failure {
            case .network(let error): (.note, "\(error)")
            case .rejected(let rejection): (rejection.reason == .secret ? .error : .warning, rejection.text)
            }
        // Once for each kind of failure, not for each attempt.
        guard text != lastLogged else { return }
        lastLogged = text
        ErrorLog.shared.log(
            level, code: 11735, subsystem: "Repl",
            "Plugin group_replication reported: '[GCS] No connection to member \(peer): \(text). Trying again.'")
    }

    private func pause(_ duration: Duration) {
        guard duration > .zero else { return }
        let deadline = MonotonicTime.now() + duration
        lock.withLock {
            while !isStopped, changed.wait(lock, until: deadline) {}
        }
    }

    /// Ends the link; returns when its threads are done.
    func stop() {
        let threads = lock.withLock {
            isStopped = true
            socket?.shutdown()
            changed.broadcast()
            return self.threads
        }
        for thread in threads { thread.join() }
        lock.withLock { isDone = true }
    }

    /// Whether ``stop()`` has returned once. Any thread.
    var hasEnded: Bool { lock.withLock { isDone } }
}

extension Socket {
    /// Reads exactly so many bytes.
    func readArray(_ count: Int) throws(NetworkError) -> [UInt8] {
        var failure: NetworkError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(NetworkError) {
                initialized = try readExactly(into: UnsafeMutableRawBufferPointer(buffer)) ? count : 0
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if bytes.count < count { throw .closed }
        return bytes
    }
}
