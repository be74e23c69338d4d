import MySQLTypes
import SQLExpressions

extension VariableValue {
    /// What an option file or the command line says. Numbers take the suffixes K, M, G, T, P and E. Values out of range
    /// are moved into it, as mysqld does at start (with a warning). nil: not a value of this kind.
    package init?(optionText text: String, _ kind: SystemVariable.Kind) {
        switch kind {
        case .boolean:
            switch text.lowercasedASCII {
            case "on", "true", "1", "yes", "": self = .boolean(true)
            case "off", "false", "0", "no": self = .boolean(false)
            default: return nil
            }
        case .integer(let minimum, let maximum):
            guard let number = VariableValue.parseNumber(text) else { return nil }
            if number.isNegative {
                let value = number.magnitude > 1 << 63 ? Int64.min : 0 &- Int64(truncatingIfNeeded: number.magnitude)
                self = .integer(max(value, minimum))
            } else {
                let value = min(number.magnitude, maximum)
                self = minimum > 0 && value < UInt64(minimum) ? .integer(minimum) : .number(value)
            }
        case .real(let minimum, let maximum):
            guard let value = Double(text) else { return nil }
            self = .real(min(max(value, minimum), maximum))
        case .string: self = .text(text)
        case .enumeration(let members):
            if let member = members.first(where: { $0.lowercasedASCII == text.lowercasedASCII }) {
                self = .text(member)
            } else if let index = Int(text), members.indices.contains(index) {
                self = .text(members[index])
            } else if ["1", "true", "on"].contains(text.lowercasedASCII), members.contains("ON") {
                self = .text("ON")
            } else {
                return nil
            }
        case .set(let members):
            guard let value = VariableValue.set(of: text, members) else { return nil }
            self = .text(value)
        }
    }
}
