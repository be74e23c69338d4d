import MySQLProtocol
import MySQLTypes
import Testing

@testable import SQLEngine
@testable import Accounts

/// What an account statement says acts, or is refused; nothing of it is dropped.
@Suite struct AccountStatementTests {
    private func withClient(_ body: (TestClient) throws -> Void) throws {
        let node = try EngineNode()
        defer { node.remove() }
        try body(try node.client())
    }

    private func error(_ client: TestClient, _ sql: String) -> UInt16 {
        if case .error(let code, _, _) = client.run(sql) { return code }
        return 0
    }

    private func rows(_ client: TestClient, _ sql: String) -> [[String?]] {
        if case .rows(_, let rows) = client.run(sql) { return rows }
        return []
    }

    private func createText(_ client: TestClient, _ user: String) -> String {
        (rows(client, "SHOW CREATE USER \(user)").first?.first ?? nil) ?? ""
    }

    @Test(arguments: [
        "REQUIRE SSL", "REQUIRE X509", "REQUIRE SUBJECT '/CN=s' ISSUER '/CN=i' CIPHER 'c'", "REQUIRE ISSUER '/CN=i'",
        "WITH MAX_QUERIES_PER_HOUR 1 MAX_UPDATES_PER_HOUR 2 MAX_CONNECTIONS_PER_HOUR 3 MAX_USER_CONNECTIONS 4",
        "PASSWORD EXPIRE NEVER", "PASSWORD EXPIRE INTERVAL 7 DAY", "ACCOUNT LOCK", "PASSWORD HISTORY 5",
        "PASSWORD REUSE INTERVAL 3 DAY", "PASSWORD REQUIRE CURRENT OPTIONAL", "FAILED_LOGIN_ATTEMPTS 3", "PASSWORD_LOCK_TIME 2",
        "PASSWORD_LOCK_TIME UNBOUNDED", "ATTRIBUTE '{\"a\": 1}'",
    ])
    func everyClauseIsKeptAndPrinted(clause: String) throws {
        try withClient { client in
            #expect(error(client, "CREATE USER u \(clause)") == 0)
            #expect(createText(client, "u").contains(clause))
            #expect(error(client, "CREATE USER v") == 0)
            #expect(error(client, "ALTER USER v \(clause)") == 0)
            #expect(createText(client, "v").contains(clause))
        }
    }

