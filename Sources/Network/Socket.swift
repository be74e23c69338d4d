import Glibc
import Platform

/// One blocking stream socket, plain or TLS: client sessions, group links, recovery and clone all use it.
///
/// One thread reads and one thread writes at a time; with TLS it must be the same one, or the callers take turns.
/// ``shutdown()`` may be called on any thread and wakes both. Nothing here raises SIGPIPE.
///
/// Safe: `lock` guards the descriptor's end; the buffer and the time limits belong to the one reader and the one
/// writer (see above).
public final class Socket: @unchecked Sendable {
    private static let ignoreBrokenPipe: Void = {
        // OpenSSL writes with plain write(2), where MSG_NOSIGNAL does not exist.
        signal(SIGPIPE, SIG_IGN)
    }()

    /// Size of the read buffer that ``startBuffering()`` adds.
    static let bufferByteCount = 16 * 1024

    let descriptor: Int32
    private let lock = Lock()
    private var isClosed = false
    var tls: TLSSession?

    private var readTimeout: Duration?
    private var writeTimeout: Duration?
    private var readDeadline: MonotonicTime?
    private var packetDeadline: MonotonicTime?

    private var buffer: UnsafeMutableRawBufferPointer?
    private var bufferStart = 0
    private var bufferEnd = 0

    /// The other end.
    public let peer: SocketAddress
    /// Bytes taken from the stream so far.
    public private(set) var bytesReceived: UInt64 = 0

    /// Takes over a connected descriptor.
    init(descriptor: Int32, peer: SocketAddress) {
        _ = Self.ignoreBrokenPipe
        self.descriptor = descriptor
        self.peer = peer
        if !peer.isUnix {
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    deinit {
        close()
        buffer?.deallocate()
    }

    /// Ends the connection in both directions: reads and writes that wait on other threads return. Any thread.
    public func shutdown() {
        lock.withLock {
            if !isClosed { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes the descriptor. Only when no other thread reads or writes any more; the owner does it once at the end.
    public func close() {
        lock.withLock {
            guard !isClosed else { return }
            isClosed = true
            tls?.closeNotify()
            tls = nil
            Glibc.close(descriptor)
        }
    }

    // MARK: Time limits

    /// The longest that one read waits for a byte (`net_read_timeout`, `wait_timeout`); nil waits for ever.
    public func setReadTimeout(_ timeout: Duration?) {
        guard timeout != readTimeout else { return }
        readTimeout = timeout
        setOption(SO_RCVTIMEO, timeout)
    }

    /// The longest that one write waits for room (`net_write_timeout`); nil waits for ever.
    public func setWriteTimeout(_ timeout: Duration?) {
        guard timeout != writeTimeout else { return }
        writeTimeout = timeout
        setOption(SO_SNDTIMEO, timeout)
    }

    /// A point after which no read waits, however the bytes drip in (`connect_timeout`); nil ends it.
    public func setReadDeadline(_ deadline: MonotonicTime?) {
        readDeadline = deadline
        if deadline == nil { setOption(SO_RCVTIMEO, readTimeout) }
    }

    /// The same for the packet, or the part of one, that is being read (`net_read_timeout`); nil when it is there.
    public func setPacketDeadline(_ deadline: MonotonicTime?) {
        guard deadline != nil || packetDeadline != nil else { return }
        packetDeadline = deadline
        if deadline == nil && readDeadline == nil { setOption(SO_RCVTIMEO, readTimeout) }
    }

    /// When the read must be over.
    private var earliestDeadline: MonotonicTime? {
        guard let packetDeadline else { return readDeadline }
        return readDeadline.map { min($0, packetDeadline) } ?? packetDeadline
    }

    /// -1 once it is closed: the number may be another file's by then.
    var openDescriptor: Int32 { lock.withLock { isClosed ? -1 : descriptor } }

    private func setOption(_ option: Int32, _ timeout: Duration?) {
        let nanoseconds = timeout.map { max(1_000, $0.inNanoseconds) } ?? 0
        var time = timeval(tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds % 1_000_000_000 / 1000))
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    private func applyDeadline() throws(NetworkError) {
        guard let deadline = earliestDeadline else { return }
        let left = deadline - MonotonicTime.now()
        guard left > .zero else { throw .timedOut }
        setOption(SO_RCVTIMEO, min(left, readTimeout ?? left))
    }

    // MARK: Reading

    /// Reads ahead from now on, which saves system calls. Not before TLS is settled: bytes read ahead belong to it.
    public func startBuffering() {
        if buffer == nil { buffer = .allocate(byteCount: Self.bufferByteCount, alignment: 16) }
    }

    /// Reads what is there, at least one byte, at most `target.count`. Returns 0 at the end of the stream.
    public func read(into target: UnsafeMutableRawBufferPointer) throws(NetworkError) -> Int {
        guard !target.isEmpty else { return 0 }
        guard let buffer else { return try receive(target) }
        if bufferStart == bufferEnd {
            if target.count >= buffer.count { return try receive(target) }
            bufferStart = 0
            bufferEnd = 0
            bufferEnd = try receive(buffer)
        }
        let count = min(target.count, bufferEnd - bufferStart)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[bufferStart..<bufferStart + count]))
        bufferStart += count
        return count
    }

    /// Fills `target`. Returns false when the stream ended before its first byte; throws `.closed` when it ended inside.
    @discardableResult
    public func readExactly(into target: UnsafeMutableRawBufferPointer) throws(NetworkError) -> Bool {
        var done = 0
        while done < target.count {
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: target[done...]))
            if count == 0 {
                if done == 0 { return false }
                throw .closed
            }
            done += count
        }
        return true
    }

    /// Bytes read ahead that wait in the buffer.
    public var bufferedByteCount: Int { bufferEnd - bufferStart }

    private func receive(_ target: UnsafeMutableRawBufferPointer) throws(NetworkError) -> Int {
        try applyDeadline()
        let count: Int
        if let tls {
            count = try tls.read(into: target, until: earliestDeadline)
        } else {
            count = try retrying("recv") { recv(descriptor, target.baseAddress, target.count, 0) }
        }
        bytesReceived &+= UInt64(count)
        return count
    }

    private func retrying(_ action: String, _ call: () -> Int) throws(NetworkError) -> Int {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            if code != EINTR { throw .from(action, code) }
        }
    }

