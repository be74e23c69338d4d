import MySQLParser
import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLExpressions
import Storage

/// LOAD DATA: an INSERT whose rows are a text file's lines. What the file means is ``FieldReader``'s, what values become and
/// how rows are stored is INSERT's.
extension Session {
    /// How much is read of the file at once.
    private static let pieceBytes = 256 << 10
    /// After so many lines the process list shows how far it is.
    private static let linesBetweenReports: UInt64 = 1024

    func runLoad(_ load: LoadStatement, into writer: ResultWriter) throws {
        var channel: (any LocalFileChannel)?
        if load.isLocal {
            guard let offered = writer.localFiles, server.globals.isOn("local_infile") else {
                throw SQLError(.clientLocalFilesDisabled)
            }
            channel = offered
        }
        if load.isXML { throw SQLError(.notSupportedYet, "LOAD XML") }
        let collation = currentDatabase.flatMap { storage.dictionary.schema($0)?.collation } ?? settings.serverCollation
        var set = collation.characterSet
        if let name = load.charset {
            guard let named = CharacterSet.named(name) else { throw SQLError(.unknownCharacterSet, name) }
            set = named
        }
        let format = try FieldFormat(load.format, mode: settings.sqlMode)
        let plan = try bindLoad(load, set)
        let bindingWarnings = context.warnings
        for warning in bindingWarnings { diagnostics.add(warning) }
        context.warnings.removeAll(keepingCapacity: true)
        try checkPrivileges(plan.insert.required)
        if FieldFormat.hasNonASCII(load.format) { diagnostics.warn(SQLError(.warnNonAsciiSeparatorNotImplemented)) }
        let widths = format.hasFixedWidths ? try fixedWidths(plan, format) : nil
        let source = try frame.loadSource ?? openSource(load, channel)
        frame.loadSource = source
        let reader = FieldReader(
            format, set, fixedWidth: widths.map { $0.reduce(0, +) }, skipping: load.ignoredLines)
        defer { handle.update { $0.stage = nil } }
        try run(plan, reader, source, Lines(set: set, widths: widths), into: writer)
        frame.loadSource = nil
    }

    /// What reading needs beyond the reader.
    private struct Lines {
        let set: CharacterSet
        /// Of the columns that the fixed-width format takes the line apart by.
        let widths: [Int]?
    }

    // MARK: Before

    private func bindLoad(_ load: LoadStatement, _ set: CharacterSet) throws(SQLError) -> LoadPlan {
        let insert = LoadBinder.insert(load)
        let target: (statement: InsertStatement, table: Table, view: MergedView?)
        do throws(SQLError) {
            target = try insertTarget(insert)
        } catch {
            throw error.is(.nonInsertableTable) ? SQLError(.nonUpdatableTable, load.table.name, "LOAD") : error
        }
        guard load.partitions.isEmpty else { throw SQLError(.partitionClauseOnNonpartitioned) }
        var assignments = load.assignments
        if let view = target.view {
            // What SET names would be columns of the table, which the view may call otherwise.
            let namesColumns = assignments.contains { assignment in
                assignment.value.contains { if case .column = $0.kind { true } else { false } }
            }
            if namesColumns { throw SQLError(.notSupportedYet, "LOAD DATA into a view with SET of another column") }
            var own = insert
            own.source = .set(assignments)
            if case .set(let renamed) = try merged(own, view).source { assignments = renamed }
        }
        // SET reads variables as the texts that fields make of them.
        let old = context.userVariables
        defer { context.userVariables = old }
        for case .userVariable(let name) in load.targets {
            context.userVariables[name.lowercased()] = UserVariable(type: Self.fieldType(set), value: .null)
        }
        let binder = InsertBinder(environment: self, builder: builder, parameters: [], view: target.view)
        return try binding(binder.required) { () throws(SQLError) in
            try LoadBinder(insert: binder, statement: load, set: set).bind(
                target.statement.columns, assignments, into: target.table)
        }
    }

    private static func fieldType(_ set: CharacterSet) -> MySQLType {
        set == .binary ? MySQLType(.longBlob) : MySQLType(.longText, collation: set.defaultCollation)
    }

    /// Errors 1084, 1409.
    private func fixedWidths(_ plan: LoadPlan, _ format: FieldFormat) throws(SQLError) -> [Int] {
        var widths: [Int] = []
        for target in plan.targets {
            switch target {
            case .variable: throw SQLError(.loadFromFixedSizeRowsToVar)
            case .nowhere: continue
            case .column(let index):
                let type = plan.insert.definition.columns[index].type
                if type.isLargeObject || type.kind == .json || type.kind == .geometry {
                    if format.lineTerminator.isEmpty { throw SQLError(.blobsAndNoTerminated) }
                    widths.append(256)
                } else {
                    widths.append(type.fieldBytes)
                }
            }
        }
        return widths
    }

