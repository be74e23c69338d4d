import MySQLTypes

/// `mandatory_roles`: roles that every account has, as names with or without hosts and quotes.
package enum MandatoryRoles {
    /// nil where a name is missing: error 1231.
    package static func parse(_ text: String) -> [AuthorizationID]? {
        var reader = Reader(rest: text[...])
        reader.skipSpaces()
        if reader.rest.isEmpty { return [] }
        var roles: [AuthorizationID] = []
        repeat {
            guard let user = reader.name(), !user.isEmpty else { return nil }
            var host = "%"
            if reader.accept("@") {
                guard let name = reader.name() else { return nil }
                host = name.lowercasedASCII
            }
            roles.append(AuthorizationID(user: user, host: host.isEmpty ? "%" : host))
        } while reader.accept(",")
        return reader.rest.isEmpty ? roles : nil
    }

    private struct Reader {
        var rest: Substring

        mutating func skipSpaces() {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" }
        }

        mutating func accept(_ character: Character) -> Bool {
            skipSpaces()
            guard rest.first == character else { return false }
            rest = rest.dropFirst()
            skipSpaces()
            return true
        }

        /// A name, maybe in quotes.
        mutating func name() -> String? {
            skipSpaces()
            guard let first = rest.first else { return nil }
            if first == "'" || first == "\"" || first == "`" {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: first) else { return nil }
                let name = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
                return name
            }
            let name = rest.prefix { $0 != "," && $0 != "@" }
            rest = rest.dropFirst(name.count)
            var text = String(name)
            while text.hasSuffix(" ") { text.removeLast() }
            return text
        }
    }
}
