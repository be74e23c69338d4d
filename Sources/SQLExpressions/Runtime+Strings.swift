import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    package func addStringFunctions() {
        add("m_concat") { call in
            var total = 0
            var isBinary = false
            for index in 0..<call.count {
                if call.isNull(index) { return call.returnNull() }
                if call.isBlob(index) { isBinary = true }
                total += call.bytes(index).count
            }
            if call.isTooLong(total, "concat") { return call.returnNull() }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(total, 1)) { buffer in
                var position = 0
                for index in 0..<call.count {
                    let bytes = call.bytes(index)
                    for byte in bytes {
                        buffer[position] = byte
                        position += 1
                    }
                }
                call.return(UnsafeBufferPointer(rebasing: buffer[0..<position]), isBinary: isBinary)
            }
        }
        add("m_concat_ws") { call in
            if call.isNull(0) { return call.returnNull() }
            var total = 0
            var parts = 0
            var isBinary = false
            for index in 1..<max(call.count, 1) where !call.isNull(index) {
                if call.isBlob(index) { isBinary = true }
                total += call.bytes(index).count
                parts += 1
            }
            total += max(0, parts - 1) * call.bytes(0).count
            if call.isTooLong(total, "concat_ws") { return call.returnNull() }
            var result: [UInt8] = []
            result.reserveCapacity(total)
            var isFirst = true
            for index in 1..<max(call.count, 1) where !call.isNull(index) {
                if !isFirst { result.append(contentsOf: call.bytes(0)) }
                result.append(contentsOf: call.bytes(index))
                isFirst = false
            }
            call.return(result, isBinary: isBinary)
        }
        strict("m_length") { call in call.return(call.bytes(0).count) }
        strict("m_bit_length") { call in call.return(call.bytes(0).count * 8) }
        strict("m_char_length") { call in
            call.return(call.isBlob(0) ? call.bytes(0).count : UTF8Scanner.count(call.bytes(0)))
        }
        addCaseFunctions()
        addParts()
        addPadding()
        addLists()
        strict("m_reverse") { call in
            let bytes = call.bytes(0)
            if call.isBlob(0) { return call.return(blob: bytes.reversed()) }
            var result = [UInt8](repeating: 0, count: bytes.count)
            var index = 0
            while index < bytes.count {
                let width = min(UTF8Scanner.width(bytes[index]), bytes.count - index)
                for offset in 0..<width { result[bytes.count - index - width + offset] = bytes[index + offset] }
                index += width
                if call.context.tick(width) { return }
            }
            call.return(text: result)
        }
        add("m_quote") { call in
            if call.isNull(0) { return call.return(text: "NULL") }
            let bytes = call.bytes(0)
            let escapes = bytes.reduce(0) { $1 == 0 || $1 == 0x1A || $1 == 0x27 || $1 == 0x5C ? $0 + 1 : $0 }
            if call.isTooLong(bytes.count + escapes + 2, "quote") { return call.returnNull() }
            var result: [UInt8] = [UInt8(ascii: "'")]
            result.reserveCapacity(bytes.count + escapes + 2)
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
                case 0: result += [UInt8(ascii: "\\"), UInt8(ascii: "0")]
                case 0x1A: result += [UInt8(ascii: "\\"), UInt8(ascii: "Z")]
                default: result.append(byte)
                }
                if call.context.tick() { return }
            }
            result.append(UInt8(ascii: "'"))
            call.return(result, isBinary: call.isBlob(0))
        }
        strict("m_soundex") { call in call.return(text: Self.soundex(call.bytes(0), call.context)) }
        strict("m_format") { call in Self.format(call) }
    }

    private func addCaseFunctions() {
        for (name, isUpper) in [("m_upper", true), ("m_lower", false)] {
            strict(name) { call in
                if call.isBlob(0) { return call.return(argument: 0) }
                var mapped: [UInt8] = []
                guard call.inPieces(of: call.bytes(0), { mapped.append(contentsOf: CaseMapping.map($0, toUpper: isUpper)) }) else {
                    return
                }
                call.return(text: mapped)
            }
        }
    }

    /// The byte place of character `character` (from 0); the end when there are fewer.
    package static func offset(_ bytes: UnsafeBufferPointer<UInt8>, _ character: Int, isBinary: Bool) -> Int {
        if isBinary { return min(character, bytes.count) }
        var index = 0
        var left = character
        while left > 0 && index < bytes.count {
            index += UTF8Scanner.width(bytes[index])
            left -= 1
        }
        return min(index, bytes.count)
    }

    private static func clamp(_ value: Int128) -> Int { Int(max(-(1 << 40), min(value, 1 << 40))) }

    private func addParts() {
        strict("m_left") { call in
            let bytes = call.bytes(0)
            let end = Self.offset(bytes, max(0, Self.clamp(call.wide(1))), isBinary: call.isBlob(0))
            call.return(UnsafeBufferPointer(rebasing: bytes[0..<end]), isBinary: call.isBlob(0))
        }
        strict("m_right") { call in
            let bytes = call.bytes(0)
            let length = call.isBlob(0) ? bytes.count : UTF8Scanner.count(bytes)
            let start = Self.offset(bytes, max(0, length - max(0, Self.clamp(call.wide(1)))), isBinary: call.isBlob(0))
            call.return(UnsafeBufferPointer(rebasing: bytes[start...]), isBinary: call.isBlob(0))
        }
        strict("m_substr") { call in
            let bytes = call.bytes(0)
            let isBinary = call.isBlob(0)
            var start = Self.clamp(call.wide(1))
            let limit = call.count > 2 ? Self.clamp(call.wide(2)) : Int.max
            if start == 0 || limit <= 0 { return call.return([], isBinary: isBinary) }
            if start < 0 {
                let length = isBinary ? bytes.count : UTF8Scanner.count(bytes)
                if -start > length { return call.return([], isBinary: isBinary) }
                start = length + start
            } else {
                start -= 1
            }
            let first = Self.offset(bytes, start, isBinary: isBinary)
            let rest = UnsafeBufferPointer(rebasing: bytes[first...])
            let count = limit == Int.max ? rest.count : Self.offset(rest, limit, isBinary: isBinary)
            call.return(UnsafeBufferPointer(rebasing: rest[0..<count]), isBinary: isBinary)
        }
        strict("m_substring_index") { call in
            let bytes = call.bytes(0)
            let delimiter = call.bytes(1)
            var count = Self.clamp(call.wide(2))
            let isBinary = call.isBlob(0)
            if bytes.isEmpty || delimiter.isEmpty || count == 0 { return call.return([], isBinary: isBinary) }
            func matches(_ index: Int) -> Bool {
                for offset in 0..<delimiter.count where bytes[index + offset] != delimiter[offset] { return false }
                return true
            }
            if count > 0 {
                var index = 0
                while index + delimiter.count <= bytes.count {
                    if matches(index) {
                        count -= 1
                        if count == 0 {
                            return call.return(UnsafeBufferPointer(rebasing: bytes[0..<index]), isBinary: isBinary)
                        }
                        index += delimiter.count
                    } else {
                        index += 1
                    }
                    if call.context.tick(delimiter.count) { return }
                }
            } else {
                var index = bytes.count - delimiter.count
                while index >= 0 {
                    if matches(index) {
                        count += 1
                        if count == 0 {
                            return call.return(
                                UnsafeBufferPointer(rebasing: bytes[(index + delimiter.count)...]), isBinary: isBinary)
                        }
                        index -= delimiter.count
                    } else {
                        index -= 1
                    }
                    if call.context.tick(delimiter.count) { return }
                }
            }
            call.return(bytes, isBinary: isBinary)
        }
        strict("m_insert") { call in
            let bytes = call.bytes(0)
            let isBinary = call.isBlob(0)
            let length = isBinary ? bytes.count : UTF8Scanner.count(bytes)
            let start = Self.clamp(call.wide(1))
            var count = Self.clamp(call.wide(2))
            if start < 1 || start > length { return call.return(argument: 0) }
            if count < 0 || count > length - start + 1 { count = length - start + 1 }
            let first = Self.offset(bytes, start - 1, isBinary: isBinary)
            let end = Self.offset(bytes, start - 1 + count, isBinary: isBinary)
            let inserted = call.bytes(3)
            if call.isTooLong(bytes.count - (end - first) + inserted.count, "insert") { return call.returnNull() }
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count - (end - first) + inserted.count)
            result.append(contentsOf: bytes[0..<first])
            result.append(contentsOf: inserted)
            result.append(contentsOf: bytes[end...])
            call.return(result, isBinary: isBinary)
        }
        // Text, what to remove, side (0 both, 1 leading, 2 trailing).
        strict("m_trim") { call in
            let bytes = call.bytes(0)
            let removed = call.bytes(1)
            let side = call.int(2)
            var start = 0
            var end = bytes.count
            if !removed.isEmpty {
                func matches(_ index: Int) -> Bool {
                    for offset in 0..<removed.count where bytes[index + offset] != removed[offset] { return false }
                    return true
                }
                if side != 2 { while end - start >= removed.count && matches(start) { start += removed.count } }
                if side != 1 {
                    while end - start >= removed.count && matches(end - removed.count) { end -= removed.count }
                }
            }
            call.return(UnsafeBufferPointer(rebasing: bytes[start..<end]), isBinary: call.isBlob(0))
        }
    }

    private func addPadding() {
        for (name, isLeft) in [("m_lpad", true), ("m_rpad", false)] {
            strict(name) { call in
                let bytes = call.bytes(0)
                let pad = call.bytes(2)
                let isBinary = call.isBlob(0)
                let wanted = Self.clamp(call.wide(1))
                if wanted < 0 { return call.returnNull() }
                let length = isBinary ? bytes.count : UTF8Scanner.count(bytes)
                if wanted <= length {
                    let end = Self.offset(bytes, wanted, isBinary: isBinary)
                    return call.return(UnsafeBufferPointer(rebasing: bytes[0..<end]), isBinary: isBinary)
                }
                if pad.isEmpty { return call.return([], isBinary: isBinary) }
                // As MySQL reckons: a character of utf8mb4 may take four bytes.
                if call.isTooLong(wanted * (isBinary ? 1 : 4), String(name.dropFirst(2))) { return call.returnNull() }
                let padLength = isBinary ? pad.count : UTF8Scanner.count(pad)
                var missing = wanted - length
                var padding: [UInt8] = []
                while missing >= padLength {
                    padding.append(contentsOf: pad)
                    missing -= padLength
                }
                padding.append(contentsOf: pad[0..<Self.offset(pad, missing, isBinary: isBinary)])
                call.return(isLeft ? padding + Array(bytes) : Array(bytes) + padding, isBinary: isBinary)
            }
        }
        strict("m_repeat") { call in
            let bytes = call.bytes(0)
            let count = max(0, Self.clamp(call.wide(1)))
            if count == 0 || bytes.isEmpty { return call.return([], isBinary: call.isBlob(0)) }
            if bytes.count > call.context.maxAllowedPacket / count {
                _ = call.isTooLong(Int.max, "repeat")
                return call.returnNull()
            }
            let total = bytes.count * count
            let result = [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
                // What is there is copied behind itself: few calls, however short the text is.
                guard let target = buffer.baseAddress, let source = bytes.baseAddress else { return }
                memcpy(target, source, bytes.count)
                var done = bytes.count
                while done < total {
                    let piece = min(done, total - done)
                    memcpy(target + done, target, piece)
                    done += piece
                }
                initialized = total
            }
            call.return(result, isBinary: call.isBlob(0))
        }
        strict("m_space") { call in
            let count = max(0, Self.clamp(call.wide(0)))
            if call.isTooLong(count, "space") { return call.returnNull() }
            call.return(text: [UInt8](repeating: 0x20, count: count))
        }
    }

    private func addLists() {
        add("m_elt") { call in
            let index = call.isNull(0) ? 0 : Self.clamp(call.wide(0))
            guard index >= 1 && index < call.count, !call.isNull(index) else { return call.returnNull() }
            call.return(call.bytes(index), isBinary: call.isBlob(index))
        }
        add("m_make_set") { call in
            if call.isNull(0) { return call.returnNull() }
            let bits = call.bits(0)
            var total = 0
            for index in 1..<max(call.count, 1)
            where index <= 64 && bits >> UInt64(index - 1) & 1 != 0 && !call.isNull(index) {
                total += call.bytes(index).count + 1
            }
            if call.isFarTooLong(total, "make_set") { return call.returnNull() }
            var result: [UInt8] = []
            var isFirst = true
            for index in 1..<max(call.count, 1)
            where index <= 64 && bits >> UInt64(index - 1) & 1 != 0 && !call.isNull(index) {
                if !isFirst { result.append(UInt8(ascii: ",")) }
                result.append(contentsOf: call.bytes(index))
                isFirst = false
            }
            call.return(text: result)
        }
        strict("m_export_set") { call in
            let bits = call.bits(0)
            let count = call.count > 4 ? max(0, min(Self.clamp(call.wide(4)), 64)) : 64
            let separator = call.count > 3 ? call.bytes(3).count : 1
            let ones = count == 64 ? bits.nonzeroBitCount : (bits & (1 << UInt64(count) - 1)).nonzeroBitCount
            let total =
                ones * call.bytes(1).count + (count - ones) * call.bytes(2).count + max(0, count - 1) * separator
            if call.isTooLong(total, "export_set") { return call.returnNull() }
            var result: [UInt8] = []
            result.reserveCapacity(total)
            for bit in 0..<count {
                if bit > 0 {
                    if call.count > 3 {
                        result.append(contentsOf: call.bytes(3))
                    } else {
                        result.append(UInt8(ascii: ","))
                    }
                }
                result.append(contentsOf: call.bytes(bits >> UInt64(bit) & 1 != 0 ? 1 : 2))
            }
            call.return(text: result)
        }
        add("m_char") { call in
            var result: [UInt8] = []
            for index in 0..<call.count where !call.isNull(index) {
                let value = UInt32(truncatingIfNeeded: call.bits(index))
                if value > 0xFF_FFFF { result.append(UInt8(truncatingIfNeeded: value >> 24)) }
                if value > 0xFFFF { result.append(UInt8(truncatingIfNeeded: value >> 16)) }
                if value > 0xFF { result.append(UInt8(truncatingIfNeeded: value >> 8)) }
                result.append(UInt8(truncatingIfNeeded: value))
            }
            call.return(blob: result)
        }
        strict("m_ascii") { call in call.return(Int(call.bytes(0).first ?? 0)) }
        strict("m_ord") { call in
            let bytes = call.bytes(0)
            guard let first = bytes.first else { return call.return(0) }
            let width = call.isBlob(0) ? 1 : min(UTF8Scanner.width(first), bytes.count)
            call.return(bytes.prefix(width).reduce(0) { $0 << 8 | Int($1) })
        }
    }

    private static func soundex(_ bytes: UnsafeBufferPointer<UInt8>, _ context: ExpressionContext) -> [UInt8] {
        // Codes of A to Z; 0 for vowels and H, W, Y.
        let codes = Array("01230120022455012623010202".utf8)
        var result: [UInt8] = []
        var letters = 0
        var last: UInt8 = UInt8(ascii: "0")
        for (index, byte) in bytes.enumerated() {
            if context.tick() { return [] }
            let upper = byte & 0xDF
            guard upper >= UInt8(ascii: "A") && upper <= UInt8(ascii: "Z") else {
                if byte >= 0x80 && result.isEmpty {
                    result += bytes[index..<min(index + UTF8Scanner.width(byte), bytes.count)]
                    letters = 1
                }
                continue
            }
            let code = codes[Int(upper - UInt8(ascii: "A"))]
            if result.isEmpty {
                result.append(upper)
                letters = 1
                last = code
            } else if code != last && code != UInt8(ascii: "0") {
                result.append(code)
                letters += 1
                last = code
            }
        }
        if result.isEmpty { return [] }
        for _ in letters..<max(4, letters) { result.append(UInt8(ascii: "0")) }
        return result
    }

    /// FORMAT(number, decimals, locale).
    private static func format(_ call: SQLiteCall) {
        // MySQL takes 32 bits of the number.
        let decimals = max(0, min(Int(Int32(truncatingIfNeeded: call.wide(1))), 30))
        var text: [UInt8]
        if sqlite3_value_type(call.values[0]) == SQLITE_FLOAT {
            text = RealText.fixed(Self.rounded(call.real(0), decimals, truncating: false), decimals: decimals)
        } else {
            text = Array(call.decimal(0).rounded(to: decimals).description.utf8)
        }
        var isNegative = false
        if text.first == UInt8(ascii: "-") {
            isNegative = true
            text.removeFirst()
        }
        let locale = call.string(2)
        let (group, point) = NumberLocale.separators(locale)
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1)
        let whole = Array(parts.first ?? [])
        var result: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        for (index, digit) in whole.enumerated() {
            if index > 0 && (whole.count - index) % 3 == 0 && group != 0 { result.append(group) }
            result.append(digit)
        }
        if decimals > 0, parts.count > 1 {
            result.append(point)
            result.append(contentsOf: parts[1])
        }
        call.return(text: result)
    }
}

