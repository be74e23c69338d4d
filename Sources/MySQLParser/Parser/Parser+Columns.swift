/// Columns of CREATE TABLE and ALTER TABLE.
extension Parser {
    /// `name type attributes`. A new column may carry REFERENCES, a changed one may not.
    mutating func columnDefinition(isNew: Bool = true) throws(ParseError) -> ColumnSyntax {
        let name = try qualifiedColumnName()
        return try columnDefinition(named: name, isNew: isNew)
    }

    /// A column's name, which may carry its table's.
    private mutating func qualifiedColumnName() throws(ParseError) -> String {
        try columnName().name
    }

    /// `type attributes`.
    mutating func columnDefinition(named name: String, isNew: Bool = true) throws(ParseError) -> ColumnSyntax {
        var column = ColumnSyntax(name: name, type: try dataType())
        if accept(.collate) { column.collation = try collationName() }
        if at(.generated) || at(.as) {
            try generatedColumn(&column)
        }
        while isNew || !at(.references), try columnAttribute(&column) {}
        if column.type.kind == .serial {
            column.isNullable = false
            column.isAutoIncrement = true
            if !column.keys.contains(.unique) { column.keys.append(.unique) }
        }
        return column
    }

    private mutating func generatedColumn(_ column: inout ColumnSyntax) throws(ParseError) {
        if accept(.generated) { try expect(.always) }
        try expect(.as)
        try expect(.openParenthesis)
        let expression = try expression()
        try expect(.closeParenthesis)
        let isStored = accept(.stored)
        if !isStored { _ = accept(.virtual) }
        column.generated = ColumnSyntax.Generated(expression: expression, isStored: isStored)
    }

    private mutating func columnAttribute(_ column: inout ColumnSyntax) throws(ParseError) -> Bool {
        switch current.keyword {
        case .null:
            advance()
            column.isNullable = true
        case .not:
            advance()
            if accept(.secondary) {
                column.otherAttributes.append(OptionSyntax(name: "NOT SECONDARY", value: .word("")))
            } else {
                try expect(.null)
                column.isNullable = false
            }
        case .default:
            advance()
            column.defaultValue = try defaultValue()
        case .on:
            advance()
            try expect(.update)
            guard isNowWord else { throw syntaxError() }
            column.onUpdateFractionalDigits = try nowDigits()
        case .autoIncrement:
            advance()
            column.isAutoIncrement = true
        case .serial:
            advance()
            try expect(.default)
            try expect(.value)
            column.isNullable = false
            column.isAutoIncrement = true
            column.keys.append(.unique)
        case .primary:
            advance()
            try expect(.key)
            column.keys.append(.primary)
        case .key:
            advance()
            column.keys.append(.primary)
        case .unique:
            advance()
            _ = accept(.key)
            column.keys.append(.unique)
        case .comment:
            advance()
            column.comment = try string()
        case .collate:
            advance()
            column.collation = try collationName()
        case .columnFormat:
            advance()
            let word = try wordOption([.fixed, .dynamic, .default])
            column.otherAttributes.append(OptionSyntax(name: "COLUMN_FORMAT", value: .word(word)))
        case .storage:
            advance()
            let word = try wordOption([.disk, .memory, .default])
            column.otherAttributes.append(OptionSyntax(name: "STORAGE", value: .word(word)))
        case .srid:
            advance()
            column.otherAttributes.append(OptionSyntax(name: "SRID", value: .number(try unsigned())))
        case .engineAttribute, .secondaryEngineAttribute:
            let name = KeywordTable.shared.spelling(at(.engineAttribute) ? .engineAttribute : .secondaryEngineAttribute)
            advance()
            skipEqual()
            column.otherAttributes.append(OptionSyntax(name: name, value: .string(try string())))
        case .visible, .invisible:
            column.isInvisible = at(.invisible)
            advance()
        case .constraint, .check:
            column.checks.append(try columnCheck())
        case .references:
            column.references = try references(name: nil, columns: [column.name])
        default:
            return false
        }
        return true
    }

    /// One of some words, upper case.
    mutating func wordOption(_ words: [Keyword]) throws(ParseError) -> String {
        guard let keyword = current.keyword, words.contains(keyword) else { throw syntaxError() }
        advance()
        return KeywordTable.shared.spelling(keyword)
    }

    private mutating func columnCheck() throws(ParseError) -> CheckSyntax {
        var name: String?
        if accept(.constraint), !at(.check) { name = try self.name() }
        return try check(name: name)
    }

    /// At CHECK.
    mutating func check(name: String?) throws(ParseError) -> CheckSyntax {
        try expect(.check)
        try expect(.openParenthesis)
        let expression = try expression()
        try expect(.closeParenthesis)
        var isEnforced = true
        if at(.not), peek().keyword == .enforced {
            advance()
            advance()
            isEnforced = false
        } else {
            _ = accept(.enforced)
        }
        return CheckSyntax(name: name, expression: expression, isEnforced: isEnforced)
    }

    /// After DEFAULT.
    mutating func defaultValue() throws(ParseError) -> ColumnSyntax.Default {
        if isNowWord { return .now(fractionalDigits: try nowDigits()) }
        if accept(.openParenthesis) {
            let expression = try expression()
            try expect(.closeParenthesis)
            return .expression(expression)
        }
        return .literal(try signedLiteral())
    }

    /// CURRENT_TIMESTAMP and its synonyms.
    private var isNowWord: Bool {
        at(.currentTimestamp) || at(.localtime) || at(.localtimestamp) || at(.now)
    }

    private mutating func nowDigits() throws(ParseError) -> Int {
        let isFunction = at(.now)
        advance()
        guard isFunction || at(.openParenthesis) else { return 0 }
        try expect(.openParenthesis)
        let digits = at(.integerNumber) ? try integer() : 0
        try expect(.closeParenthesis)
        return digits
    }

    /// At REFERENCES.
    mutating func references(name: String?, columns: [String]) throws(ParseError) -> ForeignKeySyntax {
        try expect(.references)
        let table = try objectName()
        var key = ForeignKeySyntax(name: name, columns: columns, referencedTable: table, referencedColumns: [])
        if at(.openParenthesis) { key.referencedColumns = try parenthesizedNames() }
        if accept(.match) {
            if accept(.full) {
                key.match = .full
            } else if accept(.partial) {
                key.match = .partial
            } else {
                try expect(.simple)
                key.match = .simple
            }
        }
        while accept(.on) {
            if accept(.delete), key.onDelete == nil {
                key.onDelete = try referenceAction()
            } else {
                guard key.onUpdate == nil else { throw syntaxError() }
                try expect(.update)
                key.onUpdate = try referenceAction()
            }
        }
        return key
    }

    private mutating func referenceAction() throws(ParseError) -> ForeignKeySyntax.Action {
        if accept(.restrict) { return .restrict }
        if accept(.cascade) { return .cascade }
        if accept(.set) {
            if accept(.null) { return .setNull }
            try expect(.default)
            return .setDefault
        }
        try expect(.no)
        try expect(.action)
        return .noAction
    }
}
