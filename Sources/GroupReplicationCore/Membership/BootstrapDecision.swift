import GroupCommunicationCore

/// What a server does that is told to bootstrap its group, from what those say that it asked first: never a second group beside
/// one that is there. A pure function.
package enum BootstrapDecision: Equatable, Sendable {
    /// Nobody is there: a new group begins.
    case begin
    /// The group of this server's own log is there, or would be with it: it goes on as the member that it is.
    case resume
    /// A group is there, or begins at this very moment (`waits`): it is joined by way of these.
    case join(seeds: [String], waits: Bool)
    /// Members answer who can do nothing without others.
    case refuse([String])

    /// `hasLog`: this server was a member when it stopped, and its group log tells so.
    package static func decide(_ standings: [Standing], hasLog: Bool) -> BootstrapDecision {
        let active = standings.filter { $0.kind == .active || $0.kind == .beginning }
        if !active.isEmpty {
            if hasLog && active.contains(where: \.listsReceiver) { return .resume }
            return .join(seeds: active.map(\.address), waits: false)
        }
        let waiting = standings.filter { $0.kind == .blocked || $0.kind == .settling }
        if !waiting.isEmpty {
            let isEnough = waiting.contains { $0.listsReceiver && ($0.kind == .settling || $0.missing <= 1) }
            return hasLog && isEnough ? .resume : .refuse(waiting.map(\.address))
        }
        let beginning = standings.filter { $0.kind == .asking }
        return beginning.isEmpty ? .begin : .join(seeds: beginning.map(\.address), waits: true)
    }
}
