import MySQLTypes
import Platform

@testable import SQLEngine
@testable import Storage
@testable import Accounts

/// The dictionary and the accounts as they are stored, and rows events on their way into tables.
let storageTargets: [FuzzTarget] = [
    FuzzTarget("table-definition", seeds: definitionSeeds) { bytes in
        guard let definition = try? TableDefinition(decoding: bytes) else { return }
        let encoded = definition.encoded()
        check((try? TableDefinition(decoding: encoded))?.encoded() == encoded, "a definition survives its encoding")
        // What the applier and the write sets make of it.
        let table = Table(definition, counter: AutoIncrementCounter())
        _ = (RowStatements(table).insert, table.keys.count)
    },
    FuzzTarget("schema-and-view", seeds: { [[0, 0, 0, 0, 0, 0, 0, 0]] }) { bytes in
        _ = try? SchemaDefinition(name: "s", decoding: bytes)
        _ = try? ViewDefinition(schema: "s", name: "v", decoding: bytes)
    },
    FuzzTarget("account", seeds: accountSeeds) { bytes in
        guard let account = try? Account(encoded: bytes) else { return }
        let encoded = account.encoded
        check((try? Account(encoded: encoded))?.encoded == encoded, "an account survives its encoding")
    },
    FuzzTarget("applied-rows", seeds: { FuzzServer.shared?.bodies ?? [] }) { bytes in
        FuzzServer.shared?.apply(bytes)
    },
]

@Sendable private func definitionSeeds() -> [[UInt8]] {
    FuzzServer.shared?.definitions.map { $0.encoded() } ?? []
}

@Sendable private func accountSeeds() -> [[UInt8]] {
    var account = Account(name: AuthorizationID(user: "root", host: "%"))
    account.databaseGrants["d"] = Privileges(rawValue: 5)
    account.dynamicPrivileges["BACKUP_ADMIN"] = true
    account.roles[AuthorizationID(user: "r", host: "%")] = true
    account.defaultRoles = [AuthorizationID(user: "r", host: "%")]
    return [account.encoded]
}
