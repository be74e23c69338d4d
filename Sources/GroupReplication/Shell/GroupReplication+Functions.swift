import GroupCommunication
import MySQLProtocol
import Platform

/// An argument of a `group_replication_...()` function, as the statement gave it.
public enum FunctionArgument: Sendable, Equatable {
    case null
    case text(String)
    case integer(Int64)
    /// Of another type: always wrong.
    case other
}

/// What such a function answers.
public enum FunctionResult: Sendable, Equatable {
    case text(String)
    case integer(Int64)
}

/// The `group_replication_...()` functions. Called on a session's thread, which waits for the group; privileges are checked
/// before. Wrong arguments and states are error 1123, what fails later is 3910, with MySQL's texts.
extension GroupReplication {
    /// The functions' names, in `performance_schema.user_defined_functions`' order.
    public static let functionNames = [
        "group_replication_set_communication_protocol", "group_replication_get_communication_protocol",
        "group_replication_set_write_concurrency", "group_replication_get_write_concurrency",
        "group_replication_switch_to_single_primary_mode", "group_replication_set_as_primary",
        "group_replication_switch_to_multi_primary_mode",
    ] + memberActionFunctionNames

    private static let actionTimeout: Duration = .seconds(3_700)
    /// How often a session that waits for an action looks whether it was killed.
    private static let killSlice: Duration = .milliseconds(200)
    private static let timeoutLimits: ClosedRange<Int64> = 0...3600
    private static let concurrencyLimits: ClosedRange<Int64> = 10...200
    private static let lowestProtocol = ServerVersion(major: 5, minor: 7, patch: 14)

    /// Calls the function `name` (lower case).
    /// `interrupted`: whether the session was killed; asked several times a second while it waits.
    public func call(
        _ name: String, _ arguments: [FunctionArgument], interrupted: @escaping () -> Bool = { false }
    ) throws(SQLError) -> FunctionResult {
        switch name {
        case "group_replication_get_write_concurrency":
            try checkOnline(name)
            guard arguments.isEmpty else { throw wrong(name, "UDF does not take arguments.") }
            return .integer(Int64(withLocal { $0.writeConcurrency }))
        case "group_replication_set_write_concurrency":
            return .text(try setWriteConcurrency(name, arguments))
        case "group_replication_get_communication_protocol":
            try checkOnline(name)
            guard arguments.isEmpty else { throw wrong(name, "UDF does not take arguments.") }
            return .text(order.withCore { $0.protocolVersion.communicationProtocol })
        case "group_replication_set_communication_protocol":
            return .text(try setCommunicationProtocol(name, arguments))
        case "group_replication_set_as_primary":
            return .text(try setAsPrimary(name, arguments, interrupted))
        case "group_replication_switch_to_single_primary_mode":
            return .text(try switchToSinglePrimary(name, arguments, interrupted))
        case "group_replication_switch_to_multi_primary_mode":
            guard arguments.isEmpty else { throw wrong(name, "Wrong arguments: This function takes no arguments.") }
            try checkOnline(name)
            return .text(try run(.switchToMultiPrimary, target: nil, timeout: nil, interrupted))
        case let name where GroupReplication.memberActionFunctionNames.contains(name):
            return try callMemberAction(name, arguments)
        default:
            throw SQLError(code: 1305, sqlState: "42000", message: "FUNCTION \(name) does not exist")
        }
    }

    func wrong(_ name: String, _ text: String) -> SQLError {
        SQLError(code: 1123, sqlState: "HY000", message: "Can't initialize function '\(name)'; \(text)")
    }

    func failed(_ name: String, _ text: String) -> SQLError {
        SQLError(code: 3910, sqlState: "HY000", message: "The function '\(name)' failed. \(text)")
    }

    public func checkOnline(_ name: String) throws(SQLError) {
        let isOnline = order.withCore { $0.isGroup && $0.own?.status == .online }
        let hasMajority = withLocal { $0.phase == .member && $0.hasMajority && !$0.isCatchingUp }
        guard isOnline && hasMajority else {
            throw wrong(name, "Member must be ONLINE and in the majority partition.")
        }
    }

    /// Nobody is away or on its way in.
    private func checkSteady(_ name: String) throws(SQLError) {
        guard withLocal({ $0.unreachable.isEmpty }) else {
            throw wrong(name, "All members in the group must be reachable.")
        }
        guard order.withCore({ core in core.table.members.allSatisfy { $0.status == .online } }) else {
            throw wrong(name, "A member is joining the group, wait for it to be ONLINE.")
        }
    }

    private func setWriteConcurrency(
        _ name: String, _ arguments: [FunctionArgument]
    ) throws(SQLError) -> String {
        guard arguments.count == 1, case .integer(let value) = arguments[0] else {
            throw wrong(name, "UDF takes one integer argument.")
        }
        try checkOnline(name)
        guard GroupReplication.concurrencyLimits.contains(value) else {
            throw wrong(name, "Argument must be between 10 and 200.")
        }
        communication.command(.setEventHorizon(Int(value)))
        return "UDF is asynchronous, check log or call group_replication_get_write_concurrency()."
    }

    private func setCommunicationProtocol(
        _ name: String, _ arguments: [FunctionArgument]
    ) throws(SQLError) -> String {
        guard arguments.count == 1, case .text(let text) = arguments[0] else {
            throw wrong(name, "UDF takes one version string argument with format major.minor.patch")
        }
        try checkOnline(name)
        guard let version = ServerVersion(exactly: text) else {
            throw wrong(name, "'\(text)' is not version string argument with format major.minor.patch")
        }
        let highest = order.withCore { $0.table.members.compactMap { ServerVersion(prefixOf: $0.version) }.min() }
        guard let highest, version >= GroupReplication.lowestProtocol, version <= highest else {
            throw wrong(
                name,
                "\(text) is not between \(GroupReplication.lowestProtocol) and \(highest?.description ?? "unknown")")
        }
        try checkSteady(name)
        sendControl(GroupMessage.communicationProtocol(version))
        let done = Promise<Bool>()
        placeMark { done.fulfil(true) }
        guard done.wait(until: .now() + .seconds(60)) != nil else {
            throw failed(name, "The group did not order the change in time.")
        }
        return "The operation group_replication_set_communication_protocol completed successfully"
    }

