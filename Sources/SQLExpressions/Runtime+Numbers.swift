import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    package func addNumericFunctions() {
        strict("m_iabs") { call throws(SQLError) in
            let value = call.wide(0)
            guard value != Int128(Int64.min) else {
                throw SQLError(.dataOutOfRange, "BIGINT", "abs(-(9223372036854775808))")
            }
            call.return(wide: value < 0 ? -value : value)
        }
        strict("m_sign") { call in
            let value = call.real(0)
            call.return(call.isBlob(0) ? 1 : (value > 0 ? 1 : (value < 0 ? -1 : 0)))
        }
        for (name, rounding) in [("ceil", Decimal.Rounding.up), ("floor", .down)] {
            strict("m_d" + name) { call in call.return(call.decimal(0).rounded(to: 0, rounding)) }
            strict("m_i" + name) { call in
                call.return(call.decimal(0).rounded(to: 0, rounding).roundedInt64 ?? 0)
            }
        }
        strict("m_rceil") { call in call.return(call.real(0).rounded(.up)) }
        strict("m_rfloor") { call in call.return(call.real(0).rounded(.down)) }
        addRounding()
        addTranscendentals()
        addRandom()
        strict("m_bit_count") { call in call.return(call.bits(0).nonzeroBitCount) }
        strict("m_bit_counts") { call in call.return(call.bytes(0).reduce(0) { $0 + $1.nonzeroBitCount }) }
        add("m_interval") { call in
            if call.isNull(0) { return call.return(-1) }
            let value = call.real(0)
            var found = call.count - 1
            for index in 1..<call.count where !call.isNull(index) && value < call.real(index) {
                found = index - 1
                break
            }
            call.return(found)
        }
        addExtremes()
    }

    private func addRounding() {
        strict("m_iround") { call throws(SQLError) in
            let value = call.wide(0)
            let places = max(-40, min(call.wide(1), 40))
            if places >= 0 { return call.return(argument: 0) }
            if places < -20 { return call.return(0) }
            var power: Int128 = 1
            for _ in 0..<Int(-places) { power *= 10 }
            let magnitude = value < 0 ? -value : value
            let rest = magnitude % power
            var result = magnitude - rest
            if call.int(2) == 0 && rest * 2 >= power { result += power }
            let signed = value < 0 ? -result : result
            let isUnsigned = call.int(3) != 0
            guard isUnsigned ? UInt64(exactly: signed) != nil : Int64(exactly: signed) != nil else {
                throw SQLError(.dataOutOfRange, isUnsigned ? "BIGINT UNSIGNED" : "BIGINT", "round(\(value),\(places))")
            }
            call.return(wide: signed)
        }
        strict("m_dround") { call in
            let places = Int(max(-80, min(call.wide(1), 30)))
            let scale = call.int(3)
            let value = call.decimal(0).rounded(
                to: min(places, scale), call.int(2) != 0 ? .towardZero : .halfAwayFromZero)
            call.return(value.rounded(to: scale))
        }
        strict("m_rround") { call in
            let value = call.real(0)
            let places = Int(max(-400, min(call.wide(1), 400)))
            call.return(Self.rounded(value, places, truncating: call.int(2) != 0))
        }
    }

    package static func rounded(_ value: Double, _ places: Int, truncating: Bool) -> Double {
        let power = Glibc.pow(10, Double(abs(places)))
        if places < 0 && power.isInfinite { return 0 }
        if places >= 0 && power.isInfinite { return value }
        let scaled = places < 0 ? value / power : value * power
        guard scaled.isFinite else { return value }
        let whole: Double
        if truncating {
            // 122.9999999999 that should be 123 is what the multiplication made of it.
            whole = scaled.rounded(.towardZero)
        } else {
            whole = scaled.rounded(.toNearestOrEven)
        }
        return places < 0 ? whole * power : whole / power
    }

    private func addTranscendentals() {
        func add(_ name: String, _ printed: String, _ operation: @escaping (Double) -> Double) {
            strict(name) { call throws(SQLError) in
                let value = operation(call.real(0))
                guard value.isFinite else {
                    throw SQLError(
                        .dataOutOfRange, "DOUBLE",
                        printed + "(" + String(decoding: RealText.double(call.real(0)), as: UTF8.self) + ")")
                }
                call.return(value)
            }
        }
        add("m_exp", "exp", Glibc.exp)
        add("m_sin", "sin", Glibc.sin)
        add("m_cos", "cos", Glibc.cos)
        add("m_tan", "tan", Glibc.tan)
        add("m_cot", "cot") { 1 / Glibc.tan($0) }
        add("m_degrees", "degrees") { $0 * 180 / Double.pi }
        add("m_radians", "radians") { $0 * Double.pi / 180 }
        strict("m_pow") { call throws(SQLError) in
            let value = Glibc.pow(call.real(0), call.real(1))
            guard value.isFinite else {
                let base = String(decoding: RealText.double(call.real(0)), as: UTF8.self)
                let exponent = String(decoding: RealText.double(call.real(1)), as: UTF8.self)
                throw SQLError(.dataOutOfRange, "DOUBLE", "pow(\(base),\(exponent))")
            }
            call.return(value)
        }
        func partial(
            _ name: String, warns: Bool, _ isDefined: @escaping (Double) -> Bool,
            _ operation: @escaping (Double) -> Double
        ) {
            strict(name) { call in
                let value = call.real(0)
                if isDefined(value) { return call.return(operation(value)) }
                if warns { call.context.warn(SQLError(.invalidArgumentForLogarithm)) }
                call.returnNull()
            }
        }
        partial("m_sqrt", warns: false, { $0 >= 0 }, { $0.squareRoot() })
        partial("m_asin", warns: false, { $0.magnitude <= 1 }, Glibc.asin)
        partial("m_acos", warns: false, { $0.magnitude <= 1 }, Glibc.acos)
        partial("m_ln", warns: true, { $0 > 0 }, { Glibc.log($0) })
        partial("m_log2", warns: true, { $0 > 0 }, { Glibc.log2($0) })
        partial("m_log10", warns: true, { $0 > 0 }, { Glibc.log10($0) })
        strict("m_log") { call in
            let first = call.real(0)
            guard call.count > 1 else {
                if first > 0 { return call.return(Glibc.log(first)) }
                call.context.warn(SQLError(.invalidArgumentForLogarithm))
                return call.returnNull()
            }
            let value = call.real(1)
            guard first > 0, first != 1, value > 0 else {
                call.context.warn(SQLError(.invalidArgumentForLogarithm))
                return call.returnNull()
            }
            call.return(Glibc.log(value) / Glibc.log(first))
        }
        strict("m_atan") { call in
            call.return(call.count > 1 ? Glibc.atan2(call.real(0), call.real(1)) : Glibc.atan(call.real(0)))
        }
    }

    private func addRandom() {
        add("m_rand") { call in
            if call.count > 0 {
                // With a constant seed each row goes on where the last one stopped: the state stays with the argument.
                let seed = call.isNull(0) ? 0 : UInt32(truncatingIfNeeded: call.int64(0))
                let state: SeededRandom
                if let known = sqlite3_get_auxdata(call.sqlite, 0) {
                    state = Unmanaged<SeededRandom>.fromOpaque(known).takeUnretainedValue()
                } else {
                    state = SeededRandom(seed)
                    sqlite3_set_auxdata(call.sqlite, 0, Unmanaged.passRetained(state).toOpaque()) {
                        if let data = $0 { Unmanaged<SeededRandom>.fromOpaque(data).release() }
                    }
                }
                state.state.step()
                return call.return(state.state.value)
            }
            call.return(call.context.randomState.next())
        }
    }

    /// GREATEST and LEAST: sign, how to compare (collation, -1 decimal, 63 natively), values.
    private func addExtremes() {
        strict("m_extreme") { call in
            let sign = call.int(0)
            let order = call.int(1)
            let collation =
                order > 0 && order != 63 ? Collation(CollationID(rawValue: UInt16(truncatingIfNeeded: order))) : nil
            var best = 2
            for index in 3..<max(call.count, 3) {
                let result: Int
                if order == -1 {
                    result = call.decimal(index).compare(call.decimal(best))
                } else if let collation {
                    result = collation.compare(call.bytes(index), call.bytes(best))
                } else {
                    result = Self.compareNatively(call, index, best)
                }
                if result.signum() == sign { best = index }
            }
            call.return(argument: best)
        }
    }

    private static func compareNatively(_ call: SQLiteCall, _ left: Int, _ right: Int) -> Int {
        let leftType = sqlite3_value_type(call.values[left])
        let rightType = sqlite3_value_type(call.values[right])
        if leftType == SQLITE_FLOAT || rightType == SQLITE_FLOAT {
            let (a, b) = (call.real(left), call.real(right))
            return a < b ? -1 : (a > b ? 1 : 0)
        }
        if leftType == SQLITE_INTEGER && rightType == SQLITE_INTEGER {
            let (a, b) = (call.int64(left), call.int64(right))
            return a < b ? -1 : (a > b ? 1 : 0)
        }
        // INTEGER before BLOB (unsigned numbers above 2^63 - 1); texts and blobs by bytes.
        if leftType == SQLITE_INTEGER { return -1 }
        if rightType == SQLITE_INTEGER { return 1 }
        let (a, b) = (call.bytes(left), call.bytes(right))
        for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
        return a.count - b.count
    }
}

/// RAND(seed)'s state during a statement.
private final class SeededRandom {
    var state: RandomState
    init(_ seed: UInt32) { state = RandomState(seed: seed) }
}

extension RandomState {
    private static let maxValue: UInt32 = 0x3FFF_FFFF

    /// As RAND(seed) begins.
    package init(seed: UInt32) {
        seed1 = (seed &* 0x10001 &+ 55_555_555) % Self.maxValue
        seed2 = (seed &* 0x1000_0001) % Self.maxValue
    }

    /// The present value, without a step.
    package var value: Double { Double(seed1) / Double(Self.maxValue) }

    package mutating func next() -> Double {
        if seed1 == 0 && seed2 == 0 {
            var generator = SystemRandomNumberGenerator()
            seed1 = UInt32.random(in: 0..<Self.maxValue, using: &generator)
            seed2 = UInt32.random(in: 0..<Self.maxValue, using: &generator)
        }
        step()
        return value
    }

    package mutating func step() {
        seed1 = UInt32((UInt64(seed1) * 3 + UInt64(seed2)) % UInt64(Self.maxValue))
        seed2 = UInt32((UInt64(seed1) + UInt64(seed2) + 33) % UInt64(Self.maxValue))
    }
}
