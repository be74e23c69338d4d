import Network
import Platform

/// All links of one member: outbound ones that the core asks for, inbound ones that peers open.
///
/// `connect`, `disconnect` and `send` belong to the group communication thread; events come on the links' threads.
final class Transport: @unchecked Sendable {
    private let settings: TransportSettings
    private let emit: @Sendable (TransportEvent) -> Void
    private let listener: Listener
    /// The port that it listens on: the address's, or a free one where that is 0.
    let port: UInt16
    // Only on the group communication thread, and in `stop` after it has ended.
    private var outbound: [String: OutboundLink] = [:]
    private var retired: [OutboundLink] = []
    // Guarded by `lock`.
    private let lock = Lock()
    private let changed = Condition()
    private var inbound: [Int: InboundLink] = [:]
    private var inboundByPeer: [String: Int] = [:]
    private var nextInbound = 0
    private var isStopped = false
    private var acceptor: Thread?

    private static let acceptPause: Duration = .milliseconds(100)

    /// Listens on the address's port: on the loopback interface when its host is that, else on all interfaces.
    init(
        settings: TransportSettings, emit: @escaping @Sendable (TransportEvent) -> Void
    ) throws(NetworkError) {
        guard let (host, port) = SocketAddress.parse(settings.address) else {
            throw .unknownHost(settings.address, reason: "not host:port")
        }
        self.settings = settings
        self.emit = emit
        listener = try Listener()
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        self.port = try listener.listen(address: isLoopback ? host : "*", port: port)
        guard let thread = Thread.start(name: "gr-accept", stackSize: 256 << 10, { [self] in runAcceptor() }) else {
            throw .system(action: "thread", errno: 11)
        }
        lock.withLock { acceptor = thread }
    }

    // MARK: Outbound

    func connect(to peer: String) {
        guard outbound[peer] == nil else { return }
        outbound[peer] = OutboundLink(peer: peer, settings: settings, emit: emit)
    }

    func disconnect(from peer: String) {
        guard let link = outbound.removeValue(forKey: peer) else { return }
        // Its threads may be in a system call for a while: nobody waits for them here.
        retired.removeAll(where: \.hasEnded)
        retired.append(link)
        let thread = Thread.start(name: "gr-unlink", stackSize: 128 << 10) { link.stop() }
        if thread == nil { link.stop() }
    }

    func send(_ frame: [UInt8], to peer: String) {
        outbound[peer]?.send(frame)
    }

    // MARK: Inbound

    private func runAcceptor() {
        while true {
            let socket: Socket
            do throws(NetworkError) {
                guard let accepted = try listener.accept() else { return }
                socket = accepted
            } catch {
                LinkWarnings.shared.log("Cannot accept connections: \(error)")
                Thread.sleep(Transport.acceptPause)
                continue
            }
            guard settings.allowlist.permits(socket.peer.host) else {
                LinkWarnings.shared.log(
                    "Connection attempt from IP address \(socket.peer.host) refused. Address is not in the IP allowlist."
                )
                socket.close()
                continue
            }
            serve(socket)
        }
    }

    private func serve(_ socket: Socket) {
        let link = InboundLink(socket: socket, settings: settings, emit: emit)
        let number = lock.withLock { () -> Int? in
            guard !isStopped, inbound.count < settings.maximumInboundLinks else { return nil }
            nextInbound += 1
            inbound[nextInbound] = link
            return nextInbound
        }
        guard let number else {
            LinkWarnings.shared.log("Connection from \(socket.peer) refused: too many connections")
            socket.close()
            return
        }
        let thread = Thread.start(name: "gr-reader", stackSize: 2 << 20) { [self] in
            link.run { peer in replacePrevious(of: peer, by: number) }
            lock.withLock {
                inbound[number] = nil
                inboundByPeer = inboundByPeer.filter { $0.value != number }
                changed.broadcast()
            }
        }
        if thread == nil {
            lock.withLock { inbound[number] = nil }
            socket.close()
        }
    }

    /// A peer that connects again has given its older connection up.
    private func replacePrevious(of peer: String, by number: Int) {
        let previous = lock.withLock { () -> InboundLink? in
            let older = inboundByPeer[peer].flatMap { inbound[$0] }
            inboundByPeer[peer] = number
            return older
        }
        previous?.stop()
    }

    /// Ends all links. Returns when their threads are done and no event comes any more. After the group communication
    /// thread has ended.
    func stop() {
        listener.stop()
        let acceptor = lock.withLock {
            isStopped = true
            for link in inbound.values { link.stop() }
            return self.acceptor
        }
        acceptor?.join()
        for link in retired + outbound.values { link.stop() }
        outbound = [:]
        retired = []
        lock.withLock {
            for link in inbound.values { link.stop() }
            while !inbound.isEmpty { changed.wait(lock) }
        }
    }
}
