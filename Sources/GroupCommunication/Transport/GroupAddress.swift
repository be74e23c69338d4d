import Network
import Platform

/// `group_replication_local_address` and `group_replication_group_seeds`, looked at before anything begins, in the words of MySQL's GCS.
enum GroupAddress {
    static func checkLocal(_ text: String) throws(CommunicationFailure) {
        guard let (host, port) = SocketAddress.parse(text) else { throw invalid(text) }
        switch LocalAddress.standing(of: host) {
        case .unknown: throw invalid(text)
        case .elsewhere:
            throw CommunicationFailure("There is no local IP address matching the one configured for the local node (\(text)).")
        case .here: break
        }
        guard port != 0 else { throw CommunicationFailure("Error initializing the group communication engine.", isOfPort: true) }
    }

    private static func invalid(_ text: String) -> CommunicationFailure {
        CommunicationFailure("Invalid hostname or IP address (\(text)) assigned to the parameter local_node!")
    }

    /// The seeds that are addresses. The others are named in the log; when no other is left nobody could be asked.
    static func usable(_ seeds: [String], resolves: Bool) throws(CommunicationFailure) -> [String] {
        let usable = seeds.filter { seed in
            guard let (host, _) = SocketAddress.parse(seed) else { return false }
            return !resolves || LocalAddress.isKnown(host)
        }
        for seed in seeds where !usable.contains(seed) {
            ErrorLog.shared.log(
                .warning, code: 11735, subsystem: "Repl",
                "Plugin group_replication reported: '[GCS] Peer address \"\(seed)\" is not valid.'")
        }
        if usable.isEmpty && !seeds.isEmpty { throw CommunicationFailure("None of the provided peer address is valid.") }
        return usable
    }
}
