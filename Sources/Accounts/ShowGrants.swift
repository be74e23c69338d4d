import MySQLTypes

/// The lines that SHOW GRANTS prints for an account (manual, "SHOW GRANTS Statement").
package struct ShowGrants {
    package let account: Account

    /// `account` itself, or the union with the roles of a USING clause.
    package init(_ account: Account, using roles: [Account] = []) {
        var merged = account
        for role in roles {
            merged.restrictions = EffectivePrivileges.restrictions(of: [merged, role])
            merged.privileges.formUnion(role.privileges)
            merged.dynamicPrivileges.merge(role.dynamicPrivileges) { $0 || $1 }
            merged.databaseGrants.merge(role.databaseGrants) { $0.union($1) }
            for (key, grant) in role.tableGrants {
                merged.tableGrants[key, default: .init()].privileges.formUnion(grant.privileges)
                merged.tableGrants[key, default: .init()].columns.merge(grant.columns) { $0.union($1) }
            }
        }
        self.account = merged
    }

    package var lines: [String] {
        var lines = [globalLine]
        lines += dynamicLines
        for (schema, privileges) in account.databaseGrants.sorted(by: { $0.key < $1.key }) {
            let names = list(privileges, all: .allDatabase)
            lines.append(line(names, on: "\(Identifier.mysql(schema)).*", privileges))
        }
        for (schema, privileges) in account.restrictions.sorted(by: { $0.key < $1.key }) {
            let names = privileges.names.joined(separator: ", ")
            lines.append("REVOKE \(names) ON \(Identifier.mysql(schema)).* FROM \(account.name.backquoted)")
        }
        for (key, grant) in account.tableGrants.sorted(by: { $0.key < $1.key }) {
            let target = "\(Identifier.mysql(key.schema)).\(Identifier.mysql(key.table))"
            lines.append(line(tableList(grant), on: target, grant.privileges))
        }
        for (proxied, withGrantOption) in account.proxied.sorted(by: { $0.key < $1.key }) where !proxied.user.isEmpty {
            lines.append(proxyLine(proxied, withGrantOption))
        }
        for (proxied, withGrantOption) in account.proxied where proxied.user.isEmpty {
            lines.append(proxyLine(proxied, withGrantOption))
        }
        for withAdminOption in [false, true] {
            let roles = account.roles.filter { $0.value == withAdminOption }.keys.sorted()
            if !roles.isEmpty {
                let names = roles.map(\.backquoted).joined(separator: ",")
                lines.append(
                    "GRANT \(names) TO \(account.name.backquoted)" + (withAdminOption ? " WITH ADMIN OPTION" : ""))
            }
        }
        return lines
    }

    private func proxyLine(_ proxied: AuthorizationID, _ withGrantOption: Bool) -> String {
        "GRANT PROXY ON \(proxied.backquoted) TO \(account.name.backquoted)"
            + (withGrantOption ? " WITH GRANT OPTION" : "")
    }

    private var globalLine: String {
        let names = account.privileges.subtracting(.grantOption).names
        return line(names.isEmpty ? "USAGE" : names.joined(separator: ", "), on: "*.*", account.privileges)
    }

    private var dynamicLines: [String] {
        [false, true].compactMap { withGrantOption in
            let names = account.dynamicPrivileges.filter { $0.value == withGrantOption }.keys.sorted()
            guard !names.isEmpty else { return nil }
            return "GRANT \(names.joined(separator: ",")) ON *.* TO \(account.name.backquoted)"
                + (withGrantOption ? " WITH GRANT OPTION" : "")
        }
    }

    private func list(_ privileges: Privileges, all: Privileges) -> String {
        if privileges.isSuperset(of: all) { return "ALL PRIVILEGES" }
        let names = privileges.names
        return names.isEmpty ? "USAGE" : names.joined(separator: ", ")
    }

    private func tableList(_ grant: Account.TableGrant) -> String {
        if grant.columns.isEmpty { return list(grant.privileges, all: .allTable) }
        var parts: [String] = []
        for (privilege, name) in Privileges.names {
            if grant.privileges.contains(privilege) { parts.append(name) }
            let columns = grant.columns.filter { $0.value.contains(privilege) }.keys.sorted()
            if !columns.isEmpty {
                parts.append("\(name) (\(columns.map(Identifier.mysql).joined(separator: ", ")))")
            }
        }
        return parts.isEmpty ? "USAGE" : parts.joined(separator: ", ")
    }

    private func line(_ privileges: String, on target: String, _ set: Privileges) -> String {
        "GRANT \(privileges) ON \(target) TO \(account.name.backquoted)"
            + (set.contains(.grantOption) ? " WITH GRANT OPTION" : "")
    }
}
