import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions

extension Binder {
    /// A literal of the text; with `sql` it was lifted out into that parameter.
    package func bind(_ literal: Literal, sql: String? = nil) throws(SQLError) -> TypedSQL {
        switch literal {
        case .null: return builder.null(sql: sql)
        case .boolean(let value): return builder.boolean(value)
        case .integer(let value): return try builder.integer(String(value), sql: sql)
        case .decimal(let text): return try builder.decimal(text, sql: sql)
        case .float(let text): return try builder.real(text, sql: sql)
        case .string(let bytes, let introducer):
            if let introducer { return try builder.string(introducer: introducer, bytes, sql: sql) }
            return try builder.string(bytes, sql: sql)
        case .hex(let bytes, let introducer), .bits(let bytes, let introducer):
            if let introducer { return try builder.string(introducer: introducer, bytes, isText: false, sql: sql) }
            return builder.hexadecimal(bytes, sql: sql)
        case .temporal(let kind, let bytes):
            let type: MySQLType.Kind =
                switch kind {
                case .date: .date
                case .time: .time
                case .timestamp: .dateTime
                }
            return try builder.temporal(type, String(decoding: bytes, as: UTF8.self), sql: sql)
        }
    }

    /// `?`, or a literal that was lifted out.
    package func bindParameter(_ index: Int) throws(SQLError) -> TypedSQL {
        guard parameters.indices.contains(index) else { throw SQLError(.wrongArguments, "EXECUTE") }
        guard let local = localParameters else { return try bindParameter(parameters[index], number: index) }
        let number = local.numbers[index] ?? local.add(parameters[index], global: index)
        return try bindParameter(parameters[index], number: number)
    }

    /// A literal that stands for a whole value of a row, as a parameter of the row's own statement.
    package func bindLocal(_ literal: Literal) throws(SQLError) -> TypedSQL {
        guard let local = localParameters else { return try bind(literal) }
        let number = local.add(.literal(literal), global: nil)
        return try bindParameter(.literal(literal), number: number)
    }

    private func bindParameter(_ parameter: StatementParameter, number: Int) throws(SQLError) -> TypedSQL {
        let sql = "?" + String(number + firstParameter)
        var typed: TypedSQL
        switch parameter {
        case .literal(let literal): typed = try bind(literal, sql: sql)
        case .value(let value, let type): typed = builder.parameter(value, type: type, sql: sql)
        case .unknown:
            typed = TypedSQL(sql: sql, type: MySQLType(.null), coercibility: .coercible, isConstant: true)
        }
        if let value = typed.literal {
            while parameterValues.count <= number { parameterValues.append(nil) }
            parameterValues[number] = value
        }
        typed.isConstant = true
        return typed
    }
}

/// The parameters of one row of VALUES, numbered on their own so that rows of the same shape share a statement.
package final class LocalParameters {
    package var parameters: [StatementParameter] = []
    /// The statement's numbers to the row's.
    package var numbers: [Int: Int] = [:]

    package func add(_ parameter: StatementParameter, global: Int?) -> Int {
        parameters.append(parameter)
        if let global { numbers[global] = parameters.count - 1 }
        return parameters.count - 1
    }
    package init() {}

}
