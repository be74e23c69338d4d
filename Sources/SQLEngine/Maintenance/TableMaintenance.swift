import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// CHECKSUM, CHECK, ANALYZE, OPTIMIZE and REPAIR TABLE: a line or more per table, never an error of the statement.
struct TableMaintenance {
    /// Problems of one table that CHECK TABLE lists.
    private static let problemsMax = 100

    func execute(
        _ maintenance: TableMaintenanceStatement, in session: Session, into writer: ResultWriter
    ) throws(SQLError) {
        try checkPrivileges(maintenance, session)
        for option in ["UPDATE HISTOGRAM", "DROP HISTOGRAM"] where maintenance.options.contains(option) {
            throw SQLError(.notSupportedYet, "ANALYZE TABLE ... \(option)")
        }
        if maintenance.operation == .checksum {
            try checksum(maintenance, session, writer)
        } else {
            try report(maintenance, session, writer)
        }
    }

    /// Other than what is wrong with a table, a missing privilege is an error of the statement: 1142.
    private func checkPrivileges(_ maintenance: TableMaintenanceStatement, _ session: Session) throws(SQLError) {
        for name in maintenance.tables {
            guard let schema = name.schema ?? session.currentDatabase else { throw SQLError(.noDbError) }
            if session.storage.temporaryTable(schema, name.name) != nil { continue }
            if schema.lowercased() == "information_schema" { continue }
            switch maintenance.operation {
            case .check: try session.demandAnything(onTable: name.name, in: schema)
            case .checksum: try session.demandPart(.select, schema: schema, table: name.name)
            // OPTIMIZE_LOCAL_TABLE is enough by itself.
            case .optimize where maintenance.isLocal: break
            case .analyze, .optimize, .repair: try session.demandPart([.select, .insert], schema: schema, table: name.name)
            }
        }
    }

    /// `schema.table`, as these statements name tables.
    private func qualified(_ name: ObjectName, _ session: Session) throws(SQLError) -> String {
        guard let schema = name.schema ?? session.currentDatabase else { throw SQLError(.noDbError) }
        return "\(schema).\(name.name)"
    }

    private func columns(_ session: Session) -> [ColumnMetadata] {
        let collation = session.settings.resultCollation.rawValue
        let names: [(String, UInt32)] = [("Table", 512), ("Op", 40), ("Msg_type", 40)]
        let texts = names.map {
            ColumnMetadata(name: $0.0, type: .varString, length: $0.1, decimals: 31, collation: collation)
        }
        return texts + [
            ColumnMetadata(name: "Msg_text", type: .mediumBlob, length: 1_572_864, decimals: 31, collation: collation)
        ]
    }

    // MARK: CHECKSUM

    private func checksum(
        _ maintenance: TableMaintenanceStatement, _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        var rows: [(String, UInt32?)] = []
        for name in maintenance.tables {
            let title = try qualified(name, session)
            do {
                rows.append((title, maintenance.options.contains("QUICK") ? nil : try checksum(of: name, session)))
            } catch let error as SQLError {
                // A table that is missing is a line and a warning; a killed statement ends.
                if error == .queryInterrupted { throw error }
                session.diagnostics.note(error)
                rows.append((title, nil))
            } catch {
                throw session.sqlError(error)
            }
        }
        writer.columns([
            columns(session)[0],
            ColumnMetadata(name: "Checksum", type: .longLong, length: 21, flags: .binary),
        ])
        for (title, value) in rows {
            writer.beginRow()
            writer.writeString(title)
            if let value { writer.writeInteger(Int64(value)) } else { writer.writeNull() }
            try writer.endRow()
        }
        finish(rows.count, session, writer)
    }

    private func finish(_ rows: Int, _ session: Session, _ writer: ResultWriter) {
        session.finishQuery(UInt64(rows))
        writer.endOfRows(warnings: session.diagnostics.wireCount, status: session.status)
    }

    private func checksum(of name: ObjectName, _ session: Session) throws -> UInt32? {
        guard case .base(let table) = try session.resolveTable(name) else {
            throw SQLError(.wrongObject, name.schema ?? session.currentDatabase ?? "", name.name, "BASE TABLE")
        }
        try session.prepareToRead()
        let list = table.columns.map(\.sqliteName).joined(separator: ", ")
        let statement = try session.storage.prepare("SELECT \(list) FROM \(table.sqliteName)")
        defer { session.storage.release(statement) }
        var sum = TableChecksum()
        while try session.storage.step(statement) { sum.add(statement) }
        return sum.value
    }

