import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// A LOAD DATA, bound: where a line's fields go, what SET computes, and the INSERT that stores the row.
package final class LoadPlan {
    /// Where a field goes.
    package enum Target {
        case column(Int)
        /// Read and forgotten: a generated column.
        case nowhere
        case variable(String)
    }

    /// What a column's fields become, by one SQLite statement each with the field as `?1`: as text, and as bytes that are no
    /// text of the column's. ``FastAssignment`` decides most of them before.
    package struct Conversion {
        package var text: String
        package var bytes: String
        /// The column takes the file's bytes as they are.
        package var takesBytes: Bool
    }

    /// `SET column = value`: a SQLite statement over the row so far as parameters, where it reads that.
    package struct Assignment {
        package var column: Int
        package var sql: String
        package var readsRow: Bool
    }

    package let insert: InsertPlan
    package let targets: [Target]
    /// By the column's place; nil for those that no field goes to.
    package var conversions: [Conversion?]
    package var assignments: [Assignment] = []
    /// What a TIMESTAMP NOT NULL gets for NULL: the moment. By the column's place.
    package var moments: [Int: String] = [:]
    /// The columns that a field or SET gives a value.
    package var isGiven: [Bool]
    package var tables: [TableUse: TableDefinition] = [:]

    init(_ insert: InsertPlan, _ targets: [Target]) {
        self.insert = insert
        self.targets = targets
        conversions = Array(repeating: nil, count: insert.definition.columns.count)
        isGiven = Array(repeating: false, count: insert.definition.columns.count)
    }

    /// What NULL and a missing field leave in a column that has no NULL: its type's zero, which for ENUM is no member.
    package static func zero(_ type: MySQLType) -> StoredValue {
        type.kind == .enumeration ? .integer(0) : TableDefinition.implicitDefault(type)
    }

    /// What a line that ends before this column's field leaves in it.
    package func missing(_ index: Int) -> StoredValue {
        let column = insert.definition.columns[index]
        if column.isAutoIncrement { return .null }
        guard column.isNullable else { return Self.zero(column.type) }
        switch column.defaultValue {
        case .none, .null: return .null
        case .literal, .bits, .currentTimestamp, .expression: return Self.zero(column.type)
        }
    }
}

