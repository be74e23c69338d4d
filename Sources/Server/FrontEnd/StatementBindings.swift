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
        /// A part came for a parameter that there is not: the next execution fails.
        var isRefused = false

        mutating func removeLongData() {
            longData = [:]
            size = 0
            isTooLong = false
            isRefused = false
        }
    }

    /// Takes memory for the session or gives it back; false when it has more than it may.
    typealias Charge = (Int) -> Bool

    private var bindings: [UInt32: Binding] = [:]
    /// Bytes sent in parts, for all statements.
    private var size = 0

    /// How many executions' values one connection may have sent in parts and not used.
    private static let pendingStatementsMax = 4

    /// COM_STMT_SEND_LONG_DATA, which has no answer: what is wrong shows at the execution. False when the session has more
    /// memory than it may.
    mutating func append(
        _ data: ArraySlice<UInt8>, parameter: Int, of statementID: UInt32, maximum: Int, charge: Charge
    ) -> Bool {
        var binding = bindings.removeValue(forKey: statementID) ?? Binding()
        defer { bindings[statementID] = binding }
        if binding.size + data.count > maximum || size + data.count > Self.pendingStatementsMax * maximum {
            binding.isTooLong = true
            return true
        }
        binding.size += data.count
        size += data.count
        binding.longData[parameter, default: []] += data
        return charge(data.count)
    }

    /// COM_STMT_SEND_LONG_DATA for no parameter of the statement.
    mutating func refuse(_ statementID: UInt32) {
        bindings[statementID, default: Binding()].isRefused = true
    }

    private mutating func giveBack(_ bytes: Int, _ charge: Charge) {
        guard bytes > 0 else { return }
        size -= bytes
        _ = charge(-bytes)
    }

    /// Reads an execution's values; the parts sent before it are used up.
    mutating func values(
        of request: ExecuteRequest, parameterCount: Int, charge: Charge
    ) throws(SQLError) -> ExecuteRequest.Values {
        guard let held = bindings[request.statementID], !held.longData.isEmpty || held.isTooLong || held.isRefused else {
            return try valuesWithoutParts(of: request, parameterCount: parameterCount)
        }
        var binding = held
        let longData = binding.longData
        let (isTooLong, isRefused) = (binding.isTooLong, binding.isRefused)
        giveBack(binding.size, charge)
        binding.removeLongData()
        defer { bindings[request.statementID] = binding }
        if isRefused { throw SQLError(.wrongArguments, "mysql_stmt_precheck") }
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

    /// Nothing was sent in parts: only types that are new are kept.
    private mutating func valuesWithoutParts(
        of request: ExecuteRequest, parameterCount: Int
    ) throws(SQLError) -> ExecuteRequest.Values {
        let types = bindings[request.statementID]?.types ?? []
        let values = try request.values(parameterCount: parameterCount, boundTypes: types)
        if values.types != types { bindings[request.statementID, default: Binding()].types = values.types }
        return values
    }

    /// COM_STMT_RESET
    mutating func reset(_ statementID: UInt32, charge: Charge) {
        giveBack(bindings[statementID]?.size ?? 0, charge)
        bindings[statementID]?.removeLongData()
    }

    /// COM_STMT_CLOSE
    mutating func remove(_ statementID: UInt32, charge: Charge) {
        giveBack(bindings.removeValue(forKey: statementID)?.size ?? 0, charge)
    }

    mutating func removeAll(charge: Charge) {
        giveBack(size, charge)
        bindings.removeAll()
    }
}
