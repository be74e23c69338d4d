import Network
import Platform

/// All links of one member: outbound ones that the core asks for, inbound ones that peers open.
///
/// `connect`, `disconnect` and `send` belong to the group communication thread; events come on the links' threads.
///
/// Safe: the outbound links belong to the group communication thread, everything else that changes is guarded by `lock`.
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
    private var admission: LinkAdmission
    private var isStopped = false
    private var allowlist: IPAllowlist
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
        allowlist = settings.allowlist
        admission = LinkAdmission(settings.admission)
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
            guard lock.withLock({ allowlist }).permits(socket.peer.host) else {
                LinkWarnings.shared.log(
                    "Connection attempt from IP address \(socket.peer.host) refused. Address is not in the IP allowlist."
                )
                socket.setWriteTimeout(.milliseconds(100))
                do throws(NetworkError) { try socket.write(LinkGreetingAnswer.Alert.notAllowed.encoded) } catch {}
                socket.close()
                continue
            }
            serve(socket)
        }
    }

    private func serve(_ socket: Socket) {
        let link = InboundLink(socket: socket, settings: settings, emit: emit)
        let host = socket.peer.host
        let admitted = lock.withLock { () -> (number: Int, ending: [InboundLink])? in
            guard !isStopped else { return nil }
            let (number, ending) = admission.arrive(from: host)
            inbound[number] = link
            return (number, ending.compactMap { inbound[$0] })
        }
        guard let (number, ending) = admitted else {
            socket.close()
            return
        }
        if !ending.isEmpty {
            LinkWarnings.shared.log("Connections from \(host) were closed before they were through: too many at once")
            for link in ending { link.stop() }
        }
        let thread = Thread.start(name: "gr-reader", stackSize: 2 << 20) { [self] in
            link.run { identity in admit(number, link, as: identity) }
            lock.withLock {
                inbound[number] = nil
                admission.remove(number)
                changed.broadcast()
            }
        }
        if thread == nil {
            lock.withLock {
                inbound[number] = nil
                admission.remove(number)
            }
            socket.close()
        }
    }

    /// The handshake of that link is done. False when it had to go meanwhile.
    private func admit(_ number: Int, _ link: InboundLink, as identity: LinkIdentity) -> Bool {
        let ending = lock.withLock { () -> [InboundLink]? in
            guard !isStopped, let (isMember, ending) = admission.greet(number, as: identity) else { return nil }
            link.setLasting(isMember || !admission.knowsMembers)
            return ending.compactMap { inbound[$0] }
        }
        guard let ending else { return false }
        for link in ending { link.stop() }
        return true
    }

    /// For connections to come. Any thread.
    func setAllowlist(_ allowlist: IPAllowlist) {
        lock.withLock { self.allowlist = allowlist }
    }

    /// Who is in the configurations that the node knows. Group communication thread.
    func setMembers(_ members: Set<LinkIdentity>) {
        lock.withLock {
            let standings = admission.setMembers(members)
            for (number, isMember) in standings { inbound[number]?.setLasting(isMember || !admission.knowsMembers) }
        }
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
