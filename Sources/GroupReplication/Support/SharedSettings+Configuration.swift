extension GroupReplicationConfiguration {
    /// The mode that the variables say.
    var mode: GroupMode {
        get { GroupMode(isSinglePrimary: singlePrimaryMode, enforcesChecks: enforceUpdateEverywhereChecks) }
        set {
            singlePrimaryMode = newValue.isSinglePrimary
            enforceUpdateEverywhereChecks = newValue.enforcesChecks
        }
    }
}

extension SharedSettings {
    init(_ configuration: GroupReplicationConfiguration) {
        self.init(
            gtidAssignmentBlockSize: configuration.gtidAssignmentBlockSize,
            mode: configuration.mode,
            lowerCaseTableNames: UInt8(clamping: configuration.lowerCaseTableNames),
            defaultTableEncryption: configuration.defaultTableEncryption,
            viewChangeUUID: configuration.viewChangeUUID,
            paxosSingleLeader: configuration.paxosSingleLeader,
            collectsPreemptively: configuration.collectsPreemptively)
    }
}
