extension Parser {
    /// After ALTER TABLE.
    mutating func alterTable() throws(ParseError) -> Statement {
        var statement = AlterTableStatement(name: try objectName(), actions: [])
        guard !at(.endOfInput), !at(.semicolon) else { return .alterTable(statement) }
        repeat {
            statement.actions += try alterActions()
        } while accept(.comma)
        if at(.partition) {
            statement.actions.append(.partitionBy(try partitionClause()))
        } else if at(.remove), peek().keyword == .partitioning {
            advance()
            advance()
            statement.actions.append(.removePartitioning)
        }
        return .alterTable(statement)
    }

    /// What stands between two commas: one action, or several for `ADD (a INT, b INT)`.
    private mutating func alterActions() throws(ParseError) -> [AlterTableAction] {
        switch current.keyword {
        case .add:
            advance()
            return try addActions()
        case .drop:
            advance()
            return [try dropAction()]
        case .change:
            advance()
            _ = accept(.column)
            let old = try name()
            let column = try columnDefinition(isNew: false)
            return [.changeColumn(old: old, column, try columnPosition())]
        case .modify:
            advance()
            _ = accept(.column)
            let column = try columnDefinition(isNew: false)
            return [.modifyColumn(column, try columnPosition())]
        case .alter:
            advance()
            return [try alterColumnOrIndex()]
        case .rename:
            advance()
            return [try renameAction()]
        case .order:
            advance()
            try expect(.by)
            return [.orderBy(try orderItems())]
        case .convert:
            advance()
            try expect(.to)
            guard acceptCharacterSet() else { throw syntaxError() }
            skipEqual()
            let charset = accept(.default) ? nil : try charsetName()
            var collation: String?
            if accept(.collate) {
                skipEqual()
                collation = try collationName()
            }
            return [.convertCharset(charset, collation: collation)]
        case .enable, .disable:
            let isEnable = at(.enable)
            advance()
            try expect(.keys)
            return [isEnable ? .enableKeys : .disableKeys]
        case .force:
            advance()
            return [.force]
        case .algorithm, .lock:
            let isAlgorithm = at(.algorithm)
            advance()
            skipEqual()
            let word = accept(.default) ? "DEFAULT" : try name()
            return [isAlgorithm ? .algorithm(word) : .lock(word)]
        case .with, .without:
            let isWith = at(.with)
            advance()
            try expect(.validation)
            return [.validation(isWith)]
        case .discard, .import:
            return [try tablespaceAction()]
        case .truncate, .coalesce, .reorganize, .exchange, .analyze, .check, .optimize, .rebuild, .repair:
            return [try partitionAction()]
        case .secondaryLoad, .secondaryUnload:
            let word = KeywordTable.shared.spelling(at(.secondaryLoad) ? .secondaryLoad : .secondaryUnload)
            advance()
            return [.tablespace(word)]
        case .partition, .remove:
            return []
        default:
            var options = TableOptions()
            guard try tableOption(&options) else { throw syntaxError() }
            while atTableOption {
                _ = try tableOption(&options)
            }
            return [.options(options)]
        }
    }

    private mutating func columnPosition() throws(ParseError) -> AlterTableAction.Position? {
        if accept(.first) { return .first }
        if accept(.after) { return .after(try name()) }
        return nil
    }

    private mutating func addActions() throws(ParseError) -> [AlterTableAction] {
        if accept(.partition) {
            _ = accept(.noWriteToBinlog) || accept(.local)
            if accept(.partitions) { return [.addPartitions([], count: try unsigned())] }
            return [.addPartitions(try partitionDefinitions(), count: nil)]
        }
        if !at(.column), let constraint = try tableConstraint() { return [Self.action(adding: constraint)] }
        _ = accept(.column)
        if accept(.openParenthesis) {
            var actions: [AlterTableAction] = []
            repeat {
                if let constraint = try tableConstraint() {
                    actions.append(Self.action(adding: constraint))
                } else {
                    actions.append(.addColumn(try columnDefinition(), nil))
                }
            } while accept(.comma)
            try expect(.closeParenthesis)
            return actions
        }
        let column = try columnDefinition()
        return [.addColumn(column, try columnPosition())]
    }

