import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// Assignment to string columns.
extension Coercion {
    /// The most bytes of TINYTEXT to LONGTEXT and the BLOBs.
    package static func maxBytes(_ kind: MySQLType.Kind) -> Int? {
        switch kind {
        case .tinyText, .tinyBlob: 255
        case .text, .blob: 65535
        case .mediumText, .mediumBlob: 16_777_215
        case .longText, .longBlob: 4_294_967_295
        default: nil
        }
    }

    package static func text(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let context = call.context
        let set = spec.type.collation.characterSet
        var bytes = call.bytes(0)
        // Bytes of another character set that are stored as this one's.
        if spec.source == UInt8(ascii: "b") || spec.source == UInt8(ascii: "h") {
            guard let decoded = set.decode(bytes) else {
                let bad = set.firstInvalid(bytes) ?? 0
                let shown = bytes.dropFirst(bad).prefix(6).map {
                    $0 >= 0x20 && $0 < 0x7F ? String(UnicodeScalar($0)) : "\\x" + LiteralValue.hex([$0])
                }.joined()
                try fail(
                    context,
                    SQLError(.truncatedWrongValueForField, "string", shown, spec.column, String(context.rowNumber)))
                // What stands before them is kept.
                guard set.isUTF8 else { return call.return(text: []) }
                return try storeText(call, spec, UnsafeBufferPointer(rebasing: call.bytes(0)[..<bad]))
            }
            if set.isUTF8 == false {
                return try decoded.withUnsafeBufferPointerThrowing { (buffer) throws(SQLError) in
                    try storeText(call, spec, buffer)
                }
            }
        } else if !set.hasAllCharacters, let base = bytes.baseAddress {
            var pointer = base
            let end = base + bytes.count
            while pointer < end {
                let start = pointer
                if !set.has(UTF8Scanner.next(&pointer, end)) {
                    let shown = bytes[(start - base)...].prefix(6).map {
                        $0 >= 0x20 && $0 < 0x7F ? String(UnicodeScalar($0)) : "\\x" + LiteralValue.hex([$0])
                    }.joined()
                    try fail(
                        context,
                        SQLError(.truncatedWrongValueForField, "string", shown, spec.column, String(context.rowNumber)))
                    return try set.fitted(bytes).withUnsafeBufferPointerThrowing { (buffer) throws(SQLError) in
                        try storeText(call, spec, buffer)
                    }
                }
            }
        }
        bytes = call.bytes(0)
        try storeText(call, spec, bytes)
    }

    package static func storeText(_ call: SQLiteCall, _ spec: AssignmentSpec, _ text: UnsafeBufferPointer<UInt8>)
        throws(SQLError)
    {
        var bytes = text
        if spec.type.kind == .char {
            var count = bytes.count
            while count > 0 && bytes[count - 1] == 0x20 { count -= 1 }
            if UTF8Scanner.count(bytes) > spec.type.length || count < bytes.count {
                bytes = UnsafeBufferPointer(rebasing: bytes[0..<count])
            }
        }
        if let limit = maxBytes(spec.type.kind) {
            let set = spec.type.collation.characterSet
            let length = set.length(of: bytes)
            if length > limit {
                var end = set.isUTF8 ? limit : Self.prefix(bytes, limit, set)
                while end > 0 && end < bytes.count && bytes[end] & 0xC0 == 0x80 { end -= 1 }
                try cutCheck(bytes, min(end, bytes.count), call.context, spec.column)
                bytes = UnsafeBufferPointer(rebasing: bytes[0..<min(end, bytes.count)])
            }
        } else if bytes.count > spec.type.length && UTF8Scanner.count(bytes) > spec.type.length {
            bytes = try cut(bytes, spec.type.length, call.context, spec.column)
        }
        call.return(text: bytes)
    }

    /// Bytes of the longest beginning that takes at most `limit` bytes in the set.
    private static func prefix(_ bytes: UnsafeBufferPointer<UInt8>, _ limit: Int, _ set: CharacterSet) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var pointer = base
        var left = limit
        while pointer < base + bytes.count {
            let start = pointer
            _ = UTF8Scanner.next(&pointer, base + bytes.count)
            left -= set.length(of: UnsafeBufferPointer(start: start, count: pointer - start))
            if left < 0 { return start - base }
        }
        return bytes.count
    }

    package static func binary(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        var bytes = call.bytes(0)
        if let limit = maxBytes(spec.type.kind) ?? (spec.type.kind == .geometry ? nil : spec.type.length),
            bytes.count > limit
        {
            try cutCheck(bytes, limit, call.context, spec.column, isBinary: true)
            bytes = UnsafeBufferPointer(rebasing: bytes[0..<limit])
        }
        if spec.type.kind == .binary && bytes.count < spec.type.length {
            return call.return(blob: Array(bytes) + [UInt8](repeating: 0, count: spec.type.length - bytes.count))
        }
        call.return(blob: bytes)
    }
}
