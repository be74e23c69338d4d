import GroupCommunication
import Platform

/// What a member says once a period, and sooner when somebody waits for what it has applied (consistency AFTER).
struct MemberReport: Sendable {
    var member: MemberIdentity
    /// The last position applied.
    var applied: LogPosition
    /// Up to where it needs no certification information.
    var forgettable: LogPosition
    var weight: UInt8
    /// False for an early one: it carries no new statistics.
    var isPeriodic: Bool
    /// The running hash at a report that this member saw delivered, for comparing.
    var hashPosition: LogPosition
    var hash: UInt64
    /// The last view that it applied, and the hash of all transactions that it had right behind it (``HistoryHash``).
    var viewPosition = LogPosition.zero
    var viewHistory: UInt64 = 0
    var statistics: MemberStatistics

    func encode(into writer: inout ByteWriter) {
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
    init(decoding reader: inout ByteReader) throws(MalformedBytes) {
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
struct MemberStatistics: Sendable, Hashable {
    fileprivate(set) var values: [UInt64] = Array(repeating: 0, count: 10)

    /// Submitted here and not yet certified.
    var certifierQueue: UInt64 { get { values[0] } set { values[0] = newValue } }
    /// Certified and not yet applied.
    var applierQueue: UInt64 { get { values[1] } set { values[1] = newValue } }
    var checked: UInt64 { get { values[2] } set { values[2] = newValue } }
    var conflicts: UInt64 { get { values[3] } set { values[3] = newValue } }
    var certificationItems: UInt64 { get { values[4] } set { values[4] = newValue } }
    var remoteApplied: UInt64 { get { values[5] } set { values[5] = newValue } }
    var localProposed: UInt64 { get { values[6] } set { values[6] = newValue } }
    var localRollbacks: UInt64 { get { values[7] } set { values[7] = newValue } }
    /// Bytes that wait in the applier's queue.
    var applierQueueBytes: UInt64 { get { values[8] } set { values[8] = newValue } }
    /// What of other members' transactions was applied, by flow control's weight.
    var remoteAppliedWeight: UInt64 { get { values[9] } set { values[9] = newValue } }
}
