import Glibc
import Platform

extension Socket {
    /// Connects over TCP, trying the host's addresses one after the other. Blocks, at most until the deadline.
    public static func connect(
        host: String, port: UInt16, deadline: MonotonicTime
    ) throws(NetworkError) -> Socket {
        var failure = NetworkError.unknownHost(host, reason: "no address")
        // IPv4 first where a name has both, as group communication and MySQL's clients of it do.
        let addresses = try Resolver.resolve(host, port: port)
        for address in addresses.filter({ $0.family == AF_INET }) + addresses.filter({ $0.family != AF_INET }) {
            do throws(NetworkError) {
                return try connect(address, peer: nil, deadline: deadline)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Connects to a Unix socket.
    public static func connect(path: String, deadline: MonotonicTime) throws(NetworkError) -> Socket {
        try connect(try Resolver.unix(path), peer: .unix(path: path), deadline: deadline)
    }

    private static func connect(
        _ address: Resolver.Address, peer: SocketAddress?, deadline: MonotonicTime
    ) throws(NetworkError) -> Socket {
        var address = address
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .from("socket", errno) }
        do throws(NetworkError) {
            let status = address.withPointer { Glibc.connect(descriptor, $0, $1) }
            if status != 0 {
                let code = errno
                guard code == EINPROGRESS || code == EINTR else { throw .from("connect", code) }
                try awaitConnection(descriptor, deadline)
            }
            let flags = fcntl(descriptor, F_GETFL)
            guard flags >= 0, fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) == 0 else { throw .from("fcntl", errno) }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return Socket(descriptor: descriptor, peer: peer ?? SocketAddress(&address.storage))
    }

    private static func awaitConnection(_ descriptor: Int32, _ deadline: MonotonicTime) throws(NetworkError) {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let left = (deadline - MonotonicTime.now()).inNanoseconds / 1_000_000
            let ready = poll(&entry, 1, Int32(clamping: left))
            if ready < 0 && errno == EINTR { continue }
            guard ready >= 0 else { throw .from("poll", errno) }
            guard ready > 0 else { throw .timedOut }
            var code: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
                throw .from("getsockopt", errno)
            }
            if code != 0 { throw .from("connect", code) }
            return
        }
    }

    /// Two sockets connected with each other: for tests and for talking to oneself.
    public static func pair() throws(NetworkError) -> (Socket, Socket) {
        var descriptors: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &descriptors) == 0 else { throw .from("socketpair", errno) }
        return (
            Socket(descriptor: descriptors[0], peer: .unix(path: "")),
            Socket(descriptor: descriptors[1], peer: .unix(path: ""))
        )
    }
}
