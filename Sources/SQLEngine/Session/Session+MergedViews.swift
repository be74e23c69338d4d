import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// INSERT through views.
extension Session {
    /// The view behind the name, when rows may be changed through it.
    func mergedView(_ name: ObjectName) throws(SQLError) -> MergedView? {
        guard let schema = name.schema ?? currentDatabase, storage.temporaryTable(schema, name.name) == nil,
            storage.dictionary.table(schema, name.name) == nil, let view = storage.dictionary.view(schema, name.name)
        else { return nil }
        return try mergedView(view)
    }

    package func mergedView(_ view: ViewDefinition) throws(SQLError) -> MergedView? {
        let dictionary = storage.dictionary
        return try MergedView(
            view,
            resolve: { (name) throws(SQLError) -> ResolvedTable in
                guard let schema = name.schema, dictionary.schema(schema) != nil else {
                    throw SQLError(.viewInvalid, view.schema, view.name)
                }
                if let table = dictionary.table(schema, name.name) { return .base(table.definition) }
                if let lower = dictionary.view(schema, name.name) { return .view(lower) }
                throw SQLError(.viewInvalid, view.schema, view.name)
            }, table: { dictionary.table($0, $1) },
            parse: { (text) throws(SQLError) -> QueryExpression in try self.parseQuery(text) })
    }

    /// The INSERT as one into the view's table.
    func merged(_ insert: InsertStatement, _ view: MergedView) throws(SQLError) -> InsertStatement {
        guard view.isInsertable else { throw SQLError(.nonInsertableTable, insert.table.name, "INSERT") }
        guard insert.onDuplicateKeyUpdate.isEmpty else {
            throw SQLError(.notSupportedYet, "ON DUPLICATE KEY UPDATE through a view")
        }
        var merged = insert
        merged.table = ObjectName(schema: view.base.schema, name: view.base.name)
        if case .set(let assignments) = insert.source {
            var own: [ColumnAssignment] = []
            for var assignment in assignments {
                assignment.column = try columnOf(view, assignment.column)
                own.append(assignment)
            }
            merged.source = .set(own)
            return merged
        }
        var names: [ColumnName] = []
        if let given = insert.columns, !given.isEmpty {
            for name in given { names.append(try columnOf(view, name)) }
        } else {
            for column in view.columns { names.append(try columnOf(view, ColumnName(name: column.name))) }
        }
        merged.columns = names
        return merged
    }

    private func columnOf(_ view: MergedView, _ name: ColumnName) throws(SQLError) -> ColumnName {
        guard let place = view.columns.first(where: { Identifier.equal($0.name, name.name) })?.place else {
            throw SQLError(.badFieldError, name.name, "field list")
        }
        return ColumnName(name: view.base.definition.columns[place].name)
    }
}
