/// How many members of a group write, and how strictly: what must be equal on all of them.
package struct GroupMode: Hashable, Sendable {
    /// `group_replication_single_primary_mode`.
    package var isSinglePrimary: Bool
    /// `group_replication_enforce_update_everywhere_checks`.
    package var enforcesChecks: Bool

    package init(isSinglePrimary: Bool, enforcesChecks: Bool) {
        self.isSinglePrimary = isSinglePrimary
        self.enforcesChecks = enforcesChecks
    }
}
