import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// What conversions warn of.
package enum ConversionWarning {
    /// "Truncated incorrect DOUBLE value: 'abc'" (1292).
    package static func truncated(_ call: SQLiteCall, _ type: String, _ bytes: UnsafeBufferPointer<UInt8>) throws(SQLError) {
        try truncated(call, type, String(decoding: bytes.prefix(128), as: UTF8.self))
    }

    package static func truncated(_ call: SQLiteCall, _ type: String, _ text: String) throws(SQLError) {
        let error = SQLError(.truncatedWrongValue, type, text)
        if call.context.isStrict { throw error }
        call.context.warn(error)
    }

    /// "Incorrect datetime value: 'bad'" (1292).
    package static func incorrect(_ context: ExpressionContext, _ type: String, _ bytes: UnsafeBufferPointer<UInt8>)
        throws(SQLError)
    {
        let error = SQLError(
            .truncatedWrongValue,
            message: "Incorrect \(type) value: '" + String(decoding: bytes.prefix(128), as: UTF8.self) + "'")
        if context.isStrict { throw error }
        context.warn(error)
    }
}

extension FunctionRegistrar {
    package func addConversions() {
        addTextConversions()
        addNumberConversions()
        addCasts()
    }

    private func addTextConversions() {
        strict("m_i2s") { call in
            if call.isBlob(0) { call.return(text: String(call.bits(0))) } else { call.return(text: call.bytes(0)) }
        }
        strict("m_zerofill") { call in
            let digits = Array(String(call.wide(0)).utf8)
            let width = min(call.int(1), 255)
            call.return(text: [UInt8](repeating: UInt8(ascii: "0"), count: max(0, width - digits.count)) + digits)
        }
        strict("m_r2s") { call in call.return(text: RealText.double(call.real(0))) }
        strict("m_f2s") { call in call.return(text: RealText.float(call.real(0))) }
        strict("m_rf2s") { call in call.return(text: RealText.fixed(call.real(0), decimals: call.int(1))) }
        strict("m_bit2s") { call in
            let bits = call.bits(0)
            let count = max(1, min(call.int(1), 8))
            call.return(blob: (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * (count - 1 - $0))) })
        }
        strict("m_enum") { call in
            let index = call.int(0)
            guard index > 0, let member = Members(call.bytes(1)).member(index) else {
                call.return(text: [])
                return
            }
            call.return(text: member)
        }
        strict("m_set") { call in
            let mask = call.bits(0)
            var text: [UInt8] = []
            var bit = 0
            Members(call.bytes(1)).forEach { member in
                if bit < 64 && mask >> UInt64(bit) & 1 != 0 {
                    if !text.isEmpty { text.append(UInt8(ascii: ",")) }
                    text.append(contentsOf: member)
                }
                bit += 1
            }
            call.return(text: text)
        }
        strict("m_s2enum") { call in
            call.return(Members(call.bytes(1)).index(of: call.bytes(0), .utf8mb4_0900_ai_ci))
        }
        // The index of a member for a comparison with `=`; -1 for none, so that nothing equals it.
        strict("m_enumof") { call in
            let index = Members(call.bytes(1)).index(
                of: call.bytes(0), CollationID(rawValue: UInt16(truncatingIfNeeded: call.int(2))))
            call.return(index == 0 && !call.bytes(0).isEmpty ? -1 : index)
        }
        // Between character sets.
        strict("m_encode") { call in
            guard let set = CharacterSet.named(call.string(1)) else { return call.return(argument: 0) }
            // UTF-32 makes four bytes of one.
            if call.isFarTooLong(call.bytes(0).count * max(2, set.maxLength), "convert") { return call.returnNull() }
            if call.isBlob(0) { return call.return(blob: call.bytes(0)) }
            var encoded: [UInt8] = []
            guard call.inPieces(of: call.bytes(0), { encoded.append(contentsOf: set.encode($0).bytes) }) else { return }
            call.return(blob: encoded)
        }
        strict("m_decode") { call throws(SQLError) in
            guard let set = CharacterSet.named(call.string(1)) else { return call.return(argument: 0) }
            guard let text = set.decode(call.bytes(0)) else {
                let bad = set.firstInvalid(call.bytes(0)) ?? 0
                let shown = call.bytes(0).dropFirst(bad).prefix(6).map { "\\x" + LiteralValue.hex([$0]) }.joined()
                call.context.warn(SQLError(.invalidCharacterString, set.name, shown))
                return call.returnNull()
            }
            call.return(text: text)
        }
        strict("m_fit") { call in
            guard let set = CharacterSet.named(call.string(1)) else { return call.return(argument: 0) }
            call.return(text: set.fitted(call.bytes(0)))
        }
    }

    private func addNumberConversions() {
        // A column of TEXT or BLOB is a number without a word, as in MySQL.
        for (name, warns) in [("m_s2r", true), ("m_lob2r", false)] {
            strict(name) { call throws(SQLError) in
                switch sqlite3_value_type(call.values[0]) {
                case SQLITE_INTEGER, SQLITE_FLOAT: return call.return(call.real(0))
                default: break
                }
                let bytes = call.bytes(0)
                let parsed = NumberParsing.double(bytes)
                if warns, parsed.isTruncated || parsed.isOutOfRange {
                    try ConversionWarning.truncated(call, "DOUBLE", bytes)
                }
                call.return(parsed.value)
            }
        }
        // A constant that an integer column is compared with: exact where it is a whole number, otherwise a double.
        strict("m_s2exact") { call throws(SQLError) in
            if !call.isText(0) && !call.isBlob(0) { return call.return(argument: 0) }
            let bytes = call.bytes(0)
            let exact = Decimal.parse(bytes)
            if exact.consumed > 0, Self.isBlank(bytes, from: exact.consumed) {
                let whole = exact.value.rounded(to: 0, .towardZero)
                if whole == exact.value {
                    if let signed = whole.roundedInt64 { return call.return(signed) }
                    if let unsigned = whole.roundedUInt64 { return call.return(unsigned: unsigned) }
                }
            }
            let parsed = NumberParsing.double(bytes)
            if parsed.isTruncated || parsed.isOutOfRange { try ConversionWarning.truncated(call, "DOUBLE", bytes) }
            call.return(parsed.value)
        }
        strict("m_s2i") { call throws(SQLError) in
            if !call.isText(0) && !call.isBlob(0) { return call.return(argument: 0) }
            let bytes = call.bytes(0)
            let whole = NumberParsing.integer(bytes)
            if whole.isTruncated || whole.isOutOfRange { try ConversionWarning.truncated(call, "INTEGER", bytes) }
            let value = whole.isNegative ? -Int128(whole.magnitude) : Int128(whole.magnitude)
            call.return(wide: max(value, Int128(Int64.min)))
        }
        strict("m_s2d") { call throws(SQLError) in
            let bytes = call.bytes(0)
            let parsed = Decimal.parse(bytes)
            if parsed.consumed == 0 || !Self.isBlank(bytes, from: parsed.consumed) {
                try ConversionWarning.truncated(call, "DECIMAL", bytes)
            }
            call.return(
                parsed.value.scale > Decimal.maxScale ? parsed.value.rounded(to: Decimal.maxScale) : parsed.value)
        }
        strict("m_d2r") { call in call.return(call.decimal(0).doubleValue) }
        strict("m_d2i") { call throws(SQLError) in
            let value = call.decimal(0)
            if let signed = value.roundedInt64 { return call.return(signed) }
            try ConversionWarning.truncated(call, "DECIMAL", value.description)
            call.return(value.isNegative ? Int64.min : Int64.max)
        }
        strict("m_r2i") { call in call.return(Int64(saturating: call.real(0).rounded(.toNearestOrEven))) }
        strict("m_r2d") { call in
            if !call.isText(0) {
                let value = Decimal(call.real(0))
                call.return(value.scale > Decimal.maxScale ? value.rounded(to: Decimal.maxScale) : value)
            } else {
                call.return(argument: 0)
            }
        }
        strict("m_u2r") { call in
            if call.isBlob(0) { call.return(Double(call.bits(0))) } else { call.return(call.real(0)) }
        }
        // A decimal as an INTEGER or REAL that compares with integers as the decimal does.
        strict("m_d2num") { call in
            let value = call.decimal(0)
            let whole = value.rounded(to: 0, .towardZero)
            if whole == value {
                if let signed = whole.roundedInt64 { return call.return(signed) }
                if let unsigned = whole.roundedUInt64 { return call.return(unsigned: unsigned) }
            }
            var real = value.doubleValue
            if real == real.rounded(), real.magnitude < 9e15 {
                real = value > Decimal(real) ? real.nextUp : real.nextDown
            }
            call.return(real)
        }
        strict("m_hex2i") { call in
            var value: UInt64 = 0
            for byte in call.bytes(0).suffix(8) { value = value << 8 | UInt64(byte) }
            call.return(unsigned: value)
        }
        strict("m_dscale") { call in
            let value = call.decimal(0)
            let scale = call.int(1)
            let rounded = value.rounded(to: scale)
            if rounded.integerDigits > Decimal.maxPrecision - scale {
                return call.return(
                    Decimal.greatest(precision: Decimal.maxPrecision, scale: scale, isNegative: rounded.isNegative))
            }
            call.return(rounded)
        }
        strict("m_cut") { call throws(SQLError) in
            let bytes = call.bytes(0)
            let limit = call.int(1)
            if call.isTooLong(limit, "cast_as_char") { return call.returnNull() }
            var index = 0
            var characters = 0
            while index < bytes.count && characters < limit {
                index += UTF8Scanner.width(bytes[index])
                characters += 1
            }
            if index >= bytes.count { return call.return(text: bytes) }
            call.context.warn(
                SQLError(.truncatedWrongValue, "CHAR(\(limit))", String(decoding: bytes.prefix(128), as: UTF8.self)))
            call.return(text: UnsafeBufferPointer(rebasing: bytes[0..<index]))
        }
        strict("m_padbin") { call in
            let bytes = call.bytes(0)
            let length = call.int(1)
            if call.isTooLong(length, "cast_as_binary") { return call.returnNull() }
            if bytes.count > length {
                call.context.warn(
                    SQLError(
                        .truncatedWrongValue, "BINARY(\(length))", String(decoding: bytes.prefix(128), as: UTF8.self)))
                return call.return(blob: UnsafeBufferPointer(rebasing: bytes[0..<length]))
            }
            call.return(blob: Array(bytes) + [UInt8](repeating: 0, count: length - bytes.count))
        }
    }

    private func addCasts() {
        strict("m_i2u") { call in
            // A negative number shows its bits.
            if call.isBlob(0) {
                call.return(argument: 0)
            } else {
                call.return(unsigned: UInt64(bitPattern: call.int64(0)))
            }
        }
        strict("m_u2i") { call in call.return(Int64(bitPattern: call.bits(0))) }
        strict("m_casts2i") { call throws(SQLError) in
            let bytes = call.bytes(0)
            let isUnsigned = call.int(1) != 0
            let parsed = NumberParsing.integer(bytes)
            if parsed.isTruncated || parsed.isOutOfRange { try ConversionWarning.truncated(call, "INTEGER", bytes) }
            if parsed.isNegative {
                let value: Int64 = parsed.magnitude > UInt64(Int64.max) ? .min : -Int64(parsed.magnitude)
                if isUnsigned {
                    if parsed.magnitude <= 1 << 63 {
                        call.context.warn(
                            SQLError(
                                .unknownError,
                                message: "Cast to unsigned converted negative integer to its positive complement"))
                    }
                    return call.return(unsigned: UInt64(bitPattern: value))
                }
                return call.return(value)
            }
            if isUnsigned { return call.return(unsigned: parsed.magnitude) }
            if parsed.magnitude > UInt64(Int64.max) {
                call.context.warn(
                    SQLError(
                        .unknownError,
                        message: "Cast to signed converted positive out-of-range integer to its negative complement"))
            }
            call.return(Int64(bitPattern: parsed.magnitude))
        }
        strict("m_castd2i") { call throws(SQLError) in
            let value = call.decimal(0)
            if call.int(1) != 0 {
                if let unsigned = value.roundedUInt64 { return call.return(unsigned: unsigned) }
                if value.isNegative, let signed = value.roundedInt64, signed == 0 { return call.return(0) }
                try ConversionWarning.truncated(call, "DECIMAL", value.description)
                return call.return(unsigned: value.isNegative ? 0 : .max)
            }
            if let signed = value.roundedInt64 { return call.return(signed) }
            try ConversionWarning.truncated(call, "DECIMAL", value.description)
            call.return(value.isNegative ? Int64.min : Int64.max)
        }
        strict("m_castr2i") { call throws(SQLError) in
            let value = call.real(0).rounded(.toNearestOrEven)
            if call.int(1) != 0 {
                if value >= 18_446_744_073_709_551_616 {
                    return call.return(unsigned: value > 9.3e18 ? UInt64(Int64.max) : .max)
                }
                if value < 0 {
                    return call.return(unsigned: UInt64(bitPattern: Int64(saturating: value)))
                }
                return call.return(unsigned: UInt64(saturating: value))
            }
            call.return(Int64(saturating: value))
        }
        strict("m_castd") { call throws(SQLError) in
            let value = call.decimal(0)
            let (fitted, isOutOfRange, _) = value.fitted(precision: call.int(1), scale: call.int(2))
            if isOutOfRange {
                let error = SQLError(.warnDataOutOfRange, "(null)", String(call.context.rowNumber))
                if call.context.isStrict { throw error }
                call.context.warn(error)
            }
            call.return(fitted)
        }
        strict("m_castf") { call throws(SQLError) in
            let value = call.real(0)
            let single = Float(value)
            if single.isInfinite { throw SQLError(.dataOutOfRange, "FLOAT", "cast(\(value) as float)") }
            call.return(Double(single))
        }
    }

    /// Saturated at what an integer carrier can hold.
    package static func wide(_ value: Double) -> Int128 {
        value < 0 ? Int128(Int64(saturating: value)) : Int128(UInt64(saturating: value))
    }

    package static func isBlank(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        for index in start..<max(start, bytes.count)
        where bytes[index] != 0x20 && !(bytes[index] >= 9 && bytes[index] <= 13) { return false }
        return true
    }
}

/// The members of an ENUM or SET as they come in a constant argument.
package struct Members {
    package let bytes: UnsafeBufferPointer<UInt8>

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    package func forEach(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == 0x1F {
            body(UnsafeBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
        }
    }

    /// By index from 1.
    package func member(_ wanted: Int) -> UnsafeBufferPointer<UInt8>? {
        var found: UnsafeBufferPointer<UInt8>?
        var index = 0
        forEach { member in
            index += 1
            if index == wanted { found = member }
        }
        return found
    }

    /// The index from 1; 0 for none.
    package func index(of text: UnsafeBufferPointer<UInt8>, _ id: CollationID) -> Int {
        guard let collation = Collation(id) else { return 0 }
        var trimmed = text.count
        while trimmed > 0 && text[trimmed - 1] == 0x20 { trimmed -= 1 }
        let text = UnsafeBufferPointer(rebasing: text[0..<trimmed])
        var found = 0
        var index = 0
        forEach { member in
            index += 1
            if found == 0 && collation.compare(member, text) == 0 { found = index }
        }
        return found
    }
}
