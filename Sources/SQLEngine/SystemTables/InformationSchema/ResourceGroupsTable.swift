/// `information_schema.RESOURCE_GROUPS`: the two that every server has.
enum ResourceGroupsTable {
    static let rows: SystemTableRows = { _ in
        [["USR_default", "USER", 1, "0", 0], ["SYS_default", "SYSTEM", 1, "0", 0]]
    }
}