    @Test func whatNobodyCanBeIsRefused() throws {
        try withClient { client in
            let refusals: [(String, UInt16)] = [
                ("CREATE USER u IDENTIFIED WITH caching_sha2_password AS 'garbage'", 1827),
                ("CREATE USER u IDENTIFIED WITH nosuch BY 'x'", 1524),
                ("CREATE USER u IDENTIFIED BY 'a' AND IDENTIFIED BY 'b'", 1524),
                ("CREATE USER u IDENTIFIED BY 'a' AND IDENTIFIED WITH caching_sha2_password BY 'b'", 4052),
                ("CREATE USER u PASSWORD EXPIRE INTERVAL 0 DAY", 1525), ("CREATE USER u FAILED_LOGIN_ATTEMPTS 32768", 1525),
                ("CREATE USER u PASSWORD_LOCK_TIME 32768", 1525), ("CREATE USER u ATTRIBUTE '[]'", 3982),
                ("CREATE USER u REQUIRE SUBJECT 'a' SUBJECT 'b'", 1225), ("CREATE USER u DEFAULT ROLE nosuch", 3162),
                ("CREATE USER aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1470), ("CREATE ROLE ''", 1396),
                ("CREATE USER u IDENTIFIED BY '\(String(repeating: "x", count: 257))'", 1396),
            ]
            for (sql, code) in refusals { #expect(error(client, sql) == code, "\(sql)") }
            #expect(error(client, "CREATE USER u") == 0)
            for (sql, code) in [
                ("ALTER USER u ADD 2 FACTOR IDENTIFIED BY 'x'", 1524), ("ALTER USER u DROP 2 FACTOR", 4057),
                ("ALTER USER u IDENTIFIED BY 'x' RETAIN CURRENT PASSWORD", 3878),
                ("ALTER USER u IDENTIFIED BY 'x' REPLACE 'y'", 3893), ("GRANT SELECT ON d.* TO u AS root@localhost", 3835),
            ] as [(String, UInt16)] {
                #expect(error(client, sql) == code, "\(sql)")
            }
        }
    }

    @Test func rolesMakeNoLoops() throws {
        try withClient { client in
            #expect(error(client, "CREATE ROLE a, b, c") == 0)
            #expect(error(client, "GRANT a TO a") == 4027)
            #expect(error(client, "GRANT a TO b") == 0)
            #expect(error(client, "GRANT b TO c") == 0)
            #expect(error(client, "GRANT c TO a") == 4027)
        }
    }

    @Test func thePasswordHistoryIsKept() throws {
        try withClient { client in
            #expect(error(client, "CREATE USER u IDENTIFIED BY 'one' PASSWORD HISTORY 2") == 0)
            #expect(error(client, "ALTER USER u IDENTIFIED BY 'one'") == 3638)
            #expect(error(client, "ALTER USER u IDENTIFIED BY 'two'") == 0)
            #expect(error(client, "SET PASSWORD FOR u = 'one'") == 3638)
            #expect(error(client, "ALTER USER u IDENTIFIED BY 'three'") == 0)
            #expect(error(client, "ALTER USER u IDENTIFIED BY 'one'") == 0)
            #expect(error(client, "ALTER USER u IDENTIFIED BY 'one' PASSWORD HISTORY 0") == 0)
            #expect(error(client, "CREATE USER v IDENTIFIED BY 'one' PASSWORD REUSE INTERVAL 1 DAY") == 0)
            #expect(error(client, "ALTER USER v IDENTIFIED BY 'one'") == 3638)
            #expect(error(client, "SET GLOBAL password_history = 1") == 0)
            #expect(error(client, "CREATE USER w IDENTIFIED BY 'one'") == 0)
            #expect(error(client, "ALTER USER w IDENTIFIED BY 'one'") == 3638)
        }
    }

    @Test func randomPasswordsComeBackAsRows() throws {
        try withClient { client in
            #expect(error(client, "SET SESSION generated_random_password_length = 12") == 0)
            let rows = rows(client, "CREATE USER a IDENTIFIED BY RANDOM PASSWORD, b IDENTIFIED BY 'x', c IDENTIFIED BY RANDOM PASSWORD")
            #expect(rows.map { $0[0] } == ["a", "c"])
            #expect(rows.allSatisfy { $0[2]?.utf8.count == 12 })
        }
    }

    @Test func attributesAreMerged() throws {
        try withClient { client in
            #expect(error(client, "CREATE USER u COMMENT 'x'") == 0)
            #expect(error(client, "ALTER USER u ATTRIBUTE '{\"y\":1}'") == 0)
            #expect(createText(client, "u").hasSuffix("ATTRIBUTE '{\"y\": 1, \"comment\": \"x\"}'"))
            #expect(error(client, "ALTER USER u ATTRIBUTE '{\"comment\":null}'") == 0)
            #expect(createText(client, "u").hasSuffix("ATTRIBUTE '{\"y\": 1}'"))
        }
    }

    @Test func partialRevokesTakeFromGlobalPrivileges() throws {
        try withClient { client in
            #expect(error(client, "CREATE USER u") == 0)
            #expect(error(client, "GRANT SELECT, INSERT ON *.* TO u") == 0)
            #expect(error(client, "REVOKE INSERT ON d.* FROM u") == 1141)
            #expect(error(client, "SET GLOBAL partial_revokes = ON") == 0)
            #expect(error(client, "REVOKE INSERT ON d.* FROM u") == 0)
            #expect(error(client, "REVOKE UPDATE ON d.* FROM u") == 1141)
            #expect(rows(client, "SHOW GRANTS FOR u").map { $0[0] } == [
                "GRANT SELECT, INSERT ON *.* TO `u`@`%`", "REVOKE INSERT ON `d`.* FROM `u`@`%`",
            ])
            #expect(error(client, "SET GLOBAL partial_revokes = OFF") == 3896)
            let node = client.session.server
            let catalog = node.accounts(of: client.session.storage.refreshDictionary())
            let effective = EffectivePrivileges(
                catalog: catalog, account: AuthorizationID(user: "u", host: "%"), activeRoles: [])
            #expect(effective.privileges(onDatabase: "d") == .select)
            #expect(effective.privileges(onDatabase: "e") == [.select, .insert])
            #expect(error(client, "GRANT INSERT ON d.* TO u") == 0)
            #expect(rows(client, "SHOW GRANTS FOR u").count == 1)
            #expect(error(client, "SET GLOBAL partial_revokes = OFF") == 0)
        }
    }

