import Network
import Platform

/// A connection on which a peer sends to this member. Its thread reads the greeting, then frames, until either side
/// ends it.
final class InboundLink: @unchecked Sendable {
    private let socket: Socket
    private let settings: TransportSettings
    private let emit: @Sendable (TransportEvent) -> Void
    /// Larger frames are read in such pieces: memory follows what has come, and each piece is a sign of life.
    private static let pieceBytes = 1 << 20
    private static let signOfLifeInterval: Duration = .milliseconds(100)

    init(socket: Socket, settings: TransportSettings, emit: @escaping @Sendable (TransportEvent) -> Void) {
        self.socket = socket
        self.settings = settings
        self.emit = emit
    }

    /// Ends the connection: `run` returns soon. Any thread.
    func stop() {
        socket.shutdown()
    }

    /// Reads until the end. `greeted` is told the peer's address once that is known.
    func run(greeted: (String) -> Void) {
        defer { socket.close() }
        do throws(LinkFailure) {
            guard let peer = try greet() else { return }
            greeted(peer)
            try readFrames(from: peer)
        } catch {
            switch error {
            case .network(.closed), .network(.reset): break
            case .network(let failure): warn("\(failure)")
            case .malformed(let failure): warn("\(failure)")
            }
        }
    }

    private enum LinkFailure: Error {
        case network(NetworkError)
        case malformed(MalformedBytes)
    }

    private func warn(_ text: String) {
        LinkWarnings.shared.log("Connection from \(socket.peer) closed: \(text)")
    }

    private func read(_ count: Int) throws(LinkFailure) -> [UInt8] {
        do throws(NetworkError) {
            return try socket.readArray(count)
        } catch {
            throw .network(error)
        }
    }

    private func write(_ bytes: [UInt8]) throws(LinkFailure) {
        do throws(NetworkError) {
            try socket.write(bytes)
        } catch {
            throw .network(error)
        }
    }

    private func greet() throws(LinkFailure) -> String? {
        socket.setReadDeadline(MonotonicTime.now() + settings.greetingTimeout)
        socket.setWriteTimeout(settings.greetingTimeout)
        if let tls = settings.tls {
            do throws(NetworkError) { try socket.acceptTLS(tls.server) } catch { throw .network(error) }
        }
        socket.startBuffering()
        let head = try read(LinkGreeting.headSize)
        let greeting: LinkGreeting
        do throws(MalformedBytes) {
            let (length, checksum) = try LinkGreeting.parse(head: head)
            greeting = try LinkGreeting(body: try readBody(length), checksum: checksum)
        } catch {
            throw .malformed(error)
        }
        let (code, version) = answer(to: greeting)
        try write(LinkGreetingAnswer(code: code, version: version).encoded)
        guard code == .welcome else {
            warn("\(greeting.address) (\(greeting.serverUUID)) of group \(greeting.group): \(code)")
            return nil
        }
        socket.setReadDeadline(nil)
        return greeting.address
    }

    private func readBody(_ length: Int) throws(MalformedBytes) -> [UInt8] {
        do throws(LinkFailure) {
            return try read(length)
        } catch {
            throw MalformedBytes("an incomplete greeting")
        }
    }

    private func answer(to greeting: LinkGreeting) -> (LinkGreetingAnswer.Code, UInt16) {
        let version = min(greeting.versions.upperBound, settings.versions.upperBound)
        if greeting.group != settings.group { return (.otherGroup, version) }
        if greeting.serverUUID == settings.serverUUID { return (.sameMember, version) }
        if version < max(greeting.versions.lowerBound, settings.versions.lowerBound) {
            return (.noCommonVersion, version)
        }
        return (.welcome, version)
    }

    private func readFrames(from peer: String) throws(LinkFailure) {
        while true {
            let length: Int
            let checksum: UInt32
            let header = try read(WireFrame.headerSize)
            do throws(MalformedBytes) {
                (length, checksum) = try WireFrame.parse(header: header)
            } catch {
                throw .malformed(error)
            }
            let frame = try readFrame(length, from: peer)
            guard CRC32C.checksum(frame) == checksum else {
                throw .malformed(MalformedBytes("a frame with a wrong checksum"))
            }
            emit(.received(from: peer, frame: frame))
        }
    }

    private func readFrame(_ length: Int, from peer: String) throws(LinkFailure) -> [UInt8] {
        if length <= InboundLink.pieceBytes { return try read(length) }
        var frame: [UInt8] = []
        var toldAt = MonotonicTime.now()
        while frame.count < length {
            frame += try read(min(InboundLink.pieceBytes, length - frame.count))
            let now = MonotonicTime.now()
            if now - toldAt >= InboundLink.signOfLifeInterval {
                toldAt = now
                emit(.sawBytes(from: peer))
            }
        }
        return frame
    }
}

/// Warnings that strangers can cause, at most a few each second: garbage on the port must not fill the disk.
final class LinkWarnings: Sendable {
    static let shared = LinkWarnings()
    private let state = State()
    private static let perSecond = 5

    private final class State: @unchecked Sendable {
        let lock = Lock()
        var second: UInt64 = 0
        var count = 0
    }

    func log(_ text: String) {
        let isShown = state.lock.withLock {
            let second = MonotonicTime.now().nanoseconds / 1_000_000_000
            if second != state.second { (state.second, state.count) = (second, 0) }
            state.count += 1
            return state.count <= LinkWarnings.perSecond
        }
        guard isShown else { return }
        ErrorLog.shared.log(
            .warning, subsystem: "Repl", "Plugin group_replication reported: '[GCS] \(text)'")
    }
}
