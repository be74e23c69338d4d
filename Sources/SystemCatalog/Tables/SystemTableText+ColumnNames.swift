extension SystemTableText {
    /// The same on all members, whatever tables a server brings.
    private static let allColumnNames: [String: [String]] = {
        let definitions =
            parse(informationSchema, schema: "information_schema")
            + parse(performanceSchema, schema: "performance_schema")
            + parse(mysql, schema: "mysql")
            + parse(sys, schema: "sys")
        return Dictionary(
            definitions.map { ("\($0.schema).\($0.name)".lowercased(), $0.columns.map(\.name)) },
            uniquingKeysWith: { first, _ in first })
    }()

    package static func columnNames(schema: String, name: String) -> [String]? {
        allColumnNames["\(schema).\(name)".lowercased()]
    }
}
