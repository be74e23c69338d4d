/// A literal that a statement's shape leaves open: a parameter of the cached plan.
public struct LiftedLiteral: Sendable {
    public enum Kind: UInt8, Sendable {
        /// Fits Int64; its value is in ``LiftedLiteral/integer``.
        case integer = 0x69
        /// Fits UInt64 only; its bit pattern is in ``LiftedLiteral/integer``.
        case unsigned = 0x75
        /// Digits with a decimal point, or an integer too large for 64 bits.
        case decimal = 0x64
        /// With an exponent.
        case float = 0x66
        case string = 0x73
    }

    public var kind: Kind
    /// Where it stands in the statement's text (with its quotes).
    public var range: SourceRange
    public var integer: Int64
    /// Digits after the decimal point.
    public var scale: Int

    /// The text of a number, or the value of a string with its escapes resolved, out of the statement's text.
    public func value(in text: [UInt8], mode: ParserMode) -> [UInt8] {
        guard kind == .string else { return Array(text[range.start..<range.end]) }
        let quote = text[range.start]
        let inner = text[(range.start + 1)..<(range.end - 1)]
        let hasEscapes = !mode.contains(.noBackslashEscapes)
        guard inner.contains(where: { $0 == quote || ($0 == UInt8(ascii: "\\") && hasEscapes) }) else { return Array(inner) }
        var result: [UInt8] = []
        result.reserveCapacity(inner.count)
        var index = inner.startIndex
        while index < inner.endIndex {
            let byte = inner[index]
            if byte == quote {
                result.append(byte)
                index += 2
            } else if byte == UInt8(ascii: "\\") && hasEscapes && index + 1 < inner.endIndex {
                Lexer.appendEscaped(inner[index + 1], to: &result)
                index += 2
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }
}
