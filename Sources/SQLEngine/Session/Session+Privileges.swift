import Accounts
import MySQLParser
import MySQLProtocol
import SQLBinder
import Storage

/// The one place where privileges on tables and columns are checked: of plans, and of statements that name tables.
extension Session {
    /// Grows whenever the account, its active roles or the accounts of the server are others: what was allowed before may
    /// not be now.
    var privilegeVersion: UInt64 {
        if privilegesVersion != storage.dictionary.version { _ = privileges }
        return privilegeGeneration
    }

    /// Before a plan runs. Costs a comparison while nothing has changed since it last ran. Errors 1142, 1143, 1356, 1449.
    @inline(__always)
    func checkPrivileges(_ required: RequiredPrivileges) throws(SQLError) {
        if required.checkedVersion == privilegeVersion { return }
        try checkAnew(required)
    }

    /// Binds, and when that fails tells of it only what the account may know: a missing privilege comes before a missing
    /// table or column.
    func binding<Result>(
        _ required: RequiredPrivileges, _ body: () throws(SQLError) -> Result
    ) throws(SQLError) -> Result {
        do throws(SQLError) {
            return try body()
        } catch {
            try checkUnbound(required, error)
            throw error
        }
    }

    /// Throws what is missing of the privileges of a statement that could not be bound because of `error`.
    func checkUnbound(_ required: RequiredPrivileges, _ error: SQLError) throws(SQLError) {
        try checkAnew(required)
        guard error.is(.badFieldError), let unresolved = required.unresolved else { return }
        for table in unresolved.tables {
            let use = required.tables[table]
            guard use.context == 0 else { continue }
            if !privileges.privileges(onTable: use.name, in: use.schema).contains(.select) {
                throw denied(.select, column: unresolved.name, of: use.name)
            }
        }
    }

    /// What EXPLAIN shows of views, those only may see who may see the views and read what they read: error 1345.
    func checkExplained(_ required: RequiredPrivileges) throws(SQLError) {
        for table in required.tables where required.contexts[table.context].view == nil { try check(table, required, locks: false) }
        let mine = privileges
        for place in required.views {
            let view = required.tables[place]
            guard mine.privileges(onTable: view.name, in: view.schema).contains(.showView) else {
                throw SQLError(.viewNoExplain)
            }
        }
        for table in required.tables where required.contexts[table.context].view != nil {
            guard mine.privilegesOnAnyPart(ofTable: table.name, in: table.schema).contains(.select) else {
                throw SQLError(.viewNoExplain)
            }
        }
        try checkAnew(required, locks: false)
    }

    /// CHECK TABLE of a view: what the view needs, whatever its user may.
    func checkViews(_ required: RequiredPrivileges) throws(SQLError) {
        for context in required.contexts { _ = try holder(context) }
        for table in required.tables where required.contexts[table.context].view != nil { try check(table, required) }
        try checkColumns(required) { $0.view != nil }
    }

    /// `locks`: FOR UPDATE and FOR SHARE are carried out, not explained.
    private func checkAnew(_ required: RequiredPrivileges, locks: Bool = true) throws(SQLError) {
        let version = privilegeVersion
        for table in required.tables where table.context == 0 { try check(table, required, locks: locks) }
        if required.contexts.count > 1 {
            for context in required.contexts { _ = try holder(context) }
            for table in required.tables where table.context != 0 { try check(table, required, locks: locks) }
        }
        try checkColumns(required) { _ in true }
        if locks { required.checkedVersion = version }
    }

    private func checkColumns(
        _ required: RequiredPrivileges, where isWanted: (RequiredPrivileges.SecurityContext) -> Bool
    ) throws(SQLError) {
        var held: [Int: Privileges] = [:]
        for (place, column) in required.columns.enumerated() {
            let table = required.tables[column.table]
            guard isWanted(required.contexts[table.context]) else { continue }
            let holder = try holder(required.contexts[table.context])
            let whole = held[column.table] ?? holder.privileges(onTable: table.name, in: table.schema)
            held[column.table] = whole
            let isAny = column.privilege == RequiredPrivileges.Column.any
            func suffices(_ mine: Privileges) -> Bool {
                isAny ? !mine.isDisjoint(with: column.privilege) : mine.contains(column.privilege)
            }
            if suffices(whole) { continue }
            if suffices(holder.privileges(onColumn: column.name, of: table.name, in: table.schema)) { continue }
            if let view = required.contexts[table.context].view { throw SQLError(.viewInvalid, view.schema, view.name) }
            let command = isAny ? "ANY" : column.privilege.names.joined(separator: ", ")
            // `*` fails as a whole once one of its columns has privileges of its own.
            let isWhole = column.isWildcard
                && required.columns.prefix(through: place).contains {
                    $0.isWildcard && $0.table == column.table
                        && holder.hasGrant(onColumn: $0.name, of: table.name, in: table.schema)
                }
            throw isWhole
                ? SQLError(.tableaccessDeniedError, command, account.user, clientHost, table.name)
                : SQLError(.columnaccessDeniedError, command, account.user, clientHost, column.name, table.name)
        }
    }

