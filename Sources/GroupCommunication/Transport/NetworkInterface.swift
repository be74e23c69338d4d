import Glibc

/// An address of this host's, with the bits of its network.
struct NetworkInterface: Hashable {
    var address: String
    var prefix: Int

    /// Those of all interfaces that are up.
    static func all() -> [NetworkInterface] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var result: [NetworkInterface] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ifa_next
            guard entry.pointee.ifa_flags & UInt32(IFF_UP) != 0, let address = entry.pointee.ifa_addr,
                let mask = entry.pointee.ifa_netmask
            else { continue }
            switch Int32(address.pointee.sa_family) {
            case AF_INET:
                address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    mask.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { mask in
                        let prefix = mask.pointee.sin_addr.s_addr.nonzeroBitCount
                        text(AF_INET, &address.pointee.sin_addr).map { result.append(NetworkInterface(address: $0, prefix: prefix)) }
                    }
                }
            case AF_INET6:
                address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    mask.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { mask in
                        let prefix = withUnsafeBytes(of: mask.pointee.sin6_addr) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
                        text(AF_INET6, &address.pointee.sin6_addr).map { result.append(NetworkInterface(address: $0, prefix: prefix)) }
                    }
                }
            default: break
            }
        }
        return result
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, address, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
