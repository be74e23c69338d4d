import Accounts

/// USER_PRIVILEGES, SCHEMA_PRIVILEGES, TABLE_PRIVILEGES, COLUMN_PRIVILEGES and USER_ATTRIBUTES of information_schema. An
/// account sees its own; one that may read the mysql schema sees all.
enum PrivilegesTables {
    static let user: SystemTableRows = { context in
        visible(context).flatMap { account -> [[SystemValue]] in
            let grantable = SystemValue.yesNo(account.privileges.contains(.grantOption))
            var names = account.privileges.names
            if names.isEmpty { names = ["USAGE"] }
            return names.map { [.text(account.name.quoted), "def", .text($0), grantable] }
                + account.dynamicPrivileges.sorted { $0.key < $1.key }.map { name, withGrant in
                    [.text(account.name.quoted), "def", .text(name), .yesNo(withGrant)]
                }
        }
    }

    static let schema: SystemTableRows = { context in
        visible(context).flatMap { account -> [[SystemValue]] in
            account.databaseGrants.sorted { $0.key < $1.key }.flatMap { schema, privileges in
                shown(privileges).map { name in
                    [
                        .text(account.name.quoted), "def", .text(schema), .text(name),
                        .yesNo(privileges.contains(.grantOption)),
                    ]
                }
            }
        }
    }

    static let table: SystemTableRows = { context in
        visible(context).flatMap { account -> [[SystemValue]] in
            account.tableGrants.sorted { $0.key < $1.key }.flatMap { key, grant in
                shown(grant.privileges).map { name in
                    [
                        .text(account.name.quoted), "def", .text(key.schema), .text(key.table), .text(name),
                        .yesNo(grant.privileges.contains(.grantOption)),
                    ]
                }
            }
        }
    }

    static let column: SystemTableRows = { context in
        visible(context).flatMap { account -> [[SystemValue]] in
            account.tableGrants.sorted { $0.key < $1.key }.flatMap { key, grant in
                grant.columns.sorted { $0.key < $1.key }.flatMap { column, privileges in
                    privileges.names.map { name -> [SystemValue] in
                        [
                            .text(account.name.quoted), "def", .text(key.schema), .text(key.table), .text(column),
                            .text(name), .yesNo(grant.privileges.contains(.grantOption)),
                        ]
                    }
                }
            }
        }
    }

    static let attributes: SystemTableRows = { context in
        described(context).map { [.text($0.name.user), .text($0.name.host), .text(orNull: $0.attribute)] }
    }

    /// GRANT OPTION alone is a row too.
    private static func shown(_ privileges: Privileges) -> [String] {
        privileges == .grantOption ? ["USAGE"] : privileges.names
    }

    /// Who may make users sees what is said of each, but of those with SYSTEM_USER only who has it too.
    private static func described(_ context: SystemTableContext) -> [Account] {
        guard context.privileges.global.contains(.createUser),
            !context.privileges.privileges(onDatabase: "mysql").contains(.select)
        else { return visible(context) }
        let isSystemUser = context.privileges.hasDynamic("SYSTEM_USER")
        return context.server.accounts(of: context.dictionary).accounts.values.sorted { $0.name < $1.name }.filter {
            isSystemUser || $0.name == context.privileges.account || $0.dynamicPrivileges["SYSTEM_USER"] == nil
        }
    }

    private static func visible(_ context: SystemTableContext) -> [Account] {
        let catalog = context.server.accounts(of: context.dictionary)
        let all = catalog.accounts.values.sorted { $0.name < $1.name }
        if context.privileges.privileges(onDatabase: "mysql").contains(.select) { return all }
        return all.filter { $0.name == context.privileges.account }
    }
}
