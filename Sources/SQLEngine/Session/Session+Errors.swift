import MySQLParser
import MySQLProtocol
import Storage

extension Session {
    /// What storage could not do, as MySQL's error. A function's own error comes first.
    func sqlError(_ error: any Error) -> SQLError {
        if let error = error as? SQLError { return error }
        if let error = error as? ParseError { return SQLError(error) }
        guard let error = error as? StorageError else { return SQLError(.unknownError, "internal error") }
        if let pending = context.takePendingError() { return pending }
        switch error {
        case .lockWaitTimeout, .metadataLockWaitTimeout: return SQLError(.lockWaitTimeout)
        case .definitionChanged: return SQLError(.tableDefChanged)
        case .lockNotAvailable: return SQLError(.lockNowait)
        case .snapshotTooOld where settings.innodbSnapshotIsolation: return SQLError(.checkread, lockingTable)
        case .deadlock, .doomed, .snapshotTooOld: return SQLError(.lockDeadlock)
        case .interrupted:
            context.isKilled = false
            if let deadline = storage.statementDeadline, deadline <= .now() { return SQLError(.queryTimeout) }
            return SQLError(.queryInterrupted)
        case .transactionTooLarge:
            return SQLError(.runHookError, "before_commit")
        case .noSuchSavepoint(let name): return SQLError(.spDoesNotExist, "SAVEPOINT", name)
        case .notNull(_, let column): return SQLError(.badNullError, column)
        case .check(let name): return SQLError(.checkConstraintViolated, name)
        case .duplicateKey(_, let columns, let index):
            return SQLError(.dupEntry, "", index ?? columns.joined(separator: "-"))
        case .foreignKey: return SQLError(.noReferencedRow2, "")
        case .diverged(let what): return SQLError(.getErrno, 1, what)
        case .malformed(let what): return SQLError(.getErrno, 1, what)
        case .unusable(let why): return SQLError(.getErrno, 1, why)
        case .sqlite(let code, let message):
            switch code & 0xFF {
            case 18: return SQLError(.netPacketTooLarge)
            case 7: return SQLError(.outofmemory, 0)
            case 13: return SQLError(.errorOnWrite, "database", 28, "No space left on device")
            // Nested more deeply than SQLite's parser or expression trees go.
            case 1 where message.contains("stack overflow") || message.contains("tree is too large"): return .tooDeep
            default: return SQLError(.getErrno, Int(code), message)
            }
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
