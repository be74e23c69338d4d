import MySQLProtocol
import MySQLTypes
import Platform
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

extension SQLError {
    init(_ excess: MemoryAccount.Excess) {
        switch excess {
        case .connection(let limit, let consumed): self.init(.daConnLimit, limit, consumed)
        case .global(let limit, let consumed): self.init(.daGlobalConnLimit, limit, consumed)
        case .process: self.init(.outOfResources)
        }
    }
}

extension ExpressionContext {
    /// `@name := value`, which counts as the session's memory.
    public func setUserVariable(_ name: String, _ variable: UserVariable) throws(SQLError) {
        let old = userVariables.updateValue(variable, forKey: name)
        let change = variable.byteCount - (old?.byteCount ?? -name.utf8.count)
        if change < 0 {
            memory?.release(-change)
        } else if let memory {
            do throws(MemoryAccount.Excess) { try memory.charge(change) } catch { throw SQLError(error) }
        }
    }

    public func removeUserVariables() {
        memory?.release(userVariables.reduce(0) { $0 + $1.key.utf8.count + $1.value.byteCount })
        userVariables.removeAll()
    }

    /// A function's result of this size is about to be handed to SQLite.
    func checkMemory(for bytes: Int) {
        // Many large results in a row are work too.
        guard bytes > 1 << 16, !tick(bytes >> 4), let excess = memory?.excess(adding: bytes) else { return }
        stop(SQLError(excess))
    }

    /// Whether a function's own structures of about this size are too much: its call then fails, whatever it returns.
    func isTooMuchMemory(_ bytes: Int) -> Bool {
        checkMemory(for: bytes)
        return isStopping
    }

    private func stop(_ error: SQLError) {
        isStopping = true
        workLeft = -1
        if pendingError == nil { pendingError = error }
    }
}

extension UserVariable {
    var byteCount: Int { 64 + value.byteCount }
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

extension LiteralValue {
    /// Bytes beyond the value itself.
    var byteCount: Int {
        switch self {
        case .null, .integer, .real: 0
        case .text(let bytes), .blob(let bytes): bytes.count
        }
    }
}