    private func openSource(_ load: LoadStatement, _ channel: (any LocalFileChannel)?) throws(SQLError) -> any LoadSource {
        if let channel {
            try channel.request(load.path)
            return StreamSource(
                memory: storage.memory, next: { try channel.read() }, drain: { channel.drain() })
        }
        let files = ServerFiles(server.globals)
        switch try files.open(files.path(load.path, database: currentDatabase)) {
        case .file(let file, _): return ServerFileSource(file)
        case .pipe(let descriptor):
            let pipe = PipeReader(descriptor) { [context] in context.isKilled }
            return StreamSource(memory: storage.memory, next: { try pipe.read() }, drain: {})
        }
    }

    // MARK: Running

    private func run(
        _ plan: LoadPlan, _ reader: FieldReader, _ source: any LoadSource, _ lines: Lines, into writer: ResultWriter
    ) throws {
        let insert = plan.insert
        try checkKey(of: insert.table)
        context.isDataChange = true
        context.isIgnore = insert.isIgnore
        try lockForChange([(insert.table, insert.table.name)], read: plan.tables, removesRows: insert.isReplace)
        let restarts = beginRestartable(insert.table.name)
        try prepareToWrite()
        var progress = InsertProgress()
        try storage.atomically(restarts: restarts) {
            try storage.confirmDefinitions()
            progress = InsertProgress()
            context.warnings.removeAll(keepingCapacity: true)
            context.warningCount = 0
            try source.rewind()
            try load(plan, reader, source, lines, &progress)
        }
        handle.update { $0.hasWritten = true }
        try commitIfAutomatic()
        if progress.firstGenerated > 0 { lastInsertID = progress.firstGenerated }
        if let set = context.lastInsertIDSetByFunction { lastInsertID = set }
        diagnostics.countUnlisted(context.warningCount - context.warnings.count)
        takeWarnings()
        let deleted = insert.isReplace ? progress.duplicates : 0
        let copied = progress.affected - deleted
        ok(
            writer, affectedRows: progress.affected,
            info: "Records: \(progress.records)  Deleted: \(deleted)  Skipped: \(progress.records - copied)  "
                + "Warnings: \(diagnostics.count)")
    }

    private func load(
        _ plan: LoadPlan, _ start: FieldReader, _ source: any LoadSource, _ lines: Lines, _ progress: inout InsertProgress
    ) throws {
        var reader = start
        var charged = 0
        defer { storage.memory.release(charged) }
        var number = 1
        var read: UInt64 = 0
        while true {
            switch reader.next(plan.targets.count) {
            case .needsInput:
                // A line that is longer than what is there is read twice as far each time.
                let piece = try source.read(max(Self.pieceBytes, reader.pendingByteCount))
                if piece.isEmpty { reader.finish() } else { reader.append(piece) }
                let held = 3 * reader.pendingByteCount
                if held > charged {
                    do throws(MemoryAccount.Excess) {
                        try storage.memory.charge(held - charged)
                    } catch {
                        throw StorageError.memory(error)
                    }
                    charged = held
                }
            case .invalid(let bytes):
                throw SQLError(.invalidCharacterString, lines.set.name, String(decoding: bytes, as: UTF8.self))
            case .end: return
            case .line:
                if context.isKilled { throw StorageError.interrupted }
                context.rowNumber = number
                let records = progress.records
                try store(plan, reader, lines, &progress)
                // What a check refuses is not counted.
                if progress.records > records {
                    if reader.isCut { try warnOrFail(SQLError(.warnTooManyRecords, number)) }
                    number += 1
                }
                read += 1
                if read % Self.linesBetweenReports == 0 {
                    handle.update { $0.stage = "Loading data: \(read) lines" }
                }
            }
        }
    }

    /// Strict modes make errors of LOAD DATA's own warnings.
    private func warnOrFail(_ error: SQLError) throws(SQLError) {
        if context.isStrict { throw error }
        context.warn(error)
    }

    // MARK: Rows

    private func store(
        _ plan: LoadPlan, _ reader: FieldReader, _ lines: Lines, _ progress: inout InsertProgress
    ) throws {
        var row = [StoredValue](repeating: .null, count: plan.insert.definition.columns.count)
        if let widths = lines.widths {
            try takeApart(plan, reader, widths, lines.set, &row)
        } else {
            try take(plan, reader, lines.set, &row)
        }
        if plan.isGiven.contains(false) { try fillOthers(&row, plan, &progress) }
        for assignment in plan.assignments {
            row[assignment.column] = try firstRow(assignment.sql, assignment.readsRow ? row : [])?.first ?? .null
        }
        try store(row, plan.insert, [], &progress, remaining: 1)
    }

