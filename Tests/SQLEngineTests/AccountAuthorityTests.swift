import MySQLParser
import MySQLProtocol
import Testing

@testable import SQLEngine
@testable import Accounts
@testable import SQLBinder

/// Nobody gets by an account statement what he does not have.
@Suite struct AccountAuthorityTests {
    private static func catalog() -> AccountCatalog {
        var catalog = AccountCatalog.initial()
        func add(_ user: String, _ change: (inout Account) -> Void) {
            var account = Account(name: AuthorizationID(user: user, host: "%"))
            change(&account)
            catalog[account.name] = account
        }
        add("nobody") { _ in }
        add("other") { _ in }
        add("boss") { $0.privileges = .allGlobal }
        add("sysadmin") { $0.dynamicPrivileges["SYSTEM_USER"] = false }
        add("creator") { $0.privileges = .createUser }
        add("roles") { $0.dynamicPrivileges["ROLE_ADMIN"] = false }
        add("granter") { account in
            account.privileges = [.select, .grantOption]
            account.dynamicPrivileges["CONNECTION_ADMIN"] = true
            account.dynamicPrivileges["CLONE_ADMIN"] = false
        }
        add("owner") { $0.databaseGrants["mine"] = [.select, .insert, .grantOption] }
        return catalog
    }

    /// The error that the statement of `user` meets; nil when it may.
    private func refusal(_ user: String, _ sql: String) throws -> UInt16? {
        let catalog = Self.catalog()
        let id = AuthorizationID(user: user, host: user == "root" ? "localhost" : "%")
        let statement = try StatementParsing.statement(Array(sql.utf8), from: 0, mode: [], allowsMultiple: false).statement
        let authority = AccountAuthority(
            catalog: catalog,
            effective: EffectivePrivileges(
                catalog: catalog, account: id, activeRoles: catalog[id]?.defaultRoles ?? []),
            clientHost: "localhost", currentSchema: nil)
        do throws(SQLError) {
            try authority.check(statement)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [
        "ALTER USER root@localhost IDENTIFIED BY 'x'", "DROP USER root@localhost", "CREATE USER root@localhost",
        "RENAME USER other TO root@localhost", "ALTER USER `mysql.infoschema`@localhost IDENTIFIED BY 'x' ACCOUNT UNLOCK",
        "RENAME USER root@localhost TO r", "ALTER USER other, sysadmin ACCOUNT LOCK", "DROP ROLE sysadmin",
        "REVOKE ALL PRIVILEGES, GRANT OPTION FROM root@localhost", "SET DEFAULT ROLE NONE TO sysadmin",
    ])
    func accountsWithSystemUserAreSafeFromThoseWithout(sql: String) throws {
        #expect(try refusal("creator", sql) == 1227)
        #expect(try refusal("root", sql) == nil)
    }

    @Test func createUserSufficesForOrdinaryAccounts() throws {
        for sql in ["CREATE USER x", "ALTER USER other IDENTIFIED BY 'x'", "DROP USER other", "RENAME USER other TO o"] {
            #expect(try refusal("creator", sql) == nil, "\(sql)")
            #expect(try refusal("nobody", sql) == 1227, "\(sql)")
        }
        #expect(try refusal("creator", "CREATE USER x DEFAULT ROLE boss") == 1227)
        #expect(try refusal("roles", "GRANT boss TO other") == nil)
        #expect(try refusal("roles", "GRANT sysadmin TO other") == 1227)
    }

    @Test func ofOnesOwnAccountOnlyThePasswordMayBeChanged() throws {
        #expect(try refusal("nobody", "ALTER USER nobody IDENTIFIED BY 'x'") == nil)
        #expect(try refusal("nobody", "ALTER USER CURRENT_USER() IDENTIFIED BY 'x'") == nil)
        #expect(try refusal("nobody", "SET PASSWORD = 'x'") == nil)
        #expect(try refusal("nobody", "ALTER USER nobody IDENTIFIED BY RANDOM PASSWORD") == nil)
        #expect(try refusal("nobody", "ALTER USER nobody DEFAULT ROLE NONE") == nil)
        #expect(try refusal("nobody", "SET PASSWORD FOR other = 'x'") == 1044)
        #expect(try refusal("creator", "SET PASSWORD FOR root@localhost = 'x'") == 1044)
        #expect(try refusal("nobody", "GRANT PROXY ON nobody TO other") == nil)
        #expect(try refusal("nobody", "GRANT PROXY ON other TO nobody") == 1698)
        for sql in [
            "ALTER USER nobody REQUIRE NONE", "ALTER USER nobody ACCOUNT UNLOCK", "ALTER USER nobody DISCARD OLD PASSWORD",
            "ALTER USER nobody IDENTIFIED BY 'x' RETAIN CURRENT PASSWORD",
            "ALTER USER nobody PASSWORD EXPIRE NEVER", "ALTER USER nobody IDENTIFIED BY 'x' REQUIRE NONE",
            "ALTER USER nobody WITH MAX_USER_CONNECTIONS 0", "ALTER USER nobody COMMENT 'x'",
            "ALTER USER nobody IDENTIFIED WITH sha256_password BY 'x'",
        ] {
            #expect(try refusal("nobody", sql) == 1227, "\(sql)")
        }
    }

    @Test func whoGrantsAllMustHaveAll() throws {
        #expect(try refusal("granter", "GRANT SELECT ON *.* TO other") == nil)
        #expect(try refusal("granter", "GRANT SELECT ON d.t TO other") == nil)
        #expect(try refusal("granter", "GRANT CONNECTION_ADMIN ON *.* TO other") == nil)
        #expect(try refusal("granter", "GRANT CLONE_ADMIN ON *.* TO other") == 1227)
        #expect(try refusal("granter", "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO other") == 1227)
        #expect(try refusal("granter", "GRANT ALL ON *.* TO other") != nil)
        #expect(try refusal("granter", "GRANT ALL ON d.* TO other") == 1044)
        #expect(try refusal("granter", "GRANT ALL ON d.t TO other") == 1142)
        #expect(try refusal("granter", "REVOKE ALL ON *.* FROM other") != nil)
        #expect(try refusal("owner", "GRANT SELECT, INSERT ON mine.* TO other") == nil)
        #expect(try refusal("owner", "GRANT ALL ON mine.* TO other") == 1044)
        #expect(try refusal("owner", "GRANT SELECT ON *.* TO other") == 1045)
        #expect(try refusal("owner", "GRANT SELECT ON theirs.* TO other") == 1044)
        #expect(try refusal("root", "GRANT ALL ON *.* TO other WITH GRANT OPTION") == nil)
    }
}
