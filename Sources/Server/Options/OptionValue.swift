/// The forms in which options give their values.
public enum OptionValue {
    /// ON, TRUE, 1 or OFF, FALSE, 0 in any case; nil for anything else.
    public static func boolean(_ text: String) -> Bool? {
        switch text.uppercased() {
        case "ON", "TRUE", "1", "YES": true
        case "OFF", "FALSE", "0", "NO": false
        default: nil
        }
    }

    /// An integer with an optional suffix K, M, G, T, P or E (powers of 1024). Saturates; throws MySQL's message for text.
    public static func integer(_ text: String, option: String) throws(OptionError) -> Int128 {
        var digits = text[...]
        var shift = 0
        if let last = text.last, let letter = last.uppercased().first, let position = "KMGTPE".firstIndex(of: letter) {
            shift = 10 * ("KMGTPE".distance(from: "KMGTPE".startIndex, to: position) + 1)
            digits = digits.dropLast()
        }
        guard let value = Int64(digits).map({ Int128($0) }) ?? UInt64(digits).map({ Int128($0) }) else {
            if let bad = text.drop(while: { $0.isNumber || $0 == "-" || $0 == "+" }).first, text.first?.isNumber == true {
                throw OptionError("Unknown suffix '\(bad)' used for variable '\(option)' (value '\(text)').")
            }
            throw OptionError("Error while setting value '\(text)' to '\(option)'.")
        }
        return value << Int128(shift)
    }
}
