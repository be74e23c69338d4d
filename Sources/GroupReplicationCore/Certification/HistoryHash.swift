import GTIDs
import Primitives

/// A hash of a set of transactions, whatever the order and the log in which they were committed: the sum of a term for each.
/// Two servers that executed the same GTIDs have the same sum, or one of the GTIDs means different things to them.
package struct HistoryHash: Hashable, Sendable {
    package private(set) var value: UInt64 = 0

    package init(value: UInt64 = 0) {
        self.value = value
    }

    /// `content`: ``content(of:)`` of its body, 0 for one without effect (refused, a change of the view).
    package mutating func add(_ gtid: GTID, content: UInt64) {
        var hash = RunningHash(value: content)
        hash.absorb(gtid.source.high)
        hash.absorb(gtid.source.low)
        hash.absorb(UInt64(bitPattern: gtid.number))
        value &+= hash.value
    }

    private static let headerSize = 19
    private static let queryType: UInt8 = 2

    /// What a body's events say, without what differs between binary logs: places, flags, and a statement's status variables,
    /// in which a log notes a number of its own. 0 for an empty body.
    package static func content(of body: ArraySlice<UInt8>) -> UInt64 {
        var hash = RunningHash()
        var rest = body
        while rest.count > headerSize {
            let start = rest.startIndex
            var length = 0
            for index in 0..<4 { length |= Int(rest[start + 9 + index]) << (8 * index) }
            length = min(max(length, headerSize + 1), rest.count)
            var payload = rest[(start + headerSize)..<(start + length)]
            let type = rest[start + 4]
            if type == queryType, payload.count >= 13 {
                let first = payload.startIndex
                let variables = Int(payload[first + 11]) | Int(payload[first + 12]) << 8
                payload = payload.dropFirst(13 + variables)
            }
            hash.absorb(UInt64(type))
            hash.absorb(payload)
            rest = rest[(start + length)...]
        }
        return body.isEmpty ? 0 : hash.value
    }
}
