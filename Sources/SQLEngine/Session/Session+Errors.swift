import GroupReplication
import MySQLParser
import MySQLProtocol
import SQLBinder
import Storage

extension Session {
    /// What storage could not do, as MySQL's error. A function's own error comes first.
    func sqlError(_ error: any Error, reading required: RequiredPrivileges? = nil) -> SQLError {
        if let error = error as? SQLError { return error }
        if let error = error as? ParseError { return SQLError(error) }
        guard let error = error as? StorageError else { return SQLError(.unknownError, "internal error") }
        if let pending = context.takePendingError() {
            let limits: [ErrorCode] = [.daConnLimit, .daGlobalConnLimit]
            if limits.contains(where: { $0.rawValue == pending.code }) { wantsToDisconnect = true }
            return pending
        }
        switch error {
        case .lockWaitTimeout, .metadataLockWaitTimeout: return SQLError(.lockWaitTimeout)
        case .definitionChanged: return SQLError(.tableDefChanged)
        case .lockNotAvailable: return SQLError(.lockNowait)
        case .snapshotTooOld where settings.innodbSnapshotIsolation: return SQLError(.checkread, frame.lockingTable)
        case .deadlock, .doomed, .snapshotTooOld: return SQLError(.lockDeadlock)
        case .interrupted:
            context.isKilled = false
            if let deadline = storage.statementDeadline, deadline <= .now() { return SQLError(.queryTimeout) }
            return SQLError(.queryInterrupted)
        case .memory(let excess): return memoryError(excess)
        case .transactionTooLarge(let bytes, let limit):
            return TransactionManager.tooLarge(bytes, limit: limit, threadID: UInt32(truncatingIfNeeded: connectionID))
        case .captureFull: return SQLError(.transCacheFull)
        case .noSuchSavepoint(let name): return SQLError(.spDoesNotExist, "SAVEPOINT", name)
        case .notNull(let table, let column):
            let name = storage.dictionary.table(sqliteName: table)?.definition.column(sqliteName: column)?.name
            return SQLError(.badNullError, name ?? "")
        case .check(let name): return SQLError(.checkConstraintViolated, name)
        case .duplicateKey(let table, let columns, let index):
            let definition = storage.dictionary.table(sqliteName: table)?.definition
            return SQLError(.dupEntry, "", definition?.index(refusing: columns, index: index)?.name ?? "PRIMARY")
        case .foreignKey: return SQLError(.noReferencedRow2, "")
        case .diverged(let what): return SQLError(.getErrno, 1, what)
        case .damaged:
            // Which table the damaged page belongs to nobody can say; what the statement reads, the error may.
            guard let table = required?.tables.first else { return SQLError(.getErrno, 126, "Index file is crashed") }
            return SQLError(.tableCorrupt, table.schema, table.name)
        case .malformed(let what): return SQLError(.getErrno, 1, what)
        case .unusable(let why): return SQLError(.getErrno, 1, why)
        case .sqlite(let code, let message): return StorageRefusal.error(code: code, message: message)
        }
    }

    /// Errors after which nothing of the transaction is left.
    static func endsTransaction(_ error: any Error) -> Bool {
        guard let error = error as? StorageError else { return false }
        switch error {
        case .deadlock, .doomed, .snapshotTooOld: return true
        default: return false
        }
    }
}
