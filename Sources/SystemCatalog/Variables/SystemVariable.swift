import Platform
import SQLBinder
import SQLExpressions

/// What the table says of one system variable.
public struct SystemVariable: Sendable {
    public enum Scope: Sendable {
        case global
        /// Global, and copied into each session when it begins.
        case both
        case session
    }

    public enum Kind: Sendable {
        case boolean
        case integer(minimum: Int64, maximum: UInt64)
        case real(minimum: Double, maximum: Double)
        case string
        /// One of these, stored as written here.
        case enumeration([String])
        /// Any of these, comma-separated; bit n is member n.
        case set([String])
    }

    /// What setting the variable does here.
    public enum Effect: Sendable {
        case live
        /// Nothing in this server depends on it; it is kept and shown.
        case inert
        /// Its behaviour is planned: a value other than the default is not silently accepted.
        case planned
    }

    public let name: String
    public let scope: Scope
    public let isDynamic: Bool
    public let effect: Effect
    /// What setting it takes beyond what its scope does.
    package let restriction: Restriction?
    /// SET PERSIST_ONLY can set it although it is read only.
    package let isPersistable: Bool
    /// SET ... = DEFAULT: error 1230 otherwise.
    package let hasDefault: Bool
    public let kind: Kind
    public let defaultValue: VariableValue

    /// It exists only while its component is installed.
    package var isOfComponent: Bool { name.utf8.contains(UInt8(ascii: ".")) }
    public var hasGlobalValue: Bool { scope != .session }
    public var hasSessionValue: Bool { scope != .global }

    /// Places in ``all`` are stable for the process: values are kept in arrays by place.
    public static let all: [SystemVariable] = parse()
    private static let places: [String: Int] = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($0.element.name, $0.offset) })

    /// The place of a variable by its lower-case name with underscores; nil: error 1193.
    public static func place(of name: String) -> Int? {
        places[name]
    }

    /// Two names of one variable, by place: `slave_...` and `replica_...`, `master_...` and `source_...`.
    package static let otherNames: [Int: Int] = {
        var result: [Int: Int] = [:]
        for (place, variable) in all.enumerated() {
            for (old, new) in [("slave", "replica"), ("master", "source")] {
                let name = variable.name.replacing(old, with: new)
                guard name != variable.name, let other = places[name] else { continue }
                result[place] = other
                result[other] = place
            }
        }
        return result
    }()

    private static func parse() -> [SystemVariable] {
        var result: [SystemVariable] = []
        result.reserveCapacity(720)
        for row in SystemVariableTable.text.description.split(separator: "\n") {
            let fields = row.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
            precondition(fields.count == 4, "a row of the table of system variables: \(row)")
            let flags = Array(fields[1].utf8)
            let scope: Scope
            switch flags[0] {
            case UInt8(ascii: "G"): scope = .global
            case UInt8(ascii: "B"): scope = .both
            default: scope = .session
            }
            let effect: Effect
            switch flags[2] {
            case UInt8(ascii: "L"): effect = .live
            case UInt8(ascii: "P"): effect = .planned
            default: effect = .inert
            }
            let kind = kind(fields[2])
            let isNull = fields[3] == "\\N"
            let text = defaultText(fields[3])
            let value: VariableValue = isNull ? .null : VariableValue(optionText: text, kind) ?? .text(text)
            result.append(
                SystemVariable(
                    name: String(fields[0]), scope: scope, isDynamic: flags[1] == UInt8(ascii: "D"), effect: effect,
                    restriction: fields[1].dropFirst(3).lazy.compactMap { Restriction(rawValue: $0) }.first,
                    isPersistable: !flags.contains(UInt8(ascii: "n")), hasDefault: !flags.contains(UInt8(ascii: "d")),
                    kind: kind, defaultValue: value))
        }
        return result
    }

    /// Versions have their home elsewhere.
    private static func defaultText(_ field: Substring) -> String {
        guard field.hasPrefix("{") else { return String(field) }
        if field == "{server}" { return MySQLVersion.server }
        precondition(field.hasPrefix("{dialect}"), "a default of the table of system variables: \(field)")
        return MySQLVersion.dialect.description + field.dropFirst("{dialect}".count)
    }

    private static func kind(_ text: Substring) -> Kind {
        let words = text.split(separator: " ", maxSplits: 2)
        func members() -> [String] {
            words.count > 1 ? words[1...].joined(separator: " ").split(separator: ",").map(String.init) : []
        }
        switch words[0] {
        case "bool": return .boolean
        case "int":
            precondition(words.count == 3, "an integer's range: \(text)")
            return .integer(minimum: Int64(words[1]) ?? 0, maximum: UInt64(words[2]) ?? .max)
        case "real":
            precondition(words.count == 3, "a number's range: \(text)")
            return .real(minimum: Double(words[1]) ?? 0, maximum: Double(words[2]) ?? .greatestFiniteMagnitude)
        case "enum": return .enumeration(members())
        case "set": return .set(members())
        default: return .string
        }
    }

    package init(
        name: String, scope: Scope, isDynamic: Bool, effect: Effect, restriction: Restriction?, isPersistable: Bool,
        hasDefault: Bool, kind: Kind, defaultValue: VariableValue
    ) {
        self.name = name
        self.scope = scope
        self.isDynamic = isDynamic
        self.effect = effect
        self.restriction = restriction
        self.isPersistable = isPersistable
        self.hasDefault = hasDefault
        self.kind = kind
        self.defaultValue = defaultValue
    }
}
