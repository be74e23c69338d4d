import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// INSERT and REPLACE at work.
extension Session {
    /// What an INSERT has done so far; starts anew when the statement runs again on a newer snapshot.
    struct InsertProgress {
        var affected: UInt64 = 0
        var records: UInt64 = 0
        var duplicates: UInt64 = 0
        var firstGenerated: UInt64 = 0
        var lastExplicit: UInt64 = 0
        /// Values reserved and not yet used.
        var nextReserved: UInt64 = 0
        var reserved = 0
        /// How many values the next reservation of INSERT ... SELECT takes: 1, 2, 4, ...
        var nextBatch = 1
        var fills: [StoredValue]?
        /// Of the row of INSERT ... SELECT: what ON DUPLICATE KEY UPDATE names of its tables.
        var updateSources: [StoredValue] = []

        /// A value was given: those that are reserved and not greater are not used.
        mutating func skip(_ value: UInt64, step: UInt64) {
            guard reserved > 0, value >= nextReserved else { return }
            let passed = (value - nextReserved) / step + 1
            guard passed < UInt64(reserved) else { return reserved = 0 }
            reserved -= Int(passed)
            nextReserved += passed * step
        }
    }

    /// What the OK packet says of an INSERT.
    struct InsertOutcome {
        var affected: UInt64
        var lastInsertID: UInt64
        var info: String
    }

    func ok(_ writer: ResultWriter, _ outcome: InsertOutcome) {
        ok(writer, affectedRows: outcome.affected, lastInsertID: outcome.lastInsertID, info: outcome.info)
    }

    func runInsert(_ insert: InsertStatement, parameters: [StatementParameter]) throws -> InsertOutcome {
        if insert.priority == .delayed {
            let kind = insert.isReplace ? "REPLACE" : "INSERT"
            diagnostics.warn(
                .warnLegacySyntaxConverted, SQLError(.warnLegacySyntaxConverted, "\(kind) DELAYED", kind).message)
        }
        let (plan, binder) = try bindInsert(insert, parameters)
        let bindingWarnings = context.warnings
        defer { context.warnings = [] }
        for warning in bindingWarnings { diagnostics.add(warning) }
        context.warnings.removeAll(keepingCapacity: true)
        return try runInsert(
            plan, parameters: parameters, queryValues: binder.queryValues.values, updateValues: binder.updateValues.values)
    }

    func bindInsert(
        _ insert: InsertStatement, _ parameters: [StatementParameter]
    ) throws(SQLError) -> (InsertPlan, InsertBinder) {
        let (target, table, view) = try insertTarget(insert)
        let binder = InsertBinder(environment: self, builder: builder, parameters: parameters, view: view)
        let plan = try binding(binder.required) { () throws(SQLError) in try binder.bind(target, into: table) }
        return (plan, binder)
    }

    /// The table that an INSERT changes, and the statement as one on that table where it names a view. Who may not insert
    /// does not learn whether there is such a table.
    func insertTarget(
        _ insert: InsertStatement
    ) throws(SQLError) -> (statement: InsertStatement, table: Table, view: MergedView?) {
        let required = RequiredPrivileges()
        if let schema = insert.table.schema ?? currentDatabase, !isSystemSchema(schema) {
            _ = required.use(schema, insert.table.name, InsertBinder.access(insert), context: 0)
        }
        return try binding(required) { () throws(SQLError) in
            let view = try mergedView(insert.table)
            var target = insert
            if let view { target = try merged(insert, view) }
            return (target, try baseTable(target.table, for: "INSERT"), view)
        }
    }

