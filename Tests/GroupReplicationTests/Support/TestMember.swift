import BinaryLog
import Glibc
import GroupCommunication
import MySQLProtocol
import Platform

@testable import GroupReplication
@testable import GroupReplicationCore

let testGroupName = UUID(high: 0xAAAA_AAAA_AAAA_4AAA, low: 0x8AAA_AAAA_AAAA_AAAA)

/// One server of a simulated group: its store, log and state directory outlive its crashes.
final class TestMember: @unchecked Sendable {
    let uuid: UUID
    let communication: any GroupCommunicating
    private var donor: FakeDonor?
    let store = MemoryStore()
    let log = MemoryLog()
    let server = MemoryServer()
    let directory: String
    let number: UInt64
    private(set) var replication: GroupReplication
    var configuration: GroupReplicationConfiguration

    convenience init(
        _ number: UInt64, _ order: SimulatedOrder, _ change: (inout GroupReplicationConfiguration) -> Void = { _ in }
    ) throws {
        try self.init(number, { SimulatedCommunication(order: order, uuid: $0) }, change)
    }

    init(
        _ number: UInt64, _ communication: (UUID) -> any GroupCommunicating,
        _ change: (inout GroupReplicationConfiguration) -> Void = { _ in }
    ) throws {
        self.number = number
        uuid = UUID(high: 0x1111_1111_1111_4111, low: 0x8111_1111_1111_0000 + number)
        self.communication = communication(uuid)
        var template = Array("/tmp/grouplite-test-XXXXXX".utf8CString)
        directory = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp"
        }
        configuration = GroupReplicationConfiguration()
        configuration.serverUUID = uuid
        configuration.serverID = UInt32(number)
        configuration.reportHost = "127.0.0.1"
        configuration.reportPort = UInt16(24_800 + number)
        configuration.groupName = testGroupName.description
        configuration.localAddress = "127.0.0.1:\(24_900 + number)"
        configuration.groupSeeds = ["127.0.0.1:24901"]
        configuration.stateDirectory = directory
        configuration.recoveryRetryCount = 3
        configuration.recoveryReconnectInterval = .milliseconds(50)
        configuration.gtidAssignmentBlockSize = 1_000_000
        change(&configuration)
        replication = try GroupReplication(
            configuration: configuration, communication: self.communication, store: store, log: log, server: server)
    }

    deinit {
        unlink(directory + "/" + StateFile.name)
        rmdir(directory)
    }

    /// How far the group log was let go; simulated members only.
    var releasedBelow: LogPosition { (communication as? SimulatedCommunication)?.releasedBelow ?? .zero }

    /// Serves this member's binary log to joiners on its SQL port.
    func serveBinaryLog(refusing: SQLError? = nil) throws {
        donor = try FakeDonor(log: log, port: configuration.reportPort, refusing: refusing)
    }

    func stopServing() {
        donor?.stop()
        donor = nil
    }

    func open(startsGroup: Bool = false) throws {
        try replication.open(startsGroup: startsGroup)
    }

    func bootstrap() throws {
        configuration.bootstrapGroup = true
        replication.reconfigure(configuration)
        try replication.start(StartOptions())
        configuration.bootstrapGroup = false
        replication.reconfigure(configuration)
        try awaitState(.online)
    }

    func join() throws {
        try replication.start(StartOptions())
        try awaitState(.online)
    }

    /// The process dies: whatever threads it has are abandoned, what is on disk stays.
    func crash() {
        communication.stop()
        replication.abandonForTest()
    }

    /// A new process on the same data.
    func restart(startsGroup: Bool = true) throws {
        replication = try GroupReplication(
            configuration: configuration, communication: communication, store: store, log: log, server: server)
        try replication.open(startsGroup: startsGroup)
    }

    /// Commits `assignments` (`a=1;b=2`), whose keys are the write set.
    @discardableResult
    func commit(
        _ assignments: String, snapshot: LogPosition? = nil, consistency: ConsistencyLevel = .eventual,
        gtid: GTIDRequest = .automatic, waiter: CommitWaiter = CommitWaiter()
    ) throws -> CommittedTransaction {
        let keys = assignments.split(separator: ";").compactMap { $0.split(separator: "=").first }
        let message = TransactionMessage(
            kind: .rows, consistency: consistency, origin: uuid, serverID: UInt32(number), threadID: 1,
            snapshot: snapshot ?? replication.transactions.appliedPosition, gtid: gtid,
            originalCommitTimestamp: 1, writeSet: keys.map(hash), readSet: [hash("schema")],
            body: TestBody.encode(assignments))
        return try replication.transactions.commit(message, waiter: waiter)
    }

    @discardableResult
    func createTable(_ name: String) throws -> CommittedTransaction {
        let message = TransactionMessage(
            kind: .statement, origin: uuid, serverID: UInt32(number), threadID: 1,
            snapshot: replication.transactions.appliedPosition, originalCommitTimestamp: 1,
            writeSet: [hash(Substring("schema"))], body: TestBody.encode("create \(name)", isStatement: true))
        return try replication.transactions.commit(message, waiter: CommitWaiter())
    }

    private func hash(_ text: Substring) -> UInt64 {
        var result: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { result = (result ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return result
    }

    func hash(_ text: String) -> UInt64 { hash(text[...]) }

    func state(of other: TestMember? = nil) -> MemberStateName? {
        let id = (other ?? self).uuid.description
        return replication.monitoring().members.first { $0.memberID == id }?.state
    }

    func role(of other: TestMember? = nil) -> MemberRole? {
        let id = (other ?? self).uuid.description
        return replication.monitoring().members.first { $0.memberID == id }?.role
    }

    func awaitState(_ wanted: MemberStateName) throws {
        try eventually("\(number) to be \(wanted.rawValue), is \(state()?.rawValue ?? "-")") { state() == wanted }
    }
}

struct Timeout: Error, CustomStringConvertible {
    var description: String
}

/// Waits until something holds.
func eventually(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(20), _ condition: () -> Bool
) throws {
    let deadline = MonotonicTime.now() + limit
    while !condition() {
        guard MonotonicTime.now() < deadline else { throw Timeout(description: "waited in vain for \(what())") }
        Thread.sleep(.milliseconds(2))
    }
}
