import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// The state of one aggregate over one group.
package class AggregateState {
    package required init() {}
    package func step(_ call: SQLiteCall) throws(SQLError) {}
    /// Takes a row out again (window frames).
    package func inverse(_ call: SQLiteCall) throws(SQLError) {}
    /// The result so far; `call` has no arguments.
    package func result(_ call: SQLiteCall) throws(SQLError) {}
}

/// What is registered for an aggregate.
private final class AggregateBox {
    // Safe: `owned` is the same object. Calls read this one, which counts no references.
    unowned(unsafe) let context: ExpressionContext
    private let owned: ExpressionContext
    let type: AggregateState.Type

    init(_ context: ExpressionContext, _ type: AggregateState.Type) {
        self.context = context
        owned = context
        self.type = type
    }

    /// The group's state, which lives in memory that SQLite gives to the group.
    static func state(_ sqlite: OpaquePointer, create: Bool) -> (Unmanaged<AggregateState>, AggregateBox)? {
        guard let data = sqlite3_user_data(sqlite) else { return nil }
        let box = Unmanaged<AggregateBox>.fromOpaque(data).takeUnretainedValue()
        let size = Int32(MemoryLayout<UnsafeMutableRawPointer?>.size)
        guard let memory = sqlite3_aggregate_context(sqlite, create ? size : 0) else { return nil }
        let slot = memory.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
        if let known = slot.pointee { return (Unmanaged.fromOpaque(known), box) }
        guard create else { return nil }
        let fresh = Unmanaged.passRetained(box.type.init())
        slot.pointee = fresh.toOpaque()
        return (fresh, box)
    }

    /// Ends the group.
    static func release(_ sqlite: OpaquePointer) {
        guard let memory = sqlite3_aggregate_context(sqlite, 0) else { return }
        let slot = memory.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
        if let known = slot.pointee { Unmanaged<AggregateState>.fromOpaque(known).release() }
        slot.pointee = nil
    }
}

// Safe: a place of no values, never written to.
private nonisolated(unsafe) let noArguments: UnsafeMutablePointer<OpaquePointer?> = {
    let pointer = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)
    pointer.initialize(to: nil)
    return pointer
}()

private func run(
    _ sqlite: OpaquePointer?, _ count: Int32, _ values: UnsafeMutablePointer<OpaquePointer?>?, create: Bool,
    _ body: (AggregateState, SQLiteCall) throws(SQLError) -> Void
) {
    guard let sqlite else { return }
    let found = AggregateBox.state(sqlite, create: create)
    guard let data = sqlite3_user_data(sqlite) else { return }
    let box = Unmanaged<AggregateBox>.fromOpaque(data).takeUnretainedValue()
    let state = found?.0.takeUnretainedValue() ?? box.type.init()
    let call = SQLiteCall(sqlite: sqlite, values: values ?? noArguments, count: Int(count), context: box.context)
    do throws(SQLError) {
        try body(state, call)
    } catch {
        if box.context.pendingError == nil { box.context.pendingError = error }
        sqlite3_result_error(sqlite, error.message, -1)
    }
}

extension FunctionRegistrar {
    /// An aggregate, usable as a window function too.
    private func aggregate(_ name: String, _ type: AggregateState.Type) {
        let box = Unmanaged.passRetained(AggregateBox(context, type))
        sqlite3_create_window_function(
            connection, name, -1, SQLITE_UTF8, box.toOpaque(),
            { run($0, $1, $2, create: true) { (state, call) throws(SQLError) in try state.step(call) } },
            { sqlite in
                run(sqlite, 0, nil, create: false) { (state, call) throws(SQLError) in try state.result(call) }
                if let sqlite { AggregateBox.release(sqlite) }
            },
            { sqlite in run(sqlite, 0, nil, create: false) { (state, call) throws(SQLError) in try state.result(call) }
            },
            { run($0, $1, $2, create: true) { (state, call) throws(SQLError) in try state.inverse(call) } },
            { if let data = $0 { Unmanaged<AggregateBox>.fromOpaque(data).release() } })
    }

    package func addAggregates() {
        aggregate("m_dsum", DecimalSum.self)
        aggregate("m_davg", DecimalAverage.self)
        aggregate("m_davg_distinct", DecimalDistinctAverage.self)
        aggregate("m_rsum", RealSum.self)
        aggregate("m_ravg", RealAverage.self)
        aggregate("m_std", Deviation.self)
        aggregate("m_std_samp", SampleDeviation.self)
        aggregate("m_var", Variance.self)
        aggregate("m_var_samp", SampleVariance.self)
        aggregate("m_agg_bit_and", BitAnd.self)
        aggregate("m_agg_bit_or", BitOr.self)
        aggregate("m_agg_bit_xor", BitXor.self)
        aggregate("m_group_concat", GroupConcat.self)
        aggregate("m_json_arrayagg", JSONArrayAggregate.self)
        aggregate("m_json_objectagg", JSONObjectAggregate.self)
        aggregate("m_jmin", JSONMinimum.self)
        aggregate("m_jmax", JSONMaximum.self)
    }
}

// MARK: Sums

private class DecimalSum: AggregateState {
    /// Integers are summed in 128 bits, decimals beside them.
    var integers: Int128 = 0
    var decimals = Decimal.zero
    var count = 0

