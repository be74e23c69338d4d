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
            let tls: SystemValue =
                switch account.tlsRequirement {
                case .none: ""
                case .ssl: "ANY"
                case .x509: "X509"
                }
            let privileges: [SystemValue] = [
                has(.select), has(.insert), has(.update), has(.delete), has(.create), has(.drop), has(.reload),
                has(.shutdown), has(.process), has(.file), has(.grantOption), has(.references), has(.index), has(.alter),
                has(.showDatabases), has(.super), has(.createTemporaryTables), has(.lockTables), has(.execute),
                has(.replicationSlave), has(.replicationClient), has(.createView), has(.showView), has(.createRoutine),
                has(.alterRoutine), has(.createUser), has(.event), has(.trigger), has(.createTablespace),
            ]
            let rest: [SystemValue] = [
                tls, "", "", "", 0, 0, 0, .unsigned(UInt64(account.maximumUserConnections)), .text(account.plugin),
                .blob(account.authenticationString), flag(account.isPasswordExpired), nil,
                account.passwordLifetime.map { .count(Int($0)) } ?? nil, flag(account.isLocked), has(.createRole),
                has(.dropRole), nil, nil, nil, .text(orNull: account.attribute.map { "{\"metadata\": \($0)}" }),
            ]
            return [.text(account.name.host), .text(account.name.user)] + privileges + rest
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

    static let plugins: SystemTableRows = { context in
        context.sources.isGroupReplicationInstalled() ? [["group_replication", "group_replication.so"]] : []
    }
}

extension String {
    fileprivate func replacingLast(of word: String, with other: String) -> String {
        hasSuffix(" " + word) ? String(dropLast(word.count)) + other : self
    }
}
