import Accounts
import MySQLTypes

/// The grant tables of the mysql schema, as far as monitoring and administration tools read them. They cannot be written:
/// accounts change by account statements only.
enum GrantTables {
    private static func accounts(_ context: SystemTableContext) -> [Account] {
        context.server.accounts(of: context.dictionary).accounts.values.sorted { $0.name < $1.name }
    }

    private static func flag(_ isSet: Bool) -> SystemValue { isSet ? "Y" : "N" }

    static let user: SystemTableRows = { context in
        accounts(context).map { account in
            func has(_ privilege: Privileges) -> SystemValue { flag(account.privileges.contains(privilege)) }
            var tls: [SystemValue] = ["", "", "", ""]
            switch account.tlsRequirement {
            case .none: break
            case .ssl: tls[0] = "ANY"
            case .x509: tls[0] = "X509"
            case .specified(let subject, let issuer, let cipher):
                tls = ["SPECIFIED", .text(cipher), .text(issuer), .text(subject)]
            }
            let (limits, rules) = (account.limits, account.passwordRules)
            func number(_ value: UInt32?) -> SystemValue { value.map { .unsigned(UInt64($0)) } ?? .null }
            let privileges: [SystemValue] = [
                has(.select), has(.insert), has(.update), has(.delete), has(.create), has(.drop), has(.reload),
                has(.shutdown), has(.process), has(.file), has(.grantOption), has(.references), has(.index), has(.alter),
                has(.showDatabases), has(.super), has(.createTemporaryTables), has(.lockTables), has(.execute),
                has(.replicationSlave), has(.replicationClient), has(.createView), has(.showView), has(.createRoutine),
                has(.alterRoutine), has(.createUser), has(.event), has(.trigger), has(.createTablespace),
            ]
            let rest: [SystemValue] = tls + [
                number(limits.queriesPerHour), number(limits.updatesPerHour), number(limits.connectionsPerHour),
                number(limits.userConnections), .text(account.plugin), .blob(account.authenticationString),
                flag(account.isPasswordExpired),
                account.passwordChanged == 0 ? .null : .timestamp(Int64(clamping: account.passwordChanged) * 1_000_000),
                number(rules.lifetimeDays), flag(account.isLocked), has(.createRole), has(.dropRole),
                number(rules.history), number(rules.reuseIntervalDays), rules.requiresCurrent.map(flag) ?? .null,
                .text(orNull: attributes(of: account)),
            ]
            return [.text(account.name.host), .text(account.name.user)] + privileges + rest
        }
    }

    /// What has no column of its own, as JSON; nil when there is nothing.
    private static func attributes(of account: Account) -> String? {
        func text(_ value: String) -> JSONValue { .string(Array(value.utf8)) }
        func member(_ key: String, _ value: JSONValue) -> JSONMember { JSONMember(key: Array(key.utf8), value: value) }
        var members: [JSONMember] = []
        if let attribute = account.attribute, case .success(let value) = JSONParser.parse(Array(attribute.utf8)) {
            members.append(member("metadata", value))
        }
        if !account.restrictions.isEmpty {
            let list = account.restrictions.sorted { $0.key < $1.key }.map { schema, privileges in
                JSONValue.object(
                    unsorted: [
                        member("Database", text(schema)), member("Privileges", .array(privileges.names.map(text))),
                    ])
            }
            members.append(member("Restrictions", .array(list)))
        }
        let rules = account.passwordRules
        if rules.failedLoginAttempts > 0 || rules.lockTime != .days(0) {
            let days: Int64 = if case .days(let days) = rules.lockTime { Int64(days) } else { -1 }
            members.append(
                member(
                    "Password_locking",
                    .object(
                        unsorted: [
                            member("failed_login_attempts", .integer(Int64(rules.failedLoginAttempts))),
                            member("password_lock_time_days", .integer(days)),
                        ])))
        }
        if !account.secondaryAuthenticationString.isEmpty {
            members.append(member("additional_password", .string(account.secondaryAuthenticationString)))
        }
        return members.isEmpty ? nil : String(decoding: JSONValue.object(unsorted: members).text, as: UTF8.self)
    }