    private static func action(adding element: TableElement) -> AlterTableAction {
        switch element {
        case .column(let column): .addColumn(column, nil)
        case .index(let index): .addIndex(index)
        case .foreignKey(let key): .addForeignKey(key)
        case .check(let check): .addCheck(check)
        }
    }

    private mutating func dropAction() throws(ParseError) -> AlterTableAction {
        switch current.keyword {
        case .primary:
            advance()
            try expect(.key)
            return .dropPrimaryKey
        case .foreign:
            advance()
            try expect(.key)
            return .dropForeignKey(try name())
        case .key, .index:
            advance()
            if accept(.primary) { return .dropPrimaryKey }
            return .dropIndex(try name())
        case .check:
            advance()
            return .dropCheck(try name())
        case .constraint:
            advance()
            return .dropConstraint(try name())
        case .partition:
            advance()
            return .dropPartitions(try nameList())
        default:
            _ = accept(.column)
            let name = try name()
            if !accept(.restrict) { _ = accept(.cascade) }
            return .dropColumn(name)
        }
    }

    private mutating func nameList() throws(ParseError) -> [String] {
        var names: [String] = []
        repeat {
            names.append(try name())
        } while accept(.comma)
        return names
    }

    private mutating func alterColumnOrIndex() throws(ParseError) -> AlterTableAction {
        if accept(.index) {
            let name = try name()
            let isVisible = at(.visible)
            guard accept(.visible) || accept(.invisible) else { throw syntaxError() }
            return .setIndexVisible(name, isVisible)
        }
        if at(.check) || at(.constraint) {
            advance()
            let name = try name()
            let isEnforced = !accept(.not)
            try expect(.enforced)
            return .setCheckEnforced(name, isEnforced)
        }
        _ = accept(.column)
        let name = try name()
        if accept(.drop) {
            try expect(.default)
            return .dropColumnDefault(name)
        }
        try expect(.set)
        if at(.visible) || at(.invisible) {
            let isVisible = at(.visible)
            advance()
            return .setColumnVisible(name, isVisible)
        }
        try expect(.default)
        return .setColumnDefault(name, try defaultValue())
    }

    private mutating func renameAction() throws(ParseError) -> AlterTableAction {
        if accept(.column) {
            let old = try name()
            try expect(.to)
            return .renameColumn(from: old, to: try name())
        }
        if at(.key) || at(.index) {
            advance()
            let old = try name()
            try expect(.to)
            return .renameIndex(from: old, to: try name())
        }
        if !accept(.to), !accept(.as) { skipEqual() }
        return .renameTable(try objectName())
    }

    private mutating func tablespaceAction() throws(ParseError) -> AlterTableAction {
        let word = at(.discard) ? "DISCARD" : "IMPORT"
        advance()
        if accept(.partition) {
            let target = try partitionTarget()
            try expect(.tablespace)
            return .maintainPartitions(word, target)
        }
        try expect(.tablespace)
        return .tablespace(word + " TABLESPACE")
    }

    private mutating func partitionTarget() throws(ParseError) -> AlterTableAction.PartitionTarget {
        if accept(.all) { return .all }
        return .names(try nameList())
    }

    private mutating func partitionAction() throws(ParseError) -> AlterTableAction {
        guard let keyword = current.keyword else { throw syntaxError() }
        advance()
        try expect(.partition)
        switch keyword {
        case .truncate:
            return .truncatePartitions(try partitionTarget())
        case .coalesce:
            _ = accept(.noWriteToBinlog) || accept(.local)
            return .coalescePartitions(try unsigned())
        case .reorganize:
            _ = accept(.noWriteToBinlog) || accept(.local)
            let names = try nameList()
            try expect(.into)
            return .reorganizePartitions(names, into: try partitionDefinitions())
        case .exchange:
            let partition = try name()
            try expect(.with)
            try expect(.table)
            let table = try objectName()
            var validates = true
            if at(.with) || at(.without) {
                validates = at(.with)
                advance()
                try expect(.validation)
            }
            return .exchangePartition(partition, with: table, validation: validates)
        default:
            _ = accept(.noWriteToBinlog) || accept(.local)
            let target = try partitionTarget()
            while accept(.quick) || accept(.extended) || accept(.fast) || accept(.medium) || accept(.changed) || accept(.useFrm) {}
            return .maintainPartitions(KeywordTable.shared.spelling(keyword), target)
        }
    }
}
