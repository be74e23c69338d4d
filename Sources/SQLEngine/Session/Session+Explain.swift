import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// EXPLAIN in the traditional format: SQLite's query plan, in MySQL's terms.
extension Session {
    /// One access of a table.
    private struct Access {
        var id = 1
        var selectType = "SIMPLE"
        var table: String
        var type = "ALL"
        var key: String?
        var reference: String?
        /// nil when it is not known.
        var rows: Int64?
        var extra: [String] = []
    }

    /// Rows of a table are counted up to here.
    private static let countedRows = 100_000

    func runExplain(
        _ explain: ExplainStatement, parameters: [StatementParameter], into writer: ResultWriter
    ) throws {
        let refusal = try refusal(of: explain)
        guard case .statement(let statement) = explain.subject else {
            if case .connection(let id) = explain.subject, server.sessions.handle(id) == nil {
                throw SQLError(.noSuchThread, String(id))
            }
            throw SQLError(.notSupportedYet, "EXPLAIN FOR CONNECTION")
        }
        let sql: String
        let sources: [String: ExplainedSource]
        var changes: String?
        switch statement {
        case .query(let query):
            let plan = try bindQuery(query, parameters)
            try checkExplained(plan.required)
            (sql, sources) = (plan.sql, plan.sources)
        case .update(let update):
            let plan = try bindChange(update, parameters)
            try checkExplained(plan.required)
            (sql, sources, changes) = (plan.sql, plan.sources, "UPDATE")
        case .delete(let delete):
            let plan = try bindChange(delete, parameters)
            try checkExplained(plan.required)
            (sql, sources, changes) = (plan.sql, plan.sources, "DELETE")
        case .insert(let insert):
            defer { context.isDataChange = false }
            let (plan, _) = try bindInsert(insert, parameters)
            try checkExplained(plan.required)
            if let refusal { throw refusal }
            return try send([Access(selectType: "INSERT", table: plan.table.name)], writer)
        default: throw SQLError(.notSupportedYet, "EXPLAIN of this statement")
        }
        context.isDataChange = false
        if let refusal { throw refusal }
        var accesses = try self.accesses(of: sql, sources)
        if let changes, !accesses.isEmpty { accesses[0].selectType = changes }
        if accesses.isEmpty { accesses = [Access(table: "", type: "", extra: ["No tables used"])] }
        try send(accesses, writer)
    }

    /// Throws what is wrong with the form that is asked for; returns what is not done here, for those who may ask.
    private func refusal(of explain: ExplainStatement) throws(SQLError) -> SQLError? {
        let format = explain.format?.uppercased()
        if let given = explain.format, let format, !["TRADITIONAL", "TREE", "JSON"].contains(format) {
            throw SQLError(.unknownExplainFormat, given)
        }
        if explain.intoVariable != nil {
            guard let format else { throw SQLError(.explainIntoImplicitFormatNotSupported) }
            guard format == "JSON" else { throw SQLError(.explainIntoFormatNotSupported, format) }
        }
        if explain.isAnalyze {
            if format == "TRADITIONAL" { throw SQLError(.notSupportedYet, "EXPLAIN ANALYZE with TRADITIONAL format") }
            return SQLError(.notSupportedYet, "EXPLAIN ANALYZE")
        }
        guard let format, format != "TRADITIONAL" else { return nil }
        return SQLError(.notSupportedYet, "EXPLAIN FORMAT=\(format)")
    }

    private func accesses(of sql: String, _ sources: [String: ExplainedSource]) throws -> [Access] {
        let plan = try storage.prepare("EXPLAIN QUERY PLAN " + sql)
        defer { storage.release(plan) }
        var accesses: [Access] = []
        /// The number and kind of the query that a line of the plan belongs to, by the line's number.
        var queries: [Int64: (id: Int, kind: String)] = [:]
        var lastQuery = 1
        while try storage.step(plan) {
            let (line, parent, detail) = (plan.integer(0), plan.integer(1), plan.text(3))
            let query = queries[parent] ?? (1, "PRIMARY")
            queries[line] = query
            if detail.contains("SUBQUERY") || detail.hasPrefix("CO-ROUTINE") || detail.hasPrefix("MATERIALIZE") {
                lastQuery += 1
                let kind = detail.contains("SUBQUERY") ? "SUBQUERY" : "DERIVED"
                queries[line] = (lastQuery, detail.hasPrefix("CORRELATED") ? "DEPENDENT SUBQUERY" : kind)
            } else if detail.hasPrefix("USE TEMP B-TREE") {
                if let place = accesses.firstIndex(where: { $0.id == query.id }) {
                    accesses[place].extra.append(
                        detail.contains("ORDER BY") ? "Using filesort" : "Using temporary")
                }
            } else if detail.hasPrefix("SCAN ") || detail.hasPrefix("SEARCH ") {
                if detail.hasPrefix("SCAN CONSTANT ROW") { continue }
                var access = try self.access(detail, sources)
                (access.id, access.selectType) = query
                // A lookup by a whole key after other tables: one row for each of theirs.
                if access.type == "const", accesses.contains(where: { $0.id == query.id }) { access.type = "eq_ref" }
                if access.type == "eq_ref" || access.type == "ref", access.reference == nil { access.reference = "func" }
                accesses.append(access)
            }
        }
        if lastQuery == 1 { for place in accesses.indices { accesses[place].selectType = "SIMPLE" } }
        return accesses
    }

