import GTIDs
import Primitives

/// What a member tells the group about itself: at a view's state exchange, and when it asks to join.
package struct MemberState: Hashable, Sendable {
    /// `report_host`.
    package var host: String
    /// `report_port`.
    package var port: UInt16
    var uuid: UUID
    /// The server's version text.
    package var version: String
    /// 0 to 100.
    var weight: UInt8
    var status: MemberStatus
    /// Executed, and received but not yet applied.
    package var gtids: GTIDSet
    /// The settings that must be equal on all members.
    package var settings: SharedSettings
    /// Where a joiner may stream from: `host:port`, at least one.
    package var recoveryEndpoints: [String]
    /// A group action is running as far as this member knows.
    package var isInAction: Bool
    /// It was a member when it stopped, and nobody has set another mode since: where the group has changed its mode meanwhile, it
    /// goes along.
    package var followsMode: Bool
    /// Of the group that its data was last a part of; 0: of none.
    package var dataLineage: UInt64

    private static let formatVersion: UInt8 = 3
    private static let maximumEndpoints = 64

    package init(
        host: String, port: UInt16, uuid: UUID, version: String, weight: UInt8, status: MemberStatus, gtids: GTIDSet,
        settings: SharedSettings, recoveryEndpoints: [String], isInAction: Bool = false,
        followsMode: Bool = false, dataLineage: UInt64 = 0
    ) {
        self.host = host
        self.port = port
        self.uuid = uuid
        self.version = version
        self.weight = weight
        self.status = status
        self.gtids = gtids
        self.settings = settings
        self.recoveryEndpoints = recoveryEndpoints
        self.isInAction = isInAction
        self.followsMode = followsMode
        self.dataLineage = dataLineage
    }

    /// The bytes that travel.
    package var encoded: [UInt8] {
        var writer = ByteWriter(capacity: 256 + gtids.encodedSize)
        writer.write(MemberState.formatVersion)
        writer.write(text: host)
        writer.write(port)
        writer.write(uuid)
        writer.write(text: version)
        writer.write(weight)
        writer.write(status.rawValue)
        gtids.encode(into: &writer)
        settings.encode(into: &writer)
        let endpoints = recoveryEndpoints.prefix(MemberState.maximumEndpoints)
        writer.write(UInt32(endpoints.count))
        for endpoint in endpoints { writer.write(text: endpoint) }
        writer.write(isInAction)
        writer.write(followsMode)
        writer.write(dataLineage)
        return writer.bytes
    }

    /// Reads what a peer sent.
    package init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.readUInt8() == MemberState.formatVersion else {
            throw MalformedBytes("a member's state in an unknown format")
        }
        host = try reader.readText()
        port = try reader.readUInt16()
        uuid = try reader.readUUID()
        version = try reader.readText()
        weight = min(100, try reader.readUInt8())
        guard let status = MemberStatus(rawValue: try reader.readUInt8()) else { throw MalformedBytes("a member's status") }
        self.status = status
        gtids = try GTIDSet(decoding: &reader)
        settings = try SharedSettings(decoding: &reader)
        recoveryEndpoints = []
        for _ in 0..<(try reader.readCount(size: 4)) { recoveryEndpoints.append(try reader.readText()) }
        isInAction = try reader.readBool()
        followsMode = try reader.readBool()
        dataLineage = try reader.readUInt64()
    }
}

/// A member's state as the order knows it. Whether it can be reached is each member's own opinion and not part of it.
package enum MemberStatus: UInt8, Sendable {
    case offline = 0
    case recovering = 1
    case online = 2
    case error = 3
}

/// Settings that must be equal on all members of a group.
package struct SharedSettings: Hashable, Sendable {
    var gtidAssignmentBlockSize: Int64
    package var mode: GroupMode
    var lowerCaseTableNames: UInt8
    var defaultTableEncryption: Bool
    /// `AUTOMATIC` or a uuid.
    var viewChangeUUID: String
    var paxosSingleLeader: Bool
    /// `group_replication_preemptive_garbage_collection`.
    var collectsPreemptively: Bool

    package init(
        gtidAssignmentBlockSize: Int64, mode: GroupMode, lowerCaseTableNames: UInt8, defaultTableEncryption: Bool,
        viewChangeUUID: String, paxosSingleLeader: Bool, collectsPreemptively: Bool
    ) {
        self.gtidAssignmentBlockSize = gtidAssignmentBlockSize
        self.mode = mode
        self.lowerCaseTableNames = lowerCaseTableNames
        self.defaultTableEncryption = defaultTableEncryption
        self.viewChangeUUID = viewChangeUUID
        self.paxosSingleLeader = paxosSingleLeader
        self.collectsPreemptively = collectsPreemptively
    }

    package func encode(into writer: inout ByteWriter) {
        writer.write(gtidAssignmentBlockSize)
        writer.write(mode.isSinglePrimary)
        writer.write(mode.enforcesChecks)
        writer.write(lowerCaseTableNames)
        writer.write(defaultTableEncryption)
        writer.write(text: viewChangeUUID)
        writer.write(paxosSingleLeader)
        writer.write(collectsPreemptively)
    }

    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        gtidAssignmentBlockSize = try reader.readInt64()
        let isSinglePrimary = try reader.readBool()
        mode = GroupMode(isSinglePrimary: isSinglePrimary, enforcesChecks: try reader.readBool())
        lowerCaseTableNames = try reader.readUInt8()
        defaultTableEncryption = try reader.readBool()
        viewChangeUUID = try reader.readText()
        paxosSingleLeader = try reader.readBool()
        collectsPreemptively = try reader.readBool()
    }
}
