import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLExpressions
import Storage

/// UPDATE and DELETE at work.
extension Session {
    func bindChange(_ update: UpdateStatement, _ parameters: [StatementParameter]) throws -> ChangePlan {
        if update.tables.count == 1, case .table(let factor) = update.tables[0],
            let schema = factor.name.schema ?? currentDatabase
        {
            try refuseSystemTable(schema, factor.name.name, "UPDATE")
        }
        let binder = changeBinder(parameters)
        return try binding(binder.required) { () throws(SQLError) in try binder.bind(update) }
    }

    func bindChange(_ delete: DeleteStatement, _ parameters: [StatementParameter]) throws -> ChangePlan {
        if case .single(let factor) = delete.target, let schema = factor.name.schema ?? currentDatabase {
            try refuseSystemTable(schema, factor.name.name, "DELETE")
        }
        let binder = changeBinder(parameters)
        return try binding(binder.required) { () throws(SQLError) in try binder.bind(delete) }
    }

    private func changeBinder(_ parameters: [StatementParameter]) -> ChangeBinder {
        return ChangeBinder(environment: self, builder: builder, parameters: parameters) { [unowned self] in table($0, $1) }
    }

    func runChange(_ plan: ChangePlan, into writer: ResultWriter) throws {
        try runChange(plan, values: plan.parameterValues, into: writer)
    }

    func runChange(_ plan: ChangePlan, values: [LiteralValue?], into writer: ResultWriter) throws {
        try checkPrivileges(plan.required)
        if settings.sqlSafeUpdates, !plan.isKeyed { throw SQLError(.updateWithoutKeyInSafeMode, "") }
        for target in plan.targets { try checkKey(of: target.table) }
        context.isDataChange = true
        context.isIgnore = plan.isIgnore
        try lockForChange(plan.targets.map { ($0.table, $0.alias) }, read: plan.tables, removesRows: true, lookup: plan.lookup)
        let restarts = beginRestartable(plan.targets.first?.table.name)
        try prepareToWrite()
        var matched: UInt64 = 0
        var changed: UInt64 = 0
        try storage.atomically(restarts: restarts) {
            try storage.confirmDefinitions()
            (matched, changed) = (0, 0)
            context.warnings.removeAll(keepingCapacity: true)
            let rows = try findRows(plan, values)
            defer { storage.memory.release(rows.charged) }
            // The place where the row would be, so that nobody else inserts it.
            if rows.count == 0, let lookup = plan.lookup, locksAbsentRows { try lockKey(lookup, values, .exclusive) }
            // Only a join finds a row twice.
            let mayRepeat = rows.count > 1 && (plan.targets.count > 1 || !plan.tables.isEmpty)
            var seen = [Set<[StoredValue]>](repeating: [], count: mayRepeat ? plan.targets.count : 0)
            var number = 0
            while let row = try number == 0 ? rows.first : rows.rest?.next() {
                number += 1
                context.rowNumber = number
                for (place, target) in plan.targets.enumerated() {
                    let key = Array(row[target.firstKeyColumn..<(target.firstKeyColumn + target.access.keyColumns.count)])
                    // The inner side of an outer join without a row.
                    if key.contains(.null) { continue }
                    if mayRepeat {
                        guard seen[place].insert(key).inserted else { continue }
                        try rows.charge(48 + key.reduce(0) { $0 + 32 + $1.byteCount }, storage.memory)
                    }
                    matched += 1
                    if plan.isDelete {
                        if try remove(key, target, plan) { changed += 1 }
                    } else if try update(row, key, target, plan) {
                        changed += 1
                    }
                }
            }
        }
        handle.update { $0.hasWritten = true }
        try commitIfAutomatic()
        takeWarnings()
        if let set = context.lastInsertIDSetByFunction { lastInsertID = set }
        if plan.isDelete { return ok(writer, affectedRows: changed) }
        ok(
            writer, affectedRows: countsFoundRows ? matched : changed,
            lastInsertID: context.lastInsertIDSetByFunction ?? 0,
            info: "Rows matched: \(matched)  Changed: \(changed)  Warnings: \(diagnostics.count)")
    }

