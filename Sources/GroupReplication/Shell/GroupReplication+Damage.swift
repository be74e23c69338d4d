import BinaryLog
import GroupCommunication
import MySQLProtocol
import Platform

/// A member whose data are not what they should be: which of the members that is, and that it leaves, never the others.
extension GroupReplication {
    /// How long the others are waited for to say whether their data fit a transaction.
    private static let differenceTimeout: Duration = .seconds(30)

    // MARK: Who is wrong

    /// The applier's hook, on its thread: the data here do not fit the transaction at `position`. Its origin's may be the damaged
    /// ones: that is for the members to say. True: the group has turned it down.
    func settleDifference(at position: LogPosition, _ error: SQLError) -> Bool {
        let (isGroup, count) = order.withCore { ($0.isGroup, $0.table.online.count) }
        // Of two nobody can say which one is right, and the one that acknowledged goes on.
        guard isGroup, count > 2 else { return false }
        let verdict = Promise<Bool>()
        withLocal { _ in differences[position] = verdict }
        defer { withLocal { _ in differences[position] = nil } }
        PluginLog.report(
            .warning, code: .own,
            "A transaction does not fit this member's data: \(error.message). The other members are asked whether it fits theirs.")
        sendControl(GroupMessage.dispute(position, member: order.ownIdentity))
        return verdict.wait(until: .now() + GroupReplication.differenceTimeout) { applier.isEnding } ?? false
    }

    /// The group knows. Communication thread.
    func settled(_ verdict: Disputes.Verdict) {
        if verdict.isRefused {
            if announces {
                let names = verdict.refusers.map(\.description).joined(separator: ", ")
                PluginLog.report(
                    .error, code: .own,
                    "The transaction at \(verdict.position.rawValue) does not fit the data of most members (\(names)): it came of "
                        + "damaged data, and is an empty one for all. Members that have applied it leave the group.")
            }
            if !applier.turnDown(verdict.position) {
                roles.run { [self] in
                    leaveOnDamage(
                        "This member has applied a transaction that does not fit the data of most members: its data are damaged.")
                }
            }
        }
        withLocal { _ in differences[verdict.position] }?.fulfil(verdict.isRefused)
    }

    /// The member leaves: nothing is heard of the others any more.
    func giveUpDifferences() {
        for promise in withLocal({ _ in Array(differences.values) }) { promise.fulfil(false) }
    }

    // MARK: Leaving

    /// Damage was found in this server's files. Any thread; does not block.
    public func storeIsDamaged(_ what: String) {
        roles.run { [self] in leaveOnDamage("This member's files are damaged: \(what).") }
    }

    /// Leaves the group, which goes on without what is wrong here. On the roles thread.
    func leaveOnDamage(_ text: String) {
        guard phase == .member || phase == .starting else { return }
        PluginLog.report(.error, code: .serverSetToReadOnly, text)
        withLocal { $0.damage = text }
        if !DamageNote(directory: configuration.stateDirectory).write(text) {
            PluginLog.report(.warning, code: .own, "That could not be noted in '\(DamageNote.name)': a restarted server would not know.")
        }
        let goesOn = withLocal { $0.hasMajority } && order.withCore { $0.table.members.count > 1 }
        if goesOn { leaveGroup() }
        abandonMembership()
        // Without a majority the others may need what this server has.
        if goesOn && server.rebuildMember(reason: text) { return }
        exitAction(text)
    }

    /// START GROUP_REPLICATION with data that are known to be wrong: that would end where it ended before.
    func refuseDamaged() throws(SQLError) {
        guard let damage = withLocal({ $0.damage }) else { return }
        if server.rebuildMember(reason: damage) {
            PluginLog.report(.system, code: .own, "This server's data are damaged, and are made anew. \(damage)")
            throw SQLError(.groupReplicationConfiguration)
        }
        PluginLog.report(.error, code: .communication, "This server cannot take part in a group with the data that it has. \(damage)")
        throw SQLError(.groupReplicationConfiguration)
    }
}
