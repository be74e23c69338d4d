/// A server's version for comparing: major, minor and patch.
package struct ServerVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
    package var major: UInt8
    package var minor: UInt8
    var patch: UInt8

    package init(major: UInt8, minor: UInt8, patch: UInt8) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `major.minor.patch` at the beginning of `text`, whatever follows; nil when it is not there.
    package init?(prefixOf text: String) {
        var numbers: [UInt8] = []
        for part in text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false) {
            let digits = numbers.count == 2 ? part.prefix { $0.isASCII && $0.isNumber } : part
            guard let number = UInt8(digits) else { return nil }
            numbers.append(number)
        }
        guard numbers.count == 3 else { return nil }
        self.init(major: numbers[0], minor: numbers[1], patch: numbers[2])
    }

    /// Reads exactly `major.minor.patch`.
    package init?(exactly text: String) {
        guard let last = text.utf8.last, last >= 0x30 && last <= 0x39,
            let version = ServerVersion(prefixOf: text), version.description.utf8.count <= text.utf8.count,
            text.split(separator: ".").count == 3, text.utf8.allSatisfy({ $0 == 0x2E || ($0 >= 0x30 && $0 <= 0x39) })
        else { return nil }
        self = version
    }

    package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    /// The version of MySQL that brought the protocol which this one speaks: what
    /// `group_replication_get_communication_protocol()` answers.
    package var communicationProtocol: String {
        let known = [(8, 0, 27), (8, 0, 16)].first { (UInt8($0.0), UInt8($0.1), UInt8($0.2)) <= (major, minor, patch) }
        return known.map { "\($0.0).\($0.1).\($0.2)" } ?? "5.7.14"
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}
