/// CREATE PROCEDURE, FUNCTION, TRIGGER, EVENT.
extension Parser {
    mutating func createProcedure(definer: AccountName?) throws(ParseError) -> Statement {
        try expect(.procedure)
        let ifNotExists = try ifNotExists()
        let name = try objectName()
        let parameters = try routineParameters(isFunction: false)
        let characteristics = try routineCharacteristics()
        let (body, range) = try programBody()
        var statement = CreateRoutineStatement(kind: .procedure, name: name, body: body, bodyRange: range)
        statement.definer = definer
        statement.ifNotExists = ifNotExists
        statement.parameters = parameters
        statement.characteristics = characteristics
        return .createRoutine(statement)
    }

    mutating func createFunction(definer: AccountName?, isAggregate: Bool) throws(ParseError) -> Statement {
        try expect(.function)
        let ifNotExists = try ifNotExists()
        let name = try objectName()
        if at(.returns), definer == nil {
            advance()
            guard accept(.string) || accept(.int) || accept(.integer) || accept(.real) || accept(.decimal) else {
                throw syntaxError()
            }
            try expect(.soname)
            return .createLoadableFunction(
                name: name.name, isAggregate: isAggregate, ifNotExists: ifNotExists, library: try string())
        }
        guard !isAggregate else { throw syntaxError() }
        let parameters = try routineParameters(isFunction: true)
        try expect(.returns)
        var returns = try dataType()
        if accept(.collate) { returns.collation = try collationName() }
        let characteristics = try routineCharacteristics()
        let (body, range) = try programBody()
        var statement = CreateRoutineStatement(kind: .function, name: name, body: body, bodyRange: range)
        statement.definer = definer
        statement.ifNotExists = ifNotExists
        statement.parameters = parameters
        statement.returns = returns
        statement.characteristics = characteristics
        return .createRoutine(statement)
    }

    private mutating func routineParameters(isFunction: Bool) throws(ParseError) -> [RoutineParameter] {
        try expect(.openParenthesis)
        var list: [RoutineParameter] = []
        if !at(.closeParenthesis) {
            repeat {
                var mode = RoutineParameter.Mode.in
                if !isFunction {
                    if accept(.out) {
                        mode = .out
                    } else if accept(.inout) {
                        mode = .inOut
                    } else {
                        _ = accept(.in)
                    }
                }
                let name = try name()
                var type = try dataType()
                if accept(.collate) { type.collation = try collationName() }
                list.append(RoutineParameter(mode: mode, name: name, type: type))
            } while accept(.comma)
        }
        try expect(.closeParenthesis)
        return list
    }

    mutating func routineCharacteristics() throws(ParseError) -> RoutineCharacteristics {
        var result = RoutineCharacteristics()
        while true {
            switch current.keyword {
            case .comment:
                advance()
                result.comment = try string()
            case .language:
                advance()
                result.language = try accept(.sql) ? "SQL" : name().uppercased()
            case .deterministic:
                advance()
                result.isDeterministic = true
            case .not where peek().keyword == .deterministic:
                advance()
                advance()
                result.isDeterministic = false
            case .contains where peek().keyword == .sql:
                advance()
                advance()
                result.dataAccess = .containsSQL
            case .no where peek().keyword == .sql:
                advance()
                advance()
                result.dataAccess = .noSQL
            case .reads, .modifies:
                result.dataAccess = at(.reads) ? .readsSQLData : .modifiesSQLData
                advance()
                try expect(.sql)
                try expect(.data)
            case .sql where peek().keyword == .security:
                advance()
                advance()
                result.isInvoker = at(.invoker)
                guard accept(.invoker) || accept(.definer) else { throw syntaxError() }
            default:
                return result
            }
        }
    }

    /// A stored program's body and where it stands.
    private mutating func programBody() throws(ParseError) -> (Statement, SourceRange) {
        let outer = isInStoredProgram
        isInStoredProgram = true
        defer { isInStoredProgram = outer }
        let start = current.start
        let body = try programStatement()
        return (body, range(from: start))
    }

    mutating func createTrigger(definer: AccountName?) throws(ParseError) -> Statement {
        try expect(.trigger)
        let ifNotExists = try ifNotExists()
        let name = try objectName()
        let isBefore = at(.before)
        guard accept(.before) || accept(.after) else { throw syntaxError() }
        let event: CreateTriggerStatement.Event
        if accept(.insert) {
            event = .insert
        } else if accept(.update) {
            event = .update
        } else {
            try expect(.delete)
            event = .delete
        }
        try expect(.on)
        let table = try objectName()
        try expect(.for)
        try expect(.each)
        try expect(.row)
        var order: CreateTriggerStatement.Order?
        if accept(.follows) {
            order = .follows(try nameOrText())
        } else if accept(.precedes) {
            order = .precedes(try nameOrText())
        }
        let (body, range) = try programBody()
        var statement = CreateTriggerStatement(
            name: name, isBefore: isBefore, event: event, table: table, body: body, bodyRange: range)
        statement.definer = definer
        statement.ifNotExists = ifNotExists
        statement.order = order
        return .createTrigger(statement)
    }

    mutating func createEvent(definer: AccountName?) throws(ParseError) -> Statement {
        try expect(.event)
        let ifNotExists = try ifNotExists()
        var event = EventStatement(name: try objectName())
        event.definer = definer
        event.ifNotExists = ifNotExists
        try expect(.on)
        try expect(.schedule)
        event.schedule = try schedule()
        try eventOptions(&event)
        try expect(.do)
        let (body, range) = try programBody()
        event.body = body
        event.bodyRange = range
        return .createEvent(event)
    }

    mutating func alterEvent(definer: AccountName?) throws(ParseError) -> Statement {
        try expect(.event)
        var event = EventStatement(name: try objectName())
        event.definer = definer
        if at(.on), peek().keyword == .schedule {
            advance()
            advance()
            event.schedule = try schedule()
        }
        if at(.on), peek().keyword == .completion { try completionOption(&event) }
        if accept(.rename) {
            try expect(.to)
            event.newName = try objectName()
        }
        try eventOptions(&event)
        if accept(.do) {
            let (body, range) = try programBody()
            event.body = body
            event.bodyRange = range
        }
        return .alterEvent(event)
    }

    private mutating func schedule() throws(ParseError) -> EventStatement.Schedule {
        if accept(Keyword.at) { return .at(try expression()) }
        try expect(.every)
        let amount = try expression()
        guard let unit = timeUnit(current) else { throw syntaxError() }
        advance()
        let starts = accept(.starts) ? try expression() : nil
        let ends = accept(.ends) ? try expression() : nil
        return .every(Interval(amount: amount, unit: unit), starts: starts, ends: ends)
    }

    private mutating func completionOption(_ event: inout EventStatement) throws(ParseError) {
        try expect(.on)
        try expect(.completion)
        event.preserves = !accept(.not)
        try expect(.preserve)
    }

    private mutating func eventOptions(_ event: inout EventStatement) throws(ParseError) {
        if at(.on) { try completionOption(&event) }
        if accept(.enable) {
            event.status = .enabled
        } else if accept(.disable) {
            event.status = .disabled
            if accept(.on) {
                if !accept(.replica) { try expect(.slave) }
                event.status = .disabledOnReplica
            }
        }
        if accept(.comment) { event.comment = try string() }
    }
}