    func add(_ call: SQLiteCall, _ sign: Int128) {
        if call.isNull(0) { return }
        count += Int(sign)
        if call.isText(0) {
            let value = call.decimal(0)
            decimals = (sign > 0 ? decimals.adding(value) : decimals.subtracting(value)) ?? decimals
        } else {
            integers += sign * call.wide(0)
        }
    }

    override func step(_ call: SQLiteCall) throws(SQLError) { add(call, 1) }
    override func inverse(_ call: SQLiteCall) throws(SQLError) { add(call, -1) }

    var sum: Decimal { integers == 0 ? decimals : decimals.adding(Decimal(integers)) ?? decimals }

    override func result(_ call: SQLiteCall) throws(SQLError) {
        if count == 0 { call.returnNull() } else { call.return(sum) }
    }
}

private final class DecimalAverage: DecimalSum {
    var scale = 4
    var increment = 4

    override func step(_ call: SQLiteCall) throws(SQLError) {
        if count == 0 && call.count > 2 {
            scale = call.int(1)
            increment = call.int(2)
        }
        add(call, 1)
    }

    override func result(_ call: SQLiteCall) throws(SQLError) {
        guard let average = sum.divided(by: Decimal(Int64(count)), scaleIncrement: increment) else {
            return call.returnNull()
        }
        call.return(average.rounded(to: scale))
    }
}

/// AVG(DISTINCT x): SQLite takes one argument then, so the scale is the session's.
private final class DecimalDistinctAverage: DecimalSum {
    override func result(_ call: SQLiteCall) throws(SQLError) {
        let increment = call.context.divPrecisionIncrement
        let scale = min(decimals.scale + increment, Decimal.maxScale)
        guard let average = sum.divided(by: Decimal(Int64(count)), scaleIncrement: increment) else {
            return call.returnNull()
        }
        call.return(average.rounded(to: scale))
    }
}

private class RealSum: AggregateState {
    var sum = 0.0
    var count = 0

    override func step(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) { return }
        sum += call.real(0)
        count += 1
    }

    override func inverse(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) { return }
        sum -= call.real(0)
        count -= 1
    }

    override func result(_ call: SQLiteCall) throws(SQLError) {
        if count == 0 { call.returnNull() } else { call.return(sum) }
    }
}

private final class RealAverage: RealSum {
    override func result(_ call: SQLiteCall) throws(SQLError) {
        if count == 0 { call.returnNull() } else { call.return(sum / Double(count)) }
    }
}

/// Welford's running variance, as MySQL computes it.
private class Variance: AggregateState {
    var count = 0.0
    var mean = 0.0
    var squares = 0.0

    override func step(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) { return }
        let value = call.real(0)
        count += 1
        let delta = value - mean
        mean += delta / count
        squares += delta * (value - mean)
    }

    override func inverse(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) { return }
        let value = call.real(0)
        count -= 1
        if count == 0 {
            mean = 0
            squares = 0
            return
        }
        let delta = value - mean
        mean -= delta / count
        squares = max(0, squares - delta * (value - mean))
    }

    func finish(_ call: SQLiteCall, isSample: Bool, isRoot: Bool) {
        guard count > (isSample ? 1 : 0) else { return call.returnNull() }
        let variance = squares / (isSample ? count - 1 : count)
        call.return(isRoot ? variance.squareRoot() : variance)
    }

    override func result(_ call: SQLiteCall) throws(SQLError) { finish(call, isSample: false, isRoot: false) }
}

private final class SampleVariance: Variance {
    override func result(_ call: SQLiteCall) throws(SQLError) { finish(call, isSample: true, isRoot: false) }
}

private final class Deviation: Variance {
    override func result(_ call: SQLiteCall) throws(SQLError) { finish(call, isSample: false, isRoot: true) }
}

private final class SampleDeviation: Variance {
    override func result(_ call: SQLiteCall) throws(SQLError) { finish(call, isSample: true, isRoot: true) }
}

// MARK: Bits

/// Counts each bit, so that rows can leave a window again.
private class BitCounts: AggregateState {
    var ones = [Int](repeating: 0, count: 64)
    var count = 0

    private func add(_ call: SQLiteCall, _ sign: Int) {
        if call.isNull(0) { return }
        count += sign
        var bits = call.bits(0)
        while bits != 0 {
            ones[bits.trailingZeroBitCount] += sign
            bits &= bits - 1
        }
    }

    override func step(_ call: SQLiteCall) throws(SQLError) { add(call, 1) }
    override func inverse(_ call: SQLiteCall) throws(SQLError) { add(call, -1) }

    func collect(_ call: SQLiteCall, _ isSet: (Int) -> Bool) {
        var bits: UInt64 = 0
        for bit in 0..<64 where isSet(ones[bit]) { bits |= 1 << UInt64(bit) }
        call.return(unsigned: bits)
    }
}

private final class BitAnd: BitCounts {
    override func result(_ call: SQLiteCall) throws(SQLError) { collect(call) { $0 == count } }
}

private final class BitOr: BitCounts {
    override func result(_ call: SQLiteCall) throws(SQLError) { collect(call) { $0 > 0 } }
}

private final class BitXor: BitCounts {
    override func result(_ call: SQLiteCall) throws(SQLError) { collect(call) { $0 % 2 == 1 } }
}
