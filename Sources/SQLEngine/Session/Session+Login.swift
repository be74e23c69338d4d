import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform

extension Session {
    /// After login and COM_CHANGE_USER: the client's character set, its timeout, the default roles.
    public func begin(collation: UInt16, isInteractive: Bool, attributes: [(name: String, value: String)]) {
        let id = Collation(CollationID(rawValue: collation))?.id ?? .utf8mb4_0900_ai_ci
        let charset = VariableValue.text(CollationChoice.charsetName(of: id))
        store("character_set_client", charset)
        store("character_set_results", charset)
        store("character_set_connection", charset)
        store("collation_connection", .text(CollationChoice.name(of: id)))
        if isInteractive { store("wait_timeout", variables["interactive_timeout"]) }
        storage.refreshDictionary()
        activateRolesOfLogin()
        mustChangePassword = hasOldPassword
        handle.update { $0.attributes = attributes }
        applySettings()
    }

    /// The roles that are active when a session begins, or is as if it began.
    func activateRolesOfLogin() {
        let account = server.accounts(of: storage.dictionary)[account]
        let all = server.globals.isOn("activate_all_roles_on_login")
        activate(roles: (all ? account?.roles.keys.sorted() : account?.defaultRoles) ?? [])
    }

    /// Whether the account's password has expired.
    var hasOldPassword: Bool {
        guard let account = server.accounts(of: storage.dictionary)[account] else { return false }
        return account.mustChangePassword(
            now: UInt64(clamping: WallClock.microseconds() / 1_000_000),
            defaultLifetime: UInt32(clamping: server.globals.number("default_password_lifetime")))
    }

    /// Error 1045 of an account that lacks what a command needs, as MySQL words it.
    public var accountDenied: SQLError {
        let hasPassword = server.accounts(of: storage.dictionary)[account]?.authenticationString.isEmpty == false
        return SQLError(.accessDeniedError, account.user, account.host, hasPassword ? "YES" : "NO")
    }

    /// Error 1820 for statements about the password of others, and for those that set none.
    func checkOwnPasswordOnly(_ statement: MySQLParser.Statement) throws(SQLError) {
        func isOwn(_ name: AccountName) -> Bool {
            name.isCurrentUser || (name.user == account.user && (name.host ?? "%").lowercased() == account.host)
        }
        switch statement {
        case .setPassword(let set) where set.account.map(isOwn) ?? true: return
        case .alterUser(let alter) where alter.users.allSatisfy({ isOwn($0.account) && $0.authentication != nil }): return
        default: throw SQLError(.mustChangePassword)
        }
    }

    /// A user variable as text, the first of these names that is set: what replicas tell of themselves.
    public func userVariableText(_ names: String...) -> String? {
        for name in names {
            guard let variable = context.userVariables[name] else { continue }
            switch variable.value {
            case .null: continue
            case .integer(let number): return String(number)
            case .real(let number): return String(number)
            case .text(let bytes), .blob(let bytes): return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }
}