    private func check(
        _ table: RequiredPrivileges.Table, _ required: RequiredPrivileges, locks: Bool = true
    ) throws(SQLError) {
        let context = required.contexts[table.context]
        let holder = try holder(context)
        let mine = holder.privilegesOnAnyPart(ofTable: table.name, in: table.schema)
        let missing = table.access.needed.subtracting(mine)
        let suffices = !mine.isDisjoint(with: table.access.suffices)
        if table.access.isAny ? suffices : missing.isEmpty || suffices {
            guard locks, table.isLocked, mine.isDisjoint(with: [.update, .delete, .lockTables]) else { return }
            if let view = context.view { throw SQLError(.viewInvalid, view.schema, view.name) }
            throw SQLError(.tableaccessDeniedError, "SELECT with locking clause", account.user, clientHost, table.name)
        }
        if let view = context.view { throw SQLError(.viewInvalid, view.schema, view.name) }
        if table.access.isAny { throw SQLError(.tableaccessDeniedError, "ANY", account.user, account.host, table.name) }
        throw denied(missing, table: table.name)
    }

    /// What the account of a context may do; error 1449 for a definer that is not there.
    private func holder(_ context: RequiredPrivileges.SecurityContext) throws(SQLError) -> EffectivePrivileges {
        guard let definer = context.definer else { return privileges }
        let version = privilegeVersion
        if version != definersVersion {
            definersVersion = version
            definers.removeAll()
        }
        if let known = definers[definer] { return known }
        let catalog = server.accounts(of: storage.dictionary)
        guard let found = catalog[definer] else {
            if privileges.global.contains(.super) { throw SQLError(.noSuchUser, definer.user, definer.host) }
            let hasPassword = !(catalog[account]?.authenticationString.isEmpty ?? true)
            throw SQLError(.accessDeniedError, account.user, account.host, hasPassword ? "YES" : "NO")
        }
        let effective = EffectivePrivileges(catalog: catalog, account: definer, activeRoles: found.defaultRoles)
        definers[definer] = effective
        return effective
    }

    // MARK: Statements that name tables

    /// Error 1142, which names the privileges that are missing.
    func denied(_ missing: Privileges, table: String) -> SQLError {
        SQLError(.tableaccessDeniedError, missing.names.joined(separator: ", "), account.user, clientHost, table)
    }

    private func denied(_ missing: Privileges, column: String, of table: String) -> SQLError {
        SQLError(
            .columnaccessDeniedError, missing.names.joined(separator: ", "), account.user, clientHost, column, table)
    }

    /// Whether the database may be used and its tables be listed.
    func hasAccess(toDatabase schema: String) -> Bool {
        schema.lowercased() == "information_schema" || privileges.hasAccess(toDatabase: schema)
    }

    /// Error 1142 unless each privilege is held on the whole of the table.
    func demand(_ needed: Privileges, schema: String, table: String) throws(SQLError) {
        let missing = needed.subtracting(privileges.privileges(onTable: table, in: schema))
        if !missing.isEmpty { throw denied(missing, table: table) }
    }

    /// Error 1142 unless each privilege is held on the table or on one of its columns.
    func demandPart(_ needed: Privileges, schema: String, table: String) throws(SQLError) {
        let missing = needed.subtracting(privileges.privilegesOnAnyPart(ofTable: table, in: schema))
        if !missing.isEmpty { throw denied(missing, table: table) }
    }

    /// Error 1142 unless the table may be read or anything is granted on it: SHOW COLUMNS, SHOW INDEX, CHECK TABLE.
    func demandAnything(onTable table: String, in schema: String) throws(SQLError) {
        if privileges.privileges(onTable: table, in: schema).contains(.select) { return }
        if privileges.hasGrant(onTable: table, in: schema) { return }
        throw denied(.select, table: table)
    }
}
