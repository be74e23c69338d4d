import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// Assignment to number columns.
extension Coercion {
    package static func hexNumber(_ call: SQLiteCall) -> UInt64 {
        call.bytes(0).suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The value as a decimal, strings parsed with 1366 or 1265.
    package static func number(_ call: SQLiteCall, _ spec: AssignmentSpec, _ type: String) throws(SQLError) -> Decimal {
        switch spec.source {
        case UInt8(ascii: "h"): return Decimal(hexNumber(call))
        case UInt8(ascii: "j"):
            guard case .success(let document) = JSONParser.parse(call.bytes(0), keepsDecimals: true) else { return .zero }
            let (value, isNumber) = FunctionRegistrar.jsonNumber(document)
            if !isNumber {
                try fail(
                    call.context,
                    SQLError(.invalidJsonValueForCast, type.uppercased(), "", spec.column, Int(call.context.rowNumber)))
            }
            return value
        case UInt8(ascii: "s"), UInt8(ascii: "b"):
            let bytes = call.bytes(0)
            let parsed = Decimal.parse(bytes)
            let isBlank = FunctionRegistrar.isBlank(bytes, from: parsed.consumed)
            if parsed.consumed == 0 || !isBlank && type == "decimal" {
                try incorrect(call.context, type, bytes, spec.column)
            } else if !isBlank {
                try truncated(call.context, spec.column)
            }
            return parsed.value
        case UInt8(ascii: "D"), UInt8(ascii: "T"):
            guard let value = call.dateTime(0) else { return .zero }
            if spec.source == UInt8(ascii: "D") { return Decimal(Int64(value.dateNumber)) }
            return TemporalNumber.decimal(value, decimals: spec.sourceDecimals)
        case UInt8(ascii: "t"): return TemporalNumber.time(call.int(0), decimals: spec.sourceDecimals)
        default: return call.decimal(0)
        }
    }

    package static func integer(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let range = spec.type.integerRange
        let value: Int128
        if spec.source == UInt8(ascii: "i") {
            value = call.wide(0)
        } else if spec.source == UInt8(ascii: "r") {
            value = FunctionRegistrar.wide(call.real(0).rounded(.toNearestOrEven))
            if call.real(0).magnitude > 1.8446744073709552e19 { try outOfRange(call.context, spec.column) }
        } else {
            let exact: Decimal
            if spec.source == UInt8(ascii: "s") || spec.source == UInt8(ascii: "b") {
                // The range is looked at before what follows the number.
                let bytes = call.bytes(0)
                let parsed = Decimal.parse(bytes)
                let isInRange = parsed.value >= Decimal(Int128(range.min)) && parsed.value.rounded(to: 0) <= Decimal(Int128(range.max))
                if parsed.consumed == 0 {
                    try incorrect(call.context, "integer", bytes, spec.column)
                } else if isInRange, !FunctionRegistrar.isBlank(bytes, from: parsed.consumed) {
                    try truncated(call.context, spec.column)
                }
                exact = parsed.value
            } else {
                exact = try number(call, spec, "integer")
            }
            if let signed = exact.roundedInt64 {
                value = Int128(signed)
            } else if let unsigned = exact.roundedUInt64 {
                value = Int128(unsigned)
            } else {
                try outOfRange(call.context, spec.column)
                return call.return(wide: exact.isNegative ? Int128(range.min) : Int128(range.max))
            }
        }
        if value < Int128(range.min) {
            try outOfRange(call.context, spec.column)
            return call.return(wide: Int128(range.min))
        }
        if value > Int128(range.max) {
            try outOfRange(call.context, spec.column)
            return call.return(wide: Int128(range.max))
        }
        call.return(wide: value)
    }

    package static func decimal(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let value = try number(call, spec, "decimal")
        if spec.type.isUnsigned && value.isNegative {
            try outOfRange(call.context, spec.column)
            return call.return(Decimal.zero.rounded(to: spec.type.decimals))
        }
        let (fitted, isOutOfRange, isInexact) = value.fitted(precision: spec.type.length, scale: spec.type.decimals)
        if isOutOfRange {
            try outOfRange(call.context, spec.column)
        } else if isInexact {
            call.context.warn(SQLError(.warnDataTruncated, spec.column, String(call.context.rowNumber)), level: .note)
        }
        call.return(fitted)
    }

    package static func real(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        var value: Double
        switch spec.source {
        case UInt8(ascii: "r"): value = call.real(0)
        case UInt8(ascii: "i"): value = call.isBlob(0) ? Double(call.bits(0)) : call.real(0)
        case UInt8(ascii: "s"), UInt8(ascii: "b"):
            let bytes = call.bytes(0)
            let parsed = NumberParsing.double(bytes)
            value = parsed.value
            if parsed.isOutOfRange {
                try outOfRange(call.context, spec.column)
            } else if parsed.isTruncated {
                try incorrect(call.context, spec.type.kind == .float ? "FLOAT" : "DOUBLE", bytes, spec.column)
            }
        default: value = try number(call, spec, "double").doubleValue
        }
        let type = spec.type
        if !value.isFinite {
            try outOfRange(call.context, spec.column)
            value = value < 0 ? -Double.greatestFiniteMagnitude : Double.greatestFiniteMagnitude
        }
        if type.isUnsigned && value < 0 {
            try outOfRange(call.context, spec.column)
            value = 0
        }
        if type.decimals != MySQLType.notFixedDecimals {
            value = FunctionRegistrar.rounded(value, type.decimals, truncating: false)
            let greatest = Glibc.pow(10, Double(type.length - type.decimals)) - Glibc.pow(10, -Double(type.decimals))
            if value.magnitude > greatest {
                try outOfRange(call.context, spec.column)
                value = value < 0 ? -greatest : greatest
            }
        }
        if type.kind == .float {
            let single = Float(value)
            if single.isInfinite {
                try outOfRange(call.context, spec.column)
                value = value < 0 ? -Double(Float.greatestFiniteMagnitude) : Double(Float.greatestFiniteMagnitude)
            } else {
                value = Double(single)
            }
        }
        call.return(value)
    }

    package static func bit(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let width = max(spec.type.length, 1)
        let greatest: UInt64 = width >= 64 ? .max : (1 << UInt64(width)) - 1
        let value: Int128
        switch spec.source {
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "h"), UInt8(ascii: "j"):
            let bytes = call.bytes(0).drop { $0 == 0 }
            if bytes.count > 8 {
                try tooLong(call, spec)
                return call.return(unsigned: greatest)
            }
            value = Int128(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        case UInt8(ascii: "i"): value = Int128(call.bits(0))
        case UInt8(ascii: "r"): value = FunctionRegistrar.wide(call.real(0).rounded(.toNearestOrEven))
        default: value = Int128(try number(call, spec, "integer").roundedInt64 ?? .max)
        }
        if value < 0 || value > Int128(greatest) {
            try tooLong(call, spec)
            return call.return(unsigned: greatest)
        }
        call.return(wide: value)
    }

    package static func tooLong(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        if call.context.isStrict { throw SQLError(.dataTooLong, spec.column, String(call.context.rowNumber)) }
        call.context.warn(SQLError(.warnDataOutOfRange, spec.column, String(call.context.rowNumber)))
    }

    package static func year(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        var value: Int
        var isString = false
        switch spec.source {
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "j"):
            isString = true
            let parsed = Decimal.parse(call.bytes(0))
            if parsed.consumed == 0 {
                try incorrect(call.context, "integer", call.bytes(0), spec.column)
                return call.return(0)
            }
            if !FunctionRegistrar.isBlank(call.bytes(0), from: parsed.consumed) {
                try truncated(call.context, spec.column)
            }
            value = Int(parsed.value.roundedInt64 ?? 9999)
            if call.bytes(0).count == 4 && value == 0 { isString = false }
        case UInt8(ascii: "D"), UInt8(ascii: "T"): value = call.dateTime(0)?.year ?? 0
        case UInt8(ascii: "t"): value = call.context.now.year
        default: value = Int(try number(call, spec, "integer").roundedInt64 ?? 9999)
        }
        if value >= 1 && value < 70 || isString && value == 0 {
            value += 2000
        } else if value >= 70 && value < 100 {
            value += 1900
        }
        if value != 0 && (value < 1901 || value > 2155) {
            try outOfRange(call.context, spec.column)
            value = 0
        }
        call.return(value)
    }
}
