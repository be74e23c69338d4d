import Platform

/// Who is at the other end of an inbound link: a server, and the group address under which it says that it is reached.
struct LinkIdentity: Hashable, Sendable {
    var serverUUID: UUID
    var address: String
}

/// Which inbound links may stand, so that strangers cannot use up those of members: a value, no sockets.
///
/// - **Arriving**: connected and not through with the handshake. A few seconds each (the link's own deadline), and a bound for
///   each address and for all; above it the oldest one goes. A member's handshake takes milliseconds, so a flood would have to
///   bring a whole bound of connections within that time, again and again, to keep it out.
/// - **Strangers**: greeted (and with a secret: proved to hold it), but not in a configuration that this member knows: joiners,
///   members that were removed. One link for each identity, the newest; above the bounds the oldest goes.
/// - **Members**: one link for each identity, the newest. Always let in.
struct LinkAdmission {
    struct Limits {
        var arriving = 64
        var arrivingFromOneHost = 16
        var strangers = 32
        var strangersFromOneHost = 16
    }

    enum State: Hashable {
        case arriving
        case greeted(LinkIdentity, isMember: Bool)
    }

    private struct Entry {
        var host: String
        var state = State.arriving
    }

    private let limits: Limits
    /// By number; numbers ascend with age.
    private var entries: [Int: Entry] = [:]
    private var members: Set<LinkIdentity> = []
    private var lastNumber = 0

    init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    var count: Int { entries.count }

    /// A new connection. Returns its number, and those of links that must end for it.
    mutating func arrive(from host: String) -> (number: Int, ending: [Int]) {
        let arriving = entries.filter { $0.value.state == .arriving }
        let ending = Self.surplus(
            arriving.mapValues(\.host), host, limitForHost: limits.arrivingFromOneHost, limit: limits.arriving)
        for number in ending { entries[number] = nil }
        lastNumber += 1
        entries[lastNumber] = Entry(host: host)
        return (lastNumber, ending)
    }

    /// The handshake is done. Returns whether that is a member's link, and the numbers of links that must end for it; nil when
    /// it was ended itself meanwhile.
    mutating func greet(_ number: Int, as identity: LinkIdentity) -> (isMember: Bool, ending: [Int])? {
        guard let host = entries[number]?.host else { return nil }
        let isMember = members.contains(identity)
        // Who connects again has given the older connection up.
        var ending = entries.keys.filter { key in
            if case .greeted(identity, _) = entries[key]?.state { true } else { false }
        }
        if !isMember {
            let strangers = entries.filter { entry in
                if case .greeted(let other, isMember: false) = entry.value.state { other != identity } else { false }
            }
            ending += Self.surplus(
                strangers.mapValues(\.host), host, limitForHost: limits.strangersFromOneHost, limit: limits.strangers)
        }
        for other in ending { entries[other] = nil }
        entries[number]?.state = .greeted(identity, isMember: isMember)
        return (isMember, ending)
    }

    /// Other configurations are known. Returns which of the greeted links are members' now.
    mutating func setMembers(_ members: Set<LinkIdentity>) -> [(number: Int, isMember: Bool)] {
        self.members = members
        var result: [(number: Int, isMember: Bool)] = []
        for (number, entry) in entries {
            guard case .greeted(let identity, _) = entry.state else { continue }
            let isMember = members.contains(identity)
            entries[number]?.state = .greeted(identity, isMember: isMember)
            result.append((number, isMember))
        }
        return result
    }

    /// Whether strangers' links are to end after a while: not while this member itself is in no configuration, since those of
    /// the group that it is joining are strangers to it.
    var knowsMembers: Bool { !members.isEmpty }

    /// The link has ended.
    mutating func remove(_ number: Int) {
        entries[number] = nil
    }

    /// The oldest links that must go before one more from `host` comes.
    private static func surplus(_ hosts: [Int: String], _ host: String, limitForHost: Int, limit: Int) -> [Int] {
        let same = hosts.filter { $0.value == host }.keys.sorted()
        var ending = Array(same.prefix(max(0, same.count + 1 - limitForHost)))
        let left = hosts.keys.filter { !ending.contains($0) }.sorted()
        ending += left.prefix(max(0, left.count + 1 - limit))
        return ending
    }
}
