import Accounts

/// APPLICABLE_ROLES and ENABLED_ROLES of information_schema.
enum RoleTables {
    static let applicable: SystemTableRows = { context in
        let own = context.privileges.account
        guard let account = context.server.accounts(of: context.dictionary)[own] else { return [] }
        let mandatory = context.server.accountStatementSettings.mandatoryRoles
        let catalog = context.server.accounts(of: context.dictionary)
        func row(_ grantee: AuthorizationID, _ role: AuthorizationID, isGrantable: Bool) -> [SystemValue] {
            [
                .text(own.user), .text(own.host), .text(grantee.user), .text(grantee.host), .text(role.user),
                .text(role.host), .yesNo(isGrantable), .yesNo(grantee == own && account.defaultRoles.contains(role)),
                .yesNo(mandatory.contains(role)),
            ]
        }
        // Roles of roles are applicable too.
        let granted = context.server.grantedRoles(of: account, in: catalog)
        return granted.map { row(own, $0, isGrantable: account.roles[$0] == true) }
            + catalog.grantees(own, activeRoles: granted).dropFirst().sorted { $0.name < $1.name }.flatMap { role in
                role.roles.sorted { $0.key < $1.key }.map { row(role.name, $0.key, isGrantable: $0.value) }
            }
    }

    static let enabled: SystemTableRows = { context in
        let account = context.server.accounts(of: context.dictionary)[context.privileges.account]
        let mandatory = context.server.accountStatementSettings.mandatoryRoles
        return context.session.activeRoles.map { role in
            [
                .text(role.user), .text(role.host), .yesNo(account?.defaultRoles.contains(role) == true),
                .yesNo(mandatory.contains(role)),
            ]
        }
    }
}
