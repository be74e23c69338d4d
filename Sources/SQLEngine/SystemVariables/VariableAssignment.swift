import MySQLProtocol
import MySQLTypes
import SQLExpressions
import SystemCatalog

/// Checks a value that SET gives a variable, with MySQL's errors and warnings.
struct VariableAssignment {
    /// What SET's expression gave.
    enum Given {
        case null
        case integer(Int64)
        case unsigned(UInt64)
        /// A DECIMAL or DOUBLE.
        case real(Double)
        case text(String)

        var text: String {
            switch self {
            case .null: "NULL"
            case .integer(let value): String(value)
            case .unsigned(let value): String(value)
            case .real(let value): String(value)
            case .text(let value): value
            }
        }
    }

    let variable: SystemVariable
    /// `STRICT_ALL_TABLES` makes an error of what else is moved into range with a warning.
    let isStrictAllTables: Bool
    let warn: (_ code: ErrorCode, _ message: String) -> Void

    /// The value to store. Errors 1231 (wrong value), 1232 (wrong type).
    func value(_ given: Given) throws(SQLError) -> VariableValue {
        switch variable.kind {
        case .boolean: return try boolean(given)
        case .integer(let minimum, let maximum): return try integer(given, minimum, maximum)
        case .real(let minimum, let maximum): return try real(given, minimum, maximum)
        case .string:
            switch given {
            case .null:
                if variable.name.hasPrefix("group_replication_"), !Self.mayBeNull.contains(variable.name) { throw wrongValue(given) }
                return .null
            case .text(let text):
                guard variable.name == CommunicationDebugOptions.variable else { return .text(text) }
                guard let normalized = CommunicationDebugOptions.normalized(text) else { throw wrongValue(given) }
                return .text(normalized)
            default: throw SQLError(.wrongTypeForVar, variable.name)
            }
        case .enumeration(let members): return try enumeration(given, members)
        case .set(let members): return try set(given, members)
        }
    }

    /// Texts of group replication that take NULL.
    private static let mayBeNull: Set = [
        "group_replication_group_seeds", "group_replication_local_address", "group_replication_recovery_tls_ciphersuites",
    ]

    private func wrongValue(_ given: Given) -> SQLError {
        SQLError(.wrongValueForVar, variable.name, given.text)
    }

    private func boolean(_ given: Given) throws(SQLError) -> VariableValue {
        switch given {
        case .integer(0): return .boolean(false)
        case .integer(1): return .boolean(true)
        case .text(let text):
            switch text.lowercasedASCII {
            case "on", "true": return .boolean(true)
            case "off", "false": return .boolean(false)
            default: throw wrongValue(given)
            }
        case .real: throw SQLError(.wrongTypeForVar, variable.name)
        case .null, .integer, .unsigned: throw wrongValue(given)
        }
    }

    private func integer(_ given: Given, _ minimum: Int64, _ maximum: UInt64) throws(SQLError) -> VariableValue {
        let value: VariableValue
        switch given {
        case .integer(let number):
            if number < minimum {
                value = .integer(minimum)
            } else if number > 0 && UInt64(number) > maximum {
                value = .number(maximum)
            } else {
                return .integer(number)
            }
        case .unsigned(let number):
            if number <= maximum { return .number(number) }
            value = .number(maximum)
        case .null, .real, .text: throw SQLError(.wrongTypeForVar, variable.name)
        }
        switch RangeEnd.of(variable.name, given.text) {
        case .refuses(let text?): throw SQLError(.wrongValueForVar, message: text)
        case .refuses(nil): throw wrongValue(given)
        case .movesSilently: return value
        case .movesWithWarning:
            if isStrictAllTables { throw wrongValue(given) }
            warn(.truncatedWrongValue, "Truncated incorrect \(variable.name) value: '\(given.text)'")
            return value
        }
    }

    private func real(_ given: Given, _ minimum: Double, _ maximum: Double) throws(SQLError) -> VariableValue {
        let number: Double
        switch given {
        case .integer(let value): number = Double(value)
        case .unsigned(let value): number = Double(value)
        case .real(let value): number = value
        case .null, .text: throw SQLError(.wrongTypeForVar, variable.name)
        }
        if number < minimum || number > maximum {
            if isStrictAllTables { throw wrongValue(given) }
            warn(.truncatedWrongValue, "Truncated incorrect \(variable.name) value: '\(given.text)'")
        }
        return .real(min(max(number, minimum), maximum))
    }

    private func enumeration(_ given: Given, _ members: [String]) throws(SQLError) -> VariableValue {
        switch given {
        case .text(let text):
            guard let member = members.first(where: { $0.lowercasedASCII == text.lowercasedASCII }) else {
                throw wrongValue(given)
            }
            return .text(member)
        case .integer(let index):
            guard index >= 0, index < members.count else { throw wrongValue(given) }
            return .text(members[Int(index)])
        case .null: throw wrongValue(given)
        case .unsigned: throw wrongValue(given)
        case .real: throw SQLError(.wrongTypeForVar, variable.name)
        }
    }

    private func set(_ given: Given, _ members: [String]) throws(SQLError) -> VariableValue {
        switch given {
        case .text(let text):
            var unknown = text
            for part in text.split(separator: ",") {
                let name = String(part).lowercasedASCII.filter { $0 != " " }
                if !name.isEmpty && !members.contains(where: { $0.lowercasedASCII == name }) {
                    unknown = String(part)
                    break
                }
            }
            guard let value = VariableValue.set(of: text, members) else {
                throw SQLError(.wrongValueForVar, variable.name, unknown)
            }
            return .text(variable.name == "sql_mode" ? SQLModeText.expanded(value) : value)
        case .integer(let mask) where mask >= 0:
            guard let value = VariableValue.set(of: String(mask), members) else { throw wrongValue(given) }
            return .text(variable.name == "sql_mode" ? SQLModeText.expanded(value) : value)
        case .real: throw SQLError(.wrongTypeForVar, variable.name)
        default: throw wrongValue(given)
        }
    }
}

/// `sql_mode`'s combination modes.
enum SQLModeText {
    /// Error 3135's case: the strict modes without all of those that belong to them, or one of these without a strict one.
    static func isHalfStrict(_ expanded: String) -> Bool {
        let names = Set(expanded.split(separator: ",").map(String.init))
        let isStrict = !names.isDisjoint(with: ["STRICT_TRANS_TABLES", "STRICT_ALL_TABLES"])
        let parts: Set = ["NO_ZERO_IN_DATE", "NO_ZERO_DATE", "ERROR_FOR_DIVISION_BY_ZERO"]
        return isStrict ? !parts.isSubset(of: names) : !parts.isDisjoint(with: names)
    }

    /// ANSI and TRADITIONAL bring the modes that they stand for; members come in the order of their bits.
    static func expanded(_ text: String) -> String {
        var names = text.split(separator: ",").map(String.init)
        func add(_ more: [String]) {
            for name in more where !names.contains(name) { names.append(name) }
        }
        if names.contains("ANSI") {
            add(["REAL_AS_FLOAT", "PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "ONLY_FULL_GROUP_BY"])
        }
        if names.contains("TRADITIONAL") {
            add([
                "STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "NO_ZERO_IN_DATE", "NO_ZERO_DATE",
                "ERROR_FOR_DIVISION_BY_ZERO", "NO_ENGINE_SUBSTITUTION",
            ])
        }
        guard let place = SystemVariable.place(of: "sql_mode"),
            case .set(let members) = SystemVariable.all[place].kind
        else { return names.joined(separator: ",") }
        return members.filter { names.contains($0) }.joined(separator: ",")
    }
}
