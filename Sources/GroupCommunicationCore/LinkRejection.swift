/// Why the member at the other end of a link does not let this one in, or this one does not trust it: what an operator has to
/// know, who sees the error log of one of the two only.
public struct LinkRejection: Hashable, Sendable {
    public enum Reason: Sendable {
        /// One of the two does not prove to the other that it belongs to the group.
        case secret
        /// Another group has the address.
        case otherGroup
        /// A server with this server's own uuid: this one itself by another name, or a copy of it.
        case sameServer
        case version
        /// This host is not in the other's `group_replication_ip_allowlist`.
        case allowlist
        /// One of the two wants TLS and the other does not speak it, or a certificate is not accepted.
        case tls
    }

    public var reason: Reason
    /// For the error log.
    public var text: String

    public init(_ reason: Reason, _ text: String) {
        self.reason = reason
        self.text = text
    }

    /// The process that was looked for is not there: somebody else has its address.
    var isSomebodyElse: Bool { reason == .otherGroup || reason == .sameServer }
}