/// Binds LOAD DATA: as an INSERT of the columns that get values, whose values come from fields.
package struct LoadBinder {
    package let insert: InsertBinder
    package let statement: LoadStatement
    /// What the file's texts are.
    package let set: CharacterSet

    package init(insert: InsertBinder, statement: LoadStatement, set: CharacterSet) {
        self.insert = insert
        self.statement = statement
        self.set = set
    }

    /// The INSERT that the statement is, for the table's rights, views and columns. Columns that fields go to, then those of
    /// SET; each once.
    package static func insert(_ statement: LoadStatement) -> InsertStatement {
        var columns: [ColumnName] = []
        for target in statement.targets {
            if case .column(let name) = target { columns.append(name) }
        }
        var insert = InsertStatement(
            isReplace: statement.duplicates == .replace, table: statement.table, source: .values([]))
        insert.isIgnore = isIgnore(statement)
        insert.columns = statement.targets.isEmpty ? nil : columns
        return insert
    }

    /// LOCAL: the server cannot stop the client in the middle, and goes on as with IGNORE.
    package static func isIgnore(_ statement: LoadStatement) -> Bool {
        statement.duplicates == .ignore || statement.isLocal && statement.duplicates == .error
    }

    /// `names`: the table's own names of the columns that fields go to, where the statement or its view gives a list.
    /// `assignments`: SET by the table's own names.
    package func bind(
        _ names: [ColumnName]?, _ assignments: [ColumnAssignment], into table: Table
    ) throws(SQLError) -> LoadPlan {
        let definition = table.definition
        var places: [Int] = []
        if let names {
            for name in names { places.append(try insert.place(name, in: definition)) }
        } else {
            places = definition.columns.indices.filter { !definition.columns[$0].isInvisible }
        }
        var assigned: [Int] = []
        for assignment in assignments { assigned.append(try insert.place(assignment.column, in: definition)) }
        let plan = try bindInsert(places, assigned, assignments, table)
        for place in places where definition.columns[place].generated == nil {
            plan.isGiven[place] = true
            if plan.conversions[place] == nil { plan.conversions[place] = try conversion(of: definition.columns[place]) }
            let column = definition.columns[place]
            if column.type.kind == .timestamp, !column.isNullable {
                let now = try insert.builder.function(
                    "NOW", column.type.decimals > 0 ? [insert.builder.integer(String(column.type.decimals))] : [])
                plan.moments[place] = "SELECT " + (try insert.builder.store(now, in: Self.target(column)).sql)
            }
        }
        try bind(assignments, assigned, plan)
        return plan
    }

    private func bindInsert(
        _ places: [Int], _ assigned: [Int], _ assignments: [ColumnAssignment], _ table: Table
    ) throws(SQLError) -> LoadPlan {
        let definition = table.definition
        var seen: Set<Int> = []
        let given = (places + assigned).filter { definition.columns[$0].generated == nil && seen.insert($0).inserted }
        var own = Self.insert(statement)
        own.table = ObjectName(schema: definition.schema, name: definition.name)
        own.columns = given.map { ColumnName(name: definition.columns[$0].name) }
        let plan = try insert.bind(own, into: table)
        plan.isLoad = true
        let uses = insert.uses(own, definition)
        try insert.noteReads([assignments.map(\.value)], uses, definition)
        var next = places.makeIterator()
        let targets: [LoadPlan.Target] =
            statement.targets.isEmpty
            ? places.map { definition.columns[$0].generated == nil ? .column($0) : .nowhere }
            : statement.targets.map { target in
                if case .userVariable(let name) = target { return .variable(name.lowercased()) }
                guard let place = next.next(), definition.columns[place].generated == nil else { return .nowhere }
                return .column(place)
            }
        return LoadPlan(plan.restricted(to: assigned.filter { definition.columns[$0].generated == nil }), targets)
    }

    private static func target(_ column: ColumnDefinition) -> AssignmentTarget {
        AssignmentTarget(column: column.name, type: column.type, isNullable: true)
    }

    private func conversion(of column: ColumnDefinition) throws(SQLError) -> LoadPlan.Conversion {
        func sql(_ type: MySQLType) throws(SQLError) -> String {
            let field = TypedSQL(sql: "?1", type: type, isNullable: true, coercibility: .coercible)
            return "SELECT " + (try insert.builder.store(field, in: Self.target(column)).sql)
        }
        let collation = set == .binary ? CharacterSet.utf8mb4.defaultCollation : set.defaultCollation
        let takesBytes = set == .binary || column.type.isBinary || column.type.kind == .bit
        return LoadPlan.Conversion(
            text: try sql(MySQLType(.longText, collation: collation)), bytes: try sql(MySQLType(.longBlob)),
            takesBytes: takesBytes)
    }

    /// SET, from left to right: each sees the row as the one before left it.
    private func bind(_ assignments: [ColumnAssignment], _ places: [Int], _ plan: LoadPlan) throws(SQLError) {
        guard !assignments.isEmpty else { return }
        let table = plan.insert.definition
        let binder = Binder(environment: insert.environment, builder: insert.builder)
        let source = binder.baseSource(table, alias: table.name)
        // The row is none of a table: what is read is told by subqueries.
        binder.tables = [:]
        let scope = Scope(parent: nil, columns: binder.visible(source), sources: [source])
        binder.clause = .fieldList
        binder.defaultValue = { [builder = insert.builder, environment = insert.environment] (name) throws(SQLError) -> TypedSQL in
            guard let index = table.columns.firstIndex(where: { Identifier.equal($0.name, name.name) }) else {
                throw SQLError(.badFieldError, Binder.text(name), Clause.fieldList.rawValue)
            }
            return try ColumnDefault.call(index, of: table, builder: builder, environment: environment)
        }
        let values = table.columns.indices.map { "?\($0 + 1) AS \(table.columns[$0].sqliteName)" }
        let row = " FROM (SELECT \(values.joined(separator: ", "))) AS " + source.sqliteAlias
        for (assignment, place) in zip(assignments, places) {
            let bound: TypedSQL
            if case .defaultValue(nil) = assignment.value.kind {
                bound = try ColumnDefault.bind(
                    place, of: table, builder: insert.builder, environment: insert.environment)
            } else {
                bound = try binder.bindScalar(assignment.value, in: scope)
            }
            // MySQL computes it and keeps what the column's own expression gives.
            guard table.columns[place].generated == nil else { continue }
            plan.isGiven[place] = true
            let stored = try insert.builder.store(bound, in: Self.target(table.columns[place]))
            let readsRow = stored.sql.contains(source.sqliteAlias + ".")
            plan.assignments.append(
                LoadPlan.Assignment(
                    column: place, sql: "SELECT " + stored.sql + (readsRow ? row : ""), readsRow: readsRow))
        }
        plan.tables = binder.tables
        if let own = binder.tables.values.first(where: { $0.sqliteName == table.sqliteName }) {
            throw SQLError(.updateTableUsed, own.name)
        }
    }
}

extension InsertPlan {
    /// The same with these columns alone as those whose NULLs are errors 1048: fields' are told otherwise.
    func restricted(to columns: [Int]) -> InsertPlan {
        let plan = InsertPlan(
            table: table, columns: columns, source: source, isReplace: isReplace, isIgnore: isIgnore, required: required)
        plan.fills = fills
        plan.fillSQL = fillSQL
        plan.finisher = finisher
        plan.isLoad = isLoad
        return plan
    }
}