    /// The rows that were found: most often there is one.
    private final class FoundRows {
        var first: [StoredValue]?
        var rest: RowSpool?
        var count = 0
        /// What was charged to the session for telling rows apart.
        private(set) var charged = 0

        func charge(_ bytes: Int, _ memory: MemoryAccount) throws(StorageError) {
            charged += bytes
            do throws(MemoryAccount.Excess) { try memory.charge(bytes) } catch { throw .memory(error) }
        }
    }

    /// The rows to be changed, each locked; read to the end before the first changes.
    private func findRows(_ plan: ChangePlan, _ values: [LiteralValue?]) throws -> FoundRows {
        let statement = try storage.prepare(plan.text)
        defer { storage.release(statement) }
        bind(values, to: statement)
        context.rowNumber = 1
        let rows = FoundRows()
        let count = statement.columnCount
        while try storage.step(statement) {
            for target in plan.targets {
                guard let first = target.firstLockColumn, !statement.isNull(first) else { continue }
                try storage.lockRow(of: target.table, in: statement, firstColumn: first, .exclusive)
            }
            if rows.count == 0 {
                rows.first = (0..<count).map { statement.value($0) }
            } else {
                let rest = rows.rest ?? RowSpool(columnCount: count, memory: storage.memory)
                rows.rest = rest
                try rest.append(statement)
            }
            rows.count += 1
            context.rowNumber += 1
        }
        return rows
    }

    private func remove(_ key: [StoredValue], _ target: ChangePlan.Target, _ plan: ChangePlan) throws -> Bool {
        do {
            try change(target.access.deleteSQL, key)
            return true
        } catch StorageError.foreignKey {
            let old = try firstRow(
                target.access.rowSQL(
                    of: Array(target.table.definition.columns.indices), where: target.access.keyCondition(from: 1)), key)
            let error = referenced(target.table, old)
            guard plan.isIgnore else { throw error }
            context.warn(error)
            return false
        }
    }

    private func update(
        _ row: [StoredValue], _ key: [StoredValue], _ target: ChangePlan.Target, _ plan: ChangePlan
    ) throws -> Bool {
        let count = target.table.definition.columns.count
        let old = Array(row[target.firstOldColumn..<(target.firstOldColumn + count)])
        var new = old
        for (position, column) in target.columns.enumerated() { new[column] = row[target.firstNewColumn + position] }
        return try write(
            old: old, new: &new, key: key, table: target.table, access: target.access, assigned: target.columns,
            timestamps: target.timestamps.map { ($0.column, row[$0.place]) }, finisher: target.finisher,
            isIgnore: plan.isIgnore)
    }

    /// Writes a changed row; false when nothing changed (or IGNORE kept the old one).
    func write(
        old: [StoredValue], new: inout [StoredValue], key: [StoredValue], table: Table, access: TableAccess,
        assigned: [Int], timestamps: [(column: Int, value: StoredValue)], finisher: RowFinisher?, isIgnore: Bool
    ) throws -> Bool {
        try replaceNulls(&new, assigned, of: table.definition, isNew: false, isLenient: true)
        guard assigned.contains(where: { old[$0] != new[$0] }) else { return false }
        for timestamp in timestamps { new[timestamp.column] = timestamp.value }
        guard try finish(&new, finisher, isIgnore: isIgnore) else { return false }
        let changed = new.indices.filter { old[$0] != new[$0] }
        if changed.isEmpty { return false }
        do {
            try change(access.updateSQL(changed), changed.map { new[$0] }, key)
            return true
        } catch StorageError.duplicateKey(_, let columns, let index) {
            let error =
                duplicate(table.definition, columns: columns, index: index, row: new)?.error
                ?? SQLError(.dupEntry, "", index ?? columns.joined(separator: "-"))
            guard isIgnore else { throw error }
            context.warn(error)
            return false
        } catch StorageError.foreignKey {
            let error = missingParent(table.definition, new) ?? referenced(table, old)
            guard isIgnore else { throw error }
            context.warn(error)
            return false
        }
    }
}