    // MARK: Writing

    /// Writes all of `bytes`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(NetworkError) {
        var done = 0
        var pace: WritePace?
        while done < bytes.count {
            if done > 0 {
                // The call stopped before its end. The socket's timeout would begin anew, however slowly the peer reads.
                if pace == nil { pace = WritePace(timeout: writeTimeout, done: done) }
                try pace?.check(done)
            }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            if let tls {
                done += try tls.write(rest)
            } else {
                done += try retrying("send") { send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL)) }
            }
        }
    }

    /// How fast a peer must read: each mebibyte within the timeout.
    private struct WritePace {
        private static let pieceByteCount = 1 << 20
        private let timeout: Duration?
        private var deadline: MonotonicTime
        private var pieceEnd: Int

        init(timeout: Duration?, done: Int) {
            self.timeout = timeout
            deadline = .now() + (timeout ?? .zero)
            pieceEnd = done + Self.pieceByteCount
        }

        mutating func check(_ done: Int) throws(NetworkError) {
            guard let timeout else { return }
            let now = MonotonicTime.now()
            if done >= pieceEnd {
                pieceEnd = done + Self.pieceByteCount
                deadline = now + timeout
            } else if now >= deadline {
                throw .timedOut
            }
        }
    }

    /// Writes all of `bytes`.
    public func write(_ bytes: [UInt8]) throws(NetworkError) {
        var failure: NetworkError?
        bytes.withUnsafeBytes { buffer in
            do throws(NetworkError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Writes several pieces in as few system calls as possible.
    public func write(gathering pieces: [[UInt8]]) throws(NetworkError) {
        if tls != nil || pieces.count == 1 {
            for piece in pieces { try write(piece) }
            return
        }
        var next = 0
        var offset = 0
        while next < pieces.count {
            let sent = try retrying("sendmsg") { sendGathered(pieces, from: next, offset: offset, flags: 0) }
            Self.advance(pieces, &next, &offset, by: sent)
        }
    }

    /// Writes what the socket takes at once, starting `offset` bytes into the first piece; returns how many bytes it took,
    /// 0 when it is full. A TLS socket takes nothing here: its records cannot be left half written.
    public func tryWrite(gathering pieces: [[UInt8]], offset: Int = 0) throws(NetworkError) -> Int {
        guard tls == nil else { return 0 }
        while true {
            let sent = sendGathered(pieces, from: 0, offset: offset, flags: Int32(MSG_DONTWAIT))
            if sent >= 0 { return sent }
            let code = errno
            if code == EAGAIN || code == EWOULDBLOCK { return 0 }
            if code != EINTR { throw .from("sendmsg", code) }
        }
    }

    private static let maximumPieces = 256

    private func sendGathered(_ pieces: [[UInt8]], from first: Int, offset: Int, flags: Int32) -> Int {
        let count = min(pieces.count - first, Self.maximumPieces)
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
            for index in 0..<count {
                // The arrays stay alive in `pieces` until the call below has returned.
                let skipped = index == 0 ? offset : 0
                let piece = pieces[first + index]
                let base = piece.withUnsafeBytes { $0.baseAddress }
                vectors[index] = iovec(
                    iov_base: base.map { UnsafeMutableRawPointer(mutating: $0 + skipped) }, iov_len: piece.count - skipped)
            }
            var message = msghdr()
            message.msg_iov = vectors.baseAddress
            message.msg_iovlen = count
            return withExtendedLifetime(pieces) {
                sendmsg(descriptor, &message, flags | Int32(MSG_NOSIGNAL))
            }
        }
    }

    private static func advance(_ pieces: [[UInt8]], _ next: inout Int, _ offset: inout Int, by sent: Int) {
        var left = sent
        while next < pieces.count {
            let size = pieces[next].count - offset
            if left < size {
                offset += left
                return
            }
            left -= size
            offset = 0
            next += 1
        }
    }

    // MARK: TLS

    /// The first byte that has come and is not read yet, which stays; waits for it until the read deadline. Nil at the stream's
    /// end. Before TLS and ``startBuffering()`` only.
    public func peekByte() throws(NetworkError) -> UInt8? {
        try applyDeadline()
        var byte: UInt8 = 0
        let count = try retrying("recv") { recv(descriptor, &byte, 1, Int32(MSG_PEEK)) }
        return count > 0 ? byte : nil
    }

    /// Begins TLS as the server. Blocks until the handshake is done.
    public func acceptTLS(_ context: TLSContext) throws(NetworkError) {
        try applyDeadline()
        tls = try TLSSession.accept(descriptor: descriptor, context: context, until: readDeadline)
    }

    /// Begins TLS as the client of `host`. Blocks until the handshake is done.
    public func connectTLS(_ context: TLSContext, host: String) throws(NetworkError) {
        try applyDeadline()
        tls = try TLSSession.connect(descriptor: descriptor, context: context, host: host, until: readDeadline)
    }

    public var isTLS: Bool { tls != nil }
    /// What was negotiated; nil on a plain socket.
    public var tlsInfo: TLSInfo? { tls?.info }
}
