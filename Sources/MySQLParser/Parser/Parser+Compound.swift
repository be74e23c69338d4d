/// The statements inside stored programs.
extension Parser {
    /// A statement of a stored program's body.
    mutating func programStatement() throws(ParseError) -> Statement {
        try enter()
        defer { leave() }
        if isName, peek().kind == .colon {
            let label = try name()
            advance()
            return .compound(try labelled(label))
        }
        switch current.keyword {
        case .begin: return .compound(try block(label: nil))
        case .if: return .compound(try ifStatement())
        case .case: return .compound(try caseStatement())
        case .loop, .while, .repeat: return .compound(try loop(label: nil))
        case .leave:
            advance()
            return .compound(.leave(try name()))
        case .iterate:
            advance()
            return .compound(.iterate(try name()))
        case .return:
            advance()
            return .compound(.return(try expression()))
        case .open:
            advance()
            return .compound(.open(cursor: try name()))
        case .close:
            advance()
            return .compound(.close(cursor: try name()))
        case .fetch: return .compound(try fetch())
        default: return try statement()
        }
    }

    /// Statements, each ended by `;`, up to a word that ends the list.
    private mutating func programStatements(until ends: [Keyword]) throws(ParseError) -> [Statement] {
        var list: [Statement] = []
        while !(current.keyword.map { ends.contains($0) } ?? false) {
            list.append(try programStatement())
            try expect(.semicolon)
        }
        return list
    }

    private mutating func labelled(_ label: String) throws(ParseError) -> CompoundStatement {
        if at(.begin) { return try block(label: label) }
        guard at(.loop) || at(.while) || at(.repeat) else { throw syntaxError() }
        return try loop(label: label)
    }

    /// The label repeated at the end.
    private mutating func endLabel(_ label: String?) throws(ParseError) {
        guard isName else { return }
        let end = try name()
        guard let label, label.lowercased() == end.lowercased() else {
            throw ParseError(code: 1310, message: "End-label \(end) without match")
        }
    }

    private mutating func block(label: String?) throws(ParseError) -> CompoundStatement {
        try expect(.begin)
        var declarations: [Declaration] = []
        while at(.declare) {
            declarations.append(try declaration())
            try expect(.semicolon)
        }
        let statements = try programStatements(until: [.end])
        try expect(.end)
        try endLabel(label)
        return .block(BlockStatement(label: label, declarations: declarations, statements: statements))
    }

    private mutating func loop(label: String?) throws(ParseError) -> CompoundStatement {
        let result: CompoundStatement
        if accept(.loop) {
            let statements = try programStatements(until: [.end])
            try expect(.end)
            try expect(.loop)
            result = .loop(label: label, statements)
        } else if accept(.while) {
            let condition = try expression()
            try expect(.do)
            let statements = try programStatements(until: [.end])
            try expect(.end)
            try expect(.while)
            result = .whileLoop(label: label, condition: condition, statements)
        } else {
            try expect(.repeat)
            let statements = try programStatements(until: [.until])
            try expect(.until)
            let condition = try expression()
            try expect(.end)
            try expect(.repeat)
            result = .repeatLoop(label: label, statements, until: condition)
        }
        try endLabel(label)
        return result
    }

    private mutating func ifStatement() throws(ParseError) -> CompoundStatement {
        try expect(.if)
        var branches: [ConditionalBranch] = []
        repeat {
            let condition = try expression()
            try expect(.then)
            branches.append(
                ConditionalBranch(
                    condition: condition, statements: try programStatements(until: [.elseif, .else, .end])))
        } while accept(.elseif)
        let otherwise = accept(.else) ? try programStatements(until: [.end]) : nil
        try expect(.end)
        try expect(.if)
        return .if(branches, otherwise: otherwise)
    }

    private mutating func caseStatement() throws(ParseError) -> CompoundStatement {
        try expect(.case)
        let operand = at(.when) ? nil : try expression()
        var branches: [ConditionalBranch] = []
        repeat {
            try expect(.when)
            let condition = try expression()
            try expect(.then)
            branches.append(
                ConditionalBranch(condition: condition, statements: try programStatements(until: [.when, .else, .end])))
        } while at(.when)
        let otherwise = accept(.else) ? try programStatements(until: [.end]) : nil
        try expect(.end)
        try expect(.case)
        return .case(operand: operand, branches, otherwise: otherwise)
    }

