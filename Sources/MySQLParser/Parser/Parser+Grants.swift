/// GRANT and REVOKE.
extension Parser {
    private enum Items {
        case all
        case list([PrivilegeSyntax], accounts: [AccountName?])
    }

    mutating func grantStatement() throws(ParseError) -> Statement {
        advance()
        if at(.proxy), peek().keyword == .on {
            advance()
            advance()
            let proxied = try account()
            try expect(.to)
            let grantees = try accounts()
            return .grantProxy(on: proxied, to: grantees, withGrantOption: try withOption(.grant))
        }
        let items = try grantItems()
        if case .list(_, let names) = items, at(.to) {
            let roles = try roles(names)
            advance()
            let grantees = try accounts()
            return .grantRoles(roles: roles, to: grantees, withAdminOption: try withOption(.admin))
        }
        try expect(.on)
        let level = try privilegeLevel()
        try expect(.to)
        var statement = GrantStatement(privileges: Self.privileges(items), level: level, grantees: try accounts())
        statement.withGrantOption = try withOption(.grant)
        if accept(.as) {
            statement.asAccount = try account()
            if accept(.with) {
                try expect(.role)
                statement.withRole = try roleChoice(allowsExcept: true)
            }
        }
        return .grant(statement)
    }

    mutating func revokeStatement() throws(ParseError) -> Statement {
        advance()
        let ifExists = ifExists()
        if at(.proxy), peek().keyword == .on {
            advance()
            advance()
            let proxied = try account()
            return try revoked(.proxy(on: proxied), ifExists)
        }
        let items = try grantItems()
        if case .all = items, accept(.comma) {
            try expect(.grant)
            try expect(.option)
            return try revoked(.everything, ifExists)
        }
        if case .list(_, let names) = items, at(.from) { return try revoked(.roles(try roles(names)), ifExists) }
        try expect(.on)
        let level = try privilegeLevel()
        return try revoked(.privileges(Self.privileges(items), level), ifExists)
    }

    private mutating func revoked(_ what: RevokeStatement.What, _ ifExists: Bool) throws(ParseError) -> Statement {
        try expect(.from)
        let accounts = try accounts()
        var ignores = false
        if accept(.ignore) {
            try expect(.unknown)
            try expect(.user)
            ignores = true
        }
        return .revoke(
            RevokeStatement(what: what, accounts: accounts, ifExists: ifExists, ignoresUnknownUser: ignores))
    }

    private mutating func withOption(_ word: Keyword) throws(ParseError) -> Bool {
        guard at(.with), peek().keyword == word else { return false }
        advance()
        advance()
        try expect(.option)
        return true
    }

    private static func privileges(_ items: Items) -> GrantedPrivileges {
        switch items {
        case .all: .all
        case .list(let list, _): .list(list)
        }
    }

    /// The items as roles; one that can only be a privilege is an error.
    private func roles(_ names: [AccountName?]) throws(ParseError) -> [AccountName] {
        var roles: [AccountName] = []
        for name in names {
            guard let name else { throw syntaxError() }
            roles.append(name)
        }
        return roles
    }

    private mutating func grantItems() throws(ParseError) -> Items {
        if accept(.all) {
            _ = accept(.privileges)
            return .all
        }
        var list: [PrivilegeSyntax] = []
        var names: [AccountName?] = []
        repeat {
            let (privilege, account) = try grantItem()
            list.append(privilege)
            names.append(account)
        } while accept(.comma)
        return .list(list, accounts: names)
    }

    /// One privilege, or a role's or dynamic privilege's name.
    private mutating func grantItem() throws(ParseError) -> (PrivilegeSyntax, AccountName?) {
        if let name = try staticPrivilege() {
            let takesColumns = ["SELECT", "INSERT", "UPDATE", "REFERENCES"].contains(name)
            let columns = takesColumns && at(.openParenthesis) ? try parenthesizedNames() : []
            return (PrivilegeSyntax(name: name, columns: columns), nil)
        }
        let account = try account()
        return (PrivilegeSyntax(name: account.user.uppercased(), isDynamic: true), account)
    }

    private mutating func staticPrivilege() throws(ParseError) -> String? {
        guard current.kind == .word, let keyword = current.keyword, peek().kind != .userVariable else { return nil }
        switch keyword {
        case .select, .insert, .update, .references, .delete, .usage, .index, .drop, .execute, .reload, .shutdown,
            .process, .file, .event, .trigger, .super, .proxy:
            advance()
            if keyword == .drop, accept(.role) { return "DROP ROLE" }
            return KeywordTable.shared.spelling(keyword)
        case .grant:
            advance()
            try expect(.option)
            return "GRANT OPTION"
        case .show:
            advance()
            if accept(.view) { return "SHOW VIEW" }
            guard accept(.databases) || accept(.schemas) else { throw syntaxError() }
            return "SHOW DATABASES"
        case .lock:
            advance()
            try expect(.tables)
            return "LOCK TABLES"
        case .replication:
            guard peek().keyword == .client || peek().keyword == .slave else { return nil }
            advance()
            let word = accept(.client) ? "REPLICATION CLIENT" : "REPLICATION SLAVE"
            if word == "REPLICATION SLAVE" { advance() }
            return word
        case .alter:
            advance()
            return accept(.routine) ? "ALTER ROUTINE" : "ALTER"
        case .create:
            advance()
            return try createPrivilege()
        default:
            return nil
        }
    }

    private mutating func createPrivilege() throws(ParseError) -> String {
        if accept(.temporary) {
            try expect(.tables)
            return "CREATE TEMPORARY TABLES"
        }
        if accept(.view) { return "CREATE VIEW" }
        if accept(.routine) { return "CREATE ROUTINE" }
        if accept(.user) { return "CREATE USER" }
        if accept(.tablespace) { return "CREATE TABLESPACE" }
        if accept(.role) { return "CREATE ROLE" }
        return "CREATE"
    }

    private mutating func privilegeLevel() throws(ParseError) -> PrivilegeLevel {
        var type = PrivilegeLevel.ObjectType.table
        if at(.table) || at(.function) || at(.procedure) {
            type = at(.table) ? .table : at(.function) ? .function : .procedure
            advance()
        }
        if accept(.star) {
            guard accept(.period) else { return .currentSchema }
            try expect(.star)
            return .global
        }
        let first = try tableName()
        guard accept(.period) else { return .object(type, ObjectName(name: first)) }
        if accept(.star) { return .schema(first) }
        return .object(type, ObjectName(schema: first, name: try tableNameAfterPeriod()))
    }
}
