import Network
import Platform

/// The connection on which this member sends to one peer; reconnects on its own until it is stopped.
///
/// Three threads meet here: the group communication thread sends, straight into the socket while that takes everything;
/// the link's own thread connects, greets and watches for the peer's end; a sender thread, started when first needed,
/// writes what the socket did not take at once.
final class OutboundLink: @unchecked Sendable {
    let peer: String
    private let settings: TransportSettings
    private let emit: @Sendable (TransportEvent) -> Void
    private let lock = Lock()
    private let changed = Condition()
    // Guarded by `lock`.
    private var socket: Socket?
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
        let pieces = [WireFrame.header(of: frame), frame]
        let size = WireFrame.headerSize + frame.count
        lock.withLock {
            guard let socket, writeFailure == nil else { return }
            guard queue.isEmpty && !isSenderBusy else {
                guard queuedBytes + size <= settings.maximumQueuedBytes else {
                    droppedFrames += 1
                    return
                }
                queue += pieces
                queuedBytes += size
                changed.broadcast()
                return
            }
            do throws(NetworkError) {
                let sent = try socket.tryWrite(gathering: pieces)
                guard sent < size else { return }
                let inHeader = sent < WireFrame.headerSize
                queue = inHeader ? pieces : [frame]
                headOffset = inHeader ? sent : sent - WireFrame.headerSize
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

    private func run() {
        var backoff = Duration.zero
        while !lock.withLock({ isStopped }) {
            var failure: NetworkError
            do throws(NetworkError) {
                let connection = try connect()
                guard adopt(connection) else {
                    connection.close()
                    return
                }
                emit(.linkUp(peer))
                lastLogged = ""
                backoff = .zero
                failure = connection.waitForHangUp()
                failure = release(connection) ?? failure
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

    private func connect() throws(NetworkError) -> Socket {
        guard let (host, port) = SocketAddress.parse(peer) else {
            throw .unknownHost(peer, reason: "not host:port")
        }
        let connection = try Socket.connect(
            host: host, port: port, deadline: MonotonicTime.now() + settings.connectTimeout)
        do throws(NetworkError) {
            connection.setReadDeadline(MonotonicTime.now() + settings.greetingTimeout)
            connection.setWriteTimeout(settings.stallTimeout)
            connection.setAcknowledgeTimeout(settings.stallTimeout)
            if let tls = settings.tls { try connection.connectTLS(tls.client, host: host) }
            try connection.write(
                LinkGreeting(
                    versions: settings.versions, group: settings.group, serverUUID: settings.serverUUID,
                    address: settings.address
                ).encoded)
            let answer: LinkGreetingAnswer
            let bytes = try connection.readArray(LinkGreetingAnswer.size)
            do throws(MalformedBytes) {
                answer = try LinkGreetingAnswer(bytes)
            } catch {
                throw .system(action: "greeting of \(peer): \(error)", errno: 71)  // EPROTO
            }
            switch answer.code {
            case .welcome: break
            // Another process has the address: the member that we look for is not there.
            case .otherGroup, .sameMember: throw .refused
            case .noCommonVersion: throw .system(action: "greeting of \(peer): no common version", errno: 71)
            }
            connection.setReadDeadline(nil)
            return connection
        } catch {
            connection.close()
            throw error
        }
    }

    private func adopt(_ connection: Socket) -> Bool {
        lock.withLock {
            guard !isStopped else { return false }
            socket = connection
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

    private func report(_ failure: NetworkError) {
        // Once for each kind of failure, not for each attempt.
        guard failure.description != lastLogged else { return }
        lastLogged = failure.description
        ErrorLog.shared.log(
            .note, subsystem: "Repl",
            "Plugin group_replication reported: '[GCS] No connection to member \(peer): \(failure). Trying again.'")
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
