import MySQLProtocol

/// What the server's login asks about accounts beyond their own record.
public enum AccountRules {
    /// The plugin that `authentication_policy` gives to accounts that name none; the greeting offers it.
    public static func defaultPlugin(_ policy: String) -> String {
        (AuthenticationPolicy(policy) ?? .default).defaultPlugin
    }

    /// The account that `account` stands for: the first that it was granted PROXY on, where the server looks for one at all
    /// (`check_proxy_users` and the plugin's `..._proxy_users`).
    public static func proxied(
        by account: Account, _ plugin: AuthenticationPlugin, _ isOn: (_ variable: String) -> Bool
    ) -> AuthorizationID? {
        guard !account.proxied.isEmpty, isOn("check_proxy_users") else { return nil }
        let isMapped =
            switch plugin {
            case .cachingSHA2: isOn("caching_sha2_password_proxy_users")
            case .sha256Password: isOn("sha256_password_proxy_users")
            }
        guard isMapped else { return nil }
        return account.proxied.keys.filter { !$0.user.isEmpty && $0 != account.name }.min()
    }
}
