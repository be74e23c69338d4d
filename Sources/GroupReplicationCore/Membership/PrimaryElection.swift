import Primitives

/// Chooses a primary: the lowest version first, then the heaviest weight, then the lowest uuid, among ONLINE members. The
/// same table gives the same choice on every member.
enum PrimaryElection {
    struct Candidate: Sendable {
        var uuid: UUID
        var version: ServerVersion
        var weight: UInt8
        var isOnline: Bool
    }

    /// Nil when nobody can be chosen.
    static func elect(_ candidates: [Candidate]) -> UUID? {
        // Members of a higher version than the lowest present are read-only, so they are no candidates.
        guard let lowest = candidates.map(\.version).min() else { return nil }
        return candidates.filter { $0.version == lowest && $0.isOnline }
            .min { ($1.weight, $0.uuid) < ($0.weight, $1.uuid) }?.uuid
    }

    /// Whether the version allows `uuid` to become primary when it is asked for by name.
    static func mayBecomePrimary(_ uuid: UUID, among candidates: [Candidate]) -> Bool {
        guard let asked = candidates.first(where: { $0.uuid == uuid }),
            let lowest = candidates.map(\.version).min()
        else { return false }
        return asked.version == lowest
    }
}
