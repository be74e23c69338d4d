import MySQLTypes

/// The value of a system variable, in the form that its kind asks for.
public enum VariableValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// Above Int64's range; ``integer(_:)`` otherwise.
    case unsigned(UInt64)
    case real(Double)
    /// Strings, enumerations (the member's name) and sets (the members' names).
    case text(String)

    /// As SHOW VARIABLES prints it: ON and OFF, numbers, an empty text for NULL.
    public var text: String {
        switch self {
        case .null: ""
        case .boolean(let isOn): isOn ? "ON" : "OFF"
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .real(let value): VariableValue.decimal(value)
        case .text(let value): value
        }
    }

    private static func decimal(_ value: Double) -> String {
        // Six digits after the point, as MySQL prints DOUBLE variables.
        let scaled = (value * 1_000_000).rounded()
        guard abs(scaled) < 9e15 else { return String(value) }
        let integer = Int64(saturating: scaled)
        let fraction = String(abs(integer % 1_000_000))
        return (integer < 0 && integer > -1_000_000 ? "-" : "") + String(integer / 1_000_000) + "."
            + String(repeating: "0", count: 6 - fraction.count) + fraction
    }

    public var isOn: Bool {
        if case .boolean(let isOn) = self { return isOn }
        return false
    }

    /// The number, saturated; 0 for what is none.
    public var number: UInt64 {
        switch self {
        case .integer(let value): value < 0 ? 0 : UInt64(value)
        case .unsigned(let value): value
        case .real(let value): UInt64(saturating: value)
        case .boolean(let isOn): isOn ? 1 : 0
        case .null, .text: 0
        }
    }

    package static func number(_ value: UInt64) -> VariableValue {
        value <= UInt64(Int64.max) ? .integer(Int64(value)) : .unsigned(value)
    }

    /// Members named in `text`, comma-separated, in the order of `members`; or a bit mask. nil: one is unknown.
    package static func set(of text: String, _ members: [String]) -> String? {
        if let mask = UInt64(text) {
            guard members.count >= 64 || mask >> UInt64(members.count) == 0 else { return nil }
            return members.indices.filter { mask >> UInt64($0) & 1 == 1 }.map { members[$0] }.joined(separator: ",")
        }
        var chosen: Set<Int> = []
        for part in text.split(separator: ",") {
            let name = String(part).lowercasedASCII.filter { $0 != " " }
            if name.isEmpty { continue }
            guard let index = members.firstIndex(where: { $0.lowercasedASCII == name }) else { return nil }
            chosen.insert(index)
        }
        return chosen.sorted().map { members[$0] }.joined(separator: ",")
    }

    /// A whole number with a size suffix.
    package static func parseNumber(_ text: String) -> (magnitude: UInt64, isNegative: Bool)? {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        var shift: UInt64 = 0
        if let last = digits.last, let power = ["K", "M", "G", "T", "P", "E"].firstIndex(of: String(last).uppercased()) {
            shift = UInt64(10 * (power + 1))
            digits = digits.dropLast()
        }
        guard let number = UInt64(digits) else { return nil }
        let (scaled, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return (overflow ? .max : scaled, isNegative)
    }
}
