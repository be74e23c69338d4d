/// `information_schema.VIEWS`.
enum ViewsTables {
    static let views: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        for schema in context.dictionary.schemaNames {
            for name in context.dictionary.viewNames(in: schema) where context.canSee(table: name, in: schema) {
                guard let view = context.dictionary.view(schema, name) else { continue }
                result.append(
                    [
                        "def", .text(schema), .text(name), .text(view.query), .text(view.checkOption),
                        .yesNo(view.algorithm != "TEMPTABLE"), .text(view.definer), .text(view.security),
                        .text(view.clientCharset), .text(view.connectionCollation),
                    ])
            }
        }
        return result
    }
}