/// How numbers are written in a locale.
package enum NumberLocale {
    /// Between groups of three digits (0: nothing), and before the fraction.
    package static func separators(_ locale: String) -> (UInt8, UInt8) {
        let comma = UInt8(ascii: ",")
        let point = UInt8(ascii: ".")
        switch locale.prefix(2) {
        case "de", "es", "it", "nl", "pt", "da", "id", "tr", "el":
            return locale == "de_CH" ? (UInt8(ascii: "'"), point) : (point, comma)
        case "fr", "nb", "no", "sv", "fi", "cs", "pl", "ru", "uk", "bg", "sk": return (UInt8(ascii: " "), comma)
        default: return (comma, point)
        }
    }
}

/// UPPER and LOWER: one character for one, as MySQL's simple case mapping.
package enum CaseMapping {
    package static func map(_ bytes: UnsafeBufferPointer<UInt8>, toUpper: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        guard let base = bytes.baseAddress else { return result }
        var pointer = base
        let end = base + bytes.count
        while pointer < end {
            let byte = pointer.pointee
            if byte < 0x80 {
                pointer += 1
                if toUpper {
                    result.append(byte >= 0x61 && byte <= 0x7A ? byte - 32 : byte)
                } else {
                    result.append(byte >= 0x41 && byte <= 0x5A ? byte + 32 : byte)
                }
                continue
            }
            UTF8Scanner.append(map(UTF8Scanner.next(&pointer, end), toUpper: toUpper), to: &result)
        }
        return result
    }

    package static func map(_ codePoint: UInt32, toUpper: Bool) -> UInt32 {
        guard let scalar = Unicode.Scalar(codePoint) else { return 0xFFFD }
        let text = toUpper ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
        let scalars = text.unicodeScalars
        if scalars.count == 1, let first = scalars.first { return first.value }
        return codePoint == 0x130 && !toUpper ? 0x69 : codePoint
    }
}