    @Test func mandatoryRolesBelongToAll() throws {
        try withClient { client in
            #expect(error(client, "CREATE ROLE r, s") == 0)
            #expect(error(client, "SET GLOBAL mandatory_roles = 'a,'") == 1231)
            #expect(error(client, "SET GLOBAL mandatory_roles = 'root@localhost'") == 3880)
            #expect(error(client, "SET GLOBAL mandatory_roles = '`r`@`%`, nosuch'") == 0)
            #expect(error(client, "DROP ROLE r") == 3628)
            #expect(error(client, "REVOKE r FROM root@localhost") == 3628)
            #expect(error(client, "GRANT SYSTEM_USER ON *.* TO r") == 3897)
            #expect(error(client, "SET ROLE r") == 0)
            #expect(rows(client, "SELECT CURRENT_ROLE()") == [["`r`@`%`"]])
            #expect(error(client, "SET ROLE s") == 3530)
            #expect(error(client, "SET DEFAULT ROLE r TO root@localhost") == 0)
        }
    }

    @Test func theOrderedTextIsTheSameWhateverTheModeOfTheSession() throws {
        try withClient { client in
            for mode in ["NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", ""] {
                #expect(error(client, "SET sql_mode = '\(mode)'") == 0)
                // Any salt will do: 40 of them hold all characters that matter.
                for number in 0..<40 {
                    #expect(error(client, "CREATE USER m\(number) IDENTIFIED WITH sha256_password BY 'secret'") == 0)
                    let account = client.session.server.accounts(of: client.session.storage.refreshDictionary())[
                        AuthorizationID(user: "m\(number)", host: "%")]
                    let stored = account?.authenticationString ?? []
                    #expect(AuthenticationPlugin.sha256Password.verify(password: Array("secret".utf8), stored: stored))
                    #expect(error(client, "DROP USER m\(number)") == 0)
                }
            }
        }
    }

