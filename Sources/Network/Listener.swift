import CPlatform
import Glibc
import Platform

/// Waits for connections on any number of TCP addresses and Unix sockets.
///
/// One thread calls ``accept()``; ``stop()`` may be called on any thread and makes it return.
///
/// Safe: the addresses are added before the one thread that accepts begins; `isStopped` is guarded by `lock`.
public final class Listener: @unchecked Sendable {
    private var descriptors: [Int32] = []
    private var paths: [String] = []
    private let wakeUp: Int32
    private let lock = Lock()
    private var isStopped = false

    public init() throws(NetworkError) {
        wakeUp = grouplite_eventfd()
        guard wakeUp >= 0 else { throw .from("eventfd", errno) }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
        for path in paths { unlink(path) }
        close(wakeUp)
    }

    /// Listens on `address` (a name, a numeric address, or `*` for all interfaces). Port 0 takes a free one. Returns the port.
    @discardableResult
    public func listen(address: String, port: UInt16, backlog: Int32 = 151) throws(NetworkError) -> UInt16 {
        let everywhere = address == "*" || address.isEmpty
        var addresses = try Resolver.resolve(everywhere ? nil : address, port: port, passive: true)
        if everywhere {
            // One IPv6 socket takes IPv4 too; where the host has no IPv6, IPv4 alone.
            addresses.sort { $0.family == AF_INET6 && $1.family != AF_INET6 }
        }
        var failure = NetworkError.unknownHost(address, reason: "no address")
        var boundPort: UInt16?
        for candidate in addresses {
            do throws(NetworkError) {
                boundPort = try bind(candidate, backlog)
                if everywhere { break }
            } catch {
                failure = error
            }
        }
        guard let boundPort else { throw failure }
        return boundPort
    }

    private func bind(_ address: Resolver.Address, _ backlog: Int32) throws(NetworkError) -> UInt16 {
        var address = address
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .from("socket", errno) }
        var on: Int32 = 1
        var off: Int32 = 0
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if address.family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size) }
        guard address.withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw .from("bind", code)
        }
        guard Glibc.listen(descriptor, backlog) == 0 else {
            let code = errno
            close(descriptor)
            throw .from("listen", code)
        }
        descriptors.append(descriptor)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return SocketAddress(&storage).port
    }

    /// Listens on a Unix socket that anybody on this host may use; a file left at `path` is replaced.
    public func listen(path: String, backlog: Int32 = 151) throws(NetworkError) {
        let address = try Resolver.unix(path)
        unlink(path)
        _ = try bind(address, backlog)
        chmod(path, 0o777)
        paths.append(path)
    }

    /// Waits for the next connection; nil after ``stop()``.
    ///
    /// Throws when the system has no descriptor left: wait a moment and call again.
    public func accept() throws(NetworkError) -> Socket? {
        while true {
            if lock.withLock({ isStopped }) { return nil }
            var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            entries.append(pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0))
            let ready = poll(&entries, nfds_t(entries.count), -1)
            guard ready > 0 else {
                if errno == EINTR { continue }
                throw .from("poll", errno)
            }
            for entry in entries where entry.fd != wakeUp && entry.revents != 0 {
                if let socket = try accept(from: entry.fd) { return socket }
            }
        }
    }

    private func accept(from descriptor: Int32) throws(NetworkError) -> Socket? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let connection = grouplite_accept_cloexec(descriptor, &storage, &length)
        guard connection >= 0 else {
            switch errno {
            case EINTR, EAGAIN, ECONNABORTED, EPROTO, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH: return nil
            case let code: throw .system(action: "accept", errno: code)
            }
        }
        return Socket(descriptor: connection, peer: SocketAddress(&storage))
    }

    /// Makes ``accept()`` return nil, now and later. Connections made so far stay.
    public func stop() {
        lock.withLock { isStopped = true }
        var one: UInt64 = 1
        _ = write(wakeUp, &one, 8)
    }
}
