import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

/// What START GROUP_REPLICATION refuses, as MySQL 9.7.4 was seen to.
@Suite struct StartCheckTests {
    private static let server = UUID(high: 0xAAAA, low: 1)

    private func configuration(_ change: (inout GroupReplicationConfiguration) -> Void) -> GroupReplicationConfiguration {
        var configuration = GroupReplicationConfiguration()
        configuration.serverUUID = StartCheckTests.server
        configuration.groupName = "5e5e5e5e-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
        configuration.groupSeeds = ["127.0.0.1:1"]
        change(&configuration)
        return configuration
    }

    private func refusal(_ change: (inout GroupReplicationConfiguration) -> Void) -> StartCheck.Refusal? {
        do throws(StartCheck.Refusal) {
            _ = try StartCheck.check(configuration(change))
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsRightBegins() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.groupName = $0.groupName.uppercased() } == nil)
        #expect(refusal { $0.viewChangeUUID = "automatic" } == nil)
    }

    @Test(arguments: [
        (PluginMessage.gtidModeOff, { @Sendable in $0.gtidModeOn = false }),
        (.logReplicaUpdatesNotSet, { $0.logsReplicaUpdates = false }),
        (.replicaPreserveCommitOrderNotSet, { $0.preservesCommitOrder = false }),
        (.singlePrimaryNotAllowedWithUpdateEverywhere, { $0.enforceUpdateEverywhereChecks = true }),
        (.invalidBinlogFormat, { $0.binlogFormat = "STATEMENT" }),
        (.invalidBinlogFormat, { $0.binlogFormat = "MIXED" }),
        (.forceMembersMustBeEmpty, { $0.forceMembers = "127.0.0.1:1" }),
        (.groupNameMandatory, { $0.groupName = "" }),
        (.groupNameNotValidUUID, { $0.groupName = "hello" }),
        (.groupNameTooLong, { $0.groupName = "{\($0.groupName)}" }),
        (.failedToParseGroupName, { $0.groupName = "5e5e5e5eaaaa4aaa8aaaaaaaaaaaaaaa" }),
        (.serverUUIDIncompatible, { $0.groupName = $0.serverUUID.description }),
        (.viewChangeUUIDInvalid, { $0.viewChangeUUID = "hello" }),
        (.viewChangeUUIDSameAsGroupName, { $0.viewChangeUUID = $0.groupName }),
        (.viewChangeUUIDIncompatible, { $0.viewChangeUUID = $0.serverUUID.description }),
    ] as [(PluginMessage, @Sendable (inout GroupReplicationConfiguration) -> Void)])
    func theCauseIsNamedByMySQLsNumber(
        code: PluginMessage, change: @Sendable (inout GroupReplicationConfiguration) -> Void
    ) {
        let refusal = refusal(change)
        #expect(refusal?.error.rawValue == 3092)
        #expect(refusal?.lines.map(\.code) == [code])
    }

    @Test func someHaveNumbersOfTheirOwn() {
        let unnumbered = refusal { $0.serverID = 0 }
        #expect(unnumbered?.error.rawValue == 3094)
        let alone = refusal { $0.groupSeeds = [] }
        #expect(alone?.error.rawValue == 3097)
        #expect(alone?.lines.map(\.code) == [.communication, .failedToStartCommunicationEngine])
        #expect(refusal { $0.groupSeeds = []; $0.bootstrapGroup = true } == nil)
    }
}
