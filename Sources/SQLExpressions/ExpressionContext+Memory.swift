import MySQLProtocol
import Platform

extension SQLError {
    package init(_ excess: MemoryAccount.Excess) {
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
    package func checkMemory(for bytes: Int) {
        // Many large results in a row are work too.
        guard bytes > 1 << 16, !tick(bytes >> 4), let excess = memory?.excess(adding: bytes) else { return }
        stop(SQLError(excess))
    }

    /// Whether a function's own structures of about this size are too much: its call then fails, whatever it returns.
    package func isTooMuchMemory(_ bytes: Int) -> Bool {
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
    package var byteCount: Int { 64 + value.byteCount }
}

extension LiteralValue {
    /// Bytes beyond the value itself.
    package var byteCount: Int {
        switch self {
        case .null, .integer, .real: 0
        case .text(let bytes), .blob(let bytes): bytes.count
        }
    }
}