    func runInsert(
        _ plan: InsertPlan, parameters: [StatementParameter], queryValues: [LiteralValue?],
        updateValues: [LiteralValue?]
    ) throws -> InsertOutcome {
        try checkPrivileges(plan.required)
        try checkKey(of: plan.table)
        context.isDataChange = true
        context.isIgnore = plan.isIgnore
        try lockForChange(
            [(plan.table, plan.table.name)], read: plan.tables,
            removesRows: plan.isReplace || plan.duplicateUpdate != nil)
        let restarts = beginRestartable(plan.table.name)
        try prepareToWrite()
        var progress = InsertProgress()
        try storage.atomically(restarts: restarts) {
            try storage.confirmDefinitions()
            progress = InsertProgress()
            context.warnings.removeAll(keepingCapacity: true)
            switch plan.source {
            case .values(let rows):
                for (number, row) in rows.enumerated() {
                    context.rowNumber = number + 1
                    guard let values = try evaluate(row, plan, parameters, &progress) else { continue }
                    try store(values, plan, updateValues, &progress, remaining: rows.count - number)
                }
            case .query:
                try insertSelected(plan, queryValues, updateValues, &progress)
            case .set: break
            }
        }
        handle.update { $0.hasWritten = true }
        try commitIfAutomatic()
        if progress.firstGenerated > 0 { lastInsertID = progress.firstGenerated }
        if let set = context.lastInsertIDSetByFunction { lastInsertID = set }
        takeWarnings()
        var info = ""
        let isMultiple: Bool
        switch plan.source {
        case .values(let rows): isMultiple = rows.count > 1
        default: isMultiple = true
        }
        if isMultiple {
            info = "Records: \(progress.records)  Duplicates: \(progress.duplicates)  Warnings: \(diagnostics.count)"
        }
        let reported =
            progress.firstGenerated > 0
            ? progress.firstGenerated : context.lastInsertIDSetByFunction ?? progress.lastExplicit
        return InsertOutcome(affected: progress.affected, lastInsertID: reported, info: info)
    }

    /// Error 3098: a group refuses changes of tables whose rows nothing identifies; and, where
    /// `group_replication_enforce_update_everywhere_checks` says so, those of SERIALIZABLE transactions and of tables with
    /// cascading foreign keys. (Off, both are safe here: cascades are captured, SERIALIZABLE holds on each member.)
    func checkKey(of table: Table) throws(SQLError) {
        guard server.isInGroup.load(ordering: .relaxed), !table.definition.isTemporary else { return }
        if table.identifyingColumns == nil { throw SQLError(.beforeDmlValidationError) }
        guard server.enforcesUpdateEverywhereChecks.load(ordering: .relaxed) else { return }
        if transaction.isolation(default: settings.isolation) == .serializable { throw SQLError(.beforeDmlValidationError) }
        for key in table.definition.foreignKeys {
            for action in [key.onDelete, key.onUpdate] {
                switch action {
                case .cascade, .setNull, .setDefault: throw SQLError(.beforeDmlValidationError)
                case .noAction, .restrict: break
                }
            }
        }
    }

    // MARK: Values

    /// The row of VALUES as it is stored, before defaults that depend on it, generated columns and AUTO_INCREMENT.
    private func evaluate(
        _ row: [Expression], _ plan: InsertPlan, _ parameters: [StatementParameter], _ progress: inout InsertProgress
    ) throws -> [StoredValue]? {
        let columns = plan.definition.columns
        var values = [StoredValue](repeating: .null, count: columns.count)
        var isGiven = [Bool](repeating: false, count: columns.count)
        var general: [Int] = []
        for (position, expression) in row.enumerated() {
            let column = plan.columns[position]
            if case .defaultValue(nil) = expression.kind { continue }
            isGiven[column] = true
            if let (value, isText) = Self.direct(expression, parameters),
                let stored = FastAssignment.value(value, isText: isText, to: columns[column])
            {
                values[column] = stored
            } else {
                general.append(position)
            }
        }
        if !general.isEmpty { try evaluate(general, row, plan, parameters, &values) }
        try fill(&values, isGiven, plan, &progress)
        return values
    }

    /// A literal's or parameter's value where no builder is needed to know it.
    static func direct(_ expression: Expression, _ parameters: [StatementParameter]) -> (LiteralValue, isText: Bool)? {
        switch expression.kind {
        case .literal(let literal): return direct(literal)
        case .parameter(let index):
            guard parameters.indices.contains(index) else { return nil }
            switch parameters[index] {
            case .literal(let literal): return direct(literal)
            case .value(let value, let type): return (value, type.isNonBinaryString)
            case .unknown: return nil
            }
        case .unary(.minus, let operand):
            guard let (value, _) = direct(operand, parameters), case .integer(let integer) = value, integer > .min
            else { return nil }
            return (.integer(-integer), false)
        default: return nil
        }
    }

