import Primitives

/// What members do of themselves when a primary was elected: the configuration behind
/// `performance_schema.replication_group_member_actions`. A part of the agreed state; outside of a group, of this server's.
public struct MemberActions: Sendable, Equatable {
    /// The actions there are, in the table's order.
    public enum Name: String, Sendable, CaseIterable {
        case disableSuperReadOnlyIfPrimary = "mysql_disable_super_read_only_if_primary"
        /// There are no channels from outside of the group here, so that it has nothing to start; its setting is kept for
        /// the group.
        case startFailoverChannelsIfPrimary = "mysql_start_failover_channels_if_primary"

        public var priority: Int { self == .disableSuperReadOnlyIfPrimary ? 1 : 10 }
        public var errorHandling: String { self == .disableSuperReadOnlyIfPrimary ? "IGNORE" : "CRITICAL" }
    }

    /// The only event that triggers actions.
    public static let event = "AFTER_PRIMARY_ELECTION"

    /// Counts the changes, from 1.
    public private(set) var version: UInt64 = 1
    private var disabled: Set<Name> = []

    public init() {}

    public func isEnabled(_ name: Name) -> Bool { !disabled.contains(name) }

    mutating func set(_ name: Name, isEnabled: Bool) {
        if isEnabled { disabled.remove(name) } else { disabled.insert(name) }
        version += 1
    }

    /// Back to what a new server has.
    mutating func reset() {
        self = MemberActions()
    }
}

/// A change of the configuration, as it is ordered.
package enum MemberActionChange: Sendable, Equatable {
    case set(MemberActions.Name, isEnabled: Bool)
    case reset
}

extension MemberActions {
    package mutating func apply(_ change: MemberActionChange) {
        switch change {
        case .set(let name, let isEnabled): set(name, isEnabled: isEnabled)
        case .reset: reset()
        }
    }

    package func encode(into writer: inout ByteWriter) {
        writer.write(version)
        for name in Name.allCases { writer.write(isEnabled(name)) }
    }

    /// Reads what ``encode(into:)`` wrote.
    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        self.init()
        version = try reader.readUInt64()
        guard version >= 1 && version < .max else { throw MalformedBytes("version \(version) of the member actions") }
        for name in Name.allCases where !(try reader.readBool()) { disabled.insert(name) }
    }
}

extension MemberActionChange {
    private static let resetCode: UInt8 = 0xFF

    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .set(let name, let isEnabled):
            writer.write(UInt8(MemberActions.Name.allCases.firstIndex(of: name) ?? 0))
            writer.write(isEnabled)
        case .reset:
            writer.write(MemberActionChange.resetCode)
        }
    }

    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let code = try reader.readUInt8()
        if code == MemberActionChange.resetCode {
            self = .reset
            return
        }
        guard Int(code) < MemberActions.Name.allCases.count else { throw MalformedBytes("member action \(code)") }
        self = .set(MemberActions.Name.allCases[Int(code)], isEnabled: try reader.readBool())
    }
}
