import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions

/// JSON_TABLE(document, path COLUMNS (...)): the rows come from ``JSONRowsModule``, each column is an expression over the item that
/// its node stands at.
extension Binder {
    package func bindJSONTable(_ table: JSONTableSyntax, parent: Scope?) throws(SQLError) -> FromItem {
        if table.alias.isEmpty { throw SQLError(.derivedMustHaveAlias) }
        let scope = Scope(parent: parent, columns: lateral?.columns ?? [], sources: lateral?.sources ?? [])
        let savedClause = clause
        clause = .tableFunction
        let document = try bindScalar(table.document, in: scope)
        clause = savedClause
        let id = nextSourceID()
        var nodes = [JSONRowsModule.Node(parent: nil, path: table.path)]
        var columns: [SourceColumn] = []
        try bind(table.columns, of: 0, "t\(id)", &nodes, &columns)
        try checkDuplicates(columns.map(\.name))
        guard nodes.count <= JSONRowsModule.mostNodes else {
            throw SQLError(.notSupportedYet, "more than \(JSONRowsModule.mostNodes) paths in JSON_TABLE")
        }
        let source = TableSource(id: id, alias: table.alias, schema: nil, originalTable: "", table: nil, columns: columns)
        let arguments = [
            builder.jsonArgument(document, .json, 1, "json_table"), LiteralValue.text(JSONRowsModule.Node.encoded(nodes)).sql,
        ]
        return FromItem(
            sql: ExpressionBuilder.call(JSONRowsModule.name, list: arguments) + " AS " + source.sqliteAlias, sources: [source],
            columns: visible(source))
    }

    private func bind(
        _ syntax: [JSONTableSyntax.Column], of node: Int, _ alias: String, _ nodes: inout [JSONRowsModule.Node],
        _ columns: inout [SourceColumn]
    ) throws(SQLError) {
        var item = TypedSQL.column("\(alias).i\(node)", .json, isNullable: true)
        item.isColumn = false
        for column in syntax {
            switch column {
            case .ordinality(let name):
                columns.append(
                    SourceColumn(
                        name: name, type: .bigInt, isNullable: true, originalName: name,
                        sqliteName: "o\(node)"))
            case .path(let name, let type, let path, let onEmpty, let onError):
                let type = try self.type(type, of: name)
                let value = builder.jsonTableColumn(
                    item, path, AssignmentTarget(column: name, type: type, isNullable: true), onEmpty: try response(onEmpty),
                    onError: try response(onError))
                columns.append(try self.column(name, value, type))
            case .exists(let name, let type, let path):
                let type = try self.type(type, of: name)
                let value = try builder.function("JSON_CONTAINS_PATH", [item, builder.string(Array("one".utf8)), builder.string(path)])
                columns.append(try self.column(name, value, type))
            case .nested(let path, let inner):
                nodes.append(JSONRowsModule.Node(parent: node, path: path))
                try bind(inner, of: nodes.count - 1, alias, &nodes, &columns)
            }
        }
    }

    private func column(_ name: String, _ value: TypedSQL, _ type: MySQLType) throws(SQLError) -> SourceColumn {
        var column = SourceColumn(name: name, type: type, isNullable: true, originalName: name, sqliteName: "")
        column.expression = try builder.convert(value, to: type).sql
        return column
    }

    private func type(_ syntax: DataTypeSyntax, of column: String) throws(SQLError) -> MySQLType {
        try DataTypeBuilder(column: column, tableCollation: builder.context.connectionCollation) { _, _ in }
            .build(syntax, collation: syntax.collation)
    }

    /// DEFAULT's text is a JSON document.
    private func response(_ response: JSONResponse?) throws(SQLError) -> JSONValueFallback {
        switch response {
        case nil, .null?: return .null
        case .error?: return .error
        case .value(let expression)?:
            let text = try bindScalar(expression, in: Scope(parent: nil))
            return .default(try builder.cast(text, to: .json))
        }
    }
}
