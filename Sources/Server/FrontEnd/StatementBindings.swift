import MySQLProtocol

/// What the protocol keeps of prepared statements between packets: the types bound last, and values sent in parts.
struct StatementBindings {
    private struct Binding {
        var types: [ParameterType] = []
        var longData: [Int: [UInt8]] = [:]
        /// Bytes in `longData`.
        var size = 0
        /// The values grew beyond max_allowed_packet: the next execution fails.
        var isTooLong = false

        mutating func removeLongData() {
            longData = [:]
            size = 0
            isTooLong = false
        }
    }

    private var bindings: [UInt32: Binding] = [:]

    /// COM_STMT_SEND_LONG_DATA, which has no answer: what is wrong shows at the execution.
    mutating func append(_ data: ArraySlice<UInt8>, parameter: Int, of statementID: UInt32, maximum: Int) {
        var binding = bindings.removeValue(forKey: statementID) ?? Binding()
        if binding.size + data.count > maximum {
            binding.isTooLong = true
        } else {
            binding.size += data.count
            binding.longData[parameter, default: []] += data
        }
        bindings[statementID] = binding
    }

    /// Reads an execution's values; the parts sent before it are used up.
    mutating func values(of request: ExecuteRequest, parameterCount: Int) throws(SQLError) -> ExecuteRequest.Values {
        var binding = bindings.removeValue(forKey: request.statementID) ?? Binding()
        let longData = binding.longData
        let isTooLong = binding.isTooLong
        binding.removeLongData()
        defer { bindings[request.statementID] = binding }
        if isTooLong {
            throw SQLError(
                .unknownError,
                message: "Parameter of prepared statement which is set through mysql_send_long_data() is longer than "
                    + "'max_allowed_packet' bytes")
        }
        let values = try request.values(
            parameterCount: parameterCount, boundTypes: binding.types, longData: longData)
        binding.types = values.types
        return values
    }

    /// COM_STMT_RESET
    mutating func reset(_ statementID: UInt32) {
        bindings[statementID]?.removeLongData()
    }

    /// COM_STMT_CLOSE
    mutating func remove(_ statementID: UInt32) {
        bindings[statementID] = nil
    }

    mutating func removeAll() {
        bindings.removeAll()
    }
}
