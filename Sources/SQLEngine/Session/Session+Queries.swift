import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLExpressions
import Storage

extension Session {
    /// Binds a query; `lockColumns` of a locking read are added to its rows.
    func bindQuery(_ query: QueryExpression, _ parameters: [StatementParameter]) throws -> SelectPlan {
        let binder = Binder(environment: self, builder: builder, parameters: parameters)
        let locksReads = locksReads
        let lockColumns = query.locking.isEmpty ? nil : LockColumns()
        let lookups = lockColumns ?? (locksReads ? LockColumns(isLookupOnly: true) : nil)
        let bound = try binding(binder.required) { () throws(SQLError) in
            try binder.bindQuery(query, parent: nil, lockColumns: lookups)
        }
        let plan = SelectPlan(
            bound, binder: binder, resultCollation: settings.binding.resultCollation.rawValue, lockColumns: lockColumns,
            lockMode: query.locking.first)
        plan.takesSelectLimit = query.limit == nil
        plan.locksReads = locksReads
        plan.lookup = binder.hasOneSource ? lookups?.lookup : nil
        return plan
    }

    /// `holds`: it is the client's own, which `group_replication_consistency` may hold.
    func runQuery(
        _ query: QueryExpression, parameters: [StatementParameter], into writer: ResultWriter, holds: Bool = false
    ) throws {
        let plan = try holds ? bindClientQuery(query, parameters) : bindQuery(query, parameters)
        if holds { try holdBegin(plan) }
        if let into = query.into { return try run(plan, into: into, writer) }
        try run(plan, values: plan.parameterValues, into: writer)
    }

    /// Runs a bound query and sends its rows.
    func run(_ plan: SelectPlan, values: [LiteralValue?], into writer: ResultWriter) throws {
        if frame.wantsCursor { return try openCursor(plan, values: values, into: writer) }
        var sink = ClientSink(writer: writer)
        finishQuery(try run(plan, values: values, into: &sink))
        writer.endOfRows(warnings: diagnostics.wireCount, status: status)
    }

    /// Runs a bound query; how many rows there were.
    func run<Sink: RowSink>(_ plan: SelectPlan, values: [LiteralValue?], into sink: inout Sink) throws -> UInt64 {
        try checkPrivileges(plan.required)
        beginDeadline()
        if plan.tables.isEmpty == false {
            try lockForReading(plan.tables)
            try prepareToRead()
        }
        try lockRows(plan, values)
        let statement = try storage.prepare(plan.text)
        defer { storage.release(statement) }
        bind(values, to: statement)
        var rows: UInt64 = 0
        var hasRow = try storage.step(statement)
        if !plan.tables.isEmpty, storage.isDictionaryStale { throw StorageError.definitionChanged }
        try holdAnswer(plan)
        try sink.begin(plan)
        let limit = plan.takesSelectLimit ? settings.sqlSelectLimit : .max
        let skipped = plan.lockColumns == nil ? [] : frame.skippedRows
        var position = 0
        while hasRow && rows < limit {
            defer { position += 1 }
            if skipped.contains(position) {
                hasRow = try storage.step(statement)
                continue
            }
            try sink.take(statement, plan)
            rows += 1
            hasRow = try storage.step(statement)
        }
        if !transaction.isOpen, plan.lockColumns != nil || storage.holdsMetadataLocks, !storage.isReading {
            storage.endTransaction()
        }
        return rows
    }

    func finishQuery(_ rows: UInt64) {
        takeWarnings()
        foundRows = rows
        rowCount = -1
        tracker.work.sentRows = true
        if let set = context.lastInsertIDSetByFunction { lastInsertID = set }
    }

    @inline(__always)
    func bind(_ values: [LiteralValue?], to statement: Storage.Statement, from first: Int = 1) {
        for index in values.indices {
            switch values[index] {
            case .integer(let value)?: statement.bind(first + index, value)
            case .text(let bytes)?: statement.bindText(first + index, bytes)
            case .real(let value)?: statement.bind(first + index, value)
            case .blob(let bytes)?: statement.bindBlob(first + index, bytes)
            case .null?, nil: statement.bindNull(first + index)
            }
        }
    }

    // MARK: Locking reads

