import MySQLProtocol
import MySQLTypes
import Platform
import SQLExpressions
import Storage

/// The session's memory account: `connection_memory_limit` and its kin, and what the engine itself holds for the session.
extension Session {
    /// After a change of a variable or of the account's privileges.
    func applyMemoryLimits() {
        let memory = storage.memory
        // As in MySQL: who may administer connections is not bounded.
        let isExempt = privileges.hasDynamic("CONNECTION_ADMIN") || privileges.global.contains(.super)
        memory.limit = isExempt ? .max : Int(clamping: variables["connection_memory_limit"].number)
        memory.obeysGlobalLimit = !isExempt
        // Some values of the greatest size; the pages of a large transaction come on top.
        memory.hardLimit = max(1 << 30, 16 * context.maxAllowedPacket)
        memory.chunk = Int(clamping: variables["connection_memory_chunk_size"].number)
        memory.setTracked(variables["global_connection_memory_tracking"].isOn)
        memory.temporaryBytesMax = Int(
            clamping: min(variables["tmp_table_size"].number, variables["max_heap_table_size"].number))
    }

    /// Errors 4082 and 4081, after which the connection ends; 1041 beyond the process's own bound.
    func memoryError(_ excess: MemoryAccount.Excess) -> SQLError {
        if excess != .process { wantsToDisconnect = true }
        return SQLError(excess)
    }

    /// For what the server keeps between statements (long data): takes or, negative, gives back. False when the session has
    /// more than it may.
    public func charge(_ bytes: Int) -> Bool {
        if bytes < 0 {
            storage.memory.release(-bytes)
            return true
        }
        do throws(MemoryAccount.Excess) {
            try storage.memory.charge(bytes)
            return true
        } catch {
            wantsToDisconnect = true
            return false
        }
    }
}

extension StoredValue {
    /// Bytes beyond the value itself.
    var byteCount: Int {
        switch self {
        case .null, .integer, .real: 0
        case .text(let bytes), .blob(let bytes): bytes.count
        }
    }
}