    @Test func accountsKeepEverythingInTheirEncoding() throws {
        var account = Account(name: AuthorizationID(user: "u", host: "10.0.0.0/8"))
        account.secondaryAuthenticationString = [1, 2]
        account.pastPasswords = [PastPassword(plugin: "p", authenticationString: [3], changed: 4)]
        account.passwordRules = PasswordRules(
            lifetimeDays: 1, history: 2, reuseIntervalDays: 3, requiresCurrent: false, failedLoginAttempts: 4, lockTime: .unbounded)
        account.tlsRequirement = .specified(subject: "s", issuer: "i", cipher: "c")
        account.limits = AccountLimits(queriesPerHour: 1, updatesPerHour: 2, connectionsPerHour: 3, userConnections: 4)
        account.restrictions["d"] = [.select]
        account.proxied[AuthorizationID(user: "x", host: "%")] = true
        account.forgivenLogins = 7
        let copy = try Account(encoded: account.encoded)
        #expect(copy.encoded == account.encoded)
        #expect(copy.passwordRules == account.passwordRules && copy.tlsRequirement == account.tlsRequirement)
        #expect(copy.restrictions == account.restrictions && copy.proxied == account.proxied)
        for length in 0..<account.encoded.count {
            #expect(throws: (any Error).self) { try Account(encoded: Array(account.encoded.prefix(length))) }
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.9.8.7", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/255.255.0.0", "10.0.3.4", true),
        ("10.0.0.0/255.255.0.0", "10.1.3.4", false), ("10.0.0.1/24", "10.0.0.7", false), ("0.0.0.0/0", "1.2.3.4", true),
        ("10.0.0.0/99", "10.0.0.1", false), ("10.0.0.%", "10.0.0.9", true), ("garbage/aa", "10.0.0.1", false),
    ])
    func hostsMayBeNetworks(pattern: String, host: String, matches: Bool) {
        #expect(HostPattern(pattern).matches([host]) == matches)
    }

    @Test func theMostSpecificHostIsTaken() {
        // Each is more specific than the next, as MySQL sorts them.
        let order = [
            "127.0.0.1", "127.0.0.0/16", "127.0.0.0/8", "127.0.0.0/255.255.255.0", "127.0.0.0/255.0.0.0", "localhost", "127.0.%",
            "127.%", "%",
        ]
        for (better, worse) in zip(order, order.dropFirst()) { #expect(HostPattern(better) > HostPattern(worse)) }
    }

    @Test func failedLoginsBlockAnAccountForDays() {
        let logins = FailedLogins()
        var account = Account(name: AuthorizationID(user: "u", host: "%"))
        #expect(logins.record(account, succeeded: false, now: 0) == nil)
        account.passwordRules.failedLoginAttempts = 2
        account.passwordRules.lockTime = .days(3)
        let day: UInt64 = 86_400
        #expect(logins.record(account, succeeded: false, now: day) == nil)
        #expect(logins.record(account, succeeded: true, now: day) == nil)
        #expect(logins.record(account, succeeded: false, now: day) == nil)
        #expect(logins.record(account, succeeded: false, now: day) == .init(days: "3", remaining: "3", attempts: 2))
        #expect(logins.record(account, succeeded: true, now: 3 * day) == .init(days: "3", remaining: "1", attempts: 2))
        #expect(logins.record(account, succeeded: true, now: 4 * day) == nil)
        _ = logins.record(account, succeeded: false, now: day)
        #expect(logins.record(account, succeeded: false, now: day) != nil)
        account.forgivenLogins += 1
        #expect(logins.record(account, succeeded: true, now: day) == nil)
    }

    @Test(arguments: [
        ("create user u identified by 'x' require ssl", "CREATE USER 'u'@'%' IDENTIFIED BY <secret> REQUIRE SSL"),
        ("alter user u identified by 'x' replace 'y'", "ALTER USER 'u'@'%' IDENTIFIED BY <secret> REPLACE <secret>"),
        ("set password for u = 'x' retain current password", "SET PASSWORD FOR `u`@`%`=<secret> RETAIN CURRENT PASSWORD"),
        ("start group_replication user='a', password='x'", "start group_replication user='a', password=<secret>"),
        ("change replication source to source_password = 'x' for channel 'c'",
            "change replication source to source_password = <secret> for channel 'c'"),
        ("create user u identified by 'cut o", "create user u identified by <secret>"),
        ("select 1; create user u identified by 'x'", "select 1; create user u identified by <secret>"),
        ("prepare s from 'create user u identified by ''x'''", "prepare s from <secret>"),
        ("select 'password', 'x'", "select 'password', 'x'"),
    ])
    func passwordsAreSecretInListings(text: String, shown: String) {
        #expect(SecretText.redacted(text, currentAccount: AuthorizationID(user: "root", host: "localhost")) == shown)
    }

    @Test func mysqlsOwnAccountsAreProtected() throws {
        for user in ["mysql.sys", "mysql.session", "mysql.infoschema"] {
            let id = AuthorizationID(user: user, host: "localhost")
            let account = try #require(AccountCatalog.initial()[id])
            #expect(account.isLocked && account.dynamicPrivileges["SYSTEM_USER"] == false)
        }
    }
}