    /// SELECT ... FOR UPDATE and FOR SHARE: locks the rows that the query finds, before they are sent.
    private func lockRows(_ plan: SelectPlan, _ values: [LiteralValue?]) throws {
        guard let lockColumns = plan.lockColumns, let locking = plan.lockMode else {
            if plan.locksReads, !plan.tables.isEmpty { try lockSerializably(plan, values) }
            return
        }
        try checkLockTables(locking, lockColumns)
        if let lockedTables, locking.strength == .update {
            for locked in lockColumns.tables {
                if locked.table.isTemporary { continue }
                try lockedTables.checkChange(locked.table.schema, locked.table.name, alias: locked.alias)
            }
        }
        let restarts = beginRestartable(lockColumns.tables.first?.table.name)
        try prepareToWrite()
        let mode: LockMode = locking.strength == .update ? .exclusive : .shared
        let wait: LockWait? = locking.wait == .wait ? nil : .never
        // Without a transaction of the client's the locks last for this statement.
        try storage.begin(singleStatement: !transaction.isOpen)
        try storage.atomically(restarts: restarts) {
            let statement = try storage.prepare(lockColumns.separateSQL ?? plan.sql)
            defer { storage.release(statement) }
            bind(values, to: statement)
            frame.skippedRows.removeAll()
            var row = 0
            while try storage.step(statement) {
                for locked in lockColumns.tables {
                    guard !locked.table.isTemporary, let table = storage.dictionary.table(locked.table.schema, locked.table.name)
                    else { continue }
                    if !locking.tables.isEmpty, !locking.tables.contains(where: { $0.name == locked.alias }) { continue }
                    do {
                        try storage.lockRow(
                            of: table, in: statement, firstColumn: locked.firstColumn, mode, wait: wait)
                    } catch StorageError.lockNotAvailable where locking.wait == .skipLocked {
                        frame.skippedRows.insert(row)
                    }
                }
                row += 1
            }
            // The place where the row would be, so that nobody else inserts it.
            if row == 0, let lookup = plan.lookup, locksAbsentRows { try lockKey(lookup, values, mode, wait: wait) }
        }
    }

    private func checkLockTables(_ locking: LockingClause, _ lockColumns: LockColumns) throws(SQLError) {
        for name in locking.tables where !lockColumns.tables.contains(where: { $0.alias == name.name }) {
            throw SQLError(.unresolvedTableLock, name.name)
        }
    }

    // MARK: INTO, DO

    private func run(_ plan: SelectPlan, into target: IntoClause, _ writer: ResultWriter) throws {
        guard case .variables(let targets) = target else {
            let rows = try run(plan, intoFile: target)
            finishQuery(rows)
            return ok(writer, affectedRows: rows)
        }
        var sink = VariableSink(targets: targets, context: context)
        let rows = try run(plan, values: plan.parameterValues, into: &sink)
        finishQuery(rows)
        if rows == 0 {
            diagnostics.warn(.spFetchNoData, "No data - zero rows fetched, selected, or processed")
        }
        ok(writer, affectedRows: rows)
    }

    func runDo(_ expressions: [Expression], parameters: [StatementParameter], into writer: ResultWriter) throws {
        let binder = Binder(environment: self, builder: builder, parameters: parameters)
        var texts: [String] = []
        try binding(binder.required) { () throws(SQLError) in
            for expression in expressions { texts.append(try binder.bindScalar(expression, in: Scope(parent: nil)).sql) }
        }
        try checkPrivileges(binder.required)
        let statement = try storage.prepare("SELECT " + texts.joined(separator: ", "))
        defer { storage.release(statement) }
        bind(binder.parameterValues, to: statement)
        _ = try storage.step(statement)
        ok(writer)
    }

    /// The value of an expression without tables.
    public func evaluate(_ expression: Expression) throws(SQLError) -> (value: LiteralValue, type: MySQLType) {
        do {
            let binder = Binder(environment: self, builder: builder)
            let typed = try binding(binder.required) { () throws(SQLError) in
                try binder.bindScalar(expression, in: Scope(parent: nil))
            }
            try checkPrivileges(binder.required)
            let statement = try storage.prepare("SELECT " + typed.sql)
            defer { storage.release(statement) }
            guard try storage.step(statement) else { return (.null, typed.type) }
            return (LiteralValue(statement.value(0)), typed.type)
        } catch {
            throw sqlError(error)
        }
    }
}
