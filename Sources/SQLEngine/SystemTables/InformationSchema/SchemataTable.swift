import MySQLTypes
import SQLBinder
import SQLDefinitions

/// `information_schema.SCHEMATA` and `SCHEMATA_EXTENSIONS`.
enum SchemataTable {
    static let rows: SystemTableRows = { context in
        context.visibleSchemas.map { name in
            let collation = context.dictionary.schema(name)?.collation ?? systemCollation(name)
            return [
                "def", .text(name), .text(CollationChoice.charsetName(of: collation)),
                .text(CollationChoice.name(of: collation)), nil, "NO",
            ]
        }
    }

    static let extensions: SystemTableRows = { context in
        context.visibleSchemas.map { name in
            ["def", .text(name), .text(context.dictionary.schema(name)?.isReadOnly == true ? "READ ONLY=1" : "")]
        }
    }

    private static func systemCollation(_ name: String) -> CollationID {
        name == "information_schema" ? .utf8mb3_general_ci : .utf8mb4_0900_ai_ci
    }
}