    /// Columns that neither a field nor SET gives a value: their defaults; without one the type's own, of which nothing is said.
    private func fillOthers(_ row: inout [StoredValue], _ plan: LoadPlan, _ progress: inout InsertProgress) throws {
        var isGiven = plan.isGiven
        for (index, fill) in plan.insert.fills.enumerated() where !isGiven[index] {
            if case .missing = fill {
                row[index] = LoadPlan.zero(plan.insert.definition.columns[index].type)
                isGiven[index] = true
            }
        }
        try fill(&row, isGiven, plan.insert, &progress)
    }

    private func take(_ plan: LoadPlan, _ reader: FieldReader, _ set: CharacterSet, _ row: inout [StoredValue]) throws {
        for (place, target) in plan.targets.enumerated() {
            guard place < reader.fields.count else {
                try miss(target, plan, set, &row)
                continue
            }
            let field = reader.fields[place]
            switch target {
            case .nowhere: continue
            case .variable(let name):
                let value = field.isNull ? LiteralValue.null : Self.value(reader.line[field.bytes], set)
                try context.setUserVariable(name, UserVariable(type: Self.fieldType(set), value: value))
            case .column(let index):
                row[index] =
                    field.isNull ? try null(index, plan) : try convert(reader.line[field.bytes], index, plan, set)
            }
        }
    }

    /// The line has ended before this field.
    private func miss(
        _ target: LoadPlan.Target, _ plan: LoadPlan, _ set: CharacterSet, _ row: inout [StoredValue]
    ) throws {
        let index: Int
        switch target {
        case .variable(let name):
            return try context.setUserVariable(name, UserVariable(type: Self.fieldType(set), value: .null))
        case .nowhere: return try warnOrFail(SQLError(.warnTooFewRecords, context.rowNumber))
        case .column(let place): index = place
        }
        try warnOrFail(SQLError(.warnTooFewRecords, context.rowNumber))
        row[index] = try moment(index, plan) ?? plan.missing(index)
    }

    /// What NULL becomes in a column: error or warning 1263 where it has none.
    private func null(_ index: Int, _ plan: LoadPlan) throws -> StoredValue {
        let column = plan.insert.definition.columns[index]
        if column.isNullable || column.isAutoIncrement { return .null }
        if let moment = try moment(index, plan) { return moment }
        try warnOrFail(SQLError(.warnNullToNotnull, column.name, context.rowNumber))
        return LoadPlan.zero(column.type)
    }

    private func moment(_ index: Int, _ plan: LoadPlan) throws -> StoredValue? {
        guard let sql = plan.moments[index] else { return nil }
        return try firstRow(sql, [])?.first
    }

    /// A field's bytes as a variable has them.
    private static func value(_ bytes: ArraySlice<UInt8>, _ set: CharacterSet) -> LiteralValue {
        guard set != .binary, let text = bytes.withUnsafeBufferPointer({ set.decode($0) }) else { return .blob(Array(bytes)) }
        return .text(text)
    }

    private func convert(
        _ bytes: ArraySlice<UInt8>, _ index: Int, _ plan: LoadPlan, _ set: CharacterSet
    ) throws -> StoredValue {
        if let value = FastAssignment.field(bytes, to: plan.insert.definition.columns[index]) { return value }
        guard let conversion = plan.conversions[index] else { return .null }
        if !conversion.takesBytes, let text = bytes.withUnsafeBufferPointer({ set.decode($0) }) {
            return try firstRow(conversion.text, [.text(text)])?.first ?? .null
        }
        return try firstRow(conversion.bytes, [.blob(Array(bytes))])?.first ?? .null
    }

    /// The format without terminators: each column takes its width of the line.
    private func takeApart(
        _ plan: LoadPlan, _ reader: FieldReader, _ widths: [Int], _ set: CharacterSet, _ row: inout [StoredValue]
    ) throws {
        var rest = reader.line[...]
        var place = 0
        for case .column(let index) in plan.targets {
            let width = widths[place]
            place += 1
            if rest.isEmpty {
                try warnOrFail(SQLError(.warnTooFewRecords, context.rowNumber))
                let column = plan.insert.definition.columns[index]
                row[index] = try moment(index, plan) ?? LoadPlan.zero(column.type)
                continue
            }
            // The last large object takes what there is.
            let field = rest.prefix(width)
            rest = rest.dropFirst(width)
            row[index] = try convert(field, index, plan, set)
        }
        if !rest.isEmpty { try warnOrFail(SQLError(.warnTooManyRecords, context.rowNumber)) }
    }
}
