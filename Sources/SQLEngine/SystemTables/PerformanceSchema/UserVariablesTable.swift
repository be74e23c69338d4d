import SQLExpressions

/// `performance_schema.user_variables_by_thread`: those of the own session.
enum UserVariablesTable {
    static let rows: SystemTableRows = { context in
        let thread = ThreadsTable.threadID(of: context.session.connectionID)
        return context.session.context.userVariables.sorted { $0.key < $1.key }.map { name, variable in
            [.unsigned(thread), .text(name), value(variable.value)]
        }
    }

    private static func value(_ value: LiteralValue) -> SystemValue {
        switch value {
        case .null: .null
        case .integer(let number): .text(String(number))
        case .real(let number): .text(String(number))
        case .text(let bytes), .blob(let bytes): .blob(bytes)
        }
    }
}
