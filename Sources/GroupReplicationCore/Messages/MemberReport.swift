import GroupCommunicationCore
import Primitives

/// What a member says once a period, and sooner when somebody waits for what it has applied (consistency AFTER).
package struct MemberReport: Sendable {
    package var member: MemberIdentity
    /// The last position applied.
    var applied: LogPosition
    /// Up to where it needs no certification information.
    var forgettable: LogPosition
    var weight: UInt8
    /// False for an early one: it carries no new statistics.
    package var isPeriodic: Bool
    /// The running hash at a report that this member saw delivered, for comparing.
    var hashPosition: LogPosition
    var hash: UInt64
    /// The last view that it applied, and the hash of all transactions that it had right behind it (``HistoryHash``).
    package var viewPosition = LogPosition.zero
    package var viewHistory: UInt64 = 0
    package var statistics: MemberStatistics

    package init(
        member: MemberIdentity, applied: LogPosition, forgettable: LogPosition, weight: UInt8, isPeriodic: Bool,
        hashPosition: LogPosition, hash: UInt64, viewPosition: LogPosition = .zero, viewHistory: UInt64 = 0,
        statistics: MemberStatistics
    ) {
        self.member = member
        self.applied = applied
        self.forgettable = forgettable
        self.weight = weight
        self.isPeriodic = isPeriodic
        self.hashPosition = hashPosition
        self.hash = hash
        self.viewPosition = viewPosition
        self.viewHistory = viewHistory
        self.statistics = statistics
    }

    package func encode(into writer: inout ByteWriter) {
        writer.write(member)
        writer.write(applied.rawValue)
        writer.write(forgettable.rawValue)
        writer.write(weight)
        writer.write(isPeriodic)
        writer.write(hashPosition.rawValue)
        writer.write(hash)
        writer.write(viewPosition.rawValue)
        writer.write(viewHistory)
        for value in statistics.values { writer.write(value) }
    }
}

extension MemberReport {
    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        member = try reader.readMemberIdentity()
        applied = LogPosition(rawValue: try reader.readUInt64())
        forgettable = LogPosition(rawValue: try reader.readUInt64())
        weight = min(100, try reader.readUInt8())
        isPeriodic = try reader.readBool()
        hashPosition = LogPosition(rawValue: try reader.readUInt64())
        hash = try reader.readUInt64()
        viewPosition = LogPosition(rawValue: try reader.readUInt64())
        viewHistory = try reader.readUInt64()
        statistics = MemberStatistics()
        for index in statistics.values.indices { statistics.values[index] = try reader.readUInt64() }
    }
}

/// Counters of one member, for `replication_group_member_stats` and flow control.
package struct MemberStatistics: Sendable, Hashable {
    fileprivate(set) var values: [UInt64] = Array(repeating: 0, count: 10)

    package init() {}

    /// Submitted here and not yet certified.
    package var certifierQueue: UInt64 { get { values[0] } set { values[0] = newValue } }
    /// Certified and not yet applied.
    package var applierQueue: UInt64 { get { values[1] } set { values[1] = newValue } }
    package var checked: UInt64 { get { values[2] } set { values[2] = newValue } }
    package var conflicts: UInt64 { get { values[3] } set { values[3] = newValue } }
    package var certificationItems: UInt64 { get { values[4] } set { values[4] = newValue } }
    package var remoteApplied: UInt64 { get { values[5] } set { values[5] = newValue } }
    package var localProposed: UInt64 { get { values[6] } set { values[6] = newValue } }
    package var localRollbacks: UInt64 { get { values[7] } set { values[7] = newValue } }
    /// Bytes that wait in the applier's queue.
    package var applierQueueBytes: UInt64 { get { values[8] } set { values[8] = newValue } }
    /// What of other members' transactions was applied, by flow control's weight.
    package var remoteAppliedWeight: UInt64 { get { values[9] } set { values[9] = newValue } }
}
