import Consensus
import GroupCommunicationCore

/// Watches what every server delivers and says when a rule of the order is broken. It sees all servers at once, which no
/// server can.
struct Checker {
    /// What stands at a place of the order.
    enum Entry: Hashable {
        case message(origin: MemberIdentity, payload: [UInt8], verdict: UInt64)
        case view(View)
        case configuration(Configuration)
    }

    /// How far one server's process has come in the order.
    struct Reader {
        var start: LogPosition
        var at: LogPosition
    }

    private(set) var failure: String?
    /// The one order, as far as anyone has delivered it.
    private var positions: [LogPosition] = []
    private var entries: [LogPosition: Entry] = [:]
    private var readers: [Int: Reader] = [:]
    private var submitted: [UInt64: Int] = [:]
    private var deliveredPayloads: [UInt64: LogPosition] = [:]
    private var configurations: [UInt64: Configuration] = [:]
    private(set) var acknowledged: [UInt64: LogPosition] = [:]
    private(set) var deliveries = 0
    private(set) var views = 0

    mutating func fail(_ text: String) {
        if failure == nil { failure = text }
    }

    // MARK: What happens

    mutating func submit(_ payload: UInt64, server: Int) {
        submitted[payload] = server
    }

    /// A process begins: its upper layer has everything up to `from`; nil for one that will learn that at its first view.
    mutating func begin(server: Int, from: LogPosition?) {
        readers[server] = from.map { Reader(start: $0, at: $0) }
    }

    mutating func stop(server: Int) {
        readers[server] = nil
    }

    mutating func deliver(_ entry: Entry, at position: LogPosition, server: Int, mayBegin: Bool) {
        deliveries += 1
        if let reader = readers[server] {
            if position <= reader.at {
                fail("server \(server) delivered \(position) after \(reader.at): the order went backwards")
                return
            }
            if let missed = firstPosition(after: reader.at), missed < position {
                fail("server \(server) delivered \(position) and left out \(missed)")
                return
            }
            readers[server]?.at = position
        } else {
            guard case .view = entry, mayBegin else {
                fail("server \(server) delivered \(position) before its first view")
                return
            }
            readers[server] = Reader(start: position, at: position)
        }
        if let known = entries[position] {
            if known != entry {
                fail("disagreement at \(position): server \(server) has \(text(entry)), others \(text(known))")
            }
            return
        }
        insert(entry, at: position, server: server)
    }

    private mutating func insert(_ entry: Entry, at position: LogPosition, server: Int) {
        for (other, reader) in readers where other != server && reader.start < position && reader.at >= position {
            fail("server \(server) delivered \(position), which server \(other) left out")
        }
        entries[position] = entry
        positions.insert(position, at: insertionIndex(position))
        switch entry {
        case .message(_, let payload, _):
            let identifier = Self.identifier(payload)
            if submitted[identifier] == nil { fail("at \(position) a payload that nobody submitted") }
            if payload != Self.payload(identifier, count: payload.count) { fail("at \(position) a damaged payload") }
            if let first = deliveredPayloads[identifier] {
                fail("payload of \(payload.count) bytes delivered at \(first) and again: \(text(entry)) at \(position)")
            }
            deliveredPayloads[identifier] = position
        case .view(let view):
            views += 1
            note(view.configuration)
            if view.members.map(\.identity) != view.configuration.members.map(\.identity) {
                fail("the view at \(position) is not its configuration")
            }
        case .configuration(let configuration):
            note(configuration)
        }
    }

    mutating func note(_ configuration: Configuration) {
        if let known = configurations[configuration.number], known != configuration {
            fail("two configurations of number \(configuration.number)")
        }
        configurations[configuration.number] = configuration
    }

    /// The origin's own process delivered it: from here on it must never get lost.
    mutating func acknowledge(_ payload: UInt64, at position: LogPosition) {
        acknowledged[payload] = position
    }

    // MARK: What can be asked

    var lastPosition: LogPosition { positions.last ?? .zero }

    func position(of server: Int) -> LogPosition? { readers[server]?.at }

    func isDelivered(_ payload: UInt64) -> Bool { deliveredPayloads[payload] != nil }

    private func firstPosition(after position: LogPosition) -> LogPosition? {
        let index = insertionIndex(LogPosition(rawValue: position.rawValue + 1))
        return index < positions.count ? positions[index] : nil
    }

    private func insertionIndex(_ position: LogPosition) -> Int {
        if let last = positions.last, last < position { return positions.count }
        var low = 0
        var high = positions.count
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func text(_ entry: Entry) -> String {
        switch entry {
        case .message(let origin, let payload, let verdict):
            "payload \(Self.identifier(payload)) of \(origin), verdict \(verdict)"
        case .view(let view): "view \(view.id) of \(view.members.map { $0.address }) by \(view.configuration.number)"
        case .configuration(let configuration): "configuration \(configuration.number)"
        }
    }

    // MARK: Payloads

    /// A payload of which every byte follows from its number.
    static func payload(_ identifier: UInt64, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: identifier >> UInt64(8 * shift))) }
        while bytes.count < count { bytes.append(UInt8(truncatingIfNeeded: Int(identifier) &+ bytes.count)) }
        return bytes
    }

    static func identifier(_ payload: [UInt8]) -> UInt64 {
        var result: UInt64 = 0
        for (index, byte) in payload.prefix(8).enumerated() { result |= UInt64(byte) << UInt64(8 * index) }
        return result
    }
}
