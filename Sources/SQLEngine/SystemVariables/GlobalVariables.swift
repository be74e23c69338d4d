import MySQLProtocol
import MySQLTypes
import Platform
import SQLExpressions
import SystemCatalog

/// The server's values of all system variables that have a global one. Safe on any thread.
///
/// Safe: everything that changes is guarded by `lock`.
public final class GlobalVariables: @unchecked Sendable {
    /// Runs before a value is stored: may refuse it. Not under this object's lock.
    public typealias Check = @Sendable (_ new: VariableValue) throws(SQLError) -> Void
    /// Runs after a value was stored.
    public typealias Change = @Sendable (_ new: VariableValue) -> Void
    /// Computes a value that is never stored (`gtid_executed`, ...).
    public typealias Source = @Sendable () -> VariableValue

    /// Where a value came from: `variables_info.variable_source`.
    public enum Origin: String, Sendable {
        case compiled = "COMPILED"
        case global = "GLOBAL"
        case explicit = "EXPLICIT"
        case commandLine = "COMMAND_LINE"
        case dynamic = "DYNAMIC"
        case persisted = "PERSISTED"
    }

    private let lock = Lock()
    private var values: [VariableValue]
    private var origins: [Origin]
    private var checks: [Int: [Check]] = [:]
    private var changes: [Int: [Change]] = [:]
    private var sources: [Int: Source] = [:]
    private var currentVersion: UInt64 = 0
    /// Places of variables whose component is not installed: they do not exist.
    private var absent: Set<Int>

    public init() {
        values = SystemVariable.all.map(\.defaultValue)
        origins = Array(repeating: .compiled, count: values.count)
        absent = Set(SystemVariable.all.indices.filter { SystemVariable.all[$0].isOfComponent })
    }

    /// Grows with each change: who keeps derived values compares it.
    public var version: UInt64 { lock.withLock { currentVersion } }

    // MARK: - Variables of components

    /// Whether the variable exists now.
    func isAvailable(_ place: Int) -> Bool { lock.withLock { !absent.contains(place) } }

    /// A component came or went, and its variables with it; those that went have their defaults when they come again.
    func setAvailable(prefix: String, _ isAvailable: Bool) {
        for (place, variable) in SystemVariable.all.enumerated() where variable.name.hasPrefix(prefix) {
            _ = lock.withLock { isAvailable ? absent.remove(place) : absent.insert(place).memberAfterInsert }
            if !isAvailable { store(place, variable.defaultValue, origin: .compiled) }
        }
    }

    // MARK: - Hooks, registered while the server starts

    public func onCheck(_ name: String, _ check: @escaping Check) {
        lock.withLock { checks[place(name), default: []].append(check) }
    }

    public func onChange(_ name: String, _ change: @escaping Change) {
        lock.withLock { changes[place(name), default: []].append(change) }
    }

    public func setSource(_ name: String, _ source: @escaping Source) {
        lock.withLock { sources[place(name)] = source }
    }

    private func place(_ name: String) -> Int {
        guard let place = SystemVariable.place(of: name) else { preconditionFailure("no system variable \(name)") }
        return place
    }

    // MARK: - Values

    public subscript(_ name: String) -> VariableValue { self[place(name)] }

    public subscript(_ place: Int) -> VariableValue {
        let (value, source) = lock.withLock { (values[place], sources[place]) }
        return source?() ?? value
    }

    public func isOn(_ name: String) -> Bool { self[name].isOn }
    /// `lower_case_table_names`.
    public var tableNameCase: TableNameCase { number("lower_case_table_names") == 1 ? .lowered : .sensitive }

    public func number(_ name: String) -> UInt64 { self[name].number }
    public func text(_ name: String) -> String { self[name].text }

    public func origin(_ place: Int) -> Origin { lock.withLock { origins[place] } }

    /// All stored values, for a session that begins.
    func snapshot() -> [VariableValue] { lock.withLock { values } }

    /// Stores a value that was checked for its kind: runs the checks, stores, runs the change hooks.
    public func set(_ place: Int, _ value: VariableValue, origin: Origin = .dynamic) throws(SQLError) {
        let other = SystemVariable.otherNames[place]
        for check in lock.withLock({ (checks[place] ?? []) + (other.flatMap { checks[$0] } ?? []) }) { try check(value) }
        store(place, value, origin: origin)
    }

    /// Stores without checks: options at start, and what the server itself decides (`super_read_only`, ...).
    public func store(_ name: String, _ value: VariableValue, origin: Origin = .dynamic) {
        store(place(name), value, origin: origin)
    }

    private func store(_ place: Int, _ value: VariableValue, origin: Origin) {
        let hooks = lock.withLock {
            values[place] = value
            origins[place] = origin
            currentVersion += 1
            guard let other = SystemVariable.otherNames[place] else { return changes[place] ?? [] }
            values[other] = value
            origins[other] = origin
            return (changes[place] ?? []) + (changes[other] ?? [])
        }
        for hook in hooks { hook(value) }
    }

    /// Takes an option of an option file or the command line: `name` in lower case with underscores. Throws
    /// ``OptionError`` for an unknown name or a value that is none.
    public func setOption(_ name: String, _ text: String?, origin: Origin) throws(OptionError) {
        guard let place = SystemVariable.place(of: name) else { throw .unknown(name: name, value: text) }
        let variable = SystemVariable.all[place]
        guard variable.hasGlobalValue else { throw .unknown(name: name, value: text) }
        let given: String
        if let text {
            given = text
        } else if case .boolean = variable.kind {
            given = "ON"
        } else {
            throw .missingValue(name: name)
        }
        guard let value = VariableValue(optionText: given, variable.kind) else {
            throw .wrongValue(name: name, value: given)
        }
        store(place, variable.name == "sql_mode" ? .text(SQLModeText.expanded(value.text)) : value, origin: origin)
    }

    /// What is wrong with an option.
    public enum OptionError: Error, CustomStringConvertible {
        case unknown(name: String, value: String?)
        case missingValue(name: String)
        case wrongValue(name: String, value: String)

        /// As mysqld words it.
        public var description: String {
            switch self {
            case .unknown(let name, let value?): "unknown variable '\(name)=\(value)'."
            case .unknown(let name, nil): "unknown option '--\(name)'."
            case .missingValue(let name): "option '--\(name)' requires an argument"
            case .wrongValue(let name, let value): "Unknown or invalid value '\(value)' for option '--\(name)'"
            }
        }
    }
}
