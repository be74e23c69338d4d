import Accounts
import MySQLParser
import MySQLProtocol
import SQLBinder
import Storage

/// Statements that this server does not carry out: error 1235. Who may not say them hears that first, as in MySQL; what they
/// need whatever they name, ``StatementTraits`` says.
extension Session {
    func refuse(_ statement: MySQLParser.Statement, _ traits: StatementTraits) throws(SQLError) -> Never {
        switch statement {
        case .handler(let handler):
            guard case .open = handler.action else { throw SQLError(.unknownTable, handler.table.name, "HANDLER") }
            let schema = try database(of: handler.table)
            try demandPart(.select, schema: schema, table: handler.table.name)
            try demandExistence(of: handler.table, in: schema)
        case .createTrigger(let trigger):
            guard privileges.global.contains(.super) || server.globals.isOn("log_bin_trust_function_creators") else {
                throw SQLError(.binlogCreateRoutineNeedSuper)
            }
            try demand(.trigger, schema: try database(of: trigger.table), table: trigger.table.name)
        case .importTable:
            guard currentDatabase != nil else { throw SQLError(.noDbError) }
            try checkPrivileges([.file])
        case .unsupported(_, let tables):
            for table in tables { try demandPart(.index, schema: try database(of: table), table: table.name) }
        default: break
        }
        throw SQLError(.notSupportedYet, traits.name)
    }

    /// There are no stored programs: each that is named is missing.
    func missProgram(_ statement: MySQLParser.Statement) throws(SQLError) {
        switch statement {
        case .dropRoutine(let kind, let name, let ifExists):
            if kind == .function, name.schema == nil, currentDatabase == nil {
                try miss(SQLError(.spDoesNotExist, "FUNCTION (UDF)", name.name), ifExists)
            } else {
                try miss(SQLError(.spDoesNotExist, kind.name, "\(try database(of: name)).\(name.name)"), ifExists)
            }
        case .alterRoutine(let kind, let name, _):
            throw SQLError(.spDoesNotExist, kind.name, "\(try database(of: name)).\(name.name)")
        case .dropEvent(let name, let ifExists):
            _ = try database(of: name)
            try miss(ifExists ? SQLError(.spDoesNotExist, "Event", name.name) : SQLError(.eventDoesNotExist, name.name), ifExists)
        case .alterEvent(let event):
            _ = try database(of: event.name)
            throw SQLError(.eventDoesNotExist, event.name.name)
        case .dropTrigger(let name, let ifExists):
            let schema = try database(of: name)
            let isThere = storage.dictionary.schema(schema) != nil || isSystemSchema(schema)
            try miss(isThere ? SQLError(.trgDoesNotExist) : SQLError(.badDbError, schema), ifExists)
        default: break
        }
    }

    private func miss(_ error: SQLError, _ isAllowed: Bool) throws(SQLError) {
        guard isAllowed else { throw error }
        diagnostics.note(error)
    }

    private func database(of name: ObjectName) throws(SQLError) -> String {
        guard let schema = name.schema ?? currentDatabase else { throw SQLError(.noDbError) }
        return schema
    }

    /// Errors 1049 and 1146.
    private func demandExistence(of name: ObjectName, in schema: String) throws(SQLError) {
        guard storage.dictionary.schema(schema) != nil || isSystemSchema(schema) else { throw SQLError(.badDbError, schema) }
        _ = try resolveTable(ObjectName(schema: schema, name: name.name))
    }
}