    static let passwordHistory: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.pastPasswords.map { past in
                [
                    .text(account.name.host), .text(account.name.user), .timestamp(Int64(clamping: past.changed)),
                    .blob(past.authenticationString),
                ]
            }
        }
    }

    static let proxies: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.proxied.sorted { $0.key < $1.key }.map { proxied, withGrant in
                [
                    .text(account.name.host), .text(account.name.user), .text(proxied.host), .text(proxied.user),
                    .integer(withGrant ? 1 : 0), "", .timestamp(0),
                ]
            }
        }
    }

    static let database: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.databaseGrants.sorted { $0.key < $1.key }.map { schema, granted -> [SystemValue] in
                func has(_ privilege: Privileges) -> SystemValue { flag(granted.contains(privilege)) }
                return [
                    .text(account.name.host), .text(schema), .text(account.name.user), has(.select), has(.insert),
                    has(.update), has(.delete), has(.create), has(.drop), has(.grantOption), has(.references),
                    has(.index), has(.alter), has(.createTemporaryTables), has(.lockTables), has(.createView),
                    has(.showView), has(.createRoutine), has(.alterRoutine), has(.execute), has(.event), has(.trigger),
                ]
            }
        }
    }

    /// The names that a SET column of the grant tables has for privileges.
    private static func names(_ privileges: Privileges) -> String {
        privileges.names.map { name in
            name.split(separator: " ").map { word in word.prefix(1) + word.dropFirst().lowercased() }
                .joined(separator: " ").replacingLast(of: "View", with: "view")
        }.joined(separator: ",")
    }

    static let tables: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.tableGrants.sorted { $0.key < $1.key }.map { key, grant in
                let columns = grant.columns.values.reduce(into: Privileges()) { $0.formUnion($1) }
                return [
                    .text(account.name.host), .text(key.schema), .text(account.name.user), .text(key.table), "",
                    .timestamp(0), .text(names(grant.privileges)), .text(names(columns)),
                ]
            }
        }
    }

    static let columns: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.tableGrants.sorted { $0.key < $1.key }.flatMap { key, grant in
                grant.columns.sorted { $0.key < $1.key }.map { column, privileges -> [SystemValue] in
                    [
                        .text(account.name.host), .text(key.schema), .text(account.name.user), .text(key.table),
                        .text(column), .timestamp(0), .text(names(privileges)),
                    ]
                }
            }
        }
    }

    static let globalGrants: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.dynamicPrivileges.sorted { $0.key < $1.key }.map { name, withGrant in
                [.text(account.name.user), .text(account.name.host), .text(name), flag(withGrant)]
            }
        }
    }

    static let roleEdges: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.roles.sorted { $0.key < $1.key }.map { role, withAdmin in
                [
                    .text(role.host), .text(role.user), .text(account.name.host), .text(account.name.user), flag(withAdmin),
                ]
            }
        }
    }

    static let defaultRoles: SystemTableRows = { context in
        accounts(context).flatMap { account in
            account.defaultRoles.sorted().map { role in
                [.text(account.name.host), .text(account.name.user), .text(role.host), .text(role.user)]
            }
        }
    }

    static let components: SystemTableRows = { context in
        context.server.components.all.map { [.unsigned(UInt64($0.id)), .unsigned(UInt64($0.group)), .text($0.component.urn)] }
    }

    static let plugins: SystemTableRows = { context in
        context.sources.isGroupReplicationInstalled() ? [["group_replication", "group_replication.so"]] : []
    }
}

extension String {
    fileprivate func replacingLast(of word: String, with other: String) -> String {
        hasSuffix(" " + word) ? String(dropLast(word.count)) + other : self
    }
}
