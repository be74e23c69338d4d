import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// Builds a ``TableDefinition`` from the syntax of CREATE TABLE, and changes one for ALTER TABLE: columns, then indexes,
/// foreign keys and checks, then ``finish()``, which checks the whole.
package struct TableDefinitionBuilder {
    package let environment: DDLEnvironment
    package var table: TableDefinition
    /// Whether the statement gave a PRIMARY KEY or UNIQUE at a column, in the order in which MySQL adds them.
    private var pendingIndexes: [IndexSyntax] = []
    /// Foreign keys that the statement drops.
    package var droppedForeignKeys: Set<ExactName> = []
    private var pendingForeignKeys: [ForeignKeySyntax] = []
    private var pendingChecks: [(syntax: CheckSyntax, column: String?)] = []
    /// Columns that the statement itself declares NULL: they cannot be in a primary key.
    private var explicitlyNullable: Set<String> = []

    package init(environment: DDLEnvironment, schema: String, name: String) throws(SQLError) {
        self.environment = environment
        try Self.check(tableName: name)
        table = TableDefinition(id: 0, schema: schema, name: name, columns: [])
        table.collation = environment.databaseCollation
    }

    /// Starts from an existing table.
    package init(environment: DDLEnvironment, altering table: TableDefinition) {
        self.environment = environment
        self.table = table
    }

    /// The definition that a CREATE TABLE with column definitions makes. CREATE TABLE ... LIKE copies instead.
    package static func definition(
        of create: CreateTableStatement, schema: String, environment: DDLEnvironment,
        selectedColumns: [ColumnDefinition] = []
    ) throws(SQLError) -> TableDefinition {
        guard create.partitioning == nil else { throw SQLError(.notSupportedYet, "partitioned tables") }
        var builder = try TableDefinitionBuilder(environment: environment, schema: schema, name: create.name.name)
        try builder.apply(create.options)
        for element in create.elements {
            switch element {
            case .column(let column): try builder.add(column)
            case .index(let index): builder.pendingIndexes.append(index)
            case .foreignKey(let foreignKey): builder.pendingForeignKeys.append(foreignKey)
            case .check(let check): builder.pendingChecks.append((check, nil))
            }
        }
        // CREATE TABLE ... SELECT: columns of the query that the statement does not define itself come after its own.
        for column in selectedColumns where builder.position(of: column.name) == nil {
            builder.table.columns.append(column)
        }
        guard !builder.table.columns.isEmpty else { throw SQLError(.tableMustHaveColumns) }
        try builder.finish()
        return builder.table
    }

    package static func check(tableName name: String) throws(SQLError) {
        try Identifier.check(name, .wrongTableName)
    }

    // MARK: - Options

    package mutating func apply(_ options: TableOptions) throws(SQLError) {
        if let engine = options.engine {
            // Every table is transactional and replicated; other engines are accepted as MySQL does for unknown ones with
            // NO_ENGINE_SUBSTITUTION off, which is to say: refused.
            guard engine.lowercasedASCII == "innodb" else { throw SQLError(.unknownStorageEngine, engine) }
        }
        if options.charset != nil || options.collation != nil || options.usesDefaultCharset {
            table.collation = try CollationChoice.resolve(
                charset: options.charset, collation: options.collation, isBinary: false,
                default: environment.databaseCollation, warn: environment.warn)
        }
        if let comment = options.comment { table.comment = String(decoding: comment, as: UTF8.self) }
        if let value = options.autoIncrement { table.autoIncrementStart = max(1, value) }
        for option in options.others {
            let text: String
            switch option.value {
            case .number(let number): text = "\(option.name)=\(number)"
            case .word(let word): text = "\(option.name)=\(word.uppercased())"
            case .string, .names: throw SQLError(.notSupportedYet, "table option \(option.name)")
            }
            table.options.removeAll { $0.hasPrefix(option.name + "=") }
            if !text.hasSuffix("=DEFAULT") { table.options.append(text) }
        }
    }

    // MARK: - Columns

    package func position(of column: String) -> Int? {
        table.columns.firstIndex { Identifier.equal($0.name, column) }
    }

    private mutating func add(_ syntax: ColumnSyntax) throws(SQLError) {
        guard self.position(of: syntax.name) == nil else { throw SQLError(.dupFieldname, syntax.name) }
        guard table.columns.count < TableLimits.columns else { throw SQLError(.tooManyFields) }
        table.columns.append(try column(syntax))
    }

    /// Errors 1059 and 1166.
    package func check(columnName name: String) throws(SQLError) {
        try Identifier.check(name, .wrongColumnName)
    }

    /// The column that the syntax describes; its keys and checks wait for ``finish()``.
    package mutating func column(_ syntax: ColumnSyntax) throws(SQLError) -> ColumnDefinition {
        let name = syntax.name
        try check(columnName: name)
        let types = DataTypeBuilder(column: name, tableCollation: table.collation, warn: environment.warn)
        let type = try types.build(syntax.type, collation: syntax.collation)
        let isSerial = syntax.type.kind == .serial
        var column = ColumnDefinition(name: name, type: type)
        column.isAutoIncrement = syntax.isAutoIncrement || isSerial
        let isPrimary = syntax.keys.contains(.primary)
        if isPrimary && syntax.isNullable == true { throw SQLError(.primaryCantHaveNull) }
        if syntax.isNullable == true { explicitlyNullable.insert(name.lowercasedASCII) }
        column.isNullable = isSerial || isPrimary || column.isAutoIncrement ? false : syntax.isNullable ?? true
        if column.isAutoIncrement {
            switch type.kind {
            case .tinyInt, .smallInt, .mediumInt, .int, .bigInt, .float, .double: break
            default: throw SQLError(.wrongFieldSpec, name)
            }
            guard syntax.defaultValue == nil else { throw SQLError(.invalidDefault, name) }
        }
        if let generated = syntax.generated {
            guard !column.isAutoIncrement else { throw SQLError(.wrongUsage, "AUTO_INCREMENT", "generated column") }
            guard syntax.defaultValue == nil else { throw SQLError(.wrongUsage, "DEFAULT", "generated column") }
            guard syntax.onUpdateFractionalDigits == nil else { throw SQLError(.wrongUsage, "ON UPDATE", "generated column") }
            column.generated = .init(
                expression: environment.print(generated.expression), isStored: generated.isStored)
            column.defaultValue = .none
        } else {
            column.defaultValue = try defaultValue(syntax, type, isNullable: column.isNullable)
        }
        if let digits = syntax.onUpdateFractionalDigits {
            guard (type.kind == .timestamp || type.kind == .dateTime) && digits == type.decimals else {
                throw SQLError(.invalidOnUpdate, name)
            }
            column.onUpdateCurrentTimestamp = digits
        }
        if let comment = syntax.comment {
            column.comment = String(decoding: comment, as: UTF8.self)
            guard column.comment.unicodeScalars.count <= 1024 else { throw SQLError(.tooLongFieldComment, name, 1024) }
        }
        column.isInvisible = syntax.isInvisible ?? false
        for attribute in syntax.otherAttributes where attribute.name != "COLUMN_FORMAT" && attribute.name != "STORAGE" {
            throw SQLError(.notSupportedYet, "column attribute \(attribute.name)")
        }
        for key in syntax.keys {
            let kind: IndexSyntax.Kind = key == .primary ? .primary : .unique
            pendingIndexes.append(
                IndexSyntax(
                    kind: kind, name: nil,
                    parts: [.init(key: .column(name, prefixLength: nil), direction: .unspecified)]))
        }
        pendingChecks += syntax.checks.map { ($0, name) }
        if let references = syntax.references { pendingForeignKeys.append(references) }
        return column
    }

    private func defaultValue(
        _ syntax: ColumnSyntax, _ type: MySQLType, isNullable: Bool
    ) throws(SQLError) -> ColumnDefinition.Default {
        switch syntax.defaultValue {
        case nil: return isNullable ? .null : .none
        case .now(let digits)?:
            guard type.kind == .timestamp || type.kind == .dateTime, digits == type.decimals else {
                throw SQLError(.invalidDefault, syntax.name)
            }
            return .currentTimestamp(digits)
        case .expression(let expression)?: return .expression(environment.print(expression))
        case .literal(let literal)?:
            if case .literal(.null) = literal.kind {
                guard isNullable else { throw SQLError(.invalidDefault, syntax.name) }
                return .null
            }
            switch type.kind {
            case .tinyText, .text, .mediumText, .longText, .tinyBlob, .blob, .mediumBlob, .longBlob, .json, .geometry:
                throw SQLError(.blobCantHaveDefault, syntax.name)
            default: break
            }
            // Members are named, not numbered.
            if type.kind == .enumeration || type.kind == .set, case .literal(let value) = literal.kind {
                guard case .string = value else { throw SQLError(.invalidDefault, syntax.name) }
            }
            do {
                return try environment.coerceDefault(literal, type)
            } catch {
                throw SQLError(.invalidDefault, syntax.name)
            }
        }
    }

    package func setDefault(of column: inout ColumnDefinition, to value: ColumnSyntax.Default) throws(SQLError) {
        var syntax = ColumnSyntax(name: column.name, type: DataTypeSyntax(.int))
        syntax.defaultValue = value
        column.defaultValue = try defaultValue(syntax, column.type, isNullable: column.isNullable)
    }

    /// CONVERT TO CHARACTER SET: the table's default and every character column.
    package mutating func convert(to collation: CollationID) {
        table.collation = collation
        for index in table.columns.indices {
            switch table.columns[index].type.kind {
            case .char, .varChar, .tinyText, .text, .mediumText, .longText, .enumeration, .set:
                table.columns[index].type.collation = collation
            default: break
            }
        }
    }

    // MARK: - Indexes, foreign keys and checks, added when all columns are known

    package mutating func add(_ index: IndexSyntax) { pendingIndexes.append(index) }
    package mutating func add(_ foreignKey: ForeignKeySyntax) { pendingForeignKeys.append(foreignKey) }
    package mutating func add(_ check: CheckSyntax) { pendingChecks.append((check, nil)) }

    /// False when there is none of that name.
    package mutating func removeIndex(_ name: String) -> Bool {
        guard let position = table.indexes.firstIndex(where: { Identifier.equal($0.name, name) }) else { return false }
        table.indexes.remove(at: position)
        return true
    }

    package mutating func dropForeignKey(_ name: String) throws(SQLError) {
        guard let position = table.foreignKeys.firstIndex(where: { Identifier.equal($0.name, name) }) else {
            throw SQLError(.cantDropFieldOrKey, name)
        }
        table.foreignKeys.remove(at: position)
    }

    package mutating func dropCheck(_ name: String) throws(SQLError) {
        guard let position = table.checks.firstIndex(where: { Identifier.equal($0.name, name) }) else {
            throw SQLError(.checkConstraintNotFound, name)
        }
        table.checks.remove(at: position)
    }

    package mutating func setCheckEnforced(_ name: String, _ isEnforced: Bool) throws(SQLError) {
        guard let position = table.checks.firstIndex(where: { Identifier.equal($0.name, name) }) else {
            throw SQLError(.checkConstraintNotFound, name)
        }
        table.checks[position].isEnforced = isEnforced
    }

    package mutating func setIndexVisible(_ name: String, _ isVisible: Bool) throws(SQLError) {
        guard let position = table.indexes.firstIndex(where: { Identifier.equal($0.name, name) }) else {
            throw SQLError(.keyDoesNotExits, name, table.name)
        }
        guard table.indexes[position].kind != .primary else { throw SQLError(.pkIndexCantBeInvisible) }
        table.indexes[position].isInvisible = !isVisible
    }

    package mutating func rename(toSchema schema: String, name: String) throws(SQLError) {
        try Self.check(tableName: name)
        table.schema = schema
        table.name = name
    }

    package mutating func setComment(_ comment: String) { table.comment = comment }

    /// Adds what was gathered, sorts the indexes as MySQL keeps them, and checks the whole table.
    package mutating func finish() throws(SQLError) {
        for index in pendingIndexes { try build(index) }
        pendingIndexes = []
        for foreignKey in pendingForeignKeys { try build(foreignKey) }
        pendingForeignKeys = []
        for (check, column) in pendingChecks { try build(check, column: column) }
        pendingChecks = []
        try refuseNullsInPrimaryKey()
        sortIndexes()
        try checkWhole()
    }

    private mutating func build(_ syntax: IndexSyntax) throws(SQLError) {
        let kind: IndexDefinition.Kind
        switch syntax.kind {
        case .primary:
            guard table.primaryKey == nil else { throw SQLError(.multiplePriKey) }
            kind = .primary
        case .unique: kind = .unique
        case .secondary: kind = .secondary
        case .fullText: throw SQLError(.notSupportedYet, "FULLTEXT indexes")
        case .spatial: throw SQLError(.notSupportedYet, "SPATIAL indexes")
        }
        guard syntax.parts.count <= TableLimits.keyParts else { throw SQLError(.tooManyKeyParts, TableLimits.keyParts) }
        guard table.indexes.count < TableLimits.indexes else { throw SQLError(.tooManyKeys, TableLimits.indexes) }
        var parts: [IndexDefinition.Part] = []
        for part in syntax.parts {
            let isDescending = part.direction == .descending
            switch part.key {
            case .expression(let expression):
                guard kind != .primary else { throw SQLError(.functionalIndexPrimaryKey) }
                if case .column = expression.kind { throw SQLError(.functionalIndexOnField) }
                parts.append(.init(column: nil, expression: environment.print(expression), isDescending: isDescending))
            case .column(let name, let prefix):
                guard let position = position(of: name) else { throw SQLError(.keyColumnDoesNotExits, name) }
                guard !parts.contains(where: { $0.column == position }) else { throw SQLError(.dupFieldname, name) }
                let prefixLength = try self.prefixLength(prefix, of: table.columns[position], kind)
                parts.append(.init(column: position, prefixLength: prefixLength, isDescending: isDescending))
                if kind == .primary {
                    if table.columns[position].generated?.isStored == false {
                        throw SQLError(.unsupportedActionOnGeneratedColumn, "Defining a virtual generated column as primary key")
                    }
                    guard !explicitlyNullable.contains(table.columns[position].name.lowercasedASCII) else {
                        throw SQLError(.primaryCantHaveNull)
                    }
                    table.columns[position].isNullable = false
                    if table.columns[position].defaultValue == .null { table.columns[position].defaultValue = .none }
                }
            }
        }
        let places = parts.prefix { $0.prefixLength == nil }.map(\.column)
        table.indexes.removeAll { $0.isImplicit && places.starts(with: $0.parts.map(\.column)) }
        let given = syntax.name ?? syntax.constraintName
        let name: String
        if kind == .primary {
            name = "PRIMARY"
        } else if let given {
            guard !Identifier.equal(given, "primary") else { throw SQLError(.wrongNameForIndex, given) }
            try Identifier.check(given, .wrongNameForIndex)
            guard !table.indexes.contains(where: { Identifier.equal($0.name, given) }) else {
                throw SQLError(.dupKeyname, given)
            }
            name = given
        } else {
            name = freeIndexName(parts.first?.column.map { table.columns[$0].name } ?? "functional_index")
        }
        var index = IndexDefinition(name: name, kind: kind, parts: parts)
        if syntax.isInvisible == true {
            guard kind != .primary else { throw SQLError(.pkIndexCantBeInvisible) }
            index.isInvisible = true
        }
        if let comment = syntax.comment { index.comment = String(decoding: comment, as: UTF8.self) }
        table.indexes.append(index)
    }

    /// `name`, or `name_2`, `name_3`, ... where taken.
    package func freeIndexName(_ base: String) -> String {
        func isTaken(_ name: String) -> Bool {
            name.lowercasedASCII == "primary" || table.indexes.contains { Identifier.equal($0.name, name) }
        }
        if !isTaken(base) { return base }
        var number = 2
        while isTaken("\(base)_\(number)") { number += 1 }
        return "\(base)_\(number)"
    }

    package func prefixLength(
        _ prefix: UInt64?, of column: ColumnDefinition, _ kind: IndexDefinition.Kind
    ) throws(SQLError) -> Int? {
        switch column.type.kind {
        case .tinyText, .text, .mediumText, .longText, .tinyBlob, .blob, .mediumBlob, .longBlob:
            guard let prefix, prefix > 0 else { throw SQLError(.blobKeyWithoutLength, column.name) }
            try checkKeyBytes(Int(clamping: prefix), column)
            return Int(clamping: prefix)
        case .json: throw SQLError(.jsonUsedAsKey, column.name)
        case .char, .varChar, .binary, .varBinary:
            let characters = prefix.map { Int(clamping: $0) } ?? column.type.length
            guard characters <= column.type.length && prefix != 0 else { throw SQLError(.wrongSubKey) }
            try checkKeyBytes(characters, column)
            return prefix == nil || characters == column.type.length ? nil : characters
        default:
            guard prefix == nil else { throw SQLError(.wrongSubKey) }
            return nil
        }
    }

    private func checkKeyBytes(_ characters: Int, _ column: ColumnDefinition) throws(SQLError) {
        let width = CollationChoice.maximumBytesPerCharacter(of: column.type.collation)
        guard characters.multipliedReportingOverflow(by: width).partialValue <= TableLimits.keyBytes,
            characters <= TableLimits.keyBytes
        else { throw SQLError(.tooLongKey, TableLimits.keyBytes) }
    }

    /// The number that a generated name ends with. A user may have written it: it is limited, so that the next one exists.
    package static func number(of name: String, after prefix: String) -> Int? {
        guard name.utf8.starts(with: prefix.utf8) else { return nil }
        return Int(String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)).map { max(0, min($0, 1 << 40)) }
    }

    private mutating func build(_ syntax: CheckSyntax, column: String?) throws(SQLError) {
        let name: String
        if let given = syntax.name {
            try Identifier.checkLength(given)
            name = given
        } else {
            let taken = table.checks.compactMap { check -> Int? in
                Self.number(of: check.name, after: table.name + "_chk_")
            }
            name = "\(table.name)_chk_\((taken.max() ?? 0) + 1)"
        }
        guard !table.checks.contains(where: { Identifier.equal($0.name, name) }) else {
            throw SQLError(.checkConstraintDupName, name)
        }
        for reference in syntax.expression.referencedColumns {
            // Names that do not exist are found when the whole table is known.
            if let column, !Identifier.equal(reference, column) {
                throw SQLError(.columnCheckConstraintReferencesOtherColumn, name)
            }
        }
        table.checks.append(
            CheckDefinition(
                name: name, expression: environment.print(syntax.expression), isEnforced: syntax.isEnforced))
    }

    /// MODIFY of a primary key's column without NOT NULL leaves it so.
    private mutating func refuseNullsInPrimaryKey() throws(SQLError) {
        for part in table.primaryKey?.parts ?? [] {
            guard let place = part.column, table.columns[place].isNullable else { continue }
            guard !explicitlyNullable.contains(table.columns[place].name.lowercasedASCII) else {
                throw SQLError(.primaryCantHaveNull)
            }
            table.columns[place].isNullable = false
            if table.columns[place].defaultValue == .null { table.columns[place].defaultValue = .none }
        }
    }

    /// PRIMARY, then unique keys without nullable columns, then the other unique keys, then the rest; otherwise in order.
    private mutating func sortIndexes() {
        func rank(_ index: IndexDefinition) -> Int {
            switch index.kind {
            case .primary: return 0
            case .unique:
                let isNullable = index.parts.contains { part in part.column.map { table.columns[$0].isNullable } ?? true }
                return isNullable ? 2 : 1
            case .secondary, .spatial: return 3
            case .fullText: return 4
            }
        }
        let ranked = table.indexes.enumerated().map { (rank: rank($0.element), order: $0.offset, index: $0.element) }
        table.indexes = ranked.sorted { ($0.rank, $0.order) < ($1.rank, $1.order) }.map(\.index)
    }

    private func checkWhole() throws(SQLError) {
        guard !table.columns.isEmpty else { throw SQLError(.cantRemoveAllFields) }
        let automatic = table.columns.indices.filter { table.columns[$0].isAutoIncrement }
        guard automatic.count <= 1 else { throw SQLError(.wrongAutoKey) }
        if let column = automatic.first {
            guard table.indexes.contains(where: { $0.parts.first?.column == column }) else { throw SQLError(.wrongAutoKey) }
        }
        var rowBytes = 0
        for column in table.columns {
            switch column.type.kind {
            case .char, .varChar:
                rowBytes += column.type.length * CollationChoice.maximumBytesPerCharacter(of: column.type.collation) + 2
            case .binary, .varBinary: rowBytes += column.type.length + 2
            default: rowBytes += 8
            }
        }
        guard rowBytes <= TableLimits.rowBytes + 2 else { throw SQLError(.tooBigRowsize, TableLimits.rowBytes) }
        if table.columns.allSatisfy(\.isInvisible) { throw SQLError(.tableMustHaveAVisibleColumn) }
    }
}
