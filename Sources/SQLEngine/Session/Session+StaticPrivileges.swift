import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder

extension Session {
    /// Refuses the statement for which one of these is not held.
    func checkPrivileges(_ required: [StaticPrivilege]) throws(SQLError) {
        if required.isEmpty { return }
        let mine = privileges
        for privilege in required { try check(privilege, mine) }
    }

    private func check(_ required: StaticPrivilege, _ mine: EffectivePrivileges) throws(SQLError) {
        var held = mine.global
        var database = ""
        if case .systemTable(let name) = required.scope { held = mine.privileges(onTable: name, in: "mysql") }
        if case .database(let name) = required.scope {
            guard let name = name ?? currentDatabase else { throw SQLError(.noDbError) }
            database = name
            held = mine.privileges(onDatabase: name)
            // Nobody makes, changes or drops the system's schemas, nor one that is called like this in another case.
            if isSystemSchema(name) || Identifier.equal(name, "performance_schema"), case .database = required.refusal {
                if name.lowercasedASCII == "mysql", !held.isDisjoint(with: required.anyOf) {
                    throw SQLError(.noSystemSchemaAccess, "mysql")
                }
                throw SQLError(.dbaccessDeniedError, account.user, account.host, name)
            }
        }
        if !held.isDisjoint(with: required.anyOf) { return }
        if required.dynamic.contains(where: { mine.holds(dynamic: $0) }) { return }
        switch required.refusal {
        case .specific(let names): throw SQLError(.specificAccessDeniedError, names)
        case .persistOnly(let names): throw SQLError(.persistOnlyAccessDeniedError, names)
        case .account: throw accountDenied
        case .database, .anyDatabase: throw SQLError(.dbaccessDeniedError, account.user, account.host, database)
        case .table(let table, let command):
            throw SQLError(.tableaccessDeniedError, command, userName, clientHost, table)
        case .routine(let name, let command):
            throw SQLError(.procaccessDeniedError, command, account.user, account.host, "\(database).\(name.name)")
        case .spatialReferenceSystem(let statement): throw SQLError(.cmdNeedSuperOrCreateSpatialReferenceSystem, statement)
        }
    }
}