    static func direct(_ literal: Literal) -> (LiteralValue, isText: Bool)? {
        switch literal {
        case .null: return (.null, false)
        case .boolean(let value): return (.integer(value ? 1 : 0), false)
        case .integer(let value): return value <= UInt64(Int64.max) ? (.integer(Int64(value)), false) : nil
        case .string(let bytes, nil): return (.text(bytes), true)
        default: return nil
        }
    }

    /// The values that need conversions or computing, by one SQLite statement that rows of the same shape share.
    private func evaluate(
        _ positions: [Int], _ row: [Expression], _ plan: InsertPlan, _ parameters: [StatementParameter],
        _ values: inout [StoredValue]
    ) throws {
        let table = plan.definition
        let binder = Binder(environment: self, builder: builder, parameters: parameters)
        let local = LocalParameters()
        binder.localParameters = local
        binder.parameterValues = []
        let source = binder.baseSource(table, alias: table.name)
        let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
        binder.clause = .fieldList
        binder.defaultValue = { [builder] (name) throws(SQLError) -> TypedSQL in
            guard let index = table.columns.firstIndex(where: { Identifier.equal($0.name, name.name) }) else {
                throw SQLError(.badFieldError, Binder.text(name), Clause.fieldList.rawValue)
            }
            return try ColumnDefault.call(index, of: table, builder: builder, environment: self)
        }
        // A column in an expression means the value given before it, else its default.
        for (index, column) in table.columns.enumerated() {
            var typed: TypedSQL
            if case .value(let value) = plan.fills[index] {
                typed = TypedSQL(sql: LiteralValue(value).sql, type: column.type, isNullable: true)
            } else {
                typed = TypedSQL(sql: LiteralValue(TableDefinition.implicitDefault(column.type)).sql, type: column.type)
            }
            typed.type = column.type
            binder.replacedColumns.append(Binder.ReplacedColumn(sourceID: source.id, index: index, typed: typed))
        }
        var cells: [String] = []
        var targets: [Int] = []
        for (position, expression) in row.enumerated() {
            let index = plan.columns[position]
            let column = table.columns[index]
            if case .defaultValue(nil) = expression.kind { continue }
            guard positions.contains(position) else {
                binder.replacedColumns[index].typed = TypedSQL(
                    sql: LiteralValue(values[index]).sql, type: column.type, isNullable: true)
                continue
            }
            let bound: TypedSQL
            if case .literal(let literal) = expression.kind {
                bound = try binder.bindLocal(literal)
            } else {
                bound = try binder.bindScalar(expression, in: scope)
            }
            let assigned = try builder.store(
                bound,
                in: AssignmentTarget(column: column.name, of: table.name, type: column.type, isNullable: true))
            cells.append(assigned.sql)
            targets.append(index)
            binder.replacedColumns[index].typed = builder.seen(assigned, as: column.type)
        }
        let statement = try storage.prepare("SELECT " + cells.joined(separator: ", "))
        defer { storage.release(statement) }
        bind(binder.parameterValues, to: statement)
        guard try storage.step(statement) else { return }
        for (place, index) in targets.enumerated() { values[index] = statement.value(place) }
    }

    /// Columns without a value get their defaults.
    func fill(
        _ values: inout [StoredValue], _ isGiven: [Bool], _ plan: InsertPlan, _ progress: inout InsertProgress
    ) throws {
        var isComputed = false
        for index in values.indices where !isGiven[index] {
            switch plan.fills[index] {
            case .value(let value): values[index] = value
            case .autoIncrement: values[index] = .null
            case .generated: break
            case .missing:
                let column = plan.definition.columns[index]
                let error = SQLError(.noDefaultForField, column.name)
                if context.isStrict { throw error }
                context.warn(error)
                values[index] = TableDefinition.implicitDefault(column.type)
            case .computed: isComputed = true
            }
        }
        guard isComputed else { return }
        // All at once, or in turn where one refers to others.
        let together = plan.fillSQL.count == 1 ? try firstRow(plan.fillSQL[0], values) : nil
        for index in values.indices where !isGiven[index] {
            guard case .computed(let place) = plan.fills[index] else { continue }
            if let together {
                values[index] = together[place]
            } else if let value = try firstRow(plan.fillSQL[place], values)?.first {
                values[index] = value
            }
        }
    }

