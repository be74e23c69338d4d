import MySQLParser
import MySQLProtocol
import Storage

/// What stands before every statement, whichever way it came in: asked of its ``StatementTraits``, in one order.
extension Session {
    /// Refuses the statement as things stand, or makes room for it: what it waits for and what it commits is done here.
    func admit(_ statement: MySQLParser.Statement, _ traits: StatementTraits) throws {
        if mustChangePassword, !traits.isAllowedWithExpiredPassword { throw SQLError(.mustChangePassword) }
        try holdBegin(traits)
        let isPrivate = traits.isRefusedUnderGlobalReadLock && changesTemporaryTablesOnly(statement)
        switch traits.readOnlyServer {
        case .allowed, .refusedAfterPrivileges: break
        case .refused: if !isPrivate { try checkWritable() }
        }
        try makeRoom(traits)
        if traits.isRefusedInReadOnlyTransaction, traits.change != .rows || !isPrivate { try checkReadOnlyTransaction() }
        try checkPrivileges(of: statement, traits)
        if case .refusedAfterPrivileges = traits.readOnlyServer { try checkWritable() }
        if isPrivate { return }
        if traits.isRefusedUnderGlobalReadLock, storage.holdsGlobalReadLock { throw SQLError(.cantUpdateWithReadlock) }
        guard lockedTables != nil else { return }
        switch traits.tableLocks {
        case .allowed, .byTables: break
        case .refused: throw SQLError(.lockOrActiveTransaction)
        case .needsSystemTable(let table): throw SQLError(.tableNotLocked, table)
        }
    }

    private func makeRoom(_ traits: StatementTraits) throws {
        switch traits.transaction {
        case .keeps: break
        case .commits: if transaction.isOpen { try commitTransaction() }
        case .refusedInside: if transaction.isOpen { throw SQLError(.lockOrActiveTransaction) }
        }
    }

    private func checkPrivileges(of statement: MySQLParser.Statement, _ traits: StatementTraits) throws(SQLError) {
        try checkPrivileges(traits.privileges)
        guard traits.change == .accounts else { return }
        if mustChangePassword { try checkOwnPasswordOnly(statement) }
        try AccountAuthority(
            catalog: server.accounts(of: storage.refreshDictionary()), effective: privileges, clientHost: clientHost,
            currentSchema: currentDatabase
        ).check(statement)
    }

    /// Error 1792.
    func checkReadOnlyTransaction() throws(SQLError) {
        if transaction.isOpen ? transaction.isReadOnly : settings.isReadOnly || transaction.nextReadOnly == true {
            throw SQLError(.cantExecuteInReadOnlyTransaction)
        }
    }
}
