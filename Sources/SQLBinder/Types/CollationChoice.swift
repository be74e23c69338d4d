import MySQLProtocol
import MySQLTypes

/// Which collation a CHARACTER SET and a COLLATE clause mean together.
package enum CollationChoice {
    /// Errors 1115, 1273 and 1253 as MySQL gives them; `utf8` warns with 3719.
    package static func resolve(
        charset: String?, collation: String?, isBinary: Bool, default defaultCollation: CollationID,
        warn: (_ code: ErrorCode, _ message: String) -> Void
    ) throws(SQLError) -> CollationID {
        var characterSet: CharacterSet?
        if let charset {
            guard let found = CharacterSet.named(charset) else { throw SQLError(.unknownCharacterSet, charset) }
            if charset.lowercasedASCII == "utf8" { warn(.deprecatedUtf8Alias, ErrorCode.deprecatedUtf8Alias.format) }
            if found.name == "utf8mb3" {
                warn(.warnDeprecatedSyntax, "'utf8mb3' is deprecated and will be removed in a future release. Please use utf8mb4 instead")
            }
            characterSet = found
        }
        if let collation {
            guard let found = Collation.named(collation) else { throw SQLError(.unknownCollation, collation) }
            if let characterSet, found.characterSet != characterSet {
                throw SQLError(.collationCharsetMismatch, found.name, characterSet.name)
            }
            return found.id
        }
        if isBinary {
            let name = (characterSet ?? Collation(defaultCollation)?.characterSet ?? .utf8mb4).name
            return Collation.named(name + "_bin")?.id ?? .binary
        }
        return characterSet?.defaultCollation ?? defaultCollation
    }

    package static func maximumBytesPerCharacter(of id: CollationID) -> Int {
        Collation(id)?.characterSet.maxLength ?? 4
    }

    package static func isCaseSensitive(_ id: CollationID) -> Bool {
        Collation(id)?.isCaseSensitive ?? true
    }

    package static func name(of id: CollationID) -> String {
        Collation(id)?.name ?? "utf8mb4_0900_ai_ci"
    }

    package static func charsetName(of id: CollationID) -> String {
        Collation(id)?.characterSet.name ?? "utf8mb4"
    }
}
