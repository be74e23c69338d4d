import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// Where a query's rows go: to the client in its protocol, into variables, nowhere. Queries are run by functions generic
/// over it, so that no row passes through an existential.
protocol RowSink {
    /// Before the first row, once nothing can make the query run again.
    mutating func begin(_ plan: SelectPlan) throws
    /// Takes the statement's current row.
    mutating func take(_ statement: Storage.Statement, _ plan: SelectPlan) throws
}

/// The client, in the text or the binary protocol, as the writer is set.
struct ClientSink: RowSink {
    let writer: ResultWriter

    @inline(__always)
    mutating func begin(_ plan: SelectPlan) {
        writer.columns(plan.definitions)
    }

    @inline(__always)
    mutating func take(_ statement: Storage.Statement, _ plan: SelectPlan) throws {
        writer.beginRow()
        for column in 0..<plan.encoders.count { writer.write(statement, column, plan.encoders[column]) }
        try writer.endRow()
    }
}

/// SELECT ... INTO @a, @b: the one row's values.
struct VariableSink: RowSink {
    let targets: [IntoTarget]
    let context: ExpressionContext
    private var hasRow = false

    init(targets: [IntoTarget], context: ExpressionContext) {
        self.targets = targets
        self.context = context
    }

    mutating func begin(_ plan: SelectPlan) throws {
        guard targets.count == plan.columns.count else { throw SQLError(.wrongNumberOfColumnsInSelect) }
    }

    /// The first row is in the variables even where a second one makes it an error, as in MySQL.
    mutating func take(_ statement: Storage.Statement, _ plan: SelectPlan) throws {
        if hasRow { throw SQLError(.tooManyRows) }
        hasRow = true
        for (index, target) in targets.enumerated() {
            switch target {
            case .userVariable(let name):
                try context.setUserVariable(
                    name.lowercased(), UserVariable(type: plan.types[index], value: LiteralValue(statement.value(index))))
            case .localVariable(let name): throw SQLError(.spUndeclaredVar, name)
            }
        }
    }
}