    // MARK: Storing

    /// Generated columns, checks, AUTO_INCREMENT (what the former cannot refer to, and a row that they refuse does not
    /// use up), and then the row itself.
    func store(
        _ row: [StoredValue], _ plan: InsertPlan, _ updateValues: [LiteralValue?], _ progress: inout InsertProgress,
        remaining: Int
    ) throws {
        var row = row
        progress.records += 1
        try replaceNulls(
            &row, plan.columns, of: plan.definition, isNew: true,
            isLenient: plan.isBulk || remaining > 1 || progress.records > 1)
        guard try finish(&row, plan.finisher, isIgnore: plan.isIgnore) else {
            // LOAD DATA does not count it.
            if plan.isLoad { progress.records -= 1 }
            return
        }
        var generated: UInt64 = 0
        if let column = plan.definition.autoIncrementColumn {
            generated = try generate(&row, column, plan, &progress, remaining)
        }
        while true {
            do {
                try change(plan.insertSQL, row)
                progress.affected += 1
                if generated > 0 {
                    if progress.firstGenerated == 0 { progress.firstGenerated = generated }
                } else if let column = plan.definition.autoIncrementColumn, case .integer(let value) = row[column] {
                    progress.lastExplicit = UInt64(bitPattern: value)
                }
                return
            } catch StorageError.duplicateKey(_, let columns, let index) {
                guard let (key, error) = duplicate(plan.definition, columns: columns, index: index, row: row) else {
                    throw SQLError(.dupEntry, "", index ?? columns.joined(separator: "-"))
                }
                if plan.isReplace {
                    try removeConflict(key, plan, row)
                    progress.affected += 1
                    progress.duplicates += 1
                    continue
                }
                if generated > 0 {
                    // The value was not used: the next row takes it.
                    progress.nextReserved = generated
                    progress.reserved += 1
                }
                if let update = plan.duplicateUpdate {
                    progress.duplicates += 1
                    return try updateDuplicate(key, update, plan, row, updateValues, &progress)
                }
                guard plan.isIgnore else { throw error }
                progress.duplicates += 1
                context.warn(error)
                return
            } catch StorageError.foreignKey {
                let error = missingParent(plan.definition, row) ?? SQLError(.noReferencedRow2, "")
                guard plan.isIgnore else { throw error }
                context.warn(error)
                return
            }
        }
    }

