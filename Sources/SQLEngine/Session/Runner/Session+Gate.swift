import Accounts
import MySQLParser
import MySQLProtocol
import SQLBinder
import Storage

/// What stands before every statement, whichever way it came in: asked of its ``StatementTraits``, in one order.
extension Session {
    /// Refuses the statement as things stand, or makes room for it: what it waits for and what it commits is done here.
    func admit(_ statement: MySQLParser.Statement, _ traits: StatementTraits) throws {
        let isPrivate = traits.isRefusedUnderGlobalReadLock && changesTemporaryTablesOnly(statement)
        try admit(traits, isPrivate: isPrivate, account: traits.change == .accounts ? statement : nil)
    }

    /// `isPrivate`: it changes temporary tables alone. `account`: the account statement, judged by whom it names.
    func admit(_ traits: StatementTraits, isPrivate: Bool, account: MySQLParser.Statement? = nil) throws {
        // Accounts with hourly limits pay for each statement.
        if let usage { try usage.countStatement(isUpdate: traits.change != .nothing) }
        if mustChangePassword, !traits.isAllowedWithExpiredPassword { throw SQLError(.mustChangePassword) }
        try holdBegin(traits)
        switch traits.readOnlyServer {
        case .allowed, .refusedAfterPrivileges: break
        case .refused: if !isPrivate { try checkWritable() }
        }
        try makeRoom(traits)
        if traits.isRefusedInReadOnlyTransaction, traits.change != .rows || !isPrivate { try checkReadOnlyTransaction() }
        try checkPrivileges(traits.privileges)
        if let account { try checkAuthority(for: account) }
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
        // Nor with the global read lock: the group could not end what it has under way.
        case .refusedInside: if transaction.isOpen || storage.holdsGlobalReadLock { throw SQLError(.lockOrActiveTransaction) }
        }
    }

    private func checkAuthority(for statement: MySQLParser.Statement) throws(SQLError) {
        if mustChangePassword { try checkOwnPasswordOnly(statement) }
        try AccountAuthority(
            catalog: server.accounts(of: storage.refreshDictionary()), effective: privileges, clientHost: clientHost,
            currentSchema: currentDatabase
        ).check(statement)
    }

    /// Error 1792.
    private func checkReadOnlyTransaction() throws(SQLError) {
        if transaction.mayOnlyRead(default: settings.isReadOnly) {
            throw SQLError(.cantExecuteInReadOnlyTransaction)
        }
    }
}
