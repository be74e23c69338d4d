import MySQLTypes

/// CHARACTER_SETS, COLLATIONS and COLLATION_CHARACTER_SET_APPLICABILITY of information_schema.
enum CharacterSetTables {
    static let characterSets: SystemTableRows = { _ in
        CharacterSet.all.map { set in
            [.text(set.name), .text(set.defaultCollation.name), .text(set.description), .count(set.maxLength)]
        }
    }

    static let collations: SystemTableRows = { _ in
        Collation.all.map { collation in
            [
                .text(collation.name), .text(collation.characterSet.name), .count(Int(collation.id.rawValue)),
                .text(collation.isDefault ? "Yes" : ""), "Yes", .count(collation.sortLength),
                .text(collation.padsSpace ? "PAD SPACE" : "NO PAD"),
            ]
        }
    }

    static let applicability: SystemTableRows = { _ in
        Collation.all.map { [.text($0.name), .text($0.characterSet.name)] }
    }
}