    /// NULL and 0 are replaced by the next value; a value given moves the counter.
    private func generate(
        _ row: inout [StoredValue], _ column: Int, _ plan: InsertPlan, _ progress: inout InsertProgress, _ remaining: Int
    ) throws -> UInt64 {
        let type = plan.definition.columns[column].type
        switch row[column] {
        case .integer(let value) where value != 0 || settings.sqlMode.contains(.noAutoValueOnZero):
            if value > 0 {
                plan.table.autoIncrement.raise(above: UInt64(value))
                progress.skip(UInt64(value), step: max(1, settings.autoIncrementIncrement))
            }
            return 0
        case .blob(let bytes):
            plan.table.autoIncrement.raise(above: bytes.reduce(0) { $0 << 8 | UInt64($1) })
            return 0
        case .real(let value) where value != 0: return 0
        default: break
        }
        let step = max(1, settings.autoIncrementIncrement)
        if progress.reserved == 0 {
            let maximum = Self.maximum(of: type)
            var remaining = remaining
            if plan.isBulk {
                remaining = progress.nextBatch
                progress.nextBatch = min(65_535, progress.nextBatch * 2)
            }
            guard
                let first = plan.table.autoIncrement.reserve(
                    count: remaining, increment: step, offset: settings.autoIncrementOffset, maximum: maximum)
                    ?? plan.table.autoIncrement.reserve(
                        count: 1, increment: step, offset: settings.autoIncrementOffset, maximum: maximum)
            else {
                // Used up: the greatest value is tried again, and found to be taken.
                guard type.kind != .bigInt else { throw SQLError(.autoincReadFailed) }
                row[column] = .integer(Int64(clamping: maximum))
                return 0
            }
            progress.nextReserved = first
            progress.reserved = remaining
        }
        let value = progress.nextReserved
        guard value <= Self.maximum(of: type) else { throw SQLError(.autoincReadFailed) }
        progress.nextReserved &+= step
        progress.reserved -= 1
        switch type.kind {
        case .float, .double: row[column] = .real(Double(value))
        default:
            if value <= UInt64(Int64.max) {
                row[column] = .integer(Int64(value))
            } else {
                row[column] = .blob((0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) })
            }
        }
        return value
    }

    private static func maximum(of type: MySQLType) -> UInt64 {
        switch type.kind {
        case .tinyInt: type.isUnsigned ? 255 : 127
        case .smallInt: type.isUnsigned ? 65_535 : 32_767
        case .mediumInt: type.isUnsigned ? 16_777_215 : 8_388_607
        case .int: type.isUnsigned ? 4_294_967_295 : 2_147_483_647
        case .bigInt: type.isUnsigned ? .max - 1 : UInt64(Int64.max)
        default: UInt64(Int64.max)
        }
    }

    /// REPLACE: the row in the way goes.
    private func removeConflict(_ key: IndexDefinition, _ plan: InsertPlan, _ row: [StoredValue]) throws {
        guard let (columns, values) = conflictCondition(key, plan.definition, row) else {
            throw SQLError(.notSupportedYet, "REPLACE with this kind of unique index")
        }
        let condition = columns.split(separator: "\u{1}").enumerated().map { "\($1) = ?\($0 + 1)" }
            .joined(separator: " AND ")
        do {
            try change("DELETE FROM \(plan.access.name) WHERE \(condition)", values)
        } catch StorageError.foreignKey {
            throw referenced(plan.table, nil)
        }
    }

    /// ON DUPLICATE KEY UPDATE: 2 rows are counted for a change, none where the values were the same.
    private func updateDuplicate(
        _ key: IndexDefinition, _ update: InsertPlan.DuplicateUpdate, _ plan: InsertPlan, _ row: [StoredValue],
        _ updateValues: [LiteralValue?], _ progress: inout InsertProgress
    ) throws {
        guard let (columns, keyValues) = conflictCondition(key, plan.definition, row) else {
            throw SQLError(.notSupportedYet, "ON DUPLICATE KEY UPDATE with this kind of unique index")
        }
        let condition = columns.split(separator: "\u{1}").enumerated()
            .map { "\(update.sourceAlias).\($1) = ?\(update.firstKeyParameter + $0)" }.joined(separator: " AND ")
        let statement = try storage.prepare(update.selectHead + condition)
        bind(row, to: statement)
        bind(progress.updateSources, to: statement, from: row.count + 1)
        bind(updateValues, to: statement, from: row.count + progress.updateSources.count + 1)
        bind(keyValues, to: statement, from: update.firstKeyParameter)
        let found: [StoredValue]
        do {
            defer { storage.release(statement) }
            guard try storage.step(statement) else { throw StorageError.snapshotTooOld }
            found = (0..<statement.columnCount).map { statement.value($0) }
        }
        let keyCount = plan.access.keyColumns.count
        let accessKey = Array(found[..<keyCount])
        let old = Array(found[keyCount..<(keyCount + plan.definition.columns.count)])
        var new = old
        for (position, column) in update.columns.enumerated() {
            new[column] = found[keyCount + plan.definition.columns.count + position]
        }
        let isChanged = try write(
            old: old, new: &new, key: accessKey, table: plan.table, access: plan.access, assigned: update.columns,
            timestamps: [], finisher: plan.finisher, isIgnore: plan.isIgnore)
        if isChanged { progress.affected += 2 } else if countsFoundRows { progress.affected += 1 }
        if isChanged, let column = plan.definition.autoIncrementColumn, case .integer(let value) = new[column], value > 0 {
            progress.lastExplicit = UInt64(value)
        }
    }
}
