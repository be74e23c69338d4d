import Accounts
import MySQLParser

/// Turns the SHOW statements that list something into the query over information_schema or performance_schema that
/// they stand for, as MySQL does: LIKE and WHERE, types and order then come from the query engine.
///
/// The query is a derived table named after the statement, so that a WHERE clause sees the columns under the names that
/// SHOW gives them.
struct ShowRewriter {
    /// The database of a SHOW without FROM; nil where none was chosen.
    let currentSchema: String?

    /// What a SHOW statement lists, before its filter.
    private struct Listing {
        var table: (schema: String, name: String)
        /// Column of the table, name in the result.
        var columns: [(String, String)]
        var conditions: [Expression] = []
        /// The result column that LIKE looks at.
        var likeColumn: String
        /// Result columns.
        var order: [String] = []
    }

    /// The query that a SHOW statement stands for; nil when it lists nothing from these schemas. `schema` is what the
    /// statement's FROM or the session gives; the caller has checked that it exists.
    func query(for show: ShowStatement) -> QueryExpression? {
        switch show {
        case .databases(let filter):
            var listing = Listing(
                table: ("information_schema", "SCHEMATA"), columns: [("SCHEMA_NAME", "Database" + suffix(filter))],
                likeColumn: "Database" + suffix(filter))
            listing.order = [listing.likeColumn]
            return build(listing, filter)
        case .tables(let schema, let isFull, _, let filter):
            guard let schema = schema ?? currentSchema else { return nil }
            let title = "Tables_in_\(schema)" + suffix(filter)
            var listing = Listing(
                table: ("information_schema", "TABLES"), columns: [("TABLE_NAME", title)], likeColumn: title)
            if isFull { listing.columns.append(("TABLE_TYPE", "Table_type")) }
            listing.conditions = [equal("TABLE_SCHEMA", schema)]
            listing.order = [title]
            return build(listing, filter)
        case .tableStatus(let schema, let filter):
            guard let schema = schema ?? currentSchema else { return nil }
            var listing = Listing(
                table: ("information_schema", "TABLES"), columns: ShowRewriter.tableStatus, likeColumn: "Name")
            listing.conditions = [equal("TABLE_SCHEMA", schema)]
            listing.order = ["Name"]
            return build(listing, filter)
        case .openTables(_, let filter):
            // No table stays open between statements here.
            var listing = Listing(
                table: ("information_schema", "TABLES"),
                columns: [
                    ("TABLE_SCHEMA", "Database"), ("TABLE_NAME", "Table"), ("DATA_FREE", "In_use"),
                    ("DATA_FREE", "Name_locked"),
                ], likeColumn: "Table")
            listing.conditions = [Expression(.literal(.boolean(false)))]
            return build(listing, filter)
        case .columns(let table, let isFull, _, let filter):
            guard let schema = table.schema ?? currentSchema else { return nil }
            var listing = Listing(
                table: ("information_schema", "COLUMNS"), columns: isFull ? ShowRewriter.fullColumns : ShowRewriter.columns,
                likeColumn: "Field")
            listing.conditions = [equal("TABLE_SCHEMA", schema), equal("TABLE_NAME", table.name)]
            return build(listing, filter, innerOrder: ["ORDINAL_POSITION"])
        case .indexes(let table, _, let condition):
            guard let schema = table.schema ?? currentSchema else { return nil }
            var listing = Listing(
                table: ("information_schema", "STATISTICS"), columns: ShowRewriter.indexes, likeColumn: "Key_name")
            listing.conditions = [equal("TABLE_SCHEMA", schema), equal("TABLE_NAME", table.name)]
            return build(listing, condition.map { .where($0) })
        case .triggers(let schema, _, let filter):
            guard let schema = schema ?? currentSchema else { return nil }
            var listing = Listing(
                table: ("information_schema", "TRIGGERS"), columns: ShowRewriter.triggers, likeColumn: "Table")
            listing.conditions = [equal("TRIGGER_SCHEMA", schema)]
            return build(listing, filter)
        case .events(let schema, let filter):
            guard let schema = schema ?? currentSchema else { return nil }
            var listing = Listing(
                table: ("information_schema", "EVENTS"), columns: ShowRewriter.events, likeColumn: "Name")
            listing.conditions = [equal("EVENT_SCHEMA", schema)]
            return build(listing, filter)
        case .routineStatus(let kind, let filter):
            var listing = Listing(
                table: ("information_schema", "ROUTINES"), columns: ShowRewriter.routines, likeColumn: "Name")
            listing.conditions = [equal("ROUTINE_TYPE", kind == .procedure ? "PROCEDURE" : "FUNCTION")]
            return build(listing, filter)
        case .variables(let scope, let filter):
            return build(variables(scope == .global ? "global_variables" : "session_variables"), filter)
        case .status(let scope, let filter):
            return build(variables(scope == .global ? "global_status" : "session_status"), filter)
        case .plugins:
            return build(
                Listing(
                    table: ("information_schema", "PLUGINS"),
                    columns: [
                        ("PLUGIN_NAME", "Name"), ("PLUGIN_STATUS", "Status"), ("PLUGIN_TYPE", "Type"),
                        ("PLUGIN_LIBRARY", "Library"), ("PLUGIN_LICENSE", "License"),
                    ], likeColumn: "Name"), nil)
        case .engines:
            return build(
                Listing(
                    table: ("information_schema", "ENGINES"),
                    columns: [
                        ("ENGINE", "Engine"), ("SUPPORT", "Support"), ("COMMENT", "Comment"),
                        ("TRANSACTIONS", "Transactions"), ("XA", "XA"), ("SAVEPOINTS", "Savepoints"),
                    ], likeColumn: "Engine"), nil)
        case .characterSets(let filter):
            return build(
                Listing(
                    table: ("information_schema", "CHARACTER_SETS"),
                    columns: [
                        ("CHARACTER_SET_NAME", "Charset"), ("DESCRIPTION", "Description"),
                        ("DEFAULT_COLLATE_NAME", "Default collation"), ("MAXLEN", "Maxlen"),
                    ], likeColumn: "Charset", order: ["Charset"]), filter)
        case .collations(let filter):
            return build(
                Listing(
                    table: ("information_schema", "COLLATIONS"),
                    columns: [
                        ("COLLATION_NAME", "Collation"), ("CHARACTER_SET_NAME", "Charset"), ("ID", "Id"),
                        ("IS_DEFAULT", "Default"), ("IS_COMPILED", "Compiled"), ("SORTLEN", "Sortlen"),
                        ("PAD_ATTRIBUTE", "Pad_attribute"),
                    ], likeColumn: "Collation", order: ["Collation"]), filter)
        case .createTable, .createView, .createDatabase, .createRoutine, .createTrigger, .createEvent, .createUser,
            .routineCode, .warnings, .errors, .warningCount, .errorCount, .processList, .engineStatus, .privileges,
            .grants, .profiles, .profile, .binaryLogs, .binaryLogStatus, .binaryLogEvents, .relayLogEvents, .replicas,
            .replicaStatus, .parseTree:
            return nil
        }
    }

