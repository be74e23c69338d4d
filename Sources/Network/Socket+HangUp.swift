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
    /// Which of the sockets, by place, were ended or broken by their peers. Does not wait; another thread may read and write.
    public static func hungUp(_ sockets: [Socket]) -> [Int] {
        let peerClosed: Int16 = 0x2000  // POLLRDHUP
        var entries = sockets.map { pollfd(fd: $0.openDescriptor, events: peerClosed, revents: 0) }
        guard poll(&entries, nfds_t(entries.count), 0) > 0 else { return [] }
        let gone = Int32(peerClosed) | POLLHUP | POLLERR
        return entries.indices.filter { entries[$0].fd >= 0 && Int32(entries[$0].revents) & gone != 0 }
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
