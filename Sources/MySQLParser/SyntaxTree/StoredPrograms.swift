public enum RoutineKind: Hashable, Sendable {
    case procedure, function
}

public struct RoutineCharacteristics: Sendable {
    public enum DataAccess: Hashable, Sendable {
        case containsSQL, noSQL, readsSQLData, modifiesSQLData
    }

    public var comment: [UInt8]?
    public var language: String?
    public var isDeterministic: Bool?
    public var dataAccess: DataAccess?
    /// SQL SECURITY INVOKER (true) or DEFINER (false).
    public var isInvoker: Bool?

    public init() {}
}

public struct RoutineParameter: Sendable {
    public enum Mode: Hashable, Sendable {
        case `in`, out, inOut
    }

    public var mode: Mode
    public var name: String
    public var type: DataTypeSyntax

    public init(mode: Mode, name: String, type: DataTypeSyntax) {
        self.mode = mode
        self.name = name
        self.type = type
    }
}

public struct CreateRoutineStatement: Sendable {
    public var kind: RoutineKind
    public var definer: AccountName?
    public var ifNotExists: Bool
    public var name: ObjectName
    public var parameters: [RoutineParameter]
    /// A function's result type.
    public var returns: DataTypeSyntax?
    public var characteristics: RoutineCharacteristics
    public var body: Statement
    /// The body's text.
    public var bodyRange: SourceRange

    public init(kind: RoutineKind, name: ObjectName, body: Statement, bodyRange: SourceRange) {
        self.kind = kind
        definer = nil
        ifNotExists = false
        self.name = name
        parameters = []
        returns = nil
        characteristics = RoutineCharacteristics()
        self.body = body
        self.bodyRange = bodyRange
    }
}

public struct CreateTriggerStatement: Sendable {
    public enum Event: Hashable, Sendable {
        case insert, update, delete
    }

    public enum Order: Sendable {
        case follows(String)
        case precedes(String)
    }

    public var definer: AccountName?
    public var ifNotExists: Bool
    public var name: ObjectName
    public var isBefore: Bool
    public var event: Event
    public var table: ObjectName
    public var order: Order?
    public var body: Statement
    public var bodyRange: SourceRange

    public init(name: ObjectName, isBefore: Bool, event: Event, table: ObjectName, body: Statement, bodyRange: SourceRange) {
        definer = nil
        ifNotExists = false
        self.name = name
        self.isBefore = isBefore
        self.event = event
        self.table = table
        order = nil
        self.body = body
        self.bodyRange = bodyRange
    }
}

/// CREATE EVENT, ALTER EVENT (where everything is optional).
public struct EventStatement: Sendable {
    public enum Schedule: Sendable {
        case at(Expression)
        case every(Interval, starts: Expression?, ends: Expression?)
    }

    public enum Status: Hashable, Sendable {
        case enabled, disabled, disabledOnReplica
    }

    public var definer: AccountName?
    public var ifNotExists: Bool
    public var name: ObjectName
    public var schedule: Schedule?
    /// ON COMPLETION PRESERVE (true) or NOT PRESERVE.
    public var preserves: Bool?
    public var newName: ObjectName?
    public var status: Status?
    public var comment: [UInt8]?
    public var body: Statement?
    public var bodyRange: SourceRange

    public init(name: ObjectName) {
        definer = nil
        ifNotExists = false
        self.name = name
        schedule = nil
        preserves = nil
        newName = nil
        status = nil
        comment = nil
        body = nil
        bodyRange = .none
    }
}

/// The statements that exist only inside stored programs.
public indirect enum CompoundStatement: Sendable {
    case block(BlockStatement)
    case `if`([ConditionalBranch], otherwise: [Statement]?)
    case `case`(operand: Expression?, [ConditionalBranch], otherwise: [Statement]?)
    case loop(label: String?, [Statement])
    case whileLoop(label: String?, condition: Expression, [Statement])
    case repeatLoop(label: String?, [Statement], until: Expression)
    case leave(String)
    case iterate(String)
    case `return`(Expression)
    case open(cursor: String)
    case fetch(cursor: String, into: [String])
    case close(cursor: String)
}

public struct ConditionalBranch: Sendable {
    public var condition: Expression
    public var statements: [Statement]

    public init(condition: Expression, statements: [Statement]) {
        self.condition = condition
        self.statements = statements
    }
}

/// BEGIN ... END.
public struct BlockStatement: Sendable {
    public var label: String?
    public var declarations: [Declaration]
    public var statements: [Statement]

    public init(label: String?, declarations: [Declaration], statements: [Statement]) {
        self.label = label
        self.declarations = declarations
        self.statements = statements
    }
}

public enum Declaration: Sendable {
    public enum HandlerAction: Hashable, Sendable {
        case `continue`, exit, undo
    }

    case variables([String], DataTypeSyntax, default: Expression?)
    case condition(String, ConditionValue)
    case cursor(String, QueryExpression)
    case handler(HandlerAction, [ConditionValue], Statement)
}

public enum ConditionValue: Hashable, Sendable {
    case errorCode(UInt64)
    case sqlState([UInt8])
    case named(String)
    case sqlWarning, notFound, sqlException
}

public struct SignalStatement: Sendable {
    public struct Item: Sendable {
        /// Upper case, e.g. `MESSAGE_TEXT`.
        public var name: String
        public var value: Expression

        public init(name: String, value: Expression) {
            self.name = name
            self.value = value
        }
    }

    /// nil: RESIGNAL without a condition.
    public var condition: ConditionValue?
    public var items: [Item]

    public init(condition: ConditionValue?, items: [Item]) {
        self.condition = condition
        self.items = items
    }
}

public struct GetDiagnosticsStatement: Sendable {
    public struct Item: Sendable {
        public var target: IntoTarget
        /// Upper case, e.g. `ROW_COUNT`, `MESSAGE_TEXT`.
        public var name: String

        public init(target: IntoTarget, name: String) {
            self.target = target
            self.name = name
        }
    }

    public var isStacked: Bool
    /// nil: statement information; else CONDITION number.
    public var condition: Expression?
    public var items: [Item]

    public init(isStacked: Bool, condition: Expression?, items: [Item]) {
        self.isStacked = isStacked
        self.condition = condition
        self.items = items
    }
}
