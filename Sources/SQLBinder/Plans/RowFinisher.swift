import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// What a row needs before it is stored beyond its own values: generated columns and CHECK constraints. Both are
/// computed by one SQLite statement over the row's values as parameters.
package struct RowFinisher {
    /// Parameters `?1` to `?n` are the table's columns; the results are the generated columns, then one truth value per
    /// check.
    package let sql: String
    package let generated: [Int]
    package let checks: [String]
    /// Views WITH CHECK OPTION, after the checks.
    package let views: [TableUse]

    /// nil for a table that has neither.
    package init?(
        _ table: TableDefinition, environment: any BindingEnvironment, builder: ExpressionBuilder,
        views levels: [MergedView.Level] = []
    ) throws(SQLError) {
        generated = table.columns.indices.filter { table.columns[$0].generated != nil }
        let enforced = table.checks.filter(\.isEnforced)
        checks = enforced.map(\.name)
        let levels = levels.filter { $0.condition != nil }
        views = levels.map { TableUse(schema: $0.schema, name: $0.view) }
        guard !generated.isEmpty || !enforced.isEmpty || !levels.isEmpty else { return nil }
        let binder = Binder(environment: environment, builder: builder)
        let source = binder.baseSource(table, alias: table.name)
        let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
        var results: [String] = []
        for index in table.columns.indices {
            let column = table.columns[index]
            guard let definition = column.generated else { continue }
            let expression = try environment.parseExpression(definition.expression)
            let bound = try binder.bindScalar(expression, in: scope)
            let target = AssignmentTarget(column: column.name, of: table.name, type: column.type, isNullable: column.isNullable)
            let assigned = try builder.store(bound, in: target)
            results.append(assigned.sql)
            // Later generated columns may use this one.
            let replacement = builder.seen(assigned, as: column.type)
            binder.replacedColumns.append(
                Binder.ReplacedColumn(sourceID: source.id, index: index, typed: replacement))
        }
        for check in enforced {
            let expression = try environment.parseExpression(check.expression)
            results.append(try builder.condition(binder.bindScalar(expression, in: scope)))
        }
        for level in levels {
            // NULL is no truth here, other than in a check.
            let text = try binder.condition(level, over: source, table) ?? "1"
            results.append("coalesce(\(text), 0)")
        }
        let values = table.columns.indices.map { "?\($0 + 1) AS \(table.columns[$0].sqliteName)" }
        sql =
            "SELECT \(results.joined(separator: ", ")) FROM (SELECT \(values.joined(separator: ", "))) AS "
            + source.sqliteAlias
    }
}
