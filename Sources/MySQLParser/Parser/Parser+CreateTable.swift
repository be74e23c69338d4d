extension Parser {
    /// After CREATE [TEMPORARY] TABLE.
    mutating func createTable(isTemporary: Bool) throws(ParseError) -> Statement {
        let ifNotExists = try ifNotExists()
        var statement = CreateTableStatement(name: try objectName())
        statement.nameEnd = previousEnd
        statement.isTemporary = isTemporary
        statement.ifNotExists = ifNotExists
        if accept(.like) {
            statement.like = try objectName()
            return .createTable(statement)
        }
        if at(.openParenthesis), peek().keyword == .like {
            advance()
            advance()
            statement.like = try objectName()
            try expect(.closeParenthesis)
            return .createTable(statement)
        }
        if at(.openParenthesis), !atQuery() {
            advance()
            statement.elementsStart = previousEnd
            repeat {
                if let constraint = try tableConstraint() {
                    statement.elements.append(constraint)
                } else {
                    statement.elements.append(.column(try columnDefinition()))
                }
            } while accept(.comma)
            try expect(.closeParenthesis)
        }
        var isFirst = true
        while isFirst || at(.comma) || atTableOption {
            if at(.comma) {
                guard !isFirst else { throw syntaxError() }
                advance()
                guard atTableOption else { throw syntaxError() }
            }
            isFirst = false
            guard try tableOption(&statement.options) else { break }
        }
        if at(.partition) { statement.partitioning = try partitionClause() }
        if accept(.replace) {
            statement.duplicates = .replace
        } else if accept(.ignore) {
            statement.duplicates = .ignore
        }
        let hasAs = accept(.as)
        if hasAs || statement.duplicates != .error || atQuery() {
            guard atQuery() else { throw syntaxError() }
            statement.query = try queryExpression()
        } else if statement.elements.isEmpty, at(.endOfInput) || at(.semicolon) {
            throw ParseError(code: 4028, message: "A table must have at least one visible column.")
        }
        return .createTable(statement)
    }

    var atTableOption: Bool {
        switch current.keyword {
        case .engine, .secondaryEngine, .maxRows, .minRows, .avgRowLength, .password, .comment, .compression,
            .encryption, .autoIncrement, .packKeys, .statsAutoRecalc, .statsPersistent, .statsSamplePages, .checksum,
            .tableChecksum, .delayKeyWrite, .rowFormat, .union, .default, .character, .charset, .char, .collate,
            .insertMethod, .data, .index, .tablespace, .storage, .connection, .keyBlockSize, .start, .engineAttribute,
            .secondaryEngineAttribute, .autoextendSize, .type:
            true
        default: false
        }
    }

    /// One table option; false where none stands.
    mutating func tableOption(_ options: inout TableOptions) throws(ParseError) -> Bool {
        guard atTableOption, let keyword = current.keyword else { return false }
        let spelling = KeywordTable.shared.spelling(keyword)
        switch keyword {
        case .engine:
            advance()
            skipEqual()
            options.engine = try nameOrText()
        case .comment:
            advance()
            skipEqual()
            options.comment = try string()
        case .autoIncrement:
            advance()
            skipEqual()
            options.autoIncrement = try unsigned()
        case .default, .character, .charset, .char, .collate:
            _ = accept(.default)
            try defaultCharset(&options)
        case .maxRows, .minRows, .avgRowLength, .keyBlockSize, .checksum, .tableChecksum, .delayKeyWrite:
            advance()
            skipEqual()
            options.others.append(OptionSyntax(name: spelling, value: .number(try unsigned())))
        case .statsPersistent, .statsAutoRecalc, .packKeys, .statsSamplePages:
            advance()
            skipEqual()
            let value: OptionSyntax.Value = accept(.default) ? .word("DEFAULT") : .number(try unsigned())
            options.others.append(OptionSyntax(name: spelling, value: value))
        case .rowFormat:
            advance()
            skipEqual()
            let word = try wordOption([.default, .fixed, .dynamic, .compressed, .redundant, .compact])
            options.others.append(OptionSyntax(name: spelling, value: .word(word)))
        case .insertMethod:
            advance()
            skipEqual()
            options.others.append(OptionSyntax(name: spelling, value: .word(try wordOption([.no, .first, .last]))))
        case .storage:
            advance()
            options.others.append(OptionSyntax(name: spelling, value: .word(try wordOption([.disk, .memory]))))
        case .compression, .encryption, .password, .connection, .engineAttribute, .secondaryEngineAttribute:
            advance()
            skipEqual()
            options.others.append(OptionSyntax(name: spelling, value: .string(try string())))
        case .tablespace, .secondaryEngine:
            advance()
            skipEqual()
            options.others.append(OptionSyntax(name: spelling, value: .word(accept(.null) ? "NULL" : try nameOrText())))
        case .data, .index:
            advance()
            try expect(.directory)
            skipEqual()
            options.others.append(OptionSyntax(name: spelling + " DIRECTORY", value: .string(try string())))
        case .union:
            advance()
            skipEqual()
            try expect(.openParenthesis)
            let names = at(.closeParenthesis) ? [] : try objectNames()
            try expect(.closeParenthesis)
            options.others.append(OptionSyntax(name: spelling, value: .names(names)))
        case .autoextendSize:
            advance()
            skipEqual()
            let value: OptionSyntax.Value = at(.integerNumber) ? .number(try unsigned()) : .word(try name())
            options.others.append(OptionSyntax(name: spelling, value: value))
        case .start:
            advance()
            try expect(.transaction)
            options.others.append(OptionSyntax(name: "START TRANSACTION", value: .word("")))
        default:
            throw syntaxError()
        }
        return true
    }

    /// After an optional DEFAULT: CHARACTER SET or COLLATE.
    private mutating func defaultCharset(_ options: inout TableOptions) throws(ParseError) {
        if accept(.collate) {
            skipEqual()
            options.collation = try collationName()
            return
        }
        guard acceptCharacterSet() else { throw syntaxError() }
        skipEqual()
        if accept(.default) {
            options.usesDefaultCharset = true
        } else {
            options.charset = try charsetName()
        }
    }

    /// CREATE [UNIQUE | FULLTEXT | SPATIAL] INDEX, after CREATE.
    mutating func createIndex() throws(ParseError) -> Statement {
        var kind = IndexSyntax.Kind.secondary
        if accept(.unique) {
            kind = .unique
        } else if accept(.fulltext) {
            kind = .fullText
        } else if accept(.spatial) {
            kind = .spatial
        }
        try expect(.index)
        let name = try name()
        var method: IndexSyntax.Method?
        if at(.using) || at(.type) {
            var holder = IndexSyntax(kind: kind, name: name, parts: [])
            try indexOptions(&holder)
            method = holder.method
        }
        try expect(.on)
        let table = try objectName()
        var index = IndexSyntax(kind: kind, name: name, parts: try indexParts())
        index.method = method
        try indexOptions(&index)
        var statement = CreateIndexStatement(table: table, index: index)
        try algorithmAndLock(&statement.algorithm, &statement.lock)
        return .createIndex(statement)
    }

    /// ALGORITHM = x and LOCK = x, in any order.
    mutating func algorithmAndLock(_ algorithm: inout String?, _ lock: inout String?) throws(ParseError) {
        while at(.algorithm) || at(.lock) {
            let isAlgorithm = at(.algorithm)
            advance()
            skipEqual()
            let word = accept(.default) ? "DEFAULT" : try name()
            if isAlgorithm { algorithm = word } else { lock = word }
        }
    }

    // MARK: Partitions

    /// At PARTITION BY.
    mutating func partitionClause() throws(ParseError) -> PartitionClause {
        try expect(.partition)
        try expect(.by)
        var clause = PartitionClause(method: try partitionMethod())
        if accept(.partitions) { clause.count = try unsigned() }
        if accept(.subpartition) {
            try expect(.by)
            clause.subpartitionMethod = try partitionMethod()
            if accept(.subpartitions) { clause.subpartitionCount = try unsigned() }
        }
        if at(.openParenthesis) { clause.definitions = try partitionDefinitions() }
        return clause
    }

    private mutating func partitionMethod() throws(ParseError) -> PartitionClause.Method {
        let isLinear = accept(.linear)
        if accept(.hash) { return .hash(try parenthesizedExpression(), isLinear: isLinear) }
        if accept(.key) {
            var algorithm: UInt64?
            if accept(.algorithm) {
                skipEqual()
                algorithm = try unsigned()
            }
            try expect(.openParenthesis)
            var names: [String] = []
            if !at(.closeParenthesis) {
                repeat {
                    names.append(try name())
                } while accept(.comma)
            }
            try expect(.closeParenthesis)
            return .key(names, isLinear: isLinear, algorithm: algorithm)
        }
        guard !isLinear else { throw syntaxError() }
        if accept(.range) {
            if accept(.columns) { return .rangeColumns(try parenthesizedNames()) }
            return .range(try parenthesizedExpression())
        }
        try expect(.list)
        if accept(.columns) { return .listColumns(try parenthesizedNames()) }
        return .list(try parenthesizedExpression())
    }

    mutating func parenthesizedExpression() throws(ParseError) -> Expression {
        try expect(.openParenthesis)
        let expression = try expression()
        try expect(.closeParenthesis)
        return expression
    }

    /// `(PARTITION ..., PARTITION ...)`.
    mutating func partitionDefinitions() throws(ParseError) -> [PartitionClause.Definition] {
        try expect(.openParenthesis)
        var list: [PartitionClause.Definition] = []
        repeat {
            try expect(.partition)
            list.append(try partitionDefinition(isSubpartition: false))
        } while accept(.comma)
        try expect(.closeParenthesis)
        return list
    }

    private mutating func partitionDefinition(isSubpartition: Bool) throws(ParseError) -> PartitionClause.Definition {
        let name = try nameOrText()
        var values = PartitionClause.Definition.Values.none
        if !isSubpartition, accept(.values) { values = try partitionValues() }
        var options: [OptionSyntax] = []
        while atTableOption || at(.nodegroup) {
            if at(.nodegroup) {
                advance()
                skipEqual()
                options.append(OptionSyntax(name: "NODEGROUP", value: .number(try unsigned())))
            } else if accept(.storage) {
                try expect(.engine)
                skipEqual()
                options.append(OptionSyntax(name: "ENGINE", value: .word(try nameOrText())))
            } else {
                var holder = TableOptions()
                _ = try tableOption(&holder)
                if let engine = holder.engine { options.append(OptionSyntax(name: "ENGINE", value: .word(engine))) }
                if let comment = holder.comment { options.append(OptionSyntax(name: "COMMENT", value: .string(comment))) }
                options += holder.others
            }
        }
        var subpartitions: [PartitionClause.Definition] = []
        if !isSubpartition, accept(.openParenthesis) {
            repeat {
                try expect(.subpartition)
                subpartitions.append(try partitionDefinition(isSubpartition: true))
            } while accept(.comma)
            try expect(.closeParenthesis)
        }
        return PartitionClause.Definition(name: name, values: values, options: options, subpartitions: subpartitions)
    }

    private mutating func partitionValues() throws(ParseError) -> PartitionClause.Definition.Values {
        if accept(.less) {
            try expect(.than)
            if accept(.maxvalue) { return .lessThan([]) }
            try expect(.openParenthesis)
            var bounds: [Expression?] = []
            repeat {
                bounds.append(accept(.maxvalue) ? nil : try expression())
            } while accept(.comma)
            try expect(.closeParenthesis)
            return .lessThan(bounds)
        }
        try expect(.in)
        try expect(.openParenthesis)
        var rows: [[Expression]] = []
        repeat {
            let item = try expression()
            if case .row(let row) = item.kind { rows.append(row) } else { rows.append([item]) }
        } while accept(.comma)
        try expect(.closeParenthesis)
        return .in(rows)
    }
}
