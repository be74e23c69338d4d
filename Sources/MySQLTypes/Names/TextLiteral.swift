/// String literals: the only home of quoting a text.
public enum TextLiteral {
    /// How a quote inside a MySQL literal is written.
    public enum Quotes: Sendable {
        /// `\'`, as expressions are printed.
        case escaped
        /// `''`, as SHOW CREATE prints comments and defaults.
        case doubled
    }

    /// `'text'` with MySQL's escapes.
    public static func mysql(_ text: some Sequence<UInt8>, quotes: Quotes) -> String {
        var result: [UInt8] = [0x27]
        for byte in text {
            switch byte {
            case 0x27: result += quotes == .doubled ? [0x27, 0x27] : [0x5C, 0x27]
            case 0x5C: result += [0x5C, 0x5C]
            case 0: result += [0x5C, UInt8(ascii: "0")]
            case 0x0A: result += [0x5C, UInt8(ascii: "n")]
            case 0x0D: result += [0x5C, UInt8(ascii: "r")]
            case 0x1A where quotes == .escaped: result += [0x5C, UInt8(ascii: "Z")]
            default: result.append(byte)
            }
        }
        result.append(0x27)
        return String(decoding: result, as: UTF8.self)
    }

    /// `'text'` with MySQL's escapes.
    public static func mysql(_ text: String, quotes: Quotes = .doubled) -> String { mysql(text.utf8, quotes: quotes) }

    /// A text as SQLite reads it: a zero byte would end the statement.
    public static func sqlite(_ text: some Collection<UInt8>) -> String {
        if text.contains(0) { return "CAST(" + sqlite(blob: text) + " AS TEXT)" }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 2)
        result.append(0x27)
        for byte in text {
            if byte == 0x27 { result.append(byte) }
            result.append(byte)
        }
        result.append(0x27)
        return String(decoding: result, as: UTF8.self)
    }

    /// A text as SQLite reads it.
    public static func sqlite(_ text: String) -> String { sqlite(text.utf8) }

    /// `x'..'`.
    public static func sqlite(blob: some Collection<UInt8>) -> String { "x'" + hexadecimal(blob) + "'" }

    /// Two upper-case digits for each byte.
    public static func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}
