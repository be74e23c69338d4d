import Consensus
import GroupCommunication
import Platform

@testable import GroupReplication
@testable import GroupReplicationCore

/// A group in one process: one thread gives all members the same messages and views in the same order. Members crash,
/// come back, join and leave as a test says.
final class SimulatedOrder: @unchecked Sendable {
    enum Entry {
        case payload([UInt8])
        case view(View)
    }

    private let queue = WorkQueue(name: "order")
    private var log: [(position: LogPosition, entry: Entry)] = []
    private var slot: UInt64 = 0
    private var members: [Member] = []
    private var active: [UUID: SimulatedCommunication] = [:]
    private var viewID = ViewID(random: 17, counter: 0)
    private var incarnation: UInt64 = 1
    private var configurationNumber: UInt64 = 0
    private var held: [() -> Void]?
    private var leaders = LeaderChoice.everyMember
    private var horizon = 10

    init() {
        _ = queue.start()
    }

    deinit {
        queue.stop()
    }

    func run(_ body: @escaping @Sendable () -> Void) {
        queue.run(body)
    }

    /// Runs `body` on the order's thread and waits.
    func sync(_ body: @escaping @Sendable () -> Void) {
        let done = Promise<Bool>()
        queue.run {
            body()
            done.fulfil(true)
        }
        _ = done.wait(until: .now() + .seconds(30))
    }

    private func next() -> LogPosition {
        slot += 1
        return LogPosition(slot: slot, index: 0)
    }

    private func configuration() -> Configuration {
        Configuration(
            number: configurationNumber, epoch: 0, firstSlot: 0, members: members, leaderChoice: leaders,
            eventHorizon: horizon, protocolVersion: 1)
    }

    // All below on the order's thread.

    func submit(_ payload: [UInt8], from uuid: UUID) {
        guard members.contains(where: { $0.identity.serverUUID == uuid }), active[uuid] != nil else { return }
        let deliver = { [self] in
            let position = next()
            log.append((position, .payload(payload)))
            for member in active.values {
                member.delegate?.delivered(payload, at: position)
                member.delegate?.deliveredAll()
            }
        }
        if held != nil { held?.append(deliver) } else { deliver() }
    }

    /// Nothing is ordered until ``release()``: no majority.
    func hold() {
        sync { [self] in
            held = []
            for member in active.values { member.delegate?.majorityChanged(hasMajority: false) }
        }
    }

    func release() {
        sync { [self] in
            let waiting = held ?? []
            held = nil
            for member in active.values { member.delegate?.majorityChanged(hasMajority: true) }
            for body in waiting { body() }
        }
    }

    private func install(joined: [MemberIdentity], left: [MemberIdentity]) {
        configurationNumber += 1
        viewID.counter += 1
        let states = members.map { member in
            ViewMember(
                identity: member.identity, address: member.address,
                state: active[member.identity.serverUUID]?.delegate?.stateForView() ?? [])
        }
        let view = View(id: viewID, members: states, joined: joined, left: left, configuration: configuration())
        let position = next()
        log.append((position, .view(view)))
        for member in active.values {
            member.delegate?.viewInstalled(view, at: position)
            member.delegate?.deliveredAll()
        }
    }

    func begin(_ communication: SimulatedCommunication, _ start: CommunicationStart, uuid: UUID) {
        switch start.role {
        case .bootstrap:
            log = []
            slot = 0
            members = []
            active = [:]
            admit(communication, uuid, start.address)
        case .join:
            guard let vetter = members.first.flatMap({ active[$0.identity.serverUUID] }) else {
                communication.delegate?.joinRefused(.noAnswer)
                return
            }
            if members.contains(where: { $0.identity.serverUUID == uuid }) {
                communication.delegate?.joinRefused(.oldIncarnationListed)
                return
            }
            let member = Member(identity: MemberIdentity(serverUUID: uuid, incarnation: 9), address: start.address)
            if let refusal = vetter.delegate?.refusalOfJoin(by: member, payload: start.joinPayload) {
                communication.delegate?.joinRefused(.vetoed(refusal))
                return
            }
            admit(communication, uuid, start.address)
        case .resume:
            guard members.contains(where: { $0.identity.serverUUID == uuid }) else {
                communication.delegate?.left(.expelled)
                return
            }
            for (position, entry) in log where position > start.from {
                switch entry {
                case .payload(let payload): communication.delegate?.delivered(payload, at: position)
                case .view(let view): communication.delegate?.viewInstalled(view, at: position)
                }
            }
            communication.delegate?.deliveredAll()
            active[uuid] = communication
        case .ask:
            let listsReceiver = members.contains { $0.identity.serverUUID == uuid }
            let missing = members.count / 2 + 1 - active.count
            communication.delegate?.asked(
                members.filter { active[$0.identity.serverUUID] != nil }.map { member in
                    Standing(
                        kind: missing <= 0 ? .active : .blocked, server: member.identity.serverUUID,
                        address: member.address, epoch: 0, number: configurationNumber, listsReceiver: listsReceiver,
                        missing: UInt8(clamping: missing))
                })
        case .standalone:
            break
        }
    }

