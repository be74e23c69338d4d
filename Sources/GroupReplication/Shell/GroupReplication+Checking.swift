import GroupCommunication
import MySQLProtocol
import Platform

/// What START GROUP_REPLICATION looks at before anything begins: nothing has changed when it refuses.
extension GroupReplication {
    /// The group's name; seeds that are no addresses are left out. Errors 3092, 3094, 3096, 3097, whose causes are in the error log.
    func check(_ configuration: inout GroupReplicationConfiguration, resolvesSeeds: Bool) throws(SQLError) -> UUID {
        do throws(StartCheck.Refusal) {
            let groupName = try StartCheck.check(configuration)
            try checkEndpoints(configuration)
            do throws(CommunicationFailure) {
                configuration.groupSeeds = try communication.checkAddresses(
                    local: configuration.localAddress, seeds: configuration.groupSeeds, resolves: resolvesSeeds)
            } catch {
                throw StartCheck.refusal(communication: error)
            }
            return groupName
        } catch {
            for line in error.lines { PluginLog.report(.error, code: line.code, line.text) }
            throw SQLError(error.error)
        }
    }

    private func checkEndpoints(_ configuration: GroupReplicationConfiguration) throws(StartCheck.Refusal) {
        let text = configuration.advertiseRecoveryEndpoints
        do throws(RecoveryEndpoints.Problem) {
            try RecoveryEndpoints.check(text, ports: configuration.listeningPorts)
        } catch {
            throw StartCheck.refusal(endpoints: text, error)
        }
    }
}
