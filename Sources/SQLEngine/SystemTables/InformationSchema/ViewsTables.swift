/// `information_schema.VIEWS`.
enum ViewsTables {
    static let views: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        for schema in context.dictionary.schemaNames {
            for name in context.dictionary.viewNames(in: schema) where context.canSee(table: name, in: schema) {
                guard let view = context.dictionary.view(schema, name) else { continue }
                // What the view reads is told to those only who may use it and see its definition.
                let isTold = context.privileges.privileges(onTable: name, in: schema).isSuperset(of: [.select, .showView])
                result.append(
                    [
                        "def", .text(schema), .text(name), .text(isTold ? view.query : ""), .text(view.checkOption),
                        .yesNo(view.algorithm != "TEMPTABLE"), .text(view.definer), .text(view.security),
                        .text(view.clientCharset), .text(view.connectionCollation),
                    ])
            }
        }
        return result
    }
}
