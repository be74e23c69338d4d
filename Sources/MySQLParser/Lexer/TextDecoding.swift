/// Values of tokens.
extension Lexer {
    /// The bytes of a string token (with its prefix and quotes), escapes resolved.
    func stringValue(_ token: Token) -> [UInt8] {
        var index = token.start
        if token.kind == .nationalString || token.kind == .userVariable { index += 1 }
        let quote = bytes[index]
        index += 1
        let end = token.end - 1
        let hasEscapes = !mode.contains(.noBackslashEscapes)
        var result: [UInt8] = []
        result.reserveCapacity(end - index)
        while index < end {
            let byte = bytes[index]
            if byte == quote {
                result.append(byte)
                index += 2
            } else if byte == UInt8(ascii: "\\") && hasEscapes && index + 1 < end {
                Self.appendEscaped(bytes[index + 1], to: &result)
                index += 2
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    /// What `\` and this byte stand for; `\%` and `\_` keep their backslash, for LIKE.
    static func appendEscaped(_ byte: UInt8, to result: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "0"): result.append(0)
        case UInt8(ascii: "Z"): result.append(0x1a)
        case UInt8(ascii: "%"), UInt8(ascii: "_"):
            result.append(UInt8(ascii: "\\"))
            result.append(byte)
        default: result.append(byte)
        }
    }

    /// The name of a word or a quoted name.
    func name(_ token: Token) -> String {
        if token.kind != .quotedName { return basicName(bytes[token.start..<token.end]) }
        return unquotedName(from: token.start, to: token.end)
    }

    /// The name after `@`.
    func userVariableName(_ token: Token) -> String {
        let first = bytes[token.start + 1]
        if first == UInt8(ascii: "`") { return unquotedName(from: token.start + 1, to: token.end) }
        if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            return String(decoding: stringValue(token), as: UTF8.self)
        }
        return basicName(bytes[(token.start + 1)..<token.end])
    }

    /// MySQL's names are utf8mb3: any other character is a question mark.
    private func basicName(_ name: some Collection<UInt8>) -> String {
        let text = String(decoding: name, as: UTF8.self)
        guard name.contains(where: { $0 >= 0xF0 }) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value > 0xFFFF ? "?" : $0 }))
    }

    private func unquotedName(from start: Int, to end: Int) -> String {
        let quote = bytes[start]
        let inner = bytes[(start + 1)..<(end - 1)]
        guard inner.contains(quote) else { return basicName(inner) }
        var result: [UInt8] = []
        var index = inner.startIndex
        while index < inner.endIndex {
            result.append(inner[index])
            index += inner[index] == quote ? 2 : 1
        }
        return basicName(result)
    }

    /// The bytes of `X'..'` and `0x..`.
    func hexValue(_ token: Token) -> [UInt8] {
        let digits = bytes[(token.start + 2)..<(token.kind == .hexString ? token.end - 1 : token.end)]
        var result: [UInt8] = []
        result.reserveCapacity(digits.count / 2 + 1)
        var index = digits.startIndex
        if !digits.count.isMultiple(of: 2) {
            result.append(digits[index].hexValue)
            index += 1
        }
        while index < digits.endIndex {
            result.append(digits[index].hexValue << 4 | digits[index + 1].hexValue)
            index += 2
        }
        return result
    }

    /// The bytes of `B'..'` and `0b..`.
    func bitValue(_ token: Token) -> [UInt8] {
        let digits = bytes[(token.start + 2)..<(token.kind == .bitString ? token.end - 1 : token.end)]
        var result = [UInt8](repeating: 0, count: (digits.count + 7) / 8)
        for (offset, digit) in digits.reversed().enumerated() where digit == UInt8(ascii: "1") {
            result[result.count - 1 - offset / 8] |= 1 << UInt8(offset % 8)
        }
        return result
    }

    /// An integer of at most 64 bits.
    func integerValue(_ token: Token) -> UInt64? {
        var value: UInt64 = 0
        for digit in bytes[token.start..<token.end] {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