    /// `SEARCH t1 USING INDEX i17_2 (c1=? AND c2>?)`.
    private func access(_ detail: String, _ sources: [String: ExplainedSource]) throws -> Access {
        let words = detail.split(separator: " ").map(String.init)
        let name = words.count > 1 ? words[1] : ""
        let source = sources[name]
        var access = Access(table: source?.alias ?? "<\(name)>")
        let isSearch = words.first == "SEARCH"
        let terms = detail.split(separator: "(").last.map { String($0.dropLast()) } ?? ""
        let comparisons = isSearch ? terms.split(separator: " AND ").map(String.init) : []
        let isEquality = !comparisons.isEmpty && comparisons.allSatisfy { $0.hasSuffix("=?") }
        var index: IndexDefinition?
        if detail.contains("PRIMARY KEY") {
            index = source?.table?.primaryKey
        } else if let word = words.firstIndex(of: "INDEX"), word + 1 < words.count {
            let wanted = words[word + 1]
            index = source?.table.flatMap { table in table.indexes.first { table.sqliteName(of: $0) == wanted } }
            access.key = index?.name ?? (detail.contains("AUTOMATIC") ? "<auto_key0>" : nil)
        }
        access.key = index?.name ?? access.key
        if detail.contains("COVERING INDEX") { access.extra.append("Using index") }
        if isSearch {
            let isUnique = index.map { $0.kind != .secondary && $0.parts.count == comparisons.count } ?? false
            access.type = isEquality ? (isUnique ? "const" : "ref") : "range"
            if access.type == "const" || access.type == "ref" {
                access.reference = comparisons.map { _ in "const" }.joined(separator: ",")
            }
        } else if access.key != nil {
            access.type = "index"
        }
        if access.type == "const" {
            access.rows = 1
        } else if let table = source?.table {
            let count = try firstRow(
                "SELECT count(*) FROM (SELECT 1 FROM \(table.sqliteName) LIMIT \(Self.countedRows))", [])
            if case .integer(let rows)? = count?.first { access.rows = access.type == "ref" ? max(1, rows / 10) : rows }
        }
        return access
    }

    private func send(_ accesses: [Access], _ writer: ResultWriter) throws {
        let collation = settings.resultCollation.rawValue
        func text(_ name: String) -> ColumnMetadata {
            ColumnMetadata(name: name, type: .varString, length: 1024, decimals: 31, collation: collation)
        }
        writer.columns([
            ColumnMetadata(name: "id", type: .longLong, length: 3, flags: [.binary, .unsigned]), text("select_type"),
            text("table"), text("partitions"), text("type"), text("possible_keys"), text("key"), text("key_len"),
            text("ref"), ColumnMetadata(name: "rows", type: .longLong, length: 10, flags: [.binary, .unsigned]),
            ColumnMetadata(name: "filtered", type: .double, length: 4, flags: .binary, decimals: 2), text("Extra"),
        ])
        func write(_ value: String?) {
            if let value, !value.isEmpty { writer.writeString(value) } else { writer.writeNull() }
        }
        for access in accesses {
            writer.beginRow()
            writer.writeInteger(Int64(access.id))
            writer.writeString(access.selectType)
            write(access.table)
            writer.writeNull()
            write(access.type)
            write(access.key)
            write(access.key)
            writer.writeNull()
            write(access.reference)
            if let rows = access.rows { writer.writeInteger(rows) } else { writer.writeNull() }
            if access.rows != nil { writer.writeDouble(100) } else { writer.writeNull() }
            write(access.extra.joined(separator: "; "))
            try writer.endRow()
        }
        writer.endOfRows(warnings: diagnostics.wireCount, status: status)
    }
}
