/// APPLICABLE_ROLES and ENABLED_ROLES of information_schema.
enum RoleTables {
    static let applicable: SystemTableRows = { context in
        let own = context.privileges.account
        guard let account = context.server.accounts(of: context.dictionary)[own] else { return [] }
        return account.roles.sorted { $0.key < $1.key }.map { role, isGrantable in
            [
                .text(own.user), .text(own.host), .text(own.user), .text(own.host), .text(role.user), .text(role.host),
                .yesNo(isGrantable), .yesNo(account.defaultRoles.contains(role)), "NO",
            ]
        }
    }

    static let enabled: SystemTableRows = { context in
        let account = context.server.accounts(of: context.dictionary)[context.privileges.account]
        return context.session.activeRoles.map { role in
            [.text(role.user), .text(role.host), .yesNo(account?.defaultRoles.contains(role) == true), "NO"]
        }
    }
}
