import BinaryLog
import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes
import Platform

extension FunctionRegistrar {
    package func addSessionFunctions() {
        add("m_session") { call in
            let context = call.context
            switch call.string(0) {
            case "DATABASE":
                if let database = context.currentDatabase { call.return(text: database) } else { call.returnNull() }
            case "USER": call.return(text: context.user)
            case "CURRENT_USER": call.return(text: context.currentUser)
            case "VERSION": call.return(text: context.version)
            case "CURRENT_ROLE": call.return(text: context.currentRole)
            case "ICU_VERSION": call.return(text: "76.1")
            case "ROLES_GRAPHML": call.return(text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?><graphml />")
            default: call.returnNull()
            }
        }
        add("m_query_attribute") { call in
            if call.isNull(0) { return call.returnNull() }
            let name = call.string(0).lowercased()
            guard let attribute = call.context.queryAttributes.first(where: { $0.name.lowercased() == name }),
                let text = attribute.value.text
            else { return call.returnNull() }
            call.return(text: text)
        }
        add("m_session_number") { call in
            switch call.string(0) {
            case "CONNECTION_ID": call.return(unsigned: call.context.connectionID)
            case "FOUND_ROWS": call.return(unsigned: call.context.foundRows)
            case "ROW_COUNT": call.return(call.context.rowCount)
            default: call.return(unsigned: call.context.connectionID + 40)
            }
        }
        add("m_last_insert_id") { call in
            guard call.count > 0 else { return call.return(unsigned: call.context.lastInsertID) }
            if call.isNull(0) {
                call.context.lastInsertID = 0
                call.context.lastInsertIDSetByFunction = 0
                return call.returnNull()
            }
            call.context.lastInsertID = call.bits(0)
            call.context.lastInsertIDSetByFunction = call.bits(0)
            call.return(unsigned: call.bits(0))
        }
        add("m_sleep") { call throws(SQLError) in
            guard !call.isNull(0), call.real(0) >= 0 else { throw SQLError(.wrongArguments, "sleep.") }
            // A wait that is cut short is 1; the next one, for another row, fails.
            if let error = call.context.interruption { throw error }
            call.return(call.context.sleep(seconds: call.real(0)) ? 0 : 1)
        }
        add("m_benchmark") { call in
            if call.isNull(0) { return call.returnNull() }
            guard call.wide(0) >= 0 else {
                call.context.warn(SQLError(.wrongValueForType, "count", String(call.wide(0)), "benchmark"))
                return call.returnNull()
            }
            call.return(0)
        }
        add("m_uservar") { call in
            guard let variable = call.context.userVariables[call.string(0)] else { return call.returnNull() }
            switch variable.value {
            case .null: call.returnNull()
            case .integer(let value): call.return(value)
            case .real(let value): call.return(value)
            case .text(let bytes): call.return(text: bytes)
            case .blob(let bytes): call.return(blob: bytes)
            }
        }
        add("m_setvar") { call throws(SQLError) in
            let parts = call.string(2).split(separator: " ")
            guard parts.count == 5, let kind = UInt8(parts[0]).flatMap(MySQLType.Kind.init) else {
                return call.returnNull()
            }
            let type = MySQLType(
                kind, length: Int(parts[1]) ?? 0, decimals: Int(parts[2]) ?? 0, isUnsigned: parts[3] != "0",
                collation: CollationID(rawValue: UInt16(parts[4]) ?? 63))
            try call.context.setUserVariable(call.string(0), UserVariable(type: type, value: call.literal(1)))
            call.return(argument: 1)
        }
        addLocks()
        addHooks()
    }

    private static func lockName(_ call: SQLiteCall) throws(SQLError) -> String {
        guard !call.isNull(0), !call.bytes(0).isEmpty, UTF8Scanner.count(call.bytes(0)) <= 64 else {
            throw SQLError(.userLockWrongName, call.isNull(0) ? "NULL" : call.string(0))
        }
        return call.string(0).lowercased()
    }

    private func addLocks() {
        func hook<T>(_ hook: T?, _ name: String) throws(SQLError) -> T {
            guard let hook else { throw SQLError(.notSupportedYet, name) }
            return hook
        }
        func give(_ call: SQLiteCall, _ value: Int64?) {
            if let value { call.return(value) } else { call.returnNull() }
        }
        add("m_get_lock") { call throws(SQLError) in
            let name = try Self.lockName(call)
            let body = try hook(call.context.hooks.getLock, "GET_LOCK")
            give(call, try body(name, call.isNull(1) ? -1 : call.real(1), call.context))
        }
        add("m_release_lock") { call throws(SQLError) in
            let name = try Self.lockName(call)
            give(call, try hook(call.context.hooks.releaseLock, "RELEASE_LOCK")(name, call.context))
        }
        add("m_is_free_lock") { call throws(SQLError) in
            let name = try Self.lockName(call)
            call.return(try hook(call.context.hooks.lockOwner, "IS_FREE_LOCK")(name) == nil)
        }
        add("m_is_used_lock") { call throws(SQLError) in
            let name = try Self.lockName(call)
            if let owner = try hook(call.context.hooks.lockOwner, "IS_USED_LOCK")(name) {
                call.return(unsigned: owner)
            } else {
                call.returnNull()
            }
        }
        add("m_release_all_locks") { call throws(SQLError) in
            call.return(try hook(call.context.hooks.releaseAllLocks, "RELEASE_ALL_LOCKS")(call.context))
        }
    }

    private func addHooks() {
        strict("m_wait_for_executed_gtid_set") { call throws(SQLError) in
            guard GTIDSet(call.string(0)) != nil else { throw SQLError(.malformedGtidSetSpecification, call.string(0)) }
            guard let hook = call.context.hooks.waitForExecutedGTIDSet else {
                throw SQLError(.notSupportedYet, "WAIT_FOR_EXECUTED_GTID_SET")
            }
            call.return(try hook(call.string(0), call.count > 1 ? call.real(1) : nil, call.context))
        }
        add("m_validate_password_strength") { call in
            guard !call.isNull(0) else { return call.returnNull() }
            call.return(call.context.hooks.passwordStrength?(Array(call.string(0).utf8), call.context) ?? 0)
        }
        add("m_hook") { call throws(SQLError) in
            guard let hook = call.context.hooks.other else { throw SQLError(.notSupportedYet, call.string(0)) }
            var arguments: [LiteralValue] = []
            for index in 1..<max(call.count, 1) { arguments.append(call.literal(index)) }
            switch try hook(call.string(0), arguments, call.context) {
            case .null: call.returnNull()
            case .integer(let value): call.return(value)
            case .real(let value): call.return(value)
            case .text(let bytes): call.return(text: bytes)
            case .blob(let bytes): call.return(blob: bytes)
            }
        }
        strict("m_gtid_subset") { call throws(SQLError) in
            guard let left = GTIDSet(call.string(0)), let right = GTIDSet(call.string(1)) else {
                throw SQLError(
                    .malformedGtidSetSpecification, GTIDSet(call.string(0)) == nil ? call.string(0) : call.string(1))
            }
            call.return(left.isSubset(of: right))
        }
        strict("m_gtid_subtract") { call throws(SQLError) in
            guard let left = GTIDSet(call.string(0)), let right = GTIDSet(call.string(1)) else {
                throw SQLError(
                    .malformedGtidSetSpecification, GTIDSet(call.string(0)) == nil ? call.string(0) : call.string(1))
            }
            call.return(text: left.subtracting(right).description)
        }
    }
}

extension ExpressionContext {
    /// Waits; false when the session was killed or the statement's time was over meanwhile.
    public func sleep(seconds: Double) -> Bool {
        let nanoseconds = min(seconds, 31_536_000) * 1e9
        let end = MonotonicTime.now().nanoseconds + UInt64(saturating: nanoseconds)
        while true {
            if interruption != nil { return false }
            let now = MonotonicTime.now().nanoseconds
            if now >= end { return true }
            let step = min(end - now, 20_000_000)
            var time = timespec(tv_sec: 0, tv_nsec: Int(step))
            nanosleep(&time, nil)
        }
    }
}
