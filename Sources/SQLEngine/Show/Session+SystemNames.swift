import MySQLParser

extension Session {
    /// System tables are found in any case: the listing looks for the name as the table has it.
    func exact(_ show: ShowStatement) -> ShowStatement {
        func name(_ table: ObjectName) -> ObjectName {
            guard let schema = table.schema ?? currentDatabase, isSystemSchema(schema),
                let tables = server.systemTables as? SystemTables,
                let found = tables.definition(schema: schema.lowercased(), name: table.name)
            else { return table }
            return ObjectName(schema: found.schema, name: found.name)
        }
        switch show {
        case .columns(let table, let isFull, let isExtended, let filter):
            return .columns(name(table), isFull: isFull, isExtended: isExtended, filter)
        case .indexes(let table, let isExtended, let condition):
            return .indexes(name(table), isExtended: isExtended, where: condition)
        default: return show
        }
    }
}
