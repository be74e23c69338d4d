import Glibc

/// Which names are known, and which addresses are this host's. Asks the system's resolver: blocks.
public enum LocalAddress {
    public enum Standing: Sendable {
        /// The name is not known.
        case unknown
        case elsewhere
        /// A socket of this host may have it.
        case here
    }

    public static func isKnown(_ host: String) -> Bool {
        (try? Resolver.resolve(host, port: 0)) != nil
    }

    public static func standing(of host: String) -> Standing {
        guard let addresses = try? Resolver.resolve(host, port: 0) else { return .unknown }
        return addresses.contains(where: isHere) ? .here : .elsewhere
    }

    /// What the kernel lets a socket be bound to, whatever the interfaces are called.
    private static func isHere(_ address: Resolver.Address) -> Bool {
        var address = address
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return address.withPointer { bind(descriptor, $0, $1) } == 0
    }
}