    // MARK: The others

    private func report(
        _ maintenance: TableMaintenanceStatement, _ session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        var lines: [[String]] = []
        for name in maintenance.tables {
            let title = try qualified(name, session)
            let operation = maintenance.operation.rawValue
            do {
                for (type, text) in try messages(maintenance.operation, name, session) {
                    lines.append([title, operation, type, text])
                }
            } catch {
                let error = session.sqlError(error)
                if error == .queryInterrupted { throw error }
                lines.append([title, operation, "Error", error.message])
                lines.append([title, operation, "status", "Operation failed"])
            }
        }
        writer.columns(columns(session))
        for line in lines {
            writer.beginRow()
            for value in line { writer.writeString(value) }
            try writer.endRow()
        }
        finish(lines.count, session, writer)
    }

    private func messages(
        _ operation: TableMaintenanceStatement.Operation, _ name: ObjectName, _ session: Session
    ) throws -> [(type: String, text: String)] {
        let title = try qualified(name, session)
        switch (try session.resolveTable(name), operation) {
        case (.base(let table), .check):
            return try check(table, session)
        case (.view(let view), .check):
            do {
                let named = ObjectName(schema: view.schema, name: view.name)
                let plan = try session.bindQuery(QueryExpression(body: .select(Binder.everything(of: named))), [])
                try session.checkViews(plan.required)
                return [("status", "OK")]
            } catch {
                return [("Error", session.sqlError(error).message), ("error", "Corrupt")]
            }
        case (.system, .check):
            return [("status", "OK")]
        case (.view, _):
            throw SQLError(.wrongObject, message: "'\(title)' is not BASE TABLE")
        case (.base, .analyze):
            // There are no statistics that would age.
            return [("status", "OK")]
        case (.base, .optimize):
            // SQLite gives freed pages back by itself: rows stand as after a recreation, and MySQL's clients expect this.
            return [
                ("note", "Table does not support optimize, doing recreate + analyze instead"), ("status", "OK"),
            ]
        case (.base, _), (.system, _):
            return [("note", "The storage engine for the table doesn't support \(operation.rawValue)")]
        }
    }

    /// SQLite's names of the table's parts are the dictionary's numbers.
    private static func named(_ text: String, _ table: TableDefinition) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
            let name = String(word)
            if name == table.sqliteName { return table.name }
            if let index = table.indexes.first(where: { table.sqliteName(of: $0) == name }) { return index.name }
            guard name.hasPrefix(table.sqliteName + "."),
                let column = table.column(sqliteName: String(name.dropFirst(table.sqliteName.utf8.count + 1)))
            else { return name }
            return table.name + "." + column.name
        }.joined(separator: " ")
    }

    /// Has SQLite read the table and its indexes through, from the disk: whatever the options say, each page is compared with its
    /// checksum, and each index with the rows.
    private func check(_ table: TableDefinition, _ session: Session) throws -> [(type: String, text: String)] {
        session.storage.forgetPages()
        let known = session.storage.database.damage.places
        let statement = try session.storage.prepare(
            "PRAGMA integrity_check(\(table.sqliteName))")
        defer { session.storage.release(statement) }
        var problems: [(type: String, text: String)] = []
        func corrupt() -> [(type: String, text: String)] {
            let places = session.storage.database.damage.places.filter { !known.contains($0) }
            return places.map { ("error", "Damage in \($0)") } + problems + [("error", "Corrupt")]
        }
        while problems.count < Self.problemsMax {
            let hasRow: Bool
            do throws(StorageError) {
                hasRow = try session.storage.step(statement)
            } catch {
                guard error.isDamage else { throw error }
                return corrupt()
            }
            guard hasRow else { break }
            let text = statement.text(0)
            if text != "ok" { problems.append(("error", Self.named(text, table))) }
        }
        let isWhole = problems.isEmpty && session.storage.database.damage.places.count == known.count
        return isWhole ? [("status", "OK")] : corrupt()
    }
}
