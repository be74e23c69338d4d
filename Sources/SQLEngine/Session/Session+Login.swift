import MySQLProtocol
import MySQLTypes

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
        let catalog = server.accounts(of: storage.refreshDictionary())
        if let account = catalog[account] {
            activate(roles: server.globals.isOn("activate_all_roles_on_login") ? account.roles.keys.sorted() : account.defaultRoles)
        }
        handle.update { $0.attributes = attributes }
        applySettings()
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
