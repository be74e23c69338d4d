import Glibc
import Platform

/// `group_replication_ip_allowlist`: who may connect to the group port.
public struct IPAllowlist: Sendable {
    private struct Network: Sendable {
        /// 16 bytes; IPv4 addresses as ::ffff:a.b.c.d.
        var address: [UInt8]
        var prefix: Int

        func contains(_ other: [UInt8]) -> Bool {
            var left = prefix
            for (mine, theirs) in zip(address, other) {
                if left <= 0 { return true }
                let mask = left >= 8 ? 0xFF : UInt8(truncatingIfNeeded: 0xFF00 >> left)
                if mine & mask != theirs & mask { return false }
                left -= 8
            }
            return true
        }
    }

    private var networks: [Network] = []
    /// Resolved anew for each connection, as in MySQL.
    private var names: [String] = []

    /// What AUTOMATIC made of the host's interfaces, for the error log; nil for a list of the operator's.
    public private(set) var automaticRanges: String?

    /// MySQL's AUTOMATIC: this host itself, and the networks of those of its interfaces that have private addresses.
    public static var automatic: IPAllowlist { automatic(NetworkInterface.all()) }

    static func automatic(_ interfaces: [NetworkInterface]) -> IPAllowlist {
        var list = IPAllowlist()
        var ranges: [String] = []
        for interface in interfaces {
            guard let address = bytes(of: interface.address), privateNetworks.contains(where: { $0.contains(address) }) else {
                continue
            }
            let range = "\(interface.address)/\(interface.prefix)"
            if !ranges.contains(range) { ranges.append(range) }
        }
        list.networks = (ranges + thisHost).compactMap(network)
        list.automaticRanges = (ranges + thisHost).joined(separator: ",")
        return list
    }

    private static let thisHost = ["127.0.0.0/8", "::1/128"]
    private static let privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fe80::/10", "fc00::/7"]
        .compactMap(network)

    private init() {}

    /// Parses `AUTOMATIC` or a comma-separated list of addresses, `address/bits` and host names (`name/bits` too). Nil when
    /// an entry is none of these. This host may always connect.
    public init?(_ text: String) {
        let entries = text.split(separator: ",").map { entry in
            String(
                decoding: Array(entry.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()), as: UTF8.self
            )
        }
        if entries.count == 1, entries[0].uppercased() == "AUTOMATIC" {
            self = .automatic
            return
        }
        self.init()
        for text in IPAllowlist.thisHost + entries where !text.isEmpty {
            if let network = IPAllowlist.network(text) {
                networks.append(network)
            } else if IPAllowlist.isName(text) {
                names.append(text)
            } else {
                return nil
            }
        }
    }

    /// Whether the host with this numeric address may connect. Blocks while names of the list are resolved.
    public func permits(_ host: String) -> Bool {
        guard let address = IPAllowlist.bytes(of: host) else { return false }
        if networks.contains(where: { $0.contains(address) }) { return true }
        return names.contains { name in
            let parts = name.split(separator: "/", maxSplits: 1)
            return IPAllowlist.resolve(String(parts[0])).contains { resolved in
                let suffix = parts.count > 1 ? "/" + parts[1] : ""
                return IPAllowlist.network(resolved + suffix)?.contains(address) ?? false
            }
        }
    }

    /// Whether it is a host name, perhaps with `/bits`.
    private static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count > 1 {
            guard let bits = Int(parts[1]), bits >= 0, bits <= 128 else { return false }
        }
        let name = parts[0].utf8
        let isLetter: (UInt8) -> Bool = { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
        let isOther: (UInt8) -> Bool = { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
        return name.contains(where: isLetter) && name.allSatisfy { isLetter($0) || isOther($0) }
    }

    private static func network(_ text: String) -> Network? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = bytes(of: String(first)) else { return nil }
        let isVersion6 = first.contains(":")
        guard parts.count > 1 else { return Network(address: address, prefix: 128) }
        guard let bits = Int(parts[1]), bits >= 0, bits <= (isVersion6 ? 128 : 32) else { return nil }
        return Network(address: address, prefix: isVersion6 ? bits : bits + 96)
    }

    private static func bytes(of text: String) -> [UInt8]? {
        var version4 = in_addr()
        if inet_pton(AF_INET, text, &version4) == 1 {
            return [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + withUnsafeBytes(of: version4) { Array($0) }
        }
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        return withUnsafeBytes(of: version6) { Array($0) }
    }

    private static func resolve(_ name: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var result: [String] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: 1025)
            if getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
                == 0
            {
                result.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            next = entry.pointee.ai_next
        }
        return result
    }
}
