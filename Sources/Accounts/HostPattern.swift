import MySQLTypes

/// The host part of an account: a name or address with the wildcards `%` and `_`, an IPv4 address with a netmask
/// (`10.0.0.0/255.0.0.0`), or a CIDR block (`10.0.0.0/8`). As in MySQL, what is none of these is compared as a name.
package struct HostPattern: Comparable {
    /// How an IPv4 address is restricted, the most specific first.
    private enum Mask: Int {
        case none, cidr, netmask
    }

    private let text: String
    private let address: (ip: UInt32, mask: UInt32, kind: Mask)?

    package init(_ text: String) {
        self.text = text
        address = Self.address(text)
    }

    /// Whether a client that is known by these names and addresses comes from here.
    package func matches(_ hosts: [String]) -> Bool {
        if text.isEmpty || text == "%" { return true }
        return hosts.contains { host in
            if let address {
                guard let ip = Self.ip(Substring(host)) else { return false }
                return ip & address.mask == address.ip
            }
            return text == host || WildcardPattern.matches(Array(host.lowercasedASCII.utf8), Array(text.utf8))
        }
    }

    /// The greater is the more specific: addresses before names, and among them single ones before CIDR blocks before
    /// netmasks, the smaller network first; names by their length before the first wildcard.
    package static func < (left: HostPattern, right: HostPattern) -> Bool {
        switch (left.address, right.address) {
        case (let left?, let right?):
            left.kind == right.kind ? left.mask < right.mask : left.kind.rawValue > right.kind.rawValue
        case (nil, _?): true
        case (_?, nil): false
        case (nil, nil): left.literalLength < right.literalLength
        }
    }

    package static func == (left: HostPattern, right: HostPattern) -> Bool {
        !(left < right) && !(right < left)
    }

    private var literalLength: Int {
        guard let wildcard = text.utf8.firstIndex(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "_") }) else {
            return text.isEmpty ? 0 : .max
        }
        return text.utf8.distance(from: text.utf8.startIndex, to: wildcard) + 1
    }

    private static func address(_ text: String) -> (ip: UInt32, mask: UInt32, kind: Mask)? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let ip = ip(first) else { return nil }
        guard parts.count == 2 else { return (ip, .max, .none) }
        if parts[1].utf8.count <= 2, let bits = UInt32(parts[1]), bits <= 32 {
            return (ip, bits == 0 ? 0 : .max << (32 - bits), .cidr)
        }
        guard let mask = Self.ip(parts[1]) else { return nil }
        return (ip, mask, .netmask)
    }

    /// Four numbers with points between them.
    private static func ip(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt32 = 0
        for part in parts {
            guard part.utf8.count <= 3, part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let byte = UInt8(part) else {
                return nil
            }
            result = result << 8 | UInt32(byte)
        }
        return result
    }
}
