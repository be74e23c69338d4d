import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    package func addArithmetic() {
        addIntegerArithmetic()
        addDecimalArithmetic()
        addRealArithmetic()
        addBitOperations()
    }

    private static func outOfRange(_ type: String, _ call: SQLiteCall, _ symbol: String) -> SQLError {
        func text(_ index: Int) -> String {
            switch sqlite3_value_type(call.values[index]) {
            case SQLITE_BLOB: String(call.bits(index))
            case SQLITE_FLOAT: String(decoding: RealText.double(call.real(index)), as: UTF8.self)
            default: call.string(index)
            }
        }
        return SQLError(.dataOutOfRange, type, "(\(text(0)) \(symbol) \(text(1)))")
    }

    /// Warns of a division by zero (1365), or fails where the statement stores data in strict mode.
    package static func divisionByZero(_ call: SQLiteCall) throws(SQLError) {
        call.returnNull()
        guard call.context.sqlMode.contains(.errorForDivisionByZero) else { return }
        let error = SQLError(.divisionByZero)
        if call.context.isStrict { throw error }
        call.context.warn(error)
    }

    private func addIntegerArithmetic() {
        func add(_ name: String, _ symbol: String, isUnsigned: Bool, _ operation: @escaping (Int128, Int128) -> Int128)
        {
            strict(name) { call throws(SQLError) in
                let value = operation(call.wide(0), call.wide(1))
                if isUnsigned {
                    guard let unsigned = UInt64(exactly: value) else {
                        throw Self.outOfRange("BIGINT UNSIGNED", call, symbol)
                    }
                    call.return(unsigned: unsigned)
                } else {
                    guard let signed = Int64(exactly: value) else { throw Self.outOfRange("BIGINT", call, symbol) }
                    call.return(signed)
                }
            }
        }
        add("m_iadd", "+", isUnsigned: false) { $0 + $1 }
        add("m_uadd", "+", isUnsigned: true) { $0 + $1 }
        add("m_isub", "-", isUnsigned: false) { $0 - $1 }
        add("m_usub", "-", isUnsigned: true) { $0 - $1 }
        // Of two unsigned operands the product may not fit in 128 bits; what comes out then is no BIGINT either.
        add("m_imul", "*", isUnsigned: false) { $0.multipliedReportingOverflow(by: $1).partialValue }
        add("m_umul", "*", isUnsigned: true) { $0.multipliedReportingOverflow(by: $1).partialValue }
        strict("m_idiv") { call throws(SQLError) in
            let divisor = call.wide(1)
            if divisor == 0 { return try Self.divisionByZero(call) }
            let value = call.wide(0) / divisor
            if call.int(2) != 0 {
                guard let unsigned = UInt64(exactly: value) else {
                    throw Self.outOfRange("BIGINT UNSIGNED", call, "DIV")
                }
                call.return(unsigned: unsigned)
            } else {
                guard let signed = Int64(exactly: value) else { throw Self.outOfRange("BIGINT", call, "DIV") }
                call.return(signed)
            }
        }
        strict("m_imod") { call throws(SQLError) in
            let divisor = call.wide(1)
            if divisor == 0 { return try Self.divisionByZero(call) }
            call.return(wide: call.wide(0) % divisor)
        }
        strict("m_neg") { call throws(SQLError) in
            let value = -call.wide(0)
            guard let signed = Int64(exactly: value) else {
                throw SQLError(.dataOutOfRange, "BIGINT", "-(\(call.wide(0)))")
            }
            call.return(signed)
        }
    }

    private func addDecimalArithmetic() {
        func add(_ name: String, _ symbol: String, _ operation: @escaping (Decimal, Decimal) -> Decimal?) {
            strict(name) { call throws(SQLError) in
                guard let value = operation(call.decimal(0), call.decimal(1)) else {
                    throw Self.outOfRange("DECIMAL", call, symbol)
                }
                call.return(value)
            }
        }
        add("m_dadd", "+") { $0.adding($1) }
        add("m_dsub", "-") { $0.subtracting($1) }
        add("m_dmul", "*") { $0.multiplied(by: $1) }
        strict("m_ddiv") { call throws(SQLError) in
            guard let value = call.decimal(0).divided(by: call.decimal(1), scaleIncrement: call.int(2)) else {
                return try Self.divisionByZero(call)
            }
            call.return(value)
        }
        strict("m_dmod") { call throws(SQLError) in
            guard let value = call.decimal(0).remainder(by: call.decimal(1)) else {
                return try Self.divisionByZero(call)
            }
            call.return(value)
        }
        strict("m_ddivint") { call throws(SQLError) in
            guard let value = call.decimal(0).integerDivided(by: call.decimal(1)) else {
                return try Self.divisionByZero(call)
            }
            if call.int(2) != 0, let unsigned = value.roundedUInt64 { return call.return(unsigned: unsigned) }
            guard let signed = value.roundedInt64 else {
                throw Self.outOfRange(call.int(2) != 0 ? "BIGINT UNSIGNED" : "BIGINT", call, "DIV")
            }
            call.return(signed)
        }
        strict("m_dneg") { call in call.return(call.decimal(0).negated) }
        strict("m_dabs") { call in call.return(call.decimal(0).absolute) }
    }

    private func addRealArithmetic() {
        func add(_ name: String, _ symbol: String, _ operation: @escaping (Double, Double) -> Double) {
            strict(name) { call throws(SQLError) in
                let value = operation(call.real(0), call.real(1))
                guard value.isFinite else { throw Self.outOfRange("DOUBLE", call, symbol) }
                call.return(value)
            }
        }
        add("m_radd", "+") { $0 + $1 }
        add("m_rsub", "-") { $0 - $1 }
        add("m_rmul", "*") { $0 * $1 }
        strict("m_rdiv") { call throws(SQLError) in
            let divisor = call.real(1)
            if divisor == 0 { return try Self.divisionByZero(call) }
            let value = call.real(0) / divisor
            guard value.isFinite else { throw Self.outOfRange("DOUBLE", call, "/") }
            call.return(value)
        }
        strict("m_rmod") { call throws(SQLError) in
            let divisor = call.real(1)
            if divisor == 0 { return try Self.divisionByZero(call) }
            call.return(fmod(call.real(0), divisor))
        }
    }

    private func addBitOperations() {
        strict("m_bitand") { call in call.return(unsigned: call.bits(0) & call.bits(1)) }
        strict("m_bitor") { call in call.return(unsigned: call.bits(0) | call.bits(1)) }
        strict("m_bitxor") { call in call.return(unsigned: call.bits(0) ^ call.bits(1)) }
        strict("m_bitnot") { call in call.return(unsigned: ~call.bits(0)) }
        strict("m_shl") { call in
            let count = call.bits(1)
            call.return(unsigned: count < 64 ? call.bits(0) << count : 0)
        }
        strict("m_shr") { call in
            let count = call.bits(1)
            call.return(unsigned: count < 64 ? call.bits(0) >> count : 0)
        }
        func strings(_ name: String, _ symbol: String, _ operation: @escaping (UInt8, UInt8) -> UInt8) {
            strict(name) { call throws(SQLError) in
                let left = call.bytes(0)
                let right = call.bytes(1)
                guard left.count == right.count else {
                    throw SQLError(
                        code: 3513, sqlState: "HY000",
                        message: "Binary operands of bitwise operators must be of equal length")
                }
                call.return(blob: (0..<left.count).map { operation(left[$0], right[$0]) })
            }
        }
        strings("m_bitands", "&") { $0 & $1 }
        strings("m_bitors", "|") { $0 | $1 }
        strings("m_bitxors", "^") { $0 ^ $1 }
        strict("m_bitnots") { call in call.return(blob: call.bytes(0).map { ~$0 }) }
        strict("m_shls") { call in call.return(blob: Self.shifted(Array(call.bytes(0)), left: call.bits(1))) }
        strict("m_shrs") { call in
            call.return(
                blob: Self.shifted(call.bytes(0).reversed().map { Self.mirrored($0) }, left: call.bits(1)).reversed()
                    .map { Self.mirrored($0) })
        }
    }

    private static func mirrored(_ byte: UInt8) -> UInt8 {
        var result: UInt8 = 0
        for bit in 0..<8 where byte >> UInt8(bit) & 1 != 0 { result |= 0x80 >> UInt8(bit) }
        return result
    }

    private static func shifted(_ bytes: [UInt8], left count: UInt64) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: bytes.count)
        guard count < UInt64(bytes.count * 8) else { return result }
        let whole = Int(count / 8)
        let part = UInt8(count % 8)
        for index in 0..<bytes.count - whole {
            let source = index + whole
            result[index] = bytes[source] << part
            if part > 0 && source + 1 < bytes.count { result[index] |= bytes[source + 1] >> (8 - part) }
        }
        return result
    }
}
