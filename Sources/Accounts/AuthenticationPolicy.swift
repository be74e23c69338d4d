import MySQLProtocol

/// `authentication_policy`: what each factor of an account may be. This server's plugins are all first factors.
package struct AuthenticationPolicy: Equatable {
    package enum Factor: Equatable {
        /// `*` and `*:plugin`: any plugin; the name is the default.
        case any(default: String?)
        case plugin(String)
        /// Empty: the factor may be left out.
        case optional
    }

    package static let `default` = AuthenticationPolicy(
        factors: [.any(default: nil), .optional, .optional])

    package let factors: [Factor]

    private init(factors: [Factor]) {
        self.factors = factors
    }

    /// nil for a value that the variable cannot have: error 1231.
    package init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard (1...3).contains(parts.count) else { return nil }
        var factors: [Factor] = []
        for (place, part) in parts.enumerated() {
            let isFirst = place == 0
            if part.isEmpty {
                guard !isFirst else { return nil }
                factors.append(.optional)
            } else if part == "*" {
                factors.append(.any(default: nil))
            } else {
                let isAny = part.hasPrefix("*:")
                let plugin = isAny ? String(part.dropFirst(2)) : part
                // No plugin of this server can be a second factor.
                guard isFirst, AuthenticationPlugin(rawValue: plugin) != nil else { return nil }
                factors.append(isAny ? .any(default: plugin) : .plugin(plugin))
            }
            // A factor that must be given does not follow one that may be left out.
            if place > 1, factors[place - 1] == .optional, factors[place] != .optional { return nil }
        }
        self.factors = factors
    }

    /// The plugin of accounts that name none.
    package var defaultPlugin: String {
        switch factors.first {
        case .any(let name?), .plugin(let name): name
        case .any(nil), .optional, nil: AuthenticationPlugin.cachingSHA2.name
        }
    }

    /// The first factor in which an account with one factor, `plugin`, does not agree with the policy.
    package func mismatch(of plugin: String) -> Int? {
        if case .plugin(let demanded)? = factors.first, demanded != plugin { return 1 }
        if factors.count > 1, factors[1] != .optional { return 2 }
        return nil
    }
}