    private func variables(_ table: String) -> Listing {
        Listing(
            table: ("performance_schema", table),
            columns: [("VARIABLE_NAME", "Variable_name"), ("VARIABLE_VALUE", "Value")], likeColumn: "Variable_name",
            order: ["Variable_name"])
    }

    // MARK: - Building the query

    /// ` (pattern)`, which SHOW DATABASES and SHOW TABLES add to their column's name.
    private func suffix(_ filter: ShowStatement.Filter?) -> String {
        guard case .like(let pattern)? = filter else { return "" }
        return " (" + String(decoding: pattern, as: UTF8.self) + ")"
    }

    private func column(_ name: String) -> Expression {
        Expression(.column(ColumnName(name: name)))
    }

    private func text(_ bytes: [UInt8]) -> Expression {
        Expression(.literal(.string(bytes, introducer: nil)))
    }

    private func equal(_ name: String, _ value: String) -> Expression {
        Expression(.binary(.equal, column(name), text(Array(value.utf8))))
    }

    private func build(
        _ listing: Listing, _ filter: ShowStatement.Filter?, innerOrder: [String] = []
    ) -> QueryExpression {
        var inner = SelectBlock(
            items: listing.columns.map { .expression(column($0.0), alias: $0.1, name: $0.1) })
        inner.from = [
            .table(TableFactor(name: ObjectName(schema: listing.table.schema, name: listing.table.name)))
        ]
        if listing.conditions.count > 1 {
            inner.where = Expression(.and(listing.conditions))
        } else {
            inner.where = listing.conditions.first
        }
        var innerQuery = QueryExpression(body: .select(inner))
        innerQuery.orderBy = innerOrder.map { OrderItem(column($0)) }
        var condition: Expression?
        switch filter {
        case nil: break
        case .like(let pattern)?:
            condition = Expression(
                .like(column(listing.likeColumn), pattern: text(pattern), escape: nil, negated: false))
        case .where(let expression)?: condition = expression
        }
        guard condition != nil || !listing.order.isEmpty else { return innerQuery }
        var outer = SelectBlock(items: [.wildcard(schema: nil, table: nil)])
        outer.from = [
            .derived(DerivedTable(query: innerQuery, alias: listing.table.name, columns: [], isLateral: false))
        ]
        outer.where = condition
        var query = QueryExpression(body: .select(outer))
        query.orderBy = listing.order.map { OrderItem(column($0)) }
        return query
    }