    private func setAsPrimary(
        _ name: String, _ arguments: [FunctionArgument], _ interrupted: () -> Bool
    ) throws(SQLError) -> String {
        guard (1...2).contains(arguments.count), case .text(let text) = arguments[0], !text.isEmpty else {
            throw wrong(name, "Wrong arguments: You need to specify a server uuid.")
        }
        var timeout: Int64?
        if arguments.count == 2 {
            guard case .integer(let seconds) = arguments[1] else {
                throw wrong(
                    name,
                    "Wrong arguments: Second parameter `running_transactions_timeout` must be type integer between "
                        + "0 - 3600 (seconds).")
            }
            timeout = seconds
        }
        try checkOnline(name)
        let target = try checkMember(name, text)
        guard order.withCore({ $0.isSinglePrimary }) else {
            throw wrong(name, "In multi-primary mode. Use group_replication_switch_to_single_primary_mode.")
        }
        if let timeout, !GroupReplication.timeoutLimits.contains(timeout) {
            throw failed(name, "Valid range for running_transactions_timeout is 0 to 3600.")
        }
        return try run(.setPrimary, target: target, timeout: timeout.map { UInt32(clamping: $0) }, interrupted)
    }

    private func switchToSinglePrimary(
        _ name: String, _ arguments: [FunctionArgument], _ interrupted: () -> Bool
    ) throws(SQLError) -> String {
        guard arguments.count <= 1 else {
            throw wrong(name, "Wrong arguments: This function either takes no arguments or a single server uuid.")
        }
        guard let argument = arguments.first else {
            try checkOnline(name)
            return try run(.switchToSinglePrimary, target: nil, timeout: nil, interrupted)
        }
        guard case .text(let text) = argument, !text.isEmpty else {
            throw wrong(name, "Wrong arguments: You need to specify a server uuid.")
        }
        try checkOnline(name)
        let target = try checkMember(name, text)
        return try run(.switchToSinglePrimary, target: target, timeout: nil, interrupted)
    }

    private func checkMember(_ name: String, _ text: String) throws(SQLError) -> UUID {
        guard let uuid = UUID(text) else { throw wrong(name, "Wrong arguments: The server uuid is not valid.") }
        guard order.withCore({ $0.table.index(of: uuid) != nil }) else {
            throw wrong(name, "The requested uuid is not a member of the group.")
        }
        return uuid
    }

    /// Has the group carry an action out and waits for its end. What is so already is answered at once.
    /// The session may be killed: the action goes on without it, on all members.
    private func run(
        _ kind: GroupActionKind, target: UUID?, timeout: UInt32?, _ interrupted: () -> Bool
    ) throws(SQLError) -> String {
        let identity = order.ownIdentity
        let promise = Promise<Result<String, GroupCore.ActionFailure>>()
        let ticket = withLocal { _ in
            nextMark += 1
            actionWaiters[nextMark] = promise
            return nextMark
        }
        defer { withLocal { _ in actionWaiters[ticket] = nil } }
        let request = GroupActionRequest(
            kind: kind, invoker: identity, ticket: ticket, target: target, timeoutSeconds: timeout)
        if let answer = order.withCore({ $0.alreadyTrue(request) }) { return answer }
        try checkSteady(kind.functionName)
        sendControl(GroupMessage.actionStart(request))
        let deadline = MonotonicTime.now() + GroupReplication.actionTimeout
        var outcome: Result<String, GroupCore.ActionFailure>?
        while outcome == nil && MonotonicTime.now() < deadline {
            outcome = promise.wait(until: .now() + GroupReplication.killSlice)
            if outcome == nil && interrupted() {
                throw failed(
                    kind.functionName, "This operation was locally killed and for that reason terminated. It goes on in the group.")
            }
        }
        switch outcome {
        case .success(let text): return text
        case .failure(let failure): throw failed(kind.functionName, failure.text)
        case nil: throw failed(kind.functionName, "The action did not end in time. It goes on without this session.")
        }
    }

    /// `SET GLOBAL group_replication_force_members`: goes on with only these members, without a majority. Error 4118.
    public func forceMembers(_ value: String) throws(SQLError) {
        func problem(_ text: String) -> SQLError {
            SQLError(.groupReplicationForceMembersCommandFailure, value, text)
        }
        let addresses = value.split(separator: ",").map { String($0.filter { $0 != " " }) }
        guard !addresses.isEmpty else { return }
        guard phase == .member else {
            throw problem("Member is not ONLINE, it is not possible to force a new group membership.")
        }
        guard withLocal({ !$0.hasMajority }) else {
            throw problem(
                "The group_replication_force_members can only be updated when Group Replication is running and majority "
                    + "of the members are unreachable.")
        }
        let outcome = Promise<String>()
        withLocal { _ in forceOutcome = outcome }
        defer { withLocal { _ in forceOutcome = nil } }
        communication.command(.forceMembers(addresses))
        guard let text = outcome.wait(until: .now() + .seconds(60)) else {
            throw problem("The members did not answer in time.")
        }
        guard text.isEmpty else { throw problem(text) }
        PluginLog.report(
            .system, code: .forceMemberValueSet,
            "The group_replication_force_members value '\(value)' was set in the group communication interfaces")
    }
}
