import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// Assignment to ENUM, SET and JSON columns.
extension Coercion {
    package static func enumeration(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let members = Members(call.bytes(2))
        var count = 0
        members.forEach { _ in count += 1 }
        if spec.source == UInt8(ascii: "s") || spec.source == UInt8(ascii: "b") || spec.source == UInt8(ascii: "j") {
            let text = call.bytes(0)
            let index = members.index(of: text, spec.type.collation)
            if index > 0 { return call.return(index) }
            // A number in a string is an index.
            let parsed = NumberParsing.integer(text)
            if !parsed.isTruncated, !parsed.isNegative, parsed.magnitude >= 1, parsed.magnitude <= UInt64(count) {
                return call.return(Int(parsed.magnitude))
            }
            try truncated(call.context, spec.column)
            return call.return(0)
        }
        let value = try number(call, spec, "integer").rounded(to: 0, .towardZero).roundedInt64 ?? -1
        if value >= 1 && value <= count { return call.return(value) }
        try truncated(call.context, spec.column)
        call.return(0)
    }

    package static func set(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let members = Members(call.bytes(2))
        var count = 0
        members.forEach { _ in count += 1 }
        let greatest: UInt64 = count >= 64 ? .max : (1 << UInt64(count)) - 1
        if spec.source == UInt8(ascii: "s") || spec.source == UInt8(ascii: "b") || spec.source == UInt8(ascii: "j") {
            let text = call.bytes(0)
            if text.isEmpty { return call.return(0) }
            var mask: UInt64 = 0
            var isBad = false
            var start = 0
            for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: ",") {
                let place = members.index(of: UnsafeBufferPointer(rebasing: text[start..<index]), spec.type.collation)
                if place > 0 { mask |= 1 << UInt64(place - 1) } else { isBad = true }
                start = index + 1
            }
            if !isBad { return call.return(unsigned: mask) }
            let parsed = NumberParsing.integer(text)
            if !parsed.isTruncated, !parsed.isNegative, parsed.magnitude <= greatest {
                return call.return(unsigned: parsed.magnitude)
            }
            try truncated(call.context, spec.column)
            return call.return(unsigned: mask)
        }
        let value = try number(call, spec, "integer").rounded(to: 0, .towardZero)
        if let unsigned = value.roundedUInt64, unsigned <= greatest { return call.return(unsigned: unsigned) }
        try truncated(call.context, spec.column)
        call.return(unsigned: (value.roundedUInt64 ?? 0) & greatest)
    }

    /// Documents, and texts that are ones (3140). Nothing else becomes one without CAST.
    package static func json(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        switch spec.source {
        case UInt8(ascii: "j"): call.return(argument: 0)
        case UInt8(ascii: "s"):
            switch JSONParser.parse(call.bytes(0)) {
            case .success(let value): call.return(text: value.text)
            case .failure(let failure):
                throw SQLError(.invalidJsonText, failure.reason, String(failure.position), spec.column)
            }
        case UInt8(ascii: "b"), UInt8(ascii: "h"):
            throw SQLError(.invalidJsonCharset, "binary")
        default: throw SQLError(.invalidJsonText, "not a JSON text, may need CAST", "0", spec.column)
        }
    }
}