    private mutating func fetch() throws(ParseError) -> CompoundStatement {
        try expect(.fetch)
        if accept(.next) { try expect(.from) } else { _ = accept(.from) }
        let cursor = try name()
        try expect(.into)
        var names: [String] = []
        repeat {
            names.append(try name())
        } while accept(.comma)
        return .fetch(cursor: cursor, into: names)
    }

    // MARK: Declarations

    private mutating func declaration() throws(ParseError) -> Declaration {
        try expect(.declare)
        if at(.continue) || at(.exit) || at(.undo) { return try handlerDeclaration() }
        let first = try name()
        if at(.condition) {
            advance()
            try expect(.for)
            return .condition(first, try conditionValue(allowsGeneral: false))
        }
        if at(.cursor) {
            advance()
            try expect(.for)
            return .cursor(first, try queryExpression())
        }
        var names = [first]
        while accept(.comma) {
            names.append(try name())
        }
        var type = try dataType()
        if accept(.collate) { type.collation = try collationName() }
        return .variables(names, type, default: accept(.default) ? try expression() : nil)
    }

    private mutating func handlerDeclaration() throws(ParseError) -> Declaration {
        let action: Declaration.HandlerAction = at(.continue) ? .continue : at(.exit) ? .exit : .undo
        advance()
        try expect(.handler)
        try expect(.for)
        var conditions: [ConditionValue] = []
        repeat {
            conditions.append(try conditionValue(allowsGeneral: true))
        } while accept(.comma)
        return .handler(action, conditions, try programStatement())
    }

    private mutating func conditionValue(allowsGeneral: Bool) throws(ParseError) -> ConditionValue {
        if at(.integerNumber) { return .errorCode(try unsigned()) }
        if accept(.sqlstate) {
            _ = accept(.value)
            return .sqlState(try string())
        }
        guard allowsGeneral else { throw syntaxError() }
        if accept(.sqlwarning) { return .sqlWarning }
        if accept(.sqlexception) { return .sqlException }
        if at(.not) {
            advance()
            try expect(.found)
            return .notFound
        }
        return .named(try name())
    }

    // MARK: Diagnostics

    mutating func signalStatement(isResignal: Bool) throws(ParseError) -> Statement {
        advance()
        var condition: ConditionValue?
        if accept(.sqlstate) {
            _ = accept(.value)
            condition = .sqlState(try string())
        } else if !isResignal || isName {
            condition = .named(try name())
        }
        var items: [SignalStatement.Item] = []
        if accept(.set) {
            repeat {
                let name = try informationItem([
                    .classOrigin, .subclassOrigin, .constraintCatalog, .constraintSchema, .constraintName, .catalogName,
                    .schemaName, .tableName, .columnName, .cursorName, .messageText, .mysqlErrno,
                ])
                try expect(.equal)
                items.append(SignalStatement.Item(name: name, value: try simpleExpression()))
            } while accept(.comma)
        }
        let statement = SignalStatement(condition: condition, items: items)
        return isResignal ? .resignal(statement) : .signal(statement)
    }

    private mutating func informationItem(_ names: [Keyword]) throws(ParseError) -> String {
        guard let keyword = current.keyword, names.contains(keyword) else { throw syntaxError() }
        advance()
        return KeywordTable.shared.spelling(keyword)
    }

    mutating func getDiagnosticsStatement() throws(ParseError) -> Statement {
        advance()
        let isStacked = accept(.stacked)
        if !isStacked { _ = accept(.current) }
        try expect(.diagnostics)
        var condition: Expression?
        if accept(.condition) { condition = try simpleExpression() }
        var items: [GetDiagnosticsStatement.Item] = []
        repeat {
            let target = try intoTarget()
            try expect(.equal)
            let names: [Keyword] =
                condition == nil
                ? [.number, .rowCount]
                : [
                    .classOrigin, .subclassOrigin, .constraintCatalog, .constraintSchema, .constraintName, .catalogName,
                    .schemaName, .tableName, .columnName, .cursorName, .messageText, .mysqlErrno, .returnedSqlstate,
                ]
            items.append(GetDiagnosticsStatement.Item(target: target, name: try informationItem(names)))
        } while accept(.comma)
        return .getDiagnostics(GetDiagnosticsStatement(isStacked: isStacked, condition: condition, items: items))
    }
}
