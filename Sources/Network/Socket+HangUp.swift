import Glibc
import Platform

extension Socket {
    /// Blocks until the peer has ended or broken the connection, or ``shutdown()`` was called here. Reads nothing, so
    /// another thread may write meanwhile, with TLS too. `.reset` when the connection was broken, else `.closed`.
    public func waitForHangUp() -> NetworkError {
        let peerClosed: Int16 = 0x2000  // POLLRDHUP
        while true {
            var entry = pollfd(fd: descriptor, events: peerClosed, revents: 0)
            let ready = poll(&entry, 1, -1)
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { return .from("poll", errno) }
            var code: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0, code != 0 {
                return .from("poll", code)
            }
            return .closed
        }
    }
}

extension Socket {
    /// Breaks the connection when written bytes have not been acknowledged for so long: the peer's host is gone, and the
    /// kernel's own patience is a quarter of an hour.
    public func setAcknowledgeTimeout(_ timeout: Duration) {
        var milliseconds = UInt32(clamping: timeout.inNanoseconds / 1_000_000)
        let userTimeout: Int32 = 18  // TCP_USER_TIMEOUT
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), userTimeout, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
    }
}