    private func admit(_ communication: SimulatedCommunication, _ uuid: UUID, _ address: String) {
        incarnation += 1
        let identity = MemberIdentity(serverUUID: uuid, incarnation: incarnation)
        members.append(Member(identity: identity, address: address))
        active[uuid] = communication
        install(joined: [identity], left: [])
    }

    func leave(_ uuid: UUID) {
        guard let member = members.first(where: { $0.identity.serverUUID == uuid }) else { return }
        let communication = active.removeValue(forKey: uuid)
        members.removeAll { $0.identity == member.identity }
        if !members.isEmpty { install(joined: [], left: [member.identity]) }
        communication?.delegate?.left(.requested)
    }

    func stop(_ uuid: UUID) {
        active[uuid] = nil
    }

    /// The others remove a member: it learns it when it is still there.
    func expel(_ uuid: UUID) {
        sync { [self] in
            guard let member = members.first(where: { $0.identity.serverUUID == uuid }) else { return }
            let communication = active.removeValue(forKey: uuid)
            members.removeAll { $0.identity == member.identity }
            install(joined: [], left: [member.identity])
            communication?.delegate?.left(.expelled)
        }
    }

    func lists(_ uuid: UUID) -> Bool {
        members.contains { $0.identity.serverUUID == uuid }
    }

    func command(_ command: NodeCommand, from uuid: UUID) {
        switch command {
        case .leave: leave(uuid)
        case .setEventHorizon(let value):
            horizon = value
            announce()
        case .setLeaders(let choice):
            leaders = choice
            announce()
        default: break
        }
    }

    private func announce() {
        let position = next()
        for member in active.values { member.delegate?.configurationChanged(configuration(), at: position) }
    }
}

/// One member's end of a ``SimulatedOrder``; standalone it orders for itself.
final class SimulatedCommunication: GroupCommunicating, @unchecked Sendable {
    let order: SimulatedOrder
    let uuid: UUID
    private(set) weak var delegate: (any GroupCommunicatingDelegate)?
    private var isStandalone = false
    private var ownSlot: UInt64 = 0
    private var ownLog: [(position: LogPosition, payload: [UInt8])] = []
    private(set) var releasedBelow = LogPosition.zero

    init(order: SimulatedOrder, uuid: UUID) {
        self.order = order
        self.uuid = uuid
    }

    func start(
        _ start: CommunicationStart, delegate: any GroupCommunicatingDelegate
    ) throws(CommunicationFailure) {
        order.run { [self] in
            self.delegate = delegate
            isStandalone = start.role == .standalone
            if start.erasesLog {
                ownLog = []
                ownSlot = 0
            }
            if isStandalone {
                for (position, payload) in ownLog where position > start.from {
                    delegate.delivered(payload, at: position)
                }
                delegate.deliveredAll()
            } else {
                order.begin(self, start, uuid: uuid)
            }
        }
    }

    func submit(_ payload: [UInt8]) {
        order.run { [self] in
            if isStandalone {
                guard let delegate else { return }
                ownSlot += 1
                let position = LogPosition(slot: ownSlot, index: 0)
                ownLog.append((position, payload))
                delegate.delivered(payload, at: position)
                delegate.deliveredAll()
            } else {
                order.submit(payload, from: uuid)
            }
        }
    }

    func command(_ command: NodeCommand) {
        order.run { [self] in
            if case .releaseLog(let position) = command { releasedBelow = position }
            order.command(command, from: uuid)
        }
    }

    func stop() {
        order.sync { [self] in
            order.stop(uuid)
            delegate = nil
            isStandalone = false
        }
    }

    func canResume(groupName: UUID) -> Bool {
        let answer = Promise<Bool>()
        order.run { [self] in answer.fulfil(order.lists(uuid)) }
        return answer.wait(until: .now() + .seconds(10)) ?? false
    }

    func statistics() -> CommunicationStatistics { CommunicationStatistics() }
}