    // MARK: - Column lists

    private static let columns = [
        ("COLUMN_NAME", "Field"), ("COLUMN_TYPE", "Type"), ("IS_NULLABLE", "Null"), ("COLUMN_KEY", "Key"),
        ("COLUMN_DEFAULT", "Default"), ("EXTRA", "Extra"),
    ]
    private static let fullColumns = [
        ("COLUMN_NAME", "Field"), ("COLUMN_TYPE", "Type"), ("COLLATION_NAME", "Collation"), ("IS_NULLABLE", "Null"),
        ("COLUMN_KEY", "Key"), ("COLUMN_DEFAULT", "Default"), ("EXTRA", "Extra"), ("PRIVILEGES", "Privileges"),
        ("COLUMN_COMMENT", "Comment"),
    ]
    private static let indexes = [
        ("TABLE_NAME", "Table"), ("NON_UNIQUE", "Non_unique"), ("INDEX_NAME", "Key_name"),
        ("SEQ_IN_INDEX", "Seq_in_index"), ("COLUMN_NAME", "Column_name"), ("COLLATION", "Collation"),
        ("CARDINALITY", "Cardinality"), ("SUB_PART", "Sub_part"), ("PACKED", "Packed"), ("NULLABLE", "Null"),
        ("INDEX_TYPE", "Index_type"), ("COMMENT", "Comment"), ("INDEX_COMMENT", "Index_comment"),
        ("IS_VISIBLE", "Visible"), ("EXPRESSION", "Expression"),
    ]
    private static let tableStatus = [
        ("TABLE_NAME", "Name"), ("ENGINE", "Engine"), ("VERSION", "Version"), ("ROW_FORMAT", "Row_format"),
        ("TABLE_ROWS", "Rows"), ("AVG_ROW_LENGTH", "Avg_row_length"), ("DATA_LENGTH", "Data_length"),
        ("MAX_DATA_LENGTH", "Max_data_length"), ("INDEX_LENGTH", "Index_length"), ("DATA_FREE", "Data_free"),
        ("AUTO_INCREMENT", "Auto_increment"), ("CREATE_TIME", "Create_time"), ("UPDATE_TIME", "Update_time"),
        ("CHECK_TIME", "Check_time"), ("TABLE_COLLATION", "Collation"), ("CHECKSUM", "Checksum"),
        ("CREATE_OPTIONS", "Create_options"), ("TABLE_COMMENT", "Comment"),
    ]
    private static let triggers = [
        ("TRIGGER_NAME", "Trigger"), ("EVENT_MANIPULATION", "Event"), ("EVENT_OBJECT_TABLE", "Table"),
        ("ACTION_STATEMENT", "Statement"), ("ACTION_TIMING", "Timing"), ("CREATED", "Created"),
        ("SQL_MODE", "sql_mode"), ("DEFINER", "Definer"), ("CHARACTER_SET_CLIENT", "character_set_client"),
        ("COLLATION_CONNECTION", "collation_connection"), ("DATABASE_COLLATION", "Database Collation"),
    ]
    private static let events = [
        ("EVENT_SCHEMA", "Db"), ("EVENT_NAME", "Name"), ("DEFINER", "Definer"), ("TIME_ZONE", "Time zone"),
        ("EVENT_TYPE", "Type"), ("EXECUTE_AT", "Execute at"), ("INTERVAL_VALUE", "Interval value"),
        ("INTERVAL_FIELD", "Interval field"), ("STARTS", "Starts"), ("ENDS", "Ends"), ("STATUS", "Status"),
        ("ORIGINATOR", "Originator"), ("CHARACTER_SET_CLIENT", "character_set_client"),
        ("COLLATION_CONNECTION", "collation_connection"), ("DATABASE_COLLATION", "Database Collation"),
    ]
    private static let routines = [
        ("ROUTINE_SCHEMA", "Db"), ("ROUTINE_NAME", "Name"), ("ROUTINE_TYPE", "Type"),
        ("ROUTINE_BODY", "Language"), ("DEFINER", "Definer"), ("LAST_ALTERED", "Modified"), ("CREATED", "Created"),
        ("SECURITY_TYPE", "Security_type"), ("ROUTINE_COMMENT", "Comment"),
        ("CHARACTER_SET_CLIENT", "character_set_client"), ("COLLATION_CONNECTION", "collation_connection"),
        ("DATABASE_COLLATION", "Database Collation"),
    ]
}
