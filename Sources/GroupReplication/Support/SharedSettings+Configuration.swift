extension SharedSettings {
    init(_ configuration: GroupReplicationConfiguration) {
        self.init(
            gtidAssignmentBlockSize: configuration.gtidAssignmentBlockSize,
            isSinglePrimary: configuration.singlePrimaryMode,
            enforcesUpdateEverywhereChecks: configuration.enforceUpdateEverywhereChecks,
            lowerCaseTableNames: UInt8(clamping: configuration.lowerCaseTableNames),
            defaultTableEncryption: configuration.defaultTableEncryption,
            viewChangeUUID: configuration.viewChangeUUID,
            paxosSingleLeader: configuration.paxosSingleLeader)
    }
}
